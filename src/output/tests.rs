use super::*;
use crate::article::Article;
use crate::document::{BriefSentence, Check, Origin};
use crate::document::{Finding, Severity};

fn brief(language: Language, headline: &str, sentences: &[&str], style: &str) -> Brief {
    Brief {
        language,
        headline: headline.into(),
        sentences: sentences.iter().map(|text| BriefSentence::new(*text)).collect(),
        origin: Origin {
            model: "test_model".into(),
            revision: "r1".into(),
            prompt_sha256: "p".into(),
            settings: serde_json::json!({"style": style}),
            route: vec![language],
            path: BriefPath::Model,
        },
    }
}

fn document(style: &str) -> Document {
    let article = Article {
        id: "bridge".into(),
        source: "bridge.txt".into(),
        sha256: "s".into(),
        paragraphs: vec!["The bridge closes.".into()],
        ..Article::empty(Language::English)
    };
    let english = brief(
        Language::English,
        "Bridge closes",
        &["The old bridge closes *today*.", "Repairs take seven months, the council said."],
        style,
    );
    let mut turkish =
        brief(Language::Turkish, "Köprü kapanıyor", &["Eski köprü kapanıyor."], style);
    turkish.origin.path = BriefPath::Extractive;
    Document::new(article, vec![english, turkish], Vec::new())
}

#[test]
fn text_in_a_pipe_breaks_no_lines() {
    insta::assert_snapshot!(render(&document("wire"), Format::Text, Paper::Pipe).unwrap(), @r"
    English
    Bridge closes
    The old bridge closes *today*. Repairs take seven months, the council said.

    Türkçe (sentences of the article)
    Köprü kapanıyor
    Eski köprü kapanıyor.
    ");
}

#[test]
fn text_on_a_terminal_is_wrapped_and_may_be_styled() {
    let narrow = Paper::PlainTerminal { columns: 30 };
    insta::assert_snapshot!(render(&document("bullets"), Format::Text, narrow).unwrap(), @r"
    English
    Bridge closes
    - The old bridge closes
      *today*.
    - Repairs take seven months,
      the council said.

    Türkçe (sentences of the article)
    Köprü kapanıyor
    - Eski köprü kapanıyor.
    ");
    let styled = render(&document("wire"), Format::Text, Paper::Terminal { columns: 80 }).unwrap();
    assert!(styled.starts_with("\u{1b}[2mEnglish\u{1b}[0m\n\u{1b}[1mBridge closes\u{1b}[0m\n"));
}

#[test]
fn markdown_escapes_the_text_of_models() {
    insta::assert_snapshot!(render(&document("bullets"), Format::Markdown, Paper::Pipe).unwrap(), @r"
    ## Bridge closes

    *English · test\_model*

    - The old bridge closes \*today\*.
    - Repairs take seven months, the council said.

    ## Köprü kapanıyor

    *Türkçe (sentences of the article) · test\_model*

    - Eski köprü kapanıyor.

    ---

    Source: bridge.txt
    ");
}

/// The document with an error in the Turkish sentence, whose source is known.
fn doubtful(sentence: Option<usize>) -> Document {
    let mut document = document("wire");
    let sentences = &mut document.briefs[1].sentences;
    sentences[0].source = Some("The old bridge closes [today].".into());
    let mut second = sentences[0].clone();
    second.text = "Onarım yedi ay sürecek.".into();
    sentences.push(second);
    let mut finding = Finding::new(Check::Numbers, Severity::Error, "no such number");
    finding.language = Some(Language::Turkish);
    finding.span = Some(crate::document::Span { sentence, start: 0, end: 4 });
    document.findings.push(finding);
    document
}

#[test]
fn what_failed_a_check_is_marked_in_the_text_itself() {
    insta::assert_snapshot!(render(&doubtful(Some(0)), Format::Text, Paper::Pipe).unwrap(), @r"
    English
    Bridge closes
    The old bridge closes *today*. Repairs take seven months, the council said.

    Türkçe (sentences of the article)
    Köprü kapanıyor
    Eski köprü kapanıyor. [? The old bridge closes [today].] Onarım yedi ay sürecek.
    [?] failed a check; the sentence that it should say stands beside it.
    ");
    let markdown = render(&doubtful(None), Format::Markdown, Paper::Pipe).unwrap();
    assert!(markdown.contains("## Köprü kapanıyor \\[?\\]\n"), "{markdown}");
    let mut warned = doubtful(Some(0));
    warned.findings[0].severity = Severity::Warning;
    assert!(!render(&warned, Format::Text, Paper::Pipe).unwrap().contains("[?"));
}

#[test]
fn a_translation_without_a_sentence_that_stands_gives_way_to_its_source() {
    let mut lost = doubtful(Some(0));
    lost.briefs[1].sentences.truncate(1);
    for format in [Format::Text, Format::Markdown] {
        let text = render(&lost, format, Paper::Pipe).unwrap();
        assert!(text.contains("No translation stands. The original says:"), "{text}");
        assert!(!text.contains("Eski köprü") && !text.contains("[?"), "{text}");
    }
}

#[test]
fn json_is_the_schema_and_reads_back() {
    let text = render(&document("wire"), Format::Json, Paper::Pipe).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["schema"], "bulletin/1");
    assert_eq!(value["briefs"][1]["language"], "tr");
    assert_eq!(value["briefs"][0]["sentences"][0]["text"], "The old bridge closes *today*.");
    let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["schema", "article", "briefs", "findings", "tool"]);
    let again: Document = serde_json::from_str(&text).unwrap();
    assert_eq!(again, document("wire"));
}

#[test]
fn nothing_steers_the_terminal() {
    assert_eq!(harmless("a\u{1b}[2Jb\u{7}c\u{202e}d\u{9b}e\tf\n"), "a[2Jbcde\tf\n");
    let mut finding = Finding::new(Check::Numbers, Severity::Error, "bad\u{1b}]52;\nnumber");
    finding.language = Some(Language::Turkish);
    assert_eq!(text::finding(&finding), "error (numbers, tr): bad]52; number");
}

use super::*;
use crate::article::Article;
use crate::document::Span;
use crate::document::{BriefSentence, Check, Origin};
use crate::language::Language;

fn article() -> Article {
    Article {
        id: "a".into(),
        title: Some("Bridge".into()),
        source: "a.txt".into(),
        paragraphs: vec!["The bridge closes.".into()],
        ..Article::empty(Language::English)
    }
}

fn brief(sentences: &[&str]) -> Brief {
    Brief {
        language: Language::English,
        headline: "Bridge closes in 1999".into(),
        sentences: sentences.iter().map(|text| BriefSentence::new(*text)).collect(),
        origin: Origin {
            model: "m".into(),
            revision: "r".into(),
            prompt_sha256: String::new(),
            settings: serde_json::Value::Null,
            route: vec![Language::English],
            path: BriefPath::Model,
        },
    }
}

/// Finds fault with every sentence that holds "bad", and with a headline that holds "1999".
fn judge(_: &AnalysedArticle, brief: &mut Brief) -> Vec<Finding> {
    let fault = |sentence| {
        let mut finding =
            Finding::new(Check::Numbers, Severity::Error, "a number is not in the source");
        finding.span = Some(Span { sentence, start: 0, end: 1 });
        finding
    };
    let sentences = brief.sentences.iter().enumerate();
    let bad = sentences.filter(|(_, sentence)| sentence.text.contains("bad"));
    let mut findings: Vec<Finding> = bad.map(|(index, _)| fault(Some(index))).collect();
    if brief.headline.contains("1999") {
        findings.push(fault(None));
    }
    findings
}

fn gate(strictness: Strictness) -> Gate<'static> {
    Gate { judge: &judge, extract: &|_, _| None, strictness }
}

#[test]
fn failing_sentences_and_headlines_go_and_the_rest_stays() {
    let gate = gate(Strictness::Errors);
    let length = Finding::new(Check::Length, Severity::Warning, "the brief has 4 words");
    let candidate = gate.weigh(
        &AnalysedArticle::new(&article()),
        brief(&["A bad one.", "A good one."]),
        vec![length.clone()],
    );
    assert!(!gate.passes(&candidate));
    let trimmed = gate.trimmed(&AnalysedArticle::new(&article()), &candidate).unwrap();
    assert_eq!(trimmed.brief.sentences.len(), 1);
    assert_eq!(trimmed.brief.headline, "A good one");
    assert_eq!(trimmed.brief.origin.path, BriefPath::Trimmed);
    assert_eq!(trimmed.findings[0].check, "length");
    assert_eq!(
        trimmed.findings[1].message,
        "one sentence was left out and the headline made anew, because a number is not in the \
         source"
    );
}

#[test]
fn nothing_left_or_a_fault_of_the_whole_cannot_be_trimmed() {
    let gate = gate(Strictness::Errors);
    let all_bad = gate.weigh(&AnalysedArticle::new(&article()), brief(&["A bad one."]), Vec::new());
    assert_eq!(gate.trimmed(&AnalysedArticle::new(&article()), &all_bad), None);
    let whole = Finding::new(Check::Language, Severity::Error, "the brief is in Turkish");
    let candidate =
        gate.weigh(&AnalysedArticle::new(&article()), brief(&["A good one."]), vec![whole]);
    assert_eq!(gate.trimmed(&AnalysedArticle::new(&article()), &candidate), None);
}

#[test]
fn strictness_decides_what_a_warning_does() {
    let warning = || vec![Finding::new(Check::Length, Severity::Warning, "short")];
    let mut plain = brief(&["A good one."]);
    plain.headline = "Bridge closes".into();
    let lenient = gate(Strictness::Errors);
    assert!(lenient.passes(&lenient.weigh(
        &AnalysedArticle::new(&article()),
        plain.clone(),
        warning()
    )));
    let strict = gate(Strictness::Warnings);
    assert!(!strict.passes(&strict.weigh(&AnalysedArticle::new(&article()), plain, warning())));
}

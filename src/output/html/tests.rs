//! The page: links that lead somewhere, nothing unescaped, a policy that fits its own script.

use super::*;
use crate::article::Article;
use crate::document::{BriefPath, BriefSentence, Evidence, Origin, SCHEMA, Tool};

fn brief(language: Language, text: &str, evidence: Vec<Evidence>) -> Brief {
    Brief {
        language,
        headline: format!("Headline {language}"),
        sentences: vec![BriefSentence { evidence, ..BriefSentence::new(text) }],
        origin: Origin {
            model: "tiny".into(),
            revision: "1".into(),
            prompt_sha256: String::new(),
            settings: serde_json::Value::Null,
            route: vec![Language::English],
            path: BriefPath::default(),
        },
    }
}

fn document() -> Document {
    let first = Evidence { paragraph: 0, start: 0, end: 14 };
    let overlapping = Evidence { paragraph: 0, start: 7, end: 20 };
    let second = Evidence { paragraph: 1, start: 0, end: 500 };
    let nowhere = Evidence { paragraph: 9, start: 0, end: 5 };
    Document {
        schema: SCHEMA.into(),
        article: Article {
            id: "storm-1".into(),
            title: Some("A <b>storm</b>".into()),
            published: Some("2026-11-20".into()),
            source: "https://example.org/?a=1&b='2'".into(),
            paragraphs: vec!["İstanbul’da a storm. It rained.".into(), "Nobody was hurt.".into()],
            ..Article::empty(Language::English)
        },
        briefs: vec![
            brief(Language::English, "A storm.", vec![first.clone(), overlapping, second]),
            brief(Language::Turkish, "Fırtına.", vec![first, nowhere]),
            brief(Language::Russian, "Буря.", Vec::new()),
        ],
        findings: vec![Finding {
            check: "numbers".into(),
            severity: Severity::Error,
            message: "<script>alert(1)</script>".into(),
            language: Some(Language::Turkish),
            span: None,
        }],
        tool: Tool { name: "bulletin".into(), version: "0".into() },
    }
}

fn page(document: &Document) -> String {
    let overview = Overview {
        articles: 1,
        shown: 1,
        languages: Language::ALL.into(),
        findings: [("numbers".to_string(), 1)].into(),
    };
    let mut out = Vec::new();
    start(&mut out, &overview).unwrap();
    article(&mut out, document).unwrap();
    end(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Every value of `attribute="…"` in `page`.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let begin = format!(" {attribute}=\"");
    page.split(begin.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn every_link_of_a_sentence_leads_to_one_place() {
    let page = page(&document());
    let ids = values(&page, "id");
    let links: Vec<&str> =
        values(&page, "href").into_iter().filter_map(|href| href.strip_prefix('#')).collect();
    assert_eq!(links, ["storm-1-0-0", "storm-1-1-0", "storm-1-0-0"]);
    for link in links {
        assert_eq!(ids.iter().filter(|id| **id == link).count(), 1, "{link} in {ids:?}");
    }
    assert!(page.contains("<span>Буря.</span>"), "a sentence without evidence is no link");
    assert!(page.contains("<span id=\"storm-1-0-0\">İstanbul’da a storm.</span> It rained."));
}

#[test]
fn what_an_article_says_stays_text() {
    let page = page(&document());
    assert!(page.contains("A &lt;b&gt;storm&lt;/b&gt;"));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(page.contains("href=\"https://example.org/?a=1&amp;b=&#39;2&#39;\""));
    assert_eq!(page.matches("<script>").count(), 1);
    assert_eq!(source("javascript:alert(1)"), "javascript:alert(1)");
    assert_eq!(escape("a\u{202e}b\u{1b}[31m\u{7}c"), "ab[31mc");
}

#[test]
fn each_language_is_marked_and_findings_stand_with_their_brief() {
    let page = page(&document());
    for code in ["en", "tr", "ru"] {
        assert!(page.contains(&format!("<section lang=\"{code}\" data-language=\"{code}\">")));
    }
    let turkish = page.split("<section lang=\"tr\"").nth(1).unwrap();
    let turkish = turkish.split("</section>").next().unwrap();
    assert!(turkish.contains("class=\"error\"") && turkish.contains("lang=\"en\""));
    assert!(page.contains("data-findings=\"numbers\""));
    assert!(page.contains("<time datetime=\"2026-11-20\">"));
}

#[test]
fn nothing_is_asked_of_a_network() {
    let page = page(&document());
    for attribute in ["src", "srcset", "data", "action", "poster"] {
        assert!(values(&page, attribute).is_empty(), "{attribute}");
    }
    assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
    assert!(page.contains("default-src 'none'") && !page.contains("unsafe"));
    assert!(!page.contains("<link") && !page.contains(" style=") && !page.contains(" onclick="));
}

#[test]
fn base64_of_all_lengths() {
    // The examples of RFC 4648, section 10.
    for (bytes, text) in
        [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")]
    {
        assert_eq!(base64(bytes.as_bytes()), text);
    }
}

#[test]
fn a_page_that_shows_a_part_says_so() {
    let overview = Overview { articles: 5_000, shown: 2_000, ..Overview::default() };
    assert!(headline(&overview).starts_with("The newest 2000 of 5000 articles"));
}

//! The digest page in a real browser: a link is clicked, the filter is used, nothing is asked of a
//! network.

use std::path::Path;

use bulletin::internals::article::Article;
use bulletin::internals::document::{Brief, BriefPath, BriefSentence, Document, Evidence, Origin};
use bulletin::internals::document::{Finding, Severity};
use bulletin::internals::language::Language;
use bulletin::internals::output::html::{self, Overview};

use crate::browser::Browser;

fn brief(language: Language, headline: &str, sentences: &[(&str, Evidence)]) -> Brief {
    let sentence = |(text, evidence): &(&str, Evidence)| BriefSentence {
        evidence: vec![evidence.clone()],
        ..BriefSentence::new(*text)
    };
    Brief {
        language,
        headline: headline.into(),
        sentences: sentences.iter().map(sentence).collect(),
        origin: Origin {
            model: "gemma-3-270m".into(),
            revision: "1".into(),
            prompt_sha256: String::new(),
            settings: serde_json::Value::Null,
            route: vec![Language::English, language],
            path: BriefPath::Model,
        },
    }
}

/// A long article, so that its source sentence is out of sight before the link is clicked.
fn article(number: usize, briefs: Vec<Brief>, findings: Vec<Finding>) -> Document {
    let filler = "The council will meet again on Thursday to hear from residents of the valley.";
    let mut paragraphs = vec![format!("{filler} {filler}"); 12];
    paragraphs[9] = "The ferry returned to Üsküdar. Nobody was hurt, the company said.".into();
    let article = Article {
        id: format!("ferry-{number}"),
        title: Some(format!("Ferry {number} turns back <in> fog")),
        published: Some(format!("2026-11-{:02}", 20 - number)),
        source: format!("harbour/ferry-{number}.txt"),
        paragraphs,
        ..Article::empty(Language::English)
    };
    Document::new(article, briefs, findings)
}

fn documents() -> Vec<Document> {
    let place = |start, end| Evidence { paragraph: 9, start, end };
    let briefs = || {
        vec![
            brief(
                Language::English,
                "Ferry turns back in fog",
                &[
                    ("The ferry went back to Üsküdar.", place(0, 30)),
                    ("Nobody was hurt.", place(31, 66)),
                ],
            ),
            brief(
                Language::Turkish,
                "Vapur sis yüzünden geri döndü",
                &[
                    ("Vapur Üsküdar’a geri döndü.", place(0, 30)),
                    ("Yaralanan olmadı.", place(31, 66)),
                ],
            ),
            brief(
                Language::Russian,
                "Паром вернулся из-за тумана",
                &[
                    ("Паром вернулся в Ускюдар.", place(0, 30)),
                    ("Никто не пострадал.", place(31, 66)),
                ],
            ),
        ]
    };
    let finding = |severity, check: &str, language| Finding {
        check: check.into(),
        severity,
        message: "look at the number 14, which the source does not have".into(),
        language: Some(language),
        span: None,
    };
    let marked = vec![
        finding(Severity::Error, "numbers", Language::Russian),
        finding(Severity::Warning, "names", Language::Turkish),
    ];
    vec![
        article(1, briefs(), Vec::new()),
        article(2, briefs(), marked),
        article(
            3,
            briefs()[..1].to_vec(),
            vec![finding(Severity::Note, "names", Language::English)],
        ),
    ]
}

fn write_page(path: &Path) {
    let documents = documents();
    let overview = Overview {
        articles: documents.len(),
        shown: documents.len(),
        languages: Language::ALL.into(),
        findings: [("names".to_string(), 2), ("numbers".to_string(), 1)].into(),
    };
    let mut page = Vec::new();
    html::start(&mut page, &overview).unwrap();
    for document in &documents {
        html::article(&mut page, document).unwrap();
    }
    html::end(&mut page).unwrap();
    std::fs::write(path, page).unwrap();
}

#[test]
fn a_reader_clicks_a_sentence_and_uses_the_filter() {
    let Some(browser) = Browser::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("digest.html");
    write_page(&page);
    browser.open(&format!("file://{}", page.display()));

    let target = "ferry-2-9-31";
    let seen = format!(
        "const box = document.getElementById('{target}').getBoundingClientRect();\
         return box.height > 0 && box.top >= 0 && box.bottom <= innerHeight;"
    );
    assert_eq!(browser.script(&seen), false, "the source is in sight before the click");
    browser.click(&format!("#ferry-2 section[lang=ru] a[href='#{target}']"));
    assert_eq!(browser.script(&seen), true, "the click does not lead to the source sentence");
    let text = browser.script("return document.querySelector(':target').textContent");
    assert_eq!(text, "Nobody was hurt, the company said.");

    browser.open(&format!("file://{}", page.display()));
    let articles = "return [...document.querySelectorAll('main > article')]\
                    .filter(a => a.checkVisibility()).map(a => a.id)";
    let sections = "return [...document.querySelectorAll('section')]\
                    .filter(s => s.checkVisibility()).map(s => s.lang)";
    assert_eq!(browser.script(articles), serde_json::json!(["ferry-1", "ferry-2", "ferry-3"]));
    browser.keys("select[name=language]", "Türkçe");
    assert_eq!(browser.script(articles), serde_json::json!(["ferry-1", "ferry-2"]));
    assert_eq!(browser.script(sections), serde_json::json!(["tr", "tr"]));
    browser.keys("select[name=finding]", "numbers");
    assert_eq!(browser.script(articles), serde_json::json!(["ferry-2"]));
    assert_eq!(browser.script("return document.querySelector('output').value"), "1 of 3 articles");

    browser.keys("input[name=words]", "VAPUR yuzunden ferry-2");
    assert_eq!(browser.script(articles), serde_json::json!(["ferry-2"]), "a search by words");
    browser.keys("input[name=words]", " submarine");
    assert_eq!(browser.script(articles), serde_json::json!([]), "a word that is nowhere");
    browser.open(&format!("file://{}", page.display()));
    browser.keys("select[name=finding]", "with errors");
    assert_eq!(browser.script(articles), serde_json::json!(["ferry-2"]));

    let messages = browser.log("browser");
    assert!(messages.is_empty(), "the console says: {messages:?}");
    for entry in browser.log("performance") {
        let text = entry["message"].as_str().unwrap_or_default();
        if text.contains("Network.requestWillBeSent\"") {
            assert!(text.contains("\"url\":\"file://"), "a request went out: {text}");
        }
    }
}

#[test]
fn the_page_fits_a_phone() {
    let Some(browser) = Browser::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("digest.html");
    write_page(&page);
    browser.resize(360, 740);
    browser.open(&format!("file://{}", page.display()));
    let width = browser.script("return document.documentElement.scrollWidth").as_u64().unwrap();
    assert!(width <= 360, "the page is {width} pixels wide on a phone of 360");
    let size =
        "return parseFloat(getComputedStyle(document.querySelector('section p.text')).fontSize)";
    assert!(browser.script(size).as_f64().unwrap() >= 16.0);
    assert!(browser.screenshot().len() > 10_000);
}

#[test]
fn text_is_legible_in_light_and_in_dark() {
    let Some(browser) = Browser::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("digest.html");
    write_page(&page);
    for scheme in ["light", "dark"] {
        browser.prefer(scheme);
        browser.open(&format!("file://{}", page.display()));
        let dark = browser.script("return matchMedia('(prefers-color-scheme: dark)').matches");
        assert_eq!(dark, scheme == "dark");
        for selector in
            ["h2", "p.text", "p.soft", "a.sentence", ".error b", ".warning i", ".note b"]
        {
            let ratio = browser.script(&CONTRAST.replace("SELECTOR", selector)).as_f64().unwrap();
            // The least that the Web Content Accessibility Guidelines ask for (level AA).
            assert!(ratio >= 4.5, "{selector} in {scheme}: {ratio:.1}");
        }
    }
}

/// Contrast ratio of text and the card behind it (WCAG 2.2, "contrast ratio").
const CONTRAST: &str = "
    const light = (color) => {
        const [r, g, b] = color.match(/[\\d.]+/g).map(Number).slice(0, 3)
            .map((part) => part / 255)
            .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const text = document.querySelector('main SELECTOR');
    const style = getComputedStyle(text);
    const card = getComputedStyle(text.closest('article')).backgroundColor;
    const [a, b] = [light(style.color), light(card)].sort((one, other) => other - one);
    return (a + 0.05) / (b + 0.05);
";

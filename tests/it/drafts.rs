//! A translator whose drafts are wrong more often than right, from end to end: a brief whose translation stands, one
//! with a sentence that fails, and one of which nothing stands.

use crate::scripted::{Desk, Ran, repository};

const ARTICLE: &str = "New office in Ankara\n\n\
    In 2019 about 450 people worked in the new office in Ankara. The office was opened on Monday.\n\n\
    About 450 people from 12 countries work in the new building of the government in Ankara. About 450 people work \
    for the company in Turkey and Germany.\n";
const BRIEF: &str = "About 450 people work for the company in Turkey and Germany\\nIn 2019 about 450 people worked in the \
    new office in Ankara. About 450 people from 12 countries work in the new building of the government in Ankara.";

const HEADLINE: &str = "Şirket için Türkiye ve Almanya'da yaklaşık 450 kişi çalışıyor";
const PEOPLE: &str = "2019 yılında Ankara'daki yeni ofiste yaklaşık 450 kişi çalıştı.";
const BUILDING: &str = "Ankara'daki yeni hükümet binasında 12 ülkeden yaklaşık 450 kişi çalışıyor.";
const ANOTHER: &str = "Şirket yazın yeni bir program aldı.";

/// The brief in Turkish, by a translator that gives these answers for headline and sentences.
fn translated(answers: [&str; 3]) -> Ran {
    let sources = ["About 450 people work", "In 2019 about", "About 450 people from"];
    let rules = sources.iter().zip(answers).map(|(source, answer)| {
        format!(r#"{{"contains": ["English: {source}", "Turkish:"], "answers": [" {answer}"]}}"#)
    });
    let brief =
        format!(r#"{{"contains": ["Summarize the news article"], "answers": ["{BRIEF}"]}}"#);
    let rules: Vec<String> = std::iter::once(brief).chain(rules).collect();
    let desk =
        Desk::with_script(&format!(r#"{{"name": "scripted", "rules": [{}]}}"#, rules.join(",\n")));
    // The registry as it is, with the quality of its translators.
    desk.put("drafts.toml", std::fs::read(repository().join("models.toml")).unwrap());
    desk.put("office.txt", ARTICLE);
    let profile = ["--models", "drafts.toml", "--profile", "drafts"];
    desk.run(&[&["summarise", "office.txt", "--to", "tr"], &profile[..]].concat())
}

#[test]
fn a_translation_that_stands_is_printed_as_it_is() {
    let ran = translated([HEADLINE, PEOPLE, BUILDING]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains(HEADLINE) && ran.stdout.contains(PEOPLE), "{ran:?}");
    assert!(!ran.stdout.contains("[?"), "{ran:?}");
}

#[test]
fn a_sentence_that_fails_is_marked_beside_its_source() {
    let ran = translated([HEADLINE, PEOPLE, ANOTHER]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let marked = "[? About 450 people from 12 countries work in the new building of the government in Ankara.]";
    assert!(ran.stdout.contains(&format!("{ANOTHER} {marked}")), "{ran:?}");
    assert!(ran.stdout.contains(PEOPLE) && ran.stdout.matches("[? ").count() == 1, "{ran:?}");
    assert!(ran.stderr.contains("(adequacy, tr)"), "{ran:?}");
}

#[test]
fn where_nothing_stands_the_source_is_printed() {
    let ran = translated([ANOTHER, ANOTHER, ANOTHER]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stdout.contains("No translation stands. The original says:"), "{ran:?}");
    assert!(
        ran.stdout.contains("In 2019 about 450 people worked in the new office in Ankara."),
        "{ran:?}"
    );
    assert!(!ran.stdout.contains(ANOTHER), "{ran:?}");
}

//! A translator whose drafts are wrong more often than right, from end to end: a brief whose translation stands, one
//! with a sentence that fails, and one of which nothing stands.

use crate::scripted::{Desk, Ran, repository};

const ARTICLE: &str = "New office in Ankara\n\n\
    About 450 people work in the new office in Ankara. The office was opened on Monday.\n\n\
    The council opened a small museum beside the old harbour. Users can change their password in the settings.\n";
const BRIEF: &str = "450 people work in the new office in Ankara\\nAbout 450 people work in the new office in Ankara. \
    The council opened a small museum beside the old harbour.";

const HEADLINE: &str = "Ankara'daki yeni ofiste 450 kişi çalışıyor";
const PEOPLE: &str = "Ankara'daki yeni ofiste yaklaşık 450 kişi çalışıyor.";
const MUSEUM: &str = "Meclis, eski limanın yanında küçük bir müze açtı.";
const ANOTHER: &str = "Şirket yazın yeni bir program aldı.";

/// The brief in Turkish, by a translator that gives these answers for headline and sentences.
fn translated(answers: [&str; 3]) -> Ran {
    let sources = ["450 people work", "About 450 people work", "The council opened"];
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
    let ran = translated([HEADLINE, PEOPLE, MUSEUM]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains(HEADLINE) && ran.stdout.contains(PEOPLE), "{ran:?}");
    assert!(!ran.stdout.contains("[?"), "{ran:?}");
}

#[test]
fn a_sentence_that_fails_is_marked_beside_its_source() {
    let ran = translated([HEADLINE, PEOPLE, ANOTHER]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let marked = "[? The council opened a small museum beside the old harbour.]";
    assert!(ran.stdout.contains(&format!("{ANOTHER} {marked}")), "{ran:?}");
    assert!(ran.stdout.contains(PEOPLE) && ran.stdout.matches("[? ").count() == 1, "{ran:?}");
    assert!(ran.stderr.contains("(adequacy, tr)"), "{ran:?}");
}

#[test]
fn where_nothing_stands_the_source_is_printed() {
    let ran = translated([ANOTHER, ANOTHER, ANOTHER]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stdout.contains("No translation stands. The original says:"), "{ran:?}");
    assert!(ran.stdout.contains("About 450 people work in the new office in Ankara."), "{ran:?}");
    assert!(!ran.stdout.contains(ANOTHER), "{ran:?}");
}

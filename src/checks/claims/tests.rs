//! What a text claims and its source gives.

use super::*;
use crate::analysis::passage::{Knowledge, passage};
use crate::language::Language::{English, Russian, Turkish};

fn made(text: &str, language: Language) -> Passage {
    passage(text, Knowledge::of(language))
}

fn in_brief(text: &str, article: &str, language: Language) -> Vec<String> {
    let source = Source::of_text(article, Knowledge::of(language));
    let found = check(&made(text, language), &source);
    found.into_iter().map(|draft| draft.message).collect()
}

#[test]
fn every_row_claims_something_in_each_language() {
    for (words, language) in CLAIMS.iter().zip(Language::ALL) {
        let phrases: Vec<&Phrase> = words.0.values().flatten().collect();
        for thing in 0..TABLE.rows().len() {
            let own = || phrases.iter().filter(|phrase| phrase.thing == thing);
            let leads = own().all(|phrase| phrase.sort == Sort::Leading);
            assert!(leads || own().any(|phrase| phrase.claims), "{thing} {language:?}");
        }
    }
}

#[test]
fn offices_and_events_that_the_article_does_not_have_are_found() {
    for (text, article, language) in [
        (
            "The president of Velmar visited the port.",
            "The prime minister of Velmar visited the port.",
            English,
        ),
        ("Three sailors are dead.", "Three sailors were rescued from the sea.", English),
        ("Kral limanı ziyaret etti.", "Başbakan limanı ziyaret etti.", Turkish),
        ("Denizciler öldü.", "Denizciler kurtarıldı.", Turkish),
        ("Президент посетил порт.", "Премьер-министр посетил порт.", Russian),
        ("Три моряка погибли.", "Трёх моряков спасли.", Russian),
    ] {
        assert_eq!(in_brief(text, article, language).len(), 1, "{text}");
    }
}

#[test]
fn the_same_thing_in_other_words_is_let_through() {
    for (text, article, language) in [
        ("The premier visited the port.", "The prime minister visited the port.", English),
        ("Two people died.", "The storm killed two people.", English),
        ("Cumhurbaşkanı limandaydı.", "Devlet Başkanı Aydın limandaydı.", Turkish),
        ("Премьер посетил порт.", "Глава правительства посетил порт.", Russian),
    ] {
        assert_eq!(in_brief(text, article, language), [""; 0], "{text}");
    }
}

#[test]
fn an_office_that_another_person_holds_is_found() {
    let article = "Prime Minister Velan met President Ostrow on Monday. Velan spoke first.";
    let wrong = in_brief("President Velan spoke first.", article, English);
    assert_eq!(wrong, ["the article calls Velan \"Prime Minister\", not \"President\""]);
    assert!(in_brief("President Ostrow met Velan.", article, English).is_empty());
}

#[test]
fn an_office_in_the_place_of_another_is_found_where_the_sentence_is_repeated() {
    let article = "The mayor of Velmar opened the new bridge on Monday. A king had asked for it.";
    let wrong = "The king of Velmar opened the new bridge on Monday.";
    assert_eq!(in_brief(wrong, article, English).len(), 1);
    let right = "The mayor of Velmar opened the new bridge for which a king had asked.";
    assert_eq!(in_brief(right, article, English), [""; 0]);
    // "Başkan" gives a governor, too, but the sentence that is repeated has another.
    let article = "Velmar belediye başkanı yeni köprüyü pazartesi günü açtı. Başkan sonra konuştu.";
    let wrong = "Velmar valisi yeni köprüyü pazartesi günü açtı.";
    assert_eq!(in_brief(wrong, article, Turkish).len(), 1);
}

#[test]
fn a_translation_gives_nobody_another_office() {
    let found = |source: &str, text: &str| {
        let drafts = check_across(&made(source, Russian), &made(text, English));
        drafts.first().map(|draft| draft.severity)
    };
    let prime = "Премьер-министр Малайзии не хочет войны.";
    assert_eq!(found(prime, "The President of Malaysia does not want war."), Some(Severity::Error));
    assert_eq!(found(prime, "Malaysia's prime minister does not want war."), None);
    let head = "Глава Малайзии не хочет войны.";
    assert_eq!(found(head, "The President of Malaysia does not want war."), None);
    assert_eq!(found("Он не хочет войны.", "The king does not want war."), Some(Severity::Warning));
}

#[test]
fn a_general_word_is_no_excuse_where_the_text_says_who_it_is() {
    let source = [
        made("Глава Малайзии: мы не хотим бороться с Китаем", Russian),
        made("Премьер-министр Малайзии выступил в понедельник.", Russian),
    ];
    let found = |text: &str| Given::by(&source).beyond(&made(text, English), &[]);
    let wrong = found("The President of Malaysia: We don't want to fight China");
    assert_eq!(wrong[0].message, "the whole source calls nobody \"President\"");
    assert!(found("Malaysia's prime minister: we do not want to fight China").is_empty());
}

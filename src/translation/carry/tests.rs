use std::cell::RefCell;

use super::*;
use crate::engine::GenerationOptions;
use crate::engine::scripted::Scripted;
use crate::language::Language::{self, English, Russian, Turkish};
use crate::models::Registry;
use crate::prompt::Prompts;
use crate::translation::judge::Verdict;
use crate::translation::route::Leg;

fn leg(from: Language, to: Language, model: &str) -> Leg {
    Leg { from, to, model: model.into() }
}

fn ready(name: &str) -> Ready {
    let script = r#"{"contains": ["Turkish: Köprü kapandı.\nEnglish:"], "answers": ["The bridge closed."]}
{"contains": ["English: The bridge closed.\nRussian:"], "answers": ["Мост закрыли."]}
{"contains": ["English: It rained.\nRussian:"], "answers": ["Шёл дождь."]}"#;
    let registry = Registry::builtin().unwrap();
    let mut entry = registry.model("gemma3-270m").unwrap().clone();
    entry.name = name.to_string();
    let translator =
        Translator::new(&entry, &Prompts::builtin(), GenerationOptions::default()).unwrap();
    Ready { engine: Rc::new(Scripted::parse(script).unwrap()), translator }
}

#[test]
fn pivots_keep_sentences_aligned_and_models_are_opened_once() {
    let opened = RefCell::new(Vec::new());
    let mut open = |name: &str| {
        opened.borrow_mut().push(name.to_string());
        Ok(ready(name))
    };
    let pivot = Route::Pivot(leg(Turkish, English, "first"), leg(English, Russian, "second"));
    let direct = Route::Direct(leg(English, Russian, "second"));
    let loads = [
        Load {
            sentences: vec!["Köprü kapandı.".into(), "1 234".into()],
            route: pivot,
            second: None,
        },
        Load { sentences: vec!["It rained.".into()], route: direct, second: None },
    ];
    let delivered = carry(&loads, &mut open, &|_, _| Verdict::default(), &mut |_| {}).unwrap();
    assert_eq!(*opened.borrow(), ["first", "second"]);
    let texts: Vec<&str> = delivered[0].sentences.iter().map(|s| s.text.as_str()).collect();
    assert_eq!(texts, ["Мост закрыли.", "1 234"]);
    assert_eq!(delivered[0].sentences[0].source, "Köprü kapandı.");
    assert_eq!(delivered[0].used.len(), 2);
    assert_eq!(delivered[1].sentences[0].text, "Шёл дождь.");
}

#[test]
fn one_model_for_both_legs_is_opened_once() {
    let opened = RefCell::new(0);
    let mut open = |name: &str| {
        *opened.borrow_mut() += 1;
        Ok(ready(name))
    };
    let route = Route::Pivot(leg(Turkish, English, "both"), leg(English, Russian, "both"));
    let loads = [Load { sentences: vec!["Köprü kapandı.".into()], route, second: None }];
    let delivered = carry(&loads, &mut open, &|_, _| Verdict::default(), &mut |_| {}).unwrap();
    assert_eq!(*opened.borrow(), 1);
    assert_eq!(delivered[0].sentences[0].text, "Мост закрыли.");
}

#[test]
fn a_poor_sentence_goes_the_second_way() {
    let way = Route::Direct(leg(Turkish, Russian, "direct"));
    let second = Route::Pivot(leg(Turkish, English, "first"), leg(English, Russian, "second"));
    let mut open = |name: &str| match name {
        "direct" => {
            let script = r#"{"answers": ["Köprü kapandı."]}"#;
            Ok(Ready { engine: Rc::new(Scripted::parse(script).unwrap()), ..ready(name) })
        }
        _ => Ok(ready(name)),
    };
    let sentences = vec!["Köprü kapandı.".to_string()];
    let load = |second| [Load { sentences: sentences.clone(), route: way.clone(), second }];
    let direct = carry(&load(None), &mut open, &|_, _| Verdict::default(), &mut |_| {}).unwrap();
    assert_eq!(direct[0].sentences[0].findings[0].severity, Severity::Error);
    let delivered =
        carry(&load(Some(second)), &mut open, &|_, _| Verdict::default(), &mut |_| {}).unwrap();
    let sentence = &delivered[0].sentences[0];
    assert_eq!(sentence.text, "Мост закрыли.");
    assert_eq!(sentence.languages, [Turkish, English, Russian]);
    assert_eq!(
        sentence.findings[0].message,
        "the direct translation was poor; this one went Turkish → English → Russian"
    );
}

#[test]
fn what_came_by_a_pivot_is_held_against_what_set_out() {
    let route = Route::Pivot(leg(Turkish, English, "first"), leg(English, Russian, "second"));
    let loads = [Load { sentences: vec!["Köprü kapandı.".into()], route, second: None }];
    let judge = |pair: Pair, _| match (pair.from, pair.to) {
        (Turkish, Russian) => {
            assert_eq!((pair.source, pair.target), ("Köprü kapandı.", "Мост закрыли."));
            let lost = Finding::new(Check::Adequacy, Severity::Error, "something else");
            Verdict { findings: vec![lost], ..Verdict::default() }
        }
        _ => Verdict::default(),
    };
    let mut open = |name: &str| Ok(ready(name));
    let delivered = carry(&loads, &mut open, &judge, &mut |_| {}).unwrap();
    let findings = &delivered[0].sentences[0].findings;
    assert!(matches!(findings.as_slice(), [found] if found.is(Check::Adequacy)), "{findings:?}");
}

use std::rc::Rc;

use super::*;
use crate::document::BriefPath;
use crate::engine::GenerationOptions;
use crate::engine::scripted::Scripted;
use crate::language::Language::{English, Turkish};
use crate::models::Registry;
use crate::prompt::Prompts;
use crate::translation::route::Leg;
use crate::translation::translator::Translator;

fn order() -> Order {
    let origin = Origin {
        model: "writer".into(),
        revision: "r".into(),
        prompt_sha256: "p".into(),
        settings: json!({"style": "wire"}),
        route: vec![English],
        path: BriefPath::Repaired,
    };
    let brief = Brief {
        language: English,
        headline: "Bridge closes".into(),
        sentences: vec![BriefSentence::new("The bridge closes today.")],
        origin,
    };
    let leg = Leg { from: English, to: Turkish, model: "gemma3-270m".into() };
    Order { brief, route: Route::Direct(leg), second: None }
}

fn translated(answer: &str, strictness: Strictness) -> TranslatedBrief {
    let script = format!(
        "{{\"contains\": [\"English: Bridge closes\\nTurkish:\"], \"answers\": [\"Köprü kapanıyor\"]}}\n\
         {{\"answers\": [\"{answer}\"]}}"
    );
    let mut open = |name: &str| {
        let registry = Registry::builtin().unwrap();
        let translator = Translator::new(
            registry.model(name).unwrap(),
            &Prompts::builtin(),
            GenerationOptions::default(),
        )?;
        Ok(Ready { engine: Rc::new(Scripted::parse(&script)?), translator })
    };
    let judge = |_: crate::translation::check::Pair, _: crate::checks::adequacy::Quality| {
        crate::translation::judge::Verdict::default()
    };
    let mut results =
        translate_briefs(&[order()], strictness, &mut open, &judge, &mut |_| {}).unwrap();
    results.remove(0)
}

#[test]
fn a_translated_brief_knows_its_source_and_its_way() {
    let result = translated("Köprü bugün kapanıyor.", Strictness::Errors);
    let brief = result.brief.unwrap();
    assert_eq!((brief.language, brief.headline.as_str()), (Turkish, "Köprü kapanıyor"));
    assert_eq!(brief.sentences[0].text, "Köprü bugün kapanıyor.");
    assert_eq!(brief.sentences[0].source.as_deref(), Some("The bridge closes today."));
    assert_eq!(brief.origin.route, [English, Turkish]);
    assert_eq!(brief.origin.path, BriefPath::Repaired);
    assert_eq!(brief.origin.settings["original"]["settings"]["style"], "wire");
    assert_eq!(brief.origin.settings["legs"][0]["from"], "en");
    assert_eq!(result.findings, Vec::new());
}

#[test]
fn a_bad_sentence_is_marked_and_strictness_refuses_it() {
    let result = translated("The bridge closes today.", Strictness::Errors);
    let finding = &result.findings[0];
    assert_eq!(finding.span.unwrap().sentence, Some(0));
    assert!(finding.message.ends_with("; the source says: The bridge closes today."));
    assert!(result.brief.is_some());
    let strict = translated("The bridge closes today.", Strictness::Warnings);
    assert_eq!(strict.brief, None);
    assert_eq!(strict.findings.last().unwrap().check, "no-translation");
}

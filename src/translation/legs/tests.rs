use super::*;
use crate::checks::adequacy::Quality;
use crate::document::{Check, Severity};
use crate::engine::GenerationOptions;
use crate::engine::scripted::Scripted;
use crate::language::Language::{self, English, Russian, Turkish};
use crate::models::{Architecture, ChatTemplate, Licence, ModelEntry, Source};
use crate::prompt::Prompts;
use crate::translation::glossary::Glossary;

fn entry(architecture: Architecture, chat_template: ChatTemplate) -> ModelEntry {
    ModelEntry {
        name: "test-model".into(),
        base: "test-model".into(),
        architecture,
        sources: vec![Source::Folder { path: "models".into() }],
        revision: "r1".into(),
        revision_note: None,
        files: Vec::new(),
        chat_template,
        languages: Language::ALL.to_vec(),
        translates: vec![(English, Turkish), (English, Russian)],
        summarise_prompt: None,
        translate_prompt: None,
        defaults: Default::default(),
        target_prefix: [(Russian, ">>rus<< ".to_string())].into(),
        quality: Quality::Good,
        adapter: None,
        licence: Licence { name: "MIT".into(), url: "https://example.org".into(), notice: None },
    }
}

fn translator(architecture: Architecture, chat_template: ChatTemplate) -> Translator {
    let entry = entry(architecture, chat_template);
    Translator::new(&entry, &Prompts::builtin(), GenerationOptions::default()).unwrap()
}

fn run(script: &str, tasks: &[Task]) -> Vec<Translated> {
    let engine = Scripted::parse(script).unwrap();
    let translator = translator(Architecture::Gemma3, ChatTemplate::None);
    translate(tasks, &translator, &engine, &|_, _| Verdict::default(), &mut |_| {}).unwrap()
}

fn task(text: &str, to: Language) -> Task {
    Task { text: text.into(), from: English, to }
}

const SOURCE: &str = "The bridge stays closed until the first of March.";
const GOOD: &str = "Köprü 1 Mart'a kadar kapalı kalacak diye açıklandı.";

#[test]
fn every_sentence_has_one_translation() {
    let script = format!(
        r#"{{"contains": ["The bridge"], "answers": [" {GOOD}\nEnglish: next"]}}
        {{"answers": ["Evet."]}}"#
    );
    let script = script.replace("\n        ", "\n");
    let results = run(&script, &[task(SOURCE, Turkish), task("Yes.", Turkish)]);
    assert_eq!(results[0].text, GOOD);
    assert_eq!(results[0].findings, Vec::new());
    assert_eq!(results[0].logprob, Some(-0.25));
    assert_eq!(results[1].text, "Evet.");
}

#[test]
fn a_poor_translation_is_tried_again_and_the_better_is_kept() {
    let script = format!(r#"{{"answers": ["{SOURCE}", "{GOOD}"]}}"#);
    let results = run(&script, &[task(SOURCE, Turkish)]);
    assert_eq!((results[0].text.as_str(), results[0].findings.len()), (GOOD, 0));
}

#[test]
fn of_several_candidates_the_best_is_kept() {
    let script = format!(r#"{{"answers": ["{SOURCE}", "{GOOD}", "Kedi bahçede uyudu."]}}"#);
    let engine = Scripted::parse(&script).unwrap();
    let mut translator = translator(Architecture::Gemma3, ChatTemplate::None);
    translator.candidates = 3;
    let mut events = Vec::new();
    let tasks = [task(SOURCE, Turkish), task(SOURCE, Turkish)];
    let results =
        translate(&tasks, &translator, &engine, &|_, _| Verdict::default(), &mut |progress| {
            events.push(progress.requests);
        });
    let results = results.unwrap();
    assert_eq!(results.len(), 2);
    assert_eq!((results[0].text.as_str(), results[0].findings.len()), (GOOD, 0));
    assert!(events.iter().all(|requests| *requests == 6), "{events:?}");
    let settings = translator.settings();
    assert_eq!(
        (&settings["candidates"]["count"], &settings["candidates"]["seed"]),
        (&3.into(), &0.into())
    );
    translator.candidates = 1;
    assert!(translator.settings().get("candidates").is_none());
    let mut bare = self::translator(Architecture::Marian, ChatTemplate::None);
    bare.candidates = 8;
    assert_eq!(bare.candidates(), 1, "such models search with a beam");
}

#[test]
fn what_stays_poor_has_a_finding_and_no_translation_leaves_the_source() {
    let results = run(r#"{"answers": [""]}"#, &[task(SOURCE, Turkish)]);
    assert_eq!(results[0].text, SOURCE);
    assert_eq!(results[0].findings[0].severity, Severity::Error);
    let error = run(r#"{"answers": [{"error": "out of memory"}]}"#, &[task(SOURCE, Turkish)]);
    assert_eq!(error[0].text, SOURCE);
    assert_eq!(error[0].findings[0].message, "out of memory");
}

#[test]
fn the_judge_of_the_caller_takes_part() {
    let engine = Scripted::parse(&format!(r#"{{"answers": ["{GOOD}"]}}"#)).unwrap();
    let judge = |pair: Pair, quality: Quality| {
        assert_eq!(quality, Quality::Good);
        assert_eq!((pair.source, pair.target), (SOURCE, GOOD));
        let findings = vec![Finding::new(Check::Numbers, Severity::Warning, "a number is lost")];
        Verdict { adequacy: Some(40), findings }
    };
    let translator = translator(Architecture::Gemma3, ChatTemplate::None);
    let tasks = [task(SOURCE, Turkish)];
    let results = translate(&tasks, &translator, &engine, &judge, &mut |_| {}).unwrap();
    assert_eq!(results[0].findings[0].check, "numbers");
    assert_eq!(results[0].adequacy, Some(40));
}

#[test]
fn what_needs_no_model_is_kept() {
    let script = r#"{"answers": [{"error": "must not be asked"}]}"#;
    for text in ["1 234,5 %", "https://example.org/a?b=c", "* * *"] {
        let results = run(script, &[task(text, Turkish)]);
        assert_eq!((results[0].text.as_str(), results[0].findings.len()), (text, 0));
    }
    assert_eq!(run(script, &[task("1,204.72 USD", Turkish)])[0].text, "1.204,72 USD");
    let turkish = "Belediye başkanı salı günü köprünün kapalı kalacağını söyledi ve ayrıldı.";
    let results = run(script, &[task(turkish, Turkish)]);
    assert_eq!(results[0].text, turkish);
    assert_eq!(results[0].findings[0].severity, Severity::Note);
}

#[test]
fn sentences_over_the_context_go_clause_by_clause() {
    let script = r#"{"context_tokens": 210, "rules": [{"answers": ["bir iki üç"]}]}"#;
    let long = "one two three four five six seven eight, nine ten eleven twelve; ".repeat(3);
    let results = run(script, &[task(long.trim(), Turkish)]);
    assert!(results[0].text.len() > "bir iki üç".len(), "{}", results[0].text);
    let long = "The council met, and ".repeat(480) + "it ended.";
    let results = run(r#"{"answers": ["Meclis toplandı."]}"#, &[task(&long, Turkish)]);
    let pieces = results[0].text.matches("toplandı.").count();
    assert!((10..=20).contains(&pieces), "{pieces}");
    assert!(results[0].findings.len() <= 16, "the same is not said twice");
    assert_eq!(halves("aa bb, cc dd; ee ff"), Some(("aa bb, cc dd;", "ee ff")));
    assert_eq!(halves("word"), None);
}

#[test]
fn models_are_asked_in_their_own_way() {
    let bare = translator(Architecture::Marian, ChatTemplate::None);
    assert_eq!(
        bare.input("Hello.", English, Russian).unwrap(),
        crate::engine::Input::Text(">>rus<< Hello.".into())
    );
    assert_eq!(bare.prompt_sha256(), "");
    let chat = translator(Architecture::Qwen3, ChatTemplate::Qwen3);
    let input = chat.input("Hello.", English, Turkish).unwrap();
    insta::assert_snapshot!(crate::engine::shown(&input), @r"
    You are a professional news translator from English into Turkish. You translate everything, add nothing, and keep names, numbers, dates and quotation marks.

    Translate this English text into Turkish. Write only the translation.

    Hello.
    ");
    let few_shot = translator(Architecture::Gemma3, ChatTemplate::None);
    let input = few_shot.input("Привет.", Russian, Turkish).unwrap();
    let shown = crate::engine::shown(&input);
    let start = "The same sentences in Russian and in Turkish.\n\nRussian: Мэр заявил";
    assert!(shown.starts_with(start), "{shown}");
    assert!(shown.ends_with("\n\nRussian: Привет.\nTurkish:"), "{shown}");
    assert!(!shown.contains("English"), "{shown}");
}

#[test]
fn the_plain_prompt_is_the_form_that_the_adapter_was_trained_in() {
    let mut entry = entry(Architecture::Gemma3, ChatTemplate::None);
    entry.translate_prompt = Some("translate-plain".into());
    let mut translator =
        Translator::new(&entry, &Prompts::builtin(), GenerationOptions::default()).unwrap();
    let shown = |translator: &Translator, text: &str| {
        crate::engine::shown(&translator.input(text, English, Turkish).unwrap())
    };
    assert_eq!(shown(&translator, "Hi."), "English: Hi.\nTurkish:");
    let terms = "en\ttr\ncentral bank\tMerkez Bankası\nrate\tfaiz\n";
    let glossary = Glossary::read(terms, "terms.tsv", (English, Turkish)).unwrap();
    translator.glossary = std::rc::Rc::new(glossary);
    assert_eq!(
        shown(&translator, "The central bank cut its rate."),
        "English: central bank\nTurkish: Merkez Bankası\n\nEnglish: rate\nTurkish: faiz\n\n\
         English: The central bank cut its rate.\nTurkish:"
    );
}

#[test]
fn the_makers_prompts_are_word_for_word() {
    for (name, expected) in [
        (
            "translate-lmt",
            "Translate the following text from English into Turkish.\nEnglish: Hi\nTurkish: ",
        ),
        (
            "translate-hy-mt2",
            "Translate the following text into Turkish. Note that you should only output the \
             translated result without any additional explanation:\n\nHi",
        ),
    ] {
        let mut entry = entry(Architecture::Qwen3, ChatTemplate::Qwen3);
        entry.translate_prompt = Some(name.into());
        let translator =
            Translator::new(&entry, &Prompts::builtin(), GenerationOptions::default()).unwrap();
        let input = translator.input("Hi", English, Turkish).unwrap();
        assert_eq!(crate::engine::shown(&input), expected);
    }
}

#[test]
fn labels_and_quotation_marks_of_the_model_are_taken_off() {
    let plain = task("Yes.", Turkish);
    for answer in ["Evet.", "\"Evet.\"", "Turkish: Evet.", "<think>x</think> Evet.<end_of_turn>"] {
        assert_eq!(bare(answer, &plain), "Evet.");
    }
    assert_eq!(bare("\"Evet.\"", &task("\"Yes.\"", Turkish)), "\"Evet.\"");
}

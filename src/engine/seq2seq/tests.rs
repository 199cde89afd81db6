//! The engine from text to text, on the fixture that has a tokenizer.

use std::path::{Path, PathBuf};

use super::*;
use crate::engine::GenerationOptions;
use crate::language::Language;
use crate::prompt::Prompt;

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/seq2seq/marian-base")
}

fn options() -> Seq2SeqOptions {
    let pool = Arc::new(ThreadPool::new(2));
    Seq2SeqOptions { name: "small".into(), precision: Precision::F32, pool }
}

fn engine() -> Seq2SeqEngine {
    Seq2SeqEngine::load(&Seq2SeqFiles::find(&fixture()).unwrap(), options()).unwrap()
}

fn request(engine: &Seq2SeqEngine, text: &str) -> Request {
    let options = GenerationOptions {
        max_new_tokens: 12,
        sampling: engine.default_sampling(),
        ..GenerationOptions::default()
    };
    Request { input: Input::Text(text.into()), options }
}

fn answers(engine: &Seq2SeqEngine, requests: &[Request]) -> Vec<Result<Generation, RequestError>> {
    engine.generate(requests, &mut |_| {})
}

#[test]
fn texts_equal_transformers() {
    let engine = engine();
    assert_eq!(engine.name(), "small");
    assert_eq!(engine.default_sampling(), Sampling::Beam { width: 4, length_penalty: 1.0 });
    let text = std::fs::read_to_string(fixture().join("texts.json")).unwrap();
    let cases: serde_json::Value = serde_json::from_str(&text).unwrap();
    let cases = cases.as_array().unwrap();
    assert_eq!(cases.len(), 6);
    let requests: Vec<Request> =
        cases.iter().map(|case| request(&engine, case["source"].as_str().unwrap())).collect();
    for (case, result) in cases.iter().zip(answers(&engine, &requests)) {
        let generation = result.unwrap();
        assert_eq!(generation.text, case["text"].as_str().unwrap());
        assert_eq!(generation.prompt_tokens, case["ids"].as_array().unwrap().len());
        assert_eq!(generation.tokens.len(), generation.logprobs.len());
        assert!(!generation.tokens.contains(&0), "the end token is not a part of the answer");
    }
}

#[test]
fn failed_requests_leave_the_others_alone() {
    let engine = engine();
    let good = request(&engine, "oil prices rose");
    let long = request(&engine, &"oil ".repeat(200));
    let chat = Input::Chat(Prompt { system: None, user: "oil".into() });
    let chat = Request { input: chat, options: good.options.clone() };
    let mut random = good.clone();
    random.options.sampling =
        Sampling::Random { temperature: 1.0, top_k: None, top_p: None, min_p: None, seed: 1 };
    let mut finished = Vec::new();
    let requests = [long, good.clone(), chat, random, good];
    let results = engine.generate(&requests, &mut |event| {
        if let Event::Finished(number) = event {
            finished.push(number);
        }
    });
    assert!(
        matches!(results[0], Err(RequestError::TooLong { tokens, context: 48 }) if tokens > 48)
    );
    assert!(matches!(&results[2], Err(RequestError::Failed(message)) if message.contains("chat")));
    assert!(
        matches!(&results[3], Err(RequestError::Failed(message)) if message.contains("random"))
    );
    assert_eq!(results[1].as_ref().unwrap(), results[4].as_ref().unwrap());
    finished.sort_unstable();
    assert_eq!(finished, [1, 4]);
}

#[test]
fn loops_and_stop_strings_end_the_text() {
    let engine = engine();
    let mut long = request(&engine, "oil");
    long.options.max_new_tokens = 48;
    long.options.sampling = Sampling::Greedy;
    let whole = answers(&engine, std::slice::from_ref(&long)).remove(0).unwrap();
    assert_eq!(whole.stop, StopReason::Repetition, "{whole:?}");
    assert!(whole.tokens.len() < 40 && whole.logprobs.len() == whole.tokens.len());
    let last = whole.text.chars().last().unwrap().to_string();
    let place = whole.text.find(&last).unwrap();
    long.options.stop = vec![last];
    let cut = answers(&engine, &[long]).remove(0).unwrap();
    assert_eq!((cut.stop, &cut.text[..]), (StopReason::StopString, &whole.text[..place]));
}

#[test]
fn a_script_is_kept() {
    let engine = engine();
    let free = request(&engine, "oil");
    let mut bound = free.clone();
    bound.options.script = Some(Language::English);
    let results = answers(&engine, &[free, bound]);
    let texts: Vec<&str> =
        results.iter().map(|result| &result.as_ref().unwrap().text[..]).collect();
    assert!(texts[0].contains("слово"), "{texts:?}");
    assert!(!texts[1].is_empty() && texts[1].is_ascii(), "{texts:?}");
    assert!(engine.allowed(Language::English.into())[0], "the end is always allowed");
    assert!(engine.allowed(Language::Russian.into()).iter().all(|&allowed| allowed));
}

#[test]
fn foreign_or_missing_files_are_named() {
    let files = Seq2SeqFiles::find(&fixture()).unwrap();
    let message = |files: Seq2SeqFiles| {
        format!("{:#}", Seq2SeqEngine::load(&files, options()).err().expect("an error"))
    };
    let missing = message(Seq2SeqFiles { target_pieces: None, ..files.clone() });
    assert!(missing.contains("small") && missing.contains("target.spm"), "{missing}");
    let missing = message(Seq2SeqFiles { config: None, ..files.clone() });
    assert!(missing.contains("config.json"), "{missing}");
    let other = fixture().with_file_name("t5").join("config.json");
    let foreign = message(Seq2SeqFiles { config: Some(other), ..files.clone() });
    assert!(foreign.contains("T5"), "{foreign}");
    let other = fixture().with_file_name("marian-separate").join("model.safetensors");
    let smaller = message(Seq2SeqFiles { weights: vec![other], ..files });
    assert!(smaller.contains("embed_tokens") && smaller.contains("[70, 24]"), "{smaller}");
}

#[test]
fn a_gguf_file_with_its_tokenizer_inside_needs_no_other() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/seq2seq/madlad");
    let weights = vec![folder.join("llama.gguf")];
    let files = Seq2SeqFiles { weights, ..Seq2SeqFiles::default() };
    let engine = Seq2SeqEngine::load(&files, options()).unwrap();
    let text = std::fs::read_to_string(folder.join("texts.json")).unwrap();
    let cases: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(cases.len(), 9);
    for case in &cases {
        let text = case["text"].as_str().unwrap();
        let ids: Vec<u32> = serde_json::from_value(case["ids"].clone()).unwrap();
        assert_eq!(engine.encode(&Input::Text(text.into())).unwrap(), ids, "{text}");
        let known: Vec<u32> = ids.iter().copied().filter(|&id| id > 2).collect();
        if known.len() + 1 == ids.len() {
            let decoded = engine.texts.decode(&known).unwrap();
            assert_eq!(decoded, case["decoded"].as_str().unwrap(), "{text}");
        }
    }
    let generation = answers(&engine, &[request(&engine, "<2ru> oil was down")]).remove(0).unwrap();
    assert!(!generation.tokens.is_empty() && generation.tokens.len() <= 12);
}

//! The prompt of the starter translator and people's translations after it: token ids and
//! log-probabilities against llama.cpp's (`tests/reference/translation_likelihood.py`).

use std::cell::RefCell;
use std::collections::BTreeMap;

use bulletin::internals::engine::device::{Compute, DeviceChoice};
use bulletin::internals::engine::kernels::log_sum_exp;
use bulletin::internals::engine::{
    DecoderEngine, Engine, Event, Generation, GenerationOptions, Input, Request, RequestError,
    Setup,
};
use bulletin::internals::language::Language;
use bulletin::internals::models::{ChatTemplate, Registry};
use bulletin::internals::prompt::Prompts;
use bulletin::internals::translation::legs::{Task, translate};
use bulletin::internals::translation::translator::{Effort, Translator};
use serde::Deserialize;

use crate::starter::starter_model;
use crate::support::read_fixture;

const MODEL: &str = "gemma3-270m";

#[derive(Deserialize)]
struct Row {
    from: Language,
    to: Language,
    sentence: String,
    reference: String,
    ids: Vec<u32>,
    prompt_tokens: usize,
    logprobs: Vec<f64>,
}

/// An engine that only notes what it is asked.
#[derive(Default)]
struct Recorder(RefCell<Vec<String>>);

impl Engine for Recorder {
    fn name(&self) -> &str {
        "recorder"
    }

    fn context_tokens(&self) -> usize {
        8192
    }

    fn count_tokens(&self, _: &Input) -> anyhow::Result<usize> {
        Ok(1)
    }

    fn generate(
        &self,
        requests: &[Request],
        _: &mut dyn FnMut(Event),
    ) -> Vec<Result<Generation, RequestError>> {
        let answer = |request: &Request| {
            let Input::Text(text) = &request.input else { panic!("a base model is asked by text") };
            self.0.borrow_mut().push(text.clone());
            Err(RequestError::Failed("not asked".into()))
        };
        requests.iter().map(answer).collect()
    }
}

/// What the starter translator asks its model for each row.
fn prompts(rows: &[Row]) -> Vec<String> {
    let registry = Registry::builtin().unwrap();
    let entry = registry.model(MODEL).unwrap();
    let mut translator =
        Translator::new(entry, &Prompts::builtin(), GenerationOptions::default()).unwrap();
    translator.effort = Effort::FirstAnswer;
    let task = |row: &Row| Task { text: row.sentence.clone(), from: row.from, to: row.to };
    let tasks: Vec<Task> = rows.iter().map(task).collect();
    let recorder = Recorder::default();
    translate(&tasks, &translator, &recorder, &|_, _| Default::default(), &mut |_| {}).unwrap();
    recorder.0.into_inner()
}

#[test]
fn translations_of_people_are_as_likely_as_in_llama_cpp() {
    let rows: Vec<Row> = read_fixture("decoder/translation-likelihood.json");
    let compute = Compute::new(DeviceChoice::Cpu, 2).unwrap();
    let path = starter_model(MODEL);
    let engine = DecoderEngine::load(
        MODEL,
        &path,
        ChatTemplate::None,
        compute,
        Setup::with_memory(256 << 20),
    )
    .unwrap();
    let mut sums: BTreeMap<(Language, Language), [f64; 4]> = BTreeMap::new();
    for (row, prompt) in rows.iter().zip(prompts(&rows)) {
        let whole = format!("{prompt} {}\n", row.reference);
        assert_eq!(engine.encode(&Input::Text(prompt)).len(), row.prompt_tokens);
        assert_eq!(engine.encode(&Input::Text(whole)), row.ids, "{}", row.sentence);
        let count = row.ids.len() - row.prompt_tokens;
        let logits = engine.logits(&row.ids[..row.ids.len() - 1], count).unwrap();
        let answer = &row.ids[row.prompt_tokens..];
        let sum = sums.entry((row.from, row.to)).or_default();
        for ((logits, &token), llama) in logits.iter().zip(answer).zip(&row.logprobs) {
            let own = f64::from(logits[token as usize] - log_sum_exp(logits));
            *sum = [sum[0] + 1.0, sum[1] + own, sum[2] + llama, sum[3] + (own - llama).abs()];
        }
    }
    assert_eq!(sums.len(), 6);
    let mut all = [0.0; 4];
    let mut apart = Vec::new();
    for (way, sum) in &sums {
        let [own, llama, absolute] = [1, 2, 3].map(|at| sum[at] / sum[0]);
        println!("{way:?}: {} tokens, {own:.4}, llama.cpp {llama:.4}, {absolute:.4} apart", sum[0]);
        apart.push((own - llama).abs());
        (0..4).for_each(|at| all[at] += sum[at]);
    }
    let [own, llama, absolute] = [1, 2, 3].map(|at| all[at] / all[0]);
    println!("all: {} tokens, {own:.4}, llama.cpp {llama:.4}, {absolute:.4} apart", all[0]);
    // A token is 0.2 nats apart by rounding alone (root mean square), so that the mean of the 100
    // tokens of a direction has a standard error of 0.02.
    assert!(apart.iter().all(|apart| *apart < 0.06), "{apart:?}");
    assert!((own - llama).abs() < 0.03, "{own} against {llama} a token");
    assert!(absolute < 0.15, "{absolute} apart a token");
}

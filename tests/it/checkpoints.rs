//! Models as transformers saves them (safetensors, `config.json`, `tokenizer.json`):
//! `tests/reference/checkpoint_fixtures.py` wrote them and the values.

use std::path::{Path, PathBuf};

use bulletin::internals::engine::device::{Compute, DeviceChoice};
use bulletin::internals::engine::schedule::{Limits, Speculation};
use bulletin::internals::engine::tokenizer::Special;
use bulletin::internals::engine::{
    DecoderEngine, Engine, GenerationOptions, Input, OnLoop, Request, Sampling, Setup,
};
use bulletin::internals::language::Language;
use bulletin::internals::models::ChatTemplate;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::support::{device, fixture};

const FAMILIES: [&str; 5] = ["llama", "qwen2", "qwen3", "gemma3", "hunyuan-dense"];
const KEY_VALUE_BYTES: usize = 16 << 20;
/// Most nats of divergence: the weights are the same, only keys and values are rounded (to F16).
const BOUND: f64 = 5e-4;

#[derive(Deserialize)]
struct Reference {
    family: String,
    prompts: Vec<Vec<u32>>,
    /// Log-probabilities of the whole vocabulary after each prompt.
    logprobs: Vec<Vec<f64>>,
    texts: Vec<Text>,
}

#[derive(Deserialize)]
struct Text {
    text: String,
    ids: Vec<u32>,
}

fn folder(family: &str) -> PathBuf {
    fixture(&format!("checkpoints/{family}"))
}

fn reference(family: &str) -> Reference {
    let bytes = std::fs::read(folder(family).join("reference.json")).unwrap();
    let reference: Reference = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(reference.family, family);
    reference
}

fn cpu() -> Compute {
    Compute::new(DeviceChoice::Cpu, 2).unwrap()
}

fn load(path: &Path, compute: Compute) -> anyhow::Result<DecoderEngine> {
    DecoderEngine::load(
        "tiny",
        path,
        ChatTemplate::None,
        compute,
        Setup::with_memory(KEY_VALUE_BYTES),
    )
}

fn refusal(path: &Path) -> String {
    format!("{:#}", load(path, cpu()).err().expect("the model is refused"))
}

/// KL(reference ‖ ours) in nats.
fn divergence(reference: &[f64], logits: &[f32]) -> f64 {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let total: f64 = logits.iter().map(|&logit| f64::from(logit - largest).exp()).sum();
    let ours = logits.iter().map(|&logit| f64::from(logit - largest) - total.ln());
    reference.iter().zip(ours).map(|(a, b)| a.exp() * (a - b)).sum()
}

fn worst(engine: &DecoderEngine, prompts: &[Vec<u32>], logprobs: &[Vec<f64>]) -> f64 {
    let of_prompt = |(ids, logprobs): (&Vec<u32>, &Vec<f64>)| {
        divergence(logprobs, &engine.logits(ids, 1).unwrap()[0]).abs()
    };
    prompts.iter().zip(logprobs).map(of_prompt).fold(0.0, f64::max)
}

#[test]
fn published_models_give_what_transformers_gives() {
    for family in FAMILIES {
        let reference = reference(family);
        for (compute, place) in [(cpu(), "kernels"), (Compute::Device(device()), "Candle")] {
            let engine = load(&folder(family), compute).unwrap();
            let worst = worst(&engine, &reference.prompts, &reference.logprobs);
            println!("{family}, {place}: KL {worst:.6}");
            assert!(worst < BOUND, "{family}, {place}: KL {worst}");
        }
    }
}

/// Greedy answers with and without a penalty, from all letters and from one script's, and one that is
/// drawn, all in one batch, some of them with guesses.
fn mixed_requests() -> Vec<Request> {
    let texts = ["The council voted.", "Kar yağdı. Kar yağdı.", "Мост закрыт.", "R"];
    let scripts = [None, Some(Language::Russian), Some(Language::English)];
    let mut requests = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        for (script, repetition_penalty) in scripts.into_iter().zip([1.0, 1.5, 1.2]) {
            let options = GenerationOptions {
                max_new_tokens: 12 + index,
                repetition_penalty,
                repetition_window: 6,
                script,
                on_loop: OnLoop::GoOn,
                ..Default::default()
            };
            requests.push(Request { input: Input::Text(text.repeat(2)), options });
        }
    }
    let drawn =
        Sampling::Random { temperature: 0.7, top_k: Some(5), top_p: None, min_p: None, seed: 3 };
    requests[3].options.sampling = drawn;
    requests
}

/// A device sends a few numbers of each greedy row back; they lead to the kernels' choices.
#[test]
fn devices_choose_what_the_kernels_choose() {
    for family in FAMILIES {
        let (mut kernels, mut device) = (
            load(&folder(family), cpu()).unwrap(),
            load(&folder(family), Compute::Device(device())).unwrap(),
        );
        // With short steps most passes of a prompt have no output.
        for (draft, step_rows) in [(0, 512), (4, 512), (0, 7)] {
            let speculation = Speculation::up_to(draft);
            kernels.set_limits(Limits { speculation, ..kernels.limits().clone() });
            device.set_limits(Limits { speculation, step_rows, ..device.limits().clone() });
            let requests = mixed_requests();
            let expected = kernels.generate(&requests, &mut |_| {});
            let answers = device.generate(&requests, &mut |_| {});
            for (index, (expected, answer)) in expected.into_iter().zip(answers).enumerate() {
                let (expected, answer) = (expected.unwrap(), answer.unwrap());
                assert_eq!(answer.tokens, expected.tokens, "{family}, request {index}");
                for (ours, kernels) in answer.logprobs.iter().zip(&expected.logprobs) {
                    assert!((ours - kernels).abs() < 1e-2, "{family}: {ours} against {kernels}");
                }
            }
        }
    }
}

#[test]
fn published_tokenizers_give_the_librarys_tokens_and_their_text_again() {
    for family in FAMILIES {
        let engine = load(&folder(family), cpu()).unwrap();
        let tokenizer = engine.tokenizer();
        for Text { text, ids } in reference(family).texts {
            let start = tokenizer.start_token();
            let tokens = tokenizer.encode(&text, Special::PlainText);
            let with_start: Vec<u32> = start.into_iter().chain(tokens.iter().copied()).collect();
            assert_eq!(with_start, ids, "{family}: {text}");
            assert_eq!(tokenizer.decode(&tokens), text, "{family}");
        }
        assert_eq!(tokenizer.start_token().is_some(), family == "gemma3");
        assert!(tokenizer.end_tokens().contains(&1), "{family}: the configuration's end token");
    }
}

#[test]
fn control_tokens_are_tokens_only_where_they_are_trusted() {
    let engine = load(&folder("qwen3"), cpu()).unwrap();
    let tokenizer = engine.tokenizer();
    assert_eq!(tokenizer.encode("<|im_end|>", Special::Recognised), [1]);
    assert!(!tokenizer.encode("<|im_end|>", Special::PlainText).contains(&1));
}

/// A copy of a model folder with `config.json` changed.
fn changed(family: &str, change: impl Fn(&mut Value)) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(folder(family)).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            std::fs::copy(&path, copy.path().join(path.file_name().unwrap())).unwrap();
        }
    }
    change_json(&copy.path().join("config.json"), change);
    copy
}

fn change_json(path: &Path, change: impl Fn(&mut Value)) {
    let mut json: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    change(&mut json);
    std::fs::write(path, serde_json::to_vec(&json).unwrap()).unwrap();
}

#[test]
fn configurations_that_do_not_fit_are_refused_by_name() {
    let cases: [(&str, &str, Value, &str); 9] = [
        ("qwen3", "model_type", json!("mamba"), "mamba"),
        ("qwen3", "hidden_size", json!(64), "token_embd.weight"),
        ("qwen3", "hidden_size", json!(0), "embedding_length"),
        ("qwen3", "num_attention_heads", json!(1.5), "num_attention_heads"),
        ("qwen3", "num_hidden_layers", json!(3), "blk.2."),
        ("qwen3", "num_hidden_layers", json!(2_000_000_000), "block_count"),
        ("qwen2", "use_sliding_window", json!(true), "use_sliding_window"),
        ("gemma3", "query_pre_attn_scalar", json!(99), "query_pre_attn_scalar"),
        ("llama", "rope_parameters", json!({"rope_type": "yarn"}), "yarn"),
    ];
    for (family, key, value, told) in cases {
        let copy = changed(family, |config| config[key] = value.clone());
        let error = refusal(copy.path());
        assert!(error.contains(told), "{family} with {key} {value}: {error}");
    }
}

#[test]
fn a_tokenizer_of_another_model_is_refused() {
    let copy = changed("qwen3", |_| {});
    change_json(&copy.path().join("tokenizer.json"), |tokenizer| {
        let vocabulary = tokenizer["model"]["vocab"].as_object_mut().unwrap();
        let count = vocabulary.len();
        for more in count..count + 100 {
            vocabulary.insert(format!("more{more}"), json!(more));
        }
    });
    let error = refusal(copy.path());
    assert!(error.contains("'token_embd.weight' has rows for"), "{error}");
    assert!(error.contains(&copy.path().display().to_string()), "{error}");
}

#[test]
fn pickles_and_damaged_files_are_refused_by_name() {
    let copy = changed("qwen2", |_| {});
    let pickle = copy.path().join("pytorch_model.bin");
    std::fs::write(&pickle, b"\x80\x02").unwrap();
    assert!(refusal(&pickle).contains("pickle"));
    let weights = copy.path().join("model.safetensors");
    let bytes = std::fs::read(&weights).unwrap();
    for length in [0, 7, 100, bytes.len() - 1] {
        std::fs::write(&weights, &bytes[..length]).unwrap();
        let error = refusal(&weights);
        assert!(error.contains("model.safetensors"), "cut at {length}: {error}");
    }
    std::fs::remove_file(&weights).unwrap();
    assert!(refusal(copy.path()).contains("model.safetensors"));
}

#[test]
fn an_index_cannot_lead_outside_its_folder() {
    let copy = changed("llama", |_| {});
    change_json(&copy.path().join("model.safetensors.index.json"), |index| {
        index["weight_map"]["model.norm.weight"] = json!("../elsewhere.safetensors");
    });
    assert!(refusal(copy.path()).contains("../elsewhere.safetensors"));
}

//! LoRA adapters as peft saves them, on published weights and on a quantised base:
//! `tests/reference/checkpoint_fixtures.py` and `family_fixtures.py` wrote them and the values.

use std::path::{Path, PathBuf};

use bulletin::internals::engine::decoder::Adapter;
use bulletin::internals::engine::device::{Compute, DeviceChoice};
use bulletin::internals::engine::{DecoderEngine, Setup};
use bulletin::internals::models::ChatTemplate;
use serde_json::{Value, json};

use crate::support::{device, fixture};

const KEY_VALUE_BYTES: usize = 16 << 20;

fn cpu() -> Compute {
    Compute::new(DeviceChoice::Cpu, 2).unwrap()
}

fn adapted(model: &Path, adapter: &Path, compute: Compute) -> anyhow::Result<DecoderEngine> {
    let (config, weights) =
        (adapter.join("adapter_config.json"), adapter.join("adapter_model.safetensors"));
    let base = DecoderEngine::load(
        "base",
        model,
        ChatTemplate::None,
        compute,
        Setup::with_memory(KEY_VALUE_BYTES),
    )?;
    base.sibling("adapted", Some(Adapter::open(&config, &weights)?), ChatTemplate::None)
}

/// The largest KL(reference ‖ ours) in nats over some prompts.
fn worst(engine: &DecoderEngine, prompts: &[Vec<u32>], logprobs: &[Vec<f64>]) -> f64 {
    let of_prompt = |(ids, reference): (&Vec<u32>, &Vec<f64>)| {
        let logits = engine.logits(ids, 1).unwrap().remove(0);
        let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let total: f64 = logits.iter().map(|&logit| f64::from(logit - largest).exp()).sum();
        let ours = logits.iter().map(|&logit| f64::from(logit - largest) - total.ln());
        reference.iter().zip(ours).map(|(a, b)| a.exp() * (a - b)).sum::<f64>().abs()
    };
    prompts.iter().zip(logprobs).map(of_prompt).fold(0.0, f64::max)
}

/// Prompts and the log-probabilities of base and adapter together.
fn reference(path: &str) -> (Vec<Vec<u32>>, Vec<Vec<f64>>) {
    let json: Value = serde_json::from_slice(&std::fs::read(fixture(path)).unwrap()).unwrap();
    let ids = |prompt: &Value| {
        let ids = if prompt.is_array() { prompt } else { &prompt["ids"] };
        serde_json::from_value(ids.clone()).unwrap()
    };
    let prompts = json["prompts"].as_array().unwrap().iter().map(ids).collect();
    (prompts, serde_json::from_value(json["adapted"].clone()).unwrap())
}

/// Model, adapter, reference, most nats of divergence.
fn cases() -> [(PathBuf, PathBuf, &'static str, f64); 2] {
    [
        (
            fixture("checkpoints/qwen3"),
            fixture("checkpoints/qwen3/adapter"),
            "checkpoints/qwen3/reference.json",
            5e-4,
        ),
        // A quantised base, whose queries and keys have their rows in another order.
        (
            fixture("families/llama.gguf"),
            fixture("families/llama-adapter"),
            "families/llama.json",
            0.01,
        ),
    ]
}

#[test]
fn adapters_give_what_peft_gives() {
    for (model, adapter, path, bound) in cases() {
        let (prompts, logprobs) = reference(path);
        for compute in [cpu(), Compute::Device(device())] {
            let engine = adapted(&model, &adapter, compute).unwrap();
            let with = worst(&engine, &prompts, &logprobs);
            println!("{path}: KL with the adapter {with:.6}");
            assert!(with < bound, "{path}: {with}");
        }
        let base = DecoderEngine::load(
            "base",
            &model,
            ChatTemplate::None,
            cpu(),
            Setup::with_memory(KEY_VALUE_BYTES),
        );
        let without = worst(&base.unwrap(), &prompts, &logprobs);
        assert!(without > 10.0 * bound, "{path}: the adapter changes too little to see: {without}");
    }
}

#[test]
fn a_model_with_and_one_without_an_adapter_share_their_weights_and_nothing_else() {
    let [_, (model, adapter, ..)] = cases();
    let open = || {
        let (config, weights) =
            (adapter.join("adapter_config.json"), adapter.join("adapter_model.safetensors"));
        Some(Adapter::open(&config, &weights).unwrap())
    };
    let base = || {
        DecoderEngine::load(
            "base",
            &model,
            ChatTemplate::None,
            cpu(),
            Setup::with_memory(KEY_VALUE_BYTES),
        )
        .unwrap()
    };
    let ids = [1, 5, 9, 14, 3];
    let logits = |engine: &DecoderEngine| engine.logits(&ids, 1).unwrap();
    let bare = base();
    let adapted = bare.sibling("adapted", open(), ChatTemplate::None).unwrap();
    assert_eq!(logits(&bare), logits(&base()));
    assert_ne!(logits(&bare), logits(&adapted));
    let before = logits(&adapted);
    // Either may go first, and the way back leads to the bare model.
    drop(bare);
    assert_eq!(logits(&adapted), before);
    let again = adapted.sibling("again", None, ChatTemplate::None).unwrap();
    drop(adapted);
    assert_eq!(logits(&again), logits(&base()));
}

fn refusal(model: &Path, adapter: &Path) -> String {
    format!("{:#}", adapted(model, adapter, cpu()).err().expect("the adapter is refused"))
}

#[test]
fn adapters_of_another_model_are_refused() {
    let [(qwen3, for_qwen3, ..), (llama, for_llama, ..)] = cases();
    for (model, adapter) in [(&llama, &for_qwen3), (&qwen3, &for_llama)] {
        let error = refusal(model, adapter);
        assert!(error.contains("it was made for another model"), "{error}");
    }
}

#[test]
fn options_that_would_compute_something_else_are_refused_by_name() {
    let [(model, adapter, ..), _] = cases();
    let changes = [
        ("use_dora", json!(true)),
        ("bias", json!("all")),
        ("modules_to_save", json!(["lm_head"])),
        ("rank_pattern", json!({"q_proj": 8})),
        ("fan_in_fan_out", json!(true)),
        ("peft_type", json!("IA3")),
        ("r", json!(5)),
        ("r", json!(0)),
        ("lora_alpha", json!("six")),
    ];
    for (key, value) in changes {
        let copy = tempfile::tempdir().unwrap();
        for name in ["adapter_config.json", "adapter_model.safetensors"] {
            std::fs::copy(adapter.join(name), copy.path().join(name)).unwrap();
        }
        let path = copy.path().join("adapter_config.json");
        let mut config: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        config[key] = value.clone();
        std::fs::write(&path, config.to_string()).unwrap();
        let error = refusal(&model, copy.path());
        assert!(error.contains(&format!("'{key}'")), "{key} {value}: {error}");
        assert!(error.contains("adapter_"), "the file is named: {error}");
    }
}

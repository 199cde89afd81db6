//! Each family on a tiny model with random weights, against llama.cpp and transformers:
//! `tests/reference/family_fixtures.py` wrote the models and the values.

use bulletin::internals::engine::decoder::KeyValueType;
use bulletin::internals::engine::device::{Compute, DeviceChoice};
use bulletin::internals::engine::{DecoderEngine, Setup};
use bulletin::internals::models::ChatTemplate;
use serde::Deserialize;

use crate::support::{device, fixture};

const FAMILIES: [&str; 5] = ["llama", "qwen2", "qwen3", "gemma3", "hunyuan-dense"];
const KEY_VALUE_BYTES: usize = 16 << 20;

#[derive(Deserialize)]
struct Reference {
    family: String,
    prompts: Vec<Prompt>,
}

#[derive(Deserialize)]
struct Prompt {
    ids: Vec<u32>,
    /// Log-probabilities of the whole vocabulary after the last id.
    llama_cpp: Vec<f64>,
    transformers_f32: Vec<f64>,
    /// For each greedy step the likeliest tokens, llama.cpp's choice first.
    greedy: Vec<Vec<(u32, f64)>>,
    greedy_f32: Vec<Vec<(u32, f64)>>,
}

fn reference(family: &str) -> Reference {
    let path = fixture(&format!("families/{family}.json"));
    let reference: Reference = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert_eq!(reference.family, family);
    reference
}

fn engine_on(family: &str, compute: Compute) -> DecoderEngine {
    let path = fixture(&format!("families/{family}.gguf"));
    DecoderEngine::load(
        family,
        &path,
        ChatTemplate::None,
        compute,
        Setup::with_memory(KEY_VALUE_BYTES),
    )
    .unwrap()
}

fn cpu() -> Compute {
    Compute::new(DeviceChoice::Cpu, 2).unwrap()
}

fn log_softmax(logits: &[f32]) -> Vec<f64> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let total: f64 = logits.iter().map(|&logit| f64::from(logit - largest).exp()).sum();
    logits.iter().map(|&logit| f64::from(logit - largest) - total.ln()).collect()
}

/// KL(reference ‖ ours) in nats.
fn divergence(reference: &[f64], ours: &[f64]) -> f64 {
    assert_eq!(reference.len(), ours.len());
    reference.iter().zip(ours).map(|(a, b)| a.exp() * (a - b)).sum()
}

/// Most nats of divergence from either reference.
const BOUND: f64 = 0.01;
/// Nats between a chosen token and a reference's best one that still count as a near tie.
const NEAR_TIE: f64 = 0.3;

fn is_near_best(likeliest: &[(u32, f64)], token: u32) -> bool {
    let found = likeliest.iter().find(|(known, _)| *known == token);
    found.is_some_and(|(_, logprob)| likeliest[0].1 - logprob <= NEAR_TIE)
}

fn agrees(engine: &DecoderEngine, family: &str) {
    for prompt in &reference(family).prompts {
        let case = format!("{family}, {} tokens", prompt.ids.len());
        let answers = prompt.greedy.iter().map(|step| step[0].0);
        let mut continued: Vec<u32> = prompt.ids.iter().copied().chain(answers).collect();
        continued.pop();
        let logits = engine.logits(&continued, prompt.greedy.len()).unwrap();
        let ours: Vec<Vec<f64>> = logits.iter().map(|logits| log_softmax(logits)).collect();
        let to_llama = divergence(&prompt.llama_cpp, &ours[0]);
        let to_exact = divergence(&prompt.transformers_f32, &ours[0]);
        let between = divergence(&prompt.transformers_f32, &prompt.llama_cpp);
        println!(
            "{case}: KL to llama.cpp {to_llama:.5}, to F32 {to_exact:.5}; between them {between:.5}"
        );
        assert!(to_llama < BOUND, "{case}: KL to llama.cpp {to_llama}");
        assert!(to_exact < BOUND, "{case}: KL to F32 {to_exact}");
        for (step, ours) in ours.iter().enumerate() {
            let chosen = (0..ours.len()).max_by(|&a, &b| ours[a].total_cmp(&ours[b])).unwrap();
            let (llama, exact) = (&prompt.greedy[step], &prompt.greedy_f32[step]);
            assert!(
                is_near_best(llama, chosen as u32) || is_near_best(exact, chosen as u32),
                "{case}: step {step} chose {chosen}; llama.cpp {llama:?}, F32 {exact:?}"
            );
        }
    }
}

#[test]
fn llama_with_frequency_factors_agrees() {
    agrees(&engine_on("llama", cpu()), "llama");
}

#[test]
fn qwen2_with_biases_agrees() {
    agrees(&engine_on("qwen2", cpu()), "qwen2");
}

#[test]
fn qwen3_agrees() {
    agrees(&engine_on("qwen3", cpu()), "qwen3");
}

#[test]
fn gemma3_with_both_rotations_agrees() {
    agrees(&engine_on("gemma3", cpu()), "gemma3");
}

#[test]
fn hunyuan_with_its_stretched_base_agrees() {
    agrees(&engine_on("hunyuan-dense", cpu()), "hunyuan-dense");
}

/// The path that serves GPUs, here on the CPU, is held against the same references.
#[test]
fn candle_operations_agree_for_every_family() {
    for family in FAMILIES {
        agrees(&engine_on(family, Compute::Device(device())), family);
    }
}

/// Keys and values as bytes: about as far from the exact weights as F16 plus their own rounding.
#[test]
fn keys_and_values_in_bytes_stay_close() {
    for family in FAMILIES {
        let before = engine_on(family, cpu()).limits().cached_tokens;
        let path = fixture(&format!("families/{family}.gguf"));
        let setup =
            Setup { key_value_type: KeyValueType::Q8, ..Setup::with_memory(KEY_VALUE_BYTES) };
        let engine = DecoderEngine::load(family, &path, ChatTemplate::None, cpu(), setup).unwrap();
        let after = engine.limits().cached_tokens;
        assert!(after * 10 > before * 18, "{family}: room for {after} tokens after {before}");
        let worst = (reference(family).prompts.iter())
            .map(|prompt| {
                let logits = engine.logits(&prompt.ids, 1).unwrap();
                divergence(&prompt.transformers_f32, &log_softmax(&logits[0]))
            })
            .fold(0.0, f64::max);
        println!("{family}: KL to F32 with keys and values in bytes {worst:.5}");
        assert!(worst < 2.0 * BOUND, "{family}: {worst}");
    }
}

/// The file with the four bytes of the value of `key` replaced.
fn with_value(family: &str, key: &str, value: [u8; 4]) -> tempfile::TempDir {
    let mut bytes = std::fs::read(fixture(&format!("families/{family}.gguf"))).unwrap();
    let key = key.as_bytes();
    let at = bytes.windows(key.len()).position(|window| window == key).unwrap() + key.len() + 4;
    bytes[at..at + 4].copy_from_slice(&value);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("changed.gguf"), bytes).unwrap();
    folder
}

/// Shows that the comparison is sharp enough to notice one wrong constant.
#[test]
fn a_wrong_constant_is_noticed() {
    let changes = [
        ("llama", "llama.rope.freq_base", 350_000f32.to_le_bytes()),
        ("qwen3", "qwen3.rope.freq_base", 700_000f32.to_le_bytes()),
        ("qwen2", "qwen2.rope.freq_base", 700_000f32.to_le_bytes()),
        ("gemma3", "gemma3.attention.sliding_window", 15u32.to_le_bytes()),
        ("gemma3", "gemma3.attention.sliding_window", 17u32.to_le_bytes()),
        ("gemma3", "gemma3.rope.scaling.factor", 1f32.to_le_bytes()),
        ("hunyuan-dense", "hunyuan-dense.rope.freq_base", 10_000f32.to_le_bytes()),
    ];
    for (family, key, value) in changes {
        let folder = with_value(family, key, value);
        let path = folder.path().join("changed.gguf");
        let engine = DecoderEngine::load(
            family,
            &path,
            ChatTemplate::None,
            cpu(),
            Setup::with_memory(KEY_VALUE_BYTES),
        )
        .unwrap();
        let worst = (reference(family).prompts.iter())
            .map(|prompt| {
                let logits = engine.logits(&prompt.ids, 1).unwrap();
                divergence(&prompt.transformers_f32, &log_softmax(&logits[0]))
            })
            .fold(0.0, f64::max);
        println!("{key} changed: KL {worst:.4}");
        assert!(worst > BOUND, "{key} was changed and nothing noticed: {worst}");
    }
}

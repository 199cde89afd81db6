//! GGUF files whose headers are sound and whose models are not: each is refused with the file and
//! the field named, and before anything large is allocated.

use std::path::Path;

use bulletin::internals::engine::device::{Compute, DeviceChoice};
use bulletin::internals::engine::{DecoderEngine, Setup};
use bulletin::internals::models::ChatTemplate;

use crate::support::fixture;

fn refusal(path: &Path) -> String {
    let compute = Compute::new(DeviceChoice::Cpu, 1).unwrap();
    let loaded = DecoderEngine::load(
        "lying",
        path,
        ChatTemplate::None,
        compute,
        Setup::with_memory(1 << 20),
    );
    format!("{:#}", loaded.err().expect("the model is refused"))
}

fn position(bytes: &[u8], text: &str) -> usize {
    bytes.windows(text.len()).position(|window| window == text.as_bytes()).unwrap()
}

/// A tiny model with some bytes behind the first occurrence of `text` replaced.
fn told(family: &str, text: &str, skip: usize, replacement: &[u8]) -> String {
    let mut bytes = std::fs::read(fixture(&format!("families/{family}.gguf"))).unwrap();
    let at = position(&bytes, text) + text.len() + skip;
    bytes[at..at + replacement.len()].copy_from_slice(replacement);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lying.gguf");
    std::fs::write(&path, bytes).unwrap();
    let error = refusal(&path);
    assert!(error.contains("lying.gguf"), "the file is named: {error}");
    error
}

#[test]
fn absurd_constants_are_refused_by_key() {
    // A scalar's value follows its key and a type of four bytes.
    let cases: [(&str, &str, [u8; 4]); 16] = [
        ("llama", "llama.attention.head_count", 0u32.to_le_bytes()),
        ("llama", "llama.attention.head_count", u32::MAX.to_le_bytes()),
        ("llama", "llama.attention.head_count_kv", 0u32.to_le_bytes()),
        ("llama", "llama.attention.head_count_kv", 4u32.to_le_bytes()),
        ("llama", "llama.block_count", (1u32 << 31).to_le_bytes()),
        ("llama", "llama.block_count", 0u32.to_le_bytes()),
        ("llama", "llama.embedding_length", u32::MAX.to_le_bytes()),
        ("llama", "llama.feed_forward_length", u32::MAX.to_le_bytes()),
        ("llama", "llama.context_length", u32::MAX.to_le_bytes()),
        ("llama", "llama.attention.key_length", 7u32.to_le_bytes()),
        ("llama", "llama.attention.layer_norm_rms_epsilon", f32::NAN.to_le_bytes()),
        ("llama", "llama.attention.layer_norm_rms_epsilon", 0f32.to_le_bytes()),
        ("llama", "llama.rope.freq_base", f32::INFINITY.to_le_bytes()),
        ("llama", "llama.rope.freq_base", (-1f32).to_le_bytes()),
        ("gemma3", "gemma3.attention.sliding_window", 0u32.to_le_bytes()),
        ("gemma3", "gemma3.rope.scaling.factor", 0f32.to_le_bytes()),
    ];
    for (family, key, value) in cases {
        let error = told(family, key, 4, &value);
        assert!(error.contains(key), "{key}: {error}");
    }
}

#[test]
fn missing_tensors_are_named() {
    for name in ["token_embd.weight", "output_norm.weight", "blk.1.ffn_down.weight"] {
        // The last letter of the name is changed.
        let error = told("llama", &name[..name.len() - 1], 0, b"x");
        assert!(error.contains(name), "{name}: {error}");
    }
}

#[test]
fn wrong_shapes_are_refused_by_tensor() {
    // A matrix's inner dimension follows its name and a dimension count of four bytes: fewer
    // columns still lie inside the file.
    for name in ["blk.0.attn_q.weight", "blk.1.ffn_gate.weight", "blk.0.attn_output.weight"] {
        let mut bytes = std::fs::read(fixture("families/hunyuan-dense.gguf")).unwrap();
        let at = position(&bytes, name) + name.len() + 4;
        // The two dimensions change places where both are whole blocks, else the rows shrink.
        bytes[at + 8..at + 16].copy_from_slice(&3u64.to_le_bytes());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lying.gguf");
        std::fs::write(&path, bytes).unwrap();
        let error = refusal(&path);
        assert!(error.contains(name) && error.contains("lying.gguf"), "{name}: {error}");
    }
}

#[test]
fn more_tokens_than_rows_are_refused_with_both_counts() {
    // The number of rows follows the name, a dimension count and the number of columns.
    let error = told("llama", "token_embd.weight", 4 + 8, &200u64.to_le_bytes());
    for part in ["300 tokens", "'token_embd.weight' has rows for 200"] {
        assert!(error.contains(part), "{error}");
    }
    let error = told("llama", "output.weight", 4 + 8, &200u64.to_le_bytes());
    for part in ["'output.weight' has 200 rows", "'token_embd.weight' has 300"] {
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn more_layers_than_the_file_has_are_refused_by_tensor() {
    let error = told("llama", "llama.block_count", 4, &3u32.to_le_bytes());
    assert!(error.contains("blk.2."), "{error}");
}

#[test]
fn families_that_are_not_known_are_named() {
    let error = told("llama", "general.architecture", 4 + 8, b"lxama");
    assert!(error.contains("lxama") && error.contains("general.architecture"), "{error}");
}

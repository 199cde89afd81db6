//! A long article in a small model takes little more memory than in llama.cpp, whose peak was
//! measured by tests/reference/memory_peak.py.

use std::process::Command;

use serde::Deserialize;
use serde_json::Value;

use crate::starter::starter_model;
use crate::support::read_fixture;

/// Of llama.cpp's peak.
const MOST: f64 = 1.3;

#[derive(Deserialize)]
struct Reference {
    ids: Vec<u32>,
    new_tokens: usize,
    peak_memory_bytes_by_flash_attention: Peaks,
}

#[derive(Deserialize)]
struct Peaks {
    on: u64,
    off: u64,
}

#[cfg(target_os = "linux")]
#[test]
fn a_long_article_takes_little_more_memory_than_in_llama_cpp() {
    let reference: Reference = read_fixture("memory/gemma3-270m.json");
    assert_eq!(reference.ids.len(), 1500);
    let folder = tempfile::tempdir().unwrap();
    let prompt = folder.path().join("ids.json");
    std::fs::write(&prompt, serde_json::to_string(&reference.ids).unwrap()).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_bulletin"))
        .args(["bench", "--device", "cpu", "--threads", "2", "--format", "json"])
        .args(["--repetitions", "1", "--new-tokens", &reference.new_tokens.to_string()])
        .arg("--model")
        .arg(starter_model("gemma3-270m"))
        .arg("--prompt-file")
        .arg(prompt)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["prompt_tokens"], 1500);
    let peak = report["peak_memory_bytes"].as_u64().unwrap();
    let Peaks { on, off } = reference.peak_memory_bytes_by_flash_attention;
    let most = on.min(off) as f64 * MOST;
    assert!(
        peak as f64 <= most,
        "the peak is {} MiB, and {:.0} MiB are allowed",
        peak >> 20,
        most / 1048576.0
    );
}

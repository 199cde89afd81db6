//! A long article in a small model takes little more memory than in llama.cpp, whose peak was
//! measured by tests/reference/memory_peak.py; and a long translation little more than a short one.

use std::io::{BufRead, BufReader};
use std::process::Command;
use std::time::Instant;

use serde::Deserialize;
use serde_json::Value;

use crate::support::{read_fixture, starter_model};

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

/// How a text of `bytes` bytes was translated: peak memory in bytes, and when the first of the
/// translation was there, as a share of the whole time.
#[cfg(target_os = "linux")]
fn translated(bytes: usize) -> (u64, f64) {
    const PARAGRAPH: &str = "The council of the town met again on Monday evening, talked for hours \
        about the old bridge, the new school, the price of water and the state of the roads, and \
        went home late, since the mayor wanted to hear first what the people of the town thought \
        of it. Nobody was surprised.\n\n";
    const SCRIPT: &str = r#"{"contains": ["Nobody was surprised.\nTurkish:"], "answers": [" Kimse şaşırmadı."]}
{"answers": [" Kasabanın meclisi pazartesi akşamı yeniden toplandı, saatlerce eski köprüyü, yeni okulu, suyun fiyatını ve yolların durumunu konuştu ve geç dağıldı; çünkü başkan önce halkın ne düşündüğünü duymak istiyordu."]}"#;
    let desk = crate::scripted::Desk::with_script(SCRIPT);
    desk.put("long.txt", PARAGRAPH.repeat(bytes / PARAGRAPH.len()));
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_bulletin"))
        .current_dir(desk.folder.path())
        .args(["translate", "long.txt", "--to", "tr", "--scripted-engine", "script.json"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let (mut peak, mut first, mut lines) = (0, None, 0);
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        first.get_or_insert_with(|| start.elapsed());
        lines += usize::from(!line.unwrap().is_empty());
        let status = std::fs::read_to_string(&status).unwrap_or_default();
        let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = kilobytes.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
        peak = peak.max(kilobytes.unwrap_or(0u64) << 10);
    }
    assert!(child.wait().unwrap().success());
    assert_eq!(lines, bytes / PARAGRAPH.len());
    (peak, first.unwrap().as_secs_f64() / start.elapsed().as_secs_f64())
}

#[cfg(target_os = "linux")]
#[test]
fn a_long_text_is_written_as_it_goes_and_takes_no_more_memory_than_itself() {
    const LONG: usize = 5 << 20;
    const SHORT: usize = LONG / 10;
    let ((short, _), (long, first)) = (translated(SHORT), translated(LONG));
    println!("{} MiB, then {} MiB; first output at {:.0} %", short >> 20, long >> 20, first * 1e2);
    // The file itself is in memory, and one copy of it for a while.
    let most = short + 2 * (LONG - SHORT) as u64;
    assert!(long <= most, "the peak is {long} bytes for 5 MiB and {short} for 0.5 MiB");
    assert!(first < 0.25, "nothing was written for {:.0} % of the time", first * 100.0);
}

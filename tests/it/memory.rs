//! A long translation takes little more memory than a short one, and is written as it goes.

use std::io::{BufRead, BufReader};
use std::process::Command;

/// How a text of `bytes` bytes was translated: peak memory in bytes, and how much of the processor time was spent
/// when the first of the translation was there, as a share.
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
    let mut child = Command::new(env!("CARGO_BIN_EXE_bulletin"))
        .current_dir(desk.folder.path())
        .args(["translate", "long.txt", "--to", "tr", "--profile", "drafts"])
        .args(["--scripted-engine", "script.json", "--models", "models.toml"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let (mut peak, mut first, mut lines, mut spent) = (0, None, 0, 0);
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        spent = spent.max(processor_ticks(child.id()));
        first.get_or_insert(spent);
        lines += usize::from(!line.unwrap().is_empty());
        let status = std::fs::read_to_string(&status).unwrap_or_default();
        let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = kilobytes.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
        peak = peak.max(kilobytes.unwrap_or(0u64) << 10);
    }
    assert!(child.wait().unwrap().success());
    assert_eq!(lines, bytes / PARAGRAPH.len());
    (peak, first.unwrap() as f64 / spent.max(1) as f64)
}

/// Time that a process has spent computing, in ticks of the clock; 0 when it is gone. The name, which comes second,
/// may hold spaces; the eleventh and twelfth field behind it are the times of the program and of the system for it.
#[cfg(target_os = "linux")]
fn processor_ticks(process: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields = stat.rsplit_once(") ").map_or("", |(_, rest)| rest).split_whitespace();
    fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum()
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
    assert!(first < 0.25, "nothing was written for {:.0} % of the work", first * 100.0);
}

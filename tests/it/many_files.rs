//! Ten thousand small files: how long a run takes, and that its memory does not grow with them.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::batch::{Newsroom, report};

/// A newsroom with `count` short articles and a script with one good brief for all of them.
fn newsroom(count: usize) -> Newsroom {
    let room = Newsroom::with_articles(0);
    let brief = "Council closes the bridge\nThe harbour council voted to close the old bridge to \
                 lorries from March, and cars may still cross, the council leader said.";
    let script = serde_json::json!({"name": "scripted", "context_tokens": 100_000, "rules": [
        {"contains": ["\nTurkish:"], "answers": [" Meclis eski köprüyü mart ayından itibaren kapatıyor."]},
        {"answers": [brief]},
    ]});
    fs::write(room.path("script.json"), script.to_string()).unwrap();
    for number in 0..count {
        let folder = room.path(&format!("in/{}", number % 50));
        fs::create_dir_all(&folder).unwrap();
        let text = format!(
            "Council closes the bridge again, for day {number}\n\nThe harbour council voted to \
             close the old bridge to lorries from March. Cars may still cross at walking pace, the \
             council leader said on the quay.\n"
        );
        fs::write(folder.join(format!("{number:05}.txt")), text).unwrap();
    }
    room
}

/// Peak resident memory, in KiB, and wall time of a run.
#[cfg(target_os = "linux")]
fn cost(mut command: Command) -> (i64, Duration) {
    let start = Instant::now();
    // `wait4` below takes the place of the `wait` that clippy looks for.
    #[allow(clippy::zombie_processes)]
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut status = 0;
    // SAFETY: all zeros is a valid `rusage`, and both pointers are to live variables; the child is
    // waited for here and nowhere else.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        assert_eq!(libc::wait4(child.id() as i32, &mut status, 0, &mut usage), child.id() as i32);
        usage
    };
    assert!(libc::WIFEXITED(status) && libc::WEXITSTATUS(status) < 2, "status {status}");
    (usage.ru_maxrss, start.elapsed())
}

#[cfg(target_os = "linux")]
#[test]
fn memory_is_flat_from_a_thousand_files_to_ten_thousand() {
    let measure = |count: usize| {
        let room = newsroom(count);
        let mut command = room.bulletin(&["batch", "in", "--out", "out", "--to", "tr", "-q"]);
        command.args(["--page-articles", "500"]);
        let cost = cost(command);
        assert_eq!(report(&room.path("out"))["done"], count);
        let lines = fs::read_to_string(room.path("out/briefs.jsonl")).unwrap();
        assert_eq!(lines.lines().count(), 2 * count);
        cost
    };
    let (small, _) = measure(1_000);
    let (large, time) = measure(10_000);
    println!("1,000 files: {small} KiB; 10,000 files: {large} KiB, {time:.1?}");
    // 9,000 more articles at 700 bytes are 6 MiB; documents of 9,000 articles would be 30 MiB.
    assert!(large - small < 12 * 1024, "{small} KiB became {large} KiB");
}

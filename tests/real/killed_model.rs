//! A batch with a real model, killed again and again, ends with the bytes of an undisturbed run.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::killing::same;
use crate::starter::starter_model;

/// Kills on the way of one run.
const KILLS: usize = 5;

const STORIES: [&str; 4] = [
    "Ellerby closes its bridge\n\nThe harbour council of Ellerby voted on Tuesday to close the old \
     swing bridge to lorries from March. Engineers found cracks in two of its girders in January.",
    "Library opens on Sundays\n\nThe library of Norvik will open on Sundays from the first of \
     June. The town pays for two more librarians, mayor Anna Lind said on Monday.",
    "Storm stops the ferries\n\nFerries between Larne and Cairnryan did not sail on Friday \
     because of strong wind. Some 400 passengers spent the night in hotels near the port.",
    "School gets a new roof\n\nThe primary school of Eastwick will get a new roof during the \
     summer. Pupils had to wear coats in class last winter, teacher Tom Reed said.",
];

fn batch(folder: &Path, out: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bulletin"));
    command
        .args(["batch", "in", "--profile", "drafts", "--device", "cpu", "--offline", "-q"])
        .args(["--jobs", "1", "--length", "short", "--out", out])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

#[cfg(unix)]
#[test]
fn a_real_model_that_is_killed_again_and_again_ends_with_the_same_bytes() {
    starter_model("smollm2-135m-instruct");
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    for (number, story) in STORIES.iter().enumerate() {
        fs::write(folder.path().join(format!("in/{number}.txt")), story).unwrap();
    }
    let whole = batch(folder.path(), "whole").status().unwrap();
    assert!(whole.code().is_some_and(|code| code < 2), "{whole}");

    let mut caught = 0;
    let out = folder.path().join("out");
    let lines =
        || fs::read_to_string(out.join("journal.jsonl")).unwrap_or_default().lines().count();
    for kill in 0..KILLS {
        let mut child = batch(folder.path(), "out").spawn().unwrap();
        // What earlier rounds finished stays done; the last story is always left to do.
        let wanted = kill.min(STORIES.len() - 1);
        let works = || out.join("bulletin.lock").exists() && lines() >= wanted;
        while !works() && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(5));
        }
        child.kill().unwrap();
        caught += usize::from(child.wait().unwrap().code().is_none());
    }
    assert!(caught >= 2, "only {caught} of {KILLS} runs were caught at work");
    let last = batch(folder.path(), "out").status().unwrap();
    assert!(last.code().is_some_and(|code| code < 2), "{last}");
    same(&folder.path().join("whole"), &folder.path().join("out"), "after five kills");
    assert_eq!(fs::read_dir(folder.path().join("out")).unwrap().count(), STORIES.len() + 4);
}

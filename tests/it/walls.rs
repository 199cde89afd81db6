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
        trespassers(&["clap", "clap_complete"], &["cli.rs", "cli/", "commands/", "main.rs"]),
        nobody
    );
    assert_eq!(trespassers(&["indicatif"], &["commands/", "batch/progress.rs"]), nobody);
}

/// The rooms from the ground up: each may name those before it. The program's own files stand last.
const ROOMS: [&str; 23] = [
    "language",
    "segment",
    "files",
    "article",
    "cluster",
    "document",
    "analysis",
    "checks",
    "prompt",
    "models",
    "engine",
    "entailment",
    "evaluation",
    "brief",
    "comparison",
    "translation",
    "output",
    "batch",
    "newsroom",
    "allocator",
    "cli",
    "commands",
    "main",
];

fn room(name: &str) -> &str {
    name.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

/// Rooms that the code of a file names.
fn named_rooms(source: &Source) -> Vec<String> {
    let mut named = Vec::new();
    let code = source.code().lines().map(str::trim_start).filter(|line| !line.starts_with("//"));
    for line in code {
        for start in ["crate::", "internals::"] {
            for (at, _) in line.match_indices(start) {
                let rest = &line[at + start.len()..];
                let end = rest.find(|c: char| !(c.is_lowercase() || c == '_'));
                named.push(rest[..end.unwrap_or(rest.len())].to_string());
            }
        }
    }
    named.retain(|name| ROOMS.contains(&name.as_str()));
    named
}

#[test]
fn no_arrow_points_up() {
    let floor = |name: &str| ROOMS.iter().position(|room| *room == name);
    let mut arrows = 0;
    let lists = ["lib.rs", "internals.rs"];
    let is_room = |source: &&Source| !lists.contains(&source.name.as_str()) && !source.is_test();
    for source in sources().iter().filter(is_room) {
        let own = room(&source.name);
        let here = floor(own).unwrap_or_else(|| panic!("{own} has no place in ROOMS"));
        for named in named_rooms(source).iter().filter(|named| *named != own) {
            arrows += 1;
            assert!(
                floor(named) <= Some(here),
                "{} names {named}, which stands above it",
                source.name
            );
        }
    }
    assert!(arrows > 100, "only {arrows} arrows were found");
}

#[test]
fn pure_rooms_touch_neither_files_nor_clock_nor_environment() {
    let pure = [
        "language",
        "segment",
        "article",
        "cluster",
        "document",
        "analysis",
        "checks",
        "prompt",
        "entailment",
        "evaluation",
        "brief",
        "translation",
        "output",
    ];
    let mut seen = 0;
    let sources = sources();
    for source in sources.iter().filter(|source| pure.contains(&room(&source.name))) {
        if source.is_test() {
            continue;
        }
        seen += 1;
        let head = source.text.lines().take_while(|line| line.starts_with("//!"));
        let declared = head.collect::<String>().contains("Impure: ");
        let outside = ["std::fs", "std::env", "std::time", "std::net", "std::process", "std::io"];
        let named = outside.iter().find(|name| source.code().contains(**name));
        match (declared, named) {
            (false, Some(name)) => {
                panic!("{} names {name}; say \"Impure: …\" at its head", source.name)
            }
            (true, None) => panic!("{} calls itself impure and is not", source.name),
            _ => {}
        }
    }
    assert!(seen > 80, "only {seen} pure files were found");
}

/// The one file of the library that reads environment variables, when it is asked to.
const READS_ENVIRONMENT: &str = "models/places.rs";

#[test]
fn the_library_reads_no_environment() {
    for source in sources() {
        let program = ["main.rs", "cli.rs"].contains(&source.name.as_str());
        if !program
            && !["cli/", "commands/"].iter().any(|it| source.name.starts_with(it))
            && !source.is_test()
        {
            let reads = source.code().contains("env::var");
            let may = source.name == READS_ENVIRONMENT;
            assert_eq!(reads, may, "{} reads the environment: {reads}", source.name);
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

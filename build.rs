//! `Cargo.lock` → the versions of the dependencies that decide words (`BULLETIN_DEPENDENCIES`), for the key
//! of every step of a batch (`src/batch/rules.rs`).

use std::fs;

/// What reads, cuts, compares or computes words. What moves bytes, draws bars or parses arguments is not
/// among them.
const DECIDING: [&str; 15] = [
    "candle-core",
    "candle-nn",
    "candle-transformers",
    "encoding_rs",
    "fancy-regex",
    "half",
    "html5ever",
    "regex",
    "rust-stemmers",
    "scraper",
    "strsim",
    "tokenizers",
    "unicode-normalization",
    "unicode-segmentation",
    "whatlang",
];

fn main() {
    println!("cargo::rerun-if-changed=Cargo.lock");
    // A library that another program builds has no lock file of its own: then this is the version of
    // the whole.
    let lock = fs::read_to_string("Cargo.lock").unwrap_or_default();
    let mut found: Vec<String> = packages(&lock)
        .filter(|(name, _)| DECIDING.contains(name))
        .map(|(name, version)| format!("{name} {version}"))
        .collect();
    found.sort();
    if found.is_empty() {
        found.push(format!("bulletin {}", env!("CARGO_PKG_VERSION")));
    }
    println!("cargo::rustc-env=BULLETIN_DEPENDENCIES={}", found.join(", "));
}

/// Names and versions of a lock file's packages.
fn packages(lock: &str) -> impl Iterator<Item = (&str, &str)> {
    lock.split("[[package]]").skip(1).filter_map(|table| {
        let field = |key: &str| {
            let line = table.lines().find(|line| line.starts_with(key))?;
            line.split('"').nth(1)
        };
        Some((field("name = ")?, field("version = ")?))
    })
}

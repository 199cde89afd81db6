//! Source files that decide the words of results → one number (`BULLETIN_RULES`). It goes into the
//! key of every step of a batch, so that results of other rules are made again, without anybody
//! having to remember to raise a version.

use std::fs;
use std::path::{Path, PathBuf};

/// Where articles become briefs and briefs become findings. What only moves results about
/// (`batch`, `output`, `commands`, `models`) is not among them.
const ROOMS: [&str; 11] = [
    "analysis",
    "article",
    "brief",
    "checks",
    "document",
    "entailment",
    "engine",
    "language",
    "prompt",
    "segment",
    "translation",
];

fn main() {
    let mut files = Vec::new();
    for room in ROOMS {
        for path in [PathBuf::from(format!("src/{room}.rs")), PathBuf::from(format!("src/{room}"))]
        {
            collect(&path, &mut files);
        }
    }
    files.sort();
    let mut hash = FNV_OFFSET;
    for file in &files {
        let bytes = fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let name = file.to_string_lossy().replace('\\', "/");
        hash = fnv1a(hash, name.as_bytes());
        hash = fnv1a(hash, &(bytes.len() as u64).to_be_bytes());
        hash = fnv1a(hash, &bytes);
    }
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rustc-env=BULLETIN_RULES={hash:016x}");
}

/// All files below `path` but unit tests.
fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    if name.is_some_and(|name| name == "tests" || name == "tests.rs" || name.starts_with('.')) {
        return;
    }
    if path.is_file() {
        files.push(path.to_path_buf());
    } else if let Ok(entries) = fs::read_dir(path) {
        for entry in entries.flatten() {
            collect(&entry.path(), files);
        }
    }
}

/// FNV-1a with 64 bits (Fowler, Noll, Vo): the same on every machine and with every compiler.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

fn fnv1a(hash: u64, bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(hash, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

//! Whether the results of a batch that was killed are those of one that was not.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// All files of an output folder but the journal, whose order tells the way, and the report, which
/// counts what this run did.
pub fn results(out: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(out).unwrap().map(|entry| entry.unwrap());
    let named = entries.map(|entry| (entry.file_name().into_string().unwrap(), entry.path()));
    named
        .filter(|(name, _)| !name.starts_with("journal") && !name.starts_with("report"))
        .map(|(name, path)| (name, fs::read(path).unwrap()))
        .collect()
}

pub fn same(one: &Path, other: &Path, when: &str) {
    let (one, other) = (results(one), results(other));
    let names = |map: &BTreeMap<String, Vec<u8>>| map.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&one), names(&other), "{when}");
    for (name, bytes) in &one {
        assert!(other[name] == *bytes, "{name} differs {when}");
    }
}

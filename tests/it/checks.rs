//! The benchmark of changed and faithful briefs: `bulletin evaluate checks` prints it, and no check
//! may fall below what it reached.

use std::collections::BTreeSet;

use bulletin::internals::checks::benchmark;
use bulletin::internals::checks::registry::{CHECKS, Measure, Subject};
use bulletin::internals::language::Language;

use crate::scripted::repository;

#[test]
fn every_cell_keeps_its_precision_and_recall() {
    let path = repository().join("tests/fixtures/checks/cases.jsonl");
    let outcomes = benchmark::outcomes(&std::fs::read_to_string(path).unwrap()).unwrap();
    let scores = benchmark::scores(&outcomes);
    let table = benchmark::table(&outcomes);
    let mut held = BTreeSet::new();
    for measure in CHECKS.iter().flat_map(|entry| entry.measures) {
        let Measure::Floor { cell, subject, precision, recall, .. } = *measure else { continue };
        let kind = if subject == Subject::Brief { "brief" } else { "translation" };
        for language in Language::ALL {
            let key = (cell.to_string(), kind, language);
            let score = scores.get(&key).unwrap_or_else(|| panic!("{key:?} has no cases"));
            let good = score.precision() >= precision && score.recall() >= recall;
            assert!(good, "{cell} {kind} {language} fell\n{table}");
            held.insert(key);
        }
    }
    let unheld: Vec<_> = scores.keys().filter(|key| !held.contains(key)).collect();
    assert!(unheld.is_empty(), "{unheld:?} have no floor in checks/registry.rs\n{table}");
}

#[test]
fn a_line_that_is_no_case_is_named() {
    let error = benchmark::outcomes("{\"article\": 3}\n").err().unwrap();
    assert!(format!("{error:#}").contains("line 1"), "{error:#}");
    let nameless =
        r#"{"id":"a","check":"numbers","language":"en","faithful":true,"sentences":["x"]}"#;
    let error = benchmark::outcomes(nameless).err().unwrap();
    assert!(format!("{error:#}").contains("case a"), "{error:#}");
}

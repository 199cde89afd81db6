//! The benchmark of changed and faithful briefs: `bulletin evaluate checks` prints it, and no check
//! may fall below what it reached.

use bulletin::checks::benchmark;
use bulletin::language::Language;

use crate::scripted::repository;

/// Least precision and recall by check and kind, in every language.
const FLOORS: [(&str, &str, f64, f64); 19] = [
    ("numbers", "brief", 0.95, 0.95),
    ("numbers", "translation", 0.93, 0.95),
    ("dates", "brief", 0.95, 0.95),
    ("dates", "translation", 0.92, 0.95),
    ("quotes", "brief", 0.95, 0.95),
    ("language", "brief", 0.95, 0.90),
    ("language", "translation", 0.95, 0.95),
    ("repetition", "brief", 0.95, 0.95),
    ("names", "brief", 0.90, 0.95),
    ("names", "translation", 0.87, 0.45),
    ("polarity", "brief", 0.95, 0.90),
    ("polarity", "translation", 0.88, 0.40),
    ("quotes", "translation", 0.95, 0.93),
    ("casing", "brief", 0.95, 0.95),
    ("unfinished", "brief", 0.95, 0.95),
    ("letters", "brief", 0.95, 0.95),
    ("prompt", "brief", 0.95, 0.88),
    ("injection", "brief", 0.95, 0.95),
    ("support", "brief", 0.95, 0.85),
];

#[test]
fn the_checks_keep_their_precision_and_recall() {
    let path = repository().join("tests/fixtures/checks/cases.jsonl");
    let outcomes = benchmark::outcomes(&std::fs::read_to_string(path).unwrap()).unwrap();
    let scores = benchmark::scores(&outcomes);
    let table = benchmark::table(&outcomes);
    for (check, kind, precision, recall) in FLOORS {
        for language in Language::ALL {
            let score = scores[&(check.to_string(), kind, language)];
            let good = score.precision() >= precision && score.recall() >= recall;
            assert!(good, "{check} {kind} {language} fell\n{table}");
        }
    }
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

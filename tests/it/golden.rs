//! Outputs of fixed inputs are those that stand in `tests/fixtures/golden.json`, or the version of the rules
//! was raised: results that a newsroom keeps are made again exactly when they would differ.
//!
//! After a change that is meant: raise `VERSION` in `src/batch/rules.rs`, and run this test with
//! `BULLETIN_GOLDEN=write`.

use std::collections::BTreeMap;

use bulletin::internals::batch::rules;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::scripted::{Desk, repository};
use crate::support::fixture;

#[derive(Serialize, Deserialize)]
struct Golden {
    rules: u32,
    /// Name of an output → the first 16 digits of its SHA-256.
    outputs: BTreeMap<String, String>,
}

/// Families whose small models of random weights go on from a prompt.
const FAMILIES: [&str; 5] = ["gemma3", "hunyuan-dense", "llama", "qwen2", "qwen3"];

fn sum(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// What is read, quoted, asked, checked, translated and computed.
fn outputs() -> BTreeMap<String, String> {
    let desk = Desk::new();
    let mut outputs = BTreeMap::new();
    let mut record = |name: String, arguments: &[&str], scripted: bool| {
        let mut command = if scripted { desk.scripted(arguments) } else { desk.program() };
        if !scripted {
            command.args(arguments);
        }
        let output = command.output().unwrap();
        let code = output.status.code();
        assert!(code.is_some_and(|code| code < 2), "{name}: {output:?}");
        outputs.insert(name, sum(&String::from_utf8(output.stdout).unwrap()));
    };
    let path = |below: &str| repository().join(below).display().to_string();
    for name in ["asylum-seekers.en.txt", "malaysia-kitay.ru.txt", "savas-gemisi.tr.txt"] {
        let article = path(&format!("examples/{name}"));
        let arguments = ["summarise", &article, "--engine", "extractive", "--explain"];
        record(format!("extractive {name}"), &arguments, false);
    }
    for name in ["page.html", "dirty.txt"] {
        let article = path(&format!("tests/articles/{name}"));
        record(format!("read {name}"), &["extract", &article, "--from", "en"], false);
    }
    let arguments = ["summarise", "article.txt", "--to", "tr,ru", "--format", "markdown"];
    record("summarise --to tr,ru".into(), &arguments, true);
    record("summarise in Turkish".into(), &["summarise", "makale.txt", "--explain"], true);
    for family in FAMILIES {
        let model = fixture(&format!("checkpoints/{family}")).display().to_string();
        let arguments = ["generate", "--model", &model, "--prompt", "Rain fell", "--max-tokens"];
        // Plain Rust gives the same sums on every processor.
        let arguments = [&arguments[..], &["12", "--cpu-level", "portable", "--device", "cpu"]];
        record(format!("tokens of {family}"), &arguments.concat(), false);
    }
    outputs
}

#[test]
fn outputs_change_with_the_version_of_the_rules_and_not_without() {
    let file = fixture("golden.json");
    let now = Golden { rules: rules::VERSION, outputs: outputs() };
    let before: Golden = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let changed: Vec<&String> = now
        .outputs
        .iter()
        .filter(|(name, sum)| before.outputs.get(*name) != Some(*sum))
        .map(|(name, _)| name)
        .collect();
    assert!(
        changed.is_empty() || now.rules > before.rules,
        "{changed:?} changed: raise VERSION in src/batch/rules.rs (it is {}), then run this test \
         with BULLETIN_GOLDEN=write",
        now.rules
    );
    if std::env::var_os("BULLETIN_GOLDEN").is_some_and(|value| value == "write") {
        let text = serde_json::to_string_pretty(&now).unwrap() + "\n";
        return std::fs::write(&file, text).unwrap();
    }
    assert_eq!(
        now.rules, before.rules,
        "the version of the rules was raised: run this test with BULLETIN_GOLDEN=write"
    );
    assert_eq!(now.outputs.len(), before.outputs.len(), "outputs were dropped");
}

//! Everything besides an article's words that decides what is made of it → one text, which goes
//! into the key of a step. What is not named here may change without anything being done again.

use std::fmt::Write as _;

use serde_json::Value;

use crate::document::Strictness;
use crate::engine::decoder::KeyValueType;
use crate::language::Language;
use crate::models::ModelEntry;

/// One model's part in a step.
pub struct Part<'a> {
    /// What it does there: `summarise tr`, `translate en-tr`, `again en-tr`.
    pub role: String,
    pub model: &'a ModelEntry,
    /// SHA-256 of the prompt templates that it is asked with.
    pub prompts: &'a str,
    /// Sampling, lengths, style: everything by name.
    pub settings: Value,
    /// How keys and values are kept, which rounds them.
    pub key_values: KeyValueType,
}

/// The recipe of a step. `rules` is [`rules`](super::rules::rules) outside of tests; `script` is the SHA-256 of canned
/// answers that stand in for models.
pub fn recipe(rules: &str, strictness: Strictness, script: Option<&str>, parts: &[Part]) -> String {
    let mut text = format!("rules {rules} {strictness:?}");
    if let Some(script) = script {
        let _ = write!(text, " script {script}");
    }
    for part in parts {
        let model = identity(part.model);
        let (role, prompts, settings) = (&part.role, part.prompts, &part.settings);
        let key_values = part.key_values;
        let _ = write!(text, "\n{role}: {model} {prompts} {settings} {key_values:?}");
    }
    text
}

/// The recipe of briefs that are sentences of the article; `settings` are those of their form.
pub fn extractive(
    rules: &str,
    strictness: Strictness,
    language: Language,
    settings: &Value,
) -> String {
    format!("rules {rules} {strictness:?}\nsummarise {language}: extractive {settings}")
}

/// A model and everything that the registry says about it and that decides what it writes. Its
/// files are named with their sums, so that a revision that was moved is another model.
fn identity(model: &ModelEntry) -> String {
    format!(
        "{} {} {} {:?} {:?} {:?} {:?}",
        model.name,
        model.architecture,
        model.revision,
        model.files,
        model.chat_template,
        model.adapter,
        model.target_prefix
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::models::Registry;

    fn one(model: &ModelEntry, change: impl FnOnce(&mut Part)) -> String {
        let mut part = Part {
            role: "summarise en".into(),
            model,
            prompts: "p",
            settings: json!({"seed": 0}),
            key_values: KeyValueType::F16,
        };
        change(&mut part);
        recipe("r1", Strictness::Errors, None, &[part])
    }

    #[test]
    fn every_part_counts() {
        let registry = Registry::builtin().unwrap();
        let model = registry.model("smollm2-135m-instruct").unwrap().clone();
        let base = one(&model, |_| {});
        assert_eq!(base, one(&model, |_| {}));
        let changed = |change: fn(&mut ModelEntry)| {
            let mut other = model.clone();
            change(&mut other);
            one(&other, |_| {})
        };
        let other = registry.model("gemma3-270m").unwrap();
        let variants = [
            changed(|it| it.revision.push('2')),
            changed(|it| it.files[0].sha256 = Some("0".repeat(64))),
            changed(|it| it.chat_template = crate::models::ChatTemplate::Gemma),
            one(other, |_| {}),
            one(&model, |part| part.prompts = "q"),
            one(&model, |part| part.settings = json!({"seed": 1})),
            one(&model, |part| part.key_values = KeyValueType::Q8),
            one(&model, |part| part.role = "summarise tr".into()),
            recipe("r1", Strictness::Errors, None, &[]),
            recipe("r2", Strictness::Errors, None, &[]),
            recipe("r1", Strictness::Warnings, None, &[]),
            recipe("r1", Strictness::Errors, Some("s"), &[]),
        ];
        for (place, variant) in variants.iter().enumerate() {
            assert_ne!(*variant, base, "{place}");
            assert!(!variants[..place].contains(variant), "{place} is like one before");
        }
    }
}

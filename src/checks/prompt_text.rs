//! Sentence → findings on text that belongs to the prompt or the chat template.

use crate::analysis::lexicon::{Lexicon, phrases};
use crate::analysis::orders::template_token;
use crate::analysis::passage::{Passage, Source};
use crate::analysis::tokens::{Kind, lower_case, tokens};
use crate::checks::{Check, Draft};
use crate::document::Severity;
use crate::language::Language;

/// So many words in a row of the prompt are no coincidence.
const COPIED_WORDS: usize = 7;

/// Template tokens, phrases of assistants, labels, and words copied from the prompt.
pub fn check(
    sentence: &Passage,
    source: Option<&Source>,
    prompt: Option<&str>,
    lexicon: &Lexicon,
) -> Vec<Draft> {
    let mut found = Vec::new();
    let mut push = |check, message: String| {
        found.push(Draft::new(check, Severity::Error, message));
    };
    if let Some(token) = template_token(&sentence.text) {
        push(Check::Template, format!("\"{token}\" belongs to a chat template"));
    }
    let lower = lower_case(&sentence.text, lexicon.language);
    let in_source = |phrase: &str| {
        source.is_some_and(|source| {
            source.passages.iter().any(|p| lower_case(&p.text, p.language).contains(phrase))
        })
    };
    let plain = lower_case(&sentence.text, Language::English);
    let spoken = phrases("prompt")
        .find(|phrase| (lower.contains(phrase) || plain.contains(phrase)) && !in_source(phrase));
    if let Some(phrase) = spoken {
        push(Check::Prompt, format!("\"{phrase}\" is said by an assistant, not by the article"));
    } else if let Some(label) = label(sentence, lexicon).filter(|label| !in_source(label)) {
        push(Check::Prompt, format!("the sentence begins with the label \"{label}\""));
    } else if let Some(copied) = prompt.and_then(|prompt| copied(sentence, prompt, source)) {
        push(Check::Prompt, format!("\"{copied}\" is copied from the prompt"));
    }
    if sentence.text.contains("**") || sentence.text.trim_start().starts_with('#') {
        found.push(Draft::new(
            Check::Prompt,
            Severity::Warning,
            "the text has marks of formatting",
        ));
    }
    found
}

/// "Headline: …", "Özet: …"
fn label(sentence: &Passage, lexicon: &Lexicon) -> Option<String> {
    let start = lower_case(sentence.text.trim_start_matches(['*', '#', ' ']), lexicon.language);
    lexicon
        .list("label")
        .iter()
        .find(|label| {
            start
                .strip_prefix(label.as_str())
                .is_some_and(|rest| rest.trim_start_matches('*').starts_with(':'))
        })
        .map(|label| format!("{label}:"))
}

fn copied(sentence: &Passage, prompt: &str, source: Option<&Source>) -> Option<String> {
    let words = |text: &str| -> Vec<String> {
        tokens(text, sentence.language)
            .into_iter()
            .filter(|token| token.kind != Kind::Mark)
            .map(|token| token.lower)
            .collect()
    };
    let mine = words(&sentence.text);
    let asked = words(prompt);
    let told: Vec<String> = source
        .map(|source| {
            let told = source.tokens().filter(|token| token.kind != Kind::Mark);
            told.map(|token| token.lower.clone()).collect()
        })
        .unwrap_or_default();
    let holds = |text: &[String], run: &[String]| text.windows(run.len()).any(|w| w == run);
    mine.windows(COPIED_WORDS)
        .find(|run| holds(&asked, run) && !holds(&told, run))
        .map(|run| run.join(" "))
}

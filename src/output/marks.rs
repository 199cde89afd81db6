//! A brief and the findings about it → its texts, with a mark on those that failed a check.
//!
//! A brief is copied out of a terminal or a file without the findings that went to standard error,
//! so what is known to be wrong has to be told in the text itself.

use super::harmless;
use crate::document::{Brief, Document};
use crate::document::{Finding, Severity};

/// What stands under a brief that has marks.
pub const EXPLANATION: &str =
    "[?] failed a check; the sentence that it should say stands beside it.";

/// A text of the model's, and what is to stand after it.
pub struct Marked {
    pub text: String,
    /// ` [?]`, or ` [? the sentence of the original]`; empty where no error was found.
    pub mark: String,
}

/// What stands in place of the headline of a translation of which no sentence stands.
pub const NO_TRANSLATION: &str = "No translation stands. The original says:";

/// The headline, marked if an error was found in it.
pub fn headline(document: &Document, brief: &Brief) -> Marked {
    if none_stands(document, brief) {
        return Marked { text: NO_TRANSLATION.to_string(), mark: String::new() };
    }
    let mark = if failed(document, brief, None) { " [?]" } else { "" };
    Marked { text: harmless(&brief.headline), mark: mark.to_string() }
}

/// The sentences, each marked if an error was found in it; those of the original where none stands.
pub fn sentences(document: &Document, brief: &Brief) -> Vec<Marked> {
    let lost = none_stands(document, brief);
    let sentences = brief.sentences.iter().enumerate();
    sentences
        .map(|(index, sentence)| {
            let mark = match &sentence.source {
                Some(source) if lost => {
                    return Marked { text: harmless(source), mark: String::new() };
                }
                _ if !failed(document, brief, Some(index)) => String::new(),
                Some(source) => format!(" [? {}]", harmless(source)),
                None => " [?]".to_string(),
            };
            Marked { text: harmless(&sentence.text), mark }
        })
        .collect()
}

/// A translation with an error in every sentence: a text full of marks helps nobody.
fn none_stands(document: &Document, brief: &Brief) -> bool {
    let mut sentences = brief.sentences.iter().enumerate();
    !brief.sentences.is_empty()
        && sentences.all(|(at, one)| one.source.is_some() && failed(document, brief, Some(at)))
}

fn failed(document: &Document, brief: &Brief, sentence: Option<usize>) -> bool {
    let about = |finding: &&Finding| {
        finding.severity == Severity::Error
            && finding.language == Some(brief.language)
            && finding.span.is_some_and(|span| span.sentence == sentence)
    };
    document.findings.iter().any(|finding| about(&finding))
}

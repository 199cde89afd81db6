//! Source and result → findings. Everything below is pure: no files, no clock, no environment.

mod attribution;
pub mod benchmark;
mod calendar;
mod casing;
mod common_words;
mod coverage;
mod dates;
mod endings;
pub mod entailment;
pub(crate) mod gazetteer;
pub(crate) mod inflection;
pub(crate) mod injection;
mod languages;
mod length;
pub mod lexicon;
mod name_classes;
mod name_marks;
mod names;
mod names_across;
mod number_words;
mod numbers;
mod numbers_across;
mod numerals;
mod particles;
pub mod passage;
mod polarity;
mod polarity_across;
mod prompt_text;
mod quantities;
pub(crate) mod quotes;
mod repetition;
mod roles;
mod run;
mod skeleton;
mod spelling;
pub mod stems;
pub(crate) mod support;
pub mod tokens;
mod verdict;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::language::Language;

pub use injection::check as injection;
pub use length::Limits;
pub use run::{
    CheckInput, Checker, TranslationInput, judge, run, run_sentence, run_sentence_with,
    run_translation, run_with,
};
pub use verdict::{Attempt, Verdict, verdict};

/// How bad a finding is. An error makes the exit code 1; a warning and a note do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Note,
    Warning,
    Error,
}

/// A place in the text that a finding speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Index of the sentence in the brief; `None` is the headline.
    pub sentence: Option<usize>,
    /// First character, counted in Unicode scalar values from the start of that sentence.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
}

/// Something a person should know about a result before it is published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Short stable name of the check: `numbers`, `language`, `truncated`, …
    pub check: String,
    pub severity: Severity,
    /// One sentence for people; says what to look at.
    pub message: String,
    /// The language of the brief that it is about; `None` when it is about the article.
    pub language: Option<Language>,
    pub span: Option<Span>,
}

impl Finding {
    /// A finding about a whole brief or article.
    pub fn new(check: &str, severity: Severity, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { check: check.to_string(), severity, message, language: None, span: None }
    }

    /// The same finding, said of the brief in `language`.
    pub fn in_language(mut self, language: Language) -> Self {
        self.language = Some(language);
        self
    }
}

/// A finding before it is known which sentence of which brief it is about.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    check: &'static str,
    severity: Severity,
    message: String,
    range: Option<(usize, usize)>,
}

impl Draft {
    fn new(check: &'static str, severity: Severity, message: impl Into<String>) -> Self {
        Self { check, severity, message: message.into(), range: None }
    }

    /// Characters of the sentence that the finding is about.
    fn at(mut self, start: usize, end: usize) -> Self {
        self.range = Some((start, end));
        self
    }

    fn in_sentence(self, sentence: Option<usize>, language: Language) -> Finding {
        let span = self.range.map(|(start, end)| Span { sentence, start, end });
        Finding {
            check: self.check.to_string(),
            severity: self.severity,
            message: self.message,
            language: Some(language),
            span,
        }
    }

    fn of_whole(self, language: Option<Language>) -> Finding {
        Finding {
            check: self.check.to_string(),
            severity: self.severity,
            message: self.message,
            language,
            span: None,
        }
    }
}

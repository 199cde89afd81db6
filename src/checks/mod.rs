//! Source and result → findings. Everything below is pure: no files, no clock, no environment.

pub mod adequacy;
mod attribution;
pub mod benchmark;
mod casing;
mod certainty;
mod claims;
mod coverage;
mod dates;
mod endings;
pub mod entailment;
mod fusion;
pub(crate) mod injection;
mod languages;
mod length;
mod meta;
mod names;
mod names_across;
mod numbers;
mod numbers_across;
mod particles;
mod polarity;
mod polarity_across;
mod prompt_text;
pub(crate) mod quotes;
mod reference;
pub mod registry;
mod repetition;
mod roles;
mod run;
mod spelling;
pub(crate) mod support;
mod wording;

#[cfg(test)]
mod tests;

use crate::document::{Finding, Severity, Span};
use crate::language::Language;

pub use crate::document::Check;
pub(crate) use claims::Given;
pub use length::Limits;
pub use run::{Assessed, CheckInput, Checker, assess_sentence, run_sentence_with, run_with};

/// A finding before it is known which sentence of which brief it is about.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    check: Check,
    severity: Severity,
    message: String,
    range: Option<(usize, usize)>,
}

impl Draft {
    fn new(check: Check, severity: Severity, message: impl Into<String>) -> Self {
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
            check: self.check.name().to_string(),
            severity: self.severity,
            message: self.message,
            language: Some(language),
            span,
        }
    }

    fn of_whole(self, language: Option<Language>) -> Finding {
        Finding {
            check: self.check.name().to_string(),
            severity: self.severity,
            message: self.message,
            language,
            span: None,
        }
    }
}

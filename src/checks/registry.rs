//! The checks in one table: what each is called, what it is held to, and what it is held against.
//!
//! Adding one is a file with its function, a variant of [`Check`] and a row of [`CHECKS`].

use crate::analysis::name_index::NameIndex;
use crate::analysis::passage::{Passage, Source};
use crate::checks::{Checker, Draft};
use crate::document::Severity;

mod rows;

pub use rows::CHECKS;

/// What is looked for. The order is that of [`CHECKS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    Language,
    Template,
    Prompt,
    Repetition,
    Spelling,
    Casing,
    Unfinished,
    Meta,
    Numbers,
    Dates,
    Names,
    Roles,
    Quotes,
    Polarity,
    Attribution,
    Support,
    Certainty,
    Fusion,
    Reference,
    Injection,
    Coverage,
    Length,
    Adequacy,
    Entailment,
}

/// What a check is applied to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The text alone; its source only excuses.
    Text,
    /// An article and a brief of it in the same language.
    Brief,
    /// A sentence and its translation.
    Translation,
}

/// One sentence of a brief, or its headline, or a translated sentence.
pub(crate) struct Sentence<'a> {
    pub passage: &'a Passage,
    pub is_headline: bool,
    /// The sentence before it in the brief.
    pub before: Option<&'a Passage>,
    pub source: Option<&'a Source>,
    /// What the model was asked.
    pub prompt: Option<&'a str>,
    pub tables: &'a Checker,
}

/// How a check is called. All get what a [`Sentence`] holds.
#[derive(Clone, Copy)]
pub(crate) enum Function {
    /// For every sentence, whatever it is held against.
    Text(fn(&Sentence) -> Vec<Draft>),
    /// For every sentence of a brief in the language of its article.
    Brief(fn(&Sentence, &Source, &NameIndex) -> Vec<Draft>),
    /// Called in [`mod@super::run`], in its place among the others: it needs the whole brief, or comes
    /// with another check.
    Run,
}

/// What the benchmark holds of a check.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measure {
    /// Precision and recall in every language may not fall below this; findings count from this
    /// severity on.
    Floor { cell: &'static str, subject: Subject, from: Severity, precision: f64, recall: f64 },
    /// Why no cell of the benchmark measures it.
    Unmeasured(&'static str),
}

/// A row of the table.
pub struct Entry {
    pub check: Check,
    /// The name in findings: stable, for it is part of what is written.
    pub name: &'static str,
    /// From here on a finding means that the check spoke: warnings where it only warns by policy.
    pub counts_from: Severity,
    pub subjects: &'static [Subject],
    pub(crate) function: Function,
    pub measures: &'static [Measure],
}

impl Check {
    /// Its row.
    pub fn entry(self) -> &'static Entry {
        &CHECKS[self as usize]
    }

    /// The name in findings.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// The check of this name.
    pub fn named(name: &str) -> Option<Self> {
        CHECKS.iter().find(|entry| entry.name == name).map(|entry| entry.check)
    }

    /// The check that a cell of the benchmark measures in briefs or translations, and from which
    /// severity on its findings count there: a check that finds more than one thing has several.
    pub fn of_cell(cell: &str, subject: Subject) -> Option<(Self, Severity)> {
        let floors = CHECKS.iter().flat_map(|entry| {
            entry.measures.iter().filter_map(move |measure| match measure {
                Measure::Floor { cell, subject, from, .. } => {
                    Some(((*cell, *subject), entry.check, *from))
                }
                Measure::Unmeasured(_) => None,
            })
        });
        let own = floors.filter(|(key, ..)| *key == (cell, subject));
        let own = own.map(|(_, check, from)| (check, from));
        own.chain(Self::named(cell).map(|check| (check, check.entry().counts_from))).next()
    }
}

/// The drafts of all functions for single sentences, in the order of the table.
pub(crate) fn alone(sentence: &Sentence) -> Vec<Draft> {
    let functions = CHECKS.iter().filter_map(|entry| match entry.function {
        Function::Text(function) => Some(function),
        _ => None,
    });
    functions.flat_map(|function| function(sentence)).collect()
}

/// The drafts of all functions that hold a sentence against an article in its own language.
pub(crate) fn compared(sentence: &Sentence, source: &Source, index: &NameIndex) -> Vec<Draft> {
    let functions = CHECKS.iter().filter_map(|entry| match entry.function {
        Function::Brief(function) => Some(function),
        _ => None,
    });
    functions.flat_map(|function| function(sentence, source, index)).collect()
}

impl Sentence<'_> {
    fn knowledge(&self) -> &crate::analysis::passage::Knowledge {
        self.tables.of(self.passage.language)
    }

    /// The source, when it is in the sentence's language.
    fn own_source(&self) -> Option<&Source> {
        self.source.filter(|source| source.language == self.passage.language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_the_order_of_the_checks_and_have_a_measure() {
        for (at, entry) in CHECKS.iter().enumerate() {
            assert_eq!(entry.check as usize, at, "{}", entry.name);
            assert_eq!(Check::named(entry.name), Some(entry.check));
            assert!(!entry.measures.is_empty() && !entry.subjects.is_empty(), "{}", entry.name);
        }
    }
}

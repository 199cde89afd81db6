//! The checks in one table: what each is called, what it is held to, and what it is held against.
//!
//! Adding one is a file with its function, a line of [`Check`] and a row of [`CHECKS`]. What stages of the work tell
//! of themselves has rows without functions, so that every finding there can be has one.

use crate::analysis::name_index::NameIndex;
use crate::analysis::passage::{Knowledge, Passage, Source};
use crate::article::Article;
use crate::checks::adequacy::Side;
use crate::checks::{Checker, Draft, Limits};
use crate::document::{Check, Evidence, Severity};

mod rows;

pub use rows::CHECKS;

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
    /// The sentences before it in the brief; none of a headline or a translation.
    pub earlier: &'a [Passage],
    pub source: Option<&'a Source>,
    /// What the model was asked.
    pub prompt: Option<&'a str>,
    pub tables: &'a Checker,
}

/// A brief as a whole.
pub(crate) struct Whole<'a> {
    pub sentences: &'a [Passage],
    /// All sentences, and the headline after them.
    pub own: &'a Source,
    pub headline: &'a str,
    pub article: &'a Source,
    pub evidence: &'a [Vec<Evidence>],
    pub limits: &'a Limits,
    pub knowledge: &'a Knowledge,
}

/// How a check is called. The kinds speak in the order that they have here; within a kind, the table's order counts.
#[derive(Clone, Copy)]
pub(crate) enum Function {
    /// For the article, whatever the brief says.
    Article(fn(&Article) -> Vec<Draft>),
    /// For every sentence, whatever it is held against.
    Text(fn(&Sentence) -> Vec<Draft>),
    /// For every sentence of a brief in any language.
    Brief(fn(&Sentence) -> Vec<Draft>),
    /// For every sentence of a brief among the others.
    Among(fn(&Sentence) -> Vec<Draft>),
    /// For every sentence of a brief in the language of its article.
    Compared(fn(&Sentence, &Source, &NameIndex) -> Vec<Draft>),
    /// For every sentence and its translation.
    Translation(fn(Side, Side) -> Vec<Draft>),
    /// For a brief as a whole.
    Whole(fn(&Whole) -> Vec<Draft>),
}

/// What the benchmark holds of a check.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measure {
    /// Precision and recall in every language may not fall below this; findings count from this
    /// severity on.
    Floor {
        /// The cell's name in the case file.
        cell: &'static str,
        /// What its cases are.
        subject: Subject,
        /// Findings count from here on.
        from: Severity,
        /// The least share of findings that are right.
        precision: f64,
        /// The least share of faults that are found.
        recall: f64,
    },
    /// Why no cell of the benchmark measures it.
    Unmeasured(&'static str),
}

/// A row of the table.
pub struct Entry {
    pub check: Check,
    /// From here on a finding means that the check spoke: warnings where it only warns by policy.
    pub counts_from: Severity,
    pub subjects: &'static [Subject],
    /// Empty where the check comes with another, is a judgement of the whole that [`mod@super::run`] asks for last, or is
    /// what a stage tells of its own work.
    pub(crate) functions: &'static [Function],
    pub measures: &'static [Measure],
}

impl Check {
    /// Its row.
    pub fn entry(self) -> &'static Entry {
        &CHECKS[self as usize]
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

/// The functions of one kind, in the order of the table.
macro_rules! functions {
    ($kind:ident) => {
        CHECKS.iter().flat_map(|entry| entry.functions).filter_map(|function| match function {
            Function::$kind(function) => Some(function),
            _ => None,
        })
    };
}

/// What is found in an article.
pub(crate) fn of_article(article: &Article) -> Vec<Draft> {
    functions!(Article).flat_map(|function| function(article)).collect()
}

/// What is found in a sentence alone.
pub(crate) fn of_text(sentence: &Sentence) -> Vec<Draft> {
    functions!(Text).flat_map(|function| function(sentence)).collect()
}

/// What is found in a sentence of a brief; `article` is its article, where that is in its language.
pub(crate) fn of_brief(sentence: &Sentence, article: Option<(&Source, &NameIndex)>) -> Vec<Draft> {
    let mut drafts = of_text(sentence);
    drafts.extend(functions!(Brief).flat_map(|function| function(sentence)));
    drafts.extend(functions!(Among).flat_map(|function| function(sentence)));
    if let Some((source, names)) = article {
        drafts.extend(functions!(Compared).flat_map(|function| function(sentence, source, names)));
    }
    drafts
}

/// What is found between a sentence and its translation.
pub(crate) fn of_translation(source: Side, translation: Side) -> Vec<Draft> {
    functions!(Translation).flat_map(|function| function(source, translation)).collect()
}

/// What is found in a brief as a whole.
pub(crate) fn of_whole(brief: &Whole) -> Vec<Draft> {
    functions!(Whole).flat_map(|function| function(brief)).collect()
}

impl Sentence<'_> {
    fn knowledge(&self) -> &Knowledge {
        self.tables.of(self.passage.language)
    }

    fn before(&self) -> Option<&Passage> {
        self.earlier.last()
    }

    /// The source, when it is in the sentence's language.
    fn own_source(&self) -> Option<&Source> {
        self.source.filter(|source| source.language == self.passage.language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A finding is made with a [`Check`], so that a row for each check is a row for each finding.
    #[test]
    fn every_check_has_its_row_at_its_place_with_a_measure() {
        assert_eq!(CHECKS.len(), Check::ALL.len());
        for (entry, check) in CHECKS.iter().zip(Check::ALL) {
            let name = check.name();
            assert_eq!((entry.check, check.entry().check), (check, check));
            assert_eq!(Check::named(name), Some(check), "two checks are called {name}");
            assert!(!entry.measures.is_empty() && !entry.subjects.is_empty(), "{name}");
        }
    }
}

//! The checks in one table: what each is called, what it is held to, and what it is held against.
//!
//! Adding one is a file with its function, a variant of [`Check`] and a row of [`CHECKS`].

use crate::analysis::name_index::NameIndex;
use crate::analysis::passage::{Passage, Source};
use crate::checks::{
    Checker, Draft, attribution, casing, certainty, dates, fusion, injection, languages, names,
    numbers, polarity, prompt_text, quotes, reference, repetition, roles, spelling, support,
};
use crate::document::Severity;

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
    /// Called in [`super::run`], in its place among the others: it needs the whole brief, or comes
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

/// A cell in which errors count.
const fn floor(cell: &'static str, subject: Subject, precision: f64, recall: f64) -> Measure {
    Measure::Floor { cell, subject, from: Severity::Error, precision, recall }
}

/// A cell in which warnings count, too.
const fn warned(cell: &'static str, subject: Subject, precision: f64, recall: f64) -> Measure {
    Measure::Floor { cell, subject, from: Severity::Warning, precision, recall }
}

use Subject::{Brief, Text, Translation};

const ELSEWHERE: &str = "`tests/reference/meaning_cases.py` makes its cases (docs/checks.md)";

/// All checks. Adding one: see the head of this file.
pub static CHECKS: [Entry; 24] = [
    Entry {
        check: Check::Language,
        name: "language",
        counts_from: Severity::Error,
        subjects: &[Text],
        function: Function::Text(|s| languages::check(s.passage, s.source, &s.tables.lexicons())),
        measures: &[
            floor("language", Brief, 0.95, 0.90),
            floor("language", Translation, 0.95, 0.95),
            floor("letters", Brief, 0.95, 0.95),
        ],
    },
    Entry {
        check: Check::Template,
        name: "template",
        counts_from: Severity::Error,
        subjects: &[Text],
        function: Function::Run,
        measures: &[Measure::Unmeasured("a fixed list of strings: there is nothing to estimate")],
    },
    Entry {
        check: Check::Prompt,
        name: "prompt",
        counts_from: Severity::Error,
        subjects: &[Text],
        function: Function::Text(|s| {
            prompt_text::check(s.passage, s.source, s.prompt, &s.knowledge().lexicon)
        }),
        measures: &[floor("prompt", Brief, 0.95, 0.88)],
    },
    Entry {
        check: Check::Repetition,
        name: "repetition",
        counts_from: Severity::Error,
        subjects: &[Text],
        function: Function::Text(|s| repetition::check(s.passage, s.source).into_iter().collect()),
        measures: &[floor("repetition", Brief, 0.95, 0.95)],
    },
    Entry {
        check: Check::Spelling,
        name: "spelling",
        counts_from: Severity::Warning,
        subjects: &[Text],
        function: Function::Text(|s| spelling::check(s.passage, s.source).into_iter().collect()),
        measures: &[Measure::Unmeasured(
            "its cases are unit tests beside it; none are in the case file",
        )],
    },
    Entry {
        check: Check::Casing,
        name: "casing",
        counts_from: Severity::Warning,
        subjects: &[Text],
        function: Function::Text(|s| {
            casing::check(s.passage, s.own_source(), &s.knowledge().lexicon).into_iter().collect()
        }),
        measures: &[warned("casing", Brief, 0.95, 0.95)],
    },
    Entry {
        check: Check::Unfinished,
        name: "unfinished",
        counts_from: Severity::Error,
        subjects: &[Text],
        function: Function::Run,
        measures: &[floor("unfinished", Brief, 0.95, 0.95)],
    },
    Entry {
        check: Check::Meta,
        name: "meta",
        counts_from: Severity::Error,
        subjects: &[Brief],
        function: Function::Run,
        measures: &[Measure::Unmeasured(ELSEWHERE)],
    },
    Entry {
        check: Check::Numbers,
        name: "numbers",
        counts_from: Severity::Error,
        subjects: &[Brief, Translation],
        function: Function::Brief(|s, source, _| numbers::check(s.passage, source)),
        measures: &[
            floor("numbers", Brief, 0.95, 0.95),
            floor("numbers", Translation, 0.93, 0.95),
            warned("hedges", Brief, 0.95, 0.90),
        ],
    },
    Entry {
        check: Check::Dates,
        name: "dates",
        counts_from: Severity::Error,
        subjects: &[Brief, Translation],
        function: Function::Brief(|s, source, _| dates::check(s.passage, source)),
        measures: &[floor("dates", Brief, 0.95, 0.95), floor("dates", Translation, 0.92, 0.95)],
    },
    Entry {
        check: Check::Names,
        name: "names",
        counts_from: Severity::Error,
        subjects: &[Brief, Translation],
        function: Function::Brief(|s, source, index| {
            names::check(s.passage, source, index, s.knowledge())
        }),
        measures: &[floor("names", Brief, 0.90, 0.95), warned("names", Translation, 0.87, 0.45)],
    },
    Entry {
        check: Check::Roles,
        name: "roles",
        counts_from: Severity::Error,
        subjects: &[Brief],
        function: Function::Brief(|s, source, _| {
            roles::check(s.passage, source, s.knowledge()).into_iter().collect()
        }),
        measures: &[Measure::Unmeasured(
            "its cases are unit tests beside it; none are in the case file",
        )],
    },
    Entry {
        check: Check::Quotes,
        name: "quotes",
        counts_from: Severity::Error,
        subjects: &[Brief, Translation],
        function: Function::Brief(|s, source, _| quotes::check(s.passage, source)),
        measures: &[floor("quotes", Brief, 0.95, 0.95), floor("quotes", Translation, 0.95, 0.93)],
    },
    Entry {
        check: Check::Polarity,
        name: "polarity",
        counts_from: Severity::Error,
        subjects: &[Brief, Translation],
        function: Function::Brief(|s, source, _| {
            polarity::check(s.passage, source, &s.knowledge().lexicon)
        }),
        measures: &[
            floor("polarity", Brief, 0.95, 0.90),
            warned("polarity", Translation, 0.88, 0.40),
        ],
    },
    Entry {
        check: Check::Attribution,
        name: "attribution",
        counts_from: Severity::Warning,
        subjects: &[Brief],
        // A headline has no room for the speaker.
        function: Function::Brief(|s, source, _| {
            let lexicon = &s.knowledge().lexicon;
            let found =
                (!s.is_headline).then(|| attribution::check(s.passage, s.before, source, lexicon));
            found.flatten().into_iter().collect()
        }),
        measures: &[warned("attribution", Brief, 0.95, 0.88)],
    },
    Entry {
        check: Check::Support,
        name: "support",
        counts_from: Severity::Error,
        subjects: &[Brief],
        function: Function::Brief(|s, source, _| {
            support::check(s.passage, source).into_iter().collect()
        }),
        measures: &[floor("support", Brief, 0.95, 0.85)],
    },
    Entry {
        check: Check::Certainty,
        name: "certainty",
        counts_from: Severity::Warning,
        subjects: &[Brief],
        function: Function::Brief(|s, source, _| {
            certainty::check(s.passage, source, &s.knowledge().lexicon)
        }),
        measures: &[Measure::Unmeasured(ELSEWHERE)],
    },
    Entry {
        check: Check::Fusion,
        name: "fusion",
        counts_from: Severity::Warning,
        subjects: &[Brief],
        function: Function::Brief(|s, source, _| {
            fusion::check(s.passage, source, &s.knowledge().lexicon).into_iter().collect()
        }),
        measures: &[Measure::Unmeasured(ELSEWHERE)],
    },
    Entry {
        check: Check::Reference,
        name: "reference",
        counts_from: Severity::Warning,
        subjects: &[Brief],
        function: Function::Brief(|s, source, _| {
            let lexicon = &s.knowledge().lexicon;
            reference::check(s.passage, s.before, source, lexicon).into_iter().collect()
        }),
        measures: &[Measure::Unmeasured(ELSEWHERE)],
    },
    Entry {
        check: Check::Injection,
        name: "injection",
        counts_from: Severity::Warning,
        subjects: &[Brief],
        function: Function::Brief(|s, source, _| {
            injection::obeyed(s.passage, source).into_iter().collect()
        }),
        measures: &[warned("injection", Brief, 0.95, 0.95)],
    },
    Entry {
        check: Check::Coverage,
        name: "coverage",
        counts_from: Severity::Warning,
        subjects: &[Brief, Translation],
        function: Function::Run,
        measures: &[warned("coverage", Brief, 0.95, 0.45)],
    },
    Entry {
        check: Check::Length,
        name: "length",
        counts_from: Severity::Warning,
        subjects: &[Text, Translation],
        function: Function::Run,
        measures: &[Measure::Unmeasured("it counts: there is nothing to estimate")],
    },
    Entry {
        check: Check::Adequacy,
        name: "adequacy",
        counts_from: Severity::Warning,
        subjects: &[Translation],
        function: Function::Run,
        measures: &[Measure::Unmeasured("`lexicon/calibrate.py` measures it on half of the data")],
    },
    Entry {
        check: Check::Entailment,
        name: "entailment",
        counts_from: Severity::Warning,
        subjects: &[Brief, Translation],
        function: Function::Run,
        measures: &[Measure::Unmeasured(
            "the benchmark runs without models; `evaluate entailment` measures it",
        )],
    },
];

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

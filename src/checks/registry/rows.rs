//! The rows of the table of checks.

use crate::checks::registry::{Entry, Function, Measure, Subject};
use crate::checks::{
    attribution, casing, certainty, claims, coverage, dates, endings, fusion, injection, languages,
    length, meta, names, names_across, numbers, numbers_across, polarity, polarity_across,
    prompt_text, quotes, reference, repetition, roles, spelling, support,
};
use crate::document::{Check, Severity};

/// A cell in which errors count.
const fn floor(cell: &'static str, subject: Subject, precision: f64, recall: f64) -> Measure {
    Measure::Floor { cell, subject, from: Error, precision, recall }
}

/// A cell in which warnings count, too.
const fn warned(cell: &'static str, subject: Subject, precision: f64, recall: f64) -> Measure {
    Measure::Floor { cell, subject, from: Warning, precision, recall }
}

const TOLD: Measure = Measure::Unmeasured(
    "it tells what was done or could not be done: there is nothing to estimate",
);

/// What a stage of the work tells of itself.
const fn told(check: Check, counts_from: Severity, subjects: &'static [Subject]) -> Entry {
    Entry { check, counts_from, subjects, functions: &[], measures: &[TOLD] }
}

use Severity::{Error, Note, Warning};
use Subject::{Brief, Text, Translation};

/// All checks. Adding one: see the head of the module.
pub static CHECKS: [Entry; Check::ALL.len()] = [
    Entry {
        check: Check::Language,
        counts_from: Error,
        subjects: &[Text],
        functions: &[Function::Text(|s| {
            languages::check(s.passage, s.source, &s.tables.lexicons())
        })],
        measures: &[
            floor("language", Brief, 0.95, 0.90),
            floor("language", Translation, 0.95, 0.95),
            floor("letters", Brief, 0.95, 0.95),
        ],
    },
    Entry {
        check: Check::Template,
        counts_from: Error,
        subjects: &[Text],
        functions: &[],
        measures: &[Measure::Unmeasured("a fixed list of strings: there is nothing to estimate")],
    },
    Entry {
        check: Check::Prompt,
        counts_from: Error,
        subjects: &[Text],
        functions: &[Function::Text(|s| {
            prompt_text::check(s.passage, s.source, s.prompt, &s.knowledge().lexicon)
        })],
        measures: &[floor("prompt", Brief, 0.95, 0.88)],
    },
    Entry {
        check: Check::Repetition,
        counts_from: Error,
        subjects: &[Text],
        functions: &[
            Function::Text(|s| repetition::check(s.passage, s.source).into_iter().collect()),
            Function::Among(|s| repetition::repeated(s.passage, s.earlier).into_iter().collect()),
        ],
        measures: &[floor("repetition", Brief, 0.95, 0.95)],
    },
    Entry {
        check: Check::Spelling,
        counts_from: Warning,
        subjects: &[Text],
        functions: &[Function::Text(|s| {
            spelling::check(s.passage, s.source).into_iter().collect()
        })],
        measures: &[Measure::Unmeasured(
            "its cases are unit tests beside it; none are in the case file",
        )],
    },
    Entry {
        check: Check::Casing,
        counts_from: Warning,
        subjects: &[Text],
        functions: &[Function::Text(|s| {
            casing::check(s.passage, s.own_source(), &s.knowledge().lexicon).into_iter().collect()
        })],
        measures: &[warned("casing", Brief, 0.95, 0.95)],
    },
    Entry {
        check: Check::Unfinished,
        counts_from: Error,
        subjects: &[Text],
        functions: &[Function::Brief(|s| {
            let check = if s.is_headline { endings::check_headline } else { endings::check };
            check(s.passage, &s.knowledge().lexicon).into_iter().collect()
        })],
        measures: &[floor("unfinished", Brief, 0.95, 0.95)],
    },
    Entry {
        check: Check::Meta,
        counts_from: Error,
        subjects: &[Brief],
        functions: &[Function::Brief(|s| meta::check(s.passage, s.source).into_iter().collect())],
        measures: &[floor("meta", Brief, 0.95, 0.95)],
    },
    Entry {
        check: Check::Numbers,
        counts_from: Error,
        subjects: &[Brief, Translation],
        functions: &[
            Function::Compared(|s, source, _| numbers::check(s.passage, source)),
            Function::Translation(|one, two| numbers_across::numbers(one.passage, two.passage)),
        ],
        measures: &[
            floor("numbers", Brief, 0.95, 0.95),
            floor("numbers", Translation, 0.93, 0.95),
            warned("hedges", Brief, 0.95, 0.90),
        ],
    },
    Entry {
        check: Check::Dates,
        counts_from: Error,
        subjects: &[Brief, Translation],
        functions: &[
            Function::Compared(|s, source, _| dates::check(s.passage, source)),
            Function::Translation(|one, two| numbers_across::dates(one.passage, two.passage)),
        ],
        measures: &[floor("dates", Brief, 0.95, 0.95), floor("dates", Translation, 0.92, 0.95)],
    },
    Entry {
        check: Check::Names,
        counts_from: Error,
        subjects: &[Brief, Translation],
        functions: &[
            Function::Compared(|s, source, index| {
                names::check(s.passage, source, index, s.knowledge())
            }),
            Function::Translation(|one, two| {
                names_across::check(one.passage, two.passage, one.knowledge, two.knowledge)
            }),
        ],
        measures: &[floor("names", Brief, 0.90, 0.95), warned("names", Translation, 0.86, 0.87)],
    },
    Entry {
        check: Check::Roles,
        counts_from: Error,
        subjects: &[Brief],
        functions: &[Function::Compared(|s, source, _| {
            roles::check(s.passage, source, s.knowledge()).into_iter().collect()
        })],
        measures: &[Measure::Unmeasured(
            "its cases are unit tests beside it; none are in the case file",
        )],
    },
    Entry {
        check: Check::Claims,
        counts_from: Error,
        subjects: &[Brief, Translation],
        functions: &[
            Function::Compared(|s, source, _| claims::check(s.passage, source)),
            Function::Translation(|one, two| claims::check_across(one.passage, two.passage)),
        ],
        measures: &[floor("claims", Brief, 0.95, 0.30), warned("claims", Translation, 0.90, 0.90)],
    },
    Entry {
        check: Check::Quotes,
        counts_from: Error,
        subjects: &[Brief, Translation],
        functions: &[
            Function::Compared(|s, source, _| quotes::check(s.passage, source)),
            Function::Translation(|one, two| quotes::check_across(one.passage, two.passage)),
        ],
        measures: &[floor("quotes", Brief, 0.95, 0.95), floor("quotes", Translation, 0.95, 0.93)],
    },
    Entry {
        check: Check::Polarity,
        counts_from: Error,
        subjects: &[Brief, Translation],
        functions: &[
            Function::Compared(|s, source, _| {
                polarity::check(s.passage, source, &s.knowledge().lexicon)
            }),
            Function::Translation(|one, two| {
                polarity_across::check(one, two).into_iter().collect()
            }),
        ],
        measures: &[
            floor("polarity", Brief, 0.95, 0.90),
            warned("polarity", Translation, 0.88, 0.82),
        ],
    },
    Entry {
        check: Check::Attribution,
        counts_from: Warning,
        subjects: &[Brief],
        // A headline has no room for the speaker.
        functions: &[Function::Compared(|s, source, _| {
            let lexicon = &s.knowledge().lexicon;
            let found = (!s.is_headline)
                .then(|| attribution::check(s.passage, s.before(), source, lexicon));
            found.flatten().into_iter().collect()
        })],
        measures: &[warned("attribution", Brief, 0.95, 0.88)],
    },
    Entry {
        check: Check::Support,
        counts_from: Error,
        subjects: &[Brief],
        functions: &[Function::Compared(|s, source, _| {
            support::check(s.passage, source).into_iter().collect()
        })],
        measures: &[floor("support", Brief, 0.95, 0.85)],
    },
    Entry {
        check: Check::Certainty,
        counts_from: Warning,
        subjects: &[Brief],
        functions: &[Function::Compared(|s, source, _| {
            certainty::check(s.passage, source, &s.knowledge().lexicon)
        })],
        measures: &[warned("certainty", Brief, 0.95, 0.65)],
    },
    Entry {
        check: Check::Fusion,
        counts_from: Warning,
        subjects: &[Brief],
        functions: &[Function::Compared(|s, source, _| {
            fusion::check(s.passage, source, &s.knowledge().lexicon).into_iter().collect()
        })],
        measures: &[warned("fusion", Brief, 0.95, 0.60)],
    },
    Entry {
        check: Check::Reference,
        counts_from: Warning,
        subjects: &[Brief],
        functions: &[Function::Compared(|s, source, _| {
            let lexicon = &s.knowledge().lexicon;
            reference::check(s.passage, s.before(), source, lexicon).into_iter().collect()
        })],
        measures: &[Measure::Unmeasured("its cases are unit tests beside it")],
    },
    Entry {
        check: Check::Injection,
        counts_from: Warning,
        subjects: &[Brief],
        functions: &[
            Function::Article(injection::check),
            Function::Compared(|s, source, _| {
                injection::obeyed(s.passage, source).into_iter().collect()
            }),
        ],
        measures: &[warned("injection", Brief, 0.95, 0.95)],
    },
    Entry {
        check: Check::Length,
        counts_from: Warning,
        subjects: &[Text, Translation],
        functions: &[Function::Whole(|brief| {
            let mut drafts = length::body(brief.sentences, brief.limits);
            drafts.extend(length::headline(brief.headline, brief.limits));
            drafts
        })],
        measures: &[Measure::Unmeasured("it counts: there is nothing to estimate")],
    },
    Entry {
        check: Check::Coverage,
        counts_from: Warning,
        subjects: &[Brief, Translation],
        functions: &[Function::Whole(coverage::check)],
        measures: &[warned("coverage", Brief, 0.95, 0.45)],
    },
    Entry {
        check: Check::Adequacy,
        counts_from: Warning,
        subjects: &[Translation],
        functions: &[],
        measures: &[warned("adequacy", Translation, 0.88, 0.70)],
    },
    Entry {
        check: Check::Entailment,
        counts_from: Warning,
        subjects: &[Brief, Translation],
        functions: &[],
        measures: &[Measure::Unmeasured(
            "the benchmark runs without models; `evaluate entailment` measures it",
        )],
    },
    told(Check::Engine, Error, &[Brief]),
    told(Check::Unreadable, Error, &[Brief]),
    told(Check::Truncated, Warning, &[Brief]),
    told(Check::LongArticle, Note, &[Brief]),
    told(Check::Headline, Note, &[Brief, Translation]),
    told(Check::Path, Note, &[Brief]),
    told(Check::NoBrief, Error, &[Brief]),
    told(Check::Translation, Error, &[Translation]),
    told(Check::Route, Note, &[Translation]),
    told(Check::Addresses, Error, &[Translation]),
    told(Check::Glossary, Error, &[Translation]),
    told(Check::NoTranslation, Error, &[Translation]),
];

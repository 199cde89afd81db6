//! A sentence and its translation → what the checks of meaning find: numbers, dates, names, quotes,
//! denials, and what an entailment model says where there is one.

use std::rc::Rc;

use super::check::Pair;
use crate::checks::adequacy::Quality;
use crate::checks::{Assessed, Check, Checker, assess_sentence};
use crate::document::Finding;
use crate::entailment::EntailmentJudge;

/// What [`super::check::faults`] says already, in words that fit a translation better.
const SAID: [Check; 4] = [Check::Language, Check::Repetition, Check::Length, Check::Prompt];

/// What is said of a translated sentence.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// How likely it is that it says what its source says, in hundredths; `None` where that cannot be told.
    pub adequacy: Option<i64>,
    pub findings: Vec<Finding>,
}

/// The checks with their tables, which are read once.
#[derive(Default)]
pub struct Judge {
    checker: Rc<Checker>,
    entailment: Option<Rc<EntailmentJudge>>,
}

impl Judge {
    /// The checks, and an entailment model where there is one.
    pub fn new(checker: Rc<Checker>, entailment: Option<Rc<EntailmentJudge>>) -> Self {
        Self { checker, entailment }
    }

    /// What is wrong between the two, by what is known of whoever translated.
    pub fn verdict(&self, pair: Pair, quality: Quality) -> Verdict {
        let (source, target) = ((pair.source, pair.from), (pair.target, pair.to));
        let Assessed { adequacy, findings, .. } =
            assess_sentence(&self.checker, source, target, quality);
        let unsaid =
            findings.into_iter().filter(|finding| !SAID.iter().any(|said| finding.is(*said)));
        let judged = self.entailment.as_ref().and_then(|it| it.pair(pair.source, pair.target));
        Verdict { adequacy, findings: unsaid.chain(judged).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language::{English, Turkish};

    #[test]
    fn a_number_that_is_lost_is_found_and_a_converted_one_is_not() {
        let judge = Judge::default();
        let source = "More than 1,200 people left Ankara on Monday.";
        let found = |target| {
            let pair = Pair { source, target, from: English, to: Turkish };
            let verdict = judge.verdict(pair, Quality::Good);
            verdict.findings.into_iter().map(|finding| finding.check).collect::<Vec<_>>()
        };
        assert_eq!(
            found("Pazartesi günü 1.200'den fazla kişi Ankara'dan ayrıldı."),
            Vec::<String>::new()
        );
        let lost = found("Pazartesi günü 120'den fazla kişi Ankara'dan ayrıldı.");
        assert!(lost.contains(&"numbers".to_string()), "{lost:?}");
    }
}

//! A sentence and its translation → what the checks of meaning find: numbers, dates, names, quotes,
//! denials, and what an entailment model says where there is one.

use std::rc::Rc;

use super::check::Pair;
use crate::checks::{Check, Checker, run_sentence_with};
use crate::document::Finding;
use crate::entailment::EntailmentJudge;

/// What [`super::check::faults`] says already, in words that fit a translation better.
const SAID: [Check; 4] = [Check::Language, Check::Repetition, Check::Length, Check::Prompt];

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

    /// What is wrong between the two.
    pub fn findings(&self, pair: Pair) -> Vec<Finding> {
        let found = run_sentence_with(&self.checker, pair.source, pair.from, pair.target, pair.to);
        let unsaid = found
            .into_iter()
            .filter(|finding| !SAID.iter().any(|said| said.name() == finding.check));
        let judged = self.entailment.as_ref().and_then(|it| it.pair(pair.source, pair.target));
        unsaid.chain(judged).collect()
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
            judge.findings(pair).into_iter().map(|finding| finding.check).collect::<Vec<_>>()
        };
        assert_eq!(
            found("Pazartesi günü 1.200'den fazla kişi Ankara'dan ayrıldı."),
            Vec::<String>::new()
        );
        assert_eq!(found("Pazartesi günü 120'den fazla kişi Ankara'dan ayrıldı."), ["numbers"]);
    }
}

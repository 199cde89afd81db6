//! Findings → what the composer should do next, as data.

use std::collections::BTreeSet;

use crate::document::{Finding, Severity};

/// How often the brief has been asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    First,
    /// The model has seen the findings and tried again.
    Repaired,
}

/// What to do with a brief.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No finding of severity error.
    Good,
    /// Ask the model again; the messages name what was wrong, one sentence each.
    Repair(Vec<String>),
    /// Leave these sentences out and keep the rest, which has no error. Ascending indices.
    Drop(Vec<usize>),
    /// Nothing of it can stand; the messages say why. An extractive brief comes next.
    Reject(Vec<String>),
}

/// The policy: repair once with the findings named, then drop the sentences that fail if another
/// stands, then reject. `sentences` is the number of sentences of the brief.
///
/// An error of the headline, or of no place at all, is not cured by dropping a sentence.
pub fn verdict(findings: &[Finding], sentences: usize, attempt: Attempt) -> Verdict {
    let errors: Vec<&Finding> =
        findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    if errors.is_empty() && sentences > 0 {
        return Verdict::Good;
    }
    let mut messages: Vec<String> = errors.iter().map(|finding| finding.message.clone()).collect();
    messages.dedup();
    if sentences == 0 && messages.is_empty() {
        messages.push("the brief has no sentence".to_string());
    }
    if attempt == Attempt::First {
        return Verdict::Repair(messages);
    }
    let failing: BTreeSet<usize> =
        errors.iter().filter_map(|finding| finding.span?.sentence).collect();
    let placed = errors.iter().all(|finding| finding.span.is_some_and(|s| s.sentence.is_some()));
    if placed && failing.len() < sentences {
        Verdict::Drop(failing.into_iter().collect())
    } else {
        Verdict::Reject(messages)
    }
}

//! Brief sentence and the passages it rests on → findings on claims that lost their speaker.

use crate::analysis::lexicon::Lexicon;
use crate::analysis::passage::{Passage, Source};
use crate::analysis::quotation::quoted;
use crate::checks::{Check, Draft};
use crate::document::Severity;

/// A claim that the source ascribes to someone should not stand as bare fact. `before` is the
/// sentence before it in the brief: one attribution may carry two sentences.
pub fn check(
    sentence: &Passage,
    before: Option<&Passage>,
    source: &Source,
    lexicon: &Lexicon,
) -> Option<Draft> {
    let ascribes = |passage: &Passage| {
        passage.tokens.iter().any(|token| lexicon.list("reporting").contains(&token.lower))
            || !quoted(&passage.tokens).is_empty()
    };
    let close = source.close_passages(sentence, 0.55);
    let claims = !close.is_empty() && close.iter().all(|passage| ascribes(passage));
    if !claims || ascribes(sentence) || before.is_some_and(ascribes) {
        return None;
    }
    Some(Draft::new(
        Check::Attribution,
        Severity::Warning,
        "the article ascribes this to a source; the brief states it as fact",
    ))
}

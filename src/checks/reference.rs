//! A sentence that was taken from the article as it is → a finding when it leans on one that was left behind.

use crate::analysis::lexicon::Lexicon;
use crate::analysis::passage::{Passage, Source};
use crate::analysis::tokens::Kind;
use crate::checks::{Check, Draft};
use crate::document::Severity;

/// A warning for a sentence of the article that is someone's words there, or that begins with a pronoun or
/// connective, and does not follow the sentence that it followed there. `before` is the sentence before it in
/// the brief.
pub fn check(
    sentence: &Passage,
    before: Option<&Passage>,
    source: &Source,
    lexicon: &Lexicon,
) -> Option<Draft> {
    let place = source.passages.iter().position(|passage| passage.text == sentence.text)?;
    if source.passages[place].spoken {
        let message = "these are someone's words in the article, and the brief does not say whose";
        return Some(Draft::new(Check::Reference, Severity::Warning, message.to_string()));
    }
    let first = sentence.tokens.iter().find(|token| token.kind == Kind::Word)?;
    if !lexicon.list("leaning").contains(&first.lower) {
        return None;
    }
    let there = place.checked_sub(1).map(|at| &source.passages[at]);
    // The first sentence of a text leans on nothing.
    let there = there.filter(|passage| passage.place.0 != usize::MAX)?;
    if before.is_some_and(|before| before.text == there.text) {
        return None;
    }
    let message = format!("\"{}\" refers to a sentence that was left out", first.text);
    Some(Draft::new(Check::Reference, Severity::Warning, message).at(first.start, first.end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::passage::{Knowledge, passage};
    use crate::language::Language::English;

    #[test]
    fn what_was_left_behind_is_missed() {
        let knowledge = Knowledge::new(English);
        let article = "The bridge is old. However, it will stay open. He said so on Monday.";
        let source = Source::of_text(article, &knowledge);
        let passages: Vec<Passage> =
            article.split_inclusive(". ").map(|text| passage(text.trim(), &knowledge)).collect();
        let found = |at: usize, before: Option<usize>| {
            let before = before.map(|at| &passages[at]);
            check(&passages[at], before, &source, &knowledge.lexicon).is_some()
        };
        assert!(found(1, None) && found(2, Some(0)));
        assert!(!found(0, None) && !found(1, Some(0)) && !found(2, Some(1)));
    }
}

//! A sentence that was taken from the article, as it is or nearly → a finding when it leans on one that was left behind.

use crate::analysis::lexicon::Lexicon;
use crate::analysis::passage::{Passage, Source};
use crate::checks::{Check, Draft};
use crate::document::Severity;

/// Share of a sentence's words of content that a passage holds from which it was taken, cut or changed a little.
const TAKEN: f64 = 0.8;
/// The same for the sentence before it, which may say more in the brief.
const FOLLOWED: f64 = 0.5;

/// A warning for a sentence of the article that is someone's words there, or that begins with a pronoun or
/// connective, and does not follow the sentence that it followed there. `before` is the sentence before it in
/// the brief.
pub fn check(
    sentence: &Passage,
    before: Option<&Passage>,
    source: &Source,
    lexicon: &Lexicon,
) -> Option<Draft> {
    let verbatim = source.passages.iter().position(|passage| passage.text == sentence.text);
    if verbatim.is_some_and(|place| source.passages[place].spoken) {
        let message = "these are someone's words in the article, and the brief does not say whose";
        return Some(Draft::new(Check::Reference, Severity::Warning, message.to_string()));
    }
    let first = sentence.leaning_word(lexicon)?;
    let taken = |passage: &Passage| {
        passage.first_word().is_some_and(|word| word.lower == first.lower)
            && share(sentence, passage) >= TAKEN
    };
    let place = verbatim.or_else(|| source.passages.iter().position(taken))?;
    let there = place.checked_sub(1).map(|at| &source.passages[at]);
    // The first sentence of a text leans on nothing.
    let there = there.filter(|passage| passage.place.0 != usize::MAX)?;
    let follows = |before: &Passage| {
        before.text == there.text || share(there, before).max(share(before, there)) >= FOLLOWED
    };
    if before.is_some_and(follows) {
        return None;
    }
    let message = format!("\"{}\" refers to a sentence that was left out", first.text);
    Some(Draft::new(Check::Reference, Severity::Warning, message).at(first.start, first.end))
}

/// Share of the first one's words of content that the second has; 0 where there are too few to tell.
fn share(one: &Passage, two: &Passage) -> f64 {
    let shared = one.content.intersection(&two.content).count();
    if one.content.len() < 3 { 0.0 } else { shared as f64 / one.content.len() as f64 }
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
        let cut = passage("However, it will stay open for cars.", &knowledge);
        let longer = Source::of_text(
            "The old bridge of Velmar has cracks. However, it will stay open for cars until spring.",
            &knowledge,
        );
        let after =
            passage("Engineers found that the old bridge of Velmar has cracks.", &knowledge);
        let found = |before| check(&cut, before, &longer, &knowledge.lexicon).is_some();
        assert!(found(None) && !found(Some(&after)));
    }
}

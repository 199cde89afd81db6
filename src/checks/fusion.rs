//! Brief sentence and article → a finding when it is made of pieces of two places that the article does not join:
//! who did one thing, and what somebody else did.

use std::collections::HashSet;

use crate::analysis::lexicon::Lexicon;
use crate::analysis::passage::{Passage, Source};
use crate::analysis::tokens::Kind;
use crate::checks::{Check, Draft};
use crate::document::Severity;

/// Content words of each piece.
const LEAST_WORDS: usize = 2;
/// Shares of a piece's words that its own place has, and that the other place may have.
const OWN: f64 = 0.9;
const OTHERS: f64 = 0.4;
/// A passage with so much of the whole sentence explains it alone.
const WHOLE: f64 = 0.75;
/// Words of content at the beginning of a passage that tell what it is about.
const SUBJECT_WORDS: usize = 2;
/// Places that share so many words of content speak of the same.
const SHARED: usize = 3;
/// Characters of a place that the message shows.
const SHOWN: usize = 60;

/// A warning with both places. Two whole statements side by side are no fusion: the second place's subject comes
/// along then.
pub fn check(sentence: &Passage, source: &Source, lexicon: &Lexicon) -> Option<Draft> {
    let words = content(sentence);
    if words.len() < 2 * LEAST_WORDS {
        return None;
    }
    let share = |words: &[&String], passage: &Passage| {
        let known = words.iter().filter(|stem| passage.content.contains(**stem)).count();
        known as f64 / words.len() as f64
    };
    // The title repeats what the text says in one place or another.
    let passages: Vec<(usize, &Passage)> =
        source.passages.iter().enumerate().filter(|(_, it)| it.place.0 != usize::MAX).collect();
    if source.passages.iter().any(|passage| share(&words, passage) >= WHOLE) {
        return None;
    }
    for split in LEAST_WORDS..=words.len() - LEAST_WORDS {
        let (head, tail) = words.split_at(split);
        let fits = |own: &[&String], other: &[&String], passage: &Passage| {
            share(own, passage) >= OWN && share(other, passage) <= OTHERS
        };
        for (at, first) in passages.iter().filter(|(_, it)| fits(head, tail, it)) {
            for (place, second) in passages.iter().filter(|(_, it)| fits(tail, head, it)) {
                let apart = at.abs_diff(*place) >= 2;
                if apart && stranger(sentence, second, lexicon) && !related(first, second) {
                    return Some(draft(first, second));
                }
            }
        }
    }
    None
}

/// Stems of the content words in their order.
fn content(passage: &Passage) -> Vec<&String> {
    let places = 0..passage.tokens.len();
    let words = places.filter(|at| passage.tokens[*at].kind == Kind::Word);
    words.map(|at| &passage.stems[at]).filter(|stem| passage.content.contains(*stem)).collect()
}

/// The place begins with a subject of its own, or with a word that stands for one, and the sentence lacks it.
fn stranger(sentence: &Passage, place: &Passage, lexicon: &Lexicon) -> bool {
    if let Some(first) = place.leaning_word(lexicon) {
        return !sentence.tokens.iter().any(|token| token.lower == first.lower);
    }
    let mut subject = content(place).into_iter().take(SUBJECT_WORDS);
    subject.any(|stem| !sentence.content.contains(stem))
}

/// Both places speak of the same: they share more words of content than chance gives.
fn related(first: &Passage, second: &Passage) -> bool {
    let shared: HashSet<&String> = first.content.intersection(&second.content).collect();
    shared.len() >= SHARED
}

fn draft(first: &Passage, second: &Passage) -> Draft {
    let shown = |passage: &Passage| {
        let start: String = passage.text.chars().take(SHOWN).collect();
        if start.len() < passage.text.len() { format!("{}…", start.trim_end()) } else { start }
    };
    let message = format!(
        "the sentence joins what the article says in two places: \"{}\" (paragraph {}) and \"{}\" (paragraph {})",
        shown(first),
        first.place.0 + 1,
        shown(second),
        second.place.0 + 1
    );
    Draft::new(Check::Fusion, Severity::Warning, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::passage::{Knowledge, passage};
    use crate::language::Language::English;

    const ARTICLE: &str = "The harbour council approved a budget for new cranes on Monday. Work starts in \
        spring and takes two years. Fishermen had protested for weeks. A storm destroyed forty houses on the \
        northern island last night. Rescue teams are on their way.";

    fn found(text: &str) -> bool {
        let knowledge = Knowledge::new(English);
        let source = Source::of_text(ARTICLE, &knowledge);
        check(&passage(text, &knowledge), &source, &knowledge.lexicon).is_some()
    }

    #[test]
    fn pieces_of_two_places_are_found() {
        assert!(found(
            "The harbour council approved a budget and destroyed forty houses on the northern island."
        ));
    }

    #[test]
    fn whole_statements_and_repeats_are_let_through() {
        for text in [
            "The harbour council approved a budget for new cranes on Monday.",
            "The harbour council approved a budget for new cranes, and a storm destroyed forty houses on the island.",
            "The council approved a budget for new cranes, and work starts in spring.",
        ] {
            assert!(!found(text), "{text}");
        }
    }
}

//! Brief sentence and the passages it nearly repeats → findings on certainty that the article does not have: a plan
//! told as done, a possibility told as fact, "some" that became "all", a cause that nobody gave.

use std::sync::LazyLock;

use crate::analysis::lexicon::Lexicon;
use crate::analysis::passage::{Passage, Source};
use crate::analysis::table::Table;
use crate::analysis::tokens::Kind;
use crate::checks::wording::is_listed;
use crate::checks::{Check, Draft};
use crate::document::Severity;

static CERTAINTY: LazyLock<Vec<Vec<&'static str>>> = LazyLock::new(|| TABLE.rows());
const TABLE: Table = Table {
    name: "certainty.tsv",
    text: include_str!("../analysis/tables/certainty.tsv"),
    fields: (4, 4),
};

/// Share of the sentence's content words that a passage has to hold.
const REPEATS: f64 = 0.6;

/// Compares the sentence with the passages that hold most of its words.
pub fn check(sentence: &Passage, source: &Source, lexicon: &Lexicon) -> Vec<Draft> {
    let close = source.close_passages(sentence, REPEATS);
    let best = |passage: &&Passage| sentence.content.intersection(&passage.content).count();
    let Some(most) = close.iter().map(best).max() else { return Vec::new() };
    let close: Vec<&Passage> = close.into_iter().filter(|one| best(one) == most).collect();
    let mut found = Vec::new();
    for row in CERTAINTY.iter().filter(|row| row[0] == lexicon.language.code()) {
        let [_, rule, words, relief] = row.as_slice() else { continue };
        let draft = match *rule {
            "kept" => lost(sentence, &close, words, relief),
            _ => added(sentence, &close, words, relief),
        };
        found.extend(draft);
    }
    found.truncate(1);
    found
}

/// Every close passage softens what the sentence states; `relief` lists other ways of softening it.
fn lost(sentence: &Passage, close: &[&Passage], words: &str, relief: &str) -> Option<Draft> {
    let softened = |passage: &Passage| place(passage, words).is_some();
    let here = softened(sentence) || place(sentence, relief).is_some();
    if here || !close.iter().all(|passage| softened(passage)) {
        return None;
    }
    let passage = close.first()?;
    let word = place(passage, words)?;
    // The softening word belongs to what the sentence repeats: its neighbour is there, too.
    if !near(passage, word, sentence) {
        return None;
    }
    let text = &passage.tokens[word].text;
    let message = format!("the article has \"{text}\"; the sentence states it as certain");
    Some(Draft::new(Check::Certainty, Severity::Warning, message))
}

/// The sentence has a strong word that no close passage has.
fn added(sentence: &Passage, close: &[&Passage], words: &str, relief: &str) -> Option<Draft> {
    let at = place(sentence, words)?;
    let excused = close
        .iter()
        .any(|passage| place(passage, words).is_some() || place(passage, relief).is_some());
    if excused {
        return None;
    }
    let token = &sentence.tokens[at];
    let message = format!("the article does not say \"{}\"", token.text);
    Some(Draft::new(Check::Certainty, Severity::Warning, message).at(token.start, token.end))
}

/// The first word or phrase of the list in the passage.
fn place(passage: &Passage, words: &str) -> Option<usize> {
    let tokens = &passage.tokens;
    (0..tokens.len()).find(|at| {
        words.split('|').any(|phrase| {
            let mut parts = phrase.split(' ').enumerate();
            parts.all(|(offset, part)| {
                tokens
                    .get(at + offset)
                    .is_some_and(|it| it.kind == Kind::Word && is_listed(it, part))
            })
        })
    })
}

/// One of the three content words around the place stands in the sentence.
fn near(passage: &Passage, at: usize, sentence: &Passage) -> bool {
    let from = at.saturating_sub(3);
    let around = (from..passage.tokens.len().min(at + 4)).filter(|place| *place != at);
    let mut stems = around.map(|place| &passage.stems[place]);
    stems.any(|stem| passage.content.contains(stem) && sentence.content.contains(stem))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::passage::{Knowledge, passage};
    use crate::language::Language::{self, English, Russian, Turkish};

    fn found(text: &str, article: &str, language: Language) -> usize {
        let knowledge = Knowledge::new(language);
        let source = Source::of_text(article, &knowledge);
        check(&passage(text, &knowledge), &source, &knowledge.lexicon).len()
    }

    #[test]
    fn what_became_certain_is_found() {
        for (text, article, language) in [
            (
                "The council closed the old bridge to heavy lorries.",
                "The council may close the old bridge to heavy lorries.",
                English,
            ),
            (
                "All residents of the northern district left their homes on Monday.",
                "Some residents of the northern district left their homes on Monday.",
                English,
            ),
            (
                "Belediye eski köprüyü ağır kamyonlara kapattı.",
                "Belediye eski köprüyü ağır kamyonlara kapatabilir.",
                Turkish,
            ),
            (
                "Город закроет старый мост для тяжёлых грузовиков.",
                "Город, возможно, закроет старый мост для тяжёлых грузовиков.",
                Russian,
            ),
        ] {
            assert_eq!(found(text, article, language), 1, "{text}");
        }
    }

    #[test]
    fn what_is_said_in_other_words_is_let_through() {
        for (text, article, language) in [
            (
                "The council might close the old bridge to heavy lorries.",
                "The council may close the old bridge to heavy lorries.",
                English,
            ),
            (
                "All residents of the northern district left their homes.",
                "Every resident of the northern district has left home, and all homes were residents' own.",
                English,
            ),
            (
                "Город намерен закрыть старый мост для грузовиков.",
                "Город планирует закрыть старый мост для грузовиков.",
                Russian,
            ),
        ] {
            assert_eq!(found(text, article, language), 0, "{text}");
        }
    }
}

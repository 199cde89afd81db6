//! Brief sentence and a sentence that it repeats nearly word for word → a negation put in or taken out.

use crate::analysis::lexicon::Lexicon;
use crate::analysis::passage::Passage;
use crate::analysis::tokens::{Kind, Token};
use crate::checks::{Check, Draft};
use crate::document::Severity;
use crate::language::Language;

/// Words in a row, `^` before the first one.
struct Row<'a> {
    words: Vec<&'a Token>,
}

impl<'a> Row<'a> {
    fn new(passage: &'a Passage) -> Self {
        Self { words: passage.tokens.iter().filter(|token| token.kind != Kind::Mark).collect() }
    }

    fn before(&self, at: usize) -> &str {
        at.checked_sub(1).map_or("^", |before| self.words[before].lower.as_str())
    }

    fn at(&self, at: usize) -> &str {
        self.words.get(at).map_or("$", |word| word.lower.as_str())
    }

    /// Both words stand side by side.
    fn joins(&self, first: &str, second: &str) -> bool {
        (0..=self.words.len()).any(|at| self.before(at) == first && self.at(at) == second)
    }

    /// Neighbours of each particle: what stands before and behind it.
    fn around(&self, lexicon: &Lexicon) -> Vec<(usize, String, String)> {
        let mut found = Vec::new();
        for at in 0..self.words.len() {
            let word = self.words[at];
            if is_particle(word, lexicon) {
                found.push((at, self.before(at).to_string(), self.at(at + 1).to_string()));
            } else if word.suffix == "t" && lexicon.language == Language::English {
                // "couldn't say" without its particle is "could say"; "didn't say" may be "say", too.
                let bare = word.lower.trim_end_matches('n').to_string();
                found.push((at, bare, self.at(at + 1).to_string()));
                found.push((at, self.before(at).to_string(), self.at(at + 1).to_string()));
            }
        }
        found
    }
}

fn is_particle(word: &Token, lexicon: &Lexicon) -> bool {
    match lexicon.language {
        Language::English => matches!(word.lower.as_str(), "not" | "never" | "no"),
        Language::Russian => word.lower == "не",
        Language::Turkish => word.lower.starts_with("değil"),
    }
}

/// A particle of one text is missing between the same two words of the other, and no close sentence has it so.
pub fn check(sentence: &Passage, close: &[&Passage], lexicon: &Lexicon) -> Option<Draft> {
    let mine = Row::new(sentence);
    let theirs: Vec<Row> = close.iter().map(|passage| Row::new(passage)).collect();
    let draft = |at: usize, message: String| {
        let token = mine.words.get(at).or(mine.words.last())?;
        Some(Draft::new(Check::Polarity, Severity::Error, message).at(token.start, token.end))
    };
    for row in &theirs {
        for (_, before, after) in row.around(lexicon) {
            if !mine.joins(&before, &after) || theirs.iter().any(|row| row.joins(&before, &after)) {
                continue;
            }
            let at = (0..=mine.words.len())
                .find(|at| mine.before(*at) == before && mine.at(*at) == after)?;
            return draft(at, format!("the article negates \"{}\"", mine.at(at)));
        }
    }
    for (at, before, after) in mine.around(lexicon) {
        let same = mine.joins(&before, &after);
        let negated = |row: &Row| {
            row.around(lexicon)
                .iter()
                .any(|(_, first, second)| *first == before && *second == after)
        };
        if !same
            && theirs.iter().any(|row| row.joins(&before, &after))
            && !theirs.iter().any(negated)
        {
            let word = &mine.words[at].text;
            return draft(at, format!("\"{word}\" negates what the article affirms"));
        }
    }
    None
}

//! Names that a translation left in the source's form → the form of the target language, from the
//! tables of the checks and, where they know none, by transliteration. Pure.
//!
//! The tables are `analysis/tables/names.tsv` (written for this project) and `places.tsv` (Unicode
//! CLDR). Only names that the source sentence has are looked for.

use super::check::Pair;
use super::suffix::{fitted, is_case};
use super::transliterate::transliterated;
use crate::analysis::gazetteer::{Gazetteer, is_generic, main_name};
use crate::analysis::inflection::same_word;
use crate::analysis::tokens::{Kind, Token, lower_case, tokens};
use crate::document::{Check, Finding, Severity};
use crate::language::Language;

/// The tables of one direction, read once.
pub struct NameTable {
    gazetteer: Gazetteer,
    from: Language,
    to: Language,
}

/// A name of the source sentence and what the target language calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendering {
    pub source: String,
    pub target: String,
}

impl NameTable {
    /// The names of `from`, as `to` has them.
    pub fn new(from: Language, to: Language) -> Self {
        Self { gazetteer: Gazetteer::new(from), from, to }
    }

    /// The names of the tables in a sentence.
    pub fn renderings(&self, source: &str) -> Vec<Rendering> {
        let tokens = tokens(source, self.from);
        let letters: Vec<char> = source.chars().collect();
        let known = self.gazetteer.known(&tokens).into_iter();
        let named = known.filter_map(|known| {
            let thing = *known.things.first()?;
            let (first, last) = (&tokens[known.tokens.0], &tokens[known.tokens.1]);
            let written: String = letters[first.start..last.start].iter().collect();
            let written = written + &last.text;
            let own = main_name(thing, self.from)?;
            // Adjectives and inhabitants of a place have other words than its name.
            let form = match self.from {
                // A case form of the name stands for it; Turkish endings are off already.
                Language::Russian if known.tokens.0 == known.tokens.1 => {
                    same_word(&first.lower, &lower_case(own, self.from), self.from)
                }
                _ => written == own,
            };
            let same = form && first.is_capitalised() && !is_generic(thing);
            let target = main_name(thing, self.to).filter(|_| same)?;
            Some(Rendering { source: written, target: target.to_string() })
        });
        named.collect()
    }

    /// The translation with the names in the target's form.
    pub fn mend(&self, pair: Pair) -> String {
        let mut text = pair.target.to_string();
        for name in self.renderings(pair.source) {
            if name.source != name.target && !text.contains(&name.target) {
                text = replaced(&text, &name.source, &name.target, self.to);
            }
            if self.to == Language::Turkish {
                text = with_apostrophes(&text, &name.target);
            }
        }
        self.in_letters_of_target(&text, pair.source)
    }

    /// A warning for each name of a person that stays in Latin letters in Russian text: two words
    /// with capitals, or more, as the source has them. Single words may be brands, which stay.
    pub fn check(&self, pair: Pair) -> Vec<Finding> {
        if self.to != Language::Russian {
            return Vec::new();
        }
        let words = tokens(pair.target, self.to);
        let names = words.chunk_by(|left, right| is_latin_name(left) && is_latin_name(right));
        let mut found = Vec::new();
        for name in names.filter(|name| name.len() > 1 && name.iter().all(is_latin_name)) {
            let texts: Vec<&str> = name.iter().map(|word| word.text.as_str()).collect();
            let text = texts.join(" ");
            if pair.source.contains(&text) {
                let message = format!("the name {text} stands in Latin letters");
                found.push(Finding::new(Check::Names, Severity::Warning, message));
            }
        }
        found
    }

    /// Foreign letters in capitalised words of the source that no table knows.
    fn in_letters_of_target(&self, text: &str, source: &str) -> String {
        let foreign = |letter: char| match (self.from, self.to) {
            (Language::Russian, _) => matches!(letter, '\u{400}'..='\u{4ff}'),
            // Only letters that no English name has say that a word is a Turkish name.
            (Language::Turkish, Language::Russian) => "şğıçöüŞĞİÇÖÜ".contains(letter),
            _ => false,
        };
        let words: Vec<&str> = text
            .split(|letter: char| !letter.is_alphabetic() && letter != '-')
            .map(|word| word.trim_matches('-'))
            .filter(|word| !word.is_empty())
            .collect();
        let strange = |word: &&str| {
            word.starts_with(char::is_uppercase) && word.contains(foreign) && source.contains(*word)
        };
        let all = words.len();
        let strange: Vec<&str> = words.into_iter().filter(strange).collect();
        // A sentence that is foreign as a whole was not translated, which has its own finding.
        if strange.is_empty() || strange.len() * 2 > all {
            return text.to_string();
        }
        let mut written = text.to_string();
        for word in strange {
            let own = transliterated(word, self.from, self.to);
            written = replaced(&written, word, &own, self.to);
        }
        written
    }
}

fn is_latin_name(token: &Token) -> bool {
    let mut letters = token.text.chars();
    token.kind == Kind::Word
        && letters.next().is_some_and(|letter| letter.is_uppercase() && letter < '\u{250}')
        && letters.clone().count() > 0
        && letters.all(|letter| letter.is_lowercase() && letter < '\u{250}')
}

/// Every whole word `from` as `to`; Turkish endings behind an apostrophe follow the new name.
pub(super) fn replaced(text: &str, from: &str, to: &str, language: Language) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        let (before, after) = (&rest[..at], &rest[at + from.len()..]);
        let whole = !before.ends_with(is_word) && !after.starts_with(is_word);
        written.push_str(before);
        written.push_str(if whole { to } else { from });
        rest = after;
        let apostrophe = rest.chars().next().filter(|mark| matches!(mark, '\'' | '’'));
        if let Some(mark) = apostrophe.filter(|_| whole && language == Language::Turkish) {
            let ending: String =
                rest.chars().skip(1).take_while(|letter| letter.is_alphabetic()).collect();
            written.push(mark);
            written.push_str(&fitted(to, &ending));
            rest = &rest[mark.len_utf8() + ending.len()..];
        }
    }
    written + rest
}

/// The apostrophe between a name and its case ending where it was left out: Londrada → Londra'da.
fn with_apostrophes(text: &str, name: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(name) {
        let (before, after) = (&rest[..at], &rest[at + name.len()..]);
        let ending: String = after.chars().take_while(|letter| letter.is_alphabetic()).collect();
        written.push_str(before);
        written.push_str(name);
        if !before.ends_with(is_word) && is_case(&ending) && fitted(name, &ending) == ending {
            written.push('\'');
        }
        rest = after;
    }
    written + rest
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '-'
}

#[cfg(test)]
mod tests;

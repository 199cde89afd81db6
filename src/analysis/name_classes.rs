//! A capitalised word → what a translation does with it: carries it over, or translates it.

use crate::analysis::common_words::{begins_common, is_common, is_derived};
use crate::analysis::gazetteer::is_generic;
use crate::analysis::lexicon::{Lexicon, phrases, phrases_of};
use crate::analysis::name_marks::NameMark;
use crate::analysis::passage::Passage;
use crate::analysis::stems::{stem, stemmer};
use crate::analysis::tokens::Kind;
use crate::language::Language;

/// What stands with a capital letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameClass {
    /// A place, person or organisation of the tables.
    Known,
    /// No word of the language: carried over by sound.
    Name,
    /// Capital letters that the tables do not know; translated letter by letter, or left.
    Acronym,
    /// A word with a capital letter, of an office, an institution or a title: translated.
    Word,
}

/// What the mark is. `other` is the language of the text on the other side.
pub fn class(passage: &Passage, mark: &NameMark, lexicon: &Lexicon, other: Language) -> NameClass {
    let token = &passage.tokens[mark.token];
    let part = passage.known.iter().any(|known| {
        known.tokens.0 < known.tokens.1 && (known.tokens.0..=known.tokens.1).contains(&mark.token)
    });
    let translated = is_generic_word(&token.lower, lexicon) || is_title_word(&token.lower, lexicon);
    if is_known(mark) {
        return if part && translated { NameClass::Word } else { NameClass::Known };
    }
    if translated || token.text.chars().count() <= 2 || is_particle(&token.lower) {
        return NameClass::Word;
    }
    if token.is_acronym() {
        let shouted =
            token.text.chars().count() > 5 || lexicon.function_words.contains(&token.lower);
        return if shouted { NameClass::Word } else { NameClass::Acronym };
    }
    let first = mark.initial || mark.token == first_word(passage);
    let ordinary = is_ordinary(passage, mark.token, other)
        // A first word has its capital from its place; dictionaries do not list all derived words.
        || (first && begins_common(&token.lower, passage.language))
        || ((first || token.text.chars().count() >= 8) && is_derived(&token.lower, passage.language));
    if ordinary { NameClass::Word } else { NameClass::Name }
}

/// A place, person or organisation of the tables.
pub fn is_known(mark: &NameMark) -> bool {
    mark.things.iter().any(|thing| !is_generic(*thing))
}

/// A word of the language. Between Turkish and Russian, English titles stand as they are on one side and are
/// translated on the other, so English words are words, too.
fn is_ordinary(passage: &Passage, at: usize, other: Language) -> bool {
    let token = &passage.tokens[at];
    let english = Language::English;
    is_common(&passage.stems[at], passage.language)
        || is_common(&token.lower, passage.language)
        || (passage.language != english
            && other != english
            && token.text.is_ascii()
            && is_common(&stem(&token.lower, &stemmer(english), english), english))
}

pub fn first_word(passage: &Passage) -> usize {
    passage.tokens.iter().position(|token| token.kind == Kind::Word).unwrap_or_default()
}

/// Articles and links inside names: Der Spiegel, аль-Асад.
fn is_particle(word: &str) -> bool {
    phrases("particle").any(|particle| particle == word)
}

fn is_title_word(word: &str, lexicon: &Lexicon) -> bool {
    lexicon.list("title").iter().any(|title| match lexicon.language {
        Language::English => word == *title,
        _ => word.starts_with(title.as_str()),
    })
}

/// An institution word; English ones keep their names in Turkish text: Mexico City, Ryder Cup.
pub fn is_generic_word(word: &str, lexicon: &Lexicon) -> bool {
    begins_generic(word, lexicon.list("generic"), lexicon.language)
        || phrases_of("generic", Language::English)
            .any(|generic| matches!(word.strip_prefix(generic), Some("" | "s")))
}

fn begins_generic(word: &str, beginnings: &[String], language: Language) -> bool {
    beginnings.iter().any(|beginning| {
        let Some(rest) = word.strip_prefix(beginning.as_str()) else { return false };
        let most = match (language, beginning.chars().count()) {
            (Language::English, _) => return matches!(rest, "" | "s" | "es" | "al"),
            (_, 0..=3) => 2,
            (Language::Russian, 4) => 3,
            _ => 7,
        };
        rest.chars().count() <= most
    })
}

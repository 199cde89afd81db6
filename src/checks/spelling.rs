//! Sentence → findings on words that no dictionary and no source has: small models garble words, and
//! who does not read the language does not see it.

use std::sync::LazyLock;

use crate::analysis::common_words::{begins_common, is_beginning, is_common, is_derived};
use crate::analysis::inflection::without_harmony;
use crate::analysis::passage::{Passage, Source};
use crate::analysis::table::{Alternatives, Table};
use crate::analysis::tokens::{Kind, Token};
use crate::checks::{Check, Draft};
use crate::document::Severity;
use crate::language::Language;

static IRREGULAR: LazyLock<Alternatives> = LazyLock::new(|| TABLE.alternatives());
const TABLE: Table = Table {
    name: "irregular.tsv",
    text: include_str!("../analysis/tables/irregular.tsv"),
    fields: (2, 2),
};

/// Letters of the shortest word that is looked up: shorter ones are too often abbreviations.
const SHORTEST: usize = 5;

/// A warning for the first word in small letters that is unknown. `source` may be in any language: a
/// word that stands in it as it is was taken over on purpose.
pub fn check(sentence: &Passage, source: Option<&Source>) -> Option<Draft> {
    let unknown = sentence.tokens.iter().enumerate().find(|(at, token)| {
        is_plain(sentence, *at)
            && !is_known(token, &sentence.stems[*at], sentence.language)
            && !source.is_some_and(|source| has(source, token, &sentence.stems[*at]))
    });
    let (_, token) = unknown?;
    let message = format!("\"{}\" may be no word: no dictionary here has it", token.text);
    Some(Draft::new(Check::Spelling, Severity::Warning, message).at(token.start, token.end))
}

/// A word of the language's own letters, none of them a capital, that is no part of a compound.
fn is_plain(sentence: &Passage, at: usize) -> bool {
    let token = &sentence.tokens[at];
    let own = |letter: char| match sentence.language {
        Language::English => letter.is_ascii_lowercase(),
        Language::Turkish => letter.is_ascii_lowercase() || "çğıöşüâîû".contains(letter),
        Language::Russian => matches!(letter, 'а'..='я' | 'ё'),
    };
    let joined = |at: usize| {
        sentence.tokens.get(at).is_some_and(|next| next.glued && next.is_mark("-.@/_&"))
    };
    token.kind == Kind::Word
        && token.text.chars().count() >= SHORTEST
        && token.text.chars().all(own)
        && !token.glued
        && !joined(at + 1)
}

fn is_known(token: &Token, stem: &str, language: Language) -> bool {
    is_common(stem, language)
        || begins_common(&token.lower, language)
        || is_derived(&token.lower, language)
        || is_irregular(&token.lower, language)
        || match language {
            Language::English => has_prefix(stem),
            Language::Turkish => is_verb(&token.lower),
            Language::Russian => changes_at_the_end(stem),
        }
}

/// Frequent forms that share too little with the word in the dictionary.
fn is_irregular(lower: &str, language: Language) -> bool {
    let mut listed = IRREGULAR.iter().filter(|(of, _)| *of == language);
    listed.any(|(_, fields)| fields[0].iter().any(|beginning| lower.starts_with(beginning)))
}

/// Words that a dictionary lists under another: recall, proactive, overrun.
fn has_prefix(stem: &str) -> bool {
    const PREFIXES: [&str; 10] =
        ["re", "de", "pro", "over", "out", "pre", "mis", "non", "sub", "inter"];
    let rests = PREFIXES.iter().filter_map(|prefix| stem.strip_prefix(prefix));
    rests.into_iter().any(|rest| rest.len() >= 3 && is_beginning(rest, Language::English))
}

/// Russian stems change in their last letter: список, списке; покинуть, покинул.
fn changes_at_the_end(stem: &str) -> bool {
    let length = stem.chars().count();
    let beginning: String = stem.chars().take(length.saturating_sub(1)).collect();
    length >= 4 && is_beginning(&beginning, Language::Russian)
}

/// A Turkish verb: a stem, a tense with the vowels of the stem, and who does it.
fn is_verb(lower: &str) -> bool {
    let plain = without_harmony(lower);
    let lengths =
        lower.char_indices().map(|(at, _)| at).zip(plain.char_indices().map(|(at, _)| at));
    let mut splits = lengths.skip(2);
    splits.any(|(at, plain_at)| {
        let stem: String = lower[..at].chars().take(6).collect();
        is_tense(&plain[plain_at..]) && is_common(&stem, Language::Turkish)
    })
}

/// Tenses after vowel harmony is taken away (a → e; ı, u, ü → i), with or without a person.
fn is_tense(ending: &str) -> bool {
    const TENSES: [&str; 10] = ["iyor", "yor", "r", "er", "ir", "di", "ti", "miş", "ecek", "yecek"];
    const REST: [&str; 14] = [
        "", "di", "du", "ler", "lerdi", "im", "um", "siniz", "iz", "miş", "ken", "dir", "ti",
        "lerdir",
    ];
    TENSES.iter().filter_map(|tense| ending.strip_prefix(tense)).any(|rest| REST.contains(&rest))
}

fn has(source: &Source, token: &Token, stem: &str) -> bool {
    source.passages.iter().any(|passage| {
        let words = passage.tokens.iter().zip(&passage.stems);
        words
            .into_iter()
            .any(|(other, other_stem)| other.lower == token.lower || other_stem == stem)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::passage::{Knowledge, passage};

    fn unknown(text: &str, source: &str, language: Language) -> Option<String> {
        let knowledge = Knowledge::new(language);
        let source = Source::of_text(source, &knowledge);
        check(&passage(text, &knowledge), Some(&source)).map(|draft| draft.message)
    }

    #[test]
    fn garbled_words_are_found() {
        for (language, text, word) in [
            (Language::English, "The council voted on Tuesday to clsoe the bridge.", "clsoe"),
            (
                Language::Turkish,
                "Belediye meclisi köprünün kpaatılmasına karar verdi.",
                "kpaatılmasına",
            ),
            (Language::Russian, "Городской совет во вотрник проголосовал за ремонт.", "вотрник"),
        ] {
            let message = unknown(text, "", language).expect(text);
            assert!(message.starts_with(&format!("\"{word}\"")), "{message}");
            assert_eq!(unknown(text, text, language), None, "the source has it");
        }
    }

    #[test]
    fn forms_of_words_names_and_addresses_are_not() {
        for (language, text) in [
            (
                Language::English,
                "Two recalled senators weren't reviewing the site bulletin.example today.",
            ),
            (
                Language::Turkish,
                "Yetkililer konuyu görüşüyor, çalışmalar haziranda bitecekmiş; Trabzonlular bekliyor.",
            ),
            (
                Language::Russian,
                "Покинувшие остров жители могут вернуться, как только в списке будет порядок.",
            ),
        ] {
            assert_eq!(unknown(text, "", language), None);
        }
    }
}

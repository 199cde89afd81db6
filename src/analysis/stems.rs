//! Words → stems, so that inflected forms of one word meet.

use rust_stemmers::{Algorithm, Stemmer};

use crate::analysis::tokens::{Kind, Token};
use crate::language::Language;

/// The Snowball stemmer of a language.
pub fn stemmer(language: Language) -> Stemmer {
    Stemmer::create(match language {
        Language::English => Algorithm::English,
        Language::Turkish => Algorithm::Turkish,
        Language::Russian => Algorithm::Russian,
    })
}

/// The stem of a word, cut to six letters in Turkish and seven in Russian: Snowball leaves long
/// derivational endings in place there, and two words that share so long a beginning are kin.
pub fn stem(lower: &str, stemmer: &Stemmer, language: Language) -> String {
    let stemmed = stemmer.stem(lower);
    let limit = match language {
        Language::English => 12,
        Language::Turkish => 6,
        Language::Russian => 7,
    };
    stemmed.chars().take(limit).collect()
}

/// Stems of the words that carry content: no function words, nothing of one letter.
pub fn content_stems(
    tokens: &[Token],
    function_words: &std::collections::HashSet<String>,
    language: Language,
) -> Vec<String> {
    let stemmer = stemmer(language);
    tokens
        .iter()
        .filter(|token| token.kind == Kind::Word && token.lower.chars().count() > 1)
        .filter(|token| !function_words.contains(&token.lower))
        .map(|token| stem(&token.lower, &stemmer, language))
        .collect()
}

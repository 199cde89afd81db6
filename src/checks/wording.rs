//! Words of a table beside words of a text.

use crate::analysis::tokens::Token;

/// Whether the word is the listed one. `*` stands for any ending, or at the beginning for any word that ends so.
pub fn is_listed(word: &Token, listed: &str) -> bool {
    let lower = word.lower.as_str();
    match (listed.strip_suffix('*'), listed.strip_prefix('*')) {
        (Some(beginning), _) => lower.starts_with(beginning),
        (_, Some(ending)) => {
            lower.ends_with(ending) && lower.chars().count() > ending.chars().count() + 1
        }
        _ => lower == listed,
    }
}

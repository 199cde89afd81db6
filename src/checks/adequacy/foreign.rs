//! Words of a translation that are in another of the languages.

use crate::analysis::common_words::{begins_common, is_common, is_derived};
use crate::analysis::passage::Passage;
use crate::analysis::stems::{stem, stemmer};
use crate::analysis::tokens::{Kind, Token};
use crate::language::Language;

/// Letters of the shortest word that is taken for another language's.
const SHORTEST: usize = 4;

/// Words in small letters that only another language has: "kosmodromda rescued edildi".
pub fn foreign_words(target: &Passage) -> Vec<&Token> {
    let others = Language::ALL.into_iter().filter(|other| *other != target.language);
    let mut found: Vec<&Token> = others.flat_map(|other| words_of(target, other)).collect();
    found.sort_by_key(|token| token.start);
    found.dedup_by_key(|token| token.start);
    found
}

fn words_of(target: &Passage, other: Language) -> Vec<&Token> {
    let own = target.language;
    let others = stemmer(other);
    let places = (0..target.tokens.len()).filter(|at| {
        let token = &target.tokens[*at];
        let mark = |at: usize| target.tokens[at].is_mark("-.@/_&");
        let before = *at > 0 && token.glued && mark(*at - 1);
        let behind = target.tokens.get(at + 1).is_some_and(|next| next.glued) && mark(at + 1);
        let compound = before || behind;
        let plain = token.kind == Kind::Word
            && !token.is_capitalised()
            && !compound
            && token.suffix.is_empty()
            && token.text.chars().count() >= SHORTEST;
        plain
            && is_common(&stem(&token.lower, &others, other), other)
            && in_script(&token.lower, other)
            && !is_common(&target.stems[*at], own)
            && !begins_common(&token.lower, own)
            && !is_derived(&token.lower, own)
    });
    places.map(|at| &target.tokens[at]).collect()
}

fn in_script(word: &str, language: Language) -> bool {
    let cyrillic = word.chars().any(|letter| matches!(letter, '\u{400}'..='\u{52f}'));
    cyrillic == (language == Language::Russian)
}

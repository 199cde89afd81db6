//! What holds for any text at all, in each language.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::{placed_sentences, sentences};
use crate::language::Language;

/// Words, abbreviations, numbers and marks as they stand in news, in any order.
pub(crate) fn prose() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[A-ZÇĞİÖŞÜА-Я]?[a-zçğıöşüа-яё]{1,9}",
        1 => "[0-9]{1,4}([.,:][0-9]{1,3})?",
        1 => prop::sample::select(vec![
            "Mr.", "U.S.", "г.", "т. е.", "ул.", "Dr.", "vb.", "M.Ö.", "J. R.", "3. gün", "e.g.",
        ]).prop_map(str::to_string),
        3 => prop::sample::select(vec![
            ". ", "? ", "! ", "… ", "... ", ", ", " — ", "«", "»", "“", "”", "\"", "(", ")", "\n", ".\n", "'", ": ",
            "; ", "?! ", ".”", "»,", "\u{a0}", "\u{301}", "👍", "\r\n", "–",
        ]).prop_map(str::to_string),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.join(" "))
}

pub(crate) fn language() -> impl Strategy<Value = Language> {
    prop::sample::select(Language::ALL.to_vec())
}

/// The same texts in every run; a long search takes another seed.
pub(crate) fn fixed(cases: u32) -> ProptestConfig {
    let rng_seed = RngSeed::Fixed(20_261_128);
    ProptestConfig { cases, rng_seed, failure_persistence: None, ..ProptestConfig::default() }
}

fn visible(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).collect()
}

proptest! {
    #![proptest_config(fixed(256))]

    #[test]
    fn sentences_hold_the_paragraph_and_nothing_else(text in prose(), language in language()) {
        let found = sentences(&text, language);
        prop_assert_eq!(visible(&found.concat()), visible(&text));
        for sentence in found {
            prop_assert!(!sentence.is_empty());
            prop_assert_eq!(sentence.trim(), sentence);
        }
    }

    #[test]
    fn places_are_those_of_the_sentences(text in prose(), language in language()) {
        let letters: Vec<char> = text.chars().collect();
        let mut last = 0;
        for (sentence, start, end) in placed_sentences(&text, language) {
            prop_assert!(last <= start && start < end);
            prop_assert_eq!(letters[start..end].iter().collect::<String>(), sentence);
            last = end;
        }
    }
}

//! Loops in a text: the same words again and again, the same sentence twice. Pure.

use std::collections::HashMap;
use std::hash::Hash;

use crate::language::{Language, lowercase};

/// One word so many times in a row is a loop in any text; three times is emphasis ("never, never, never").
const IN_A_ROW: usize = 4;
/// Words in the stretches that are counted.
const STRETCH: usize = 3;
/// So many times the same stretch is a loop; prose repeats three words twice, a loop goes on.
const TIMES: usize = 4;

/// Whether `text` goes round in circles: a stretch of three words four times or more, or one word
/// four times in a row.
pub fn loops(text: &str) -> bool {
    let words: Vec<String> = text.split_whitespace().map(bare).collect();
    in_a_row(&words, 1, IN_A_ROW).any(|start| !words[start].is_empty())
        || recurring(&words, STRETCH, TIMES).is_some()
}

/// Where runs of `size` words begin that stand `times` times one after the other.
pub fn in_a_row<T: PartialEq>(
    words: &[T],
    size: usize,
    times: usize,
) -> impl Iterator<Item = usize> {
    let rounds = words.windows(size * times).enumerate();
    rounds.filter(move |(_, all)| all[size..] == all[..all.len() - size]).map(|(start, _)| start)
}

/// Where the first stretch of `size` words begins that stands `times` times or more, anywhere.
pub fn recurring<T: Eq + Hash>(words: &[T], size: usize, times: usize) -> Option<usize> {
    let mut counts: HashMap<&[T], usize> = HashMap::new();
    for stretch in words.windows(size) {
        *counts.entry(stretch).or_default() += 1;
    }
    words.windows(size).position(|stretch| counts[stretch] >= times)
}

/// Sentences without those that say the same as an earlier one or loop in themselves, and how
/// many were left out.
pub fn without_repeats(sentences: Vec<String>, language: Language) -> (Vec<String>, usize) {
    let before = sentences.len();
    let mut seen: Vec<String> = Vec::new();
    let kept: Vec<String> = sentences
        .into_iter()
        .filter(|sentence| {
            let key = plain(sentence, language);
            let fresh = !seen.contains(&key) && !loops(sentence);
            seen.push(key);
            fresh
        })
        .collect();
    let dropped = before - kept.len();
    (kept, dropped)
}

/// Letters and digits of a sentence in lower case, for comparing.
pub fn plain(text: &str, language: Language) -> String {
    let letters = |word: &str| word.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let lower = lowercase(text, language);
    let words: Vec<String> =
        lower.split_whitespace().map(letters).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

fn bare(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_are_found_and_prose_is_not() {
        assert!(loops("Merhaba Merhaba Merhaba Merhaba"));
        assert!(loops(
            "the bridge is closed and the bridge is old, the bridge is shut: the bridge is"
        ));
        assert!(!loops("The bridge is closed. The bridge is old. Lorries take the ring road."));
        assert!(!loops("— — — —"));
    }

    #[test]
    fn runs_and_stretches_are_found_where_they_begin() {
        let words: Vec<&str> = "so it went on and on and on as it went on".split(' ').collect();
        assert_eq!(in_a_row(&words, 2, 2).collect::<Vec<_>>(), [3, 4]);
        assert_eq!(in_a_row(&words, 2, 3).count(), 0);
        assert_eq!(recurring(&words, 3, 2), Some(1));
        assert_eq!(recurring(&words, 4, 2), None);
        assert_eq!(recurring(&words[..2], 3, 1), None);
    }

    #[test]
    fn a_sentence_said_twice_is_left_out_once() {
        let sentences = ["IŞIK söndü.", "ışık söndü!", "Köprü kapandı."].map(String::from).to_vec();
        let (kept, dropped) = without_repeats(sentences, Language::Turkish);
        assert_eq!((kept.len(), dropped), (2, 1));
        assert_eq!(kept[1], "Köprü kapandı.");
    }
}

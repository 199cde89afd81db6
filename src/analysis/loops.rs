//! Loops in a text: the same words again and again, the same sentence twice. Pure.

use std::collections::HashMap;

use crate::language::Language;

/// Words in the stretches that are counted.
const STRETCH: usize = 3;
/// So many times the same stretch is a loop; prose repeats three words twice, a loop goes on.
const TIMES: usize = 4;

/// Whether `text` goes round in circles: a stretch of three words four times or more, or one word
/// four times in a row.
pub fn loops(text: &str) -> bool {
    let words: Vec<String> = text.split_whitespace().map(bare).collect();
    let in_a_row = words
        .windows(TIMES)
        .any(|window| !window[0].is_empty() && window.iter().all(|word| *word == window[0]));
    let mut counts: HashMap<&[String], usize> = HashMap::new();
    for stretch in words.windows(STRETCH) {
        *counts.entry(stretch).or_default() += 1;
    }
    in_a_row || counts.values().any(|count| *count >= TIMES)
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
    let lower = match language {
        Language::Turkish => text.replace('I', "ı").replace('İ', "i").to_lowercase(),
        Language::English | Language::Russian => text.to_lowercase(),
    };
    let letters = |word: &str| word.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
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
    fn a_sentence_said_twice_is_left_out_once() {
        let sentences = ["IŞIK söndü.", "ışık söndü!", "Köprü kapandı."].map(String::from).to_vec();
        let (kept, dropped) = without_repeats(sentences, Language::Turkish);
        assert_eq!((kept.len(), dropped), (2, 1));
        assert_eq!(kept[1], "Köprü kapandı.");
    }
}

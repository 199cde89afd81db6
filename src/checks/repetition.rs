//! Sentences of a brief → findings on loops and repeated sentences.

use crate::analysis::passage::{Passage, Source};
use crate::analysis::tokens::Kind;
use crate::checks::Draft;
use crate::document::Severity;

/// Loops inside one sentence. What the source itself repeats is let through.
pub fn check(sentence: &Passage, source: Option<&Source>) -> Option<Draft> {
    let words: Vec<&str> = words(sentence);
    let (start, length) = looped(&words).or_else(|| recurring(&words))?;
    let run = &words[start..start + length];
    let stands = source.is_some_and(|source| {
        source.passages.iter().any(|p| self::words(p).windows(length).any(|window| window == run))
    });
    if stands {
        return None;
    }
    let shown: Vec<&str> = run.iter().take(12).copied().collect();
    let message = format!("the text goes round in circles: \"{}\"", shown.join(" "));
    Some(Draft::new("repetition", Severity::Error, message))
}

fn words(sentence: &Passage) -> Vec<&str> {
    sentence
        .tokens
        .iter()
        .filter(|token| token.kind != Kind::Mark)
        .map(|token| token.lower.as_str())
        .collect()
}

/// A run of words that follows itself at once: three times for one word, else twice.
fn looped(words: &[&str]) -> Option<(usize, usize)> {
    for size in 1..=(words.len() / 2) {
        let times = if size == 1 { 3 } else { 2 };
        for start in 0..words.len().saturating_sub(size * times - 1) {
            let unit = &words[start..start + size];
            let repeats =
                (1..times).all(|at| words[start + at * size..start + (at + 1) * size] == *unit);
            let letters: usize = unit.iter().map(|word| word.chars().count()).sum();
            let numbers = unit.iter().all(|word| word.chars().all(|c| c.is_ascii_digit()));
            if repeats && !numbers && (letters >= 6 || size == 1) {
                return Some((start, size * times));
            }
        }
    }
    None
}

/// The same four words three times, or six words twice, anywhere in the sentence.
fn recurring(words: &[&str]) -> Option<(usize, usize)> {
    for (size, times) in [(4, 3), (6, 2)] {
        for start in 0..words.len().saturating_sub(size) {
            let unit = &words[start..start + size];
            let mut count = 1;
            let mut at = start + size;
            while at + size <= words.len() {
                if words[at..at + size] == *unit {
                    count += 1;
                    at += size;
                } else {
                    at += 1;
                }
            }
            if count >= times {
                return Some((start, size));
            }
        }
    }
    None
}

/// A sentence that says again what an earlier one said; the index of the earlier one.
pub fn repeated(sentence: &Passage, earlier: &[Passage]) -> Option<Draft> {
    for earlier in earlier {
        let shared = sentence.content.intersection(&earlier.content).count();
        let all = sentence.content.union(&earlier.content).count();
        let same = words(sentence) == words(earlier);
        let numbers = sentence
            .quantities
            .iter()
            .all(|quantity| earlier.quantities.iter().any(|other| quantity.same_value(other)));
        let share = shared as f64 / all.max(1) as f64;
        let severity = match share {
            _ if same => Severity::Error,
            share if share >= 0.75 && all >= 4 && numbers => Severity::Error,
            share if share >= 0.55 && all >= 4 => Severity::Warning,
            _ => continue,
        };
        return Some(Draft::new("repetition", severity, "the sentence repeats an earlier one"));
    }
    None
}

//! Sentences of a brief → findings on loops and repeated sentences.

use crate::analysis::loops;
use crate::analysis::passage::{Passage, Source};
use crate::analysis::tokens::Kind;
use crate::checks::{Check, Draft};
use crate::document::Severity;

/// In a sentence of a brief, one word this many times in a row is a loop, and a run of several this many: briefs
/// leave no room for emphasis. Runs of figures are scores and series.
const WORD_IN_A_ROW: usize = 3;
const RUN_IN_A_ROW: usize = 2;
/// Letters that a run of several words has at least: "to be, to be" is in no circle.
const LETTERS_OF_A_RUN: usize = 6;
/// Words of a stretch, and how often it stands in one sentence that goes round in circles.
const STRETCHES: [(usize, usize); 2] = [(4, 3), (6, 2)];

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
    Some(Draft::new(Check::Repetition, Severity::Error, message))
}

fn words(sentence: &Passage) -> Vec<&str> {
    sentence
        .tokens
        .iter()
        .filter(|token| token.kind != Kind::Mark)
        .map(|token| token.lower.as_str())
        .collect()
}

/// A run of words that follows itself at once.
fn looped(words: &[&str]) -> Option<(usize, usize)> {
    let letters = |run: &[&str]| run.iter().map(|word| word.chars().count()).sum::<usize>();
    let figures = |run: &[&str]| run.iter().all(|w| w.chars().all(|c| c.is_ascii_digit()));
    (1..=words.len() / 2).find_map(|size| {
        let times = if size == 1 { WORD_IN_A_ROW } else { RUN_IN_A_ROW };
        let counts = |start: &usize| {
            let run = &words[*start..*start + size];
            !figures(run) && (size == 1 || letters(run) >= LETTERS_OF_A_RUN)
        };
        loops::in_a_row(words, size, times).find(counts).map(|start| (start, size * times))
    })
}

/// A stretch of words that comes back anywhere in the sentence.
fn recurring(words: &[&str]) -> Option<(usize, usize)> {
    let found = |&(size, times): &(usize, usize)| {
        loops::recurring(words, size, times).map(|start| (start, size))
    };
    STRETCHES.iter().find_map(found)
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
        return Some(Draft::new(
            Check::Repetition,
            severity,
            "the sentence repeats an earlier one",
        ));
    }
    None
}

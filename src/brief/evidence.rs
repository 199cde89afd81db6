//! Article and brief sentences → the source sentences that each brief sentence rests on.

use std::collections::{HashMap, HashSet};

use crate::analysis::analysed::AnalysedArticle;
use crate::analysis::passage::{Knowledge, Passage, passage};
use crate::document::Evidence;

/// Most source sentences shown for one brief sentence.
const MOST: usize = 3;

/// A number shared weighs as much as so many rare words.
const NUMBER_WEIGHT: f64 = 1.5;

/// For each brief sentence the one to three source sentences that share most with it, best first:
/// common stems weighted by their rarity in the article, and common numbers. Empty for a sentence
/// that shares nothing with the article. All texts must be in the article's language.
pub fn align(article: &AnalysedArticle, brief_sentences: &[String]) -> Vec<Vec<Evidence>> {
    let source = &article.source;
    let knowledge = Knowledge::of(source.language);
    let passages: Vec<&Passage> =
        source.passages.iter().filter(|passage| passage.place.0 != usize::MAX).collect();
    let rarity = rarity(&passages);
    brief_sentences.iter().map(|text| best(&passage(text, knowledge), &passages, &rarity)).collect()
}

/// How rare a stem is: the logarithm of sentences over sentences that have it.
fn rarity(passages: &[&Passage]) -> HashMap<String, f64> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for stem in passages.iter().flat_map(|passage| &passage.content) {
        *counts.entry(stem.clone()).or_default() += 1;
    }
    let all = passages.len() as f64 + 1.0;
    counts.into_iter().map(|(stem, count)| (stem, (all / count as f64).ln() + 0.1)).collect()
}

fn best(sentence: &Passage, passages: &[&Passage], rarity: &HashMap<String, f64>) -> Vec<Evidence> {
    let mut chosen: Vec<usize> = Vec::new();
    let mut covered: HashSet<&String> = HashSet::new();
    let mut first_gain = 0.0;
    while chosen.len() < MOST {
        let gains = passages.iter().enumerate().filter(|(at, _)| !chosen.contains(at)).map(
            |(at, passage)| (at, gain(sentence, passage, &covered, rarity, chosen.is_empty())),
        );
        let best =
            gains.max_by(|left, right| left.1.total_cmp(&right.1).then(right.0.cmp(&left.0)));
        let Some((at, gain)) = best.filter(|(_, gain)| *gain > 0.0) else { break };
        // A further sentence must explain a good part of what the first one did.
        if !chosen.is_empty() && gain < 0.3 * first_gain {
            break;
        }
        if chosen.is_empty() {
            first_gain = gain;
        }
        covered.extend(passages[at].content.intersection(&sentence.content));
        chosen.push(at);
    }
    chosen
        .into_iter()
        .map(|at| {
            let (paragraph, start, end) = passages[at].place;
            Evidence { paragraph, start, end }
        })
        .collect()
}

/// What a passage adds to the words of the sentence that are explained already.
fn gain<'p>(
    sentence: &Passage,
    passage: &'p Passage,
    covered: &HashSet<&'p String>,
    rarity: &HashMap<String, f64>,
    counts_numbers: bool,
) -> f64 {
    let words: f64 = passage
        .content
        .iter()
        .filter(|stem| sentence.content.contains(*stem) && !covered.contains(stem))
        .map(|stem| rarity.get(stem).copied().unwrap_or(0.1))
        .sum();
    let numbers = sentence
        .quantities
        .iter()
        .filter(|_| counts_numbers)
        .filter(|quantity| passage.quantities.iter().any(|other| quantity.same_value(other)))
        .count();
    // Long sentences share words by chance.
    let length = 1.0 + 0.05 * (passage.content.len() as f64).ln_1p();
    (words + NUMBER_WEIGHT * numbers as f64) / length
}

#[cfg(test)]
mod tests;

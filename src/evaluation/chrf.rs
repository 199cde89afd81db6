//! Translations and references → chrF and chrF++, as sacrebleu computes them.
//!
//! Popović 2015 and 2017: F2 of character n-grams up to 6 (white space left out) and, for chrF++,
//! of word n-grams up to 2, over the whole corpus, averaged over the orders that both sides have.

use std::collections::HashMap;
use std::hash::Hash;

use super::Score;

const CHARACTER_ORDERS: usize = 6;
/// Recall counts so many times as much as precision.
const BETA: f64 = 2.0;
/// Python's `string.punctuation`.
const PUNCTUATION: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/// n-grams of translation, of reference, and of both, by order.
type Counts = Vec<[usize; 3]>;

/// chrF (`word_orders` 0) or chrF++ (2) of a corpus; both lists have one text a segment.
pub fn chrf(translations: &[String], references: &[String], word_orders: usize) -> Score {
    let mut total: Counts = vec![[0; 3]; CHARACTER_ORDERS + word_orders];
    for (translation, reference) in translations.iter().zip(references) {
        let own = Segment::new(translation, word_orders);
        let counts = own.counts(&Segment::new(reference, word_orders));
        for (sum, own) in total.iter_mut().zip(counts) {
            (0..3).for_each(|at| sum[at] += own[at]);
        }
    }
    let (name, signature) = match word_orders {
        0 => ("chrF2", "nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no"),
        _ => ("chrF2++", "nrefs:1|case:mixed|eff:yes|nc:6|nw:2|space:no"),
    };
    Score { name, value: f_score(&total), signature }
}

/// The n-grams of one text, counted, so that many texts can be held against each other.
pub struct Segment<'a> {
    /// By order, from 1 on.
    characters: Vec<HashMap<Box<[char]>, usize>>,
    words: Vec<HashMap<Box<[&'a str]>, usize>>,
}

impl<'a> Segment<'a> {
    /// Counts characters up to 6 and words up to `word_orders` in a row.
    pub fn new(text: &'a str, word_orders: usize) -> Self {
        let letters: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
        let words = words(text);
        Self {
            characters: (1..=CHARACTER_ORDERS).map(|order| grams(&letters, order)).collect(),
            words: (1..=word_orders).map(|order| grams(&words, order)).collect(),
        }
    }

    /// How well this text meets `reference`, alone: chrF from 0 to 100.
    pub fn score(&self, reference: &Segment) -> f64 {
        f_score(&self.counts(reference))
    }

    fn counts(&self, reference: &Segment) -> Counts {
        let characters = self.characters.iter().zip(&reference.characters);
        let words = self.words.iter().zip(&reference.words);
        characters
            .map(|(own, their)| matched(own, their))
            .chain(words.map(|(own, their)| matched(own, their)))
            .collect()
    }
}

fn grams<T: Copy + Eq + Hash>(items: &[T], order: usize) -> HashMap<Box<[T]>, usize> {
    let mut counts = HashMap::new();
    items.windows(order).for_each(|gram| *counts.entry(gram.into()).or_default() += 1);
    counts
}

/// n-grams of both sides and how many meet. Where the reference has none of this length, none of
/// the translation counts either.
fn matched<T: Eq + Hash>(
    own: &HashMap<Box<[T]>, usize>,
    their: &HashMap<Box<[T]>, usize>,
) -> [usize; 3] {
    let both = own.iter().map(|(gram, count)| *their.get(gram).unwrap_or(&0).min(count)).sum();
    let (own, their): (usize, usize) = (own.values().sum(), their.values().sum());
    [if their > 0 { own } else { 0 }, their, both]
}

/// Words with a mark at their end, or else at their beginning, apart.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for word in text.split_whitespace() {
        let last = word.chars().next_back().map_or(0, char::len_utf8);
        let first = word.chars().next().map_or(0, char::len_utf8);
        if first == word.len() {
            words.push(word);
        } else if PUNCTUATION.contains(&word[word.len() - last..]) {
            words.extend([&word[..word.len() - last], &word[word.len() - last..]]);
        } else if PUNCTUATION.contains(&word[..first]) {
            words.extend([&word[..first], &word[first..]]);
        } else {
            words.push(word);
        }
    }
    words
}

fn f_score(counts: &Counts) -> f64 {
    let (mut precision, mut recall, mut orders) = (0.0, 0.0, 0.0);
    for [own, their, both] in counts {
        if *own > 0 && *their > 0 {
            precision += *both as f64 / *own as f64;
            recall += *both as f64 / *their as f64;
            orders += 1.0;
        }
    }
    if orders == 0.0 || precision + recall == 0.0 {
        return 0.0;
    }
    let (precision, recall, weight) = (precision / orders, recall / orders, BETA * BETA);
    100.0 * (1.0 + weight) * precision * recall / (weight * precision + recall)
}

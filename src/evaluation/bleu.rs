//! Translations and references → BLEU with the 13a tokeniser and exponential smoothing, as
//! sacrebleu computes it (Post 2018).

use std::collections::HashMap;

use super::Score;

const ORDERS: usize = 4;

/// BLEU of a corpus; both lists have one text a segment.
pub fn bleu(translations: &[String], references: &[String]) -> Score {
    let (mut correct, mut total) = ([0usize; ORDERS], [0usize; ORDERS]);
    let (mut own_length, mut their_length) = (0, 0);
    for (translation, reference) in translations.iter().zip(references) {
        let (own, their) = (tokenised(translation), tokenised(reference));
        let (own, their) = (words(&own), words(&their));
        own_length += own.len();
        their_length += their.len();
        for order in 1..=ORDERS {
            let mut known: HashMap<&[&str], usize> = HashMap::new();
            their.windows(order).for_each(|gram| *known.entry(gram).or_default() += 1);
            for gram in own.windows(order) {
                total[order - 1] += 1;
                if let Some(left) = known.get_mut(gram).filter(|left| **left > 0) {
                    *left -= 1;
                    correct[order - 1] += 1;
                }
            }
        }
    }
    Score {
        name: "BLEU",
        value: combined(correct, total, own_length, their_length),
        signature: "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp",
    }
}

/// The geometric mean of the precisions with the brevity penalty. An order without matches counts
/// half of what the order before without matches did.
fn combined(correct: [usize; ORDERS], total: [usize; ORDERS], own: usize, their: usize) -> f64 {
    if correct[0] == 0 || total.contains(&0) {
        return 0.0;
    }
    let mut smoothing = 1.0;
    let mut logs = 0.0;
    for (correct, total) in correct.into_iter().zip(total) {
        let precision = match correct {
            0 => {
                smoothing *= 2.0;
                100.0 / (smoothing * total as f64)
            }
            _ => 100.0 * correct as f64 / total as f64,
        };
        logs += precision.ln();
    }
    let penalty = if own < their { (1.0 - their as f64 / own as f64).exp() } else { 1.0 };
    penalty * (logs / ORDERS as f64).exp()
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// mteval-v13a: marks and symbols apart, but points and commas inside numbers not.
fn tokenised(text: &str) -> String {
    let mut plain = text.trim_end().replace("<skipped>", "").replace("-\n", "").replace('\n', " ");
    for (reference, letter) in [("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")] {
        plain = plain.replace(reference, letter);
    }
    let symbol = |letter: char| matches!(letter, '{'..='~' | '['..='`' | ' '..='&' | '('..='+' | ':'..='@' | '/');
    let mut apart = String::from(" ");
    for letter in plain.chars() {
        match symbol(letter) {
            true => apart.extend([' ', letter, ' ']),
            false => apart.push(letter),
        }
    }
    apart.push(' ');
    let apart = pairs(&apart, |left, right| !left.is_ascii_digit() && is_point(right), Split::Both);
    let apart =
        pairs(&apart, |left, right| is_point(left) && !right.is_ascii_digit(), Split::Front);
    pairs(&apart, |left, right| left.is_ascii_digit() && right == '-', Split::Behind)
}

fn is_point(letter: char) -> bool {
    matches!(letter, '.' | ',')
}

/// Where spaces go around a pair of characters.
#[derive(Clone, Copy)]
enum Split {
    /// `a.` → `a . `
    Both,
    /// `.a` → ` . a`
    Front,
    /// `1-` → `1 - `
    Behind,
}

/// Spaces at every pair that fits; like a regular expression, a pair begins after the one before.
fn pairs(text: &str, fits: impl Fn(char, char) -> bool, split: Split) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut written = String::with_capacity(text.len() + 16);
    let mut at = 0;
    while at < letters.len() {
        match letters.get(at + 1) {
            Some(&right) if fits(letters[at], right) => {
                match split {
                    Split::Both | Split::Behind => written.extend([letters[at], ' ', right, ' ']),
                    Split::Front => written.extend([' ', letters[at], ' ', right]),
                }
                at += 2;
            }
            _ => {
                written.push(letters[at]);
                at += 1;
            }
        }
    }
    written
}

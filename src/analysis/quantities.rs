//! Tokens → the quantities of a text: value, unit, thing counted, hedge and place.

use crate::analysis::lexicon::{Hedge, Lexicon, NumberClass, Unit};
use crate::analysis::number_words::{classify, spelled};
use crate::analysis::numerals::{digits, roman};
use crate::analysis::stems::{stem, stemmer};
use crate::analysis::tokens::{Kind, Token};
use crate::language::Language;

/// A number of a text.
#[derive(Clone, Debug)]
pub struct Quantity {
    /// All values that the writing can stand for; the first is the likeliest.
    pub readings: Vec<f64>,
    pub unit: Option<Unit>,
    /// Stems of the content words that follow, nearest first: the thing counted is among them.
    pub things: Vec<String>,
    pub hedge: Option<Hedge>,
    /// As it stands in the text.
    pub written: String,
    /// Spelled out, or a word that may as well be no number.
    pub style: Style,
    /// First and last token, both included.
    pub tokens: (usize, usize),
    pub start: usize,
    pub end: usize,
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Digits,
    Words,
    /// "second", "pair", "bir": counts only when it helps a match.
    Loose,
    /// "thousands": a scale without a count.
    Vague,
}

impl Quantity {
    pub fn is_percent(&self) -> bool {
        self.unit.as_ref().is_some_and(|unit| unit.kind == "percent")
    }

    pub fn is_money(&self) -> bool {
        self.unit.as_ref().is_some_and(|unit| unit.kind == "money")
    }

    /// Some reading of both is the same number.
    pub fn same_value(&self, other: &Quantity) -> bool {
        self.readings.iter().any(|a| other.readings.iter().any(|b| equal(*a, *b)))
    }
}

/// Equal but for the last digits of floating-point arithmetic.
pub fn equal(left: f64, right: f64) -> bool {
    (left - right).abs() <= 1e-6 * left.abs().max(right.abs()).max(1.0)
}

/// All quantities of a text, in order.
pub fn quantities(tokens: &[Token], lexicon: &Lexicon) -> Vec<Quantity> {
    let mut found: Vec<Quantity> = Vec::new();
    let mut position = 0;
    while position < tokens.len() {
        match read(tokens, position, lexicon) {
            Some(quantity) => {
                position = quantity.tokens.1 + 1;
                found.push(quantity);
            }
            None => position += 1,
        }
    }
    share_over_ranges(&mut found, tokens, lexicon);
    found
}

fn read(tokens: &[Token], start: usize, lexicon: &Lexicon) -> Option<Quantity> {
    let token = &tokens[start];
    let (mut readings, style, mut end) = match token.kind {
        Kind::Number => (digits(&token.text, lexicon.language), Style::Digits, start),
        Kind::Word => match roman(tokens, start, lexicon) {
            Some(value) => (vec![value], Style::Digits, start),
            None => {
                let words = spelled(tokens, start, lexicon)?;
                let style = match words {
                    _ if words.vague => Style::Vague,
                    _ if words.loose => Style::Loose,
                    _ => Style::Words,
                };
                (vec![words.value], style, start + words.length - 1)
            }
        },
        Kind::Mark => return None,
    };
    if readings.is_empty() {
        return None;
    }
    if style == Style::Digits {
        end = scale(tokens, end, &mut readings, lexicon);
    }
    decade(tokens, end, &mut readings, lexicon);
    let (unit, last) = unit_around(tokens, start, end, lexicon);
    let written = written(tokens, start, last);
    Some(Quantity {
        readings,
        unit,
        things: things(tokens, last, lexicon),
        hedge: hedge(tokens, start, last, lexicon),
        written,
        style,
        tokens: (start, last.max(end)),
        start: tokens[start].start,
        end: tokens[last.max(end)].end,
    })
}

/// The text between two tokens, with one space where there was any.
fn written(tokens: &[Token], start: usize, end: usize) -> String {
    let mut text = String::new();
    for token in &tokens[start..=end] {
        if !token.glued && !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&token.text);
    }
    text
}

/// Applies the scale words after the number at `end`; returns the last token used.
fn scale(tokens: &[Token], end: usize, readings: &mut Vec<f64>, lexicon: &Lexicon) -> usize {
    let mut end = end;
    let mut smallest = f64::INFINITY;
    loop {
        let hyphen = tokens.get(end + 1).is_some_and(|next| next.is_mark("-") && next.glued);
        let at = end + 1 + usize::from(hyphen);
        let Some((factor, NumberClass::Scale)) =
            tokens.get(at).and_then(|next| classify(next, lexicon))
        else {
            return end;
        };
        let next = &tokens[at];
        let letter = next.lower.chars().count() == 1;
        if (letter && !next.glued) || factor >= smallest {
            return end;
        }
        let unscaled = readings.clone();
        for reading in readings.iter_mut() {
            *reading *= factor;
        }
        if letter {
            readings.extend(unscaled);
        }
        smallest = factor;
        end = at;
        // "4 milyon 300 bin": a second count with a smaller scale is added.
        let second = tokens.get(end + 1).filter(|token| token.kind == Kind::Number);
        let smaller = tokens.get(end + 2).and_then(|token| classify(token, lexicon));
        if let (Some(second), Some((factor, NumberClass::Scale))) = (second, smaller)
            && factor < smallest
        {
            let added = digits(&second.text, lexicon.language).first().copied().unwrap_or(0.0);
            for reading in readings.iter_mut() {
                *reading += added * factor;
            }
            return end + 2;
        }
    }
}

/// "30-е годы" and "'30s" stand for 1930 as well.
fn decade(tokens: &[Token], end: usize, readings: &mut Vec<f64>, lexicon: &Lexicon) {
    let mark = tokens.get(end + 1).is_some_and(|next| match lexicon.language {
        Language::English => next.glued && next.lower == "s",
        Language::Russian => next.glued && next.is_mark("-–"),
        Language::Turkish => false,
    });
    let plural =
        mark || tokens[end].suffix.starts_with("lar") || tokens[end].suffix.starts_with("ler");
    if plural && readings.iter().any(|value| value % 10.0 == 0.0 && *value < 100.0) {
        let decades: Vec<f64> = readings.iter().map(|value| 1900.0 + value).collect();
        readings.extend(decades);
    }
}

/// The unit next to a number, and the last token that belongs to it.
fn unit_around(
    tokens: &[Token],
    start: usize,
    end: usize,
    lexicon: &Lexicon,
) -> (Option<Unit>, usize) {
    if let Some(before) = start.checked_sub(1).map(|at| &tokens[at]) {
        let sign = before.kind == Kind::Mark && lexicon.unit(&before.text).is_some();
        if sign || before.lower == "yüzde" {
            return (lexicon.unit(&before.lower).cloned(), end);
        }
    }
    for step in 1..=3 {
        let Some(next) = tokens.get(end + step) else { break };
        let between = next.is_mark("-–°") || matches!(next.lower.as_str(), "us" | "abd");
        if next.lower == "per" && tokens.get(end + step + 1).is_some_and(|t| t.lower == "cent") {
            return (lexicon.unit("percent").cloned(), end + step + 1);
        }
        let scaled = |at: usize| {
            let unit = lexicon.unit(&tokens.get(at)?.lower)?;
            (unit.kind == "temperature").then_some((unit.clone(), at))
        };
        if let Some(unit) = lexicon.unit(&next.lower) {
            // "27 degrees Celsius", "80 derece fahrenhayt", «27 градусов по Цельсию».
            if unit.name == "degree"
                && let Some((unit, at)) = scaled(end + step + 1).or_else(|| scaled(end + step + 2))
            {
                return (Some(unit), at);
            }
            return (Some(unit.clone()), end + step);
        }
        let filler = step == 1 && next.kind == Kind::Word && next.lower.chars().count() <= 2;
        if !(between || filler || (step == 1 && next.lower == "per")) {
            break;
        }
    }
    (None, end)
}

/// Content words after the number, up to three, within the clause.
fn things(tokens: &[Token], end: usize, lexicon: &Lexicon) -> Vec<String> {
    let stemmer = stemmer(lexicon.language);
    tokens[end + 1..]
        .iter()
        .take(6)
        .take_while(|token| !token.is_mark(".,;:!?()«»\"“”—"))
        .take_while(|token| token.kind != Kind::Number)
        .filter(|token| token.kind == Kind::Word && token.lower.chars().count() > 2)
        .filter(|token| !lexicon.function_words.contains(&token.lower))
        .take(3)
        .map(|token| stem(&token.lower, &stemmer, lexicon.language))
        .collect()
}

/// The hedge that stands right before or right after the number.
fn hedge(tokens: &[Token], start: usize, end: usize, lexicon: &Lexicon) -> Option<Hedge> {
    // A currency sign or "yüzde" may stand between the hedge and the number.
    let before = (0..start).rev().find(|at| {
        let token = &tokens[*at];
        !(token.kind == Kind::Mark && lexicon.unit(&token.text).is_some()) && token.lower != "yüzde"
    });
    let matches = |words: &[String], first: usize| {
        words
            .iter()
            .enumerate()
            .all(|(at, word)| tokens.get(first + at).is_some_and(|token| token.lower == *word))
    };
    let mut best: Option<(usize, Hedge)> = None;
    for phrase in &lexicon.hedges {
        let length = phrase.words.len();
        let found = if phrase.follows {
            (1..=3).any(|gap| matches(&phrase.words, end + gap))
        } else {
            before
                .is_some_and(|last| last + 1 >= length && matches(&phrase.words, last + 1 - length))
        };
        if found && best.is_none_or(|(longest, _)| length > longest) {
            best = Some((length, phrase.hedge));
        }
    }
    best.map(|(_, hedge)| hedge)
}

/// In "30–40 %", "2 to 3 million", "от 2 до 3 млн" the first number shares scale and unit.
fn share_over_ranges(found: &mut [Quantity], tokens: &[Token], lexicon: &Lexicon) {
    for at in 1..found.len() {
        let (before, after) = found.split_at_mut(at);
        let (Some(first), Some(second)) = (before.last_mut(), after.first()) else { continue };
        let between = &tokens[first.tokens.1 + 1..second.tokens.0];
        let joined = between.len() == 1
            && (between[0].is_mark("-–—")
                || lexicon.list("range").iter().any(|word| *word == between[0].lower));
        if !joined || first.unit.is_some() {
            continue;
        }
        first.unit = second.unit.clone();
        let written = second.readings.first().copied().unwrap_or(0.0);
        let scale = [1e12, 1e9, 1e6, 1e3].into_iter().find(|scale| written >= *scale);
        if let Some(scale) = scale.filter(|_| first.readings.iter().all(|value| *value < 1e3)) {
            let scaled: Vec<f64> = first.readings.iter().map(|value| value * scale).collect();
            first.readings.extend(scaled);
        }
    }
}

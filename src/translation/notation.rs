//! Numbers that a translation left in the notation of the source → in the target's own. Pure.
//!
//! | | thousands | decimal | percent | millions |
//! | --- | --- | --- | --- | --- |
//! | English | 12,500 | 4.5 | 45% | 4 million |
//! | Turkish | 12.500 | 4,5 | %45 | 4 milyon |
//! | Russian | 12 500 (no-break space), from five digits on | 4,5 | 45% | 4 млн |
//!
//! Only a number that stands in both texts in the very same way is touched, and dates, times,
//! versions and scores never are.

use super::check::Pair;
use crate::language::Language;

/// A number written in digits, without sign and unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// Digits before the decimal mark, without separators.
    whole: String,
    /// Digits behind it.
    decimals: String,
    /// The writer put separators between thousands.
    grouped: bool,
}

impl Number {
    /// Reads `text` in the notation of `language`; nothing for what is no plain number in it.
    pub fn read(text: &str, language: Language) -> Option<Self> {
        let (group, decimal) = marks(language);
        let (whole, decimals) = match text.split_once(decimal) {
            Some((whole, decimals)) if !decimals.contains(decimal) => (whole, decimals),
            Some(_) => return None,
            None => (text, ""),
        };
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !decimals.is_empty() && !digits(decimals) || text.ends_with(decimal) {
            return None;
        }
        let parts: Vec<&str> = whole.split(|letter| group.contains(&letter)).collect();
        let grouped = parts.len() > 1;
        let well_formed = parts.iter().enumerate().all(|(index, part)| match (grouped, index) {
            (false, _) => digits(part),
            (true, 0) => digits(part) && part.len() <= 3 && !part.starts_with('0'),
            (true, _) => digits(part) && part.len() == 3,
        });
        let number = Number { whole: parts.concat(), decimals: decimals.into(), grouped };
        well_formed.then_some(number)
    }

    /// The number as `language` writes it.
    pub fn written(&self, language: Language) -> String {
        let separator = match language {
            Language::English => ",",
            Language::Turkish => ".",
            Language::Russian => "\u{a0}",
        };
        let short = language == Language::Russian && self.whole.len() < 5;
        let mut text = match self.grouped && !short {
            true => thousands(&self.whole, separator),
            false => self.whole.clone(),
        };
        if !self.decimals.is_empty() {
            text.push(marks(language).1);
            text.push_str(&self.decimals);
        }
        text
    }
}

/// Marks between thousands, and the decimal mark.
fn marks(language: Language) -> (&'static [char], char) {
    match language {
        Language::English => (&[','], '.'),
        Language::Turkish => (&['.'], ','),
        Language::Russian => (&['\u{a0}', '\u{202f}', ' ', '.'], ','),
    }
}

fn thousands(digits: &str, separator: &str) -> String {
    let first = match digits.len() % 3 {
        0 => 3,
        rest => rest,
    };
    let mut text = digits[..first.min(digits.len())].to_string();
    for start in (first..digits.len()).step_by(3) {
        text.push_str(separator);
        text.push_str(&digits[start..start + 3]);
    }
    text
}

/// Byte ranges of what looks like numbers: digits with the marks between them.
pub(super) fn numerals(text: &str, language: Language) -> Vec<std::ops::Range<usize>> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !digit(at) {
            at += 1;
            continue;
        }
        let start = at;
        while digit(at) {
            at += 1;
            let next = text[at..].chars().next().unwrap_or('x');
            let space = next.is_whitespace() && language == Language::Russian;
            let three = (1..=3).all(|step| digit(at + next.len_utf8() + step - 1))
                && !digit(at + next.len_utf8() + 3);
            let short = text[start..at].trim_start_matches(|c: char| !c.is_ascii_digit()).len()
                <= 3
                || text[start..at].contains(char::is_whitespace);
            if matches!(next, '.' | ',' | ':' | '/') && digit(at + 1) || space && three && short {
                at += next.len_utf8();
            }
        }
        let mut before = text[..start].chars().rev();
        let glued_before = before.next().is_some_and(|letter| match letter {
            // A minus has nothing before it, a hyphen has.
            '-' => before.next().is_some_and(char::is_alphanumeric),
            _ => letter.is_alphanumeric() || matches!(letter, '/' | '.' | '_' | ':' | '#'),
        });
        let glued_after = matches!(bytes.get(at), Some(b'-' | b'/' | b':' | b'_'));
        if !(glued_before || glued_after) {
            found.push(start..at);
        }
    }
    found
}

/// The translation with its numbers in the target's notation.
pub fn localise(pair: Pair) -> String {
    let source: Vec<&str> =
        numerals(pair.source, pair.from).into_iter().map(|range| &pair.source[range]).collect();
    let mut text = String::with_capacity(pair.target.len());
    let mut end = 0;
    for range in numerals(pair.target, pair.from) {
        let numeral = &pair.target[range.clone()];
        let number = Number::read(numeral, pair.from).filter(|_| source.contains(&numeral));
        let Some(number) = number.filter(|_| !is_time_or_date(numeral, pair.from)) else {
            continue;
        };
        text.push_str(&pair.target[end..range.start]);
        text.push_str(&number.written(pair.to));
        end = range.end;
    }
    text.push_str(&pair.target[end..]);
    scales(&percents(&text, pair), pair)
}

/// `19.30` is a time of day and `12.05` a date in Turkish and Russian, where the point is no
/// decimal mark.
fn is_time_or_date(numeral: &str, from: Language) -> bool {
    from != Language::English && numeral.contains('.') && Number::read(numeral, from).is_none()
}

/// `45%` in Turkish text is written `%45`, and the other way round elsewhere.
fn percents(text: &str, pair: Pair) -> String {
    let turkish = pair.to == Language::Turkish;
    if !text.contains('%') || (turkish == (pair.from == Language::Turkish)) {
        return text.to_string();
    }
    let mut written = String::with_capacity(text.len());
    let mut end = 0;
    for range in numerals(text, pair.to) {
        if range.start < end {
            continue;
        }
        let (before, after) = (&text[end..range.start], &text[range.end..]);
        let numeral = &text[range.clone()];
        if turkish && after.starts_with('%') && !before.ends_with('%') {
            written.push_str(&format!("{before}%{numeral}"));
            end = range.end + 1;
        } else if !turkish && before.ends_with('%') && !after.starts_with('%') {
            written.push_str(&format!("{}{numeral}%", &before[..before.len() - 1]));
            end = range.end;
        }
    }
    written.push_str(&text[end..]);
    written
}

/// Words for a thousand, a million, a billion and a trillion as each language puts them behind a
/// number in digits.
const SCALES: [[&str; 3]; 4] = [
    ["thousand", "bin", "тысяч"],
    ["million", "milyon", "млн"],
    ["billion", "milyar", "млрд"],
    ["trillion", "trilyon", "трлн"],
];

/// Whether a word is one that [`localise`] translates behind a number.
pub(super) fn is_scale(word: &str, language: Language) -> bool {
    SCALES.iter().any(|row| row[language as usize] == word)
}

/// A scale word of the source that stands behind a number is translated.
fn scales(text: &str, pair: Pair) -> String {
    let mut text = text.to_string();
    for row in &SCALES {
        let (theirs, mine) = (row[pair.from as usize], row[pair.to as usize]);
        let mut place = 0;
        while let Some(found) = text[place..].find(theirs).map(|at| at + place) {
            let before = text[..found].trim_end();
            let number = before.len() < found && before.ends_with(|c: char| c.is_ascii_digit());
            let whole = !text[found + theirs.len()..].starts_with(char::is_alphabetic);
            place = found + theirs.len();
            if number && whole {
                text.replace_range(found..found + theirs.len(), mine);
                place = found + mine.len();
            }
        }
    }
    text
}

#[cfg(test)]
mod tests;

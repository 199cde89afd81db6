//! Tokens → the value of a number written in words, alone or with digits before a scale.

use crate::analysis::lexicon::{Lexicon, NumberClass};
use crate::analysis::tokens::{Kind, Token};
use crate::language::Language;

/// A number read from words.
#[derive(Clone, Debug, PartialEq)]
pub struct Spelled {
    pub value: f64,
    /// How many tokens it took.
    pub length: usize,
    pub ordinal: bool,
    /// May as well be no number at all.
    pub loose: bool,
    /// No count stands before the scale: "thousands", "binlerce".
    pub vague: bool,
}

/// Value and class of one word, with the endings that Turkish puts on numbers.
pub fn classify(token: &Token, lexicon: &Lexicon) -> Option<(f64, NumberClass)> {
    if token.kind != Kind::Word {
        return None;
    }
    if let Some(&(value, class)) = lexicon.number_words.get(&token.lower) {
        return Some((value, class));
    }
    match lexicon.language {
        Language::English => english_plural(&token.lower, lexicon),
        Language::Turkish => turkish_form(&token.lower, lexicon),
        Language::Russian => russian_compound(&token.lower, lexicon),
    }
}

fn english_plural(word: &str, lexicon: &Lexicon) -> Option<(f64, NumberClass)> {
    let singular = word.strip_suffix('s')?;
    let &(value, class) = lexicon.number_words.get(singular)?;
    (value >= 10.0 && singular.len() > 3).then_some((value, class))
}

/// Case endings that follow a Turkish number; pronouns such as `onun` share them with `on`.
const TURKISH_ENDINGS: [&str; 36] = [
    "i", "ı", "u", "ü", "si", "sı", "e", "a", "ye", "ya", "te", "ta", "de", "da", "ten", "tan",
    "den", "dan", "in", "ın", "un", "ün", "nin", "nın", "lik", "lık", "luk", "lük", "li", "lı",
    "er", "ar", "şer", "şar", "sinin", "sinde",
];
const TURKISH_ORDINALS: [&str; 8] = ["inci", "ıncı", "uncu", "üncü", "nci", "ncı", "ncu", "ncü"];

fn turkish_form(word: &str, lexicon: &Lexicon) -> Option<(f64, NumberClass)> {
    for length in (2..word.chars().count()).rev() {
        let stem: String = word.chars().take(length).collect();
        let ending: String = word.chars().skip(length).collect();
        let Some(&(value, class)) = lexicon.number_words.get(&stem) else { continue };
        if class == NumberClass::Loose {
            continue;
        }
        let ordinal = TURKISH_ORDINALS
            .iter()
            .any(|mark| ending.strip_prefix(mark).is_some_and(|rest| rest.chars().count() <= 4));
        if ordinal {
            return Some((value, NumberClass::Ordinal));
        }
        // `onu`, `yüzde`, `altında`, `elle`… are other words.
        let ambiguous = matches!(stem.as_str(), "on" | "yüz" | "altı" | "mr" | "mn");
        if !ambiguous && TURKISH_ENDINGS.contains(&ending.as_str()) {
            return Some((value, class));
        }
    }
    None
}

/// What may follow a number inside one Russian word.
const RUSSIAN_COUNTED: [&str; 22] = [
    "лет",
    "днев",
    "недел",
    "месяч",
    "час",
    "минут",
    "этаж",
    "кратн",
    "сторон",
    "мест",
    "значн",
    "миллион",
    "тысяч",
    "метр",
    "процент",
    "балл",
    "год",
    "секунд",
    "километр",
    "мил",
    "комнат",
    "очков",
];

fn russian_compound(word: &str, lexicon: &Lexicon) -> Option<(f64, NumberClass)> {
    for length in (3..word.chars().count()).rev() {
        let stem: String = word.chars().take(length).collect();
        let rest: String = word.chars().skip(length).collect();
        let Some(&(value, NumberClass::Prefix)) = lexicon.number_words.get(&format!("{stem}-"))
        else {
            continue;
        };
        if RUSSIAN_COUNTED.iter().any(|counted| rest.starts_with(counted)) {
            let scale = match rest.as_str() {
                rest if rest.starts_with("тысяч") => 1e3,
                rest if rest.starts_with("миллион") => 1e6,
                _ => 1.0,
            };
            return Some((value * scale, NumberClass::Unit));
        }
    }
    None
}

/// Reads the number in words that begins at `start`, if one does.
pub fn spelled(tokens: &[Token], start: usize, lexicon: &Lexicon) -> Option<Spelled> {
    let mut total = 0.0;
    let mut group = 0.0;
    let mut seen: Option<NumberClass> = None;
    let mut result = Spelled { value: 0.0, length: 0, ordinal: false, loose: false, vague: false };
    let mut position = start;
    while let Some(token) = tokens.get(position) {
        let joins = seen.is_some() && is_joint(tokens, position, lexicon);
        if joins {
            position += 1;
            continue;
        }
        let Some((value, class)) = classify(token, lexicon) else { break };
        if !follows(seen, class, group, value) {
            break;
        }
        match class {
            NumberClass::Hundred => group = if group == 0.0 { value } else { group * value },
            NumberClass::Scale => {
                result.vague |= group == 0.0 && total == 0.0;
                total += if group == 0.0 { value } else { group * value };
                group = 0.0;
            }
            _ => group += value,
        }
        result.ordinal |= class == NumberClass::Ordinal;
        // "Newport on the Levee", "deniz altı": alone, these are as often no numbers.
        let ambiguous = lexicon.language == Language::Turkish
            && matches!(token.lower.as_str(), "on" | "altı" | "yüz")
            && token.suffix.is_empty();
        result.loose = (class == NumberClass::Loose || ambiguous) && seen.is_none();
        seen = Some(class);
        position += 1;
        result.length = position - start;
    }
    result.value = total + group;
    seen.map(|_| result)
}

/// A hyphen or "and" between two number words.
fn is_joint(tokens: &[Token], position: usize, lexicon: &Lexicon) -> bool {
    let token = &tokens[position];
    let hyphen = token.is_mark("-") && token.glued;
    let and = lexicon.language == Language::English
        && token.lower == "and"
        && position > 0
        && classify(&tokens[position - 1], lexicon)
            .is_some_and(|(_, class)| matches!(class, NumberClass::Hundred));
    (hyphen || and)
        && tokens.get(position + 1).is_some_and(|next| {
            classify(next, lexicon).is_some_and(|(_, class)| class != NumberClass::Loose)
        })
}

/// Whether a number word may continue what was read: "forty four" does, "four five" does not.
fn follows(seen: Option<NumberClass>, class: NumberClass, group: f64, value: f64) -> bool {
    match (seen, class) {
        (None, _) => true,
        (Some(NumberClass::Ordinal | NumberClass::Collective), _) => false,
        (Some(NumberClass::Loose), class) => {
            matches!(class, NumberClass::Scale | NumberClass::Hundred)
        }
        (_, NumberClass::Loose) => group >= 20.0 && value <= 2.0,
        (_, NumberClass::Hundred) => group < 10.0,
        (_, NumberClass::Scale) => true,
        (Some(NumberClass::Scale), _) => true,
        (_, NumberClass::Ten) => group >= 100.0 && value < 100.0,
        (Some(NumberClass::Ten), _) => value < 10.0,
        (Some(NumberClass::Hundred), _) => value < 100.0,
        (Some(NumberClass::Unit), _) => group >= 100.0 && value < 100.0,
        _ => false,
    }
}

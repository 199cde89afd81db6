//! A sentence and its translation → quotation marks as the target language has them, around the
//! names that the source quotes. Pure.
//!
//! Russian newspapers write « », English and Turkish ones " " (or “ ” where the source does).

use super::check::Pair;
use super::transliterate::transliterated;
use crate::analysis::quotation::quoted;
use crate::analysis::tokens::{Kind, Token, tokens};
use crate::language::Language;

/// A quoted name has so many words at most; more are speech.
const WORDS_OF_A_NAME: usize = 4;

/// The translation with marks of its own language, and marks around a quoted name that lost them.
pub fn mend(pair: Pair) -> String {
    let marks = marks_of(pair);
    let text = with_own_marks(pair.target, pair.to, marks);
    with_lost_marks(&text, pair, marks)
}

fn marks_of(pair: Pair) -> (char, char) {
    match pair.to {
        Language::Russian => ('«', '»'),
        _ if pair.source.contains('“') => ('“', '”'),
        _ => ('"', '"'),
    }
}

/// Marks of other languages in pairs; a text where they do not pair is left alone.
fn with_own_marks(text: &str, to: Language, (open, close): (char, char)) -> String {
    let foreign: [(char, char); 2] = match to {
        Language::Russian => [('"', '"'), ('“', '”')],
        Language::English | Language::Turkish => [('«', '»'), ('„', '“')],
    };
    // Marks inside of marks are of another kind in every language.
    let own = text.contains(open) && to == Language::Russian;
    let Some(pair) = foreign.into_iter().find(|(open, _)| text.contains(*open)).filter(|_| !own)
    else {
        return text.to_string();
    };
    let letters: Vec<char> = text.chars().collect();
    let mut written = String::with_capacity(text.len());
    let mut inside = false;
    for (at, &letter) in letters.iter().enumerate() {
        if letter != pair.0 && letter != pair.1 {
            written.push(letter);
            continue;
        }
        let before = at.checked_sub(1).map(|at| letters[at]);
        let opens = before.is_none_or(|before| before.is_whitespace() || "([—–-".contains(before));
        let is_right =
            if pair.0 == pair.1 { opens != inside } else { (letter == pair.0) != inside };
        if !is_right {
            return text.to_string();
        }
        written.push(if inside { close } else { open });
        inside = !inside;
    }
    if inside { text.to_string() } else { written }
}

/// A quoted name of the source that stands in the translation once, without marks, gets them.
fn with_lost_marks(text: &str, pair: Pair, (open, close): (char, char)) -> String {
    let words = tokens(pair.source, pair.from);
    let own = quoted(&words);
    if quoted(&tokens(text, pair.to)).len() >= own.len() {
        return text.to_string();
    }
    let mut text = text.to_string();
    for range in own.into_iter().filter(|range| is_name(&words[range.clone()])) {
        let (start, end) = (words[range.start].start, words[range.end - 1].end);
        let name: String = pair.source.chars().skip(start).take(end - start).collect();
        for form in [transliterated(&name, pair.from, pair.to), name] {
            if let Some(at) = only_place(&text, &form) {
                let after = text[at + form.len()..].trim_start_matches(['\'', '’']);
                text = format!("{}{open}{form}{close}{after}", &text[..at]);
                break;
            }
        }
    }
    text
}

fn is_name(tokens: &[Token]) -> bool {
    tokens.len() <= WORDS_OF_A_NAME
        && tokens.iter().all(|token| token.kind != Kind::Mark)
        && tokens.first().is_some_and(Token::is_capitalised)
}

/// Where `name` stands in `text` as whole words, without marks, if it does so once.
fn only_place(text: &str, name: &str) -> Option<usize> {
    let mut places = text.match_indices(name).map(|(at, _)| at);
    let (Some(at), None) = (places.next(), places.next()) else { return None };
    let is_part = |letter: char| letter.is_alphanumeric() || "\"“”«»„-".contains(letter);
    let (before, after) = (&text[..at], &text[at + name.len()..]);
    (!before.ends_with(is_part) && !after.starts_with(is_part)).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, Russian, Turkish};

    fn mended(source: &str, target: &str, from: Language, to: Language) -> String {
        mend(Pair { source, target, from, to })
    }

    #[test]
    fn marks_are_those_of_the_language() {
        for (source, target, from, to, expected) in [
            ("\"Yes,\" he said.", "\"Да\", — сказал он.", English, Russian, "«Да», — сказал он."),
            ("“Yes,” he said.", "“Да”, — сказал он.", English, Russian, "«Да», — сказал он."),
            ("«Да», — сказал он.", "«Yes,» he said.", Russian, English, "\"Yes,\" he said."),
            ("“Evet” dedi.", "«Yes,» he said.", Turkish, English, "“Yes,” he said."),
            ("Газета «Труд».", "\"Trud\" gazetesi.", Russian, Turkish, "\"Trud\" gazetesi."),
        ] {
            assert_eq!(mended(source, target, from, to), expected);
        }
    }

    #[test]
    fn marks_that_do_not_pair_are_left() {
        for target in ["Экран 5\" и 7\" в ширину.", "Он сказал \"да.", "«Да \"нет\"»"]
        {
            assert_eq!(mended("x", target, English, Russian), target);
        }
    }

    #[test]
    fn a_quoted_name_gets_its_marks_back() {
        for (source, target, from, to, expected) in [
            (
                "The film \"Titanic\" won.",
                "Titanic filmi kazandı.",
                English,
                Turkish,
                "\"Titanic\" filmi kazandı.",
            ),
            (
                "He saw \"Bit Palas\".",
                "Bit Palas'ı gördü.",
                English,
                Turkish,
                "\"Bit Palas\"ı gördü.",
            ),
            (
                "Клуб «Зенит» выиграл.",
                "The club Zenit won.",
                Russian,
                English,
                "The club \"Zenit\" won.",
            ),
            (
                "He said \"we will go home now\".",
                "Eve gideceğiz dedi.",
                English,
                Turkish,
                "Eve gideceğiz dedi.",
            ),
            ("\"Titanic\" won.", "Titanics won.", English, Turkish, "Titanics won."),
        ] {
            assert_eq!(mended(source, target, from, to), expected);
        }
    }
}

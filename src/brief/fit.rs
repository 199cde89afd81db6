//! Text that is too long for the model → parts that fit. Nothing is cut away: the parts together
//! are the whole text.

use anyhow::Result;

use crate::language::Language;
use crate::segment::sentences_of;

/// Joins `paragraphs` into parts of at most `budget` tokens each, with borders between paragraphs
/// where that can be, else between sentences, else between words.
///
/// `count` gives the tokens of a text. The order is kept. At least one paragraph must be given.
pub fn split(
    paragraphs: &[String],
    language: Language,
    budget: usize,
    count: &dyn Fn(&str) -> Result<usize>,
) -> Result<Vec<String>> {
    let mut pieces = Vec::new();
    for paragraph in paragraphs {
        if count(paragraph)? <= budget {
            pieces.push((paragraph.clone(), "\n\n"));
            continue;
        }
        for (index, piece) in divided(paragraph, language, budget, count)?.into_iter().enumerate() {
            pieces.push((piece, if index == 0 { "\n\n" } else { " " }));
        }
    }
    pack(&pieces, budget, count)
}

/// Fills parts with pieces as far as they go; `glue` stands between a piece and the one before.
fn pack(
    pieces: &[(String, &str)],
    budget: usize,
    count: &dyn Fn(&str) -> Result<usize>,
) -> Result<Vec<String>> {
    let mut parts: Vec<String> = Vec::new();
    for (piece, glue) in pieces {
        if let Some(last) = parts.last_mut() {
            let joined = format!("{last}{glue}{piece}");
            if count(&joined)? <= budget {
                *last = joined;
                continue;
            }
        }
        parts.push(piece.clone());
    }
    Ok(parts)
}

/// A paragraph over the budget, by sentences; a sentence over the budget, by words.
fn divided(
    paragraph: &str,
    language: Language,
    budget: usize,
    count: &dyn Fn(&str) -> Result<usize>,
) -> Result<Vec<String>> {
    let mut pieces = Vec::new();
    for sentence in sentences_of(paragraph, language) {
        if count(&sentence)? <= budget {
            pieces.push(sentence);
            continue;
        }
        let words: Vec<(String, &str)> =
            sentence.split_whitespace().map(|word| (word.to_string(), " ")).collect();
        pieces.extend(pack(&words, budget, count)?);
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Result<usize> {
        Ok(text.split_whitespace().count())
    }

    fn parts(paragraphs: &[&str], budget: usize) -> Vec<String> {
        let paragraphs: Vec<String> = paragraphs.iter().map(|text| text.to_string()).collect();
        split(&paragraphs, Language::English, budget, &words).unwrap()
    }

    #[test]
    fn paragraphs_stay_whole_when_they_can() {
        let fitted = parts(&["One two three.", "Four five.", "Six seven eight nine."], 6);
        assert_eq!(fitted, ["One two three.\n\nFour five.", "Six seven eight nine."]);
        assert_eq!(parts(&["One two.", "Three."], 100), ["One two.\n\nThree."]);
    }

    #[test]
    fn long_paragraphs_divide_between_sentences_then_words() {
        let fitted = parts(&["One two three. Four five six. Seven.", "Eight."], 4);
        assert_eq!(fitted, ["One two three.", "Four five six. Seven.", "Eight."]);
        let words = parts(&["a b c d e f g"], 3);
        assert_eq!(words, ["a b c", "d e f", "g"]);
    }

    #[test]
    fn nothing_is_lost() {
        let text =
            ["Alpha beta gamma delta. Epsilon zeta!", "Eta theta", "Iota kappa lambda mu nu."];
        for budget in 1..12 {
            let joined = parts(&text, budget).join(" ");
            let found: Vec<&str> = joined.split_whitespace().collect();
            let wanted: Vec<&str> = text.iter().flat_map(|part| part.split_whitespace()).collect();
            assert_eq!(found, wanted, "budget {budget}");
        }
    }
}

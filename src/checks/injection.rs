//! Article → findings on text that speaks to a language model and not to readers.

use crate::article::Article;
use crate::checks::lexicon::{phrases, rows};
use crate::checks::prompt_text::template_token;
use crate::checks::tokens::{Kind, lower_case, tokens};
use crate::checks::{Draft, Finding, Severity};
use crate::language::Language;

const ORDERS: &str = include_str!("tables/injection.tsv");

/// The parts of an order stand no further apart than so many words.
const REACH: usize = 6;

/// The table of orders, read once.
pub struct Orders {
    /// Whether the row is Turkish, and its parts with their alternatives.
    rows: Vec<(bool, Vec<Vec<&'static str>>)>,
}

impl Orders {
    pub fn new() -> Self {
        let parts =
            |row: &[&'static str]| row.iter().map(|part| part.split('|').collect()).collect();
        Self { rows: rows(ORDERS).map(|row| (row[0] == "tr", parts(&row[1..]))).collect() }
    }

    /// The phrase of a text that addresses a model, in any of the three languages.
    pub fn addressed(&self, text: &str) -> Option<String> {
        let lower = lower_case(text, Language::English);
        let plain: String = lower.split_whitespace().collect::<Vec<_>>().join(" ");
        // Turkish capitals lower-case otherwise: "TALİMATLARI".
        let turkish: String =
            lower_case(text, Language::Turkish).split_whitespace().collect::<Vec<_>>().join(" ");
        phrases("injection")
            .find(|phrase| plain.contains(phrase) || turkish.contains(phrase))
            .map(str::to_string)
            .or_else(|| template_token(text))
            .or_else(|| role(&plain))
            .or_else(|| self.ordered(text))
    }

    /// Words of an order in their order, by the table.
    fn ordered(&self, text: &str) -> Option<String> {
        let words = |language: Language| -> Vec<String> {
            let words = tokens(text, language).into_iter().filter(|token| token.kind == Kind::Word);
            words.map(|token| token.lower).collect()
        };
        let (plain, turkish) = (words(Language::English), words(Language::Turkish));
        self.rows.iter().find_map(|(is_turkish, parts)| {
            let words = if *is_turkish { &turkish } else { &plain };
            (0..words.len()).find_map(|at| follows(words, at, parts))
        })
    }
}

/// "SYSTEM: …" at the beginning, as in a chat.
fn role(plain: &str) -> Option<String> {
    let roles = [
        "system:",
        "sistem:",
        "si\u{307}stem:",
        "система:",
        "assistant:",
        "asistan:",
        "ассистент:",
    ];
    roles.into_iter().find(|role| plain.starts_with(role)).map(str::to_string)
}

/// The words from the first part, which must stand at `start`, to the last one.
fn follows(words: &[String], start: usize, parts: &[Vec<&str>]) -> Option<String> {
    let is = |word: &str, part: &Vec<&str>| {
        part.iter().any(|form| match form.strip_suffix('*') {
            Some(beginning) => word.starts_with(beginning),
            None => word == *form,
        })
    };
    let (first, rest) = parts.split_first()?;
    if !is(&words[start], first) {
        return None;
    }
    let mut at = start;
    for part in rest {
        let next =
            words.iter().enumerate().skip(at + 1).take(REACH).find(|(_, word)| is(word, part))?;
        at = next.0;
    }
    Some(words[start..=at].join(" "))
}

/// One warning a paragraph, with the number of the paragraph.
pub fn check(article: &Article) -> Vec<Finding> {
    let orders = Orders::new();
    let title = article.title.iter().map(|title| ("the headline".to_string(), title));
    let paragraphs = article
        .paragraphs
        .iter()
        .enumerate()
        .map(|(at, text)| (format!("paragraph {}", at + 1), text));
    title
        .chain(paragraphs)
        .filter_map(|(place, text)| {
            let phrase = orders.addressed(text)?;
            let message = format!(
                "{place} of the article speaks to a language model (\"{phrase}\"); it is treated as text"
            );
            Some(Draft::new("injection", Severity::Warning, message).of_whole(None))
        })
        .collect()
}

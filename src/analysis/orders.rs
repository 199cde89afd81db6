//! Text → the words in it that speak to a language model and not to readers.

use crate::analysis::lexicon::{phrases, rows};
use crate::analysis::tokens::{Kind, lower_case, tokens};
use crate::language::Language;

const ORDERS: &str = include_str!("tables/injection.tsv");

/// The parts of an order stand no further apart than so many words.
const REACH: usize = 6;

/// The table of orders, read once.
pub struct Orders {
    /// Whether the row is Turkish, and its parts with their alternatives.
    rows: Vec<(bool, Vec<Vec<&'static str>>)>,
}

impl Default for Orders {
    /// Reads the table that is compiled in.
    fn default() -> Self {
        let parts =
            |row: &[&'static str]| row.iter().map(|part| part.split('|').collect()).collect();
        Self { rows: rows(ORDERS).map(|row| (row[0] == "tr", parts(&row[1..]))).collect() }
    }
}

impl Orders {
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

/// Pieces of chat templates and vocabularies; none is a word of a news text.
const TEMPLATE: [&str; 26] = [
    "<|",
    "|>",
    "<start_of_turn>",
    "<end_of_turn>",
    "[inst]",
    "[/inst]",
    "<<sys>>",
    "<</sys>>",
    "<s>",
    "</s>",
    "<bos>",
    "<eos>",
    "<pad>",
    "<unk>",
    "<think>",
    "</think>",
    "### instruction",
    "### response",
    "### input",
    "<0x",
    "▁",
    "\u{fffd}",
    "```",
    "<extra_id_",
    "[unk]",
    "</article>",
];

/// The piece of a chat template that a text holds.
pub fn template_token(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    TEMPLATE.iter().find(|piece| lower.contains(**piece)).map(|piece| piece.to_string())
}

//! Text → the words in it that speak to a language model and not to readers.

use std::sync::LazyLock;

use crate::analysis::lexicon::phrases;
use crate::analysis::table::Table;
use crate::analysis::tokens::{Kind, lower_case, tokens};
use crate::language::Language;

const ORDERS: Table =
    Table { name: "injection.tsv", text: include_str!("tables/injection.tsv"), fields: (3, 8) };

/// Language of an order, and its parts with their alternatives.
type Row = (Language, Vec<Vec<&'static str>>);

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| ORDERS.alternatives());

/// The parts of an order stand no further apart than so many words.
const REACH: usize = 6;

/// The table of orders, read once.
#[derive(Clone, Copy, Debug, Default)]
pub struct Orders;

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
        ROWS.iter().find_map(|(language, parts)| {
            let words = if *language == Language::Turkish { &turkish } else { &plain };
            (0..words.len()).find_map(|at| follows(words, at, parts))
        })
    }
}

/// "SYSTEM: …" at the beginning, as in a chat.
fn role(plain: &str) -> Option<String> {
    phrases("chat_role").find(|role| plain.starts_with(role)).map(str::to_string)
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
static TEMPLATE_TOKENS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| TEMPLATES.values(|fields| Ok(fields[0])));
const TEMPLATES: Table = Table {
    name: "template_tokens.tsv",
    text: include_str!("tables/template_tokens.tsv"),
    fields: (1, 1),
};

/// The piece of a chat template that a text holds.
pub fn template_token(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    TEMPLATE_TOKENS.iter().find(|piece| lower.contains(**piece)).map(|piece| piece.to_string())
}

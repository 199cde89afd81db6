//! Article → findings on text that speaks to a language model and not to readers.

use crate::article::Article;
use crate::checks::lexicon::phrases;
use crate::checks::prompt_text::template_token;
use crate::checks::tokens::lower_case;
use crate::checks::{Draft, Finding, Severity};
use crate::language::Language;

/// The phrase of a text that addresses a model, in any of the three languages.
pub fn addressed(text: &str) -> Option<String> {
    let lower = lower_case(text, Language::English);
    let plain: String = lower.split_whitespace().collect::<Vec<_>>().join(" ");
    // Turkish capitals lower-case otherwise: "TALİMATLARI".
    let turkish: String =
        lower_case(text, Language::Turkish).split_whitespace().collect::<Vec<_>>().join(" ");
    phrases("injection")
        .find(|phrase| plain.contains(phrase) || turkish.contains(phrase))
        .map(str::to_string)
        .or_else(|| template_token(text))
}

/// One warning a paragraph, with the number of the paragraph.
pub fn check(article: &Article) -> Vec<Finding> {
    let title = article.title.iter().map(|title| ("the headline".to_string(), title));
    let paragraphs = article
        .paragraphs
        .iter()
        .enumerate()
        .map(|(at, text)| (format!("paragraph {}", at + 1), text));
    title
        .chain(paragraphs)
        .filter_map(|(place, text)| {
            let phrase = addressed(text)?;
            let message = format!(
                "{place} of the article speaks to a language model (\"{phrase}\"); it is treated as text"
            );
            Some(Draft::new("injection", Severity::Warning, message).of_whole(None))
        })
        .collect()
}

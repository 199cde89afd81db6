//! Article → findings on text that speaks to a language model and not to readers.

use crate::analysis::orders::Orders;
use crate::analysis::passage::{Passage, Source};
use crate::article::Article;
use crate::checks::{Check, Draft};
use crate::document::Severity;

/// One warning a paragraph, with the number of the paragraph.
pub fn check(article: &Article) -> Vec<Draft> {
    let orders = Orders;
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
            Some(Draft::new(Check::Injection, Severity::Warning, message))
        })
        .collect()
}

/// The sentence says what only those paragraphs of the article say that give orders to a model, or gives some itself.
pub fn obeyed(sentence: &Passage, source: &Source) -> Option<Draft> {
    let taken = sentence.content.intersection(&source.ordered).count();
    let orders = taken >= 2 || (taken == 1 && sentence.content.len() <= 3);
    (orders || Orders.addressed(&sentence.text).is_some()).then(|| {
        let message = "the sentence follows text of the article that gives orders to a model";
        Draft::new(Check::Injection, Severity::Error, message)
    })
}

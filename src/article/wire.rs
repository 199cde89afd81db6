//! Wire text with header lines and a trailer → drafts: IPTC 7901, as European agencies send it,
//! and ANPA 1312, as American ones do.

mod anpa;
mod iptc7901;

use std::sync::LazyLock;

use regex::Regex;

use super::{ArticleError, Draft};

/// `eca0124 3 i 93  cna 1888`: service and number, priority, category, words, the rest.
static IPTC_HEADER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^(?:ZCZC[^\n]*\n\s*)?\x01?([A-Za-z]{1,4}\d{3,5})[ \t]+\d[ \t]+[A-Za-z]{1,3}[ \t]+\d{1,5}\b",
    )
    .ok()
});

/// Service and number before a unit separator.
static ANPA_HEADER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^[\x16\s]*\x01?([A-Za-z]\d{4})\x1f").ok());

fn number<'t>(pattern: &LazyLock<Option<Regex>>, text: &'t str) -> Option<&'t str> {
    Some(LazyLock::force(pattern).as_ref()?.captures(text)?.get(1)?.as_str())
}

/// Whether a text begins with such a header.
pub(super) fn is_wire(head: &str) -> bool {
    let bare = head.trim_start();
    number(&IPTC_HEADER, bare).is_some() || number(&ANPA_HEADER, head).is_some()
}

/// Reads every message of a file: each begins with SOH (0x01), or is the whole file.
pub(super) fn read(text: &str) -> Vec<Result<Draft, ArticleError>> {
    let messages: Vec<&str> = text.split('\u{1}').filter(|it| has_text(it)).collect();
    let drafts = messages.into_iter().map(|message| {
        let draft = match number(&ANPA_HEADER, message) {
            Some(number) => anpa::read(message, number),
            None => iptc7901::read(message, number(&IPTC_HEADER, message.trim_start())),
        };
        let killed = !draft.details.status.permits();
        if draft.paragraphs.is_empty() && !killed { Err(ArticleError::NoText) } else { Ok(draft) }
    });
    drafts.collect()
}

fn has_text(message: &str) -> bool {
    message.chars().any(char::is_alphanumeric)
}

/// Letters, marks and tabs; the codes of the line go.
fn without_controls(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control() || *letter == '\t').collect()
}

#[cfg(test)]
mod tests;

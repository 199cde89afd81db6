//! Sentence and source → findings on capital letters and on Turkish İ, i, I and ı.

use std::collections::HashSet;

use crate::analysis::lexicon::Lexicon;
use crate::analysis::name_marks::is_title_case;
use crate::analysis::passage::{Passage, Source};
use crate::analysis::tokens::{Kind, lower_case};
use crate::checks::{Check, Draft};
use crate::document::Severity;
use crate::language::Language;

/// Turkish and Russian write a headline like any sentence; all-capitals are for no language.
pub fn check(sentence: &Passage, source: Option<&Source>, lexicon: &Lexicon) -> Vec<Draft> {
    let mut found = Vec::new();
    let words: Vec<_> = sentence
        .tokens
        .iter()
        .filter(|t| t.kind == Kind::Word && t.text.chars().count() > 2)
        .collect();
    let shouting =
        words.len() >= 4 && words.iter().all(|token| !token.text.chars().any(char::is_lowercase));
    if shouting {
        found.push(Draft::new(
            Check::Casing,
            Severity::Warning,
            "everything is in capital letters",
        ));
    } else if lexicon.language != Language::English && is_title_case(sentence, lexicon) {
        found.push(Draft::new(
            Check::Casing,
            Severity::Warning,
            "every word begins with a capital letter",
        ));
    }
    if lexicon.language == Language::Turkish {
        found.extend(turkish(sentence, source));
    }
    found
}

fn turkish(sentence: &Passage, source: Option<&Source>) -> Vec<Draft> {
    let known: HashSet<&str> = source
        .map(|source| source.tokens().map(|token| token.lower.as_str()).collect())
        .unwrap_or_default();
    let folded: HashSet<String> = known.iter().map(|word| fold(word)).collect();
    let mut found = Vec::new();
    for token in sentence.tokens.iter().filter(|token| token.kind == Kind::Word) {
        // U+0307 is what a lower-casing without Turkish rules makes of İ.
        if token.text.contains("i\u{307}") {
            let message =
                format!("\"{}\" has a dot too many: İ was lower-cased wrongly", token.text);
            found.push(
                Draft::new(Check::Casing, Severity::Error, message).at(token.start, token.end),
            );
            continue;
        }
        let dots = token.lower.contains(['ı', 'i']);
        let english = lower_case(&token.text, Language::English);
        if dots
            && !known.contains(token.lower.as_str())
            && english != token.lower
            && known.contains(english.as_str())
        {
            let message = format!("\"{}\" is written with İ or i in the article", token.text);
            found.push(
                Draft::new(Check::Casing, Severity::Warning, message).at(token.start, token.end),
            );
        } else if !known.contains(token.lower.as_str())
            && token.lower.is_ascii()
            && token.lower.len() >= 4
            && folded.contains(&token.lower)
        {
            let message = format!("\"{}\" has lost its Turkish letters", token.text);
            found.push(
                Draft::new(Check::Casing, Severity::Warning, message).at(token.start, token.end),
            );
        }
    }
    found
}

/// Turkish letters without their marks; only words that have one are kept apart by the caller.
fn fold(word: &str) -> String {
    word.chars()
        .map(|letter| match letter {
            'ı' => 'i',
            'ş' => 's',
            'ğ' => 'g',
            'ç' => 'c',
            'ö' => 'o',
            'ü' => 'u',
            'â' => 'a',
            other => other,
        })
        .collect()
}

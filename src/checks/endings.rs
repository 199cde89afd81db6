//! Sentence → findings on text that stops in the middle.

use crate::analysis::lexicon::Lexicon;
use crate::analysis::passage::Passage;
use crate::checks::{Check, Draft};
use crate::document::Severity;

/// A sentence must end in a closing mark, not in a word that asks for more.
pub fn check(sentence: &Passage, lexicon: &Lexicon) -> Option<Draft> {
    let last = sentence.tokens.iter().rev().find(|token| !token.is_mark("\"”»’')]*“"))?;
    let unfinished = |severity, message: &str| {
        Some(Draft::new(Check::Unfinished, severity, message).at(last.start, last.end))
    };
    if last.is_mark(".!?") {
        let dots = sentence.text.trim_end().trim_end_matches(['"', '”', '»']).ends_with("..");
        return if dots {
            unfinished(Severity::Warning, "the sentence trails off")
        } else {
            open(sentence)
        };
    }
    if last.is_mark("…") {
        return unfinished(Severity::Warning, "the sentence trails off");
    }
    if last.is_mark(":") {
        return unfinished(Severity::Warning, "the sentence announces something and stops");
    }
    if dangles(&last.lower, lexicon) || last.is_mark(",;-–—(") {
        return unfinished(Severity::Error, "the sentence stops in the middle");
    }
    unfinished(Severity::Error, "the sentence has no end mark; it may be cut off")
}

/// A headline needs no end mark, but it must not stop at a word that asks for more.
pub fn check_headline(headline: &Passage, lexicon: &Lexicon) -> Option<Draft> {
    let last = headline.tokens.last()?;
    (dangles(&last.lower, lexicon) || last.is_mark(",;-–—(:")).then(|| {
        Draft::new(Check::Unfinished, Severity::Warning, "the headline stops in the middle")
            .at(last.start, last.end)
    })
}

fn dangles(word: &str, lexicon: &Lexicon) -> bool {
    lexicon.list("dangling").iter().any(|other| other == word)
}

/// Quotation marks and brackets that are opened and never closed.
fn open(sentence: &Passage) -> Option<Draft> {
    let count = |marks: &str| sentence.tokens.iter().filter(|token| token.is_mark(marks)).count();
    let unbalanced = count("\"") % 2 == 1 || count("«") != count("»") || count("(") != count(")");
    unbalanced.then(|| {
        Draft::new(Check::Unfinished, Severity::Warning, "a quotation or bracket is not closed")
    })
}

//! Brief sentence and source → findings on quotations that are not the source's words.

use std::ops::Range;

use crate::analysis::inflection::same_word;
use crate::analysis::passage::{Passage, Source};
use crate::analysis::quotation::quoted;
use crate::analysis::tokens::{Kind, Token};
use crate::checks::{Check, Draft};
use crate::document::Severity;
use crate::language::Language;

/// Up to so many quoted words may be inflected by the sentence around them.
const INFLECTED_WORDS: usize = 3;

/// Words in quotation marks must stand in the source in this order.
pub fn check(sentence: &Passage, source: &Source) -> Vec<Draft> {
    let words: Vec<&Token> = source.tokens().filter(|token| token.kind != Kind::Mark).collect();
    let mut found = Vec::new();
    for range in quoted(&sentence.tokens) {
        let tokens = &sentence.tokens[range.clone()];
        let parts = parts(tokens);
        let draft = |severity, message: String| {
            Draft::new(Check::Quotes, severity, message)
                .at(tokens[0].start, tokens[tokens.len() - 1].end)
        };
        let text: String = spelled(sentence, &range);
        if let Some(part) = parts.iter().find(|part| !stands_in(part, &words, sentence.language)) {
            let missing: Vec<&str> = part.iter().map(|token| token.text.as_str()).collect();
            let message =
                format!("the quoted words \"{}\" are not in the article", missing.join(" "));
            found.push(draft(Severity::Error, message));
        } else if parts.iter().map(Vec::len).sum::<usize>() >= 4 && !quoted_in(&parts, source) {
            let message = format!("the article has \"{text}\", but not as a quotation");
            found.push(draft(Severity::Warning, message));
        }
    }
    found
}

/// Runs of words between marks of omission and inserted explanations in brackets.
fn parts(tokens: &[Token]) -> Vec<Vec<&Token>> {
    let mut parts: Vec<Vec<&Token>> = vec![Vec::new()];
    let mut bracketed = false;
    for (at, token) in tokens.iter().enumerate() {
        let dots = token.is_mark("…")
            || (token.is_mark(".") && tokens.get(at + 1).is_some_and(|next| next.is_mark(".")));
        if token.is_mark("[(") || dots || token.is_mark("])") {
            bracketed = if dots { bracketed } else { token.is_mark("[(") };
            parts.push(Vec::new());
        } else if token.kind != Kind::Mark && !bracketed {
            parts.last_mut().into_iter().for_each(|part| part.push(token));
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn same(left: &Token, right: &Token) -> bool {
    left.lower == right.lower && (left.suffix == right.suffix || right.suffix.is_empty())
}

fn stands_in(part: &[&Token], words: &[&Token], language: Language) -> bool {
    let exact = words.windows(part.len()).any(|window| {
        window.iter().zip(part).enumerate().all(|(at, (word, quoted))| {
            // The last word may have lost or gained the ending of the sentence around it.
            same(word, quoted) || (at + 1 == part.len() && word.lower == quoted.lower)
        })
    });
    exact
        || (part.len() <= INFLECTED_WORDS
            && words.windows(part.len()).any(|window| {
                window
                    .iter()
                    .zip(part)
                    .all(|(word, quoted)| same_word(&word.lower, &quoted.lower, language))
            }))
}

/// Some quotation of the source holds the words; scraped texts lose marks, so a title counts too.
fn quoted_in(parts: &[Vec<&Token>], source: &Source) -> bool {
    let mut inside = Vec::new();
    for passage in &source.passages {
        for range in quoted(&passage.tokens) {
            inside.extend(passage.tokens[range].iter().filter(|token| token.kind != Kind::Mark));
        }
        // A quotation that goes on over several sentences leaves one mark open.
        let marks = passage.tokens.iter().filter(|token| token.is_mark("\"“”«»„")).count();
        if marks % 2 == 1 || marks == 0 {
            inside.extend(passage.tokens.iter().filter(|token| token.kind != Kind::Mark));
        }
    }
    parts.iter().all(|part| stands_in(part, &inside, source.language))
}

fn spelled(sentence: &Passage, range: &Range<usize>) -> String {
    let (start, end) = (sentence.tokens[range.start].start, sentence.tokens[range.end - 1].end);
    sentence.text.chars().skip(start).take(end - start).collect()
}

/// A quotation of the translation needs a quotation in the source; names in marks are free.
pub fn check_across(source: &Passage, translation: &Passage) -> Vec<Draft> {
    let theirs = quoted(&source.tokens);
    let speech = source.tokens.iter().any(|token| token.is_mark("\"“”«»„'‘’"));
    let mut found = Vec::new();
    for range in quoted(&translation.tokens) {
        let tokens = &translation.tokens[range.clone()];
        let words = tokens.iter().filter(|token| token.kind == Kind::Word).count();
        let name = words <= 5 && tokens.iter().any(|token| token.is_capitalised());
        if words < 3 || name {
            continue;
        }
        let invented = !speech;
        let longest = theirs.iter().map(|range| range.len()).max().unwrap_or_default();
        let stretched = !theirs.is_empty() && tokens.len() > 3 * longest + 6;
        let severity = if words >= 4 { Severity::Error } else { Severity::Warning };
        if invented || stretched {
            let text = spelled(translation, &range);
            let message = format!("the source does not quote what stands as \"{text}\"");
            found.push(
                Draft::new(Check::Quotes, severity, message)
                    .at(tokens[0].start, tokens[tokens.len() - 1].end),
            );
        }
    }
    found
}

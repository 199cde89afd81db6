//! What a model wrote → what can be shown, with a finding for everything that was changed. Pure.

use super::parse::{Draft, is_finished};
use crate::analysis::loops;
use crate::document::form::{HEADLINE_CHARACTERS, Length, Style, fit_headline, words};
use crate::document::{Check, Finding, Severity};
use crate::engine::StopReason;
use crate::language::{Detected, Language, detect};

/// A draft after polishing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Polished {
    pub headline: String,
    pub sentences: Vec<String>,
    pub findings: Vec<Finding>,
}

/// What a brief is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    pub language: Language,
    pub style: Style,
    pub length: Length,
    /// Words of the article: a short one cannot give a long brief.
    pub article_words: usize,
}

/// Leaves out the unfinished, the repeated and the superfluous, and sees to the headline.
/// `None` when nothing is left.
pub fn polish(
    draft: Draft,
    stop: StopReason,
    measure: Measure,
    title: Option<&str>,
) -> Option<Polished> {
    let mut findings = Vec::new();
    let had_sentences = !draft.sentences.is_empty();
    let sentences = finished(draft.sentences, stop, &mut findings);
    let (sentences, repeats) = loops::without_repeats(sentences, measure.language);
    if repeats > 0 || stop == StopReason::Repetition {
        findings.push(Finding::new(
            Check::Repetition,
            Severity::Warning,
            "the model repeated itself; the repetition was left out",
        ));
    }
    let sentences = no_longer_than(sentences, measure, &mut findings);
    if had_sentences && sentences.is_empty() {
        return None;
    }
    let headline = headline(draft.headline, title, &sentences, &mut findings)?;
    short_or_long(&sentences, measure, &mut findings);
    let polished = Polished { headline, sentences, findings };
    Some(with_language_finding(polished, measure.language))
}

/// Sentences up to the last whole one, when the model was stopped before it was done.
fn finished(
    mut sentences: Vec<String>,
    stop: StopReason,
    findings: &mut Vec<Finding>,
) -> Vec<String> {
    let cut_short = match stop {
        StopReason::TokenLimit => true,
        StopReason::Repetition => false,
        StopReason::EndOfText | StopReason::StopString => return sentences,
    };
    if sentences.last().is_some_and(|last| !is_finished(last)) {
        sentences.pop();
    }
    if cut_short {
        findings.push(Finding::new(
            Check::Truncated,
            Severity::Warning,
            "the answer reached the token limit; it ends at its last whole sentence",
        ));
    }
    sentences
}

/// At most the sentences and words that were asked for, whole sentences from the front.
fn no_longer_than(
    mut sentences: Vec<String>,
    measure: Measure,
    findings: &mut Vec<Finding>,
) -> Vec<String> {
    let before = sentences.len();
    let (few, many) = measure.length.sentences().into_inner();
    let (_, most_words) = measure.length.words().into_inner();
    // Bullets are shorter than sentences of running text.
    let many = if measure.style == Style::Bullets { many + 2 } else { many };
    sentences.truncate(many);
    while sentences.len() > few.max(1) && count(&sentences) > most_words {
        sentences.pop();
    }
    let dropped = before - sentences.len();
    if dropped > 0 {
        findings.push(Finding::new(
            Check::Length,
            Severity::Note,
            format!("the model wrote {before} sentences; the last {dropped} were left out"),
        ));
    }
    sentences
}

/// The model's headline; else the article's own title; else the first sentence.
fn headline(
    headline: Option<String>,
    title: Option<&str>,
    sentences: &[String],
    findings: &mut Vec<Finding>,
) -> Option<String> {
    let (text, instead) = match (headline, title) {
        (Some(text), _) if !loops::loops(&text) => (text, None),
        (_, Some(title)) => (title.to_string(), Some("it is the article's title")),
        _ => (
            sentences.first()?.trim_end_matches('.').to_string(),
            Some("it was made from the first sentence"),
        ),
    };
    let fitted = fit_headline(&text);
    let message = match (instead, fitted == text) {
        (Some(instead), _) => format!("the model gave no headline; {instead}"),
        (None, false) => format!(
            "the headline had {} characters and was shortened to at most {HEADLINE_CHARACTERS}",
            text.chars().count()
        ),
        (None, true) => return Some(fitted),
    };
    findings.push(Finding::new(Check::Headline, Severity::Note, message));
    Some(fitted)
}

fn short_or_long(sentences: &[String], measure: Measure, findings: &mut Vec<Finding>) {
    if measure.style == Style::Headline {
        return;
    }
    let written = count(sentences);
    let (least, most) = measure.length.words().into_inner();
    let reachable = measure.article_words >= 2 * least;
    let message = if written < least && reachable {
        format!("the brief has {written} words; at least {least} were asked for")
    } else if written > most {
        format!("the brief has {written} words; at most {most} were asked for")
    } else {
        return;
    };
    findings.push(Finding::new(Check::Length, Severity::Warning, message));
}

/// The language of what came out, found again.
fn with_language_finding(mut polished: Polished, wanted: Language) -> Polished {
    let body = polished.sentences.join(" ");
    let text = if body.is_empty() { &polished.headline } else { &body };
    let found = match detect(text).language {
        Detected::Known(language) if language != wanted => language.name(),
        Detected::Other(name) => name,
        Detected::Known(_) | Detected::Undetermined => return polished,
    };
    polished.findings.push(Finding::new(
        Check::Language,
        Severity::Error,
        format!("the brief is in {found} where {} was asked for", wanted.name()),
    ));
    polished
}

fn count(sentences: &[String]) -> usize {
    sentences.iter().map(|sentence| words(sentence)).sum()
}

#[cfg(test)]
mod tests;

//! What a model answered → headline and sentences. Pure.
//!
//! Models are asked for the headline on the first line and the brief below it. Small ones add
//! labels, Markdown, quotation marks, numbers or a sentence of introduction; all of that is
//! understood and left out.

use crate::document::form::Style;
use crate::language::Language;
use crate::prompt::residue;
use crate::segment::sentences_of;

/// A brief as the model meant it, before any check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// `None` when the answer had none.
    pub headline: Option<String>,
    pub sentences: Vec<String>,
}

/// What a line is, after its decoration is taken off.
#[derive(Debug, PartialEq, Eq)]
enum Line<'a> {
    Headline(&'a str),
    Body(&'a str),
    Plain(&'a str),
}

// In lower case, with a dot on every i.
const HEADLINE_LABELS: [&str; 6] =
    ["headline", "the headline", "title", "başlik", "baslik", "заголовок"];

const BODY_LABELS: [&str; 14] = [
    "brief",
    "news brief",
    "summary",
    "body",
    "text",
    "özet",
    "ozet",
    "haber özeti",
    "metin",
    "заметка",
    "кратко",
    "сводка",
    "краткое содержание",
    "текст",
];

/// Longest first line that is taken for a headline, in characters; a longer one is the brief.
const LONGEST_FIRST_LINE: usize = 140;

/// Reads an answer. `None` when nothing in it can be a brief of this style.
pub fn parse(answer: &str, language: Language, style: Style) -> Option<Draft> {
    let (text, _) = residue::strip(answer);
    let lines: Vec<&str> = text.lines().map(bare_line).filter(|line| !line.is_empty()).collect();
    let lines = without_introduction(&lines);
    let (headline, body) = split(lines, style);
    let headline = headline.map(bare_headline).filter(|text| has_letters(text));
    let mut sentences = Vec::new();
    if style != Style::Headline {
        for paragraph in paragraphs(&body, style) {
            sentences.extend(sentences_of(&paragraph, language));
        }
        sentences.retain(|sentence| has_letters(sentence));
        if sentences.is_empty() {
            return None;
        }
    } else if headline.is_none() {
        return None;
    }
    Some(Draft { headline, sentences })
}

/// Whether a sentence ends like one, closing quotation marks and brackets aside.
pub fn is_finished(sentence: &str) -> bool {
    let inner = sentence.trim_end().trim_end_matches(['"', '\'', '”', '’', '»', ')', ']', '*']);
    inner.ends_with(['.', '!', '?', '…', ':', ';']) && !inner.ends_with([':', ';'])
}

fn has_letters(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

/// Divides lines into the headline and what belongs to the brief.
fn split<'a>(lines: &[&'a str], style: Style) -> (Option<&'a str>, Vec<&'a str>) {
    let mut headline = None;
    let mut body = Vec::new();
    // A label that stands alone speaks of the line below it.
    let mut headline_comes = false;
    for (index, line) in lines.iter().enumerate() {
        match labelled(line) {
            Line::Headline("") => headline_comes = true,
            Line::Headline(text) if headline.is_none() => headline = Some(text),
            // A second headline begins another example; the brief ends before it.
            Line::Headline(_) => break,
            Line::Body(text) => {
                headline_comes = false;
                body.push(text);
            }
            Line::Plain(text) if headline_comes => {
                headline = Some(text);
                headline_comes = false;
            }
            Line::Plain(text) => {
                let first = index == 0 && headline.is_none();
                let alone = lines.len() == 1 && style != Style::Headline;
                if first && !alone && text.chars().count() <= LONGEST_FIRST_LINE {
                    headline = Some(text);
                } else {
                    body.push(text);
                }
            }
        }
    }
    body.retain(|text| !text.is_empty());
    (headline, body)
}

/// Bullets are one sentence group each; running text may be broken into lines anywhere.
fn paragraphs(body: &[&str], style: Style) -> Vec<String> {
    match style {
        Style::Bullets => body.iter().map(|line| line.to_string()).collect(),
        Style::Wire | Style::Headline => {
            // A line that ends a sentence stays apart from the next one.
            let mut paragraphs: Vec<String> = Vec::new();
            for line in body {
                match paragraphs.last_mut() {
                    Some(last) if !is_finished(last) => {
                        last.push(' ');
                        last.push_str(line);
                    }
                    _ => paragraphs.push(line.to_string()),
                }
            }
            paragraphs
        }
    }
}

fn labelled(line: &str) -> Line<'_> {
    let Some((label, rest)) = line.split_once(':') else {
        return Line::Plain(line);
    };
    let label = label.trim_matches(['*', '_', ' ', '"']).to_lowercase();
    let label = label.replace('\u{307}', "").replace('ı', "i");
    let rest = rest.trim().trim_start_matches(['*', '_']).trim();
    if HEADLINE_LABELS.contains(&label.as_str()) {
        Line::Headline(rest)
    } else if BODY_LABELS.contains(&label.as_str()) {
        Line::Body(rest)
    } else {
        Line::Plain(line)
    }
}

/// An introduction ("Here is the brief:") ends in a colon and is followed by more.
fn without_introduction<'a, 'b>(lines: &'b [&'a str]) -> &'b [&'a str] {
    match lines {
        [first, rest @ ..] if first.ends_with(':') && !rest.is_empty() => match labelled(first) {
            Line::Plain(_) => rest,
            Line::Headline(_) | Line::Body(_) => lines,
        },
        _ => lines,
    }
}

/// A line without the marks of Markdown, lists and code around its text.
fn bare_line(line: &str) -> &str {
    let mut line = line.trim();
    if line.starts_with("```") || line.chars().all(|c| matches!(c, '-' | '*' | '_' | '=' | ' ')) {
        return "";
    }
    line = line.trim_start_matches(['#', '>', ' ']);
    for bullet in ["- ", "* ", "• ", "– ", "— ", "· ", "▪ "] {
        line = line.strip_prefix(bullet).unwrap_or(line).trim_start();
    }
    line = without_number(line);
    let emphasis = line.strip_prefix("**").and_then(|inner| inner.strip_suffix("**"));
    emphasis.filter(|inner| !inner.contains("**")).unwrap_or(line).trim()
}

/// "1. " or "2) " at the start of a line is a list's number. "5. gün" is not: there the list
/// would have a capital letter, a quotation mark or a digit after it.
fn without_number(line: &str) -> &str {
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    if digits == 0 || digits > 2 {
        return line;
    }
    let rest = &line[digits..];
    let Some(text) = rest.strip_prefix(". ").or_else(|| rest.strip_prefix(") ")) else {
        return line;
    };
    match text.trim_start().chars().next() {
        Some(first) if !first.is_lowercase() => text.trim_start(),
        _ => line,
    }
}

/// A headline without quotation marks around the whole and without a full stop at its end.
fn bare_headline(text: &str) -> String {
    let mut text = text.replace("**", "");
    for (open, close) in [('"', '"'), ('“', '”'), ('«', '»'), ('\'', '\'')] {
        let inner = text.strip_prefix(open).and_then(|inner| inner.strip_suffix(close));
        if let Some(inner) = inner.filter(|inner| !inner.contains([open, close])) {
            text = inner.to_string();
        }
    }
    let text = text.trim();
    let stopped = text.strip_suffix('.').filter(|rest| !rest.contains('.') && !rest.is_empty());
    stopped.unwrap_or(text).trim().to_string()
}

#[cfg(test)]
mod tests;

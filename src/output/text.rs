//! [`Document`] → text for people: a label, a headline and the sentences of each brief.

use super::marks::{self, Marked};
use super::{Paper, harmless, label, style};
use crate::document::form::Style;
use crate::document::{Brief, Document};
use crate::document::{Finding, Severity};

/// Widest line on a terminal; longer ones are hard to read.
const WIDEST: usize = 88;

/// All briefs, with a blank line between.
pub fn render(document: &Document, paper: Paper) -> String {
    let briefs = document.briefs.iter().map(|one| brief(document, one, paper));
    briefs.collect::<Vec<String>>().join("\n")
}

fn brief(document: &Document, brief: &Brief, paper: Paper) -> String {
    let with_mark = |marked: &Marked| format!("{}{}", marked.text, marked.mark);
    let mut text = format!("{}\n", dim(&label(brief), paper));
    let headline = marks::headline(document, brief);
    if !headline.text.is_empty() {
        text.push_str(&bold(&wrapped(&with_mark(&headline), "", paper), paper));
        text.push('\n');
    }
    let marked = marks::sentences(document, brief);
    let sentences: Vec<String> = marked.iter().map(with_mark).collect();
    match style(brief) {
        Style::Bullets => {
            for sentence in &sentences {
                text.push_str(&format!("- {}\n", wrapped(sentence, "  ", paper)));
            }
        }
        Style::Wire | Style::Headline if sentences.is_empty() => {}
        Style::Wire | Style::Headline => {
            text.push_str(&wrapped(&sentences.join(" "), "", paper));
            text.push('\n');
        }
    }
    if marked.iter().chain([&headline]).any(|one| !one.mark.is_empty()) {
        text.push_str(&dim(&wrapped(marks::EXPLANATION, "", paper), paper));
        text.push('\n');
    }
    text
}

/// A finding in one line: `warning (length, tr): the brief has …`.
pub fn finding(finding: &Finding) -> String {
    let severity = match finding.severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let about = match finding.language {
        Some(language) => format!("{}, {language}", finding.check),
        None => finding.check.clone(),
    };
    let message = harmless(&finding.message).replace('\n', " ");
    format!("{severity} ({about}): {message}")
}

/// Lines broken between words to the width of a terminal; `indent` begins every line but the
/// first.
fn wrapped(text: &str, indent: &str, paper: Paper) -> String {
    let columns = match paper {
        Paper::Terminal { columns } | Paper::PlainTerminal { columns } => columns.min(WIDEST),
        Paper::Pipe => return text.to_string(),
    };
    let mut lines = String::new();
    let mut width = indent.chars().count();
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if lines.is_empty() {
            width += length;
        } else if width + 1 + length > columns {
            lines.push('\n');
            lines.push_str(indent);
            width = indent.chars().count() + length;
        } else {
            lines.push(' ');
            width += 1 + length;
        }
        lines.push_str(word);
    }
    lines
}

fn bold(text: &str, paper: Paper) -> String {
    styled(text, "1", paper)
}

fn dim(text: &str, paper: Paper) -> String {
    styled(text, "2", paper)
}

fn styled(text: &str, code: &str, paper: Paper) -> String {
    match paper {
        Paper::Terminal { .. } => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        Paper::PlainTerminal { .. } | Paper::Pipe => text.to_string(),
    }
}

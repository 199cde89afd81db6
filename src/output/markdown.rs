//! [`Document`] → Markdown: a heading and the sentences of each brief, and where they come from.

use super::marks::{self, Marked};
use super::{harmless, label, style};
use crate::document::form::Style;
use crate::document::{Brief, Document};

/// All briefs under headings of the second level.
pub fn render(document: &Document) -> String {
    let briefs: Vec<String> = document.briefs.iter().map(|one| brief(document, one)).collect();
    let source = match document.article.source.as_str() {
        "-" => "standard input",
        source => source,
    };
    format!("{}\n---\n\nSource: {}\n", briefs.join("\n"), escaped(source))
}

fn brief(document: &Document, brief: &Brief) -> String {
    let with_mark = |marked: &Marked| escaped(&format!("{}{}", marked.text, marked.mark));
    let mut text = String::new();
    let headline = marks::headline(document, brief);
    if headline.text.is_empty() {
        text.push_str(&format!("## {}\n\n", label(brief)));
    } else {
        text.push_str(&format!("## {}\n\n", with_mark(&headline)));
        text.push_str(&format!("*{} · {}*\n", label(brief), escaped(&brief.origin.model)));
    }
    let marked = marks::sentences(document, brief);
    let sentences: Vec<String> = marked.iter().map(with_mark).collect();
    if sentences.is_empty() {
        return text;
    }
    text.push('\n');
    match style(brief) {
        Style::Bullets => {
            for sentence in sentences {
                text.push_str(&format!("- {sentence}\n"));
            }
        }
        Style::Wire | Style::Headline => text.push_str(&format!("{}\n", sentences.join(" "))),
    }
    if marked.iter().chain([&headline]).any(|one| !one.mark.is_empty()) {
        text.push_str(&format!("\n*{}*\n", escaped(marks::EXPLANATION)));
    }
    text
}

/// Text in which nothing is a mark of Markdown.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in harmless(text).chars() {
        if matches!(character, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

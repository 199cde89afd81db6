//! [`Document`] → Markdown: a heading and the sentences of each brief, and where they come from.

use super::{harmless, label, style};
use crate::brief::form::Style;
use crate::brief::{Brief, Document};

/// All briefs under headings of the second level.
pub fn render(document: &Document) -> String {
    let briefs: Vec<String> = document.briefs.iter().map(brief).collect();
    let source = match document.article.source.as_str() {
        "-" => "standard input",
        source => source,
    };
    format!("{}\n---\n\nSource: {}\n", briefs.join("\n"), escaped(source))
}

fn brief(brief: &Brief) -> String {
    let mut text = String::new();
    if brief.headline.is_empty() {
        text.push_str(&format!("## {}\n\n", label(brief)));
    } else {
        text.push_str(&format!("## {}\n\n", escaped(&brief.headline)));
        text.push_str(&format!("*{} · {}*\n", label(brief), escaped(&brief.origin.model)));
    }
    let sentences: Vec<String> =
        brief.sentences.iter().map(|sentence| escaped(&sentence.text)).collect();
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

//! [`Document`] → what people and programs read.

pub mod explain;
pub mod extract;
pub mod html;
pub mod json;
pub mod markdown;
mod marks;
pub mod text;

use crate::document::form::Style;
use crate::document::{Brief, BriefPath, Document};
use crate::language::Language;

/// How results are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Plain text, for people.
    #[default]
    Text,
    /// Text, with each sentence beside what it rests on.
    Explained,
    /// Markdown.
    Markdown,
    /// The schema `bulletin/1`.
    Json,
}

/// What the text is written on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// A terminal so many columns wide, with bold and dim letters.
    Terminal {
        /// Where lines are wrapped.
        columns: usize,
    },
    /// A terminal without them.
    PlainTerminal {
        /// Where lines are wrapped.
        columns: usize,
    },
    /// A pipe or file: no letters but the text's own, and no line broken.
    Pipe,
}

/// The whole document, ending in a line break.
pub fn render(document: &Document, format: Format, paper: Paper) -> anyhow::Result<String> {
    match format {
        Format::Text => Ok(text::render(document, paper)),
        Format::Explained => Ok(explain::render(document, paper)),
        Format::Markdown => Ok(markdown::render(document)),
        Format::Json => json::render(document),
    }
}

/// The name of a language in itself, as the label of a brief.
pub fn own_name(language: Language) -> &'static str {
    match language {
        Language::English => "English",
        Language::Turkish => "Türkçe",
        Language::Russian => "Русский",
    }
}

/// The label over a brief. Briefs that are no model's own are marked.
fn label(brief: &Brief) -> String {
    let name = own_name(brief.language);
    match brief.origin.path {
        BriefPath::Extractive if brief.origin.route.len() > 1 => {
            format!("{name} (translation of sentences of the article)")
        }
        BriefPath::Extractive => format!("{name} (sentences of the article)"),
        BriefPath::Model | BriefPath::Repaired | BriefPath::Trimmed => name.to_string(),
    }
}

/// The style that a brief was asked for, by its settings or by those of its original.
fn style(brief: &Brief) -> Style {
    let settings = &brief.origin.settings;
    let own = settings.get("style");
    let original = || settings.get("original")?.get("settings")?.get("style");
    let named = own.or_else(original).and_then(|value| value.as_str());
    [Style::Bullets, Style::Headline]
        .into_iter()
        .find(|style| Some(style.name()) == named)
        .unwrap_or_default()
}

/// Text without characters that steer terminals or turn the direction of writing.
pub fn harmless(text: &str) -> String {
    let steers = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().filter(|c| !steers(*c)).collect()
}

#[cfg(test)]
mod tests;

//! A paragraph → whether it belongs to the page and not to the article: contact links, share
//! prompts, consent and paywall notes, newsletters, copyright lines, pointers to other stories.

mod tables;

use super::{Marked, excerpt};
use crate::language::{Language, lowercase};
use tables::{END_LABELS, FURNITURE, SECTION_LABELS};

/// Words in a prompt such as "Read more: …".
const LONGEST_PROMPT: usize = 30;

/// Words in a consent text or a newsletter's advertisement.
const LONGEST_NOTICE: usize = 75;

/// Whether a paragraph is page furniture.
pub(in crate::article) fn is_boilerplate(text: &str) -> bool {
    furniture_name(text).is_some()
}

/// Whether a line is the heading of a box of other stories.
pub(in crate::article) fn is_section_label(text: &str) -> bool {
    lowered(text).iter().any(|line| SECTION_LABELS.split('|').any(|label| label == bare(line)))
}

/// Whether a heading starts what comes after an article: `Comments (3)`, `12 Yorum`.
pub(in crate::article) fn ends_content(heading: &str) -> bool {
    let without_count: String = heading
        .chars()
        .filter(|character| !character.is_ascii_digit() && !"()[]".contains(*character))
        .collect();
    let lines = lowered(&without_count);
    lines.iter().any(|line| END_LABELS.split('|').any(|label| label == bare(line)))
}

/// Drops furniture from the paragraphs, with a note for each kind.
pub(super) fn drop_furniture(paragraphs: &mut Vec<Marked>, notes: &mut Vec<String>) {
    drop_teasers_at_end(paragraphs, notes);
    paragraphs.retain(|paragraph| match furniture_name(&paragraph.text) {
        Some(name) => {
            notes.push(format!("Dropped {name}: “{}”.", excerpt(&paragraph.text)));
            false
        }
        None => true,
    });
}

/// A label such as "Related stories" with nothing but titles below it, down to the end.
fn drop_teasers_at_end(paragraphs: &mut Vec<Marked>, notes: &mut Vec<String>) {
    let label = paragraphs.iter().position(|paragraph| is_section_label(&paragraph.text));
    let Some(label) = label.filter(|label| *label > 0) else { return };
    let is_title = |paragraph: &Marked| {
        !paragraph.text.ends_with(['.', '!', '…', '"', '”', '»'])
            || furniture_name(&paragraph.text).is_some()
    };
    if paragraphs[label + 1..].iter().all(is_title) {
        notes.push(format!(
            "Dropped the list of other stories at the end, from “{}” on ({} lines).",
            excerpt(&paragraphs[label].text),
            paragraphs.len() - label
        ));
        paragraphs.truncate(label);
    }
}

fn furniture_name(text: &str) -> Option<&'static str> {
    let words = text.split_whitespace().count();
    if words > LONGEST_NOTICE {
        return None;
    }
    let lines = lowered(text);
    let found = FURNITURE.iter().find(|furniture| {
        lines.iter().any(|lowered| {
            let line = bare(lowered);
            let begins = |beginning: &&str| {
                // The marks at its own start were taken off the bare line.
                line.starts_with(beginning) || lowered.trim_start().starts_with(beginning)
            };
            furniture.lines.contains(&line)
                || (words <= LONGEST_PROMPT && furniture.beginnings.iter().any(begins))
                || furniture.parts.iter().any(|parts| parts.iter().all(|part| line.contains(part)))
        })
    });
    found.map(|furniture| furniture.name)
}

/// No marks or arrows at the ends.
fn bare(text: &str) -> &str {
    text.trim_matches(|character: char| !character.is_alphanumeric())
}

/// Lower case as English and Russian have it; and as Turkish has it, where that differs, since the
/// furniture may be in another language than the text.
fn lowered(text: &str) -> Vec<String> {
    let mut lines = vec![lowercase(text, Language::English)];
    if text.contains(['I', 'İ']) {
        lines.push(lowercase(text, Language::Turkish));
    }
    lines
}

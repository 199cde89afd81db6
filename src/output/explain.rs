//! [`Document`] → each sentence of the original brief beside the sentences of the article that it
//! rests on, for people who check.

use super::{Paper, harmless, text};
use crate::article::Article;
use crate::brief::{Brief, Document, Evidence};

/// The briefs as text, and under those in the article's own language what each sentence rests on.
pub fn render(document: &Document, paper: Paper) -> String {
    let mut shown = text::render(document, paper);
    let own = document.briefs.iter().filter(|brief| brief.language == document.article.language);
    for brief in own {
        shown.push_str("\nWhat each sentence rests on\n");
        shown.push_str(&grounds(brief, &document.article));
    }
    shown
}

fn grounds(brief: &Brief, article: &Article) -> String {
    let mut shown = String::new();
    for (number, sentence) in brief.sentences.iter().enumerate() {
        shown.push_str(&format!("\n{}. {}\n", number + 1, harmless(&sentence.text)));
        if sentence.evidence.is_empty() {
            shown.push_str("   nothing in the article\n");
        }
        for place in &sentence.evidence {
            if let Some(source) = quoted(article, place) {
                let paragraph = place.paragraph + 1;
                shown.push_str(&format!("   paragraph {paragraph}: {}\n", harmless(&source)));
            }
        }
    }
    shown
}

/// The characters of the article that `place` names.
fn quoted(article: &Article, place: &Evidence) -> Option<String> {
    let paragraph = article.paragraphs.get(place.paragraph)?;
    let length = place.end.checked_sub(place.start)?;
    Some(paragraph.chars().skip(place.start).take(length).collect())
}

//! [`Document`] → each sentence of the original brief beside the sentences of the article that it
//! rests on, for people who check.

use super::{Paper, harmless, text};
use crate::article::Article;
use crate::document::{Brief, Document, Entailment};

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
            if let Some(source) = place.text_in(article) {
                let paragraph = place.paragraph + 1;
                shown.push_str(&format!("   paragraph {paragraph}: {}\n", harmless(&source)));
            }
        }
        if let Some(found) = &sentence.entailment {
            shown.push_str(&judged(found));
        }
    }
    shown
}

/// What the entailment model says, in percent.
fn judged(found: &Entailment) -> String {
    let percent = |share: f32| (share * 100.0).round();
    let against = found
        .contradiction
        .map_or(String::new(), |share| format!(", contradiction {} %", percent(share)));
    format!("   entailment {} %{against}\n", percent(found.entailment))
}

//! Evidence spans of all briefs of a document → pieces of its paragraphs that can be linked to.

use std::collections::BTreeMap;

use crate::document::{Document, Evidence};

/// Which pieces of which paragraph carry an id. Spans that overlap share one piece.
pub struct Anchors {
    article: String,
    /// Paragraph → sorted spans of characters, none touching another.
    spans: BTreeMap<usize, Vec<(usize, usize)>>,
}

/// A run of a paragraph; with an id where evidence points at it.
#[derive(Debug, PartialEq, Eq)]
pub struct Piece {
    pub id: Option<String>,
    pub text: String,
}

impl Anchors {
    /// Collects what the briefs point at; spans outside their paragraph are cut to it or dropped.
    pub fn of(document: &Document) -> Self {
        let mut spans: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
        let sentences = document.briefs.iter().flat_map(|brief| &brief.sentences);
        for evidence in sentences.flat_map(|sentence| &sentence.evidence) {
            let Some(paragraph) = document.article.paragraphs.get(evidence.paragraph) else {
                continue;
            };
            let end = evidence.end.min(paragraph.chars().count());
            if evidence.start < end {
                spans.entry(evidence.paragraph).or_default().push((evidence.start, end));
            }
        }
        for list in spans.values_mut() {
            list.sort_unstable();
            *list = merged(list);
        }
        Self { article: document.article.id.clone(), spans }
    }

    /// Ids that a sentence links to, in the order of its evidence, each once.
    pub fn targets(&self, evidence: &[Evidence]) -> Vec<String> {
        let mut targets = Vec::new();
        for place in evidence {
            let Some(spans) = self.spans.get(&place.paragraph) else { continue };
            let holder = spans.iter().find(|(start, end)| (*start..*end).contains(&place.start));
            let Some(&(start, _)) = holder else { continue };
            let id = self.id(place.paragraph, start);
            if !targets.contains(&id) {
                targets.push(id);
            }
        }
        targets
    }

    /// The paragraph cut at the borders of its spans; joined, the texts are the paragraph.
    pub fn pieces(&self, number: usize, paragraph: &str) -> Vec<Piece> {
        let characters: Vec<char> = paragraph.chars().collect();
        let text = |start: usize, end: usize| characters[start..end].iter().collect::<String>();
        let mut pieces = Vec::new();
        let mut done = 0;
        for &(start, end) in self.spans.get(&number).into_iter().flatten() {
            if start > done {
                pieces.push(Piece { id: None, text: text(done, start) });
            }
            pieces.push(Piece { id: Some(self.id(number, start)), text: text(start, end) });
            done = end;
        }
        if done < characters.len() {
            pieces.push(Piece { id: None, text: text(done, characters.len()) });
        }
        pieces
    }

    fn id(&self, paragraph: usize, start: usize) -> String {
        format!("{}-{paragraph}-{start}", self.article)
    }
}

fn merged(sorted: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut merged: Vec<(usize, usize)> = Vec::new();
    for &(start, end) in sorted {
        match merged.last_mut() {
            Some(last) if start < last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}

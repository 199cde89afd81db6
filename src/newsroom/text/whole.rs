//! The windows of a text → what is kept of them, and a document.

use serde_json::json;
use sha2::{Digest, Sha256};

use super::window::{Window, shown};
use super::{Kept, TextOptions};
use crate::article::Article;
use crate::document::{Brief, BriefPath, BriefSentence, Document, Evidence, Origin};
use crate::document::{Finding, Severity};
use crate::language::Language;
use crate::translation::carry::Used;

/// What is kept of the windows. Of a text that is written at once, only counts are.
#[derive(Default)]
pub(super) struct Whole {
    pub(super) text: String,
    paragraphs: Vec<String>,
    sentences: Vec<BriefSentence>,
    pub(super) findings: Vec<Finding>,
    /// Sentences that went another way than the text: number and languages.
    detours: Vec<(usize, Vec<Language>)>,
    used: Vec<Used>,
    languages: Vec<Language>,
    pub(super) sentence_count: usize,
    pub(super) has_errors: bool,
}

impl Whole {
    pub(super) fn add(&mut self, window: &Window, options: &TextOptions) {
        self.has_errors |= window.findings.iter().any(|found| found.severity >= Severity::Error);
        let before = self.sentence_count;
        self.sentence_count += window.sentences.len();
        if options.kept == Kept::Nothing {
            return;
        }
        self.findings.extend(window.findings.iter().cloned());
        if options.kept == Kept::Text {
            self.text.push_str(&window.text);
            return;
        }
        let (paragraphs, places) = window.layout.paragraphs_and_places();
        let offset = self.paragraphs.len();
        self.paragraphs.extend(paragraphs);
        let sentences = window.sentences.iter().zip(places).enumerate();
        for (index, (arrived, (paragraph, start, end))) in sentences {
            if arrived.languages != window.languages {
                self.detours.push((before + index, arrived.languages.clone()));
            }
            self.sentences.push(BriefSentence {
                text: shown(arrived, options),
                evidence: vec![Evidence { paragraph: offset + paragraph, start, end }],
                source: Some(arrived.source.clone()),
                logprob: arrived.logprob,
                entailment: None,
            });
        }
        if !window.used.is_empty() {
            (self.used, self.languages) = (window.used.clone(), window.languages.clone());
        }
    }

    /// The text and its translation in the schema. There is no headline.
    pub(super) fn document(
        self,
        source: &str,
        bytes: &[u8],
        from: Language,
        to: Language,
    ) -> Document {
        let digest = Sha256::digest(bytes);
        let sha256: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let article = Article {
            id: sha256[..16].to_string(),
            source: source.to_string(),
            sha256,
            paragraphs: self.paragraphs,
            ..Article::empty(from)
        };
        let used = self.used.last().cloned();
        let mut settings = used.as_ref().map_or(json!({}), |used| used.settings.clone());
        if let (Some(settings), false) = (settings.as_object_mut(), self.detours.is_empty()) {
            let detours = self.detours.iter();
            let detours: Vec<_> = detours
                .map(|(sentence, route)| json!({"sentence": sentence, "route": route}))
                .collect();
            settings.insert("other_routes".to_string(), json!(detours));
        }
        let origin = Origin {
            model: used.as_ref().map_or(String::new(), |used| used.model.clone()),
            revision: used.as_ref().map_or(String::new(), |used| used.revision.clone()),
            prompt_sha256: used.map_or(String::new(), |used| used.prompt_sha256),
            settings,
            route: self.languages,
            path: BriefPath::Model,
        };
        let headline = String::new();
        let brief = Brief { language: to, headline, sentences: self.sentences, origin };
        Document::new(article, vec![brief], self.findings)
    }
}

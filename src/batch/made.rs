//! What a step made, and how it goes into a document and comes out of it again.

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};

use crate::article::Article;
use crate::batch::key::Key;
use crate::document::Finding;
use crate::document::{Brief, Document};
use crate::language::Language;

/// The result of summarising an article, or of carrying its brief into another language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Made {
    /// Language of the brief.
    pub language: Language,
    /// `None` is an honest answer, too: the findings say why there is no brief.
    pub brief: Option<Brief>,
    /// Findings about this brief; those of a summary may also be about the article.
    pub findings: Vec<Finding>,
}

impl Made {
    /// Names the result, so that a journal line can say which text it speaks of.
    pub fn key(&self) -> Key {
        Key::of(&[&serde_json::to_vec(self).unwrap_or_default()])
    }

    /// The same after being written and read. Reading JSON may round a number in its last place,
    /// and what is written must be what is read back, or a resumed run would differ.
    pub fn settled(self) -> Result<Self> {
        let mut text = serde_json::to_vec(&self)?;
        for _ in 0..8 {
            let read: Self = serde_json::from_slice(&text)?;
            let again = serde_json::to_vec(&read)?;
            if again == text {
                return Ok(read);
            }
            text = again;
        }
        bail!("a number in the result cannot be written in JSON")
    }

    /// The part of `document` that the step for `language` made.
    pub fn from_document(document: &Document, language: Language) -> Option<Self> {
        let brief = document.briefs.iter().find(|brief| brief.language == language).cloned();
        let summary = language == document.article.language;
        let findings = document.findings.iter().filter(|finding| {
            finding.language == Some(language) || (summary && finding.language.is_none())
        });
        let findings: Vec<Finding> = findings.cloned().collect();
        (summary || brief.is_some() || !findings.is_empty()).then_some(Self {
            language,
            brief,
            findings,
        })
    }
}

/// A document with a summary and no translation yet.
pub fn document(article: Article, summary: Made) -> Document {
    let mut document = Document::new(article, Vec::new(), Vec::new());
    put(&mut document, summary);
    document
}

/// Puts a result in the place of an earlier one in its language. The order of a document does not
/// depend on the order of the steps: the article's language first, then English, Turkish, Russian.
pub fn put(document: &mut Document, made: Made) {
    remove(document, made.language);
    document.briefs.extend(made.brief);
    document.findings.extend(made.findings);
    let home = document.article.language;
    document.briefs.sort_by_key(|brief| (brief.language != home, brief.language));
    document.findings.sort_by_key(|finding| (finding.language != Some(home), finding.language));
    document.findings.sort_by_key(|finding| finding.language.is_some());
}

/// Briefs and findings of an earlier document that was made from the same summary.
pub fn keep_translations(document: &mut Document, earlier: &Document) {
    for language in Language::ALL {
        let made = Made::from_document(earlier, language);
        if let Some(made) = made.filter(|_| language != document.article.language) {
            put(document, made);
        }
    }
}

/// Takes out the brief in `language` with its findings.
pub fn remove(document: &mut Document, language: Language) {
    let summary = language == document.article.language;
    document.briefs.retain(|brief| brief.language != language);
    document.findings.retain(|finding| {
        finding.language != Some(language) && !(summary && finding.language.is_none())
    });
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::document::Severity;
    use crate::document::{BriefPath, Origin};

    pub(crate) fn made(language: Language, headline: &str, about: &[Option<Language>]) -> Made {
        let origin = Origin {
            model: "m".into(),
            revision: "1".into(),
            prompt_sha256: String::new(),
            settings: serde_json::Value::Null,
            route: vec![language],
            path: BriefPath::default(),
        };
        let finding = |language: &Option<Language>| Finding {
            check: "numbers".into(),
            severity: Severity::Warning,
            message: headline.into(),
            language: *language,
            span: None,
        };
        let brief = Brief { language, headline: headline.into(), sentences: Vec::new(), origin };
        Made { language, brief: Some(brief), findings: about.iter().map(finding).collect() }
    }

    pub(crate) fn article(id: &str, language: Language) -> Article {
        Article {
            id: id.into(),
            source: format!("{id}.txt"),
            paragraphs: vec![format!("The text of {id}.")],
            ..Article::empty(language)
        }
    }

    #[test]
    fn the_order_of_steps_leaves_no_trace_and_results_come_out_as_they_went_in() {
        let summary = made(Language::Turkish, "tr", &[None, Some(Language::Turkish)]);
        let english = made(Language::English, "en", &[Some(Language::English)]);
        let russian = made(Language::Russian, "ru", &[]);
        let start = || document(article("a", Language::Turkish), summary.clone());
        let (mut one, mut other) = (start(), start());
        put(&mut one, english.clone());
        put(&mut one, russian.clone());
        put(&mut other, russian.clone());
        put(&mut other, made(Language::English, "old", &[Some(Language::English)]));
        put(&mut other, english.clone());
        assert_eq!(one, other);
        let order: Vec<&str> = one.briefs.iter().map(|brief| brief.language.code()).collect();
        assert_eq!(order, ["tr", "en", "ru"]);
        for result in [summary, english, russian] {
            let back = Made::from_document(&one, result.language).unwrap();
            assert_eq!(back, result);
            assert_eq!(back.key(), result.key());
        }
        remove(&mut one, Language::English);
        assert_eq!(Made::from_document(&one, Language::English), None);
    }

    #[test]
    fn what_is_written_is_what_is_read_back() {
        let mut result = made(Language::English, "en", &[]);
        let numbers = [0.1f32, 1.0e-7, 3.4e38, 0.333_333_34, 16_777_217.0];
        let doubles: Vec<f64> = numbers.iter().map(|&number| f64::from(number) / 3.0).collect();
        result.brief.as_mut().unwrap().origin.settings = serde_json::json!({ "n": doubles });
        let settled = result.settled().unwrap();
        let text = serde_json::to_vec(&settled).unwrap();
        let back: Made = serde_json::from_slice(&text).unwrap();
        assert_eq!(back.key(), settled.key());
    }

    #[test]
    fn findings_are_part_of_the_result() {
        let plain = made(Language::Turkish, "tr", &[]);
        let marked = made(Language::Turkish, "tr", &[None]);
        assert_ne!(plain.key(), marked.key());
    }
}

//! A short brief: its sentences, what they rest on, and what made it.

use serde::{Deserialize, Serialize};

use crate::article::Article;
use crate::language::Language;

/// A short news brief in one language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Brief {
    /// The language that it is written in.
    pub language: Language,
    /// One line without a full stop.
    pub headline: String,
    /// The brief, sentence by sentence; none of a headline alone.
    pub sentences: Vec<BriefSentence>,
    /// What it was made by.
    pub origin: Origin,
}

/// One sentence of a brief. Later fields are added, none changes its meaning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BriefSentence {
    /// The sentence as it is printed.
    pub text: String,
    /// The places in the article that the sentence rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// In a translation: the sentence of the original that this one says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// In a translation: mean natural log-probability of its tokens under the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logprob: Option<f32>,
    /// Where an entailment model judged it: against the article, or in a translation against
    /// `source`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entailment: Option<Entailment>,
}

impl BriefSentence {
    /// A sentence of which nothing but the text is known.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            evidence: Vec::new(),
            source: None,
            logprob: None,
            entailment: None,
        }
    }
}

/// A sentence of the article, as a span of characters (Unicode scalar values) in one paragraph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The article's paragraph, from 0.
    pub paragraph: usize,
    /// First character in the paragraph.
    pub start: usize,
    /// Past-the-last character in the paragraph.
    pub end: usize,
}

/// What an entailment model says of a sentence: probabilities from 0 to 1, to four places.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entailment {
    /// The highest that any part of the source gives it.
    pub entailment: f32,
    /// The highest of the parts that it rests on; absent when the model has no such answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contradiction: Option<f32>,
    /// The sentences of the article that gave `entailment`; empty for its title, and in translations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub premise: Vec<Evidence>,
}

impl Evidence {
    /// The characters that it names; `None` when it is outside the article.
    pub fn text_in(&self, article: &Article) -> Option<String> {
        let paragraph = article.paragraphs.get(self.paragraph)?;
        let length = self.end.checked_sub(self.start)?;
        Some(paragraph.chars().skip(self.start).take(length).collect())
    }
}

/// What made a brief: enough to make it again, byte for byte.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// Name of the registry entry, or `extractive`.
    pub model: String,
    /// Revision that the registry pins.
    pub revision: String,
    /// SHA-256 of the prompt template's text; empty when no prompt was used.
    pub prompt_sha256: String,
    /// The decoding settings, as they were.
    pub settings: serde_json::Value,
    /// Language codes passed through on the way, the first being the article's: `["tr", "en", "ru"]`.
    pub route: Vec<Language>,
    /// Which way of making it was taken.
    #[serde(default)]
    pub path: BriefPath,
}

/// How a brief came about. Serialised in lower case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BriefPath {
    /// The model's first answer.
    #[default]
    Model,
    /// The model's second answer, after it was told what was wrong with the first.
    Repaired,
    /// An answer of the model without the sentences that failed a check.
    Trimmed,
    /// Sentences of the article, because no answer of the model stood.
    Extractive,
}

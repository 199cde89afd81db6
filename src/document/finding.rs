//! What a person should know about a result before it is published.

use serde::{Deserialize, Serialize};

use super::Check;
use crate::language::Language;

/// How bad a finding is. An error makes the exit code 1; a warning and a note do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Note,
    /// It may be wrong; somebody has to look.
    Warning,
    /// It is wrong; it must not go out as it is.
    Error,
}

/// A place in the text that a finding speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Index of the sentence in the brief; `None` is the headline.
    pub sentence: Option<usize>,
    /// First character, counted in Unicode scalar values from the start of that sentence.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
}

/// Something a person should know about a result before it is published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Short stable name of what it is about ([`Check`]): `numbers`, `language`, `truncated`, …
    pub check: String,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence for people; says what to look at.
    pub message: String,
    /// The language of the brief that it is about; `None` when it is about the article.
    pub language: Option<Language>,
    /// The part that it is about, where it is about one.
    pub span: Option<Span>,
}

impl Finding {
    /// A finding about a whole brief or article.
    pub fn new(check: Check, severity: Severity, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { check: check.name().to_string(), severity, message, language: None, span: None }
    }

    /// Whether it is about this.
    pub fn is(&self, check: Check) -> bool {
        self.check == check.name()
    }

    /// The same finding, said of the brief in `language`.
    pub fn in_language(mut self, language: Language) -> Self {
        self.language = Some(language);
        self
    }
}

/// What keeps a brief back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// A finding that is an error.
    #[default]
    Errors,
    /// A warning, too (`--strict`).
    Warnings,
}

impl Strictness {
    /// Whether `finding` keeps a brief back.
    pub fn refuses(self, finding: &Finding) -> bool {
        match self {
            Strictness::Errors => finding.severity >= Severity::Error,
            Strictness::Warnings => finding.severity >= Severity::Warning,
        }
    }
}

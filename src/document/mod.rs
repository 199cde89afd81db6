//! What bulletin makes: a [`Document`] of an article, its briefs, and the findings about them.

mod brief;
mod check;
mod finding;
pub mod form;

use serde::{Deserialize, Serialize};

use crate::article::Article;

pub use brief::{Brief, BriefPath, BriefSentence, Entailment, Evidence, Origin};
pub use check::Check;
pub use finding::{Finding, Severity, Span, Strictness};

/// The JSON document that `summarise`, `translate` and `batch` write.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The article as it was read.
    pub article: Article,
    /// The brief in the article's language first, then its translations.
    pub briefs: Vec<Brief>,
    /// What was found in all of them.
    pub findings: Vec<Finding>,
    /// What wrote the document.
    pub tool: Tool,
}

impl Document {
    /// A document written by this version of bulletin.
    pub fn new(article: Article, briefs: Vec<Brief>, findings: Vec<Finding>) -> Self {
        let tool =
            Tool { name: "bulletin".to_string(), version: env!("CARGO_PKG_VERSION").to_string() };
        Self { schema: SCHEMA.to_string(), article, briefs, findings, tool }
    }
}

/// The version of [`Document`]: fields may be added under it, none changes its meaning.
pub const SCHEMA: &str = "bulletin/1";

/// The program that wrote a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    pub name: String,
    pub version: String,
}

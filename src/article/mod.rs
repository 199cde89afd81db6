//! Bytes → [`Article`]: charset, one file a format, then cleaning and the language.

pub mod admission;
mod charset;
mod clean;
mod dates;
mod details;
mod error;
mod feed;
mod fields;
mod format;
mod html;
mod json;
mod kind;
mod limits;
mod mail;
pub mod names;
mod newsml;
mod nitf;
mod packed;
mod parts;
mod reader;
mod signals;
mod text;
pub mod timestamps;
mod wire;
mod xml;

pub use clean::clean;
pub use details::{Details, Kind, Status};
pub use error::ArticleError;
pub use fields::FieldMap;
pub use format::Format;
pub use limits::Limits;
pub use reader::Reader;
pub(crate) use signals::names_edition;

use serde::{Deserialize, Serialize};

use crate::language::Language;

/// One cleaned news article.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// Stable name: the same file gives the same id on every run and machine.
    pub id: String,
    /// What sort of text it is.
    #[serde(default)]
    pub kind: Kind,
    /// Headline, when the source has one. Never repeated in `paragraphs`.
    pub title: Option<String>,
    /// The language that most of it is in.
    pub language: Language,
    /// How sure the language is, from 0 to 1, to three places; absent when the user named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language_confidence: Option<f64>,
    /// The date that the source prints, as ISO 8601 where it can be read as one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// What else the source says of it: bylines, sections, status.
    #[serde(flatten)]
    pub details: Details,
    /// Where the bytes came from: a path as the user typed it, a URL, or `-`.
    pub source: String,
    /// SHA-256 of the bytes as read, in lower-case hexadecimal.
    pub sha256: String,
    /// Cleaned paragraphs, without line breaks inside. Evidence spans count characters in these.
    pub paragraphs: Vec<String>,
    /// What cleaning did and what looked odd, one sentence each, for people.
    pub notes: Vec<String>,
}

impl Article {
    /// An article with nothing in it, to be filled.
    pub fn empty(language: Language) -> Self {
        Self {
            id: String::new(),
            kind: Kind::News,
            title: None,
            language,
            language_confidence: None,
            published: None,
            details: Details::default(),
            source: String::new(),
            sha256: String::new(),
            paragraphs: Vec::new(),
            notes: Vec::new(),
        }
    }
}

/// What a format's reader found, before cleaning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Draft {
    /// The source's own id, where it gives one.
    id: Option<String>,
    /// What the source says that it is; else its text tells.
    kind: Option<Kind>,
    title: Option<String>,
    published: Option<String>,
    details: Details,
    /// What the source says that it is written in, as a language tag.
    language: Option<String>,
    paragraphs: Vec<String>,
    notes: Vec<String>,
}

/// Fewest words of body text that are summarised.
const WORDS_TO_SUMMARISE: usize = 25;

/// Reads the one article of a file with everything as usual: see [`Reader`]. `language` is the
/// user's word for it; `None` detects it.
///
/// # Errors
/// Those of [`Reader::read`].
pub fn read(
    source: &str,
    bytes: &[u8],
    language: Option<Language>,
) -> Result<Article, ArticleError> {
    Reader { language, ..Reader::default() }.read(source, bytes)
}

/// Refuses an article with too little text to make a brief of, so that none is invented.
/// Translation does not need this.
pub fn ensure_substance(article: &Article) -> Result<(), ArticleError> {
    let words = article.paragraphs.iter().flat_map(|text| text.split_whitespace()).count();
    if words < WORDS_TO_SUMMARISE {
        return Err(ArticleError::TooShort { words, needed: WORDS_TO_SUMMARISE });
    }
    Ok(())
}

/// The text of a plain file in any encoding that articles may have, with notes on what was read
/// how.
///
/// # Errors
/// `Binary` for what is no text, `NotUtf8` when no encoding is certain.
pub fn decode(bytes: &[u8]) -> Result<(String, Vec<String>), ArticleError> {
    charset::decode_text(bytes).map(|decoded| (decoded.text, decoded.notes))
}

#[cfg(test)]
mod tests;

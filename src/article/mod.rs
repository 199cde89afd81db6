//! Bytes → [`Article`]: charset, one file a format, then cleaning and the language.

mod charset;
mod clean;
mod dates;
mod error;
mod feed;
mod format;
mod html;
mod json;
mod text;

pub use clean::{Cleaned, clean};
pub use error::ArticleError;
pub use format::Format;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::language::{Detected, Language, detect};

/// One cleaned news article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    /// Stable name: the same file gives the same id on every run and machine.
    pub id: String,
    /// Headline, when the source has one. Never repeated in `paragraphs`.
    pub title: Option<String>,
    pub language: Language,
    /// The date that the source prints, as ISO 8601 where it can be read as one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// Where the bytes came from: a path as the user typed it, a URL, or `-`.
    pub source: String,
    /// SHA-256 of the bytes as read, in lower-case hexadecimal.
    pub sha256: String,
    /// Cleaned paragraphs, without line breaks inside. Evidence spans count characters in these.
    pub paragraphs: Vec<String>,
    /// What cleaning did and what looked odd, one sentence each, for people.
    pub notes: Vec<String>,
}

/// One article of a file that may hold several.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What the file calls it (its id, title or line), for messages.
    pub name: String,
    pub article: Result<Article, ArticleError>,
}

/// What a format's reader found, before cleaning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Draft {
    /// The source's own id, where it gives one.
    id: Option<String>,
    title: Option<String>,
    published: Option<String>,
    paragraphs: Vec<String>,
    notes: Vec<String>,
}

/// Characters from the start that the language is told from.
const LETTERS_TO_DETECT: usize = 20_000;

/// Fewest words of body text that are summarised.
const WORDS_TO_SUMMARISE: usize = 25;

/// Reads the one article of a file. `source` is the path as typed, a URL, or `-`; its ending helps
/// to tell the format. `language` is the user's word for it; `None` detects it.
///
/// # Errors
/// Everything in [`ArticleError`] but `TooShort`, which [`ensure_substance`] gives. The messages
/// do not name the file: the caller does.
pub fn read(
    source: &str,
    bytes: &[u8],
    language: Option<Language>,
) -> Result<Article, ArticleError> {
    let mut entries = read_many(source, bytes, language)?;
    match entries.len() {
        0 => Err(ArticleError::NoText),
        1 => entries.remove(0).article,
        count => Err(ArticleError::Several { count }),
    }
}

/// Reads every article of a file: feeds, JSON arrays and JSON Lines may hold several, other
/// formats hold one. An entry that cannot be read does not stop the others.
///
/// # Errors
/// When the file as a whole is empty, binary, wrongly encoded or malformed.
pub fn read_many(
    source: &str,
    bytes: &[u8],
    language: Option<Language>,
) -> Result<Vec<Entry>, ArticleError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ArticleError::Empty);
    }
    let format = Format::of(source, bytes);
    let drafts = match format {
        Format::Html => {
            let page = charset::decode_page(bytes)?;
            vec![Ok(html::read(&page))]
        }
        Format::Text => vec![Ok(text::read_plain(&charset::decode_text(bytes)?))],
        Format::Markdown => vec![Ok(text::read_markdown(&charset::decode_text(bytes)?))],
        Format::Feed => feed::read(&charset::decode_page(bytes)?)?,
        Format::Json => json::read(&charset::decode_text(bytes)?)?,
        Format::JsonLines => json::read_lines(&charset::decode_text(bytes)?)?,
    };
    let sha256 = hexadecimal(&Sha256::digest(bytes));
    let single = drafts.len() == 1;
    Ok(drafts
        .into_iter()
        .enumerate()
        .map(|(place, draft)| {
            let name = entry_name(place, draft.as_ref().ok());
            let article = draft.and_then(|draft| {
                let id = article_id(source, &sha256, &draft, (!single).then_some(place));
                finish(draft, id, source, &sha256, language)
            });
            Entry { name, article }
        })
        .collect())
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

/// Cleans a draft, finds its language, and makes the article.
fn finish(
    draft: Draft,
    id: String,
    source: &str,
    sha256: &str,
    language: Option<Language>,
) -> Result<Article, ArticleError> {
    let raw: String = draft.paragraphs.join("\n");
    if raw.trim().is_empty() {
        return Err(ArticleError::NoText);
    }
    let language = match language {
        Some(language) => language,
        None => find_language(&raw, draft.title.as_deref())?,
    };
    let cleaned = clean(draft.title.as_deref(), &draft.paragraphs, language);
    if cleaned.paragraphs.is_empty() {
        return Err(ArticleError::NoText);
    }
    let mut notes = draft.notes;
    notes.extend(cleaned.notes);
    Ok(Article {
        id,
        title: cleaned.title,
        language,
        published: draft.published,
        source: source.to_string(),
        sha256: sha256.to_string(),
        paragraphs: cleaned.paragraphs,
        notes,
    })
}

fn find_language(text: &str, title: Option<&str>) -> Result<Language, ArticleError> {
    // The beginning decides, however long the text is.
    let end = text.char_indices().nth(LETTERS_TO_DETECT).map_or(text.len(), |(place, _)| place);
    match detect(&text[..end]).language {
        Detected::Known(language) => Ok(language),
        Detected::Other(name) => Err(ArticleError::OtherLanguage { name: name.to_string() }),
        Detected::Undetermined => {
            title.and_then(|title| detect(title).known()).ok_or(ArticleError::UnknownLanguage)
        }
    }
}

/// `stem-1a2b3c4d`: the file's name for people, its content for certainty, and the place of the
/// article when the file holds several.
fn article_id(source: &str, sha256: &str, draft: &Draft, place: Option<usize>) -> String {
    let stem = match &draft.id {
        Some(id) => slug(id),
        None if source == "-" => "stdin".to_string(),
        None => slug(
            std::path::Path::new(source).file_stem().and_then(|stem| stem.to_str()).unwrap_or(""),
        ),
    };
    let stem = if stem.is_empty() { "article".to_string() } else { stem };
    match place {
        Some(place) => format!("{stem}-{}-{}", &sha256[..8], place + 1),
        None => format!("{stem}-{}", &sha256[..8]),
    }
}

/// Letters and digits of any script in lower case, with single hyphens between, 48 at most.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    for character in text.chars().flat_map(char::to_lowercase) {
        if character.is_alphanumeric() {
            slug.push(character);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug: String = slug.chars().take(48).collect();
    slug.trim_end_matches('-').to_string()
}

fn entry_name(place: usize, draft: Option<&Draft>) -> String {
    draft
        .and_then(|draft| draft.id.clone().or_else(|| draft.title.clone()))
        .unwrap_or_else(|| format!("entry {}", place + 1))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;

//! Bytes of a file → its articles: the format, its reader, cleaning, the language and the name.

use sha2::{Digest, Sha256};

use super::timestamps::normalise;
use super::{Article, ArticleError, Draft, FieldMap, Kind, Limits, charset, clean, kind, names};
use crate::language::{Detected, Language, detect};

/// Characters from the start that the language is told from.
const LETTERS_TO_DETECT: usize = 20_000;

/// Longest readable part of an article's name.
const LONGEST_STEM: usize = 48;

/// How files are read.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    /// The user's word for what all articles are written in; `None` detects it.
    pub language: Option<Language>,
    /// Which keys of JSON objects hold what.
    pub fields: FieldMap,
    /// How much is read.
    pub limits: Limits,
}

/// One article of a file that may hold several.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What the file calls it (its id, title or line), for messages.
    pub name: String,
    pub article: Result<Article, ArticleError>,
}

impl Reader {
    /// Reads the one article of a file. `source` is the path as typed, a URL, or `-`; its ending
    /// helps to tell the format.
    ///
    /// # Errors
    /// Everything in [`ArticleError`] but `TooShort`, which
    /// `ensure_substance` gives. The messages do not name the file: the
    /// caller does.
    pub fn read(&self, source: &str, bytes: &[u8]) -> Result<Article, ArticleError> {
        let mut entries = self.read_many(source, bytes)?;
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
    pub fn read_many(&self, source: &str, bytes: &[u8]) -> Result<Vec<Entry>, ArticleError> {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(ArticleError::Empty);
        }
        let parts = self.parts(source, bytes)?;
        let sha256 = hexadecimal(&Sha256::digest(bytes));
        let single = parts.len() == 1;
        let entries = parts.into_iter().enumerate().map(|(place, part)| {
            let name = part.name(place);
            let article = part.draft.and_then(|draft| {
                let id = article_id(source, &sha256, &draft, (!single).then_some(place));
                let article = self.finish(draft)?;
                let (source, sha256) = (source.to_string(), sha256.clone());
                Ok(Article { id, source, sha256, ..article })
            });
            Entry { name, article }
        });
        Ok(entries.collect())
    }

    /// Cleans a draft, finds its language, and makes the article, still without name and source.
    fn finish(&self, draft: Draft) -> Result<Article, ArticleError> {
        let draft = repair(draft);
        let raw: String = draft.paragraphs.join("\n");
        if raw.trim().is_empty() {
            return self.withdrawn(draft);
        }
        let (language, language_confidence) = self.language_of(&draft, &raw)?;
        let mixed = match self.language {
            Some(_) => Vec::new(),
            None => other_paragraphs(&languages(&draft.paragraphs))?,
        };
        let cleaned = clean(draft.title.as_deref(), &draft.paragraphs, language);
        if cleaned.paragraphs.is_empty() {
            return Err(ArticleError::NoText);
        }
        let mut notes = draft.notes;
        notes.extend(cleaned.notes);
        let mut details = draft.details;
        details.dateline = details.dateline.or(cleaned.dateline);
        let one_form = |time: String| normalise(&time).unwrap_or(time);
        details.updated = details.updated.map(one_form);
        notes.extend(mixed);
        note_damage(&cleaned.paragraphs, &mut notes)?;
        let kind = draft
            .kind
            .unwrap_or_else(|| kind::of(cleaned.title.as_deref(), &cleaned.paragraphs, &details));
        Ok(Article {
            kind,
            title: cleaned.title,
            language_confidence,
            published: draft.published.map(one_form),
            details,
            paragraphs: cleaned.paragraphs,
            notes,
            ..Article::empty(language)
        })
    }
}

impl Reader {
    /// The language that the user named, or that the text shows, with how sure that is.
    fn language_of(
        &self,
        draft: &Draft,
        raw: &str,
    ) -> Result<(Language, Option<f64>), ArticleError> {
        if let Some(language) = self.language {
            return Ok((language, None));
        }
        let error = match find_language(raw, draft.title.as_deref(), draft.language.as_deref()) {
            Err(error @ (ArticleError::OtherLanguage { .. } | ArticleError::UnknownLanguage)) => {
                error
            }
            found => return found,
        };
        // One paragraph of many may outweigh the rest in signs; and rows of names and figures look
        // like any language: what they are is said of them instead.
        let found = main_language(&languages(&draft.paragraphs));
        let found = found.or_else(|| language_of_table(draft));
        found.map(|language| (language, None)).ok_or(error)
    }

    /// A notice that withdraws a story needs no text of its own, and its language is that of its
    /// headline, or any.
    fn withdrawn(&self, draft: Draft) -> Result<Article, ArticleError> {
        if draft.details.status.permits() {
            return Err(ArticleError::NoText);
        }
        let found = find_language("", draft.title.as_deref(), draft.language.as_deref());
        let language = self.language.or(found.ok().map(|(language, _)| language));
        let cleaned = clean(draft.title.as_deref(), &[], Language::English);
        Ok(Article {
            kind: draft.kind.unwrap_or_default(),
            title: cleaned.title,
            published: draft.published,
            details: draft.details,
            notes: draft.notes,
            ..Article::empty(language.unwrap_or(Language::English))
        })
    }
}

/// Puts right what entities and escapes of the format had kept from being seen as misread.
fn repair(draft: Draft) -> Draft {
    let parts = || draft.paragraphs.iter().chain(&draft.title);
    let whole: Vec<&str> = parts().map(String::as_str).collect();
    let found = charset::repair(&whole.join("\n"));
    if found.notes.is_empty() {
        return draft;
    }
    let repaired = |text: &String| charset::repair(text).text;
    Draft {
        title: draft.title.as_ref().map(repaired),
        paragraphs: draft.paragraphs.iter().map(repaired).collect(),
        notes: [draft.notes, found.notes].concat(),
        ..draft
    }
}

/// Refuses text that a wrong encoding spoilt for good, and marks it where few words are spoilt.
fn note_damage(paragraphs: &[String], notes: &mut Vec<String>) -> Result<(), ArticleError> {
    match charset::damage(&paragraphs.join("\n")) {
        None => Ok(()),
        Some(charset::Damage::Some { example }) => {
            notes.push(format!(
                "Some letters were lost to a wrong encoding before the text came here, as in \
                 “{example}”; nothing was put in."
            ));
            Ok(())
        }
        Some(charset::Damage::Most { example }) => Err(ArticleError::Garbled { example }),
    }
}

/// The language of a table by its headline, or else by its letters; `None` for what is no table.
fn language_of_table(draft: &Draft) -> Option<Language> {
    let title = draft.title.as_deref();
    let kind = kind::of(title, &draft.paragraphs, &draft.details);
    if !matches!(kind, Kind::Prices | Kind::Results | Kind::Weather | Kind::Lottery) {
        return None;
    }
    let letters = || title.into_iter().chain(draft.paragraphs.iter().map(String::as_str));
    let has = |sign: fn(char) -> bool| letters().any(|line| line.contains(sign));
    title.and_then(|title| detect(title).known()).or_else(|| {
        Some(if has(|it| ('а'..='я').contains(&it)) {
            Language::Russian
        } else if has(|it| "ğışĞİŞ".contains(it)) {
            Language::Turkish
        } else {
            Language::English
        })
    })
}

fn find_language(
    text: &str,
    title: Option<&str>,
    declared: Option<&str>,
) -> Result<(Language, Option<f64>), ArticleError> {
    // The beginning decides, however long the text is.
    let end = text.char_indices().nth(LETTERS_TO_DETECT).map_or(text.len(), |(place, _)| place);
    let found = detect(&text[..end]);
    match found.language {
        Detected::Known(language) => {
            let declared = declared.and_then(declared_language);
            // The source's word goes before a guess.
            let language = declared.filter(|_| found.confidence < 0.5).unwrap_or(language);
            Ok((language, Some(rounded(found.confidence))))
        }
        Detected::Other(name) => Err(ArticleError::OtherLanguage { name: name.to_string() }),
        Detected::Undetermined => {
            let titled = title.map(detect);
            let known = titled.and_then(|found| Some((found.known()?, found.confidence)));
            // The source's word is believed where the text says nothing.
            let declared = declared.and_then(declared_language);
            match known.or_else(|| Some((declared?, 0.0))) {
                Some((language, confidence)) => Ok((language, Some(rounded(confidence)))),
                None => Err(ArticleError::UnknownLanguage),
            }
        }
    }
}

/// Letters of a paragraph whose language is told by itself.
const LETTERS_OF_PARAGRAPH: usize = 40;

/// Paragraphs and letters of each language, of the paragraphs that are long enough to tell.
fn languages(paragraphs: &[String]) -> Vec<(Detected, usize, usize)> {
    let mut found: Vec<(Detected, usize, usize)> = Vec::new();
    for paragraph in paragraphs {
        let letters = paragraph.chars().filter(|letter| letter.is_alphabetic()).count();
        if letters < LETTERS_OF_PARAGRAPH {
            continue;
        }
        let language = detect(paragraph).language;
        match found.iter_mut().find(|(known, ..)| *known == language) {
            Some((_, count, sum)) => (*count, *sum) = (*count + 1, *sum + letters),
            None => found.push((language, 1, letters)),
        }
    }
    found
}

/// Notes on paragraphs in languages that bulletin does not work in.
///
/// # Errors
/// `OtherLanguage` when most of the text is in one.
fn other_paragraphs(found: &[(Detected, usize, usize)]) -> Result<Vec<String>, ArticleError> {
    let all: usize = found.iter().map(|(_, _, letters)| letters).sum();
    let mut notes = Vec::new();
    for (language, count, letters) in found {
        let Detected::Other(name) = language else { continue };
        if letters * 2 > all {
            return Err(ArticleError::OtherLanguage { name: name.to_string() });
        }
        notes.push(format!("{count} paragraph(s) seem to be in {name}."));
    }
    Ok(notes)
}

/// The one of the three that most of the text is in, paragraph by paragraph.
fn main_language(found: &[(Detected, usize, usize)]) -> Option<Language> {
    let all: usize = found.iter().map(|(_, _, letters)| letters).sum();
    found.iter().find_map(|(language, _, letters)| match language {
        Detected::Known(language) if letters * 2 > all => Some(*language),
        _ => None,
    })
}

/// `tr` and `tr-TR` are Turkish.
fn declared_language(tag: &str) -> Option<Language> {
    tag.split(['-', '_']).next()?.to_ascii_lowercase().parse().ok()
}

/// To three places, so that JSON gives back what was written.
fn rounded(confidence: f64) -> f64 {
    (confidence * 1000.0).round() / 1000.0
}

/// `stem-1a2b3c4d`: the file's name for people, its content for certainty, and the place of the
/// article when the file holds several.
fn article_id(source: &str, sha256: &str, draft: &Draft, place: Option<usize>) -> String {
    let stem = match &draft.id {
        Some(id) => names::slug(id, LONGEST_STEM),
        None if source == "-" => "stdin".to_string(),
        None => {
            let stem = std::path::Path::new(source).file_stem().and_then(|stem| stem.to_str());
            names::slug(stem.unwrap_or(""), LONGEST_STEM)
        }
    };
    let stem = if stem.is_empty() { "article".to_string() } else { stem };
    match place {
        Some(place) => format!("{stem}-{}-{}", &sha256[..8], place + 1),
        None => format!("{stem}-{}", &sha256[..8]),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

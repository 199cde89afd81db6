//! JSON or JSON Lines → drafts. Known shapes: bulletin's own documents and articles, ninjs 1 to 3,
//! schema.org NewsArticle, JSON Feed, and the plain `title` + `text` objects of corpora.

use serde_json::{Map, Value};

use super::fields::FieldMap;
use super::html::{find_article, read_fragment};
use super::nitf::person;
use super::text::read_plain;
use super::timestamps::normalise_field;
use super::{ArticleError, Details, Draft, Kind, Status};

/// Keys that hold what an article needs, the most telling first.
const TITLES: [&str; 5] = ["headline", "title", "headlines", "name", "slugline"];
const IDS: [&str; 4] = ["id", "uri", "guid", "url"];
const DATES: [&str; 10] = [
    "published",
    "date_published",
    "datePublished",
    "firstpublished",
    "firstcreated",
    "firstCreated",
    "versioncreated",
    "versionCreated",
    "pubDate",
    "date",
];
const TEXTS: [&str; 8] =
    ["text", "body_text", "articleBody", "content_text", "bodies", "body", "content", "summary"];
const PAGES: [&str; 4] = ["body_html", "body_xhtml", "content_html", "html"];
/// Keys of lists of articles, or of the object around one.
const LISTS: [&str; 8] =
    ["items", "item", "articles", "entries", "results", "docs", "data", "newsItems"];

/// Whether a key may hold the text of an article.
pub(super) fn holds_text(key: &str) -> bool {
    TEXTS.contains(&key) || PAGES.contains(&key) || key == "paragraphs"
}

/// Reads a document: one object, an array of them, or an object around a list of them.
///
/// # Errors
/// `Malformed` when it is no JSON or holds no objects.
pub(super) fn read(
    text: &str,
    fields: &FieldMap,
) -> Result<Vec<Result<Draft, ArticleError>>, ArticleError> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| ArticleError::Malformed { format: "JSON", reason: error.to_string() })?;
    let Some(objects) = objects(&value) else {
        let reason = "it holds no object with an article".to_string();
        return Err(ArticleError::Malformed { format: "JSON", reason });
    };
    Ok(objects.into_iter().map(|value| read_value(value, fields)).collect())
}

/// The articles of a document; an empty list is a feed in which nothing has happened.
fn objects(value: &Value) -> Option<Vec<&Value>> {
    match value {
        Value::Array(values) if values.is_empty() => None,
        Value::Array(values) => Some(values.iter().collect()),
        Value::Object(object) => {
            let is_article = object.keys().any(|key| holds_text(key) && key != "content");
            let inner = LISTS.iter().find_map(|key| match object.get(*key)? {
                Value::Array(values) if values.iter().all(Value::is_object) => {
                    Some(values.iter().flat_map(entries).collect())
                }
                inner @ Value::Object(_) if !is_article => objects(inner),
                _ => None,
            });
            match inner.filter(|_| !is_article) {
                Some(inner) => Some(inner),
                None => Some(vec![find_article(value).unwrap_or(value)]),
            }
        }
        _ => None,
    }
}

/// An entry of a list, which may wrap its article once more: `{"item": {…}}`.
fn entries(value: &Value) -> Vec<&Value> {
    match value.get("item") {
        Some(inner @ Value::Object(_)) => vec![inner],
        _ => vec![value],
    }
}

/// What stands around the objects of JSON Lines: marks of byte order, which joined files have in
/// the middle, the record separators of RFC 7464, NUL bytes of a file that was not written out, and
/// the commas of a list.
const AROUND: [char; 8] = ['\u{feff}', ' ', '\t', '\r', '\u{1e}', '\0', '\u{1a}', ','];

/// Reads one object a line; a bad line is an error of its own. Objects that stand in one line, as
/// when files without a last line end are joined, are read one after another.
pub(super) fn read_lines(text: &str, fields: &FieldMap) -> Vec<Result<Draft, ArticleError>> {
    let lines = text.lines().map(|line| line.trim_matches(AROUND)).enumerate();
    let filled: Vec<(usize, &str)> =
        lines.filter(|(_, line)| !matches!(*line, "" | "[" | "]")).collect();
    let single = filled.len() == 1;
    let mut drafts = Vec::new();
    for (number, line) in filled {
        for value in serde_json::Deserializer::from_str(line).into_iter::<Value>() {
            let draft = value.map_err(|error| ArticleError::Malformed {
                format: "JSON Lines",
                // The caller may know the line better than its text alone shows.
                reason: match single {
                    true => error.to_string(),
                    false => format!("line {}: {error}", number + 1),
                },
            });
            drafts.push(draft.and_then(|value| read_value(&value, fields)));
        }
    }
    drafts
}

fn read_value(value: &Value, fields: &FieldMap) -> Result<Draft, ArticleError> {
    let Some(object) = value.as_object() else {
        let reason = "an entry is not an object".to_string();
        return Err(ArticleError::Malformed { format: "JSON", reason });
    };
    let mapped = fields.apply(object);
    let object = mapped.as_ref().unwrap_or(object);
    // bulletin's own document keeps its article inside.
    let object = object.get("article").and_then(Value::as_object).unwrap_or(object);
    refuse_media(object)?;
    let draft = Draft {
        id: first_text(object, &IDS),
        kind: kind(object),
        title: first_text(object, &TITLES),
        published: first_text(object, &DATES).and_then(|date| normalise_field(&date)),
        details: details(object),
        language: first_text(object, &["language", "inLanguage", "lang"]),
        paragraphs: paragraphs(object),
        notes: Vec::new(),
    };
    match draft.paragraphs.is_empty() && draft.details.status.permits() {
        true => Err(ArticleError::NoText),
        false => Ok(draft),
    }
}

/// ninjs describes pictures and films, whose texts are captions.
fn refuse_media(object: &Map<String, Value>) -> Result<(), ArticleError> {
    let of_ninjs = ["versioncreated", "uri", "guid", "renditions"];
    if !of_ninjs.iter().any(|key| object.contains_key(*key)) {
        return Ok(());
    }
    let kind = match object.get("type").and_then(Value::as_str) {
        Some("picture") => "a picture item",
        Some("video") => "a video item",
        Some("audio") => "an audio item",
        Some("graphic") => "a graphic item",
        _ => return Ok(()),
    };
    Err(ArticleError::NotText { kind })
}

fn kind(object: &Map<String, Value>) -> Option<Kind> {
    if let Some(kind) = object.get("kind") {
        return serde_json::from_value(kind.clone()).ok();
    }
    let says = |key: &str| object.get(key).and_then(Value::as_str) == Some("advisory");
    (says("type") || says("profile")).then_some(Kind::Advisory)
}

/// What ninjs, schema.org and JSON Feed say besides the text, and bulletin itself.
fn details(object: &Map<String, Value>) -> Details {
    let first = |keys: &[&str]| first_text(object, keys);
    let status = first(&["pubstatus", "pubStatus", "status"]).and_then(|it| Status::parse(&it));
    let signals = object.get("signals").or_else(|| object.get("signal"));
    let corrected = signals.is_some_and(|it| it.to_string().to_lowercase().contains("correction"));
    let usual = if corrected { Status::Corrected } else { Status::Usable };
    let rights =
        [first(&["copyrightnotice", "copyrightNotice"]), first(&["usageterms", "usageTerms"])];
    let rights: Vec<String> = rights.into_iter().flatten().collect();
    let versioned = ["version", "versioncreated", "versionCreated", "pubstatus", "pubStatus"];
    let is_item = versioned.iter().any(|key| object.contains_key(*key));
    let item = if is_item { first(&["item", "uri", "guid", "id"]) } else { first(&["item"]) };
    Details {
        subtitle: first(&["subtitle", "subheadline", "alternativeHeadline"]),
        byline: first(&["byline", "by", "author", "authors"]).map(|by| person(&by)),
        dateline: first(&["dateline", "located"]),
        updated: first(&[
            "updated",
            "date_modified",
            "dateModified",
            "versioncreated",
            "versionCreated",
        ])
        .and_then(|date| normalise_field(&date)),
        embargo: first(&["embargo", "embargoed"]).map(|it| normalise_field(&it).unwrap_or(it)),
        version: first(&["version"]),
        item,
        slug: first(&["slug", "slugline"]),
        status: status.filter(|status| !status.is_usable()).unwrap_or(usual),
        replaces: list(object, &["replaces", "evolvedfrom", "evolvedFrom"]),
        source_name: first(&[
            "source_name",
            "source",
            "infosource",
            "infosources",
            "provider",
            "publisher",
        ]),
        url: first(&["url"]),
        section: first(&["section", "articleSection"]),
        rights: first(&["rights"]).or_else(|| (!rights.is_empty()).then(|| rights.join(" "))),
        editors_note: first(&["editors_note", "ednote", "edNote"]),
    }
}

fn list(object: &Map<String, Value>, keys: &[&str]) -> Vec<String> {
    let Some(value) = keys.iter().find_map(|key| object.get(*key)) else { return Vec::new() };
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(values) => {
            values.iter().filter_map(Value::as_str).map(str::to_string).collect()
        }
        _ => Vec::new(),
    }
}

/// The paragraphs of whichever key holds the story. HTML keeps the paragraphs that a plain copy
/// has often lost; a teaser in the one never stands for the story in the other.
fn paragraphs(object: &Map<String, Value>) -> Vec<String> {
    if let Some(values) = object.get("paragraphs").and_then(Value::as_array) {
        return values.iter().filter_map(Value::as_str).map(str::to_string).collect();
    }
    let length = |text: &Vec<String>| -> usize { text.iter().map(String::len).sum() };
    let page = first_text(object, &PAGES).map(|page| read_fragment(&page)).unwrap_or_default();
    let text = first_text(object, &TEXTS).map(|text| plain(&text)).unwrap_or_default();
    if length(&page) * 2 >= length(&text) { page } else { text }
}

fn plain(text: &str) -> Vec<String> {
    if looks_like_markup(text) {
        return read_fragment(text);
    }
    let draft = read_plain(text);
    draft.title.into_iter().chain(draft.paragraphs).collect()
}

pub(super) fn looks_like_markup(text: &str) -> bool {
    ["<p>", "<p ", "<br", "<div", "</a>"].iter().any(|tag| text.contains(tag))
}

/// The first key that holds text.
fn first_text(object: &Map<String, Value>, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| value_text(object.get(*key)?))
}

/// The text of a value. JSON-LD may give a list, or an object with the value inside; ninjs 2 and 3
/// give lists of objects with roles, of which the main one counts.
fn value_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(values) => {
            let role = |value: &&Value| {
                value.get("role").and_then(Value::as_str).is_some_and(|it| it.contains("main"))
            };
            let html = |value: &&Value| {
                let kind = value.get("contenttype").or_else(|| value.get("contentType"));
                kind.and_then(Value::as_str).is_some_and(|it| it.contains("html"))
            };
            let main = values.iter().find(role).or_else(|| values.iter().find(html));
            main.and_then(value_text).or_else(|| values.iter().find_map(value_text))
        }
        Value::Object(inner) => {
            ["@value", "value", "name"].iter().find_map(|key| value_text(inner.get(*key)?))
        }
        _ => None,
    }
}

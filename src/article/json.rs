//! JSON or JSON Lines → drafts. Known shapes: bulletin's own documents and articles, ninjs,
//! schema.org NewsArticle, JSON Feed, and the plain `title` + `text` objects of corpora.

use serde_json::{Map, Value};

use super::html::{find_article, read_fragment};
use super::text::read_plain;
use super::{ArticleError, Details, Draft, Status};

/// Keys that hold what an article needs, the most telling first.
const TITLES: [&str; 4] = ["headline", "title", "name", "slugline"];
const IDS: [&str; 4] = ["id", "uri", "guid", "url"];
const DATES: [&str; 7] = [
    "published",
    "date_published",
    "datePublished",
    "versioncreated",
    "firstcreated",
    "pubDate",
    "date",
];
const TEXTS: [&str; 6] = ["text", "body_text", "articleBody", "content_text", "body", "content"];
const PAGES: [&str; 4] = ["body_html", "body_xhtml", "content_html", "html"];

/// Reads a document: one object, an array of them, or a feed with `items`.
///
/// # Errors
/// `Malformed` when it is no JSON or holds no objects.
pub(super) fn read(text: &str) -> Result<Vec<Result<Draft, ArticleError>>, ArticleError> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| ArticleError::Malformed { format: "JSON", reason: error.to_string() })?;
    let objects: Vec<&Value> = match &value {
        Value::Array(values) => values.iter().collect(),
        Value::Object(object) => match object.get("items").and_then(Value::as_array) {
            Some(items) => items.iter().collect(),
            None => vec![find_article(&value).unwrap_or(&value)],
        },
        _ => Vec::new(),
    };
    if objects.is_empty() {
        let reason = "it holds no object with an article".to_string();
        return Err(ArticleError::Malformed { format: "JSON", reason });
    }
    Ok(objects.into_iter().map(read_value).collect())
}

/// Reads one object a line; a bad line is an error of its own.
///
/// # Errors
/// None for the file as a whole.
pub(super) fn read_lines(text: &str) -> Result<Vec<Result<Draft, ArticleError>>, ArticleError> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let drafts = lines.map(|(number, line)| {
        let value: Value = serde_json::from_str(line).map_err(|error| ArticleError::Malformed {
            format: "JSON Lines",
            reason: format!("line {}: {error}", number + 1),
        })?;
        read_value(&value)
    });
    Ok(drafts.collect())
}

fn read_value(value: &Value) -> Result<Draft, ArticleError> {
    let Some(object) = value.as_object() else {
        let reason = "an entry is not an object".to_string();
        return Err(ArticleError::Malformed { format: "JSON", reason });
    };
    // bulletin's own document keeps its article inside.
    let object = object.get("article").and_then(Value::as_object).unwrap_or(object);
    let paragraphs = paragraphs(object);
    if paragraphs.is_empty() {
        return Err(ArticleError::NoText);
    }
    Ok(Draft {
        id: first_text(object, &IDS),
        title: first_text(object, &TITLES),
        published: first_text(object, &DATES).and_then(|date| super::dates::find_date(&date)),
        details: details(object),
        paragraphs,
        ..Draft::default()
    })
}

/// What ninjs, schema.org and JSON Feed say besides the text, and bulletin itself.
fn details(object: &Map<String, Value>) -> Details {
    let first = |keys: &[&str]| first_text(object, keys);
    let status = first(&["pubstatus", "status"]).and_then(|status| Status::parse(&status));
    Details {
        subtitle: first(&["subtitle", "subheadline", "alternativeHeadline"]),
        byline: first(&["byline"]),
        dateline: first(&["dateline", "located"]),
        updated: first(&["updated", "date_modified", "dateModified", "versioncreated"]),
        embargo: first(&["embargo", "embargoed"]),
        version: first(&["version"]),
        item: first(&["item", "uri", "guid"]),
        slug: first(&["slug", "slugline"]),
        status: status.unwrap_or_default(),
        source_name: first(&["source_name", "source", "infosource", "provider"]),
        url: first(&["url"]),
        section: first(&["section", "articleSection"]),
        rights: first(&["rights", "copyrightnotice", "usageterms"]),
        editors_note: first(&["editors_note", "ednote"]),
        ..Details::default()
    }
}

fn paragraphs(object: &Map<String, Value>) -> Vec<String> {
    if let Some(values) = object.get("paragraphs").and_then(Value::as_array) {
        return values.iter().filter_map(Value::as_str).map(str::to_string).collect();
    }
    // HTML keeps the paragraphs that a plain copy has often lost.
    if let Some(page) = first_text(object, &PAGES) {
        return read_fragment(&page);
    }
    match first_text(object, &TEXTS) {
        Some(text) if looks_like_markup(&text) => read_fragment(&text),
        Some(text) => {
            let draft = read_plain(&text);
            draft.title.into_iter().chain(draft.paragraphs).collect()
        }
        None => Vec::new(),
    }
}

pub(super) fn looks_like_markup(text: &str) -> bool {
    ["<p>", "<p ", "<br", "<div", "</a>"].iter().any(|tag| text.contains(tag))
}

/// The first key that holds text.
fn first_text(object: &Map<String, Value>, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| match object.get(*key)? {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_string()),
        Value::Number(number) => Some(number.to_string()),
        // JSON-LD may give a list, or an object with the value inside.
        Value::Array(values) => values.first()?.as_str().map(str::to_string),
        Value::Object(inner) => inner.get("@value")?.as_str().map(str::to_string),
        _ => None,
    })
}

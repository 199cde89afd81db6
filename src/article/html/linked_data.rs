//! Structured data of a page (schema.org in JSON-LD) → what it says of the article.

use scraper::{Html, Selector};
use serde_json::Value;

use super::read_fragment;
use crate::article::clean::normalise;
use crate::article::dates::find_date;

/// Objects nested deeper than this are not looked at.
const DEEPEST: usize = 12;

/// What the article's own object says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LinkedData {
    pub headline: Option<String>,
    pub published: Option<String>,
    pub updated: Option<String>,
    pub author: Option<String>,
    pub section: Option<String>,
    pub publisher: Option<String>,
    /// Paragraphs of `articleBody`.
    pub body: Vec<String>,
    /// Entries of a live report, as they stand: headline and text.
    pub updates: Vec<String>,
    pub live: bool,
    pub free: Option<bool>,
    /// Classes of the part that only subscribers see.
    pub paid_classes: Vec<String>,
}

impl LinkedData {
    /// Reads every script of the page and takes the article that the page is about: the one with
    /// its address or its title, else the first.
    pub fn of(document: &Html) -> Self {
        let values: Vec<Value> = scripts(document).iter().filter_map(|text| parse(text)).collect();
        let mut articles = Vec::new();
        values.iter().for_each(|value| collect(value, &mut articles, 0));
        let address = canonical(document).unwrap_or_default();
        let title = text_of(document, "title") + &text_of(document, "h1");
        let own = articles.iter().copied().max_by_key(|article| {
            let same_address = !address.is_empty()
                && ["url", "@id", "mainEntityOfPage"].iter().any(|key| {
                    let value = article.get(key);
                    let inner = value.and_then(|value| value.get("@id")).or(value);
                    inner.and_then(Value::as_str).is_some_and(|url| url.starts_with(&address))
                });
            let same_title =
                text(article.get("headline")).is_some_and(|headline| title.contains(&headline));
            let filled = article.get("articleBody").is_some_and(Value::is_string);
            (same_address || same_title, filled)
        });
        // max_by_key takes the last of equals; the first is the page's own.
        let best = own.and_then(|best| {
            let unmarked = !text(best.get("headline")).is_some_and(|line| title.contains(&line));
            if unmarked { articles.first().copied() } else { Some(best) }
        });
        best.map(describe).unwrap_or_default()
    }
}

fn describe(article: &Value) -> LinkedData {
    let updates = article.get("liveBlogUpdate").map(list).unwrap_or_default();
    let paid = article.get("hasPart").map(list).unwrap_or_default();
    LinkedData {
        headline: text(article.get("headline")).or_else(|| text(article.get("name"))),
        published: date(article, &["datePublished", "dateCreated"]),
        updated: date(article, &["dateModified"]),
        author: names(article.get("author")),
        section: text(article.get("articleSection")),
        publisher: names(article.get("publisher")),
        body: text_lines(article.get("articleBody")),
        updates: updates
            .iter()
            .flat_map(|update| {
                text(update.get("headline"))
                    .into_iter()
                    .chain(text_lines(update.get("articleBody")))
            })
            .collect(),
        live: is_type(article, "LiveBlogPosting"),
        free: article.get("isAccessibleForFree").and_then(|free| match free {
            Value::Bool(free) => Some(*free),
            other => text(Some(other)).map(|word| word.eq_ignore_ascii_case("true")),
        }),
        paid_classes: paid
            .iter()
            .filter_map(|part| text(part.get("cssSelector")))
            .flat_map(|names| names.split('.').map(str::to_string).collect::<Vec<_>>())
            .filter(|name| !name.is_empty())
            .collect(),
    }
}

fn scripts(document: &Html) -> Vec<String> {
    let Ok(selector) = Selector::parse("script[type^='application/ld+json']") else {
        return Vec::new();
    };
    document.select(&selector).map(|script| script.text().collect()).collect()
}

/// JSON as pages have it: in CDATA or comments, with bare line breaks in strings, escaped once too
/// often, with a comma or semicolon too many.
fn parse(script: &str) -> Option<Value> {
    let bare =
        script.replace("<![CDATA[", "").replace("]]>", "").replace("<!--", "").replace("-->", "");
    let bare = bare.trim().trim_start_matches('/').trim_start_matches("**/").trim();
    let bare = bare.trim_start_matches("/*").trim_start_matches("*/").trim();
    let bare = bare.trim_end_matches("//").trim_end_matches("/* */").trim().trim_end_matches(';');
    if let Ok(value) = serde_json::from_str(bare) {
        return Some(value);
    }
    let plain: String = bare
        .chars()
        .map(|character| if character.is_control() { ' ' } else { character })
        .collect();
    let unescaped = plain.replace("&quot;", "\"").replace("&amp;", "&");
    let attempts = [plain, unescaped];
    attempts.iter().find_map(|text| {
        serde_json::from_str(text).ok().or_else(|| serde_json::from_str(&without_commas(text)).ok())
    })
}

/// Commas before a closing bracket taken out.
fn without_commas(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for (place, character) in text.char_indices() {
        let closes = text[place + character.len_utf8()..].trim_start().starts_with(['}', ']']);
        if !(character == ',' && closes) {
            kept.push(character);
        }
    }
    kept
}

/// Every object that is an article, in order: at the top, in arrays and graphs, as the main entity.
fn collect<'v>(value: &'v Value, found: &mut Vec<&'v Value>, depth: usize) {
    if depth > DEEPEST {
        return;
    }
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, found, depth + 1)),
        Value::Object(object) => {
            if is_type(value, "Article") || is_type(value, "Posting") {
                found.push(value);
            }
            for key in ["@graph", "mainEntity", "mainEntityOfPage", "hasPart"] {
                if let Some(inner) = object.get(key) {
                    collect(inner, found, depth + 1);
                }
            }
        }
        _ => {}
    }
}

/// Whether the type's name ends so: `NewsArticle`, `https://schema.org/ReportageNewsArticle`.
fn is_type(value: &Value, ending: &str) -> bool {
    let matches = |kind: &Value| kind.as_str().is_some_and(|kind| kind.ends_with(ending));
    match value.get("@type") {
        Some(Value::Array(kinds)) => kinds.iter().any(matches),
        Some(kind) => matches(kind),
        None => false,
    }
}

/// An article in any of these shapes.
pub(in crate::article) fn find_article(value: &Value) -> Option<&Value> {
    let mut found = Vec::new();
    collect(value, &mut found, 0);
    found.first().copied()
}

fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(values) => values.clone(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    }
}

/// A text, the first of several, or the value of a typed one.
fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(normalise(text)).filter(|text| !text.is_empty()),
        Value::Array(values) => values.iter().find_map(|value| text(Some(value))),
        Value::Object(object) => text(object.get("@value")),
        _ => None,
    }
}

/// A text with its paragraphs.
fn text_lines(value: Option<&Value>) -> Vec<String> {
    let Some(Value::String(text)) = value else {
        return match value {
            Some(Value::Array(values)) => {
                values.iter().flat_map(|value| text_lines(Some(value))).collect()
            }
            _ => Vec::new(),
        };
    };
    if text.contains("</") || text.contains("<br") || text.contains("&lt;p") {
        return read_fragment(&text.replace("&lt;", "<").replace("&gt;", ">"));
    }
    text.lines().map(normalise).filter(|line| !line.is_empty()).collect()
}

/// Names of people or organisations, with commas between.
fn names(value: Option<&Value>) -> Option<String> {
    let name = |value: &Value| match value {
        Value::String(name) => Some(normalise(name)).filter(|name| !name.contains("://")),
        Value::Object(object) => text(object.get("name")),
        _ => None,
    };
    let all: Vec<String> = list(value?).iter().filter_map(name).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

fn date(article: &Value, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| find_date(&text(article.get(key))?))
}

fn canonical(document: &Html) -> Option<String> {
    let selector = Selector::parse("link[rel='canonical']").ok()?;
    document.select(&selector).next()?.attr("href").map(str::to_string)
}

fn text_of(document: &Html, selector: &str) -> String {
    let Ok(selector) = Selector::parse(selector) else { return String::new() };
    document.select(&selector).map(|found| normalise(&found.text().collect::<String>())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(scripts: &str) -> LinkedData {
        LinkedData::of(&Html::parse_document(&format!(
            "<html><head><title>Bridge closes | Herald</title>{scripts}</head><body></body></html>"
        )))
    }

    #[test]
    fn every_shape_of_linked_data_is_read() {
        let article = r#"{"@type":["NewsArticle"],"headline":"Bridge closes","author":[{"name":"Ada Lind"},{"name":"T. Poe"}],
            "datePublished":"2024-03-12T09:30:00+03:00","dateModified":null,"articleBody":"One.\n\nTwo."}"#;
        let other =
            r#"{"@type":"NewsArticle","headline":"Ferry sinks","datePublished":"2020-01-01"}"#;
        for script in [
            article.to_string(),
            format!("[{other},{article}]"),
            format!("{{\"@graph\":[{{\"@type\":\"WebPage\"}},{other},{article}]}}"),
            format!("//<![CDATA[\n{article}\n//]]>"),
            format!("{{\"@type\":\"WebPage\",\"mainEntity\":{article}}};"),
            article.replace("\"One.\\n\\nTwo.\"}", "\"One.\\n\\nTwo.\",}"),
            format!("<!-- {article} -->"),
        ] {
            let found = of(&format!("<script type='application/ld+json'>{script}</script>"));
            assert_eq!(found.headline.as_deref(), Some("Bridge closes"), "{script}");
            assert_eq!(found.published.as_deref(), Some("2024-03-12T09:30:00+03:00"), "{script}");
            assert_eq!(found.author.as_deref(), Some("Ada Lind, T. Poe"), "{script}");
            assert_eq!(found.body, ["One.", "Two."], "{script}");
            assert_eq!(found.updated, None);
        }
        assert_eq!(of("<script type='application/ld+json'>{oops</script>"), LinkedData::default());
    }
}

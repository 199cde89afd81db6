//! A page's head and first blocks → its title and date.

use scraper::{Html, Selector};

use super::blocks::{Kind, Page};
use crate::article::clean::normalise;
use crate::article::dates::find_date;

/// What a page says of itself.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    pub title: Option<String>,
    pub published: Option<String>,
}

/// Reads title and date.
pub(super) fn read(document: &Html, page: &Page) -> Metadata {
    let linked_data = linked_data(document);
    Metadata {
        title: title(document, page, linked_data.as_ref()),
        published: published(document, page, linked_data.as_ref()),
    }
}

/// A heading that the page's own title repeats; else what the page calls itself for others; else
/// the part of the title that is not the site's name.
fn title(document: &Html, page: &Page, linked_data: Option<&serde_json::Value>) -> Option<String> {
    let declared = attribute(document, "meta[property='og:title']", "content")
        .or_else(|| linked_data?.get("headline")?.as_str().map(normalise));
    let shown = first_text(document, "head title").or_else(|| first_text(document, "title"));
    let known: Vec<&String> = declared.iter().chain(&shown).collect();
    let headings = page.blocks.iter().filter(|block| matches!(block.kind, Kind::Heading(1 | 2)));
    let repeated = headings
        .filter(|block| known.iter().any(|title| title.contains(&block.text)))
        .filter(|block| block.text.split_whitespace().count() >= 2 || known.contains(&&block.text))
        // The site's name stands at the end of the title, or is a shorter part of it.
        .max_by_key(|block| {
            (known.iter().any(|title| title.starts_with(&block.text)), block.length())
        });
    if let Some(block) = repeated {
        return Some(block.text.clone());
    }
    if let Some(block) = shown.as_ref().and_then(|shown| repeated_block(page, shown)) {
        return Some(block);
    }
    let only_heading = || {
        let mut headings = page.blocks.iter().filter(|block| block.kind == Kind::Heading(1));
        headings.next().filter(|_| headings.next().is_none()).map(|block| block.text.clone())
    };
    declared.or_else(|| shown.map(|shown| without_site(&shown))).or_else(only_heading)
}

/// A block of the page that is a part of the title: pages from before headings had their tags.
fn repeated_block(page: &Page, shown: &str) -> Option<String> {
    let parts = title_parts(shown);
    let mut blocks = page.blocks.iter().filter(|block| parts.contains(&block.text.as_str()));
    let longest = blocks.by_ref().max_by_key(|block| block.length())?;
    (longest.text.split_whitespace().count() >= 3).then(|| longest.text.clone())
}

/// The longest part of `Headline | Site`, `Site: Headline`, `Headline - Site`.
fn without_site(shown: &str) -> String {
    let parts = [" | ", " – ", " — ", " - ", " :: ", " » "]
        .iter()
        .find(|separator| shown.contains(**separator))
        .map(|separator| shown.split(*separator).collect::<Vec<_>>());
    parts
        .and_then(|parts| parts.into_iter().max_by_key(|part| part.chars().count()))
        .unwrap_or(shown)
        .trim()
        .to_string()
}

/// Every beginning and end of the title at a separator.
fn title_parts(shown: &str) -> Vec<&str> {
    let mut parts = vec![shown];
    for separator in [" | ", " – ", " — ", " - ", ": ", " :: ", " » "] {
        for (place, _) in shown.match_indices(separator) {
            parts.push(shown[..place].trim());
            parts.push(shown[place + separator.len()..].trim());
        }
    }
    parts
}

/// Declared dates first; then a date printed in a line of its own before the text.
fn published(
    document: &Html,
    page: &Page,
    linked_data: Option<&serde_json::Value>,
) -> Option<String> {
    let declared = linked_data
        .and_then(|data| data.get("datePublished")?.as_str())
        .and_then(find_date)
        .or_else(|| {
            let selectors = [
                ("meta[property='article:published_time']", "content"),
                ("meta[itemprop='datePublished']", "content"),
                ("meta[name='date']", "content"),
                ("article time[datetime]", "datetime"),
                ("time[datetime]", "datetime"),
            ];
            selectors
                .iter()
                .find_map(|(selector, name)| find_date(&attribute(document, selector, name)?))
        });
    declared.or_else(|| {
        let short = page.blocks.iter().filter(|block| {
            block.length() < 80 && !block.is_link_list() && !matches!(block.kind, Kind::Heading(_))
        });
        let mut lines = short.filter(|block| block.kind == Kind::Meta || block.length() < 60);
        lines.find_map(|block| find_date(&block.text))
    })
}

/// The schema.org object of the article, if the page carries one.
fn linked_data(document: &Html) -> Option<serde_json::Value> {
    let selector = Selector::parse("script[type='application/ld+json']").ok()?;
    document
        .select(&selector)
        .filter_map(|script| {
            let text: String = script.text().collect();
            serde_json::from_str::<serde_json::Value>(&text).ok()
        })
        .find_map(|value| find_article(&value).cloned())
}

/// An object whose type ends in `Article` or `Posting`, at the top, in an array or in a graph.
pub(in crate::article) fn find_article(value: &serde_json::Value) -> Option<&serde_json::Value> {
    match value {
        serde_json::Value::Array(values) => values.iter().find_map(find_article),
        serde_json::Value::Object(object) => {
            let is_article = |kind: &serde_json::Value| {
                kind.as_str()
                    .is_some_and(|kind| kind.ends_with("Article") || kind.ends_with("Posting"))
            };
            let matches = object.get("@type").is_some_and(|kind| match kind {
                serde_json::Value::Array(kinds) => kinds.iter().any(is_article),
                kind => is_article(kind),
            });
            if matches { Some(value) } else { find_article(object.get("@graph")?) }
        }
        _ => None,
    }
}

fn attribute(document: &Html, selector: &str, name: &str) -> Option<String> {
    let selector = Selector::parse(selector).ok()?;
    let value = document.select(&selector).next()?.attr(name).map(normalise)?;
    (!value.is_empty()).then_some(value)
}

fn first_text(document: &Html, selector: &str) -> Option<String> {
    let selector = Selector::parse(selector).ok()?;
    let text = normalise(&document.select(&selector).next()?.text().collect::<String>());
    (!text.is_empty()).then_some(text)
}

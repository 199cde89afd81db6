//! Text that a page carries only as data for its scripts → paragraphs: the state of a front-end
//! framework (`__NEXT_DATA__` and its like), and the chunks that React's server streams.

mod flight;

use scraper::{Html, Selector};
use serde_json::Value;

use super::read_fragment;
use crate::article::clean::normalise;

/// Values nested deeper than this are not looked at.
const DEEPEST: usize = 40;

/// Fewest words of a line of prose.
const PROSE_WORDS: usize = 8;

/// The longest run of prose in the page's data; empty when there is none.
pub(super) fn paragraphs(document: &Html) -> Vec<String> {
    let Ok(selector) = Selector::parse("script") else { return Vec::new() };
    let scripts = document.select(&selector);
    let texts: Vec<(bool, String)> = scripts
        .filter(|script| script.attr("src").is_none())
        .map(|script| {
            let kind = script.attr("type").unwrap_or("");
            (kind.ends_with("json") && !kind.contains("ld+json"), script.text().collect())
        })
        .collect();
    let mut found: Vec<Vec<String>> = texts
        .iter()
        .filter_map(|(is_json, text)| state(text, *is_json))
        .map(|value| best(&value, 0))
        .collect();
    found.extend(flight::pages(texts.iter().map(|(_, text)| text.as_str())));
    found.into_iter().max_by_key(|lines| words(lines)).unwrap_or_default()
}

/// Words of all lines.
pub(super) fn words(lines: &[String]) -> usize {
    lines.iter().map(|line| line.split_whitespace().count()).sum()
}

/// A script that is JSON, or gives JSON to a variable: `window.__STATE__ = {…};`.
fn state(script: &str, is_json: bool) -> Option<Value> {
    let text = script.trim();
    if is_json {
        return serde_json::from_str(text).ok();
    }
    let (name, value) = text.split_once('=')?;
    let assigned =
        name.len() < 80 && !name.contains(['(', '{']) && value.trim_start().starts_with('{');
    if !assigned {
        return None;
    }
    // Another statement may follow the value.
    serde_json::Deserializer::from_str(value.trim_start()).into_iter().next()?.ok()
}

/// The longest run of prose under a value: lists give all their entries, objects the longest field.
fn best(value: &Value, depth: usize) -> Vec<String> {
    if depth > DEEPEST {
        return Vec::new();
    }
    match value {
        Value::String(text) => prose(text),
        Value::Array(values) => values
            .iter()
            .filter(|value| !is_teaser(value))
            .flat_map(|value| best(value, depth + 1))
            .collect(),
        Value::Object(object) => object
            .values()
            .map(|value| best(value, depth + 1))
            .max_by_key(|lines| words(lines))
            .unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// An entry with a title and an address is another story, not a part of this one.
fn is_teaser(value: &Value) -> bool {
    let has = |keys: &[&str]| keys.iter().any(|key| value.get(*key).is_some_and(Value::is_string));
    has(&["title", "headline", "name"])
        && has(&["url", "link", "href", "slug", "path", "canonical_url"])
}

fn prose(text: &str) -> Vec<String> {
    if text.contains("</p>") || text.contains("<br") || text.contains("</div>") {
        return read_fragment(text);
    }
    let inline = text.contains("</");
    let lines = text
        .lines()
        .map(|line| if inline { read_fragment(line).join(" ") } else { normalise(line) });
    let is_prose = |line: &String| {
        line.split_whitespace().count() >= PROSE_WORDS
            && line.ends_with(['.', '!', '?', '…', '"', '”', '»', ':', ')'])
            && !line.contains(['{', '}'])
    };
    lines.filter(is_prose).collect()
}

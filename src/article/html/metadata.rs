//! A page's head and first blocks → its title, dates and names.

mod times;

use std::collections::HashMap;

use scraper::{Html, Selector};

use super::blocks::{Kind, Page};
use super::linked_data::LinkedData;
use crate::article::clean::normalise;
use crate::article::dates::find_date;

/// What a page says of itself.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    pub title: Option<String>,
    pub published: Option<String>,
    pub updated: Option<String>,
    pub byline: Option<String>,
    pub section: Option<String>,
    pub source_name: Option<String>,
}

/// Reads title, dates and names.
pub(super) fn read(document: &Html, page: &Page, linked_data: &LinkedData) -> Metadata {
    let tags = MetaTags::of(document, "content");
    let title = title(document, page, &tags, linked_data);
    let dates = times::read(document, page, &tags, linked_data, title.as_deref())
        .or(|| times::declared(&MetaTags::of(document, "value")));
    Metadata {
        title,
        published: dates.published,
        updated: dates.updated,
        byline: linked_data.author.clone().or_else(|| {
            let name = tags.first(&["author", "article:author", "parsely-author", "dc.creator"])?;
            (!name.contains("://")).then_some(name)
        }),
        section: linked_data
            .section
            .clone()
            .or_else(|| tags.first(&["article:section", "section"])),
        source_name: tags.first(&["og:site_name"]).or_else(|| linked_data.publisher.clone()),
    }
}

/// The meta elements of a page by name, in lower case.
#[derive(Debug, Default)]
pub(super) struct MetaTags(HashMap<String, String>);

impl MetaTags {
    /// `attribute` holds the values: `content`, or `value` as some systems write it.
    fn of(document: &Html, attribute: &str) -> Self {
        let mut tags = MetaTags::default();
        let Ok(selector) = Selector::parse("meta") else { return tags };
        for meta in document.select(&selector) {
            let name = ["property", "name", "itemprop"].iter().find_map(|key| meta.attr(key));
            let value = meta.attr(attribute).map(normalise);
            if let (Some(name), Some(value)) = (name, value.filter(|value| !value.is_empty())) {
                tags.0.entry(name.trim().to_lowercase()).or_insert(value);
            }
        }
        tags
    }

    /// The first of the names that the page has.
    pub fn first(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.0.get(*name).cloned())
    }

    /// The first of the names that holds a date.
    pub fn date(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| find_date(self.0.get(*name)?))
    }
}

/// A heading that the page's own title repeats; else what the page calls itself for others; else
/// the part of the title that is not the site's name.
fn title(
    document: &Html,
    page: &Page,
    tags: &MetaTags,
    linked_data: &LinkedData,
) -> Option<String> {
    let declared = tags.first(&["og:title"]).or_else(|| linked_data.headline.clone());
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

fn first_text(document: &Html, selector: &str) -> Option<String> {
    let selector = Selector::parse(selector).ok()?;
    let text = normalise(&document.select(&selector).next()?.text().collect::<String>());
    (!text.is_empty()).then_some(text)
}

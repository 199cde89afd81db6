//! When a page's article was published and last changed: declared in its head first, then in its
//! elements, then in the lines near its headline, and never the date of the day in the masthead.

use scraper::{ElementRef, Html, Selector};

use super::MetaTags;
use crate::article::dates::{find_date, find_dates};
use crate::article::html::blocks::{Block, Kind, Page};
use crate::article::html::linked_data::LinkedData;
use crate::language::{Language, lowercase};

/// The two dates of an article, as ISO 8601.
#[derive(Debug, Default)]
pub(super) struct Times {
    pub published: Option<String>,
    pub updated: Option<String>,
}

/// Names of meta elements, the surest first.
const PUBLISHED: [&str; 24] = [
    "article:published_time",
    "datepublished",
    "og:published_time",
    "og:article:published_time",
    "article:published",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date.created",
    "dcterms.created",
    "dcterms.date",
    "dc.date",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "mediator_published_time",
    "publish-date",
    "publishdate",
    "publish_date",
    "publication_date",
    "pubdate",
    "datecreated",
    "article_date_original",
    "originalpublicationdate",
    "date",
];
const UPDATED: [&str; 9] = [
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dc.date.modified",
    "dcterms.modified",
    "article:modified",
    "last-modified",
    "lastmod",
    "revised",
];

/// Words in front of the date of a change.
const CHANGE_WORDS: [&str; 12] = [
    "updated",
    "modified",
    "edited",
    "last update",
    "güncel",
    "değiştir",
    "düzenle",
    "обновл",
    "изменен",
    "изменён",
    "правка",
    "дополнен",
];

/// Longest line that is looked at for a date.
const LONGEST_LINE: usize = 110;

/// A date stands before the third paragraph of prose, if it stands at the top.
const PARAGRAPHS_AT_TOP: usize = 2;

pub(super) fn read(
    document: &Html,
    page: &Page,
    tags: &MetaTags,
    linked_data: &LinkedData,
    title: Option<&str>,
) -> Times {
    let linked =
        Times { published: linked_data.published.clone(), updated: linked_data.updated.clone() };
    linked.or(|| declared(tags)).or(|| marked(document)).or(|| printed(page, title))
}

/// What the head declares.
pub(super) fn declared(tags: &MetaTags) -> Times {
    Times { published: tags.date(&PUBLISHED), updated: tags.date(&UPDATED) }
}

impl Times {
    /// What is missing from another place.
    pub fn or(self, other: impl FnOnce() -> Times) -> Times {
        if self.published.is_some() && self.updated.is_some() {
            return self;
        }
        let other = other();
        // The page's only date is no date of a change.
        let known = self.published.clone();
        Times {
            published: self.published.or(other.published),
            updated: self.updated.or(other.updated.filter(|date| known.as_ref() != Some(date))),
        }
    }
}

/// Dates in the attributes of elements: those with a name of their own first, then the first one
/// that stands behind the headline.
fn marked(document: &Html) -> Times {
    let attribute = |selector: &str| {
        let selector = Selector::parse(selector).ok()?;
        document.select(&selector).filter(|element| !is_aside(*element)).find_map(|element| {
            let value = element.attr("datetime").or_else(|| element.attr("content"));
            value.and_then(find_date).or_else(|| find_date(&element.text().collect::<String>()))
        })
    };
    let updated =
        attribute("time[itemprop='dateModified'], time.updated, [itemprop='dateModified']");
    let published = [
        "[itemprop='datePublished']",
        "time[pubdate]",
        "time.published, time.entry-date",
        "article time[datetime]",
        "h1 ~ time[datetime], h1 ~ * time[datetime]",
        "main time[datetime]",
        "time[datetime]",
    ];
    Times { published: published.iter().find_map(|selector| attribute(selector)), updated }
}

/// Inside a menu, a box, a footer or the readers' comments.
fn is_aside(element: ElementRef<'_>) -> bool {
    element.ancestors().filter_map(|node| node.value().as_element()).any(|around| {
        let names = around.attr("class").unwrap_or("").to_lowercase();
        matches!(around.name(), "aside" | "nav" | "footer" | "details")
            || ["comment", "related", "sidebar", "yorum", "widget"]
                .iter()
                .any(|it| names.contains(it))
    })
}

/// A date in a line of its own: behind the headline, before it in the same part of the page, then
/// behind the first paragraphs.
fn printed(page: &Page, title: Option<&str>) -> Times {
    let headline = headline(page, title);
    let Some(headline) = headline else { return first_of(page.blocks.iter()) };
    let (before, after) = page.blocks.split_at(headline);
    let mut prose = 0;
    let top = after.iter().skip(1).take_while(|block| {
        prose += usize::from(is_prose(block));
        prose <= PARAGRAPHS_AT_TOP
    });
    let found = first_of(top);
    if found.published.is_some() || found.updated.is_some() {
        return found;
    }
    let own = before.iter().rev().take(4).filter(|block| shares_part(page, block, &after[0]));
    let found = first_of(own);
    if found.published.is_some() {
        return found;
    }
    first_of(after.iter().skip(1))
}

fn headline(page: &Page, title: Option<&str>) -> Option<usize> {
    let same = |block: &Block| title == Some(block.text.as_str());
    let heading = |block: &Block| matches!(block.kind, Kind::Heading(_)) && same(block);
    page.blocks
        .iter()
        .position(heading)
        .or_else(|| page.blocks.iter().position(same))
        .or_else(|| page.blocks.iter().position(|block| block.kind == Kind::Heading(1)))
}

fn first_of<'b>(blocks: impl Iterator<Item = &'b Block>) -> Times {
    let mut times = Times::default();
    for block in blocks {
        let short = block.length() < if block.kind == Kind::Meta { LONGEST_LINE } else { 60 };
        let labelled = block.length() < LONGEST_LINE && is_change(&block.text);
        let line = !block.is_link_list() && !matches!(block.kind, Kind::Heading(_) | Kind::Row);
        if !(line && (short || labelled)) || is_prose(block) {
            continue;
        }
        add_line(&block.text, &mut times);
        if times.published.is_some() {
            break;
        }
    }
    // A page that prints one date calls it what it likes.
    times.published = times.published.or_else(|| times.updated.clone());
    times
}

/// "Güncelleme: 15.03.2024 – Giriş: 12.03.2024": the words in front of a date say which it is.
fn add_line(line: &str, times: &mut Times) {
    let mut from = 0;
    for (place, end, date) in find_dates(line) {
        let label = line.get(from..place).unwrap_or("");
        let field = if is_change(label) { &mut times.updated } else { &mut times.published };
        field.get_or_insert(date);
        from = end;
    }
}

fn is_change(label: &str) -> bool {
    let lowered = [lowercase(label, Language::English), lowercase(label, Language::Turkish)];
    CHANGE_WORDS.iter().any(|word| lowered.iter().any(|label| label.contains(word)))
}

fn is_prose(block: &Block) -> bool {
    block.text.split_whitespace().count() >= 12
        && block.text.ends_with(['.', '!', '?', '”', '»', '"'])
}

/// In one part of the page, smaller than the page itself.
fn shares_part(page: &Page, first: &Block, second: &Block) -> bool {
    let outer: Vec<usize> = page.ancestors(second.container).collect();
    let shared = page.ancestors(first.container).find(|container| outer.contains(container));
    shared.is_some_and(|container| {
        let signature = page.containers[container].signature.as_str();
        !matches!(signature, "" | "html" | "body") && !signature.starts_with("body.")
    })
}

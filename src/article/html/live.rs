//! Whether a page is a live report, by its structure: a container that says so, or entries that
//! each have a time of day.

use std::sync::LazyLock;

use regex::Regex;
use scraper::{ElementRef, Html, Selector};

use super::furniture::words_of;

/// Entries that a live report has at least.
const FEWEST_ENTRIES: usize = 3;

/// Pairs of neighbouring words in a class name or id.
const PAIRS: [&str; 12] = [
    "live-blog",
    "live-entry",
    "live-entries",
    "live-post",
    "live-posts",
    "live-update",
    "live-updates",
    "live-feed",
    "live-ticker",
    "live-report",
    "canli-anlatim",
    "canli-blog",
];

const WORDS: [&str; 3] = ["liveblog", "liveticker", "livereport"];

/// A time of day alone or in front of an entry's text.
static TIME: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^\W*(?:[01]?\d|2[0-3])[:.][0-5]\d\b").ok());

/// A time of day alone, with its zone.
static ALONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^\W*(?:[01]?\d|2[0-3])[:.][0-5]\d(?:\s*(?:[ap]\.?m\.?|\p{Lu}{2,4}))?\W*$").ok()
});

/// Whether a line is the time of an entry and nothing else, which is no sentence.
pub(super) fn is_time(line: &str) -> bool {
    LazyLock::force(&ALONE).as_ref().is_some_and(|alone| alone.is_match(line))
}

pub(super) fn is_live(document: &Html) -> bool {
    let Ok(all) = Selector::parse("amp-live-list, [class], [id], [itemtype]") else { return false };
    let mut marked = document.select(&all).filter(|element| says_so(*element));
    marked.any(|element| times_in(element) >= FEWEST_ENTRIES) || {
        let entries = document.select(&all).filter(|element| says_so(*element));
        entries.filter(|entry| times_in(*entry) == 1).count() >= FEWEST_ENTRIES
    }
}

fn says_so(element: ElementRef<'_>) -> bool {
    let value = element.value();
    if value.name() == "amp-live-list" {
        return true;
    }
    if value.attr("itemtype").is_some_and(|kind| kind.ends_with("/LiveBlogPosting")) {
        return true;
    }
    // The whole page may be called so for its menus.
    if matches!(value.name(), "html" | "body") {
        return false;
    }
    let names = [value.attr("class"), value.attr("id")];
    names.into_iter().flatten().flat_map(str::split_whitespace).any(|name| {
        let words = words_of(name);
        words.iter().any(|word| WORDS.contains(&word.as_str()))
            || words.windows(2).any(|pair| PAIRS.contains(&pair.join("-").as_str()))
    })
}

/// Pieces of text in an element that begin with a time of day.
fn times_in(element: ElementRef<'_>) -> usize {
    let Some(time) = LazyLock::force(&TIME).as_ref() else { return 0 };
    element.text().filter(|text| time.is_match(text)).count()
}

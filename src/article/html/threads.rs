//! A list of like entries behind an article that readers can answer: their comments, whatever the
//! page calls them.

use std::collections::HashMap;

use scraper::ElementRef;
use scraper::node::Element;

use super::blocks::{is_block, signature};
use super::offers::stands_alone;

/// Fewest entries of a thread.
const FEWEST: usize = 3;

/// Longest entry, and longest text of a control, in characters.
const LONGEST_ENTRY: usize = 1500;
const LONGEST_CONTROL: usize = 20;

/// Whether the element holds such a list: most of its children look the same, have no heading and
/// a control of their own, which is no link in a sentence.
pub(super) fn is_thread(element: ElementRef<'_>) -> bool {
    let mut kinds: HashMap<String, Vec<ElementRef<'_>>> = HashMap::new();
    for child in element.child_elements().filter(|child| is_block(child.value().name())) {
        kinds.entry(signature(child.value())).or_default().push(child);
    }
    let entries = kinds.into_values().max_by_key(Vec::len).unwrap_or_default();
    entries.len() >= FEWEST && entries.iter().all(|entry| is_entry(*entry))
}

fn is_entry(entry: ElementRef<'_>) -> bool {
    let inner = || entry.descendants().filter_map(ElementRef::wrap);
    let length = |element: ElementRef<'_>| -> usize {
        element.text().map(|text| text.trim().chars().count()).sum()
    };
    let is_control = |element: &Element| {
        element.name() == "button"
            || element.attr("role") == Some("button")
            || element.name() == "a"
    };
    let heading =
        inner().any(|it| matches!(it.value().name(), "h1" | "h2" | "h3" | "h4" | "table"));
    let small = |element: ElementRef<'_>| (1..=LONGEST_CONTROL).contains(&length(element));
    let in_sentence =
        |element: ElementRef<'_>| element.value().name() == "a" && !stands_alone(element);
    let control = inner().any(|it| is_control(it.value()) && small(it) && !in_sentence(it));
    // Who wrote it and when stands in front of what was written.
    let signed =
        inner().any(|it| matches!(it.value().name(), "time" | "b" | "strong" | "header" | "cite"));
    !heading && control && signed && length(entry) <= LONGEST_ENTRY
}

//! The style sheets inside a page → the classes and ids that they hide.

use std::collections::HashSet;

use scraper::node::Element;
use scraper::{ElementRef, Selector};

use super::furniture::hides;

/// Names whose elements a reader does not see.
#[derive(Debug, Default)]
pub(super) struct HiddenNames {
    /// `.class` and `#id`, as in the selectors.
    names: HashSet<String>,
}

impl HiddenNames {
    /// Reads every style element. Only selectors of one class or id count: others depend on what
    /// stands around, and rules inside `@media` and its like on the screen.
    pub fn of(root: ElementRef<'_>) -> Self {
        let mut hidden = HiddenNames::default();
        if let Ok(selector) = Selector::parse("style") {
            for sheet in root.select(&selector) {
                hidden.add_sheet(&without_comments(&sheet.text().collect::<String>()));
            }
        }
        hidden
    }

    /// Whether one of the element's names is hidden.
    pub fn cover(&self, element: &Element) -> bool {
        if self.names.is_empty() {
            return false;
        }
        let id = element.attr("id").map(|id| format!("#{id}"));
        let classes = element.classes().map(|class| format!(".{class}"));
        classes.chain(id).any(|name| self.names.contains(&name))
    }

    fn add_sheet(&mut self, sheet: &str) {
        let mut rest = sheet;
        while let Some((prelude, after)) = rest.split_once('{') {
            // A statement such as `@import …;` may stand before the selector.
            let prelude = prelude.rsplit(';').next().unwrap_or(prelude).trim();
            if prelude.starts_with('@') {
                rest = behind_block(after);
                continue;
            }
            let (rules, behind) = after.split_once('}').unwrap_or((after, ""));
            if hides(rules) {
                self.names.extend(prelude.split(',').filter_map(single_name));
            }
            rest = behind;
        }
    }
}

/// `p.note` and `.note` → `.note`; anything longer → `None`.
fn single_name(selector: &str) -> Option<String> {
    let selector = selector.trim();
    let start = selector.find(['.', '#'])?;
    let (tag, name) = selector.split_at(start);
    let plain =
        |text: &str| text.chars().all(|letter| letter.is_alphanumeric() || "-_".contains(letter));
    (plain(tag) && plain(&name[1..]) && name.len() > 1).then(|| name.to_string())
}

/// What follows the block that has just been opened.
fn behind_block(text: &str) -> &str {
    let mut depth = 1usize;
    for (place, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[place + 1..];
        }
    }
    ""
}

fn without_comments(sheet: &str) -> String {
    let mut plain = String::with_capacity(sheet.len());
    let mut rest = sheet;
    while let Some((before, after)) = rest.split_once("/*") {
        plain.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, behind)| behind);
    }
    plain.push_str(rest);
    plain
}

//! A web page → [`Draft`]: its blocks of text, the container that holds the article, its title
//! and date. What a reader of the page cannot see never gets in.

mod blocks;
mod embedded;
mod furniture;
mod inline;
mod linked_data;
mod live;
mod main_content;
mod metadata;
mod offers;
mod size;
mod styles;
mod surroundings;
mod tables;
mod threads;

pub(in crate::article) use linked_data::find_article;

use scraper::Html;

use super::details::{Details, Kind};
use super::{ArticleError, Draft};
use linked_data::LinkedData;
use surroundings::{Sight, Surroundings};

/// With fewer words than this a page may be the shell of one that scripts fill.
const SHELL_WORDS: usize = 150;

/// With fewer words than this it shows no article at all.
const NO_WORDS: usize = 25;

/// So many times the words of the page must its data have to be taken in its place.
const FULLER: f64 = 1.7;

/// Takes the article out of a page.
///
/// # Errors
/// `Malformed` when it has more elements than are read.
pub(super) fn read(page: &str) -> Result<Draft, ArticleError> {
    size::check(page)?;
    let document = Html::parse_document(page);
    let linked_data = LinkedData::of(&document);
    let seen = visible(&document, &linked_data, Sight::Reader);
    let mut draft = fuller(&document, &linked_data, seen);
    if linked_data.live || live::is_live(&document) {
        draft.kind = Some(Kind::Live);
        draft.paragraphs.retain(|line| !live::is_time(line));
        draft.notes.push(
            "This is a live report; its entries were read as one text, in the page's order.".into(),
        );
    }
    if linked_data.free == Some(false) {
        draft.notes.push(
            "The page says that the article is for subscribers; what it shows may not be all."
                .into(),
        );
    }
    Ok(draft)
}

/// The article as a reader of the page sees it.
fn visible(document: &Html, linked_data: &LinkedData, sight: Sight) -> Draft {
    let root = document.root_element();
    let page = blocks::collect(root, &Surroundings::of(root, sight, &linked_data.paid_classes));
    let metadata = metadata::read(document, &page, linked_data);
    let content = main_content::find(&page, metadata.title.as_deref());
    let mut notes = Vec::new();
    if content.dropped_articles > 0 {
        notes.push(format!(
            "The page holds {} more article(s) below the first; only the first was read.",
            content.dropped_articles
        ));
    }
    Draft {
        title: metadata.title,
        published: metadata.published,
        details: Details {
            byline: metadata.byline,
            updated: metadata.updated,
            section: metadata.section,
            source_name: metadata.source_name,
            ..Details::default()
        },
        paragraphs: content.paragraphs,
        notes,
        ..Draft::default()
    }
}

/// The article that is seen, or where the page is a shell, what it carries for its scripts.
fn fuller(document: &Html, linked_data: &LinkedData, seen: Draft) -> Draft {
    let shown = embedded::words(&seen.paragraphs);
    if shown >= SHELL_WORDS {
        return seen;
    }
    let entries = if linked_data.live { linked_data.updates.clone() } else { Vec::new() };
    let mut found = vec![
        ("its structured data", linked_data.body.clone()),
        ("its structured data", entries),
        ("the data of its scripts", embedded::paragraphs(document)),
    ];
    // What is hidden from readers may have been hidden for a reason.
    if shown < NO_WORDS {
        let hidden = visible(document, linked_data, Sight::Everything);
        found.push(("text that is hidden until a script runs", hidden.paragraphs));
    }
    let best = found.into_iter().rev().max_by_key(|(_, lines)| embedded::words(lines));
    let Some((place, paragraphs)) = best.filter(|(_, lines)| {
        let words = embedded::words(lines);
        words >= NO_WORDS && words as f64 >= FULLER * shown as f64
    }) else {
        return seen;
    };
    let note = format!("The page itself shows {shown} words of text; the article is from {place}.");
    Draft { paragraphs, notes: [seen.notes, vec![note]].concat(), ..seen }
}

/// The text of a fragment of HTML, such as the body of a feed entry, as paragraphs; none of one that
/// has more elements than are read.
pub(super) fn read_fragment(fragment: &str) -> Vec<String> {
    if size::check(fragment).is_err() {
        return Vec::new();
    }
    let document = Html::parse_fragment(fragment);
    let root = document.root_element();
    let page = blocks::collect(root, &Surroundings::of(root, Sight::Reader, &[]));
    page.blocks
        .into_iter()
        .filter(|block| block.kind != blocks::Kind::Meta && !block.is_link_list())
        .map(|block| block.text)
        .collect()
}

#[cfg(test)]
mod tests;

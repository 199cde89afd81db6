//! A web page → [`Draft`]: its blocks of text, the container that holds the article, its title
//! and date. What a reader of the page cannot see never gets in.

mod blocks;
mod furniture;
mod main_content;
mod metadata;
mod styles;

pub(in crate::article) use metadata::find_article;

use scraper::Html;

use super::Draft;

/// Takes the article out of a page.
pub(super) fn read(page: &str) -> Draft {
    let document = Html::parse_document(page);
    let page = blocks::collect(document.root_element());
    let metadata = metadata::read(&document, &page);
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
        paragraphs: content.paragraphs,
        notes,
        ..Draft::default()
    }
}

/// The text of a fragment of HTML, such as the body of a feed entry, as paragraphs.
pub(super) fn read_fragment(fragment: &str) -> Vec<String> {
    let document = Html::parse_fragment(fragment);
    let page = blocks::collect(document.root_element());
    page.blocks
        .into_iter()
        .filter(|block| block.kind != blocks::Kind::Meta && !block.is_link_list())
        .map(|block| block.text)
        .collect()
}

#[cfg(test)]
mod tests;

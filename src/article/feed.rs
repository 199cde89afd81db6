//! RSS or Atom → one draft an entry, from the fullest text that the entry carries.

mod xml;

use super::dates::find_date;
use super::html::read_fragment;
use super::json::looks_like_markup;
use super::text::read_plain;
use super::{ArticleError, Draft};
use xml::Element;

/// Elements that hold text, the fullest first.
const TEXTS: [&str; 5] = ["content:encoded", "content", "atom:content", "description", "summary"];
const DATES: [&str; 5] = ["pubDate", "published", "dc:date", "updated", "atom:updated"];
const IDS: [&str; 3] = ["guid", "id", "link"];

/// Reads every `item` or `entry`.
///
/// # Errors
/// `Malformed` when the feed holds none.
pub(super) fn read(feed: &str) -> Result<Vec<Result<Draft, ArticleError>>, ArticleError> {
    let mut entries = xml::elements(feed, "item");
    if entries.is_empty() {
        entries = xml::elements(feed, "entry");
    }
    if entries.is_empty() {
        let reason = "it holds no item and no entry".to_string();
        return Err(ArticleError::Malformed { format: "a feed", reason });
    }
    Ok(entries.into_iter().map(read_entry).collect())
}

fn read_entry(inner: &str) -> Result<Draft, ArticleError> {
    let children = xml::children(inner);
    let first = |names: &[&str]| {
        names.iter().find_map(|name| {
            let child: &Element<'_> = children.iter().find(|child| child.name == *name)?;
            let text = child.text();
            (!text.trim().is_empty()).then(|| text.trim().to_string())
        })
    };
    let paragraphs = match first(&TEXTS) {
        Some(text) if looks_like_markup(&text) || text.contains("</") => read_fragment(&text),
        Some(text) => {
            let draft = read_plain(&text);
            draft.title.into_iter().chain(draft.paragraphs).collect()
        }
        None => Vec::new(),
    };
    if paragraphs.is_empty() {
        return Err(ArticleError::NoText);
    }
    Ok(Draft {
        id: first(&IDS).or_else(|| {
            // Atom's link is an attribute.
            children.iter().find(|child| child.name == "link")?.attribute("href")
        }),
        title: first(&["title"]).map(|title| read_fragment(&title).join(" ")),
        published: first(&DATES).and_then(|date| find_date(&date)),
        paragraphs,
        ..Draft::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rss_entries_keep_their_fullest_text() {
        let feed = "<?xml version='1.0'?><rss version='2.0'><channel><title>Paper</title><item>\
            <title>Rates &amp; rents</title><description>Teaser.</description>\
            <pubDate>Tue, 25 Dec 2018 10:00:00 GMT</pubDate><guid>n-17</guid>\
            <content:encoded><![CDATA[<p>Full <a href='/x'>Ankara</a> text.</p><p>More.</p>\
            <script>no()</script>]]></content:encoded></item>\
            <item><title>Empty</title></item></channel></rss>";
        let entries = read(feed).unwrap();
        let draft = entries[0].as_ref().unwrap();
        assert_eq!(draft.title.as_deref(), Some("Rates & rents"));
        assert_eq!(draft.paragraphs, ["Full Ankara text.", "More."]);
        assert_eq!(draft.published.as_deref(), Some("2018-12-25T10:00Z"));
        assert_eq!(draft.id.as_deref(), Some("n-17"));
        assert_eq!(entries[1], Err(ArticleError::NoText));
    }

    #[test]
    fn atom_entries_may_hold_markup_as_text_or_as_elements() {
        let feed = "<feed><entry><title>Т</title><link href='https://n.example/1'/>\
            <updated>2020-01-15T10:20:30Z</updated>\
            <content type='html'>&lt;p&gt;Первый абзац.&lt;/p&gt;</content></entry>\
            <entry><content type='xhtml'><div><p>İkinci <b>paragraf</b>.</p></div></content></entry></feed>";
        let entries = read(feed).unwrap();
        let first = entries[0].as_ref().unwrap();
        assert_eq!(first.paragraphs, ["Первый абзац."]);
        assert_eq!(first.id.as_deref(), Some("https://n.example/1"));
        assert_eq!(entries[1].as_ref().unwrap().paragraphs, ["İkinci paragraf."]);
        assert!(matches!(read("<rss></rss>"), Err(ArticleError::Malformed { .. })));
    }
}

//! NewsML-G2 and NewsML 1.2 → one draft an item.

mod first;
mod second;

use super::html::read_fragment;
use super::text::read_plain;
use super::xml::{self, Element};
use super::{ArticleError, Draft, nitf};

type Drafts = Vec<Result<Draft, ArticleError>>;

/// Reads every `newsItem` of a NewsML-G2 document, wherever it stands: alone, in a message, or
/// beside the package that names it.
///
/// # Errors
/// `Malformed` when it is no tree, or a package that only names its items.
pub(super) fn read_g2(text: &str) -> Result<Drafts, ArticleError> {
    let root = parse(text, "NewsML-G2")?;
    let items = match root.is("newsItem") {
        true => vec![&root],
        false => root.all("newsItem"),
    };
    if items.is_empty() {
        let reason = format!(
            "it is a {} that holds no newsItem; give the file with the items themselves",
            root.name
        );
        return Err(ArticleError::Malformed { format: "NewsML-G2", reason });
    }
    Ok(items.into_iter().map(second::read_item).collect())
}

/// Reads every `NewsItem` of a NewsML 1.0 to 1.2 document.
///
/// # Errors
/// `Malformed` when it is no tree or holds no item.
pub(super) fn read_1(text: &str) -> Result<Drafts, ArticleError> {
    let root = parse(text, "NewsML")?;
    let items = match root.is("NewsItem") {
        true => vec![&root],
        false => root.all("NewsItem"),
    };
    if items.is_empty() {
        let reason = "it holds no NewsItem".to_string();
        return Err(ArticleError::Malformed { format: "NewsML", reason });
    }
    Ok(items.into_iter().flat_map(first::read_item).collect())
}

fn parse(text: &str, format: &'static str) -> Result<Element, ArticleError> {
    let malformed =
        |error: xml::XmlError| ArticleError::Malformed { format, reason: error.to_string() };
    xml::parse(text).map_err(malformed)
}

/// What an element with a story inside holds: NITF with its own fields, or text alone.
fn inline(element: &Element) -> Draft {
    if let Some(nitf) = element.first("nitf") {
        return nitf::read_element(nitf);
    }
    let body = element.first("body").unwrap_or(element);
    let content = body.first("body.content").unwrap_or(body);
    Draft { paragraphs: nitf::content(content), ..Draft::default() }
}

/// Text of `inlineData`, or of a CDATA section: HTML by its type or its tags, else lines.
fn data(text: &str, content_type: &str) -> Vec<String> {
    let marked = ["<p>", "<p ", "<br", "<div", "</"].iter().any(|tag| text.contains(tag));
    if content_type.contains("html") || content_type.contains("xml") || marked {
        return read_fragment(text);
    }
    let draft = read_plain(text);
    draft.title.into_iter().chain(draft.paragraphs).collect()
}

#[cfg(test)]
mod tests;

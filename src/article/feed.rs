//! RSS 2.0, RSS 1.0 or Atom → one draft an entry, from whichever of its texts holds the story.

use quick_xml::escape::{resolve_html5_entity, unescape_with};

use super::html::read_fragment;
use super::nitf::person;
use super::text::read_plain;
use super::timestamps::normalise_field;
use super::xml::{self, Element, Shape};
use super::{ArticleError, Details, Draft};

/// Parts of the namespaces whose `title`, `description` or `content` is not the entry's own, and
/// their usual prefixes.
const FOREIGN: [&str; 8] =
    ["mrss", "itunes", "media", "excerpt", "podcast", "googleplay", "georss", "slash"];

/// Elements that hold text. The one with the most words holds the story; of equals the first.
const TEXTS: [&str; 5] = ["encoded", "content", "full-text", "description", "summary"];

/// Reads every `item` or `entry`. A feed without any is no error: nothing has happened.
///
/// # Errors
/// `Malformed` when it is no tree.
pub(super) fn read(feed: &str) -> Result<Vec<Result<Draft, ArticleError>>, ArticleError> {
    let root = xml::parse(feed)
        .map_err(|error| ArticleError::Malformed { format: "a feed", reason: error.to_string() })?;
    let mut entries = root.all("item");
    if entries.is_empty() {
        entries = root.all("entry");
    }
    let channel = root.child("channel").unwrap_or(&root);
    Ok(entries.into_iter().map(|entry| read_entry(entry, channel)).collect())
}

fn read_entry(entry: &Element, channel: &Element) -> Result<Draft, ArticleError> {
    if entry.torn {
        let reason = "the entry breaks off or is not well-formed".to_string();
        return Err(ArticleError::Malformed { format: "a feed entry", reason });
    }
    let texts = TEXTS.iter().flat_map(|name| own(entry, name)).map(paragraphs);
    // The last of the longest is found in the reversed order.
    let texts: Vec<Vec<String>> = texts.collect();
    let words = |text: &Vec<String>| text.iter().map(|it| it.split_whitespace().count()).sum();
    let longest = texts.into_iter().rev().max_by_key(|text| -> usize { words(text) });
    let paragraphs = longest.unwrap_or_default();
    if paragraphs.is_empty() {
        return Err(ArticleError::NoText);
    }
    let line = |name: &str| own(entry, name).next().and_then(Element::line);
    let date = |names: &[&str]| names.iter().find_map(|name| normalise_field(&line(name)?));
    let published = date(&["pubDate", "published", "date", "issued", "created"]);
    let updated = date(&["updated", "modified"]);
    let url = link(entry, channel);
    Ok(Draft {
        id: line("guid").or_else(|| line("id")).or_else(|| url.clone()),
        title: own(entry, "title").next().and_then(heading),
        published: published.or_else(|| updated.clone()),
        details: details(entry, channel, url, updated),
        language: own(channel, "language").next().and_then(Element::line).or_else(|| {
            entry.attribute("lang").or_else(|| channel.attribute("lang")).map(str::to_string)
        }),
        paragraphs,
        ..Draft::default()
    })
}

/// The elements of that name that speak of the entry itself.
fn own<'e>(entry: &'e Element, name: &'e str) -> impl Iterator<Item = &'e Element> {
    entry.elements().filter(move |element| {
        element.is(name) && !FOREIGN.iter().any(|part| element.namespace.contains(part))
    })
}

/// The paragraphs of an element that holds elements, HTML as text, or plain text.
fn paragraphs(element: &Element) -> Vec<String> {
    if element.elements().next().is_some() {
        return read_fragment(&element.inner_html(|_| Shape::Same));
    }
    let text = element.text();
    if has_tags(&text) {
        return read_fragment(&text);
    }
    let draft = read_plain(&decoded(&text));
    let lines = draft.title.into_iter().chain(draft.paragraphs);
    lines.filter(|line| !line.trim().is_empty()).collect()
}

/// A title in one line. Feeds escape HTML in titles once more than they should.
fn heading(element: &Element) -> Option<String> {
    let line = element.line()?;
    if element.elements().next().is_some() {
        return Some(line);
    }
    let line = if has_tags(&line) { read_fragment(&line).join(" ") } else { decoded(&line) };
    (!line.is_empty()).then_some(line)
}

/// Whether a text holds a tag: `<` right before a letter or slash, and `>` behind it.
fn has_tags(text: &str) -> bool {
    text.match_indices('<').any(|(place, _)| {
        let rest = text[place + 1..].trim_start_matches('/');
        let name = rest.starts_with(|letter: char| letter.is_ascii_alphabetic());
        name && rest.find(['>', '<']).is_some_and(|end| rest[end..].starts_with('>'))
    })
}

/// References of HTML resolved; a text with a broken one stays as it is.
fn decoded(text: &str) -> String {
    match unescape_with(text, resolve_html5_entity) {
        Ok(text) => text.into_owned(),
        Err(_) => text.to_string(),
    }
}

/// Where the entry stands on the web, with the site put before it where it lacks one.
fn link(entry: &Element, channel: &Element) -> Option<String> {
    let address = |element: &Element| {
        let links = || own(element, "link");
        let alternate =
            links().find(|link| link.attribute("rel").is_none_or(|rel| rel == "alternate"));
        let found = alternate.or_else(|| links().next())?;
        found.attribute("href").map(str::to_string).or_else(|| found.line())
    };
    let link = address(entry)?;
    if link.contains("://") {
        return Some(link);
    }
    let site = channel.attribute("base").map(str::to_string).or_else(|| address(channel))?;
    let (scheme, rest) = site.split_once("://")?;
    let host = rest.split('/').next().unwrap_or(rest);
    Some(format!("{scheme}://{host}/{}", link.trim_start_matches('/')))
}

fn details(
    entry: &Element,
    channel: &Element,
    url: Option<String>,
    updated: Option<String>,
) -> Details {
    let line = |element: &Element, name: &str| own(element, name).next().and_then(Element::line);
    let author = own(entry, "creator").chain(own(entry, "author")).find_map(author);
    let category = own(entry, "category").next().and_then(|category| {
        let label = category.attribute("label").or_else(|| category.attribute("term"));
        label.map(str::to_string).or_else(|| category.line())
    });
    let source = own(entry, "source").next().and_then(|source| match source.child("title") {
        Some(title) => title.line(),
        None => source.line(),
    });
    Details {
        byline: author.map(|author| person(&author)),
        updated,
        url,
        source_name: source.or_else(|| own(channel, "title").next().and_then(heading)),
        section: category.map(|category| decoded(&category)),
        rights: line(entry, "rights")
            .or_else(|| line(channel, "copyright"))
            .or_else(|| line(channel, "rights")),
        ..Details::default()
    }
}

/// `Ada Moss` from Atom's `name` element, or from RSS's `ada@news.example (Ada Moss)`.
fn author(author: &Element) -> Option<String> {
    if let Some(name) = author.child("name") {
        return name.line();
    }
    let line = author.line()?;
    match line.split_once('(') {
        Some((address, name)) if address.contains('@') => {
            Some(name.trim_end_matches(')').trim().to_string())
        }
        None if line.contains('@') && !line.contains(' ') => None,
        _ => Some(line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rss_entries_keep_their_fullest_text() {
        let feed = "<?xml version='1.0'?><rss version='2.0'><channel><title>Paper</title>\
            <link>https://n.example/</link><item>\
            <title>Rates &amp; rents</title><description>Teaser.</description><link>/17</link>\
            <pubDate>Tue, 25 Dec 2018 10:00:00 GMT</pubDate><guid>n-17</guid>\
            <author>a@n.example (Ada Moss)</author><category>Money</category>\
            <content:encoded><![CDATA[<p>Full <a href='/x'>Ankara</a> text.</p><p>More.</p>\
            <script>no()</script>]]></content:encoded></item>\
            <item><title>Empty</title></item><item><description>Long words of the story itself. \
            &amp;mdash; And more.</description><content:encoded><![CDATA[<p>Go on.</p>]]>\
            </content:encoded><media:description>A picture of a long and busy street in town, seen \
            from above.</media:description></item></channel></rss>";
        let entries = read(feed).unwrap();
        let draft = entries[0].as_ref().unwrap();
        assert_eq!(draft.title.as_deref(), Some("Rates & rents"));
        assert_eq!(draft.paragraphs, ["Full Ankara text.", "More."]);
        assert_eq!(draft.published.as_deref(), Some("2018-12-25T10:00:00Z"));
        assert_eq!(draft.id.as_deref(), Some("n-17"));
        assert_eq!(draft.details.byline.as_deref(), Some("Ada Moss"));
        assert_eq!(draft.details.url.as_deref(), Some("https://n.example/17"));
        assert_eq!(draft.details.section.as_deref(), Some("Money"));
        assert_eq!(entries[1], Err(ArticleError::NoText));
        let text = &entries[2].as_ref().unwrap().paragraphs;
        assert_eq!(*text, ["Long words of the story itself. — And more."]);
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
        assert_eq!(first.published.as_deref(), Some("2020-01-15T10:20:30Z"));
        assert_eq!(entries[1].as_ref().unwrap().paragraphs, ["İkinci paragraf."]);
        assert_eq!(read("<rss></rss>"), Ok(Vec::new()));
    }

    #[test]
    fn prefixes_and_escapes_lose_nothing() {
        let feed = "<a:feed xmlns:a='http://www.w3.org/2005/Atom' xmlns:h='http://www.w3.org/1999/xhtml'>\
            <a:title>Paper</a:title><a:entry><a:title type='xhtml'><h:div>Less &lt; <h:i>more</h:i></h:div>\
            </a:title><a:content type='xhtml'><h:div><h:p>One is x &lt; 5 here.</h:p><h:p>Two.</h:p></h:div>\
            </a:content></a:entry></a:feed>";
        let entries = read(feed).unwrap();
        let draft = entries[0].as_ref().unwrap();
        assert_eq!(draft.title.as_deref(), Some("Less < more"));
        assert_eq!(draft.paragraphs, ["One is x < 5 here.", "Two."]);
        assert_eq!(draft.details.source_name.as_deref(), Some("Paper"));
        let twice = "<rss><channel><item><title>It&amp;#x27;s &amp;quot;no&amp;quot;</title>\
            <description>Text of it.</description></item></channel></rss>";
        let entries = read(twice).unwrap();
        assert_eq!(entries[0].as_ref().unwrap().title.as_deref(), Some("It's \"no\""));
    }

    #[test]
    fn one_bad_entry_is_one_error() {
        let feed = "<rss><channel><item><description>First text.</description></item><item><description>\
            <![CDATA[ never closed </description></item><item><description>Third text.</description></item>\
            </channel></rss>";
        let entries = read(feed).unwrap();
        assert!(entries[0].is_ok() && entries[2].is_ok(), "{entries:?}");
        assert!(matches!(entries[1], Err(ArticleError::Malformed { .. })));
    }
}

//! NITF → a draft: the headline, byline and dateline of `body.head`, the paragraphs of
//! `body.content`, dates and state of `docdata`. Captions, taglines and notes are not the story.

use super::html::read_fragment;
use super::signals::edition;
use super::text::read_plain;
use super::timestamps::{normalise, seconds};
use super::xml::{self, Element, Shape};
use super::{ArticleError, Details, Draft, Status};

/// Reads a document.
///
/// # Errors
/// `Malformed` when it is no tree.
pub(super) fn read(text: &str) -> Result<Draft, ArticleError> {
    let root = xml::parse(text).map_err(|error| malformed(&error))?;
    Ok(read_element(&root))
}

fn malformed(error: &xml::XmlError) -> ArticleError {
    ArticleError::Malformed { format: "NITF", reason: error.to_string() }
}

/// Reads a `nitf` element, which NewsML has inside, too.
pub(super) fn read_element(nitf: &Element) -> Draft {
    let empty = Element::default();
    let docdata = nitf.at(&["head", "docdata"]).unwrap_or(&empty);
    let head = nitf.at(&["body", "body.head"]).unwrap_or(&empty);
    let mut paragraphs = nitf.child("body").map(body_text).unwrap_or_default();
    let abstract_text = head.child("abstract").and_then(Element::line);
    let mut notes = Vec::new();
    match abstract_text {
        // A lead that is all there is.
        Some(text) if paragraphs.is_empty() => paragraphs.push(text),
        Some(text) if !paragraphs.iter().any(|own| own.contains(&text)) => {
            notes.push(format!("Left out the abstract, which tells the story again: “{text}”."));
        }
        _ => {}
    }
    let hedline = head.child("hedline").unwrap_or(&empty);
    let line = |element: &Element, name: &str| element.child(name).and_then(Element::line);
    let norm = |name: &str| docdata.child(name)?.attribute("norm").and_then(normalise);
    let issued = norm("date.issue");
    let story_date = head.first("story.date").and_then(|date| date.attribute("norm"));
    let published = issued.clone().or_else(|| story_date.and_then(normalise)).or_else(|| {
        nitf.at(&["head", "pubdata"])?.attribute("date.publication").and_then(normalise)
    });
    Draft {
        title: line(hedline, "hl1")
            .or_else(|| line(head, "hl1"))
            .or_else(|| nitf.at(&["head", "title"]).and_then(Element::line)),
        published: published.or_else(|| norm("date.release")),
        details: details(nitf, docdata, head, issued),
        paragraphs,
        notes,
        ..Draft::default()
    }
}

fn details(nitf: &Element, docdata: &Element, head: &Element, issued: Option<String>) -> Details {
    let line = |name: &str| head.child(name).and_then(Element::line);
    let attribute = |name: &str, key: &str| {
        docdata.child(name).and_then(|it| it.attribute(key)).map(str::to_string)
    };
    let release = attribute("date.release", "norm").and_then(|norm| normalise(&norm));
    let editors_note = attribute("ed-msg", "info");
    let management = docdata.attribute("management-status");
    let management = management.or_else(|| nitf.attribute("management-status"));
    // The time of release is the embargo, which is no state of its own.
    let embargoed = management.is_some_and(|it| it.eq_ignore_ascii_case("embargoed"));
    let status = management.filter(|_| !embargoed).and_then(Status::parse);
    let (du_key, version) = (attribute("du-key", "key"), attribute("du-key", "version"));
    let subtitle = head.child("hedline").and_then(|hedline| hedline.child("hl2"));
    let copyright = docdata.child("doc.copyright").and_then(|it| {
        let parts = [it.attribute("year"), it.attribute("holder")];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| format!("© {}", parts.join(" ")))
    });
    Details {
        subtitle: subtitle.and_then(Element::line),
        byline: head.child("byline").and_then(signed),
        dateline: head.child("dateline").and_then(place),
        embargo: embargo(release, issued.as_deref(), embargoed),
        item: version.as_ref().and(du_key.clone()).or_else(|| attribute("doc-id", "id-string")),
        // Senders without keys say it in the title of the document: `FERRY-CLOSURE, 2nd Ld`.
        version: version.or_else(|| {
            nitf.at(&["head", "title"]).and_then(Element::line).as_deref().and_then(edition)
        }),
        slug: meta(nitf, "slug").or(du_key).or_else(|| meta(nitf, "anpa-keyword")),
        status: status.unwrap_or_default(),
        source_name: line("distributor").or_else(|| attribute("doc.copyright", "holder")),
        section: attribute("fixture", "fix-id").or_else(|| meta(nitf, "section")),
        rights: line("rights").or(copyright),
        editors_note: editors_note.or_else(|| line("note")),
        ..Details::default()
    }
}

/// A release after the issue; without a known time when the document only says that there is one.
fn embargo(release: Option<String>, issued: Option<&str>, embargoed: bool) -> Option<String> {
    let release = release.filter(|release| {
        embargoed || issued.is_some() && seconds(release) > issued.and_then(seconds)
    });
    release.or_else(|| embargoed.then(|| "until further notice".to_string()))
}

/// The names of a byline, which may have elements of their own for each and for their titles.
pub(super) fn signed(byline: &Element) -> Option<String> {
    let parts: Vec<String> = byline.elements().filter_map(Element::line).collect();
    let line = byline.line()?;
    let whole: String = person(&line).split_whitespace().collect();
    let joined: String = parts.iter().flat_map(|part| part.split_whitespace()).collect();
    // Text outside of the elements would be lost.
    Some(if parts.len() > 1 && whole == joined { parts.join(", ") } else { person(&line) })
}

/// The value of a `meta` element of the head.
fn meta(nitf: &Element, name: &str) -> Option<String> {
    let mut metas = nitf.child("head")?.elements().filter(|element| element.is("meta"));
    let found = metas.find(|meta| meta.attribute("name").is_some_and(|own| own == name))?;
    found.attribute("content").map(str::to_string)
}

/// The place of a dateline: its location, else its text without the date.
fn place(dateline: &Element) -> Option<String> {
    if let Some(location) = dateline.child("location").and_then(Element::line) {
        return Some(location);
    }
    let shape = |it: &Element| if it.is("story.date") { Shape::Dropped } else { Shape::Unwrapped };
    read_fragment(&dateline.inner_html(shape)).into_iter().next()
}

/// A byline without `By`.
pub(super) fn person(byline: &str) -> String {
    let start = byline.get(..3).filter(|start| start.eq_ignore_ascii_case("by "));
    start.map_or(byline, |_| &byline[3..]).trim().to_string()
}

/// The paragraphs of `body.content`, which some senders write in `body` itself.
fn body_text(body: &Element) -> Vec<String> {
    let contents: Vec<&Element> = body.all("body.content");
    if contents.is_empty() {
        return content(body);
    }
    contents.into_iter().flat_map(content).collect()
}

/// The paragraphs of an element that holds NITF's or HTML's elements, or text alone.
pub(super) fn content(element: &Element) -> Vec<String> {
    let blocks = ["p", "block", "hl2", "table", "ul", "ol", "li", "div", "h2", "br", "pre", "hl1"];
    let has_blocks = blocks.iter().any(|name| element.first(name).is_some());
    let preformatted = element.first("p").is_none() && element.first("pre").is_some();
    if has_blocks && !preformatted {
        return read_fragment(&element.inner_html(shape));
    }
    let text = element.text();
    if text.contains("<p") || text.contains("<br") {
        return read_fragment(&text);
    }
    let draft = read_plain(&text);
    draft.title.into_iter().chain(draft.paragraphs).collect()
}

/// What NITF's elements are in HTML.
fn shape(element: &Element) -> Shape {
    match &*element.name.to_ascii_lowercase() {
        "media"
        | "media-caption"
        | "media-producer"
        | "media-metadata"
        | "tagline"
        | "note"
        | "bibliography"
        | "head"
        | "body.head"
        | "body.end"
        | "script"
        | "style"
        | "nitf-table-metadata"
        | "nitf-col"
        | "fn" => Shape::Dropped,
        // Tables of NITF never lay out a page: each row is a line of data.
        "table" | "tbody" | "thead" | "tfoot" => Shape::Named("div"),
        "tr" => Shape::Row,
        "hl1" => Shape::Named("h1"),
        "hl2" => Shape::Named("h2"),
        "block" | "body.content" | "datasource" => Shape::Named("div"),
        "lang" | "person" | "location" | "org" | "event" | "function" | "object.title" | "num"
        | "money" | "chron" | "virtloc" | "copyrite" | "classifier" | "pronounce"
        | "nitf-table" | "name.given" | "name.family" | "city" | "country" | "state" | "region"
        | "sublocation" | "frac" | "frac-num" | "frac-sep" | "frac-den" | "postaddr"
        | "alt-code" => Shape::Unwrapped,
        _ => Shape::Same,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: &str = "<nitf><head><title>BRIDGE-REPAIR, 1st Ld</title>\
        <meta name='slug' content='BRIDGE'/><docdata management-status='usable'>\
        <doc-id id-string='x.17'/><date.issue norm='20230911T081500+0300'/>\
        <date.release norm='20230911T180000+0300'/><ed-msg info='Editors: adds cost.'/>\
        <doc.copyright year='2023' holder='Plain Wire'/></docdata></head><body><body.head>\
        <hedline><hl1>Velmar bridge to be repaired</hl1><hl2>Work begins in May</hl2></hedline>\
        <byline>By Ada Moss</byline><distributor><org>Plain Wire</org></distributor>\
        <dateline><location>VELMAR</location> <story.date norm='20230911'>Sept 11</story.date></dateline>\
        <abstract><p>It will cost millions.</p></abstract></body.head><body.content><block>\
        <p>The council of <location><city>Velmar</city></location> will repair the bridge.</p>\
        <hl2>Cost</hl2><p>It set 3 &lt; 4 million aside.</p></block>\
        <table><tr><td>Cars in 2022</td><td>290,000</td></tr></table>\
        <media media-type='image'><media-caption>The bridge. Photo: Wire</media-caption></media>\
        </body.content><body.end><tagline>Editing by Bo</tagline></body.end></body></nitf>";

    #[test]
    fn each_part_goes_to_its_field() {
        let draft = read(STORY).unwrap();
        assert_eq!(draft.title.as_deref(), Some("Velmar bridge to be repaired"));
        assert_eq!(draft.published.as_deref(), Some("2023-09-11T08:15:00+03:00"));
        let text = [
            "The council of Velmar will repair the bridge.",
            "Cost",
            "It set 3 < 4 million aside.",
            "Cars in 2022 | 290,000",
        ];
        assert_eq!(draft.paragraphs, text);
        let details = draft.details;
        assert_eq!(details.subtitle.as_deref(), Some("Work begins in May"));
        assert_eq!(details.byline.as_deref(), Some("Ada Moss"));
        assert_eq!(details.dateline.as_deref(), Some("VELMAR"));
        assert_eq!(details.embargo.as_deref(), Some("2023-09-11T18:00:00+03:00"));
        assert_eq!(details.slug.as_deref(), Some("BRIDGE"));
        assert_eq!(details.item.as_deref(), Some("x.17"));
        assert_eq!(details.source_name.as_deref(), Some("Plain Wire"));
        assert_eq!(details.rights.as_deref(), Some("© 2023 Plain Wire"));
        assert_eq!(details.editors_note.as_deref(), Some("Editors: adds cost."));
        assert!(draft.notes[0].contains("It will cost millions"), "{:?}", draft.notes);
    }

    #[test]
    fn an_abstract_alone_is_the_text_and_lines_alone_are_paragraphs() {
        let draft =
            read("<nitf><body><body.head><abstract>All.</abstract></body.head></body></nitf>");
        assert_eq!(draft.unwrap().paragraphs, ["All."]);
        let lines = "<nitf><body><body.content>First paragraph here.\n\nThe second one.</body.content></body></nitf>";
        assert_eq!(read(lines).unwrap().paragraphs, ["First paragraph here.", "The second one."]);
    }
}

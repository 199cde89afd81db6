//! An item of NewsML-G2.

use super::{data, inline};
use crate::article::nitf::signed;
use crate::article::timestamps::normalise;
use crate::article::xml::Element;
use crate::article::{ArticleError, Details, Draft, Kind, Status};

pub(super) fn read_item(item: &Element) -> Result<Draft, ArticleError> {
    let empty = Element::default();
    let meta = item.child("itemMeta").unwrap_or(&empty);
    let content = item.child("contentMeta").unwrap_or(&empty);
    let own = text_of(item);
    let line = |element: &Element, name: &str| element.child(name).and_then(Element::line);
    let time = |element: &Element, name: &str| line(element, name).and_then(|it| normalise(&it));
    let created = time(meta, "versionCreated");
    let published = time(meta, "firstCreated")
        .or_else(|| time(content, "contentCreated"))
        .or_else(|| created.clone());
    let draft = Draft {
        id: item.attribute("guid").map(str::to_string),
        kind: kind(meta, content),
        title: headline(content).or(own.title),
        published: published.or(own.published),
        details: details(item, meta, content, created, own.details),
        language: language(item, content),
        paragraphs: own.paragraphs,
        notes: own.notes,
    };
    // A kill has no text and still has to be known.
    match draft.paragraphs.is_empty() && draft.details.status.permits() {
        true => Err(no_text(meta)),
        false => Ok(draft),
    }
}

/// The richest rendition that has text. `remoteContent` lies elsewhere and is never fetched.
fn text_of(item: &Element) -> Draft {
    let Some(set) = item.child("contentSet") else { return Draft::default() };
    let inline_xml = set.elements().filter(|element| element.is("inlineXML")).map(inline);
    let inline_data = set.elements().filter(|element| element.is("inlineData")).map(|element| {
        let content_type = element.attribute("contenttype").unwrap_or("");
        Draft { paragraphs: data(&element.text(), content_type), ..Draft::default() }
    });
    inline_xml.chain(inline_data).find(|draft| !draft.paragraphs.is_empty()).unwrap_or_default()
}

fn no_text(meta: &Element) -> ArticleError {
    let class = meta.child("itemClass").and_then(|class| class.attribute("qcode")).unwrap_or("");
    match class.rsplit(':').next() {
        Some("picture") => ArticleError::NotText { kind: "a picture item" },
        Some("video") => ArticleError::NotText { kind: "a video item" },
        Some("audio") => ArticleError::NotText { kind: "an audio item" },
        Some("graphic" | "animated") => ArticleError::NotText { kind: "a graphic item" },
        _ => ArticleError::NoText,
    }
}

/// The headline that is no short form or alternative of another.
fn headline(content: &Element) -> Option<String> {
    let headlines: Vec<&Element> =
        content.elements().filter(|element| element.is("headline")).collect();
    let main = headlines.iter().find(|it| {
        it.attribute("role").is_none_or(|role| role.ends_with("main") || role.ends_with("title"))
    });
    main.or(headlines.first()).and_then(|headline| headline.line())
}

fn language(item: &Element, content: &Element) -> Option<String> {
    let tag = content.child("language").and_then(|language| language.attribute("tag"));
    tag.or_else(|| item.attribute("lang")).map(str::to_string)
}

fn kind(meta: &Element, content: &Element) -> Option<Kind> {
    let genres = content.elements().filter(|element| element.is("genre"));
    let roles = meta.elements().filter(|element| element.is("role") || element.is("profile"));
    let codes = genres.chain(roles).filter_map(|element| element.attribute("qcode"));
    let mut names = codes.map(|code| code.rsplit(':').next().unwrap_or(code).to_ascii_lowercase());
    names.any(|name| name == "advisory").then_some(Kind::Advisory)
}

fn details(
    item: &Element,
    meta: &Element,
    content: &Element,
    created: Option<String>,
    own: Details,
) -> Details {
    let line = |element: &Element, name: &str| element.child(name).and_then(Element::line);
    let code = |element: &Element, name: &str| {
        let element = element.child(name)?;
        let named = element.child("name").and_then(Element::line);
        let coded = ["qcode", "literal", "uri"].iter().find_map(|key| element.attribute(key));
        named.or_else(|| coded.map(|code| code.rsplit(':').next().unwrap_or(code).to_string()))
    };
    let rights = item.child("rightsInfo");
    let terms: Vec<String> = ["copyrightNotice", "usageTerms"]
        .iter()
        .filter_map(|name| rights.and_then(|rights| line(rights, name)))
        .collect();
    let embargo = meta.child("embargoed").map(|embargo| {
        let time = embargo.line().and_then(|time| normalise(&time).or(Some(time)));
        time.unwrap_or_else(|| "until further notice".to_string())
    });
    Details {
        byline: content.child("by").and_then(signed).or(own.byline),
        dateline: line(content, "dateline").or(own.dateline),
        updated: created,
        embargo: embargo.or(own.embargo),
        version: item.attribute("version").map(str::to_string).or(own.version),
        item: item.attribute("guid").map(str::to_string).or(own.item),
        slug: line(content, "slugline").or(own.slug),
        status: status(meta, own.status),
        replaces: replaced(item, meta),
        source_name: code(meta, "provider")
            .or_else(|| line(content, "creditline"))
            .or(own.source_name),
        section: code(meta, "service").or(own.section),
        rights: if terms.is_empty() { own.rights } else { Some(terms.join(" ")) },
        editors_note: line(meta, "edNote").or(own.editors_note),
        ..own
    }
}

/// The publishing status, and the signal of a correction.
fn status(meta: &Element, own: Status) -> Status {
    let status = meta.child("pubStatus").and_then(|status| status.attribute("qcode"));
    let status = status.and_then(Status::parse).unwrap_or(own);
    let signals = meta.elements().filter(|element| element.is("signal"));
    let mut codes = signals.filter_map(|signal| signal.attribute("qcode").and_then(Status::parse));
    match codes.find(|signal| !signal.is_usable()) {
        Some(signal) if status.permits() => signal,
        _ => status,
    }
}

/// Items that this one says it replaces or corrects.
fn replaced(item: &Element, meta: &Element) -> Vec<String> {
    let own = item.attribute("guid");
    let links = meta.elements().filter(|element| element.is("link"));
    let replacing = links.filter(|link| {
        link.attribute("rel").is_some_and(|rel| {
            let rel = rel.rsplit(':').next().unwrap_or(rel).to_ascii_lowercase();
            ["previousversion", "replaces", "corrects", "supersedes"].contains(&rel.as_str())
        })
    });
    let names = replacing
        .filter_map(|link| link.attribute("residref").or_else(|| link.attribute("guidref")));
    names.filter(|name| Some(*name) != own).map(str::to_string).collect()
}

//! An item of NewsML 1.0 to 1.2, whose components nest: a story, its captions, its renditions.

use super::{data, inline};
use crate::article::nitf::person;
use crate::article::timestamps::normalise;
use crate::article::xml::{Element, Node};
use crate::article::{ArticleError, Details, Draft, Status};

/// Components that are no story, by their role.
const ASIDE: [&str; 9] =
    ["caption", "picture", "photo", "image", "graphic", "video", "audio", "summary", "thumbnail"];

/// A text of an item with the lines that stand nearest to it.
struct Story<'e> {
    lines: Option<&'e Element>,
    draft: Draft,
}

/// One draft for each story of the item: as a rule one.
pub(super) fn read_item(item: &Element) -> Vec<Result<Draft, ArticleError>> {
    let mut stories = Vec::new();
    for component in item.elements().filter(|element| element.is("NewsComponent")) {
        collect(component, None, &mut stories);
    }
    let stories = joined(stories);
    if stories.is_empty() {
        let lines = item.first("NewsLines");
        let draft = finished(item, Story { lines, draft: Draft::default() }, None);
        // A kill has no text and still has to be known.
        return match draft.details.status.permits() {
            true => vec![Err(ArticleError::NoText)],
            false => vec![Ok(draft)],
        };
    }
    let count = stories.len();
    let number = |place: usize| (count > 1).then_some(place + 1);
    let numbered = stories.into_iter().enumerate();
    numbered.map(|(place, story)| Ok(finished(item, story, number(place)))).collect()
}

/// All texts below a component. Of components that are renditions of one another the first with
/// text counts.
fn collect<'e>(component: &'e Element, lines: Option<&'e Element>, found: &mut Vec<Story<'e>>) {
    let role = component.child("Role").and_then(|role| role.attribute("FormalName"));
    let role = role.unwrap_or("").to_ascii_lowercase();
    if ASIDE.iter().any(|aside| role.contains(aside)) {
        return;
    }
    let lines = component.child("NewsLines").or(lines);
    let equivalent = component.attribute("EquivalentsList").is_some_and(|it| it == "yes");
    let before = found.len();
    for element in component.elements() {
        if element.is("ContentItem") {
            let draft = content_item(element);
            if !draft.paragraphs.is_empty() {
                found.push(Story { lines, draft });
            }
        } else if element.is("NewsComponent") {
            collect(element, lines, found);
        }
        if equivalent && found.len() > before {
            return;
        }
    }
}

fn content_item(item: &Element) -> Draft {
    let media = item.child("MediaType").and_then(|media| media.attribute("FormalName"));
    let is_text = media
        .is_none_or(|media| ["text", "complexdata"].contains(&media.to_ascii_lowercase().as_str()));
    let Some(content) = item.first("DataContent").filter(|_| is_text) else {
        return Draft::default();
    };
    let verbatim = content.elements().next().is_none()
        && content.children.iter().any(|node| matches!(node, Node::Verbatim(_)));
    if verbatim {
        return Draft { paragraphs: data(&content.text(), ""), ..Draft::default() };
    }
    inline(content)
}

/// Texts below the same lines are parts of one story.
fn joined(stories: Vec<Story>) -> Vec<Story> {
    let mut joined: Vec<Story> = Vec::new();
    for story in stories {
        let same = |last: &&mut Story| match (last.lines, story.lines) {
            (Some(one), Some(other)) => std::ptr::eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        match joined.last_mut().filter(same) {
            Some(last) => last.draft.paragraphs.extend(story.draft.paragraphs),
            None => joined.push(story),
        }
    }
    joined
}

/// `number` tells the stories of one item apart.
fn finished(item: &Element, story: Story, number: Option<usize>) -> Draft {
    let empty = Element::default();
    let lines = story.lines.unwrap_or(&empty);
    let own = story.draft;
    let line = |name: &str| lines.child(name).and_then(Element::line);
    let manage = item.child("NewsManagement").unwrap_or(&empty);
    let time = |name: &str| manage.child(name)?.line().and_then(|time| normalise(&time));
    let (first, revised) = (time("FirstCreated"), time("ThisRevisionCreated"));
    let sent = item.first("DateId").and_then(Element::line).and_then(|time| normalise(&time));
    let name = name(item).map(|name| match number {
        Some(number) => format!("{name}#{number}"),
        None => name,
    });
    let language = item.first("Language").and_then(|language| language.attribute("FormalName"));
    let language = language.or_else(|| item.attribute("lang"));
    let published = first.clone().or_else(|| revised.clone()).or(own.published).or(sent);
    let details = Details {
        subtitle: line("SubHeadLine").or(own.details.subtitle.clone()),
        byline: line("ByLine").map(|byline| person(&byline)).or(own.details.byline.clone()),
        dateline: line("DateLine").or(own.details.dateline.clone()),
        updated: revised,
        slug: line("SlugLine").or_else(|| line("SlugLineText")).or(own.details.slug.clone()),
        rights: line("CopyrightLine").or_else(|| line("RightsLine")).or(own.details.rights.clone()),
        item: name.clone(),
        ..management(item, manage, own.details)
    };
    Draft {
        id: name,
        title: line("HeadLine").or(own.title),
        published,
        details,
        language: language.map(str::to_string),
        paragraphs: own.paragraphs,
        notes: own.notes,
        ..Draft::default()
    }
}

/// The name that all revisions share.
fn name(item: &Element) -> Option<String> {
    let identifier = item.at(&["Identification", "NewsIdentifier"])?;
    let part = |name: &str| identifier.child(name).and_then(Element::line);
    let parts = [part("ProviderId"), part("NewsItemId")];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.len() == 2 { Some(parts.join(":")) } else { part("PublicIdentifier") }
}

fn management(item: &Element, manage: &Element, own: Details) -> Details {
    let formal = |element: &Element, name: &str| {
        element.child(name).and_then(|it| it.attribute("FormalName")).map(str::to_string)
    };
    let instruction = formal(manage, "Instruction").and_then(|it| Status::parse(&it));
    let status = formal(manage, "Status");
    let embargoed = status.as_deref().is_some_and(|it| it.eq_ignore_ascii_case("embargoed"));
    let change = manage.at(&["StatusWillChange", "DateAndTime"]).and_then(Element::line);
    let change = change.and_then(|time| normalise(&time));
    let status = match embargoed {
        // The time at which the status changes is the embargo.
        true => Status::Usable,
        false => status.and_then(|it| Status::parse(&it)).unwrap_or(own.status),
    };
    let embargo = change.or_else(|| embargoed.then(|| "until further notice".to_string()));
    let provider = item.first("Provider").and_then(|it| it.first("Party")?.attribute("FormalName"));
    let provider = provider.map(str::to_string).or_else(|| item.first("ProviderId")?.line());
    let identifier = item.at(&["Identification", "NewsIdentifier"]);
    let version = identifier.and_then(|it| it.child("RevisionId")?.line());
    Details {
        embargo: if embargoed { embargo } else { own.embargo.clone() },
        version: version.or(own.version.clone()),
        status: instruction.filter(|it| status.permits() && !it.is_usable()).unwrap_or(status),
        source_name: provider.or(own.source_name.clone()),
        ..own
    }
}

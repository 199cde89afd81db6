//! Text → a tree of XML elements. Tolerant, since feeds are often not well-formed: end tags that
//! fit nothing are passed over, missing ones are put in, unknown references stay as they are.
//! Nothing outside the text is ever fetched and no entity of a document type is expanded.

mod build;

use std::rc::Rc;

use super::limits::{DEPTH_OF_XML, ELEMENTS_OF_XML};

/// An element with its content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    /// Name without its prefix, as it is written.
    pub name: Rc<str>,
    /// The URI that its prefix stands for; the prefix itself when it is not declared.
    pub namespace: Rc<str>,
    attributes: Vec<(Rc<str>, String)>,
    pub children: Vec<Node>,
    /// It was open when the text ended or broke off.
    pub torn: bool,
}

/// What stands in an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Element(Element),
    /// With its references resolved.
    Text(String),
    /// A CDATA section.
    Verbatim(String),
}

/// Why a text is no tree.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum XmlError {
    #[error("its elements are nested more than {DEPTH_OF_XML} deep")]
    TooDeep,
    #[error("it has more than {ELEMENTS_OF_XML} elements")]
    TooLarge,
    #[error("it holds no element")]
    Nothing,
}

/// Reads a document. Where its syntax breaks, all that stood before is kept, and the elements that
/// were open are marked as torn.
///
/// # Errors
/// See [`XmlError`].
pub(super) fn parse(text: &str) -> Result<Element, XmlError> {
    build::parse(text)
}

/// The name of the first element and its namespace prefix: `rss`, `NewsML`, `svg:svg`.
pub(super) fn root_name(head: &str) -> Option<&str> {
    let mut rest = head.trim_start_matches('\u{feff}').trim_start();
    loop {
        rest = rest.strip_prefix('<')?;
        let end = match rest {
            _ if rest.starts_with("!--") => rest.find("-->")? + 3,
            _ if rest.starts_with('?') => rest.find("?>")? + 2,
            _ if rest.starts_with('!') => end_of_declaration(rest)?,
            _ => break,
        };
        rest = rest[end..].trim_start();
    }
    let end = rest.find(|it: char| !(it.is_alphanumeric() || "_-.:".contains(it)))?;
    let name = &rest[..end];
    let follows =
        rest[end..].starts_with(['>', '/']) || rest[end..].starts_with(char::is_whitespace);
    (follows && name.starts_with(|it: char| it.is_alphabetic() || it == '_')).then_some(name)
}

/// Behind a document type, with the declarations inside its brackets.
fn end_of_declaration(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (place, letter) in text.char_indices() {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            '>' if depth == 0 => return Some(place + 1),
            _ => {}
        }
    }
    None
}

impl Element {
    /// Whether it has this name, in any case of its letters.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The value of an attribute, by its name without a prefix; an empty one counts as missing.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(own, _)| own.eq_ignore_ascii_case(name))?;
        Some(found.1.trim()).filter(|value| !value.is_empty())
    }

    /// The elements directly inside.
    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            _ => None,
        })
    }

    /// The first element of that name directly inside.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.elements().find(|element| element.is(name))
    }

    /// The first element at the end of a path of names: `["head", "docdata"]`.
    pub fn at(&self, path: &[&str]) -> Option<&Element> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// Every element of that name at any depth, in reading order; none inside another one.
    pub fn all<'e>(&'e self, name: &str) -> Vec<&'e Element> {
        let mut found = Vec::new();
        self.collect(name, &mut found);
        found
    }

    fn collect<'e>(&'e self, name: &str, found: &mut Vec<&'e Element>) {
        for element in self.elements() {
            if element.is(name) {
                found.push(element);
            } else {
                element.collect(name, found);
            }
        }
    }

    /// The first element of that name at any depth.
    pub fn first(&self, name: &str) -> Option<&Element> {
        self.elements().find_map(|it| if it.is(name) { Some(it) } else { it.first(name) })
    }

    /// All text inside with single spaces; `None` when there is none.
    pub fn line(&self) -> Option<String> {
        let text = self.text();
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        (!line.is_empty()).then_some(line)
    }

    /// All text inside as it stands.
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.write_text(&mut text);
        text
    }

    fn write_text(&self, text: &mut String) {
        for node in &self.children {
            match node {
                Node::Element(element) => element.write_text(text),
                Node::Text(part) | Node::Verbatim(part) => text.push_str(part),
            }
        }
    }

    /// The content as HTML: names without prefixes, `rename` says what an element becomes there.
    pub fn inner_html(&self, rename: fn(&Element) -> Shape) -> String {
        let mut html = String::new();
        self.write_html(rename, &mut html);
        html
    }

    fn write_html(&self, rename: fn(&Element) -> Shape, html: &mut String) {
        for node in &self.children {
            match node {
                Node::Text(text) | Node::Verbatim(text) => push_escaped(html, text),
                Node::Element(element) => match rename(element) {
                    Shape::Dropped => {}
                    Shape::Unwrapped => element.write_html(rename, html),
                    Shape::Row => element.write_row(html),
                    Shape::Named(name) => element.write_tag(name, rename, html),
                    Shape::Same => {
                        element.write_tag(&element.name.to_ascii_lowercase(), rename, html);
                    }
                },
            }
        }
    }

    fn write_row(&self, html: &mut String) {
        let cells: Vec<String> = self.elements().filter_map(Element::line).collect();
        html.push_str("<p>");
        push_escaped(html, &cells.join(" | "));
        html.push_str("</p>");
    }

    fn write_tag(&self, name: &str, rename: fn(&Element) -> Shape, html: &mut String) {
        html.push('<');
        html.push_str(name);
        for (attribute, value) in &self.attributes {
            if matches!(&**attribute, "class" | "id" | "href" | "hidden" | "datetime") {
                html.push_str(&format!(" {attribute}=\""));
                push_escaped(html, value);
                html.push('"');
            }
        }
        html.push('>');
        if !matches!(name, "br" | "hr" | "img" | "wbr" | "meta" | "link" | "input") {
            self.write_html(rename, html);
            html.push_str(&format!("</{name}>"));
        }
    }
}

/// What an element becomes in HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Same,
    Named(&'static str),
    /// Its content without it.
    Unwrapped,
    /// A line of its cells.
    Row,
    Dropped,
}

fn push_escaped(html: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            _ => html.push(letter),
        }
    }
}

#[cfg(test)]
mod tests;

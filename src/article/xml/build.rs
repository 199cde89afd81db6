//! Events of quick-xml → the tree.

use std::collections::HashSet;
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::escape::resolve_html5_entity;
use quick_xml::events::{BytesStart, Event};

use super::{Element, Node, XmlError};
use crate::article::limits::{DEPTH_OF_XML, ELEMENTS_OF_XML};

/// Elements of HTML that have no content and often no end tag.
const VOID: [&str; 5] = ["br", "hr", "img", "wbr", "input"];

pub(super) fn parse(text: &str) -> Result<Element, XmlError> {
    let mut builder = Builder::default();
    let mut rest = text;
    loop {
        match builder.read(rest) {
            Ok(()) => break,
            Err(Broken::Limit(error)) => return Err(error),
            // An entry that breaks the syntax is lost alone: reading goes on at the next one.
            Err(Broken::At(place)) => match next_entry(rest, place) {
                Some(next) => {
                    builder.tear();
                    rest = &rest[next..];
                }
                None => break,
            },
        }
    }
    builder.finish()
}

enum Broken {
    Limit(XmlError),
    /// Bytes that were read before the syntax broke.
    At(usize),
}

/// Where the next `<item` or `<entry` stands behind `place`.
fn next_entry(text: &str, place: usize) -> Option<usize> {
    let mut from = place.max(1);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let tail = text.get(from..)?;
    let found = ["<item>", "<item ", "<entry>", "<entry "].iter().filter_map(|tag| tail.find(tag));
    found.min().map(|found| from + found)
}

#[derive(Default)]
struct Builder {
    /// Open elements, the outermost first.
    open: Vec<Element>,
    /// How many prefixes each open element declared.
    declared: Vec<usize>,
    prefixes: Vec<(String, Rc<str>)>,
    /// Names are few and elements many.
    names: HashSet<Rc<str>>,
    root: Option<Element>,
    count: usize,
}

impl Builder {
    fn read(&mut self, text: &str) -> Result<(), Broken> {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        loop {
            let event = reader.read_event();
            let place = usize::try_from(reader.error_position()).unwrap_or(text.len());
            match event.map_err(|_| Broken::At(place))? {
                Event::Eof => return Ok(()),
                Event::Start(tag) if is_name(tag.name().as_ref()) => {
                    self.start(&tag).map_err(Broken::Limit)?;
                    if VOID.iter().any(|name| tag.name().as_ref().eq_ignore_ascii_case(name)) {
                        self.close();
                    }
                }
                Event::Empty(tag) if is_name(tag.name().as_ref()) => {
                    self.start(&tag).map_err(Broken::Limit)?;
                    self.close();
                }
                // `x < 5 and y > 4` is text.
                Event::Start(tag) => self.text(&format!("<{}>", &*tag)),
                Event::Empty(tag) => self.text(&format!("<{}/>", &*tag)),
                Event::End(tag) => self.end(tag.name().as_ref()),
                Event::Text(text) => self.text(&text),
                Event::GeneralRef(reference) => {
                    let resolved = match reference.resolve_char_ref() {
                        Ok(Some(letter)) => Some(letter.to_string()),
                        _ => resolve_html5_entity(&reference).map(str::to_string),
                    };
                    self.text(&resolved.unwrap_or_else(|| format!("&{};", &*reference)));
                }
                Event::CData(text) => self.push(Node::Verbatim(text.to_string())),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
    }

    fn start(&mut self, tag: &BytesStart) -> Result<(), XmlError> {
        self.count += 1;
        if self.count > ELEMENTS_OF_XML {
            return Err(XmlError::TooLarge);
        }
        let name = tag.name();
        let (prefix, local) = match name.as_ref().split_once(':') {
            Some((prefix, local)) => (prefix.to_string(), local.to_string()),
            None => (String::new(), name.as_ref().to_string()),
        };
        self.end_open_entry(&local);
        if self.open.len() >= DEPTH_OF_XML {
            return Err(XmlError::TooDeep);
        }
        let mut element = Element { name: self.interned(&local), ..Element::default() };
        let mut declared = 0;
        for attribute in tag.html_attributes().with_checks(false).flatten() {
            let key: &str = attribute.key.as_ref();
            let value = unescaped(&attribute.value);
            let own_prefix = key.strip_prefix("xmlns:").or((key == "xmlns").then_some(""));
            match own_prefix {
                Some(prefix) => {
                    self.prefixes.push((prefix.to_string(), value.as_str().into()));
                    declared += 1;
                }
                None => {
                    let key = key.rsplit(':').next().unwrap_or(key).to_string();
                    element.attributes.push((self.interned(&key), value));
                }
            }
        }
        element.namespace = self.namespace(&prefix);
        self.declared.push(declared);
        self.open.push(element);
        Ok(())
    }

    /// Entries of a feed do not stand in one another: one that begins ends one without an end tag.
    fn end_open_entry(&mut self, name: &str) {
        if name == "item" || name == "entry" {
            let feed = self.open.iter().any(|open| open.is("channel") || open.is("feed"));
            let place = self.open.iter().position(|open| &*open.name == name);
            if let Some(place) = place.filter(|_| feed) {
                self.close_to(place);
            }
        }
    }

    fn interned(&mut self, name: &str) -> Rc<str> {
        if let Some(known) = self.names.get(name) {
            return Rc::clone(known);
        }
        let name: Rc<str> = name.into();
        self.names.insert(Rc::clone(&name));
        name
    }

    fn namespace(&mut self, prefix: &str) -> Rc<str> {
        match self.prefixes.iter().rfind(|(known, _)| known == prefix) {
            Some((_, uri)) => Rc::clone(uri),
            None => self.interned(prefix),
        }
    }

    fn end(&mut self, name: &str) {
        let local = name.rsplit(':').next().unwrap_or(name).trim();
        if let Some(place) = self.open.iter().rposition(|open| open.is(local)) {
            self.close_to(place);
        }
    }

    /// Closes the open element at `place` and all inside it.
    fn close_to(&mut self, place: usize) {
        while self.open.len() > place {
            self.close();
        }
    }

    fn close(&mut self) {
        let Some(element) = self.open.pop() else { return };
        let declared = self.declared.pop().unwrap_or(0);
        self.prefixes.truncate(self.prefixes.len().saturating_sub(declared));
        match self.open.last_mut() {
            Some(parent) => parent.children.push(Node::Element(element)),
            // A second root is passed over, as a browser would.
            None => {
                self.root.get_or_insert(element);
            }
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(Node::Text(known)) = self.open.last_mut().and_then(|it| it.children.last_mut())
        {
            return known.push_str(text);
        }
        self.push(Node::Text(text.to_string()));
    }

    fn push(&mut self, node: Node) {
        if let Some(parent) = self.open.last_mut() {
            parent.children.push(node);
        }
    }

    /// The open entry is over where the syntax broke.
    fn tear(&mut self) {
        if let Some(place) = self.open.iter().position(|open| open.is("item") || open.is("entry")) {
            self.open[place].torn = true;
            self.close_to(place);
        }
    }

    fn finish(mut self) -> Result<Element, XmlError> {
        for open in &mut self.open {
            open.torn = true;
        }
        self.close_to(0);
        self.root.ok_or(XmlError::Nothing)
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
}

fn unescaped(value: &str) -> String {
    match quick_xml::escape::unescape_with(value, resolve_html5_entity) {
        Ok(value) => value.into_owned(),
        Err(_) => value.to_string(),
    }
}

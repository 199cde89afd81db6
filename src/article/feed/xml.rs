//! As much of XML as feeds need: elements by name, their children, CDATA, character references.
//! Tolerant, since feeds are often not well-formed; never fails, finds nothing instead.

/// An element with its inner markup as it stands in the source.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'t> {
    pub name: &'t str,
    attributes: &'t str,
    inner: &'t str,
}

impl Element<'_> {
    /// The content: CDATA and character references resolved, elements inside kept as markup.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut rest = self.inner;
        while let Some((before, after)) = rest.split_once("<![CDATA[") {
            text.push_str(&unescape(before));
            let (inside, behind) = after.split_once("]]>").unwrap_or((after, ""));
            text.push_str(inside);
            rest = behind;
        }
        text.push_str(&unescape(rest));
        text
    }

    pub fn attribute(&self, name: &str) -> Option<String> {
        let after = self.attributes.split_once(&format!("{name}="))?.1;
        let quote = after.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let value = after[1..].split_once(quote)?.0;
        Some(unescape(value))
    }
}

/// The inner markup of every element of that name, wherever it stands.
pub(super) fn elements<'t>(source: &'t str, name: &str) -> Vec<&'t str> {
    let mut found = Vec::new();
    let mut place = 0;
    while let Some((element, end)) = next_element(source, place, Some(name)) {
        found.push(element.inner);
        place = end;
    }
    found
}

/// The elements directly inside.
pub(super) fn children(source: &str) -> Vec<Element<'_>> {
    let mut found = Vec::new();
    let mut place = 0;
    while let Some((element, end)) = next_element(source, place, None) {
        found.push(element);
        place = end;
    }
    found
}

/// The next element from `place` on, of that name or of any, and where it ends.
fn next_element<'t>(
    source: &'t str,
    mut place: usize,
    name: Option<&str>,
) -> Option<(Element<'t>, usize)> {
    while let Some(start) = source[place..].find('<').map(|found| place + found) {
        if let Some(end) = skip_unnamed(source, start) {
            place = end;
            continue;
        }
        let tag_end = start + source[start..].find('>')?;
        let tag = &source[start + 1..tag_end];
        let own = tag.split(|letter: char| letter.is_whitespace() || letter == '/').next()?;
        place = tag_end + 1;
        if tag.starts_with('/') || own.is_empty() || name.is_some_and(|name| name != own) {
            continue;
        }
        let attributes = &tag[own.len()..];
        if tag.ends_with('/') {
            return Some((Element { name: own, attributes, inner: "" }, place));
        }
        let (inner_end, end) = closing_tag(source, place, own);
        return Some((Element { name: own, attributes, inner: &source[place..inner_end] }, end));
    }
    None
}

/// Where the element's content and the element end; the end of the source when it is not closed.
fn closing_tag(source: &str, from: usize, name: &str) -> (usize, usize) {
    let mut depth = 1usize;
    let mut place = from;
    while let Some(start) = source[place..].find('<').map(|found| place + found) {
        if let Some(end) = skip_unnamed(source, start) {
            place = end;
            continue;
        }
        let Some(tag_end) = source[start..].find('>').map(|found| start + found) else { break };
        let tag = &source[start + 1..tag_end];
        let closing = tag.starts_with('/');
        let own = tag
            .trim_start_matches('/')
            .split(|letter: char| letter.is_whitespace() || letter == '/')
            .next();
        if own == Some(name) && closing {
            depth -= 1;
            if depth == 0 {
                return (start, tag_end + 1);
            }
        } else if own == Some(name) && !tag.ends_with('/') {
            depth += 1;
        }
        place = tag_end + 1;
    }
    (source.len(), source.len())
}

/// Behind a CDATA section, comment, declaration or instruction that starts here.
fn skip_unnamed(source: &str, start: usize) -> Option<usize> {
    let rest = &source[start..];
    let (_, end) = [("<![CDATA[", "]]>"), ("<!--", "-->"), ("<?", "?>"), ("<!", ">")]
        .into_iter()
        .find(|(open, _)| rest.starts_with(open))?;
    Some(rest.find(end).map_or(source.len(), |found| start + found + end.len()))
}

/// Resolves the five named references of XML and the numeric ones.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let reference = after.split_once(';').filter(|(name, _)| name.len() <= 8);
        match reference.and_then(|(name, behind)| Some((character(name)?, behind))) {
            Some((character, behind)) => {
                plain.push(character);
                rest = behind;
            }
            None => {
                plain.push('&');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

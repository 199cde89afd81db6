//! A page → whether a parser can read it in a time in proportion to its length. Tree builders look
//! through all open elements at each tag, and through all attributes at each attribute.

use std::collections::HashMap;

use crate::article::ArticleError;
use crate::article::limits::{ATTRIBUTES, DEPTH_OF_HTML, ELEMENTS_OF_HTML, REFERENCES_OF_HTML};

/// Elements that have no end tag, and those whose end tag may be left out.
const UNENDED: &str = "area base br col embed hr img input link meta param source track wbr \
    p li dt dd option optgroup rb rt rp tr td th tbody thead tfoot colgroup html head body";

/// Elements in which no tag but their own end tag is one.
const RAW: &str = "script style textarea title xmp iframe noembed noframes";

/// Elements that a parser opens again in each paragraph until they are closed.
const FORMATTING: &str = "b big code em font i nobr s small strike strong tt u";

/// Counts tags without building anything.
///
/// # Errors
/// `Malformed` when there are too many elements, one in another, or attributes, or ampersands.
pub(super) fn check(page: &str) -> Result<(), ArticleError> {
    if page.bytes().filter(|byte| *byte == b'&').count() > REFERENCES_OF_HTML {
        return Err(too_much(format!("it has more than {REFERENCES_OF_HTML} ampersands")));
    }
    let mut counts = Counts::default();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        counts.elements += 1 + counts.reopened;
        if counts.elements > ELEMENTS_OF_HTML {
            return Err(too_much(format!("it has more than {ELEMENTS_OF_HTML} elements")));
        }
        rest = if let Some(comment) = rest.strip_prefix("!--") {
            comment.find("-->").map_or("", |end| &comment[end..])
        } else if let Some(end) = rest.strip_prefix('/') {
            counts.close(name(end));
            end
        } else if rest.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
            counts.open(rest)?
        } else {
            rest
        };
    }
    Ok(())
}

fn too_much(reason: String) -> ArticleError {
    ArticleError::Malformed { format: "HTML", reason }
}

#[derive(Default)]
struct Counts {
    elements: usize,
    depth: usize,
    open: HashMap<String, usize>,
    /// Formatting elements with attributes that are open: the same without any are opened again
    /// three times at most.
    reopened: usize,
}

impl Counts {
    /// Behind a start tag, or behind the element where it is raw text.
    fn open<'p>(&mut self, tag: &'p str) -> Result<&'p str, ArticleError> {
        let name = name(tag);
        let (attributes, behind) = attributes(&tag[name.len()..]);
        if attributes > ATTRIBUTES {
            return Err(too_much(format!("an element has more than {ATTRIBUTES} attributes")));
        }
        let name = name.to_ascii_lowercase();
        let is_in = |list: &str| list.split_whitespace().any(|known| known == name);
        if is_in(RAW) {
            return Ok(behind_raw(behind, &name));
        }
        if !is_in(UNENDED) {
            self.depth += 1;
            self.reopened += usize::from(attributes > 0 && is_in(FORMATTING));
            if self.depth > DEPTH_OF_HTML {
                let reason = format!("its elements are nested more than {DEPTH_OF_HTML} deep");
                return Err(too_much(reason));
            }
            *self.open.entry(name).or_default() += 1;
        }
        Ok(behind)
    }

    fn close(&mut self, name: &str) {
        let name = name.to_ascii_lowercase();
        if let Some(open) = self.open.get_mut(&name).filter(|open| **open > 0) {
            *open -= 1;
            self.depth -= 1;
            let formatting = FORMATTING.split_whitespace().any(|known| known == name);
            self.reopened = self.reopened.saturating_sub(usize::from(formatting));
        }
    }
}

/// The name at the beginning of a tag.
fn name(tag: &str) -> &str {
    let end = |letter: char| letter.is_ascii_whitespace() || "/><".contains(letter);
    &tag[..tag.find(end).unwrap_or(tag.len())]
}

/// How many attributes a tag has, and what stands behind it.
fn attributes(tag: &str) -> (usize, &str) {
    let mut count = 0;
    let mut rest = tag;
    loop {
        rest =
            rest.trim_start_matches(|letter: char| letter.is_ascii_whitespace() || letter == '/');
        if rest.is_empty() || rest.starts_with('>') {
            return (count, rest);
        }
        count += 1;
        let ends = |letter: char| letter.is_ascii_whitespace() || "/>=".contains(letter);
        // An equals sign at the beginning is part of a name.
        let end = rest.char_indices().skip(1).find(|(_, letter)| ends(*letter));
        let name = end.map_or(rest.len(), |(end, _)| end);
        rest = rest[name..].trim_start();
        let Some(value) = rest.strip_prefix('=').map(str::trim_start) else { continue };
        let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''));
        rest = match quote {
            Some(quote) => value[1..].split_once(quote).map_or("", |(_, rest)| rest),
            None => {
                let end = |letter: char| letter.is_ascii_whitespace() || letter == '>';
                &value[value.find(end).unwrap_or(value.len())..]
            }
        };
    }
}

/// What follows raw text, from its end tag on.
fn behind_raw<'p>(text: &'p str, name: &str) -> &'p str {
    let ends = |place: &usize| {
        let tag = text.as_bytes().get(place + 2..place + 2 + name.len());
        tag.is_some_and(|tag| tag.eq_ignore_ascii_case(name.as_bytes()))
    };
    let end = text.match_indices("</").map(|(place, _)| place).find(ends);
    end.map_or("", |end| &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_nothing_are_refused_at_once() {
        let many: String = (0..200_000).map(|number| format!(" a{number}")).collect();
        let fonts: String = (0..900).map(|number| format!("<font size={number}>")).collect();
        let cases = [
            ("<div>".repeat(100_000), "deep"),
            ("<".repeat(5_000_000), "elements"),
            ("&".repeat(5_000_000), "ampersands"),
            ("<p>x".repeat(2_000_000), "elements"),
            (format!("<p{many}>"), "attributes"),
            (format!("{fonts}{}", "<p>x".repeat(100_000)), "elements"),
        ];
        for (page, word) in cases {
            let error = check(&page).unwrap_err().to_string();
            assert!(error.contains(word) && error.contains("more than"), "{error}");
        }
    }

    #[test]
    fn pages_as_they_are_pass() {
        let list = "<ul><li>one<li>two<br><p>x<p CLASS='a>b' hidden =\"<div>\" =x é=1>y</ul>";
        let script =
            "<script>if (a < b) { '<div>'.repeat(9) }</script><!-- <div> --><title><b></title>";
        let page =
            format!("<!doctype html><html><body>{}</body>", [list, script].concat().repeat(2_000));
        assert_eq!(check(&page), Ok(()));
        assert_eq!(attributes(" a b=1 c='>' d = \"x\" />text"), (4, ">text"));
        assert_eq!(check("<p a='never closed"), Ok(()));
        assert_eq!(check("<script>never closed <div>"), Ok(()));
    }
}

//! A paragraph → its sentences. Pure. The rules are
//! the same for the three languages, the words they look at are tables for each.

mod abbreviations;
mod boundary;
mod enclosures;
mod tables;

use crate::language::Language;
use boundary::Context;
use enclosures::Enclosures;

/// Splits a paragraph into its sentences: slices of it in order, without space at the ends, none
/// empty, with nothing but space between them. A line break ends a sentence.
pub fn sentences(paragraph: &str, language: Language) -> Vec<&str> {
    paragraph.lines().flat_map(|line| line_sentences(line, language)).collect()
}

/// [`sentences`], each as a text of its own.
pub fn sentences_of(paragraph: &str, language: Language) -> Vec<String> {
    sentences(paragraph, language).into_iter().map(|sentence| sentence.trim().to_string()).collect()
}

/// [`sentences`] with the first and past-the-last place of each, in characters of the paragraph.
pub fn placed_sentences(paragraph: &str, language: Language) -> Vec<(&str, usize, usize)> {
    let (mut bytes, mut end) = (0, 0);
    let mut placed = Vec::new();
    for sentence in sentences(paragraph, language) {
        let first = sentence.as_ptr() as usize - paragraph.as_ptr() as usize;
        let start = end + paragraph[bytes..first].chars().count();
        (bytes, end) = (first + sentence.len(), start + sentence.chars().count());
        placed.push((sentence, start, end));
    }
    placed
}

fn line_sentences(line: &str, language: Language) -> Vec<&str> {
    let characters: Vec<(usize, char)> = line.char_indices().collect();
    let enclosures = Enclosures::of(&characters);
    let mut found = Vec::new();
    let mut start = 0;
    let mut place = 0;
    while place < characters.len() {
        place += 1;
        if !boundary::is_terminator(characters[place - 1].1) {
            continue;
        }
        let mark = place - 1;
        // "?!", "...", and the quotes and brackets that close behind the mark.
        while place < characters.len() && boundary::is_terminator(characters[place].1) {
            place += 1;
        }
        let marks_end = place;
        while place < characters.len() && boundary::is_closing(&characters, place) {
            place += 1;
        }
        let first = first_visible(&characters, start);
        let next = characters.get(first_visible(&characters, place)).map(|(_, next)| *next);
        let inside = enclosures.cover(first, place - 1, next)
            || enclosures.bracket_closes(first, marks_end, place);
        if place >= characters.len() || inside {
            continue;
        }
        if !characters[place].1.is_whitespace() {
            if boundary::is_glued(&characters, mark, place) {
                push_trimmed(&mut found, slice(line, &characters, start, place));
                start = place;
            }
            continue;
        }
        let context = Context {
            characters: &characters,
            start: first,
            mark,
            marks_end,
            end: place,
            language,
        };
        if context.ends_sentence() {
            push_trimmed(&mut found, slice(line, &characters, start, place));
            start = place;
        }
    }
    push_trimmed(&mut found, slice(line, &characters, start, characters.len()));
    found
}

fn first_visible(characters: &[(usize, char)], start: usize) -> usize {
    let space = characters[start..].iter().take_while(|(_, character)| character.is_whitespace());
    start + space.count()
}

fn slice<'t>(line: &'t str, characters: &[(usize, char)], start: usize, end: usize) -> &'t str {
    let byte = |place: usize| characters.get(place).map_or(line.len(), |(byte, _)| *byte);
    &line[byte(start)..byte(end)]
}

fn push_trimmed<'t>(found: &mut Vec<&'t str>, text: &'t str) {
    let text = text.trim();
    if !text.is_empty() {
        found.push(text);
    }
}

#[cfg(test)]
pub(crate) mod properties;
#[cfg(test)]
mod tests;

//! Raw title and paragraphs → clean ones, and notes on all that was done. Pure: the same text in
//! gives the same text out. Nothing is invented: where a scraper lost a word, a note says so.

mod boilerplate;
mod characters;
mod dateline;
mod lost_words;
mod repeats;

pub(super) use boilerplate::{ends_content, is_boilerplate, is_section_label};
pub(super) use characters::normalise;

use crate::language::{Language, lowercase};

/// Text as it goes to the models.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// The headline, with its characters cleaned.
    pub title: Option<String>,
    /// Paragraphs without line breaks inside, none empty, the headline not among them.
    pub paragraphs: Vec<String>,
    /// The place of the dateline, which was taken off the text.
    pub dateline: Option<String>,
    /// One sentence for people on each thing that was done or looked odd.
    pub notes: Vec<String>,
}

/// Cleans an article: characters and spaces, page furniture, text told twice, lost words.
pub fn clean(title: Option<&str>, paragraphs: &[String], language: Language) -> Cleaned {
    let mut notes = Vec::new();
    let title = title.map(normalise).filter(|title| !title.is_empty());
    let mut texts: Vec<String> = paragraphs.iter().map(|text| normalise(text)).collect();
    texts.retain(|text| text.chars().any(char::is_alphanumeric));
    if texts.iter().any(|text| text.contains('\u{FFFD}')) {
        notes.push("Some characters could not be decoded and stand as \u{FFFD}.".to_string());
    }
    let signs = lost_words::Signs::of(language);
    // Spots are found before the spaces that show them are closed.
    let mut marked: Vec<Marked> = texts
        .into_iter()
        .map(|text| {
            let spots = signs.find(&text);
            Marked { text: characters::close_spaces(&text), spots }
        })
        .collect();
    drop_title(&mut marked, title.as_deref(), language);
    boilerplate::drop_furniture(&mut marked, &mut notes);
    let dateline = dateline::take(&mut marked, &mut notes);
    repeats::drop_repeats(&mut marked, title.as_deref(), language, &mut notes);
    for paragraph in &marked {
        notes.extend(paragraph.spots.iter().map(|spot| {
            format!("Words seem to be lost in the source near “{spot}”; nothing was put in.")
        }));
    }
    let paragraphs = marked.into_iter().map(|paragraph| paragraph.text).collect();
    Cleaned { title, paragraphs, dateline, notes }
}

/// A paragraph with the places where words seem lost.
#[derive(Clone, Debug)]
struct Marked {
    text: String,
    spots: Vec<String>,
}

/// The headline is kept apart; pages repeat it above the text.
fn drop_title(paragraphs: &mut Vec<Marked>, title: Option<&str>, language: Language) {
    let Some(title) = title else { return };
    let title = lowercase(title, language);
    let same = |text: &str| lowercase(text.trim_end_matches('.'), language) == title;
    let leading = paragraphs.iter().take(3).position(|paragraph| same(&paragraph.text));
    if let Some(place) = leading.filter(|_| paragraphs.len() > 1) {
        paragraphs.remove(place);
    }
}

/// The beginning of a text, for a note.
fn excerpt(text: &str) -> String {
    const WORDS: usize = 10;
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() <= WORDS { words.join(" ") } else { format!("{} …", words[..WORDS].join(" ")) }
}

#[cfg(test)]
mod tests;

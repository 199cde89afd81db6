//! Paragraphs → the same without text told twice: copies, near copies, and leads that announce
//! one event again. A lead goes only when every name and number of it stands elsewhere too.

use std::collections::HashSet;

use super::{Marked, excerpt};
use crate::language::{Language, lowercase};
use crate::segment::sentences;

/// Paragraphs from the top among which leads are compared.
const LEADS: usize = 4;

/// Share of the smaller paragraph's content words that two leads of one event have in common.
const SAME_EVENT: f64 = 0.65;

/// The same when the lead has lost words, some of which would have been in common.
const SAME_EVENT_IN_SPOILT: f64 = 0.45;

/// Share of all words (Jaccard) from which one paragraph counts as a copy of another.
const NEAR_COPY: f64 = 0.85;

/// Different words that a paragraph must have to count as a copy: labels and list items recur.
const COPY_WORDS: usize = 10;

/// Near copies are looked for among so many paragraphs before, and among the first ones, so that a
/// text of any length takes time in proportion to it.
const COPY_WINDOW: usize = 60;

/// So many repeats of a kind get a note of their own; the rest are counted.
const COPIES_NAMED: usize = 8;

/// Share of a lead's content words that stand elsewhere when the lead says nothing new.
const NOTHING_NEW: f64 = 0.85;

/// The same for a lead with lost words, which is the one that can best be spared.
const NOTHING_NEW_IN_SPOILT: f64 = 0.65;

/// Sentences shorter than this may well be said twice.
const SENTENCE_WORDS: usize = 10;

/// Letters of a word that are compared: Turkish and Russian words change at their ends.
const STEM: usize = 5;

/// Drops repeated text and notes it.
pub(super) fn drop_repeats(
    paragraphs: &mut Vec<Marked>,
    title: Option<&str>,
    language: Language,
    notes: &mut Vec<String>,
) {
    drop_copies(paragraphs, language, notes);
    drop_repeated_sentences(paragraphs, language, notes);
    drop_leads(paragraphs, title, language, notes);
}

/// Of two paragraphs with nearly the same words the fuller one stays, at the place of the first.
fn drop_copies(paragraphs: &mut Vec<Marked>, language: Language, notes: &mut Vec<String>) {
    let mut copies = 0usize;
    let mut kept: Vec<(Marked, HashSet<String>)> = Vec::new();
    for paragraph in std::mem::take(paragraphs) {
        let words: HashSet<String> = words_of(&paragraph.text, language).collect();
        let window = kept.len().saturating_sub(COPY_WINDOW);
        let (before, recent) = kept.split_at_mut(window);
        let leads = before.iter_mut().take(LEADS);
        let copy = leads.chain(recent).find(|(_, other)| {
            words.len() >= COPY_WORDS
                && jaccard(&words, other) >= NEAR_COPY
                && same_numbers(&words, other)
        });
        let Some((first, first_words)) = copy else {
            kept.push((paragraph, words));
            continue;
        };
        copies += 1;
        if copies <= COPIES_NAMED {
            notes.push(format!("Dropped a repeated paragraph: “{}”.", excerpt(&paragraph.text)));
        }
        let fuller = words.len() > first_words.len() && paragraph.spots.len() <= first.spots.len();
        if fuller || paragraph.spots.len() < first.spots.len() {
            *first = paragraph;
            *first_words = words;
        }
    }
    if copies > COPIES_NAMED {
        notes.push(format!("Dropped {} more repeated paragraphs.", copies - COPIES_NAMED));
    }
    paragraphs.extend(kept.into_iter().map(|(paragraph, _)| paragraph));
}

/// A sentence that stood before, word for word, goes.
fn drop_repeated_sentences(
    paragraphs: &mut Vec<Marked>,
    language: Language,
    notes: &mut Vec<String>,
) {
    let mut seen: HashSet<Vec<String>> = HashSet::new();
    let mut shortened = 0usize;
    for paragraph in paragraphs.iter_mut() {
        let parts = sentences(&paragraph.text, language);
        let fresh: Vec<&str> = parts
            .iter()
            .copied()
            .filter(|sentence| {
                let words: Vec<String> = words_of(sentence, language).collect();
                words.len() < SENTENCE_WORDS || seen.insert(words)
            })
            .collect();
        if fresh.len() < parts.len() {
            let count = parts.len() - fresh.len();
            let text = fresh.join(" ");
            shortened += 1;
            if shortened <= COPIES_NAMED {
                notes.push(format!(
                    "Dropped {count} sentence(s) that stood before, in “{}”.",
                    excerpt(&paragraph.text)
                ));
            }
            paragraph.text = text;
        }
    }
    if shortened > COPIES_NAMED {
        let more = shortened - COPIES_NAMED;
        notes.push(format!("Dropped sentences that stood before, in {more} more paragraphs."));
    }
    paragraphs.retain(|paragraph| !paragraph.text.is_empty());
}

/// Of several leads for one event, those go that say nothing by themselves; leads with lost words first.
fn drop_leads(
    paragraphs: &mut Vec<Marked>,
    title: Option<&str>,
    language: Language,
    notes: &mut Vec<String>,
) {
    let leads = LEADS.min(paragraphs.len().saturating_sub(1));
    let mut order: Vec<usize> = (0..leads).collect();
    order.sort_by_key(|place| (paragraphs[*place].spots.is_empty(), std::cmp::Reverse(*place)));
    let mut dropped: HashSet<usize> = HashSet::new();
    for place in order {
        let rest: Vec<usize> = (0..paragraphs.len())
            .filter(|other| *other != place && !dropped.contains(other))
            .collect();
        if !is_spare_lead(paragraphs, place, &rest, title, language) {
            continue;
        }
        dropped.insert(place);
        let lead = &paragraphs[place];
        let with = if lead.spots.is_empty() { "" } else { ", which had lost words" };
        notes.push(format!(
            "Dropped a second lead for the same event{with}: “{}”.",
            excerpt(&lead.text)
        ));
    }
    let mut place = 0;
    paragraphs.retain(|_| {
        place += 1;
        !dropped.contains(&(place - 1))
    });
}

/// Whether a lead tells what another lead tells and nothing that the rest of the article lacks.
fn is_spare_lead(
    paragraphs: &[Marked],
    place: usize,
    rest: &[usize],
    title: Option<&str>,
    language: Language,
) -> bool {
    let lead = &paragraphs[place];
    let (likeness, bound) = match (lead.spots.is_empty(), place) {
        // A sound first paragraph is the lead that the paper chose.
        (true, 0) => return false,
        (true, _) => (SAME_EVENT, NOTHING_NEW),
        (false, _) => (SAME_EVENT_IN_SPOILT, NOTHING_NEW_IN_SPOILT),
    };
    let mut others = rest.iter().filter(|other| **other < LEADS);
    let retold =
        others.any(|other| overlap(&lead.text, &paragraphs[*other].text, language) >= likeness);
    let texts = rest.iter().map(|other| paragraphs[*other].text.as_str()).chain(title);
    retold && says_nothing_new(&lead.text, &texts.collect::<Vec<_>>().join("\n"), language, bound)
}

/// Whether all names and numbers of a text stand in the rest too, and at least the share `bound` of
/// its content words.
fn says_nothing_new(text: &str, rest: &str, language: Language, bound: f64) -> bool {
    let content = content_words(text, language);
    let elsewhere = content_words(rest, language);
    let told = content.intersection(&elsewhere).count() as f64;
    if told < bound * content.len() as f64 {
        return false;
    }
    let rest: HashSet<String> = words_of(rest, language).map(|word| stem(&word)).collect();
    let mut words = text.split_whitespace().enumerate().filter(|(place, word)| {
        let word = word.trim_start_matches(|character: char| !character.is_alphanumeric());
        let named = word.chars().next().is_some_and(char::is_uppercase);
        // The first word of a sentence is in capitals for another reason.
        (named && *place > 0) || word.chars().any(|character| character.is_ascii_digit())
    });
    words.all(|(_, word)| words_of(word, language).all(|word| rest.contains(&stem(&word))))
}

/// Shared content words, as a share of the shorter text's.
fn overlap(first: &str, second: &str, language: Language) -> f64 {
    let first = content_words(first, language);
    let second = content_words(second, language);
    let smaller = first.len().min(second.len());
    if smaller < 6 {
        return 0.0;
    }
    first.intersection(&second).count() as f64 / smaller as f64
}

/// Stems of the words that carry content: those of four letters and more, and numbers.
fn content_words(text: &str, language: Language) -> HashSet<String> {
    words_of(text, language)
        .filter(|word| {
            word.chars().count() >= 4 || word.chars().any(|character| character.is_ascii_digit())
        })
        .filter(|word| !is_function_word(word))
        .map(|word| stem(&word))
        .collect()
}

fn is_function_word(word: &str) -> bool {
    const WORDS: &str = "that with from this have been were their they which will would about \
        after before into over than when where there said says also could should according \
        için olarak kadar sonra daha gibi olan olduğu olduğunu göre ise veya ancak tarafından \
        этот этого также который которая которые было были после перед чтобы того если словам \
        сообщил сообщила заявил заявила может более между";
    WORDS.split_whitespace().any(|entry| entry == word)
}

fn words_of(text: &str, language: Language) -> impl Iterator<Item = String> {
    let lowered = lowercase(text, language);
    let words: Vec<String> = lowered
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_string)
        .collect();
    words.into_iter()
}

fn stem(word: &str) -> String {
    word.chars().take(STEM).collect()
}

fn jaccard(first: &HashSet<String>, second: &HashSet<String>) -> f64 {
    let shared = first.intersection(second).count();
    let all = first.len() + second.len() - shared;
    if all == 0 { 0.0 } else { shared as f64 / all as f64 }
}

/// Two lines of a table of results differ in their numbers only.
fn same_numbers(first: &HashSet<String>, second: &HashSet<String>) -> bool {
    let numeric = |word: &&String| word.chars().any(|character| character.is_ascii_digit());
    let numbers = |words: &HashSet<String>| {
        words.iter().filter(numeric).cloned().collect::<HashSet<String>>()
    };
    let (first, second) = (numbers(first), numbers(second));
    first.is_subset(&second) || second.is_subset(&first)
}

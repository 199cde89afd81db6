//! What sentences of an article need beside them: the sentence that they lean on, and whom they call by the
//! last name alone.

use std::collections::{HashMap, HashSet};

use super::READS_BADLY;
use crate::analysis::lexicon::Lexicon;
use crate::analysis::passage::{Passage, Source};
use crate::analysis::tokens::Kind;

/// Paragraph, first and past-the-last character in it.
type Place = (usize, usize, usize);

/// For each candidate, by its number.
pub struct Context<'a> {
    /// Where they stand in the article.
    places: Vec<Place>,
    /// Where the sentence stands that it leans on.
    leans_on: Vec<Option<Place>>,
    /// Stems of last names that were introduced with first names before it.
    known_by: Vec<HashSet<&'a str>>,
    /// All stems of each candidate.
    stems: Vec<HashSet<&'a str>>,
    headline: HashSet<&'a str>,
}

impl<'a> Context<'a> {
    pub fn new(candidates: &[&'a Passage], source: &'a Source, lexicon: &'a Lexicon) -> Self {
        let numbers: HashMap<_, usize> = candidates
            .iter()
            .enumerate()
            .map(|(number, passage)| (passage.place, number))
            .collect();
        let mut context = Self {
            places: candidates.iter().map(|passage| passage.place).collect(),
            leans_on: vec![None; candidates.len()],
            known_by: vec![HashSet::new(); candidates.len()],
            stems: candidates.iter().map(|passage| stems(passage).collect()).collect(),
            headline: HashSet::new(),
        };
        let mut introduced = HashSet::new();
        let mut before: Option<&Passage> = None;
        for passage in &source.passages {
            if passage.place.0 == usize::MAX {
                context.headline.extend(stems(passage));
                continue;
            }
            if let Some(&number) = numbers.get(&passage.place) {
                let there = before.filter(|_| passage.leaning_word(lexicon).is_some());
                context.leans_on[number] = there.map(|there| there.place);
                let called = last_names(passage, lexicon, Row::OfOne);
                context.known_by[number] =
                    called.filter(|name| introduced.contains(name)).collect();
            }
            introduced.extend(last_names(passage, lexicon, Row::OfSeveral));
            before = Some(passage);
        }
        context
    }

    /// Whether what a candidate leans on is among the chosen.
    pub fn is_there(&self, at: usize, chosen: &[usize]) -> bool {
        self.leans_on[at]
            .is_none_or(|there| chosen.iter().any(|other| self.places[*other] == there))
    }

    /// What a candidate loses for leaning on another, even one that is there, and for people whom neither the
    /// headline nor the chosen name.
    pub fn cost(&self, at: usize, chosen: &[usize]) -> f64 {
        let is_named = |name: &&str| {
            self.headline.contains(*name)
                || chosen.iter().any(|other| *other < at && self.stems[*other].contains(*name))
        };
        let strange = !self.known_by[at].iter().all(is_named);
        READS_BADLY * f64::from(u8::from(self.leans_on[at].is_some()) + u8::from(strange))
    }
}

fn stems(passage: &Passage) -> impl Iterator<Item = &str> {
    passage.stems.iter().map(String::as_str)
}

/// How many capitalised words stand in a row.
#[derive(Clone, Copy, PartialEq)]
enum Row {
    /// Calls someone by the last name.
    OfOne,
    /// Introduces someone, by first and last name or with an office.
    OfSeveral,
}

/// Stems of the words that end such rows. A function word that begins the sentence is no part of one.
fn last_names<'a>(
    passage: &'a Passage,
    lexicon: &'a Lexicon,
    row: Row,
) -> impl Iterator<Item = &'a str> {
    let is_name = |at: usize| {
        passage.tokens.get(at).is_some_and(|token| {
            token.kind == Kind::Word
                && token.is_capitalised()
                && !token.is_acronym()
                && !(at == 0 && lexicon.function_words.contains(&token.lower))
        })
    };
    (0..passage.tokens.len()).filter_map(move |at| {
        let follows = at.checked_sub(1).is_some_and(is_name);
        let ends = is_name(at) && !is_name(at + 1);
        (ends && follows == (row == Row::OfSeveral)).then(|| passage.stems[at].as_str())
    })
}

//! A source → its words and names, made once and asked for every sentence of a brief.

use std::collections::HashMap;

use crate::analysis::inflection::same_word;
use crate::analysis::name_marks::{NameMark, name_marks};
use crate::analysis::passage::{Knowledge, Passage, Source};
use crate::analysis::skeleton::likeness;
use crate::analysis::tokens::{Kind, Token};
use crate::language::Language;

/// The words and names of a source, made once and used for every sentence of a brief.
pub struct NameIndex {
    pub language: Language,
    /// Lower-case words by their first two letters; capitalised or not.
    words: HashMap<String, Vec<String>>,
    /// Words that stand with a capital letter somewhere inside a sentence.
    pub capitalised: Vec<String>,
    things: Vec<usize>,
    /// Initials of every run of words, for abbreviations.
    initials: Vec<String>,
    /// First and second word of two names in a row.
    pub pairs: Vec<(String, String)>,
}

impl NameIndex {
    pub fn new(source: &Source, knowledge: &Knowledge) -> Self {
        let mut index = Self {
            language: source.language,
            words: HashMap::new(),
            capitalised: Vec::new(),
            things: Vec::new(),
            initials: Vec::new(),
            pairs: Vec::new(),
        };
        for passage in &source.passages {
            index.add(passage, knowledge);
        }
        index
    }

    fn add(&mut self, passage: &Passage, knowledge: &Knowledge) {
        for token in passage.tokens.iter().filter(|token| token.kind == Kind::Word) {
            let words = self.words.entry(beginning(&token.lower)).or_default();
            if !words.contains(&token.lower) {
                words.push(token.lower.clone());
            }
        }
        let marks = name_marks(passage, &knowledge.lexicon);
        for pair in marks.windows(2).filter(|pair| pair[0].run == pair[1].run) {
            let word = |mark: &NameMark| passage.tokens[mark.token].lower.clone();
            self.pairs.push((word(&pair[0]), word(&pair[1])));
        }
        self.capitalised.extend(marks.iter().map(|mark| passage.tokens[mark.token].lower.clone()));
        self.things.extend(passage.known.iter().flat_map(|known| known.things.iter().copied()));
        self.initials.push(initials(&passage.tokens, knowledge));
    }

    /// Some word of the source is a form of this one, or it is a known thing that the source names
    /// otherwise, or an abbreviation of what the source writes out.
    pub fn has(&self, token: &Token, things: &[usize]) -> bool {
        self.has_word(&token.lower)
            || things.iter().any(|thing| self.things.contains(thing))
            || (token.is_acronym() && {
                let letters = token.lower.clone();
                letters.chars().count() >= 2
                    && self.initials.iter().any(|initials| initials.contains(&letters))
            })
    }

    pub fn has_word(&self, word: &str) -> bool {
        self.words
            .get(&beginning(word))
            .is_some_and(|words| words.iter().any(|other| same_word(word, other, self.language)))
    }

    /// A name of the source that is spelled a little otherwise.
    pub fn respelled(&self, word: &str) -> Option<&String> {
        let long = word.chars().count() >= 5;
        self.capitalised
            .iter()
            .filter(|_| long)
            .find(|other| likeness(word, self.language, other, self.language) >= 0.9)
    }
}

fn beginning(word: &str) -> String {
    word.chars().take(2).collect()
}

/// First letters of all words that are no function words, joined: abbreviations are parts of it.
fn initials(tokens: &[Token], knowledge: &Knowledge) -> String {
    tokens
        .iter()
        .filter(|token| token.kind == Kind::Word)
        .filter(|token| !knowledge.lexicon.function_words.contains(&token.lower))
        .filter_map(|token| token.lower.chars().next())
        .collect()
}

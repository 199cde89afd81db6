//! Brief sentence and source in one language → findings on names that the source does not have.

use std::collections::HashMap;

use crate::checks::inflection::same_word;
use crate::checks::name_marks::{NameMark, is_surely_name, is_title_case, name_marks};
use crate::checks::passage::{Knowledge, Passage, Source};
use crate::checks::skeleton::likeness;
use crate::checks::tokens::{Kind, Token};
use crate::checks::{Draft, Severity};
use crate::language::Language;

/// The words and names of a source, made once and used for every sentence of a brief.
pub struct NameIndex {
    language: Language,
    /// Lower-case words by their first two letters; capitalised or not.
    words: HashMap<String, Vec<String>>,
    /// Words that stand with a capital letter somewhere inside a sentence.
    capitalised: Vec<String>,
    things: Vec<usize>,
    /// Initials of every run of words, for abbreviations.
    initials: Vec<String>,
    /// First and second word of two names in a row.
    pairs: Vec<(String, String)>,
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

    fn has_word(&self, word: &str) -> bool {
        self.words
            .get(&beginning(word))
            .is_some_and(|words| words.iter().any(|other| same_word(word, other, self.language)))
    }

    /// A name of the source that is spelled a little otherwise.
    fn respelled(&self, word: &str) -> Option<&String> {
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

/// Every name of the sentence must be in the source in some form of it.
pub fn check(
    sentence: &Passage,
    source: &Source,
    index: &NameIndex,
    knowledge: &Knowledge,
) -> Vec<Draft> {
    let lexicon = &knowledge.lexicon;
    let marks = name_marks(sentence, lexicon);
    let title = is_title_case(sentence, lexicon);
    let close = source.close_passages(sentence, 0.6);
    let mut found = Vec::new();
    for mark in &marks {
        let token = &sentence.tokens[mark.token];
        let known = !mark.things.is_empty();
        let sure = known || (!title && is_surely_name(sentence, mark, &marks, lexicon));
        let problem = if !index.has(token, &mark.things) {
            if sure { absent(token, index) } else { None }
        } else {
            mixed(sentence, mark, &marks, index)
                .or_else(|| elsewhere(sentence, mark, &marks, &close, knowledge))
        };
        found.extend(problem.map(|(severity, message)| {
            Draft::new("names", severity, message).at(token.start, token.end)
        }));
    }
    found
}

type Problem = Option<(Severity, String)>;

fn absent(token: &Token, index: &NameIndex) -> Problem {
    Some(match index.respelled(&token.lower) {
        Some(other) => (
            Severity::Warning,
            format!("\"{}\" is spelled otherwise in the article: \"{other}\"", token.text),
        ),
        None => (Severity::Error, format!("the name \"{}\" is not in the article", token.text)),
    })
}

/// First name of one person with the family name of another.
fn mixed(sentence: &Passage, mark: &NameMark, marks: &[NameMark], index: &NameIndex) -> Problem {
    let next = marks.iter().find(|next| next.run == mark.run && next.token == mark.token + 1)?;
    if !mark.things.is_empty() && mark.things == next.things {
        return None;
    }
    let (first, second) = (&sentence.tokens[mark.token], &sentence.tokens[next.token]);
    let same = |left: &str, right: &str| same_word(left, right, index.language);
    let mut with_other = (false, false);
    for (left, right) in &index.pairs {
        match (same(left, &first.lower), same(right, &second.lower)) {
            (true, true) => return None,
            (true, false) => with_other.0 = true,
            (false, true) => with_other.1 = true,
            _ => {}
        }
    }
    let adjacent = index
        .capitalised
        .windows(2)
        .any(|pair| same(&pair[0], &first.lower) && same(&pair[1], &second.lower));
    (with_other == (true, true) && !adjacent).then(|| {
        let message = format!("\"{} {}\" joins two names of the article", first.text, second.text);
        (Severity::Error, message)
    })
}

/// The sentence nearly repeats one of the article that has another name in this place.
fn elsewhere(
    sentence: &Passage,
    mark: &NameMark,
    marks: &[NameMark],
    close: &[&Passage],
    knowledge: &Knowledge,
) -> Problem {
    let language = sentence.language;
    let token = &sentence.tokens[mark.token];
    let in_passage = |passage: &Passage, word: &str, things: &[usize]| {
        passage.tokens.iter().any(|other| same_word(&other.lower, word, language))
            || passage.known.iter().any(|known| known.things.iter().any(|t| things.contains(t)))
    };
    if mark.initial || close.iter().any(|passage| in_passage(passage, &token.lower, &mark.things)) {
        return None;
    }
    let in_brief = |word: &str, things: &[usize]| in_passage(sentence, word, things);
    let displaced = close.iter().find_map(|passage| {
        name_marks(passage, &knowledge.lexicon)
            .into_iter()
            .filter(|other| !other.initial && other.things.is_empty() == mark.things.is_empty())
            .map(|other| (passage.tokens[other.token].clone(), other.things))
            .find(|(other, things)| !in_brief(&other.lower, things))
    });
    let runs = marks.iter().filter(|other| other.run == mark.run).count();
    let (other, _) = displaced.filter(|_| runs <= 3)?;
    let message =
        format!("the article has \"{}\" where the brief says \"{}\"", other.text, token.text);
    Some((Severity::Error, message))
}

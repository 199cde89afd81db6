//! Brief sentence and source in one language → findings on names that the source does not have.

use crate::analysis::inflection::same_word;
use crate::analysis::name_index::NameIndex;
use crate::analysis::name_marks::{NameMark, is_surely_name, is_title_case, name_marks};
use crate::analysis::passage::{Knowledge, Passage, Source};
use crate::analysis::tokens::Token;
use crate::checks::{Check, Draft};
use crate::document::Severity;

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
            Draft::new(Check::Names, severity, message).at(token.start, token.end)
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

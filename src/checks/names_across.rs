//! Sentence and its translation → findings on names that have no counterpart in the source.

use crate::checks::gazetteer::is_generic;
use crate::checks::lexicon::{Lexicon, phrases_of};
use crate::checks::name_marks::{NameMark, is_surely_name, is_title_case, name_marks};
use crate::checks::passage::{Knowledge, Passage};
use crate::checks::skeleton::likeness;
use crate::checks::tokens::Kind;
use crate::checks::{Draft, Severity};
use crate::language::Language;

/// Names that sound at least so alike are taken for one.
const ALIKE: f64 = 0.62;
/// Short names say little: three letters of four agree by chance.
const ALIKE_SHORT: f64 = 0.72;
/// Likeness from which it does not matter whether another name is closer.
const SURE: f64 = 0.8;

/// Every name of the translation must be one of the source sentence, by a table of places, people
/// and organisations or by its sound.
pub fn check(
    source: &Passage,
    translation: &Passage,
    source_knowledge: &Knowledge,
    translation_knowledge: &Knowledge,
) -> Vec<Draft> {
    let theirs = name_marks(source, &source_knowledge.lexicon);
    let mine = name_marks(translation, &translation_knowledge.lexicon);
    let left: Vec<&NameMark> = theirs
        .iter()
        .filter(|mark| is_carried(source, mark, &theirs, &source_knowledge.lexicon))
        .filter(|mark| !has_counterpart(source, mark, &theirs, translation, &mine))
        .collect();
    let title = is_title_case(translation, &translation_knowledge.lexicon);
    let mut found = Vec::new();
    for mark in mine.iter().filter(|mark| !title || is_known(mark)) {
        let carried = is_carried(translation, mark, &mine, &translation_knowledge.lexicon);
        if carried && !has_counterpart(translation, mark, &mine, source, &theirs) {
            found.push(judge(mark, translation, &left, source));
        }
    }
    if found.is_empty() {
        found.extend(lost(source, &left, &mine));
    }
    found
}

/// A place, person or organisation of the tables.
fn is_known(mark: &NameMark) -> bool {
    mark.things.iter().any(|thing| !is_generic(*thing))
}

/// A name that a translation carries over, known or by sound; words of offices and institutions,
/// and what stands in a row with them, are translated.
fn is_carried(passage: &Passage, mark: &NameMark, marks: &[NameMark], lexicon: &Lexicon) -> bool {
    let part = passage.known.iter().any(|known| {
        known.tokens.0 < known.tokens.1 && (known.tokens.0..=known.tokens.1).contains(&mark.token)
    });
    if is_known(mark) && !part {
        return true;
    }
    if is_generic_word(passage, mark, lexicon) || is_title_word(passage, mark, lexicon) {
        return false;
    }
    if is_known(mark) {
        return true;
    }
    let institution = marks.iter().any(|other| {
        other.run == mark.run && !is_known(other) && is_generic_word(passage, other, lexicon)
    });
    // A first word is in doubt even before a name: "Lawyer Smith", «Адвокат Шерц».
    let token = &passage.tokens[mark.token];
    let doubtful = mark.token == first_word(passage)
        && token.suffix.is_empty()
        && !speaks(passage, mark, lexicon);
    let shouted = token.is_acronym()
        && (token.text.chars().count() > 5 || lexicon.function_words.contains(&token.lower));
    !institution
        && !shouted
        && !doubtful
        && (mark.token != first_word(passage) || is_surely_name(passage, mark, marks, lexicon))
        && !follows_stop(passage, mark)
        && token.text.chars().count() > 2
}

fn first_word(passage: &Passage) -> usize {
    passage.tokens.iter().position(|token| token.kind == Kind::Word).unwrap_or_default()
}

/// A second sentence begins here, or quoted words do that are more than a name.
fn follows_stop(passage: &Passage, mark: &NameMark) -> bool {
    let tokens = &passage.tokens;
    let Some(before) = mark.token.checked_sub(1).map(|at| &tokens[at]) else { return false };
    let quoted = before.is_mark("\"“«„‘'")
        && tokens[mark.token + 1..]
            .iter()
            .take(3)
            .filter(|token| token.kind == Kind::Word)
            .any(|token| !token.is_capitalised());
    before.is_mark(".!?:…—–)") || quoted
}

fn speaks(passage: &Passage, mark: &NameMark, lexicon: &Lexicon) -> bool {
    passage
        .tokens
        .get(mark.token + 1)
        .is_some_and(|next| lexicon.list("reporting").contains(&next.lower))
}

fn is_title_word(passage: &Passage, mark: &NameMark, lexicon: &Lexicon) -> bool {
    let token = &passage.tokens[mark.token];
    lexicon.list("title").iter().any(|title| match lexicon.language {
        Language::English => token.lower == *title,
        _ => token.lower.starts_with(title.as_str()),
    })
}

/// An institution word; a title before a person's name is none.
fn is_generic_word(passage: &Passage, mark: &NameMark, lexicon: &Lexicon) -> bool {
    let token = &passage.tokens[mark.token];
    !is_title_word(passage, mark, lexicon)
        && (begins_generic(&token.lower, lexicon.list("generic"), lexicon.language)
            // English institutions keep their names in Turkish text: Mexico City, Ryder Cup.
            || phrases_of("generic", Language::English)
                .any(|word| matches!(token.lower.strip_prefix(word), Some("" | "s"))))
}

fn begins_generic(word: &str, beginnings: &[String], language: Language) -> bool {
    beginnings.iter().any(|beginning| {
        let Some(rest) = word.strip_prefix(beginning.as_str()) else { return false };
        let most = match (language, beginning.chars().count()) {
            (Language::English, _) => return matches!(rest, "" | "s" | "es" | "al"),
            (_, 0..=3) => 2,
            (Language::Russian, 4) => 3,
            _ => 7,
        };
        rest.chars().count() <= most
    })
}

/// The other text names the same known thing, or has a name that sounds alike and belongs to no
/// other name of this text.
fn has_counterpart(
    passage: &Passage,
    mark: &NameMark,
    marks: &[NameMark],
    other: &Passage,
    others: &[NameMark],
) -> bool {
    let shared = |things: &[usize]| mark.things.iter().any(|thing| things.contains(thing));
    if other.known.iter().any(|known| shared(&known.things)) {
        return true;
    }
    // One word of a known name of several is enough: Ryder Cup, Кубок Райдера.
    let range = passage
        .known
        .iter()
        .map(|known| known.tokens)
        .find(|(first, last)| first < last && (*first..=*last).contains(&mark.token));
    if let Some((first, last)) = range {
        return (first..=last).any(|part| {
            others.iter().any(|theirs| closeness(passage, part, other, theirs.token) >= ALIKE)
        });
    }
    let token = &passage.tokens[mark.token];
    let short = token.text.chars().count() <= 4;
    let least = if short { ALIKE_SHORT } else { ALIKE };
    for at in 0..other.tokens.len() {
        if other.tokens[at].kind != Kind::Word {
            continue;
        }
        let value = closeness(passage, mark.token, other, at);
        let name = others.iter().any(|theirs| theirs.token == at);
        let long = other.tokens[at].text.chars().count() >= 5;
        if value >= SURE && (name || long) {
            return true;
        }
        let better = || {
            marks.iter().any(|rival| {
                rival.token != mark.token && closeness(passage, rival.token, other, at) > value
            })
        };
        if name && value >= least && !better() {
            return true;
        }
    }
    false
}

/// How alike two words sound, alone or joined with the word behind: "Мак Дональд", "McDonald".
fn closeness(left: &Passage, at: usize, right: &Passage, place: usize) -> f64 {
    let compare = |one: &str, two: &str| likeness(one, left.language, two, right.language);
    let (one, two) = (&left.tokens[at].text, &right.tokens[place].text);
    let mut value = compare(one, two);
    if let Some(pair) = joined(left, at) {
        value = value.max(compare(&pair, two));
    }
    if let Some(pair) = joined(right, place) {
        value = value.max(compare(one, &pair));
    }
    value
}

fn joined(passage: &Passage, at: usize) -> Option<String> {
    let tokens = &passage.tokens;
    let skip = usize::from(tokens.get(at + 1)?.is_mark("-"));
    let next = tokens.get(at + 1 + skip).filter(|next| next.kind == Kind::Word)?;
    next.is_capitalised().then(|| format!("{}{}", tokens[at].text, next.text))
}

fn judge(mark: &NameMark, translation: &Passage, left: &[&NameMark], source: &Passage) -> Draft {
    let token = &translation.tokens[mark.token];
    let draft = match left.first().map(|other| &source.tokens[other.token].text) {
        Some(other) => Draft::new(
            "names",
            Severity::Error,
            format!("\"{}\" has no counterpart in the source, which has \"{other}\"", token.text),
        ),
        None => Draft::new(
            "names",
            // Abbreviations are translated letter by letter, and not every one is in the tables.
            if token.is_acronym() && !is_known(mark) { Severity::Warning } else { Severity::Error },
            format!("the source names nothing like \"{}\"", token.text),
        ),
    };
    draft.at(token.start, token.end)
}

/// Several names of the source that the translation has not.
fn lost(source: &Passage, left: &[&NameMark], mine: &[NameMark]) -> Option<Draft> {
    if left.len() < 2 || mine.len() >= left.len() {
        return None;
    }
    let names: Vec<&str> =
        left.iter().map(|mark| source.tokens[mark.token].text.as_str()).collect();
    let message = format!("names of the source are missing: {}", names.join(", "));
    Some(Draft::new("names", Severity::Warning, message))
}

//! Sentence and its translation → findings on names that have no counterpart in the source.

use crate::analysis::gazetteer::Known;
use crate::analysis::name_classes::{NameClass, class, first_word, is_known};
use crate::analysis::name_marks::{NameMark, is_surely_name, name_marks};
use crate::analysis::passage::{Knowledge, Passage};
use crate::analysis::skeleton::likeness;
use crate::analysis::tokens::Kind;
use crate::checks::{Check, Draft};
use crate::document::Severity;
use crate::language::Language;

/// Names that sound at least so alike are taken for one.
const ALIKE: f64 = 0.62;
/// The same in one script, where most names keep their letters.
const ALIKE_IN_SCRIPT: f64 = 0.66;
/// Short names say little: three letters of four agree by chance.
const ALIKE_SHORT: f64 = 0.72;
/// Likeness from which it does not matter whether another name is closer.
const SURE: f64 = 0.8;
/// Likeness of a name and a word in small letters: ньюпортский, dervishes.
const SURE_SMALL: f64 = 0.84;

/// A text with its capitalised words and what they are.
struct Side<'a> {
    passage: &'a Passage,
    marks: Vec<NameMark>,
    classes: Vec<NameClass>,
}

impl<'a> Side<'a> {
    fn new(passage: &'a Passage, knowledge: &Knowledge, other: Language) -> Self {
        let marks = name_marks(passage, &knowledge.lexicon);
        let classes =
            marks.iter().map(|mark| class(passage, mark, &knowledge.lexicon, other)).collect();
        Self { passage, marks, classes }
    }

    fn classed(&self) -> impl Iterator<Item = (&NameMark, NameClass)> {
        self.marks.iter().zip(self.classes.iter().copied())
    }
}

/// Every name of the translation must be one of the source sentence, by a table of places, people
/// and organisations or by its sound.
pub fn check(
    source: &Passage,
    translation: &Passage,
    source_knowledge: &Knowledge,
    translation_knowledge: &Knowledge,
) -> Vec<Draft> {
    let theirs = Side::new(source, source_knowledge, translation.language);
    let mine = Side::new(translation, translation_knowledge, source.language);
    let left: Vec<&NameMark> = theirs
        .classed()
        .filter(|(_, class)| matches!(class, NameClass::Known | NameClass::Name))
        .map(|(mark, _)| mark)
        .filter(|mark| !has_counterpart(&theirs, mark, &mine))
        .collect();
    let mut found = Vec::new();
    for (mark, class) in mine.classed() {
        let carried = class != NameClass::Word && !has_counterpart(&mine, mark, &theirs);
        if carried && !(class == NameClass::Known && is_currency(translation, source, mark)) {
            found.push(judge(mark, class, translation, &left, source));
        }
    }
    if !found.iter().any(|draft| draft.severity == Severity::Error) {
        found.extend(suffixed(&mine, &theirs));
        found.extend(displaced(&mine, &theirs, &left, translation_knowledge));
    }
    if found.is_empty() {
        found.extend(lost(source, &left, &mine.marks));
    }
    found
}

/// "26 750 долл." is "26.750 ABD doları": the country belongs to the money.
fn is_currency(translation: &Passage, source: &Passage, mark: &NameMark) -> bool {
    let money = |passage: &Passage| {
        let found = passage.quantities.iter().find(|quantity| quantity.is_money());
        found.map(|quantity| quantity.tokens)
    };
    let beside = money(translation)
        .is_some_and(|(first, last)| mark.token + 1 >= first && mark.token <= last + 2);
    beside && money(source).is_some()
}

/// The other text names the same known thing, or has a name that sounds alike and belongs to no
/// other name of this text.
fn has_counterpart(side: &Side, mark: &NameMark, other: &Side) -> bool {
    let (passage, others) = (side.passage, other.passage);
    let seats: Vec<usize> = passage
        .known
        .iter()
        .filter(|known| (known.tokens.0..=known.tokens.1).contains(&mark.token))
        .flat_map(|known| known.seats.iter().copied())
        .collect();
    let shared = |known: &Known| {
        mark.things.iter().any(|thing| known.things.contains(thing))
            || seats.iter().any(|seat| known.seats.contains(seat))
    };
    if others.known.iter().any(shared) {
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
            other.marks.iter().any(|theirs| closeness(passage, part, others, theirs.token) >= ALIKE)
        });
    }
    sounds_alike(side, mark, other)
}

fn sounds_alike(side: &Side, mark: &NameMark, other: &Side) -> bool {
    let (passage, others) = (side.passage, other.passage);
    let token = &passage.tokens[mark.token];
    let cyrillic = |passage: &Passage| passage.language == Language::Russian;
    let least = match token.text.chars().count() {
        0..=4 => ALIKE_SHORT,
        _ if cyrillic(passage) == cyrillic(others) => ALIKE_IN_SCRIPT,
        _ => ALIKE,
    };
    for at in 0..others.tokens.len() {
        if others.tokens[at].kind != Kind::Word {
            continue;
        }
        let value = closeness(passage, mark.token, others, at);
        let name = others.tokens[at].is_capitalised();
        let long = others.tokens[at].text.chars().count() >= 5;
        if value >= if name { SURE } else { SURE_SMALL } && (name || long) {
            return true;
        }
        let taken = || {
            other.marks.iter().zip(&other.classes).any(|(theirs, class)| {
                theirs.token == at
                    && *class == NameClass::Known
                    && !mark.things.is_empty()
                    && is_known(mark)
            })
        };
        let better = || {
            side.marks.iter().any(|rival| {
                rival.token != mark.token && closeness(passage, rival.token, others, at) > value
            })
        };
        if name && value >= least && !taken() && !better() {
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

fn judge(
    mark: &NameMark,
    class: NameClass,
    translation: &Passage,
    left: &[&NameMark],
    source: &Passage,
) -> Draft {
    let token = &translation.tokens[mark.token];
    // Abbreviations are translated letter by letter, and not every one is in the tables. A name where no other is
    // gone is most often one that the translator put for "he" or "the town".
    let doubtful = class == NameClass::Acronym || left.is_empty();
    let severity = if doubtful { Severity::Warning } else { Severity::Error };
    let message = match left.first().map(|other| &source.tokens[other.token].text) {
        Some(other) => {
            format!("\"{}\" has no counterpart in the source, which has \"{other}\"", token.text)
        }
        None => format!("the source names nothing like \"{}\"", token.text),
    };
    Draft::new(Check::Names, severity, message).at(token.start, token.end)
}

/// A word that Turkish writes as a name, with an apostrophe before its ending, alone and nowhere in the source.
fn suffixed(mine: &Side, theirs: &Side) -> Option<Draft> {
    let (mark, _) = mine.classed().find(|(mark, class)| {
        let token = &mine.passage.tokens[mark.token];
        *class == NameClass::Word
            && mine.passage.language == Language::Turkish
            && !token.suffix.is_empty()
            && token.text.chars().count() > 2
            && mine.marks.iter().filter(|other| other.run == mark.run).count() == 1
            && !has_counterpart(mine, mark, theirs)
    })?;
    let token = &mine.passage.tokens[mark.token];
    let message = format!("the source names nothing like \"{}\"", token.text);
    Some(Draft::new(Check::Names, Severity::Error, message).at(token.start, token.end))
}

/// A name of the source is gone, and a word with a capital letter stands in the translation that the source has
/// not: Onega Gölü, Lake Bob.
fn displaced(
    mine: &Side,
    theirs: &Side,
    left: &[&NameMark],
    knowledge: &Knowledge,
) -> Option<Draft> {
    let gone = left.first()?;
    let known = left.iter().any(|gone| is_known(gone));
    let (mark, _) = mine.classed().find(|(mark, class)| {
        let token = &mine.passage.tokens[mark.token];
        let generic =
            crate::analysis::name_classes::is_generic_word(&token.lower, &knowledge.lexicon);
        *class == NameClass::Word
            && mark.token != first_word(mine.passage)
            && (known || !(generic || is_known(mark)))
            && token.text.chars().count() > 2
            && is_surely_name(mine.passage, mark, &mine.marks, &knowledge.lexicon)
            && !has_counterpart(mine, mark, theirs)
    })?;
    let (token, other) = (&mine.passage.tokens[mark.token], &theirs.passage.tokens[gone.token]);
    let message =
        format!("\"{}\" stands where the source has the name \"{}\"", token.text, other.text);
    Some(Draft::new(Check::Names, Severity::Error, message).at(token.start, token.end))
}

/// Several names of the source that the translation has not.
fn lost(source: &Passage, left: &[&NameMark], mine: &[NameMark]) -> Option<Draft> {
    if left.len() < 2 || mine.len() >= left.len() {
        return None;
    }
    let names: Vec<&str> =
        left.iter().map(|mark| source.tokens[mark.token].text.as_str()).collect();
    let message = format!("names of the source are missing: {}", names.join(", "));
    Some(Draft::new(Check::Names, Severity::Warning, message))
}

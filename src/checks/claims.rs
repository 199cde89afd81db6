//! Text and source → findings on what the source says of nobody: an office or rank (president, king, judge), or an
//! event that is news by itself (a death, an arrest, a first). One small table in three languages serves briefs,
//! which must have the thing in their article, and translations, which must have it in their source.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::analysis::inflection::same_word;
use crate::analysis::passage::{Passage, Source};
use crate::analysis::table::Table;
use crate::analysis::tokens::{Kind, Token};
use crate::checks::wording::is_listed;
use crate::checks::{Check, Draft};
use crate::document::{Finding, Severity};
use crate::language::Language;

static CLAIMS: LazyLock<[Words; 3]> = LazyLock::new(|| Language::ALL.map(Words::of));
const TABLE: Table = Table {
    name: "claims.tsv",
    text: include_str!("../analysis/tables/claims.tsv"),
    fields: (5, 5),
};

/// Number of a thing that can be claimed: the place of its row.
type Thing = usize;

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    /// A word for any office: head, leader.
    Leading,
    Office,
    Event,
}

fn sort(word: &str) -> Result<Sort, String> {
    match word {
        "leading" => Ok(Sort::Leading),
        "office" => Ok(Sort::Office),
        "event" => Ok(Sort::Event),
        _ => Err(format!("'{word}' is no sort of claim")),
    }
}

/// A word or phrase of the table.
struct Phrase {
    parts: Vec<&'static str>,
    thing: Thing,
    sort: Sort,
    /// Whether it claims the thing, or only gives it.
    claims: bool,
}

/// The phrases of one language, by the first two letters.
struct Words(HashMap<String, Vec<Phrase>>);

impl Words {
    fn of(language: Language) -> Self {
        let column = match language {
            Language::English => 2,
            Language::Turkish => 3,
            Language::Russian => 4,
        };
        let mut words: HashMap<String, Vec<Phrase>> = HashMap::new();
        let rows = TABLE.values(|fields| Ok((sort(fields[0])?, fields[column])));
        for (thing, (sort, phrases)) in rows.into_iter().enumerate() {
            for phrase in phrases.split('|') {
                let claims = !phrase.starts_with('~');
                let parts: Vec<&str> = phrase.trim_start_matches('~').split([' ', '-']).collect();
                let key = beginning(parts[0]);
                words.entry(key).or_default().push(Phrase { parts, thing, sort, claims });
            }
        }
        Self(words)
    }

    /// The longest phrases that begin at this word, with the number of their words.
    fn at(&self, words: &[&Token]) -> (usize, Vec<&Phrase>) {
        let known = self.0.get(&beginning(&words[0].lower)).map_or(&[][..], Vec::as_slice);
        let fits = |phrase: &&Phrase| {
            phrase.parts.len() <= words.len()
                && phrase.parts.iter().zip(words).all(|(part, word)| is_listed(word, part))
        };
        let fitting: Vec<&Phrase> = known.iter().filter(fits).collect();
        let longest = fitting.iter().map(|phrase| phrase.parts.len()).max().unwrap_or_default();
        (longest, fitting.into_iter().filter(|phrase| phrase.parts.len() == longest).collect())
    }
}

fn beginning(word: &str) -> String {
    word.trim_end_matches('*').chars().take(2).collect()
}

/// A place in a text where the table has a word.
struct Mention<'a> {
    /// First and last word.
    words: (&'a Token, &'a Token),
    /// The word behind.
    next: Option<&'a Token>,
    phrases: Vec<&'static Phrase>,
}

impl Mention<'_> {
    /// What it claims, if the word has no other meaning that the source gives.
    fn claimed(&self, given: &HashSet<Thing>) -> Option<&'static Phrase> {
        let known = self.phrases.iter().any(|phrase| given.contains(&phrase.thing));
        self.phrases.iter().find(|phrase| phrase.claims && !known).copied()
    }

    fn gives(&self, thing: Thing) -> bool {
        self.phrases.iter().any(|phrase| phrase.thing == thing)
    }

    fn is_office(&self) -> bool {
        self.phrases.iter().any(|phrase| phrase.claims && phrase.sort == Sort::Office)
    }

    /// The name that stands behind the office.
    fn holder(&self) -> Option<&Token> {
        self.next.filter(|word| self.is_office() && word.is_capitalised())
    }

    fn written(&self, passage: &Passage) -> String {
        let (first, last) = self.words;
        passage.text.chars().skip(first.start).take(last.end - first.start).collect()
    }

    fn draft(&self, severity: Severity, message: String) -> Draft {
        Draft::new(Check::Claims, severity, message).at(self.words.0.start, self.words.1.end)
    }
}

fn mentions(passage: &Passage) -> Vec<Mention<'_>> {
    let place = Language::ALL.iter().position(|language| *language == passage.language);
    let table = &CLAIMS[place.expect("all languages are among all")];
    let words: Vec<&Token> =
        passage.tokens.iter().filter(|token| token.kind == Kind::Word).collect();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < words.len() {
        let (length, phrases) = table.at(&words[at..]);
        if length > 0 {
            let next = words.get(at + length).copied();
            found.push(Mention { words: (words[at], words[at + length - 1]), next, phrases });
        }
        at += length.max(1);
    }
    found
}

fn given<'a>(passages: impl IntoIterator<Item = &'a Passage>) -> HashSet<Thing> {
    let all = passages.into_iter().flat_map(mentions);
    all.flat_map(|mention| mention.phrases.into_iter().map(|phrase| phrase.thing)).collect()
}

/// What a sentence of a brief claims and its article does not have, and offices that the article gives to others.
pub fn check(sentence: &Passage, source: &Source) -> Vec<Draft> {
    let own = mentions(sentence);
    if own.is_empty() {
        return Vec::new();
    }
    let known = given(&source.passages);
    let mut found = Vec::new();
    for mention in &own {
        if let Some(phrase) = mention.claimed(&known) {
            let message = unclaimed(&mention.written(sentence), phrase.sort, "the article");
            found.push(mention.draft(Severity::Error, message));
        } else if let Some(message) = misgiven(mention, sentence, source)
            .or_else(|| displaced(mention, &own, sentence, source))
        {
            found.push(mention.draft(Severity::Error, message));
        }
    }
    found
}

fn unclaimed(written: &str, sort: Sort, source: &str) -> String {
    match sort {
        Sort::Event => format!("{source} says nothing of \"{written}\""),
        _ => format!("{source} calls nobody \"{written}\""),
    }
}

/// The article puts another office before this name, and in its sentences gives this one to others alone.
fn misgiven(mention: &Mention, sentence: &Passage, source: &Source) -> Option<String> {
    let holder = mention.holder()?;
    let offices: Vec<Thing> = mention.phrases.iter().map(|phrase| phrase.thing).collect();
    let named = |word: &Token| {
        word.is_capitalised() && same_word(&word.lower, &holder.lower, sentence.language)
    };
    let mut other = None;
    for passage in source.passages.iter().filter(|it| it.tokens.iter().any(named)) {
        let theirs = mentions(passage);
        let same = |one: &&Mention| offices.iter().any(|office| one.gives(*office));
        if theirs.iter().filter(same).any(|one| one.holder().is_none_or(named)) {
            return None;
        }
        let before = theirs.iter().find(|one| one.holder().is_some_and(named));
        other = other.or(before.map(|one| one.written(passage)));
    }
    let (name, own) = (&holder.text, mention.written(sentence));
    other.map(|other| format!("the article calls {name} \"{other}\", not \"{own}\""))
}

/// Share of a sentence's words of content that a passage holds which it nearly repeats.
const REPEATS: f64 = 0.6;

/// The sentence nearly repeats one of the article that has another office in this place.
fn displaced(
    mention: &Mention,
    own: &[Mention],
    sentence: &Passage,
    source: &Source,
) -> Option<String> {
    if !mention.is_office() {
        return None;
    }
    // In one language a word that only gives an office is no excuse for another that claims it.
    let claims = |one: &Mention, thing| {
        one.phrases.iter().any(|phrase| phrase.claims && phrase.thing == thing)
    };
    let has = |all: &[Mention], one: &Mention| {
        one.phrases.iter().any(|phrase| all.iter().any(|other| claims(other, phrase.thing)))
    };
    let close = source.close_passages(sentence, REPEATS);
    let theirs: Vec<(&Passage, Vec<Mention>)> =
        close.into_iter().map(|passage| (passage, mentions(passage))).collect();
    if theirs.iter().any(|(_, all)| has(all, mention)) {
        return None;
    }
    let gone = theirs.iter().find_map(|(passage, all)| {
        let gone = all.iter().find(|other| other.is_office() && !has(own, other))?;
        Some(gone.written(passage))
    })?;
    let own = mention.written(sentence);
    Some(format!("the article has \"{gone}\" where the brief says \"{own}\""))
}

/// What a translated sentence claims and its source does not have: an error where it stands in the place of
/// another office, a warning otherwise, since people put "President" before a name that stood alone.
pub fn check_across(source: &Passage, translation: &Passage) -> Vec<Draft> {
    let theirs = mentions(source);
    let known: HashSet<Thing> =
        theirs.iter().flat_map(|one| one.phrases.iter().map(|phrase| phrase.thing)).collect();
    let is_leading = |phrase: &&Phrase| phrase.sort == Sort::Leading;
    let leads = theirs.iter().any(|one| one.phrases.iter().any(is_leading));
    let kept = given([translation]);
    let gone = theirs
        .iter()
        .find(|one| one.is_office() && !one.phrases.iter().any(|it| kept.contains(&it.thing)));
    let mut found = Vec::new();
    for mention in mentions(translation) {
        let Some(phrase) = mention.claimed(&known) else { continue };
        let written = mention.written(translation);
        let office = phrase.sort == Sort::Office;
        found.extend(match gone.filter(|_| office) {
            Some(gone) => {
                let other = gone.written(source);
                let message = format!("the source has \"{other}\" where this says \"{written}\"");
                Some(mention.draft(Severity::Error, message))
            }
            None if office && leads => None,
            None => {
                Some(mention.draft(
                    Severity::Warning,
                    unclaimed(&written, phrase.sort, "the source sentence"),
                ))
            }
        });
    }
    found
}

/// What a whole text gives, so that each sentence of its translation can be held against all of it.
pub(crate) struct Given(HashSet<Thing>);

impl Given {
    pub fn by<'a>(source: impl IntoIterator<Item = &'a Passage>) -> Self {
        Self(given(source))
    }

    /// What a translated sentence claims and the whole source does not have. A general word ("head") is no excuse
    /// here: who it is would stand somewhere else. `known` are the findings of the sentence beside its own source.
    pub fn beyond(&self, translation: &Passage, known: &[Finding]) -> Vec<Finding> {
        if known.iter().any(|finding| finding.is(Check::Claims)) {
            return Vec::new();
        }
        let claimed = mentions(translation).into_iter().filter_map(|mention| {
            let phrase = mention.claimed(&self.0)?;
            let written = mention.written(translation);
            let message = unclaimed(&written, phrase.sort, "the whole source");
            Some(mention.draft(Severity::Error, message))
        });
        claimed.map(|draft| draft.in_sentence(None, translation.language)).collect()
    }
}

#[cfg(test)]
mod tests;

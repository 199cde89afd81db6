//! Brief sentence and the passage it nearly repeats → findings on two names that changed places:
//! "A sued B" where the article has "B sued A".

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::analysis::inflection::{same_word, without_harmony};
use crate::analysis::name_marks::{NameMark, name_marks};
use crate::analysis::passage::{Knowledge, Passage, Source};
use crate::analysis::table::{Alternatives, Table};
use crate::analysis::tokens::{Kind, Token};
use crate::checks::{Check, Draft};
use crate::document::Severity;
use crate::language::Language;

static MUTUAL: LazyLock<Alternatives> = LazyLock::new(|| TABLE.alternatives());
const TABLE: Table = Table {
    name: "mutual.tsv",
    text: include_str!("../analysis/tables/mutual.tsv"),
    fields: (2, 2),
};

/// Share of the sentence's content words that a passage holds for the sentence to repeat it.
const REPEATS: f64 = 0.75;

/// The last word of a name, in the sentence and in the passage.
#[derive(Clone, Copy)]
struct Pair {
    here: usize,
    there: usize,
}

/// Reports the first two names that stand in each other's place. A sentence that some passage has
/// with both names in their places is right.
pub fn check(sentence: &Passage, source: &Source, knowledge: &Knowledge) -> Option<Draft> {
    let marks = name_marks(sentence, &knowledge.lexicon);
    let close = source.close_passages(sentence, REPEATS);
    let names = ends_of_names(&marks);
    let exchanged: Vec<Option<(Pair, Pair)>> =
        close.iter().map(|passage| exchanged(sentence, &names, passage, knowledge)).collect();
    let (first, second) = (*exchanged.first()?)?;
    if exchanged.iter().any(Option::is_none) || mutual(sentence) {
        return None;
    }
    let (left, right) = (&sentence.tokens[first.here], &sentence.tokens[second.here]);
    let message = format!("\"{}\" and \"{}\" have changed places", left.text, right.text);
    Some(Draft::new(Check::Roles, Severity::Error, message).at(left.start, right.end))
}

/// The last word of each run of name words.
fn ends_of_names(marks: &[NameMark]) -> Vec<usize> {
    let last =
        |(at, mark): &(usize, &NameMark)| marks.get(at + 1).is_none_or(|next| next.run != mark.run);
    marks.iter().enumerate().filter(last).map(|(_, mark)| mark.token).collect()
}

fn exchanged(
    sentence: &Passage,
    names: &[usize],
    passage: &Passage,
    knowledge: &Knowledge,
) -> Option<(Pair, Pair)> {
    let theirs = ends_of_names(&name_marks(passage, &knowledge.lexicon));
    let paired: Vec<Pair> = names
        .iter()
        .filter_map(|&here| {
            let same = |there: &&usize| same_name(sentence, here, passage, **there);
            let mut places = theirs.iter().filter(same);
            let pair = Pair { here, there: *places.next()? };
            places.next().is_none().then_some(pair)
        })
        .collect();
    let pairs = paired
        .iter()
        .enumerate()
        .flat_map(|(at, first)| paired[at + 1..].iter().map(move |second| (*first, *second)));
    pairs.into_iter().find(|(first, second)| {
        first.there != second.there
            && match sentence.language {
                Language::English => order_turned(sentence, passage, *first, *second),
                Language::Turkish | Language::Russian => {
                    cases_turned(sentence, passage, *first, *second)
                }
            }
    })
}

fn same_name(sentence: &Passage, here: usize, passage: &Passage, there: usize) -> bool {
    same_word(&sentence.tokens[here].lower, &passage.tokens[there].lower, sentence.language)
}

/// What holds both ways: "A met B" is "B met A".
fn mutual(sentence: &Passage) -> bool {
    MUTUAL.iter().filter(|(language, _)| *language == sentence.language).any(|(_, fields)| {
        let mut beginnings = fields[0].iter();
        beginnings.any(|begin| sentence.tokens.iter().any(|token| token.lower.starts_with(begin)))
    })
}

/// English: place decides who does what. The names are in the other order, around the same words.
fn order_turned(sentence: &Passage, passage: &Passage, first: Pair, second: Pair) -> bool {
    if first.there < second.there {
        return false;
    }
    let mine = Between::of(sentence, first.here, second.here);
    let other = Between::of(passage, second.there, first.there);
    mine.content.len().max(other.content.len()) > 0
        && mine.links == other.links
        && !mine.links.iter().any(|link| link == "and" || link == ",")
        && 3 * mine.content.intersection(&other.content).count()
            >= 2 * mine.content.len().max(other.content.len())
}

/// What stands between two names.
struct Between {
    /// Stems of content words that are no names themselves.
    content: HashSet<String>,
    /// Short words that say how the names belong together, and the possessive ending.
    links: Vec<String>,
}

impl Between {
    fn of(passage: &Passage, first: usize, second: usize) -> Self {
        let inside = first + 1..second;
        let word = |at: &usize| passage.tokens[*at].kind == Kind::Word;
        let small = |at: &usize| !passage.tokens[*at].is_capitalised();
        let content = |at: &usize| passage.content.contains(&passage.stems[*at]);
        let mut links: Vec<String> = [first, second]
            .into_iter()
            .map(|at| passage.tokens[at].suffix.clone())
            .chain(
                inside.clone().filter(word).filter(|at| !content(at)).map(|at| text(passage, at)),
            )
            .chain(inside.clone().filter(|at| !word(at)).map(|at| text(passage, at)))
            .collect();
        links.sort();
        let content = inside.filter(word).filter(small).filter(content);
        Self { content: content.map(|at| passage.stems[at].clone()).collect(), links }
    }
}

fn text(passage: &Passage, at: usize) -> String {
    passage.tokens[at].lower.clone()
}

/// Turkish and Russian: case decides. Each name has taken the case that the other had.
fn cases_turned(sentence: &Passage, passage: &Passage, first: Pair, second: Pair) -> bool {
    let forms = |pair: Pair| {
        let (mine, theirs) = (&sentence.tokens[pair.here], &passage.tokens[pair.there]);
        (cases(mine, theirs, sentence.language), cases(theirs, mine, sentence.language))
    };
    let (first_now, first_before) = forms(first);
    let (second_now, second_before) = forms(second);
    let meet = |left: &[Case], right: &[Case]| left.iter().any(|case| right.contains(case));
    let mut shared = sentence.content.intersection(&passage.content).count();
    shared += [first, second].iter().filter(|pair| !shares_stem(sentence, passage, pair)).count();
    shared >= sentence.content.len()
        && !meet(&first_now, &first_before)
        && !meet(&second_now, &second_before)
        && meet(&first_now, &second_before)
        && meet(&second_now, &first_before)
        && [first_now, second_now].iter().any(|cases| cases.contains(&Case::Nominative))
}

fn shares_stem(sentence: &Passage, passage: &Passage, pair: &Pair) -> bool {
    passage.content.contains(&sentence.stems[pair.here])
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    Nominative,
    Accusative,
    Genitive,
    Dative,
    Locative,
    Ablative,
    Instrumental,
}

/// The cases that the form of a name may be in, by what it does not share with another form of it.
fn cases(token: &Token, other: &Token, language: Language) -> Vec<Case> {
    let shared = token.lower.chars().zip(other.lower.chars()).take_while(|(a, b)| a == b).count();
    let ending: String = token.lower.chars().skip(shared).collect::<String>() + &token.suffix;
    match language {
        Language::Turkish => turkish_case(&ending).into_iter().collect(),
        Language::Russian | Language::English => russian_cases(&ending).to_vec(),
    }
}

/// Endings after vowel harmony and the buffer letters are taken off: `yi`, `ü` → `i`.
fn turkish_case(ending: &str) -> Option<Case> {
    let plain = without_harmony(ending.trim_start_matches(['y', 'n', 's'])).replace('t', "d");
    Some(match plain.as_str() {
        "" => Case::Nominative,
        "i" => Case::Accusative,
        "in" => Case::Genitive,
        "e" => Case::Dative,
        "de" => Case::Locative,
        "den" => Case::Ablative,
        "le" => Case::Instrumental,
        _ => return None,
    })
}

/// One ending serves several cases, by gender; the genitive is the accusative of living beings.
fn russian_cases(ending: &str) -> &'static [Case] {
    use Case::{Accusative, Dative, Genitive, Instrumental, Locative, Nominative};
    match ending {
        "" | "й" | "ь" | "о" => &[Nominative],
        "а" | "я" => &[Nominative, Genitive],
        "у" | "ю" => &[Accusative, Dative],
        "е" => &[Dative, Locative],
        "и" | "ы" => &[Genitive, Dative, Locative],
        "ом" | "ем" | "ым" | "им" | "ью" | "ой" | "ей" => &[Instrumental],
        "ого" | "его" => &[Genitive],
        "ому" | "ему" => &[Dative],
        "ий" | "ый" | "ая" => &[Nominative],
        _ => &[],
    }
}

#[cfg(test)]
mod tests;

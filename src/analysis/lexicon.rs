//! The tables of `tables/` → look-ups for one language. Nothing is kept between calls.

use std::collections::{HashMap, HashSet};

use crate::language::Language;

const NUMBER_WORDS: &str = include_str!("tables/number_words.tsv");
const UNITS: &str = include_str!("tables/units.tsv");
const HEDGES: &str = include_str!("tables/hedges.tsv");
const WORDS: &str = include_str!("tables/words.tsv");

/// How a number word combines with its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberClass {
    Unit,
    Ten,
    Hundred,
    /// Multiplies what stands before it.
    Scale,
    Ordinal,
    /// Counts people, as Russian `трое`.
    Collective,
    /// First part of a compound, as in `двухлетний`.
    Prefix,
    /// May as well be an ordinary word: `second`, `bir`, `пара`.
    Loose,
}

/// What a unit measures; units of one kind convert into each other, currencies do not.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    pub name: String,
    pub kind: String,
    /// How many of the base unit of its kind one of it is.
    pub factor: f64,
}

/// Words that soften a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hedge {
    About,
    More,
    Less,
}

/// A hedging phrase, in lower-case words.
#[derive(Clone, Debug)]
pub struct HedgePhrase {
    pub hedge: Hedge,
    pub follows: bool,
    pub words: Vec<String>,
}

/// Everything the checks know about the words of one language.
pub struct Lexicon {
    pub language: Language,
    pub number_words: HashMap<String, (f64, NumberClass)>,
    units: Vec<(String, Unit)>,
    pub hedges: Vec<HedgePhrase>,
    pub function_words: HashSet<String>,
    lists: HashMap<String, Vec<String>>,
}

impl Lexicon {
    /// Reads the tables that are compiled in.
    pub fn new(language: Language) -> Self {
        let mut lists: HashMap<String, Vec<String>> = HashMap::new();
        for fields in rows(WORDS).filter(|fields| fields[0] == language.code()) {
            let entry = lists.entry(fields[1].to_string()).or_default();
            entry.extend(fields[2].split('|').map(|phrase| phrase.trim().to_string()));
        }
        let function_words = lists
            .get("function")
            .map(|phrases| phrases.iter().flat_map(|p| p.split(' ')).map(str::to_string).collect())
            .unwrap_or_default();
        Self {
            language,
            number_words: number_words(language),
            units: units(),
            hedges: hedges(language),
            function_words,
            lists,
        }
    }

    /// A list of `tables/words.tsv`; empty when the language has none of that name.
    pub fn list(&self, name: &str) -> &[String] {
        self.lists.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The unit that a lower-case word or sign names.
    pub fn unit(&self, word: &str) -> Option<&Unit> {
        self.units
            .iter()
            .find(|(form, _)| match form.strip_suffix('*') {
                Some(beginning) => word.starts_with(beginning),
                None => word == form,
            })
            .map(|(_, unit)| unit)
    }
}

/// One list of `tables/words.tsv` in all languages.
pub fn phrases(list: &str) -> impl Iterator<Item = &'static str> {
    rows(WORDS)
        .filter(move |fields| fields[1] == list)
        .flat_map(|fields| fields[2].split('|'))
        .map(str::trim)
        .filter(|phrase| !phrase.is_empty())
}

/// One list of `tables/words.tsv` in one language, without making a [`Lexicon`].
pub fn phrases_of(list: &str, language: Language) -> impl Iterator<Item = &'static str> {
    rows(WORDS)
        .filter(move |fields| fields[1] == list && fields[0] == language.code())
        .flat_map(|fields| fields[2].split('|'))
        .filter(|phrase| !phrase.is_empty())
}

/// Lines of a table that are not comments, cut at tabs.
pub fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(|line| line.split('\t').collect())
}

fn number_words(language: Language) -> HashMap<String, (f64, NumberClass)> {
    let mut words = HashMap::new();
    for fields in rows(NUMBER_WORDS).filter(|fields| fields[0] == language.code()) {
        let value = fields[1].parse().unwrap_or_default();
        let class = match fields[2] {
            "unit" => NumberClass::Unit,
            "ten" => NumberClass::Ten,
            "hundred" => NumberClass::Hundred,
            "scale" => NumberClass::Scale,
            "ordinal" => NumberClass::Ordinal,
            "collective" => NumberClass::Collective,
            "prefix" => NumberClass::Prefix,
            _ => NumberClass::Loose,
        };
        for form in fields[3].split(' ') {
            // `двух` is a number of its own as well as the beginning of compounds.
            let key = match class {
                NumberClass::Prefix => format!("{form}-"),
                _ => form.to_string(),
            };
            words.entry(key).or_insert((value, class));
        }
    }
    words
}

fn units() -> Vec<(String, Unit)> {
    let mut found = Vec::new();
    for fields in rows(UNITS) {
        let unit = Unit {
            name: fields[0].to_string(),
            kind: fields[1].to_string(),
            factor: fields[2].parse().unwrap_or(1.0),
        };
        found.extend(fields[3].split(' ').map(|form| (form.to_string(), unit.clone())));
    }
    found
}

fn hedges(language: Language) -> Vec<HedgePhrase> {
    rows(HEDGES)
        .filter(|fields| fields[0] == language.code())
        .map(|fields| HedgePhrase {
            hedge: match fields[1] {
                "more" => Hedge::More,
                "less" => Hedge::Less,
                _ => Hedge::About,
            },
            follows: fields[2] == "after",
            words: fields[3].split(' ').map(str::to_string).collect(),
        })
        .collect()
}

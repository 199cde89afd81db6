//! Tokens → things known under several names, in three languages.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::analysis::inflection::is_form_of;
use crate::analysis::table::{Fields, Table, parts};
use crate::analysis::tokens::{Token, lower_case, tokens};
use crate::language::Language;

const PLACES: Table =
    Table { name: "places.tsv", text: include_str!("tables/places.tsv"), fields: (3, 3) };
const NAMES: Table =
    Table { name: "names.tsv", text: include_str!("tables/names.tsv"), fields: (3, 3) };
const ORGANISATIONS: Table = Table {
    name: "organisations.tsv",
    text: include_str!("tables/organisations.tsv"),
    fields: (3, 3),
};
const REGIONS: Table =
    Table { name: "regions.tsv", text: include_str!("tables/regions.tsv"), fields: (3, 3) };
const GENERIC: Table =
    Table { name: "generic.tsv", text: include_str!("tables/generic.tsv"), fields: (3, 3) };
const SEATS: Table =
    Table { name: "seats.tsv", text: include_str!("tables/seats.tsv"), fields: (1, 1) };

/// The names of a thing in English, Turkish and Russian.
type Names = [Vec<&'static str>; 3];

/// All rows of names, in the order of their numbers.
static THINGS: LazyLock<Vec<Names>> = LazyLock::new(|| {
    [NAMES, PLACES, ORGANISATIONS, REGIONS].iter().flat_map(|table| table.values(names)).collect()
});
static GENERIC_WORDS: LazyLock<Vec<Names>> = LazyLock::new(|| GENERIC.values(names));
/// Groups of first English names.
static GROUPS: LazyLock<Vec<Vec<&'static str>>> = LazyLock::new(|| SEATS.values(seats));

fn names(fields: Fields) -> Result<Names, String> {
    let mut names = fields.iter().map(|field| parts(field, '|'));
    let mut next = || names.next().unwrap_or_else(|| Err("a language is missing".to_string()));
    Ok([next()?, next()?, next()?])
}

fn seats(fields: Fields) -> Result<Vec<&'static str>, String> {
    let group = parts(fields[0], '|')?;
    let known = |name: &&&'static str| THINGS.iter().any(|thing| thing[0][0] == **name);
    match group.iter().find(|name| !known(name)) {
        Some(unknown) => Err(format!("'{unknown}' is the first name of nothing")),
        None => Ok(group),
    }
}

/// Rows from this number on are words such as "council", which no name is without reason.
const FIRST_GENERIC: usize = 100_000;

/// The row is a word that is translated, not a name.
pub fn is_generic(thing: usize) -> bool {
    thing >= FIRST_GENERIC
}

/// What `language` calls a thing: the first name of its row.
pub fn main_name(thing: usize, language: Language) -> Option<&'static str> {
    let name = THINGS.get(thing)?[column(language)].first()?;
    // Before `*`, Russian has stems (`Зеленск*`), the others whole names that take endings.
    let (bare, stem) = (name.trim_end_matches('*'), language == Language::Russian);
    let capital = bare.chars().next().is_some_and(char::is_uppercase);
    (capital && !(stem && name.ends_with('*'))).then_some(bare)
}

fn column(language: Language) -> usize {
    match language {
        Language::English => 0,
        Language::Turkish => 1,
        Language::Russian => 2,
    }
}

/// The known names of one language, by the first two letters.
pub struct Gazetteer {
    language: Language,
    entries: HashMap<String, Vec<Entry>>,
    /// Lines of `tables/seats.tsv` that a thing stands on.
    seats: HashMap<usize, Vec<usize>>,
}

struct Entry {
    thing: usize,
    words: Vec<String>,
    /// The last word may have any ending.
    open: bool,
    /// Written in capitals alone, as `IS`: ordinary words in small letters do not match.
    acronym: bool,
}

/// A known thing in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Rows of the tables that it may be; the same number in every language.
    pub things: Vec<usize>,
    /// Groups of things that stand for one another in the news: a capital and its country.
    pub seats: Vec<usize>,
    /// First and last token, both included.
    pub tokens: (usize, usize),
}

impl Gazetteer {
    /// Reads the tables that are compiled in.
    pub fn new(language: Language) -> Self {
        let column = column(language);
        let mut entries: HashMap<String, Vec<Entry>> = HashMap::new();
        let mut seats: HashMap<usize, Vec<usize>> = HashMap::new();
        for (thing, names) in THINGS.iter().enumerate() {
            let main = names[0][0];
            let of = GROUPS.iter().enumerate().filter(|(_, group)| group.contains(&main));
            for (group, _) in of {
                seats.entry(thing).or_default().push(group);
            }
        }
        let things = THINGS.iter().enumerate();
        let generic = GENERIC_WORDS.iter().enumerate();
        let generic = generic.map(|(row, names)| (FIRST_GENERIC + row, names));
        for (thing, names) in things.chain(generic) {
            for name in &names[column] {
                let open = name.ends_with('*');
                let name = name.trim_end_matches('*');
                let words: Vec<String> = tokens(name, language)
                    .into_iter()
                    .filter(|token| token.text != "-" && token.text != ".")
                    .map(|token| token.lower)
                    .collect();
                let Some(key) = words.first().map(|word| beginning(word)) else { continue };
                let acronym = name.chars().all(|letter| !letter.is_lowercase());
                entries.entry(key).or_default().push(Entry { thing, words, open, acronym });
            }
        }
        Self { language, entries, seats }
    }

    /// All known things of a text; longer names win over their parts.
    pub fn known(&self, tokens: &[Token]) -> Vec<Known> {
        let mut found = Vec::new();
        let mut position = 0;
        while position < tokens.len() {
            match self.at(tokens, position) {
                Some(known) => {
                    position = known.tokens.1 + 1;
                    found.push(known);
                }
                None => position += 1,
            }
        }
        found
    }

    fn at(&self, tokens: &[Token], position: usize) -> Option<Known> {
        let candidates = self.entries.get(&beginning(&tokens[position].lower))?;
        let mut longest = 0;
        let mut things = Vec::new();
        for entry in candidates {
            let Some(end) = entry.matches(tokens, position, self.language) else { continue };
            if end > longest || things.is_empty() {
                if end > longest {
                    things.clear();
                }
                longest = end;
            }
            if end == longest {
                things.push(entry.thing);
            }
        }
        let seats =
            things.iter().filter_map(|thing| self.seats.get(thing)).flatten().copied().collect();
        (!things.is_empty()).then_some(Known { things, seats, tokens: (position, longest) })
    }
}

fn beginning(word: &str) -> String {
    lower_case(word, Language::English).chars().take(2).collect()
}

impl Entry {
    fn matches(&self, tokens: &[Token], position: usize, language: Language) -> Option<usize> {
        let mut at = position;
        for (index, word) in self.words.iter().enumerate() {
            while index > 0 && tokens.get(at).is_some_and(|token| token.is_mark("-.")) {
                at += 1;
            }
            let token = tokens.get(at)?;
            let last = index + 1 == self.words.len();
            let same = match (self.open && last, self.acronym) {
                (true, _) => token.lower.starts_with(word.as_str()),
                (false, true) => {
                    token.lower == *word && !token.text.chars().any(char::is_lowercase)
                }
                (false, false) => is_form_of(&token.lower, word, language),
            };
            if !same {
                return None;
            }
            at += 1;
        }
        Some(at - 1)
    }
}

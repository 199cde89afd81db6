//! The tables of `tables/` → look-ups for one language.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::analysis::table::{Fields, Table, language, number, parts};
use crate::language::Language;

const NUMBER_WORDS: Table = Table {
    name: "number_words.tsv",
    text: include_str!("tables/number_words.tsv"),
    fields: (4, 4),
};
const UNITS: Table =
    Table { name: "units.tsv", text: include_str!("tables/units.tsv"), fields: (4, 4) };
const HEDGES: Table =
    Table { name: "hedges.tsv", text: include_str!("tables/hedges.tsv"), fields: (4, 4) };
const WORDS: Table =
    Table { name: "words.tsv", text: include_str!("tables/words.tsv"), fields: (3, 3) };

/// The lists of `tables/words.tsv`. A name that is not among them is a slip of the table or of who
/// asks for it, and would switch a check off.
const LISTS: [&str; 21] = [
    "after_negation",
    "century",
    "chat_role",
    "dangling",
    "date_title",
    "first_person",
    "function",
    "generic",
    "injection",
    "label",
    "leaning",
    "negation",
    "negative_pronoun",
    "particle",
    "privative",
    "prompt",
    "range",
    "refusal",
    "reporting",
    "title",
    "unprivative",
];

/// Rows of `tables/words.tsv`: language, list, phrases.
type ListRow = (Language, &'static str, Vec<&'static str>);

static LIST_ROWS: LazyLock<Vec<ListRow>> = LazyLock::new(|| WORDS.values(list_row));

fn list_row(fields: Fields) -> Result<ListRow, String> {
    let list = fields[1];
    if !LISTS.contains(&list) {
        return Err(format!("'{list}' is no list that is used"));
    }
    Ok((language(fields[0])?, list, parts(fields[2], '|')?))
}

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
        for (_, list, phrases) in LIST_ROWS.iter().filter(|(of, ..)| *of == language) {
            let entry = lists.entry(list.to_string()).or_default();
            entry.extend(phrases.iter().map(|phrase| phrase.to_string()));
        }
        let function_words = lists
            .get("function")
            .map(|phrases| phrases.iter().flat_map(|p| p.split(' ')).map(str::to_string).collect())
            .unwrap_or_default();
        Self {
            language,
            number_words: number_words(language),
            units: ALL_UNITS.clone(),
            hedges: hedges(language),
            function_words,
            lists,
        }
    }

    /// A list of `tables/words.tsv`; empty when the language has none of that name.
    pub fn list(&self, name: &str) -> &[String] {
        debug_assert!(LISTS.contains(&name), "{name} is no list of words.tsv");
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
    debug_assert!(LISTS.contains(&list), "{list} is no list of words.tsv");
    let rows = LIST_ROWS.iter().filter(move |(_, name, _)| *name == list);
    rows.flat_map(|(.., phrases)| phrases.iter().copied())
}

/// One list of `tables/words.tsv` in one language, without making a [`Lexicon`].
pub fn phrases_of(list: &str, language: Language) -> impl Iterator<Item = &'static str> {
    debug_assert!(LISTS.contains(&list), "{list} is no list of words.tsv");
    let rows = LIST_ROWS.iter().filter(move |(of, name, _)| *of == language && *name == list);
    rows.flat_map(|(.., phrases)| phrases.iter().copied())
}

type NumberWord = (Language, f64, NumberClass, Vec<&'static str>);

static NUMBERS: LazyLock<Vec<NumberWord>> = LazyLock::new(|| NUMBER_WORDS.values(number_word));
static ALL_UNITS: LazyLock<Vec<(String, Unit)>> =
    LazyLock::new(|| UNITS.values(unit).into_iter().flatten().collect());
static ALL_HEDGES: LazyLock<Vec<(Language, HedgePhrase)>> = LazyLock::new(|| HEDGES.values(hedge));

fn number_word(fields: Fields) -> Result<NumberWord, String> {
    let class = match fields[2] {
        "unit" => NumberClass::Unit,
        "ten" => NumberClass::Ten,
        "hundred" => NumberClass::Hundred,
        "scale" => NumberClass::Scale,
        "ordinal" => NumberClass::Ordinal,
        "collective" => NumberClass::Collective,
        "prefix" => NumberClass::Prefix,
        "loose" => NumberClass::Loose,
        other => return Err(format!("'{other}' is no class of number words")),
    };
    Ok((language(fields[0])?, number(fields[1])?, class, parts(fields[3], ' ')?))
}

fn number_words(language: Language) -> HashMap<String, (f64, NumberClass)> {
    let mut words = HashMap::new();
    for (_, value, class, forms) in NUMBERS.iter().filter(|(of, ..)| *of == language) {
        for form in forms {
            // `двух` is a number of its own as well as the beginning of compounds.
            let key = match class {
                NumberClass::Prefix => format!("{form}-"),
                _ => form.to_string(),
            };
            words.entry(key).or_insert((*value, *class));
        }
    }
    words
}

fn unit(fields: Fields) -> Result<Vec<(String, Unit)>, String> {
    let factor = number(fields[2])?;
    if factor <= 0.0 {
        return Err(format!("a unit cannot be {factor} of its base"));
    }
    let unit = Unit { name: fields[0].to_string(), kind: fields[1].to_string(), factor };
    let forms = parts(fields[3], ' ')?.into_iter();
    Ok(forms.map(|form| (form.to_string(), unit.clone())).collect())
}

fn hedge(fields: Fields) -> Result<(Language, HedgePhrase), String> {
    let hedge = match fields[1] {
        "about" => Hedge::About,
        "more" => Hedge::More,
        "less" => Hedge::Less,
        other => return Err(format!("'{other}' is no class of hedges")),
    };
    let follows = match fields[2] {
        "before" => false,
        "after" => true,
        other => return Err(format!("a hedge stands before or after its number, not '{other}'")),
    };
    let words = fields[3].split(' ').map(str::to_string).collect();
    Ok((language(fields[0])?, HedgePhrase { hedge, follows, words }))
}

fn hedges(language: Language) -> Vec<HedgePhrase> {
    let own = ALL_HEDGES.iter().filter(|(of, _)| *of == language);
    own.map(|(_, phrase)| phrase.clone()).collect()
}

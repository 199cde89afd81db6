//! Two analysed sentences → their words of content, each with how well the other side accounts for it.

use crate::analysis::passage::{Knowledge, Passage};
use crate::analysis::skeleton::likeness;
use crate::analysis::tokens::{Kind, Token};
use crate::checks::adequacy::bilingual::{BilingualLexicon, Direction, WordId};
use crate::checks::adequacy::features::Side;
use crate::language::Language;

/// Thousandths of a nat from which a counterpart counts in full.
const FULL_RATIO: i64 = 3000;
/// Words that sound at least so alike are one loan or one name in two spellings.
const ALIKE: f64 = 0.72;
/// Letters of the shortest word that is compared by its sound.
const SHORTEST_TO_COMPARE: usize = 4;
/// Surprise and rarity of a word that the lexicon lacks, in thousandths of a nat.
const UNKNOWN_SURPRISE: i64 = 400;
const UNKNOWN_RARITY: i64 = 12_000;

/// A word that carries content, seen beside the other text.
#[derive(Clone, Copy, Debug)]
pub struct Weighed {
    /// Its token in the passage.
    pub token: usize,
    /// How far the other side accounts for it, from 0 to 1000.
    pub covered: i64,
    /// How surprising it is that nothing does, in thousandths of a nat.
    pub surprise: i64,
    /// How rare it is, in thousandths of a nat.
    pub rarity: i64,
}

/// The words of one side beside the other. Empty for two texts in one language.
pub fn weighed(mine: Side, other: Side, lexicon: &BilingualLexicon) -> Vec<Weighed> {
    let sounds = |at: usize| sounds_alike(mine.passage, at, other.passage);
    beside(mine, other, lexicon, &sounds)
}

/// [`weighed`] where only capitalised words are compared by their sound: for many pairs of sentences.
pub fn weighed_quickly(mine: Side, other: Side, lexicon: &BilingualLexicon) -> Vec<Weighed> {
    let (passage, facing) = (mine.passage, other.passage);
    let sounds = |at: usize| {
        let token = &passage.tokens[at];
        let names = facing.tokens.iter().filter(|word| word.is_capitalised());
        token.is_capitalised() && sounds_like_any(passage, at, names, facing.language)
    };
    beside(mine, other, lexicon, &sounds)
}

fn beside(
    mine: Side,
    other: Side,
    lexicon: &BilingualLexicon,
    sounds: &dyn Fn(usize) -> bool,
) -> Vec<Weighed> {
    let (passage, facing) = (mine.passage, other.passage);
    let there = lexicon.direction(passage.language, facing.language);
    let back = lexicon.direction(facing.language, passage.language);
    let (Some(there), Some(back)) = (there, back) else { return Vec::new() };
    let others: Vec<WordId> = facing.stems.iter().filter_map(|stem| back.id(stem)).collect();
    (0..passage.tokens.len())
        .filter(|at| is_content(passage, *at, mine.knowledge))
        .map(|at| {
            let word = weigh(passage, at, &others, &there);
            let same = word.covered < 1000 && (names_the_same(passage, at, facing) || sounds(at));
            if same { Weighed { covered: 1000, ..word } } else { word }
        })
        .collect()
}

/// A word that is none of the language's small words and no part of a number or a date.
fn is_content(passage: &Passage, at: usize, knowledge: &Knowledge) -> bool {
    let token = &passage.tokens[at];
    let within = |range: (usize, usize)| (range.0..=range.1).contains(&at);
    token.kind == Kind::Word
        && token.text.chars().count() > 1
        && !knowledge.lexicon.function_words.contains(&token.lower)
        && !passage.quantities.iter().any(|quantity| within(quantity.tokens))
        && !passage.moments.iter().any(|moment| within(moment.tokens))
}

fn weigh(passage: &Passage, at: usize, others: &[WordId], there: &Direction) -> Weighed {
    let id = there.id(&passage.stems[at]);
    let ratio = id.map_or(0, |id| {
        others.iter().map(|other| there.ratio(id, *other)).max().unwrap_or_default()
    });
    Weighed {
        token: at,
        covered: 1000 * ratio.min(FULL_RATIO) / FULL_RATIO,
        surprise: id.map_or(UNKNOWN_SURPRISE, |id| there.surprise(id)),
        rarity: id.map_or(UNKNOWN_RARITY, |id| there.rarity(id)),
    }
}

/// Both sides name one place, person or organisation of the tables, and this word is part of it.
fn names_the_same(passage: &Passage, at: usize, other: &Passage) -> bool {
    let mine = passage.known.iter().filter(|known| (known.tokens.0..=known.tokens.1).contains(&at));
    let mut things = mine.flat_map(|known| &known.things);
    things.any(|thing| other.known.iter().any(|known| known.things.contains(thing)))
}

fn sounds_alike(passage: &Passage, at: usize, other: &Passage) -> bool {
    sounds_like_any(passage, at, other.tokens.iter(), other.language)
}

fn sounds_like_any<'a>(
    passage: &Passage,
    at: usize,
    words: impl Iterator<Item = &'a Token>,
    language: Language,
) -> bool {
    let token = &passage.tokens[at];
    let long = |text: &str| text.chars().count() >= SHORTEST_TO_COMPARE;
    let mut words = words.filter(|word| word.kind == Kind::Word && long(&word.text));
    long(&token.text)
        && words.any(|word| {
            word.lower == token.lower
                || likeness(&token.text, passage.language, &word.text, language) >= ALIKE
        })
}

//! A sentence and its translation → the numbers that its adequacy is judged by, all of them whole.

use std::collections::HashSet;

use crate::analysis::passage::{Knowledge, Passage};
use crate::checks::adequacy::bilingual::BilingualLexicon;
use crate::checks::adequacy::foreign::foreign_words;
use crate::checks::adequacy::sides::{Weighed, weighed};
use crate::checks::{Draft, names_across, numbers_across};
use crate::document::Severity;

/// Names of the features in the order of `Features::values`, as the table of weights has them.
pub const NAMES: [&str; 22] = [
    "source_missed",
    "target_missed",
    "source_uncovered",
    "target_uncovered",
    "source_worst",
    "target_worst",
    "both_worst",
    "source_second",
    "target_second",
    "source_stretch",
    "target_stretch",
    "both_missed",
    "too_short",
    "too_long",
    "figures_lost",
    "figures_added",
    "names_lost",
    "names_added",
    "polarity",
    "foreign",
    "no_word",
    "repeated",
];

/// What was seen, in thousandths of the unit that each name implies.
#[derive(Clone, Debug)]
pub struct Features {
    pub values: [i64; NAMES.len()],
    pub source: Vec<Weighed>,
    pub target: Vec<Weighed>,
}

/// A text with what is known of its language.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    pub passage: &'a Passage,
    pub knowledge: &'a Knowledge,
}

/// What the checks of single things found in a translation beside its source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Numbers and dates that the source lacks.
    pub figures: usize,
    /// Names that the source lacks.
    pub names: usize,
    /// Denials that only one side has.
    pub denials: usize,
    /// Words that no dictionary has.
    pub unknown: usize,
}

/// Looks at both sides. `mean` is the usual length of this direction: characters of the translation for a
/// thousand of the source.
pub fn features(
    source: Side,
    target: Side,
    seen: Seen,
    lexicon: &BilingualLexicon,
    mean: i64,
) -> Features {
    let left = weighed(source, target, lexicon);
    let right = weighed(target, source, lexicon);
    let (lost, gained) = (Misses::of(&left), Misses::of(&right));
    let (short, long) = length(source.passage, target.passage, mean);
    let back = lost_things(source, target);
    let values = [
        lost.missed,
        gained.missed,
        lost.uncovered,
        gained.uncovered,
        lost.worst,
        gained.worst,
        lost.worst.min(gained.worst),
        lost.second,
        gained.second,
        lost.stretch,
        gained.stretch,
        lost.missed * gained.missed / 1000,
        short,
        long,
        counted(back.figures),
        counted(seen.figures),
        counted(back.names),
        counted(seen.names),
        counted(seen.denials),
        counted(foreign_words(target.passage).len()),
        counted(seen.unknown),
        counted(repeats(target, &right).saturating_sub(repeats(source, &left))),
    ];
    Features { values, source: left, target: right }
}

/// How often a word of content stands again: weak models go round in circles.
fn repeats(side: Side, words: &[Weighed]) -> usize {
    let stems: HashSet<&String> =
        words.iter().map(|word| &side.passage.stems[word.token]).collect();
    words.len() - stems.len()
}

/// Three faults of a kind say all that more would.
fn counted(faults: usize) -> i64 {
    1000 * faults.min(3) as i64
}

/// Numbers, dates and names of the source that the translation lacks: the checks with the sides exchanged.
fn lost_things(source: Side, target: Side) -> Seen {
    let (one, two) = (target.passage, source.passage);
    let figures =
        numbers_across::numbers(one, two).into_iter().chain(numbers_across::dates(one, two));
    let doubtful = |draft: &Draft| draft.severity >= Severity::Warning;
    let names = names_across::check(one, two, target.knowledge, source.knowledge);
    Seen {
        figures: figures.filter(|draft| draft.severity == Severity::Error).count(),
        names: names.iter().filter(|draft| doubtful(draft)).count(),
        ..Seen::default()
    }
}

/// What one side has that the other does not account for.
struct Misses {
    /// Share of the surprise of its words.
    missed: i64,
    /// Share of their rarity.
    uncovered: i64,
    /// Surprise of the word that is missed most, and of the next.
    worst: i64,
    second: i64,
    /// Surprise of the stretch of words that is missed most, less what is usual.
    stretch: i64,
}

impl Misses {
    fn of(words: &[Weighed]) -> Self {
        let missing = |word: &Weighed| word.surprise * (1000 - word.covered) / 1000;
        let total: i64 = words.iter().map(|word| word.surprise).sum();
        let rarity: i64 = words.iter().map(|word| word.rarity).sum();
        let missed: i64 = words.iter().map(missing).sum();
        let bare: i64 = words.iter().map(|word| word.rarity * (1000 - word.covered) / 1000).sum();
        let mut sorted: Vec<i64> = words.iter().map(missing).collect();
        sorted.sort_unstable_by(|left, right| right.cmp(left));
        let at = |place: usize| sorted.get(place).copied().unwrap_or_default();
        let (mut run, mut stretch) = (0, 0);
        for word in words {
            // Two words of five go without a counterpart that the lexicon knows in right translations of news.
            run = (run + missing(word) - word.surprise * 2 / 5).max(0);
            stretch = stretch.max(run);
        }
        // Half a word of each is imagined, so that two words do not say as much as twenty.
        Self {
            missed: 1000 * missed / (total + 500),
            uncovered: 1000 * bare / (rarity + 4000),
            worst: at(0),
            second: at(1),
            stretch,
        }
    }
}

/// How much shorter and how much longer the translation is than usual, against the sum of both.
fn length(source: &Passage, target: &Passage, mean: i64) -> (i64, i64) {
    let expected = source.text.chars().count() as i64 * mean / 1000;
    let found = target.text.chars().count() as i64;
    // Twenty characters more on both sides: short sentences vary more.
    let difference = 1000 * (found - expected) / (found + expected + 40);
    ((-difference).max(0), difference.max(0))
}

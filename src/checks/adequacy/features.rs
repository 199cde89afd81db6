//! A sentence and its translation → the numbers that its adequacy is judged by, all of them whole.

use std::collections::HashSet;

use crate::analysis::lengths::excess;
use crate::analysis::passage::{Knowledge, Passage};
use crate::analysis::quantities::{Quantity, Style};
use crate::checks::adequacy::bilingual::BilingualLexicon;
use crate::checks::adequacy::foreign::foreign_words;
use crate::checks::adequacy::sides::{Weighed, weighed};
use crate::checks::{Draft, names_across, numbers_across};
use crate::document::Severity;

/// Names of the features in the order of `Features::values`, as the table of weights has them.
pub const NAMES: [&str; 37] = [
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
    "source_words",
    "target_words",
    "shared",
    "figures_kept",
    "names_kept",
    "source_tilt",
    "target_tilt",
    "marks",
    "claims",
    "root_source_missed",
    "root_target_missed",
    "root_source_uncovered",
    "root_target_uncovered",
    "root_too_short",
    "root_too_long",
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
    /// Offices and events that the source lacks.
    pub claims: usize,
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
        words(&left),
        words(&right),
        shared(&left).min(shared(&right)),
        counted(figures_kept(source.passage, target.passage)),
        counted(names_kept(target.passage, &right)),
        lost.tilt,
        gained.tilt,
        counted(other_marks(source.passage, target.passage)),
        counted(seen.claims),
        root(lost.missed),
        root(gained.missed),
        root(lost.uncovered),
        root(gained.uncovered),
        root(short),
        root(long),
    ];
    Features { values, source: left, target: right }
}

/// How often a word of content stands again: weak models go round in circles.
fn repeats(side: Side, words: &[Weighed]) -> usize {
    let stems: HashSet<&String> =
        words.iter().map(|word| &side.passage.stems[word.token]).collect();
    words.len() - stems.len()
}

/// Words of content, of which 24 say all that more would.
fn words(side: &[Weighed]) -> i64 {
    1000 * side.len().min(24) as i64 / 24
}

/// Rarity of the words that are accounted for, in hundredths of a nat and up to 60: how much speaks for the pair.
fn shared(side: &[Weighed]) -> i64 {
    let found = side.iter().map(|word| word.rarity * word.covered / 10_000);
    found.sum::<i64>().min(6000)
}

fn figures_kept(source: &Passage, target: &Passage) -> usize {
    let there = |one: &&Quantity| source.quantities.iter().any(|other| one.same_value(other));
    let digits = target.quantities.iter().filter(|one| one.style == Style::Digits);
    digits.filter(there).count()
}

/// Capitalised words within the sentence that the other side accounts for in full.
fn names_kept(passage: &Passage, words: &[Weighed]) -> usize {
    let kept = words.iter().filter(|word| word.token > 0 && word.covered == 1000);
    kept.filter(|word| passage.tokens[word.token].is_capitalised()).count()
}

/// Kinds of marks that only one side has: questions, quotations, brackets, colons, percentages.
fn other_marks(source: &Passage, target: &Passage) -> usize {
    const KINDS: [&str; 5] = ["?", "\"«»“”„", "()", ":", "%"];
    let has = |passage: &Passage, kind: &str| passage.text.chars().any(|it| kind.contains(it));
    KINDS.into_iter().filter(|kind| has(source, kind) != has(target, kind)).count()
}

/// The square root of a share, so that the first tenths weigh more than the last.
fn root(thousandths: i64) -> i64 {
    (1000 * thousandths.max(0)).isqrt()
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
    /// How much more of one half of the words is missed than of the other.
    tilt: i64,
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
        let (first, last) = words.split_at(words.len() / 2);
        let share = |half: &[Weighed]| {
            let all: i64 = half.iter().map(|word| word.surprise).sum();
            1000 * half.iter().map(missing).sum::<i64>() / (all + 2000)
        };
        // Half a word of each is imagined, so that two words do not say as much as twenty.
        Self {
            missed: 1000 * missed / (total + 500),
            uncovered: 1000 * bare / (rarity + 4000),
            worst: at(0),
            second: at(1),
            stretch,
            tilt: (share(first) - share(last)).abs(),
        }
    }
}

/// How much shorter and how much longer the translation is than usual, against the sum of both.
fn length(source: &Passage, target: &Passage, mean: i64) -> (i64, i64) {
    let characters = |passage: &Passage| passage.text.chars().count() as i64;
    let difference = excess(characters(source), characters(target), mean, 1000);
    ((-difference).max(0), difference.max(0))
}

//! Sentences of a text and of its translation → which of them belong together: monotone, one to one, one to two,
//! two to one, or left out. Dynamic programming as in Gale and Church (1993), on words of the lexicon, figures and
//! lengths.

use std::ops::Range;

use crate::analysis::lengths::excess;
use crate::analysis::quantities::Style;
use crate::checks::adequacy::bilingual::BilingualLexicon;
use crate::checks::adequacy::features::Side;
use crate::checks::adequacy::sides::{Weighed, weighed_quickly};

/// What a sentence without a partner costs, and what one more sentence in a group does. A pair never costs more
/// than two sentences alone, so that a wrong translation still meets its source.
const ALONE: i64 = -2500;
const JOINED: i64 = -900;
const WORST_PAIR: i64 = -4500;
/// Weight of a figure, in thousandths of a nat.
const FIGURE: i64 = 2500;
/// What lengths that have nothing to do with each other cost at most, in thousandths of a nat.
const LENGTH: i64 = 3000;
/// Share of a word's surprise that a pair has to account for, in thousandths, to be worth more than nothing.
const USUAL: i64 = 350;
/// How far from the diagonal sentences are compared.
const BAND: usize = 24;

/// The shapes of groups: sentences of the source, sentences of the translation.
const SHAPES: [(usize, usize); 5] = [(1, 1), (1, 2), (2, 1), (1, 0), (0, 1)];

/// Sentences that belong together, as places in their lists. One side may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub source: Range<usize>,
    pub target: Range<usize>,
}

/// Every sentence of both sides in exactly one group, in order.
pub fn align(
    source: &[Side],
    target: &[Side],
    lexicon: &BilingualLexicon,
    mean: i64,
) -> Vec<Group> {
    let affinities = Affinities::new(source, target, lexicon, mean);
    let (rows, columns) = (source.len() + 1, target.len() + 1);
    // Best value of the first sentences of both sides, and the shape of the last group.
    let mut best: Vec<Option<(i64, (usize, usize))>> = vec![None; rows * columns];
    best[0] = Some((0, (0, 0)));
    for one in 0..rows {
        for two in 0..columns {
            for shape in SHAPES {
                let (Some(from), Some(to)) = (one.checked_sub(shape.0), two.checked_sub(shape.1))
                else {
                    continue;
                };
                let Some((before, _)) = best[from * columns + to] else { continue };
                let value = before + affinities.value(from..one, to..two);
                let here = &mut best[one * columns + two];
                if here.is_none_or(|(known, _)| value > known) {
                    *here = Some((value, shape));
                }
            }
        }
    }
    traced(&best, (source.len(), target.len()))
}

fn traced(best: &[Option<(i64, (usize, usize))>], ends: (usize, usize)) -> Vec<Group> {
    let columns = ends.1 + 1;
    let (mut one, mut two) = ends;
    let mut groups = Vec::new();
    while (one, two) != (0, 0) {
        let Some((_, shape)) = best[one * columns + two] else { break };
        groups.push(Group { source: one - shape.0..one, target: two - shape.1..two });
        (one, two) = (one - shape.0, two - shape.1);
    }
    groups.reverse();
    groups
}

/// How far each sentence accounts for the words of each of the other side near it.
struct Affinities<'a> {
    source: &'a [Side<'a>],
    target: &'a [Side<'a>],
    /// By sentence of the source and of the translation; empty outside the band.
    lost: Vec<Vec<Weighed>>,
    added: Vec<Vec<Weighed>>,
    mean: i64,
}

impl<'a> Affinities<'a> {
    fn new(
        source: &'a [Side<'a>],
        target: &'a [Side<'a>],
        lexicon: &BilingualLexicon,
        mean: i64,
    ) -> Self {
        let (mut lost, mut added) = (Vec::new(), Vec::new());
        for (at, one) in source.iter().enumerate() {
            let diagonal = at * target.len() / source.len().max(1);
            for (place, two) in target.iter().enumerate() {
                let near = place.abs_diff(diagonal) <= BAND;
                let words = |mine: &Side, other: &Side| match near {
                    true => weighed_quickly(*mine, *other, lexicon),
                    false => Vec::new(),
                };
                lost.push(words(one, two));
                added.push(words(two, one));
            }
        }
        Self { source, target, lost, added, mean }
    }

    fn value(&self, source: Range<usize>, target: Range<usize>) -> i64 {
        if source.is_empty() || target.is_empty() {
            return ALONE;
        }
        let joined = (source.len() + target.len() - 2) as i64 * JOINED;
        let columns = self.target.len();
        let place = |one: usize, two: usize| one * columns + two;
        let lost = source.clone().map(|one| {
            accounted(&target.clone().map(|two| &self.lost[place(one, two)]).collect::<Vec<_>>())
        });
        let added = target.clone().map(|two| {
            accounted(&source.clone().map(|one| &self.added[place(one, two)]).collect::<Vec<_>>())
        });
        let words: i64 = lost.chain(added).sum();
        let figures = self.figures(source.clone(), target.clone());
        (words + figures + self.length(source, target)).max(WORST_PAIR) + joined
    }

    fn figures(&self, source: Range<usize>, target: Range<usize>) -> i64 {
        let of = |sides: &[Side]| -> Vec<crate::analysis::quantities::Quantity> {
            let found = sides.iter().flat_map(|side| side.passage.quantities.iter());
            found.filter(|it| it.style == Style::Digits).cloned().collect()
        };
        let (left, right) = (of(&self.source[source]), of(&self.target[target]));
        let shared = left.iter().filter(|one| right.iter().any(|two| one.same_value(two))).count();
        let most = left.len().max(right.len());
        (2 * shared as i64 - most as i64) * FIGURE / 2
    }

    fn length(&self, source: Range<usize>, target: Range<usize>) -> i64 {
        let characters = |sides: &[Side]| -> i64 {
            sides.iter().map(|side| side.passage.text.chars().count() as i64).sum()
        };
        let (source, found) = (characters(&self.source[source]), characters(&self.target[target]));
        -excess(source, found, self.mean, LENGTH).abs()
    }
}

/// The words of a sentence, each with the best that any of the lists says of it.
fn accounted(lists: &[&Vec<Weighed>]) -> i64 {
    let Some(longest) = lists.iter().max_by_key(|list| list.len()) else { return 0 };
    let words = longest.iter().enumerate().map(|(at, word)| {
        let covered = lists.iter().filter_map(|list| list.get(at)).map(|word| word.covered).max();
        word.surprise * (covered.unwrap_or_default() - USUAL) / 1000
    });
    words.sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::passage::{Knowledge, Passage, passage};
    use crate::language::Language::{English, Turkish};

    const ENGLISH: [&str; 4] = [
        "The president of the company opened the new office in Ankara on Monday.",
        "The water was clean, and children played with the dogs.",
        "About 450 people work there.",
        "Users can change their password in the settings.",
    ];

    fn groups(target: &[&str]) -> Vec<(Range<usize>, Range<usize>)> {
        let (theirs, mine) = (Knowledge::new(English), Knowledge::new(Turkish));
        let source: Vec<Passage> = ENGLISH.iter().map(|text| passage(text, &theirs)).collect();
        let target: Vec<Passage> = target.iter().map(|text| passage(text, &mine)).collect();
        let side = |passage, knowledge| Side { passage, knowledge };
        let source: Vec<Side> = source.iter().map(|passage| side(passage, &theirs)).collect();
        let target: Vec<Side> = target.iter().map(|passage| side(passage, &mine)).collect();
        let groups = align(&source, &target, &BilingualLexicon::new(), 1050);
        groups.into_iter().map(|group| (group.source, group.target)).collect()
    }

    #[test]
    fn sentences_meet_one_to_one_joined_and_left_out() {
        let company = "Şirketin başkanı, Ankara'daki yeni ofisi pazartesi günü açtı.";
        let (water, dogs) = ("Su temizdi.", "Çocuklar köpeklerle oynadı.");
        let people = "Orada yaklaşık 450 kişi çalışıyor.";
        let users = "Kullanıcılar parolalarını ayarlardan değiştirebilir.";
        let both = "Su temizdi ve çocuklar köpeklerle oynadı.";
        assert_eq!(
            groups(&[company, both, people, users]),
            [(0..1, 0..1), (1..2, 1..2), (2..3, 2..3), (3..4, 3..4)]
        );
        assert_eq!(
            groups(&[company, water, dogs, people, users]),
            [(0..1, 0..1), (1..2, 1..3), (2..3, 3..4), (3..4, 4..5)]
        );
        assert_eq!(
            groups(&[company, both, users]),
            [(0..1, 0..1), (1..2, 1..2), (2..3, 2..2), (3..4, 2..3)]
        );
        assert_eq!(groups(&[]).len(), 4);
    }
}

//! Articles → groups that tell one story: the same wire text in several outlets, and its later
//! versions. MinHash over shingles of words (Broder 1997), with bands to find candidates; the same
//! articles give the same groups in any order and on any machine.

use std::collections::{HashMap, HashSet};

use crate::article::Article;
use crate::language::{Language, lowercase};

/// Words of a shingle.
const SHINGLE: usize = 3;

/// Hash functions; the estimate of a likeness of one half is off by 0.04 on average.
const FUNCTIONS: usize = 128;

/// Functions of a band: two articles are compared when all of one band agree. With 64 bands of two,
/// a pair with a likeness of 0.25 is compared with a probability of 0.98.
const BAND: usize = 2;

/// Texts with fewer shingles are too short to be told apart.
const FEWEST_SHINGLES: usize = 24;

/// Share of all shingles (Jaccard) that two articles must have in common, at least …
const LIKENESS: f64 = 0.22;

/// … and share of the shorter one's.
const CONTAINED: f64 = 0.6;

/// Daily reports are written to a pattern: their texts agree and their numbers do not. Share of the
/// numbers of the article with fewer that the other must have.
const SHARED_NUMBERS: f64 = 0.5;

/// From so many numbers on that counts.
const NUMBERS: usize = 3;

/// Articles further apart than this are two reports of two days.
const DAYS_APART: i64 = 3;

/// What of an article is compared: 600 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    minima: [u32; FUNCTIONS],
    shingles: usize,
    /// Hashes of the different numbers, sorted.
    numbers: Vec<u64>,
    /// Day of publication, counted from the year 0.
    day: Option<i64>,
}

impl Signature {
    /// `None` for an article that is too short to be compared.
    pub fn of(article: &Article) -> Option<Self> {
        let words = words(&article.paragraphs, article.language);
        let shingles: HashSet<u64> =
            words.windows(SHINGLE).map(|words| hash(&words.join(" "))).collect();
        if shingles.len() < FEWEST_SHINGLES {
            return None;
        }
        let mut minima = [u32::MAX; FUNCTIONS];
        for shingle in &shingles {
            for (function, minimum) in minima.iter_mut().enumerate() {
                *minimum = (*minimum).min(scatter(shingle ^ scatter(function as u64 + 1)) as u32);
            }
        }
        let has_digit = |word: &&String| word.chars().any(|letter| letter.is_ascii_digit());
        let mut numbers: Vec<u64> = words.iter().filter(has_digit).map(|word| hash(word)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let day = article.published.as_deref().and_then(day);
        Some(Signature { minima, shingles: shingles.len(), numbers, day })
    }

    /// Whether both tell one story.
    pub fn is_near(&self, other: &Signature) -> bool {
        let same = self.minima.iter().zip(&other.minima).filter(|(one, two)| one == two).count();
        let likeness = same as f64 / FUNCTIONS as f64;
        let all = (self.shingles + other.shingles) as f64;
        let common = likeness / (1.0 + likeness) * all;
        let contained = common / self.shingles.min(other.shingles) as f64;
        likeness >= LIKENESS
            && contained >= CONTAINED
            && self.shares_numbers(other)
            && self.day.zip(other.day).is_none_or(|(one, two)| (one - two).abs() <= DAYS_APART)
    }

    fn shares_numbers(&self, other: &Signature) -> bool {
        let (fewer, more) = if self.numbers.len() <= other.numbers.len() {
            (&self.numbers, &other.numbers)
        } else {
            (&other.numbers, &self.numbers)
        };
        let shared = fewer.iter().filter(|number| more.binary_search(number).is_ok()).count();
        fewer.len() < NUMBERS || shared as f64 >= SHARED_NUMBERS * fewer.len() as f64
    }
}

/// For each signature the place of the first one of its group, which may be itself. Signatures come
/// with the earliest article first; one that is missing is in no group.
pub fn groups(signatures: &[Option<Signature>]) -> Vec<usize> {
    let mut first: Vec<usize> = (0..signatures.len()).collect();
    for band in 0..FUNCTIONS / BAND {
        let mut buckets: HashMap<&[u32], Vec<usize>> = HashMap::new();
        for (place, signature) in signatures.iter().enumerate() {
            let Some(signature) = signature else { continue };
            let bucket = buckets.entry(&signature.minima[band * BAND..][..BAND]).or_default();
            let (mine, mut joined) = (root(&first, place), false);
            // One of each group in the bucket is enough: the others are near it.
            for other in bucket.iter().copied() {
                let (mine, theirs) = (root(&first, mine), root(&first, other));
                let near = mine == theirs
                    || signatures[other].as_ref().is_some_and(|other| other.is_near(signature));
                if near {
                    joined |= mine == theirs;
                    first[mine.max(theirs)] = mine.min(theirs);
                }
            }
            if !joined {
                bucket.push(place);
            }
        }
    }
    (0..first.len()).map(|place| root(&first, place)).collect()
}

fn root(first: &[usize], mut place: usize) -> usize {
    while first[place] != place {
        place = first[place];
    }
    place
}

fn words(paragraphs: &[String], language: Language) -> Vec<String> {
    let lowered = paragraphs.iter().map(|text| lowercase(text, language));
    lowered
        .flat_map(|text| {
            let words = text.split(|letter: char| !letter.is_alphanumeric());
            words.filter(|word| !word.is_empty()).map(str::to_string).collect::<Vec<_>>()
        })
        .collect()
}

/// FNV-1a.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The finaliser of SplitMix64: every bit of the input changes half of the output's.
fn scatter(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// Days of an ISO date, good for differences.
fn day(date: &str) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| date.get(range)?.parse::<i64>().ok();
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    Some(365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: [&str; 4] = [
        "The harbour council of Ellerby voted on Tuesday to close the old swing bridge to lorries from 1 March.",
        "Engineers had found cracks in two of the 11 beams, said the head of the port, Ada Lindqvist.",
        "About 40,000 people cross the bridge on a working day, most of them by tram or on foot.",
        "Repairs will cost 12.4 million crowns and are expected to take until the end of May.",
    ];

    fn signature(paragraphs: &[&str], published: Option<&str>) -> Option<Signature> {
        Signature::of(&Article {
            paragraphs: paragraphs.iter().map(|text| text.to_string()).collect(),
            published: published.map(str::to_string),
            ..Article::empty(Language::English)
        })
    }

    #[test]
    fn outlets_and_versions_of_one_story_are_found() {
        let cut = signature(&STORY[..3], Some("2024-03-05")).unwrap();
        let later = [
            "The tram company said it would run buses instead.",
            "A vote of the city council is due in June.",
        ];
        let more =
            signature(&[&STORY[..], &later[..]].concat(), Some("2024-03-06T10:00Z")).unwrap();
        let edited = STORY.map(|text| {
            text.replace("on Tuesday", "Tuesday").replace("said the head", "according to the head")
        });
        let edited: Vec<&str> = edited.iter().map(String::as_str).collect();
        let edited = signature(&edited, None).unwrap();
        let whole = signature(&STORY, Some("2024-03-05")).unwrap();
        for other in [&cut, &more, &edited] {
            assert!(whole.is_near(other));
        }
        let other = signature(
            &[
                "The painter Maja Holm receives the prize of the city of Velby, which is worth 20,000 euros, the \
               jury said on Tuesday after a meeting of several hours in the old town hall of the city.",
            ],
            None,
        );
        assert_eq!(
            groups(&[Some(whole), other, Some(cut), None, Some(more), Some(edited)]),
            [0, 1, 0, 3, 0, 0]
        );
    }

    #[test]
    fn reports_to_a_pattern_are_no_copies() {
        let report = |rate: &str, share: &str, volume: &str| {
            format!(
                "The crown closed at {rate} to the euro on the exchange in Ellerby, dealers said after the end of \
                 trading. Shares of the ten largest companies rose by {share} percent on average, and {volume} \
                 shares changed hands during the day, which is more than on an average day of this year."
            )
        };
        let (one, two) = (report("11.42", "0.3", "140,220"), report("11.58", "1.1", "98,340"));
        assert!(!signature(&[&one], None).unwrap().is_near(&signature(&[&two], None).unwrap()));
        let early = signature(&STORY, Some("2024-03-05")).unwrap();
        assert!(!early.is_near(&signature(&STORY, Some("2024-04-05")).unwrap()));
        assert_eq!(signature(&["Too short to say."], None), None);
    }

    #[test]
    fn the_order_of_the_others_changes_nothing() {
        let copies: Vec<_> = (0..6).map(|_| signature(&STORY, None)).collect();
        assert_eq!(groups(&copies), [0; 6]);
        assert!(groups(&[]).is_empty());
    }
}

//! The bilingual lexicon: which stems of two languages stand in for each other, and how strongly.
//!
//! The file is read where it lies in the program; nothing is built when it is opened. How it is made
//! and laid out is told in `lexicon/make_lexicon.py`, its sources in `lexicon/README.md`.

use crate::language::Language;

const TABLE: &[u8] = include_bytes!("lexicon.bin");
const MAGIC: &[u8] = b"BLEX0001";
/// Steps of a nat in which the file gives ratios, surprises and rarities.
const RATIO_STEPS: u32 = 24;
const SURPRISE_STEPS: u32 = 32;
const RARITY_STEPS: u32 = 16;

/// Number of a stem in its language.
pub type WordId = u16;

/// The stems of one language, sorted by their bytes.
#[derive(Clone, Copy)]
struct Vocabulary {
    words: usize,
    /// Little-endian `u32`, one more than there are words.
    offsets: &'static [u8],
    rarity: &'static [u8],
    text: &'static [u8],
}

/// The word pairs of two languages, by the word of the left one.
#[derive(Clone, Copy)]
struct Pairs {
    left: Language,
    right: Language,
    /// Little-endian `u32`: where the entries of each left word begin.
    rows: &'static [u8],
    left_surprise: &'static [u8],
    right_surprise: &'static [u8],
    rights: &'static [u8],
    forward: &'static [u8],
    backward: &'static [u8],
}

/// Word-translation ratios of the three pairs of languages.
#[derive(Clone, Copy)]
pub struct BilingualLexicon {
    vocabularies: [Vocabulary; 3],
    pairs: [Pairs; 3],
}

/// What the lexicon says of the words of one language beside another.
#[derive(Clone, Copy)]
pub struct Direction {
    pairs: Pairs,
    mine: Vocabulary,
    is_left: bool,
}

impl Default for BilingualLexicon {
    fn default() -> Self {
        Self::new()
    }
}

impl BilingualLexicon {
    /// Opens the tables that are compiled in; costs a few look-ups.
    ///
    /// # Panics
    /// When the file is not laid out as its header says, which a test excludes.
    pub fn new() -> Self {
        use Language::{English, Russian, Turkish};
        let mut rest = Rest(TABLE);
        assert_eq!(rest.take(MAGIC.len()), MAGIC, "the bilingual lexicon has another format");
        let vocabularies = [0, 1, 2].map(|_| rest.vocabulary());
        let [english, turkish, russian] = vocabularies;
        let pairs = [
            rest.pairs((English, english), (Turkish, turkish)),
            rest.pairs((English, english), (Russian, russian)),
            rest.pairs((Turkish, turkish), (Russian, russian)),
        ];
        Self { vocabularies, pairs }
    }

    /// What is known of `mine` beside `other`; `None` for one language twice.
    pub fn direction(&self, mine: Language, other: Language) -> Option<Direction> {
        let pairs = self
            .pairs
            .iter()
            .find(|pairs| [(mine, other), (other, mine)].contains(&(pairs.left, pairs.right)))?;
        let place = match mine {
            Language::English => 0,
            Language::Turkish => 1,
            Language::Russian => 2,
        };
        let mine_is_left = pairs.left == mine;
        Some(Direction { pairs: *pairs, mine: self.vocabularies[place], is_left: mine_is_left })
    }
}

impl Direction {
    /// The number of a stem as [`crate::analysis::stems::stem`] makes it.
    pub fn id(&self, stem: &str) -> Option<WordId> {
        let (mut low, mut high) = (0, self.mine.words);
        while low < high {
            let middle = (low + high) / 2;
            match self.mine.word(middle).cmp(stem.as_bytes()) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return WordId::try_from(middle).ok(),
            }
        }
        None
    }

    /// How surprising it is that this word has no counterpart in a right translation, in thousandths of a nat.
    pub fn surprise(&self, word: WordId) -> i64 {
        let table = if self.is_left { self.pairs.left_surprise } else { self.pairs.right_surprise };
        thousandths(table[usize::from(word)], SURPRISE_STEPS)
    }

    /// Minus the logarithm of how often the word stands in a text, in thousandths of a nat.
    pub fn rarity(&self, word: WordId) -> i64 {
        thousandths(self.mine.rarity[usize::from(word)], RARITY_STEPS)
    }

    /// How much likelier one of the two words is where the other stands, in thousandths of a nat, in the better
    /// of the two directions; 0 where they are not known to stand in for each other.
    pub fn ratio(&self, mine: WordId, other: WordId) -> i64 {
        let (left, right) = if self.is_left { (mine, other) } else { (other, mine) };
        let row = |word: usize| u32_at(self.pairs.rows, word);
        let (mut low, mut high) = (row(usize::from(left)), row(usize::from(left) + 1));
        while low < high {
            let middle = (low + high) / 2;
            match u16_at(self.pairs.rights, middle).cmp(&right) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => {
                    let best = self.pairs.forward[middle].max(self.pairs.backward[middle]);
                    return thousandths(best, RATIO_STEPS);
                }
            }
        }
        0
    }
}

impl Vocabulary {
    fn word(&self, at: usize) -> &'static [u8] {
        &self.text[u32_at(self.offsets, at)..u32_at(self.offsets, at + 1)]
    }
}

/// The part of the file that was not read yet.
struct Rest(&'static [u8]);

impl Rest {
    fn take(&mut self, bytes: usize) -> &'static [u8] {
        let (taken, rest) = self.0.split_at(bytes);
        self.0 = rest;
        taken
    }

    fn number(&mut self) -> usize {
        u32_at(self.take(4), 0)
    }

    fn vocabulary(&mut self) -> Vocabulary {
        let (words, bytes) = (self.number(), self.number());
        let offsets = self.take(4 * (words + 1));
        let rarity = self.take(words);
        Vocabulary { words, offsets, rarity, text: self.take(bytes) }
    }

    fn pairs(&mut self, left: (Language, Vocabulary), right: (Language, Vocabulary)) -> Pairs {
        let entries = self.number();
        Pairs {
            left: left.0,
            right: right.0,
            rows: self.take(4 * (left.1.words + 1)),
            left_surprise: self.take(left.1.words),
            right_surprise: self.take(right.1.words),
            rights: self.take(2 * entries),
            forward: self.take(entries),
            backward: self.take(entries),
        }
    }
}

fn thousandths(value: u8, steps: u32) -> i64 {
    i64::from(u32::from(value) * 1000 / steps)
}

fn u32_at(bytes: &[u8], at: usize) -> usize {
    let field = &bytes[4 * at..4 * at + 4];
    u32::from_le_bytes([field[0], field[1], field[2], field[3]]) as usize
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[2 * at], bytes[2 * at + 1]])
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, Russian, Turkish};

    #[test]
    fn the_file_is_whole_and_sorted() {
        let lexicon = BilingualLexicon::new();
        for vocabulary in lexicon.vocabularies {
            let words: Vec<&[u8]> = (0..vocabulary.words).map(|at| vocabulary.word(at)).collect();
            assert!(words.windows(2).all(|pair| pair[0] < pair[1]));
            assert!(words.iter().all(|word| std::str::from_utf8(word).is_ok()));
        }
        for pairs in lexicon.pairs {
            let row = |word: usize| u32_at(pairs.rows, word);
            assert_eq!(row(pairs.left_surprise.len()), pairs.forward.len());
            for left in 0..pairs.left_surprise.len() {
                let rights = (row(left)..row(left + 1)).map(|at| u16_at(pairs.rights, at));
                let rights: Vec<u16> = rights.collect();
                assert!(rights.windows(2).all(|pair| pair[0] < pair[1]));
                assert!(rights.iter().all(|word| usize::from(*word) < pairs.right_surprise.len()));
            }
        }
        assert!(TABLE.len() <= 8 << 20);
    }

    #[test]
    fn words_know_their_translations_in_both_directions() {
        let lexicon = BilingualLexicon::new();
        for (mine, other, word, counterpart) in [
            (English, Turkish, "water", "su"),
            (Turkish, English, "su", "water"),
            (English, Russian, "water", "вод"),
            (Russian, Turkish, "вод", "su"),
        ] {
            let there = lexicon.direction(mine, other).unwrap();
            let back = lexicon.direction(other, mine).unwrap();
            let (word, counterpart) = (there.id(word).unwrap(), back.id(counterpart).unwrap());
            assert!(there.ratio(word, counterpart) > 1500);
            assert_eq!(there.ratio(word, counterpart), back.ratio(counterpart, word));
        }
        assert!(lexicon.direction(English, English).is_none());
        assert_eq!(lexicon.direction(English, Turkish).unwrap().id("zzzzz"), None);
    }
}

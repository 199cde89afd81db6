//! Characters → longer pieces: neighbours are joined, the pair that makes the best-scored piece
//! first and the leftmost of equals, until no pair makes a piece. This is how SentencePiece's BPE
//! models cut text up.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::ops::Range;

const NONE: u32 = u32::MAX;

/// A stretch to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// This many bytes, which may be joined.
    Joins(u32),
    /// This many bytes, which stay as they are.
    Stays(u32),
}

/// A stretch of the text. A dead one has `length == 0`.
struct Symbol {
    start: u32,
    length: u32,
    previous: u32,
    next: u32,
    stays: bool,
}

struct Candidate {
    score: f32,
    left: u32,
    right: u32,
    length: u32,
}

impl Ord for Candidate {
    /// The best score is greatest, then the leftmost.
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then_with(|| other.left.cmp(&self.left))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Candidate {}

/// Joins what can be joined in `text`, which `starts` cover one after another. `score` tells the
/// score of a piece and `None` for a stretch that is none.
pub fn join(
    text: &[u8],
    starts: impl Iterator<Item = Start>,
    score: impl Fn(&[u8]) -> Option<f32>,
) -> Vec<Range<usize>> {
    let mut joiner =
        Joiner { text, symbols: first_symbols(starts), queue: BinaryHeap::new(), score };
    for left in 0..(joiner.symbols.len() as u32).saturating_sub(1) {
        joiner.consider(left, left + 1);
    }
    while let Some(candidate) = joiner.queue.pop() {
        joiner.apply(&candidate);
    }
    let alive = joiner.symbols.iter().filter(|symbol| symbol.length > 0);
    alive.map(|symbol| symbol.start as usize..(symbol.start + symbol.length) as usize).collect()
}

fn first_symbols(starts: impl Iterator<Item = Start>) -> Vec<Symbol> {
    let mut symbols: Vec<Symbol> = Vec::new();
    let mut start = 0;
    for stretch in starts {
        let (length, stays) = match stretch {
            Start::Joins(length) => (length, false),
            Start::Stays(length) => (length, true),
        };
        let index = symbols.len() as u32;
        let previous = index.checked_sub(1).unwrap_or(NONE);
        symbols.push(Symbol { start, length, previous, next: index + 1, stays });
        start += length;
    }
    if let Some(last) = symbols.last_mut() {
        last.next = NONE;
    }
    symbols
}

struct Joiner<'a, Score> {
    text: &'a [u8],
    symbols: Vec<Symbol>,
    queue: BinaryHeap<Candidate>,
    score: Score,
}

impl<Score: Fn(&[u8]) -> Option<f32>> Joiner<'_, Score> {
    fn consider(&mut self, left: u32, right: u32) {
        let (first, second) = (&self.symbols[left as usize], &self.symbols[right as usize]);
        if first.stays || second.stays {
            return;
        }
        let length = first.length + second.length;
        let stretch = &self.text[first.start as usize..(first.start + length) as usize];
        if let Some(score) = (self.score)(stretch) {
            // Adding zero makes −0 and +0 one score.
            self.queue.push(Candidate { score: score + 0.0, left, right, length });
        }
    }

    fn apply(&mut self, candidate: &Candidate) {
        let (left, right) = (candidate.left as usize, candidate.right as usize);
        let lengths = (self.symbols[left].length, self.symbols[right].length);
        if lengths.0 == 0 || lengths.1 == 0 || lengths.0 + lengths.1 != candidate.length {
            return; // One of the two was joined to something else since.
        }
        let next = self.symbols[right].next;
        self.symbols[right].length = 0;
        self.symbols[left].length = candidate.length;
        self.symbols[left].next = next;
        let previous = self.symbols[left].previous;
        if previous != NONE {
            self.consider(previous, candidate.left);
        }
        if next != NONE {
            self.symbols[next as usize].previous = candidate.left;
            self.consider(candidate.left, next);
        }
    }
}

//! Pieces → an index that finds every piece that a text begins with.

use std::ops::Range;

/// Pieces in the order of their bytes. A prefix narrows the range byte by byte, so no trie is built.
#[derive(Clone, Default)]
pub struct PieceIndex {
    sorted: Vec<(Box<[u8]>, u32)>,
    /// Where the pieces with each first byte lie.
    by_first: Vec<Range<usize>>,
}

impl PieceIndex {
    pub fn new<'a>(pieces: impl Iterator<Item = (&'a str, u32)>) -> Self {
        let mut sorted: Vec<_> =
            pieces.map(|(text, id)| (Box::<[u8]>::from(text.as_bytes()), id)).collect();
        sorted.sort_unstable();
        let by_first = (0..=255u8)
            .map(|first| {
                let start = sorted.partition_point(|(text, _)| text.first() < Some(&first));
                let end = sorted.partition_point(|(text, _)| text.first() <= Some(&first));
                start..end
            })
            .collect();
        Self { sorted, by_first }
    }

    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// Calls `found` with the length and id of each piece that `text` begins with, shortest first.
    pub fn prefixes(&self, text: &[u8], mut found: impl FnMut(usize, u32)) {
        let Some(first) = text.first() else { return };
        let Some(range) = self.by_first.get(usize::from(*first)) else { return };
        let mut range = range.clone();
        for length in 1..=text.len() {
            if range.is_empty() {
                return;
            }
            // The one piece of just this length, if there is one, comes first.
            if self.sorted[range.start].0.len() == length {
                found(length, self.sorted[range.start].1);
                range.start += 1;
            }
            let Some(&byte) = text.get(length) else { return };
            let candidates = &self.sorted[range.clone()];
            let start = candidates.partition_point(|(text, _)| text[length] < byte);
            let end = candidates.partition_point(|(text, _)| text[length] <= byte);
            range = range.start + start..range.start + end;
        }
    }

    /// The length of the longest piece that `text` begins with.
    pub fn longest_prefix(&self, text: &[u8]) -> Option<usize> {
        if self.is_empty() {
            return None;
        }
        let mut longest = None;
        self.prefixes(text, |length, _| longest = Some(length));
        longest
    }
}

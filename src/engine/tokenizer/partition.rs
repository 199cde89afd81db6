//! Text → stretches of plain text and the tokens that are written in it literally.

use std::collections::BTreeMap;
use std::ops::Range;

use super::special_tokens::TokenKind;
use super::vocabulary::Vocabulary;

/// Whether control tokens written in a text are taken as tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Special {
    /// `<|im_end|>` in the text is the control token. For templates and prompts of one's own.
    Recognised,
    /// It is ten characters like any others. For articles and everything else from outside.
    PlainText,
}

/// A stretch of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fragment {
    Text(Range<usize>),
    Token(u32),
}

/// Finds tokens that are cut out of a text before it is split further: user-defined ones always,
/// control and unknown ones on demand.
#[derive(Clone)]
pub struct Partition {
    /// Byte lengths of the special tokens that begin with each byte.
    lengths: Vec<Vec<u32>>,
}

struct Occurrence {
    length: usize,
    id: u32,
    start: usize,
}

impl Partition {
    pub fn new(vocabulary: &Vocabulary, kinds: &[TokenKind]) -> Self {
        let mut lengths = vec![Vec::new(); 256];
        for (id, kind) in kinds.iter().enumerate() {
            if !is_special(*kind) {
                continue;
            }
            if let Some([first, rest @ ..]) = vocabulary.get(id as u32) {
                let of_first: &mut Vec<u32> = &mut lengths[usize::from(*first)];
                let length = rest.len() as u32 + 1;
                if !of_first.contains(&length) {
                    of_first.push(length);
                }
            }
        }
        Self { lengths }
    }

    /// Cuts `text` up: the longest tokens first, each from left to right, as llama.cpp does.
    /// Control tokens are found only inside one of the stretches `trusted`, which are in order.
    pub fn split(
        &self,
        text: &str,
        trusted: &[Range<usize>],
        vocabulary: &Vocabulary,
        kinds: &[TokenKind],
    ) -> Vec<Fragment> {
        let mut found = self.occurrences(text.as_bytes(), trusted, vocabulary, kinds);
        found
            .sort_unstable_by_key(|found| (std::cmp::Reverse(found.length), found.id, found.start));
        // Disjoint stretches by their start.
        let mut taken: BTreeMap<usize, (usize, u32)> = BTreeMap::new();
        for occurrence in found {
            let end = occurrence.start + occurrence.length;
            let before = taken.range(..end).next_back();
            if before.is_none_or(|(_, &(taken_end, _))| taken_end <= occurrence.start) {
                taken.insert(occurrence.start, (end, occurrence.id));
            }
        }
        let mut fragments = Vec::with_capacity(taken.len() * 2 + 1);
        let mut position = 0;
        for (start, (end, id)) in taken {
            if position < start {
                fragments.push(Fragment::Text(position..start));
            }
            fragments.push(Fragment::Token(id));
            position = end;
        }
        if position < text.len() {
            fragments.push(Fragment::Text(position..text.len()));
        }
        fragments
    }

    fn occurrences(
        &self,
        text: &[u8],
        trusted: &[Range<usize>],
        vocabulary: &Vocabulary,
        kinds: &[TokenKind],
    ) -> Vec<Occurrence> {
        let mut found = Vec::new();
        for (start, &first) in text.iter().enumerate() {
            for &length in &self.lengths[usize::from(first)] {
                let length = length as usize;
                let Some(candidate) = text.get(start..start + length) else { continue };
                let Some(id) = vocabulary.find(candidate) else { continue };
                let kind = kinds.get(id as usize).copied().unwrap_or(TokenKind::Normal);
                let is_trusted = || {
                    let after = trusted.partition_point(|stretch| stretch.end < start + length);
                    trusted.get(after).is_some_and(|stretch| stretch.start <= start)
                };
                if kind == TokenKind::UserDefined || (is_special(kind) && is_trusted()) {
                    found.push(Occurrence { length, id, start });
                }
            }
        }
        found
    }
}

fn is_special(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Control | TokenKind::UserDefined | TokenKind::Unknown)
}

//! Words → tokens by byte-pair merges in the order of their rank (Sennrich et al. 2016), over bytes
//! written in GPT-2's alphabet: the tokenizers of `gpt2` kind.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use anyhow::{Context, Result};

use super::pre_tokenizer::{PreTokenizer, WholeWords};
use super::special_tokens::{StartRule, TokenKind};
use super::vocabulary::Vocabulary;
use crate::engine::formats::gguf::Metadata;

const NONE: u32 = u32::MAX;

/// A byte-pair tokenizer.
#[derive(Clone)]
pub struct BytePairs {
    pre_tokenizer: PreTokenizer,
    merges: MergeTable,
    /// Number of pieces; a symbol at or above it is a text that is only passed through by merges.
    piece_count: u32,
    /// Texts of all symbols: the pieces, then those that only merges know.
    symbols: Vocabulary,
    /// The symbol of each byte.
    byte_symbols: Vec<u32>,
}

/// A part of a word while it is merged. A dead one has `symbol == NONE`.
struct Part {
    symbol: u32,
    previous: u32,
    next: u32,
}

/// A merge that can be made: lowest rank first, leftmost of equals. The symbols tell whether the
/// parts are still what they were when it was queued.
type Candidate = Reverse<(u32, u32, u32, u32, u32)>;

impl BytePairs {
    /// Reads merges and word splitter from a GGUF file's metadata.
    ///
    /// # Errors
    /// When `tokenizer.ggml.merges` is missing or damaged or `tokenizer.ggml.pre` is unknown.
    pub fn from_metadata(metadata: &Metadata, vocabulary: &Vocabulary) -> Result<Self> {
        let name = metadata.optional_string("tokenizer.ggml.pre")?.unwrap_or("default");
        let pre_tokenizer = PreTokenizer::named(name)?;
        let piece_count = vocabulary.len() as u32;
        let mut symbols = vocabulary.clone();
        let mut byte_symbols = Vec::with_capacity(256);
        let mut buffer = [0; 4];
        for byte in 0..=255 {
            byte_symbols.push(symbols.insert(char_of(byte).encode_utf8(&mut buffer).as_bytes())?);
        }
        let merges = read_merges(metadata, &mut symbols)?;
        Ok(Self { pre_tokenizer, merges, piece_count, symbols, byte_symbols })
    }

    /// Whether files with this word splitter want a start token if they do not say.
    pub fn start_rule(&self) -> StartRule {
        match self.pre_tokenizer.whole_words {
            WholeWords::Taken => StartRule::Add,
            WholeWords::Merged => StartRule::Omit,
        }
    }

    /// Appends the tokens of `text`.
    pub fn encode(&self, text: &str, kinds: &[TokenKind], tokens: &mut Vec<u32>) {
        let mut parts = Vec::new();
        let mut queue = BinaryHeap::new();
        let mut written = String::new();
        for word in self.pre_tokenizer.split(text) {
            let word = &text.as_bytes()[word];
            if self.pre_tokenizer.whole_words == WholeWords::Taken {
                written.clear();
                written.extend(word.iter().map(|&byte| char_of(byte)));
                let whole = self.symbols.find(written.as_bytes());
                if let Some(id) =
                    whole.filter(|&id| kinds.get(id as usize) == Some(&TokenKind::Normal))
                {
                    tokens.push(id);
                    continue;
                }
            }
            self.merge(word, &mut parts, &mut queue);
            for part in parts.iter().filter(|part| part.symbol != NONE) {
                self.append(part.symbol, tokens);
            }
        }
    }

    fn merge(&self, word: &[u8], parts: &mut Vec<Part>, queue: &mut BinaryHeap<Candidate>) {
        parts.clear();
        queue.clear();
        let count = word.len() as u32;
        parts.extend(word.iter().zip(0..count).map(|(&byte, index)| Part {
            symbol: self.byte_symbols[usize::from(byte)],
            previous: index.wrapping_sub(1),
            next: if index + 1 == count { NONE } else { index + 1 },
        }));
        for left in 0..count.saturating_sub(1) {
            self.consider(parts, left, left + 1, queue);
        }
        while let Some(Reverse((_, left, left_symbol, right_symbol, merged))) = queue.pop() {
            let right = parts[left as usize].next;
            if parts[left as usize].symbol != left_symbol
                || right == NONE
                || parts[right as usize].symbol != right_symbol
            {
                continue;
            }
            let next = parts[right as usize].next;
            parts[right as usize].symbol = NONE;
            let previous = {
                let part = &mut parts[left as usize];
                part.symbol = merged;
                part.next = next;
                part.previous
            };
            if next != NONE {
                parts[next as usize].previous = left;
                self.consider(parts, left, next, queue);
            }
            if previous != NONE {
                self.consider(parts, previous, left, queue);
            }
        }
    }

    fn consider(&self, parts: &[Part], left: u32, right: u32, queue: &mut BinaryHeap<Candidate>) {
        let pair = (parts[left as usize].symbol, parts[right as usize].symbol);
        if let Some((rank, merged)) = self.merges.find(pair) {
            queue.push(Reverse((rank, left, pair.0, pair.1, merged)));
        }
    }

    /// A symbol that is no piece is written byte by byte, as far as single bytes are pieces.
    fn append(&self, symbol: u32, tokens: &mut Vec<u32>) {
        if symbol < self.piece_count {
            tokens.push(symbol);
            return;
        }
        for byte in self.symbols.get(symbol).unwrap_or_default() {
            tokens.extend(self.symbols.find(&[*byte]).filter(|&id| id < self.piece_count));
        }
    }
}

fn read_merges(metadata: &Metadata, symbols: &mut Vocabulary) -> Result<MergeTable> {
    let key = "tokenizer.ggml.merges";
    let lines = metadata
        .optional_strings(key)?
        .with_context(|| format!("the metadata key '{key}' is missing"))?;
    let mut merges = MergeTable::with_capacity(lines.len());
    let mut joined: Vec<u8> = Vec::new();
    let mut last = NONE;
    for (rank, line) in lines.iter().enumerate() {
        let line = line.as_bytes();
        // A symbol is at least one byte, and may itself be a space.
        let space = line.iter().skip(1).position(|&byte| byte == b' ').map(|position| position + 1);
        let space = space.filter(|&space| space + 1 < line.len());
        let space = space
            .with_context(|| format!("entry {rank} of the metadata key '{key}' is not a pair"))?;
        let (left, right) = (&line[..space], &line[space + 1..]);
        joined.clear();
        joined.extend_from_slice(left);
        joined.extend_from_slice(right);
        let pair = (symbols.insert(left)?, symbols.insert(right)?);
        // Most vocabularies are in the order of their merges.
        let follower = last.wrapping_add(1);
        let in_order = symbols.get(follower) == Some(joined.as_slice());
        last = if in_order { follower } else { symbols.insert(&joined)? };
        merges.insert(pair, rank as u32, last);
    }
    Ok(merges)
}

/// Pair of symbols → rank and merged symbol: an open-addressing table at most half full.
#[derive(Clone)]
struct MergeTable {
    slots: Vec<Merge>,
}

#[derive(Clone, Copy)]
struct Merge {
    pair: (u32, u32),
    rank: u32,
    merged: u32,
}

impl MergeTable {
    fn with_capacity(count: usize) -> Self {
        let free = Merge { pair: (NONE, NONE), rank: 0, merged: NONE };
        Self { slots: vec![free; (count.max(8) * 2).next_power_of_two()] }
    }

    /// The first rank given to a pair stands.
    fn insert(&mut self, pair: (u32, u32), rank: u32, merged: u32) {
        let slot = self.slot_of(pair);
        if self.slots[slot].merged == NONE {
            self.slots[slot] = Merge { pair, rank, merged };
        }
    }

    fn find(&self, pair: (u32, u32)) -> Option<(u32, u32)> {
        let merge = self.slots[self.slot_of(pair)];
        (merge.merged != NONE).then_some((merge.rank, merge.merged))
    }

    fn slot_of(&self, pair: (u32, u32)) -> usize {
        let mask = self.slots.len() - 1;
        let key = (u64::from(pair.0) << 32) | u64::from(pair.1);
        let mixed = key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut slot = (mixed ^ (mixed >> 32)) as usize & mask;
        while self.slots[slot].merged != NONE && self.slots[slot].pair != pair {
            slot = (slot + 1) & mask;
        }
        slot
    }
}

/// GPT-2's printable stand-in for a byte: printable Latin-1 characters stand for themselves, the
/// other bytes for U+0100 onwards.
pub fn char_of(byte: u8) -> char {
    match byte {
        0x21..=0x7E | 0xA1..=0xAC | 0xAE..=0xFF => char::from(byte),
        0x00..=0x20 => char::from_u32(0x100 + u32::from(byte)).unwrap_or('\u{100}'),
        0x7F..=0xA0 => char::from_u32(0x121 + u32::from(byte - 0x7F)).unwrap_or('\u{100}'),
        0xAD => '\u{143}',
    }
}

/// The byte that a character of GPT-2's alphabet stands for.
pub fn byte_of(character: char) -> Option<u8> {
    match u32::from(character) {
        code @ (0x21..=0x7E | 0xA1..=0xAC | 0xAE..=0xFF) => u8::try_from(code).ok(),
        code @ 0x100..=0x120 => u8::try_from(code - 0x100).ok(),
        code @ 0x121..=0x142 => u8::try_from(code - 0x121 + 0x7F).ok(),
        0x143 => Some(0xAD),
        _ => None,
    }
}

/// Appends the bytes that a piece in GPT-2's alphabet stands for; characters outside it stand for
/// themselves.
pub fn append_bytes(piece: &str, bytes: &mut Vec<u8>) {
    let mut buffer = [0; 4];
    for character in piece.chars() {
        match byte_of(character) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes()),
        }
    }
}

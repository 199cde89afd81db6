//! The pieces of a tokenizer: id → text and text → id, in two flat buffers.
//!
//! A vocabulary has up to 262,144 pieces and is read at every start of the program, so texts lie in
//! one buffer and the index is an open-addressing table of ids: no allocation for each piece.

use anyhow::{Context, Result, bail};

/// A slot of the index. The tag spares a look at the text of a piece that is another one.
#[derive(Clone, Copy)]
struct Slot {
    tag: u32,
    id: u32,
}

const EMPTY: Slot = Slot { tag: 0, id: u32::MAX };

/// Strings by number, appended once and never removed.
#[derive(Clone, Default)]
pub struct Texts {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl Texts {
    pub fn with_capacity(count: usize) -> Self {
        Self { bytes: Vec::with_capacity(count * 8), ends: Vec::with_capacity(count) }
    }

    /// Appends `bytes` as the next number.
    ///
    /// # Errors
    /// When all texts together pass 4 GiB.
    pub fn push(&mut self, bytes: &[u8]) -> Result<()> {
        self.bytes.extend_from_slice(bytes);
        let end = u32::try_from(self.bytes.len()).context("the pieces take more than 4 GiB")?;
        self.ends.push(end);
        Ok(())
    }

    pub fn get(&self, index: u32) -> Option<&[u8]> {
        let index = index as usize;
        let end = *self.ends.get(index)? as usize;
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        Some(&self.bytes[start..end])
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }
}

/// Pieces with ids 0, 1, 2 … and the way back from a text to its id.
#[derive(Clone)]
pub struct Vocabulary {
    texts: Texts,
    slots: Vec<Slot>,
}

impl Vocabulary {
    pub fn with_capacity(count: usize) -> Self {
        let slots = vec![EMPTY; slot_count(count)];
        Self { texts: Texts::with_capacity(count), slots }
    }

    /// Indexes `pieces` in their order.
    ///
    /// # Errors
    /// When a piece is there twice; the message names it and both ids.
    pub fn new(pieces: &[String]) -> Result<Self> {
        let mut vocabulary = Self::with_capacity(pieces.len());
        for (id, piece) in pieces.iter().enumerate() {
            // llama.cpp names empty entries so, which keeps them apart from each other.
            let named = if piece.is_empty() { Some(format!("[EMPTY_{id}]")) } else { None };
            let text = named.as_deref().unwrap_or(piece);
            let new = u32::try_from(id).context("too many pieces")?;
            let found = vocabulary.insert(text.as_bytes())?;
            if found != new {
                bail!("the piece '{text}' is there twice, as {found} and {id}");
            }
        }
        Ok(vocabulary)
    }

    /// The id of `text`, which is appended if it is new.
    pub fn insert(&mut self, text: &[u8]) -> Result<u32> {
        let hash = hash(text);
        let slot = self.slot_of(text, hash);
        if self.slots[slot].id != EMPTY.id {
            return Ok(self.slots[slot].id);
        }
        let id = u32::try_from(self.texts.len()).context("too many pieces")?;
        self.texts.push(text)?;
        self.slots[slot] = Slot { tag: tag(hash), id };
        if slot_count(self.texts.len()) > self.slots.len() {
            self.rebuild();
        }
        Ok(id)
    }

    pub fn find(&self, text: &[u8]) -> Option<u32> {
        let id = self.slots[self.slot_of(text, hash(text))].id;
        (id != EMPTY.id).then_some(id)
    }

    pub fn get(&self, id: u32) -> Option<&[u8]> {
        self.texts.get(id)
    }

    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// The slot that holds `text`, or the free one where it belongs.
    fn slot_of(&self, text: &[u8], hash: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut index = hash as usize & mask;
        loop {
            let slot = self.slots[index];
            let is_text = || slot.tag == tag(hash) && self.texts.get(slot.id) == Some(text);
            if slot.id == EMPTY.id || is_text() {
                return index;
            }
            index = (index + 1) & mask;
        }
    }

    fn rebuild(&mut self) {
        self.slots = vec![EMPTY; slot_count(self.texts.len())];
        for id in 0..self.texts.len() as u32 {
            if let Some(text) = self.texts.get(id) {
                let hash = hash(text);
                let index = self.slot_of(text, hash);
                self.slots[index] = Slot { tag: tag(hash), id };
            }
        }
    }
}

/// At most half of the slots are taken.
fn slot_count(pieces: usize) -> usize {
    (pieces.max(8) * 2).next_power_of_two()
}

/// A multiplicative hash over eight bytes at a time. Pieces come from the model file, not from the
/// text, so nobody gains from making them collide.
fn hash(text: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15; // 2^64 divided by the golden ratio
    let mut state = text.len() as u64;
    let mut chunks = text.chunks_exact(8);
    for chunk in &mut chunks {
        let word = u64::from_le_bytes(chunk.try_into().unwrap_or_default());
        state = (state ^ word).wrapping_mul(FACTOR).rotate_left(29);
    }
    let word = chunks.remainder().iter().fold(0u64, |word, &byte| (word << 8) | u64::from(byte));
    let mixed = (state ^ word).wrapping_mul(FACTOR);
    mixed ^ (mixed >> 29)
}

/// The half of a hash that does not choose the slot.
fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}

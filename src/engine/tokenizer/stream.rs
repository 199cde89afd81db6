//! Tokens one at a time → the text that is complete so far.

use super::Tokenizer;

/// Decodes an answer while it is made. A character whose bytes are spread over several tokens
/// appears with the last of them.
pub struct DecodeStream<'a> {
    tokenizer: &'a Tokenizer,
    pending: Vec<u8>,
}

impl<'a> DecodeStream<'a> {
    pub(super) fn new(tokenizer: &'a Tokenizer) -> Self {
        Self { tokenizer, pending: Vec::new() }
    }

    /// The text that `token` completes; control tokens have none.
    pub fn push(&mut self, token: u32) -> String {
        if !self.tokenizer.is_control(token) {
            self.pending.extend_from_slice(self.tokenizer.token_bytes(token));
        }
        let (text, rest) = take_complete(&self.pending);
        self.pending.drain(..self.pending.len() - rest);
        text
    }

    /// What is left when no token follows: the bytes of a character that was never completed, as
    /// one replacement character.
    pub fn finish(self) -> String {
        String::from_utf8_lossy(&self.pending).into_owned()
    }
}

/// The text at the front of `bytes`, wrong bytes replaced, and how many bytes at the end may yet
/// become a character.
fn take_complete(bytes: &[u8]) -> (String, usize) {
    let mut text = String::new();
    let mut rest = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        rest = 0;
        let invalid = chunk.invalid();
        if invalid.is_empty() {
            continue;
        }
        let at_end = chunk_ends_at(bytes, invalid);
        if at_end && may_continue(invalid) {
            rest = invalid.len();
        } else {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    (text, rest)
}

fn chunk_ends_at(bytes: &[u8], invalid: &[u8]) -> bool {
    std::ptr::eq(bytes.as_ptr_range().end, invalid.as_ptr_range().end)
}

/// Whether more bytes could make a character of these.
fn may_continue(bytes: &[u8]) -> bool {
    matches!(std::str::from_utf8(bytes), Err(error) if error.error_len().is_none())
}

//! Pieces → text.

use super::SentencePiece;
use super::model::PieceKind;
use super::piece_index::PieceIndex;
use crate::engine::tokenizer::scored_pieces::{SPACE, byte_named};

impl SentencePiece {
    /// The text that `ids` stand for; ids that are not there are skipped.
    pub fn decode(&self, ids: &[u32]) -> String {
        let pieces: Vec<&str> = ids.iter().filter_map(|&id| self.piece(id)).collect();
        self.decode_pieces(&pieces)
    }

    /// The text that `pieces` stand for. A piece that the model does not have stands for itself.
    pub fn decode_pieces(&self, pieces: &[&str]) -> String {
        let mut text = String::new();
        let mut bytes = Vec::new();
        // Whether the space that encoding put before the text may still come.
        let mut at_start = true;
        let mut dropped_space = false;
        for &piece in pieces {
            let id = self.piece_id(piece);
            let kind = self.pieces[id as usize].kind;
            if let (PieceKind::Byte, Some(byte)) = (kind, byte_named(piece)) {
                bytes.push(byte);
                continue;
            }
            flush(&mut bytes, &mut text);
            if dropped_space || !text.is_empty() {
                at_start = false;
            }
            dropped_space = false;
            match kind {
                PieceKind::Control => {}
                PieceKind::Unknown if self.piece(id) == Some(piece) => {
                    text.push_str(&self.unknown_surface);
                }
                PieceKind::Unknown => text.push_str(piece),
                _ => {
                    let (shown, dropped) = self.without_first_space(piece, at_start);
                    text.push_str(&shown.replace(SPACE, " "));
                    dropped_space = dropped;
                }
            }
        }
        flush(&mut bytes, &mut text);
        match &self.denormaliser {
            Some(denormaliser) => denormaliser.normalise(&text, &PieceIndex::default()),
            None => text,
        }
    }

    /// Models that remove extra spaces lose every leading one, others only the one they added.
    fn without_first_space<'a>(&self, piece: &'a str, at_start: bool) -> (&'a str, bool) {
        let spec = self.normaliser.spec();
        if !at_start || !(spec.add_dummy_prefix || spec.remove_extra_whitespaces) {
            return (piece, false);
        }
        match piece.strip_prefix(SPACE) {
            Some(rest) => (rest, !spec.remove_extra_whitespaces),
            None => (piece, false),
        }
    }
}

/// Appends the characters that `bytes` make, one replacement character for each wrong byte.
fn flush(bytes: &mut Vec<u8>, text: &mut String) {
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    bytes.clear();
}

//! Text → tokens by joining neighbours into the piece with the best score: the tokenizers of
//! `llama` kind, which are SentencePiece BPE models with their scores.
//!
//! Ids equal llama.cpp's, with one difference that is meant: control, unknown and byte pieces never
//! come out of joined characters, so that `<s>` written in an article stays text (SentencePiece
//! itself forbids it too).

use anyhow::{Context, Result, ensure};

use super::joining::{Start, join};
use super::special_tokens::TokenKind;
use super::vocabulary::Vocabulary;
use crate::engine::formats::gguf::Metadata;

/// SentencePiece's visible space, U+2581.
pub const SPACE: &str = "▁";

/// A tokenizer of `llama` kind.
#[derive(Clone)]
pub struct ScoredPieces {
    scores: Vec<f32>,
    byte_tokens: Vec<u32>,
    pub space_prefix: SpacePrefix,
}

/// Whether a space goes before the first word of a text, so that it is written as the others are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpacePrefix {
    Added,
    Absent,
}

impl ScoredPieces {
    /// Reads scores and settings from a GGUF file's metadata.
    ///
    /// # Errors
    /// When the scores are missing or not numbers, or a byte has no token; the message names which.
    pub fn from_metadata(metadata: &Metadata, vocabulary: &Vocabulary) -> Result<Self> {
        let key = "tokenizer.ggml.scores";
        let scores = metadata
            .optional_floats(key)?
            .with_context(|| format!("the metadata key '{key}' is missing"))?;
        ensure!(
            scores.len() >= vocabulary.len(),
            "the metadata key '{key}' has {} entries for {} tokens",
            scores.len(),
            vocabulary.len()
        );
        ensure!(
            scores.iter().all(|score| !score.is_nan()),
            "the metadata key '{key}' has an entry that is not a number"
        );
        let scores = scores[..vocabulary.len()].to_vec();
        let byte_tokens = (0..=255u8)
            .map(|byte| {
                let named = format!("<0x{byte:02X}>");
                vocabulary
                    .find(named.as_bytes())
                    .or_else(|| vocabulary.find(&[byte]))
                    .with_context(|| format!("the vocabulary has no token for the byte {named}"))
            })
            .collect::<Result<_>>()?;
        let space_prefix = match metadata.optional_bool("tokenizer.ggml.add_space_prefix")? {
            Some(false) => SpacePrefix::Absent,
            Some(true) | None => SpacePrefix::Added,
        };
        Ok(Self { scores, byte_tokens, space_prefix })
    }

    /// Appends the tokens of `text`, in which spaces are already written as [`SPACE`].
    pub fn encode(
        &self,
        text: &str,
        vocabulary: &Vocabulary,
        kinds: &[TokenKind],
        tokens: &mut Vec<u32>,
    ) {
        let piece = |stretch: &[u8]| {
            let id = vocabulary.find(stretch)?;
            match kinds.get(id as usize)? {
                TokenKind::Control | TokenKind::Unknown | TokenKind::Byte => None,
                TokenKind::Normal | TokenKind::UserDefined | TokenKind::Unused => Some(id),
            }
        };
        let characters = text.chars().map(|character| Start::Joins(character.len_utf8() as u32));
        let score = |stretch: &[u8]| Some(self.scores[piece(stretch)? as usize]);
        for range in join(text.as_bytes(), characters, score) {
            let stretch = &text.as_bytes()[range];
            match piece(stretch) {
                Some(id) => tokens.push(id),
                None => {
                    tokens.extend(stretch.iter().map(|&byte| self.byte_tokens[usize::from(byte)]));
                }
            }
        }
    }
}

/// The byte that a piece such as `<0x0A>` names.
pub fn byte_named(piece: &str) -> Option<u8> {
    let digits = piece.strip_prefix("<0x")?.strip_suffix('>')?;
    u8::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 2)
}

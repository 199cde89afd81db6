//! An `.spm` file → text ↔ pieces, as the SentencePiece library does it: unigram and BPE models,
//! the model's own normaliser, user-defined pieces, byte fallback.
//!
//! Reference: <https://github.com/google/sentencepiece>.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

mod decode;
mod metadata;
mod model;
mod normaliser;
mod piece_index;
mod protobuf;
mod unigram;

use super::joining::{Start, join};
use super::scored_pieces::byte_named;
use crate::engine::formats::gguf::Metadata;
use model::{Algorithm, Model, NormaliserSpec, PieceKind};
use normaliser::Normaliser;
use piece_index::PieceIndex;
use unigram::{Unigram, UnigramScore};

/// A SentencePiece model.
#[derive(Clone)]
pub struct SentencePiece {
    pieces: Vec<Entry>,
    /// Pieces that text is cut into; control, unknown and byte pieces are never found in text.
    ids: HashMap<String, u32>,
    /// Control, unknown and byte pieces.
    reserved: HashMap<String, u32>,
    unknown: u32,
    unknown_surface: String,
    normaliser: Normaliser,
    denormaliser: Option<Normaliser>,
    /// User-defined pieces, which are neither normalised nor split.
    user_defined: PieceIndex,
    method: Method,
    /// The id of each byte, in models with byte fallback.
    byte_ids: Option<Vec<u32>>,
}

#[derive(Clone)]
struct Entry {
    text: String,
    score: f32,
    kind: PieceKind,
}

#[derive(Clone)]
enum Method {
    Unigram(Unigram),
    BytePair,
}

/// A part of an encoded text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// As in the model; for an unknown part, the normalised text itself.
    pub text: String,
    pub id: u32,
}

impl SentencePiece {
    /// Reads an `.spm` (or `spiece.model`) file.
    ///
    /// # Errors
    /// When the file cannot be read or is damaged; the message names file and field.
    pub fn open(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path)
            .with_context(|| format!("cannot read the SentencePiece model '{}'", path.display()))?;
        Self::from_bytes(&bytes).with_context(|| {
            format!("'{}' is not a SentencePiece model that can be used", path.display())
        })
    }

    /// Reads a serialised model.
    ///
    /// # Errors
    /// When it is damaged or uses what is not supported; the message names the field.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        Self::from_model(Model::read(bytes)?)
    }

    /// The model that a GGUF file holds under `tokenizer.ggml`.
    ///
    /// # Errors
    /// When it is of another kind or damaged; the message names the key.
    pub fn from_metadata(metadata: &Metadata) -> Result<Self> {
        Self::from_model(metadata::model(metadata)?)
    }

    fn from_model(model: Model) -> Result<Self> {
        let (ids, reserved) = index_pieces(&model)?;
        let unknown = find_unknown(&model)?;
        let byte_ids = if model.byte_fallback { Some(find_bytes(&model)?) } else { None };
        let method = method_of(&model, unknown)?;
        let user_defined = index_of(&model, &[PieceKind::UserDefined]);
        let normaliser = Normaliser::new(model.normaliser, model.treat_whitespace_as_suffix)?;
        let denormaliser = model.denormaliser.filter(|spec| !spec.charsmap.is_empty());
        let denormaliser = denormaliser.map(plain_denormaliser).transpose()?;
        let entries = model.pieces.into_iter();
        let pieces =
            entries.map(|piece| Entry { text: piece.text, score: piece.score, kind: piece.kind });
        Ok(Self {
            pieces: pieces.collect(),
            ids,
            reserved,
            unknown,
            unknown_surface: model.unknown_surface,
            normaliser,
            denormaliser,
            user_defined,
            method,
            byte_ids,
        })
    }

    /// The pieces of `text`. Neighbouring unknown parts are one; with byte fallback there are none.
    pub fn encode(&self, text: &str) -> Vec<Piece> {
        let normal = self.normaliser.normalise(text, &self.user_defined);
        let parts = match &self.method {
            Method::Unigram(unigram) => unigram.encode(&normal),
            Method::BytePair => self.encode_byte_pairs(&normal),
        };
        let mut pieces: Vec<Piece> = Vec::with_capacity(parts.len());
        let mut after_unknown = false;
        for (range, id) in parts {
            let text = &normal[range];
            let unknown = id == self.unknown;
            match (&self.byte_ids, pieces.last_mut()) {
                (Some(byte_ids), _) if unknown => pieces.extend(text.bytes().map(|byte| {
                    let id = byte_ids[usize::from(byte)];
                    Piece { text: self.pieces[id as usize].text.clone(), id }
                })),
                (None, Some(last)) if unknown && after_unknown => last.text.push_str(text),
                _ => pieces.push(Piece { text: text.to_string(), id }),
            }
            after_unknown = unknown;
        }
        pieces
    }

    fn encode_byte_pairs(&self, normal: &str) -> Vec<(std::ops::Range<usize>, u32)> {
        let mut position = 0;
        let starts = std::iter::from_fn(|| {
            let rest = &normal[position..];
            let character = rest.chars().next()?;
            let start = match self.user_defined.longest_prefix(rest.as_bytes()) {
                Some(length) => Start::Stays(length as u32),
                None => Start::Joins(character.len_utf8() as u32),
            };
            let (Start::Stays(length) | Start::Joins(length)) = start;
            position += length as usize;
            Some(start)
        });
        let id_of = |part: &[u8]| {
            let text = std::str::from_utf8(part).ok()?;
            self.ids.get(text).copied()
        };
        let score = |part: &[u8]| Some(self.pieces[id_of(part)? as usize].score);
        let parts = join(normal.as_bytes(), starts, score);
        let with_id = parts.into_iter().map(|range| {
            let id = self.piece_id(&normal[range.clone()]);
            (range, id)
        });
        with_id.collect()
    }

    /// The id of a piece, or that of the unknown piece.
    pub fn piece_id(&self, text: &str) -> u32 {
        let known = self.reserved.get(text).or_else(|| self.ids.get(text));
        known.copied().unwrap_or(self.unknown)
    }

    /// The text of a piece.
    pub fn piece(&self, id: u32) -> Option<&str> {
        self.pieces.get(id as usize).map(|entry| entry.text.as_str())
    }

    /// The id that stands for what no piece covers.
    pub fn unknown_id(&self) -> u32 {
        self.unknown
    }

    /// Number of pieces.
    pub fn vocab_len(&self) -> usize {
        self.pieces.len()
    }
}

/// Piece → id.
type Ids = HashMap<String, u32>;

fn index_pieces(model: &Model) -> Result<(Ids, Ids)> {
    let mut ids = Ids::with_capacity(model.pieces.len());
    let mut reserved = Ids::new();
    for (piece, id) in model.pieces.iter().zip(0u32..) {
        let map = match piece.kind {
            PieceKind::Normal | PieceKind::UserDefined | PieceKind::Unused => &mut ids,
            PieceKind::Unknown | PieceKind::Control | PieceKind::Byte => &mut reserved,
        };
        if let Some(first) = map.insert(piece.text.clone(), id) {
            bail!("the piece '{}' is there twice, as {first} and {id}", piece.text);
        }
    }
    Ok((ids, reserved))
}

fn find_unknown(model: &Model) -> Result<u32> {
    let mut unknown =
        model.pieces.iter().zip(0u32..).filter(|(piece, _)| piece.kind == PieceKind::Unknown);
    let (_, id) = unknown.next().context("no piece is marked as the unknown one")?;
    ensure!(unknown.next().is_none(), "more than one piece is marked as the unknown one");
    Ok(id)
}

fn find_bytes(model: &Model) -> Result<Vec<u32>> {
    let mut ids = vec![None; 256];
    for (piece, id) in model.pieces.iter().zip(0u32..) {
        if piece.kind == PieceKind::Byte {
            let byte = byte_named(&piece.text).with_context(|| {
                format!("the byte piece {id} has the odd name '{}'", piece.text)
            })?;
            ids[usize::from(byte)] = Some(id);
        }
    }
    let numbered = ids.into_iter().enumerate();
    numbered
        .map(|(byte, id)| id.with_context(|| format!("there is no piece for the byte {byte:#04x}")))
        .collect()
}

fn index_of(model: &Model, kinds: &[PieceKind]) -> PieceIndex {
    let wanted = model.pieces.iter().zip(0u32..).filter(|(piece, _)| kinds.contains(&piece.kind));
    PieceIndex::new(wanted.map(|(piece, id)| (piece.text.as_str(), id)))
}

fn method_of(model: &Model, unknown: u32) -> Result<Method> {
    let unused = model.pieces.iter().find(|piece| piece.kind == PieceKind::Unused);
    match (model.algorithm, unused) {
        (Algorithm::Unigram, _) => {
            let index = index_of(model, &[PieceKind::Normal, PieceKind::UserDefined]);
            Ok(Method::Unigram(unigram(model, index, unknown)))
        }
        (Algorithm::BytePair, None) => Ok(Method::BytePair),
        (Algorithm::BytePair, Some(piece)) => bail!(
            "the piece '{}' is marked unused, which is not supported in BPE models",
            piece.text
        ),
    }
}

fn unigram(model: &Model, index: PieceIndex, unknown: u32) -> Unigram {
    let normal = model.pieces.iter().filter(|piece| piece.kind == PieceKind::Normal);
    let scores = model.pieces.iter().map(|piece| match piece.kind {
        PieceKind::UserDefined => UnigramScore::UserDefined,
        _ => UnigramScore::Learnt(piece.score),
    });
    Unigram {
        index,
        scores: scores.collect(),
        worst: normal.map(|piece| piece.score).fold(f32::MAX, f32::min),
        unknown,
    }
}

/// Decoded text is mapped only; spaces are left as they are.
fn plain_denormaliser(spec: NormaliserSpec) -> Result<Normaliser> {
    Normaliser::new(spec, false).context("reading the field 'denormalizer_spec'")
}

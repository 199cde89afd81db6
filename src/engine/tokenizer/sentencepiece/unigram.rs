//! Normalised text → the pieces whose log-probabilities add up highest (Viterbi; Kudo 2018).

use std::ops::Range;

use super::piece_index::PieceIndex;

/// Taken off the worst score for a character that no piece covers, as SentencePiece does.
const UNKNOWN_PENALTY: f32 = 10.0;

/// What a user-defined piece gains for each byte after the first. Measured on SentencePiece 0.2.3.
const USER_DEFINED_BONUS: f32 = 0.1;

/// A unigram language model over pieces. Sums are in single precision, as in SentencePiece: in
/// double precision other paths win among those that are as good as equal.
#[derive(Clone)]
pub struct Unigram {
    pub index: PieceIndex,
    /// For each id of the model.
    pub scores: Vec<UnigramScore>,
    pub worst: f32,
    pub unknown: u32,
}

/// What a piece adds to a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum UnigramScore {
    /// Natural log-probability.
    Learnt(f32),
    /// A piece that its user wants always to be taken.
    UserDefined,
}

/// The best path that ends at a position.
#[derive(Clone, Copy)]
struct Edge {
    score: f32,
    start: usize,
    piece: u32,
}

impl Unigram {
    /// Stretches that together are the whole of `text`, with their pieces.
    pub fn encode(&self, text: &str) -> Vec<(Range<usize>, u32)> {
        let mut edges: Vec<Option<Edge>> = vec![None; text.len() + 1];
        for (start, character) in text.char_indices() {
            let score_so_far = if start == 0 { 0.0 } else { score_at(&edges, start) };
            let character_length = character.len_utf8();
            let mut covered = false;
            self.index.prefixes(&text.as_bytes()[start..], |length, piece| {
                let score = match self.scores.get(piece as usize) {
                    Some(&UnigramScore::Learnt(score)) => score,
                    _ => USER_DEFINED_BONUS * (length as f32 - 1.0),
                };
                let candidate = score + score_so_far;
                keep_better(&mut edges[start + length], candidate, start, piece);
                covered |= length == character_length;
            });
            if !covered {
                let candidate = (self.worst - UNKNOWN_PENALTY) + score_so_far;
                let end = start + character_length;
                keep_better(&mut edges[end], candidate, start, self.unknown);
            }
        }
        let mut path = Vec::new();
        let mut end = text.len();
        while let Some(edge) = edges[end] {
            path.push((edge.start..end, edge.piece));
            end = edge.start;
        }
        path.reverse();
        path
    }
}

fn score_at(edges: &[Option<Edge>], position: usize) -> f32 {
    edges[position].map_or(0.0, |edge| edge.score)
}

/// Of equal paths the first one stands.
fn keep_better(edge: &mut Option<Edge>, score: f32, start: usize, piece: u32) {
    if edge.is_none_or(|edge| score > edge.score) {
        *edge = Some(Edge { score, start, piece });
    }
}

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
struct Step {
    score: f32,
    start: usize,
    piece: u32,
}

impl Unigram {
    /// Stretches that together are the whole of `text`, with their pieces.
    pub fn encode(&self, text: &str) -> Vec<(Range<usize>, u32)> {
        let mut steps: Vec<Option<Step>> = vec![None; text.len() + 1];
        for (start, character) in text.char_indices() {
            let score_so_far = if start == 0 { 0.0 } else { score_at(&steps, start) };
            let character_length = character.len_utf8();
            let mut covered = false;
            self.index.prefixes(&text.as_bytes()[start..], |length, piece| {
                let score = match self.scores.get(piece as usize) {
                    Some(&UnigramScore::Learnt(score)) => score,
                    _ => USER_DEFINED_BONUS * (length as f32 - 1.0),
                };
                let candidate = score + score_so_far;
                keep_better(&mut steps[start + length], candidate, start, piece);
                covered |= length == character_length;
            });
            if !covered {
                let candidate = (self.worst - UNKNOWN_PENALTY) + score_so_far;
                let end = start + character_length;
                keep_better(&mut steps[end], candidate, start, self.unknown);
            }
        }
        let mut path = Vec::new();
        let mut end = text.len();
        while let Some(step) = steps[end] {
            path.push((step.start..end, step.piece));
            end = step.start;
        }
        path.reverse();
        path
    }
}

fn score_at(steps: &[Option<Step>], position: usize) -> f32 {
    steps[position].map_or(0.0, |step| step.score)
}

/// Of equal paths the first one stands.
fn keep_better(step: &mut Option<Step>, score: f32, start: usize, piece: u32) {
    if step.is_none_or(|step| score > step.score) {
        *step = Some(Step { score, start, piece });
    }
}

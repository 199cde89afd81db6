//! Scores of the next token → the scores that the rules of a generation leave of them.
//!
//! The order is that of `transformers`' processors: repetition penalty, repeated n-grams, banned
//! words, the least length, the tokens that are forced in the first and the last place.

use std::sync::Arc;

/// What one generation may produce.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    /// Stands before every output and counts as a part of its n-grams.
    pub start: u32,
    /// A hypothesis that produces one of these is complete.
    pub ends: Vec<u32>,
    /// Stands in the first place.
    pub forced_start: Option<u32>,
    /// Stands in the last place when a generation is still going on there.
    pub forced_end: Option<u32>,
    /// Most tokens, the end among them.
    pub most_tokens: usize,
    /// So many tokens come before the end at least.
    pub fewest_tokens: usize,
    /// Token sequences that may not be completed.
    pub banned: Vec<Vec<u32>>,
    /// No sequence of so many tokens comes twice; 0 is off.
    pub no_repeat: usize,
    /// 1.0 is off.
    pub repetition_penalty: f32,
    /// The last tokens of the output that the penalty looks at.
    pub repetition_window: usize,
    /// By token: whether it may be produced. None allows all.
    pub allowed: Option<Arc<Vec<bool>>>,
}

/// Values that were changed, with what they were.
pub(super) type Changes = Vec<(u32, f32)>;

impl Rules {
    /// The token that must come after `output`, if there is no choice.
    pub fn forced(&self, output: &[u32]) -> Option<u32> {
        let end = self.forced_end.filter(|_| output.len() + 1 >= self.most_tokens);
        end.or(self.forced_start.filter(|_| output.is_empty()))
    }

    /// Changes `scores`, one for each token of the vocabulary, in view of the output so far.
    /// Penalised values are handed back as they were; banned ones are gone.
    pub fn apply(&self, scores: &mut [f32], output: &[u32]) -> Changes {
        let changes = self.penalise(scores, output);
        let mut ban = |token: u32| {
            if let Some(score) = scores.get_mut(token as usize) {
                *score = f32::NEG_INFINITY;
            }
        };
        if self.no_repeat > 0 {
            let history: Vec<u32> =
                std::iter::once(self.start).chain(output.iter().copied()).collect();
            repeated(&history, self.no_repeat).for_each(&mut ban);
        }
        for words in &self.banned {
            if let Some((&last, before)) = words.split_last()
                && output.ends_with(before)
            {
                ban(last);
            }
        }
        if output.len() < self.fewest_tokens {
            self.ends.iter().copied().for_each(&mut ban);
        }
        if let Some(allowed) = &self.allowed {
            let forbidden = (0u32..).zip(allowed.iter()).filter(|(_, allowed)| !**allowed);
            forbidden.for_each(|(token, _)| ban(token));
        }
        changes
    }

    fn penalise(&self, scores: &mut [f32], output: &[u32]) -> Changes {
        if self.repetition_penalty == 1.0 {
            return Vec::new();
        }
        let mut seen = output[output.len().saturating_sub(self.repetition_window)..].to_vec();
        seen.sort_unstable();
        seen.dedup();
        let mut changes = Vec::with_capacity(seen.len());
        for token in seen {
            let Some(score) = scores.get_mut(token as usize) else { continue };
            changes.push((token, *score));
            let factor = self.repetition_penalty;
            *score = if *score < 0.0 { *score * factor } else { *score / factor };
        }
        changes
    }
}

/// Tokens that would complete a sequence of `length` tokens, at least one, that `history` has.
fn repeated(history: &[u32], length: usize) -> impl Iterator<Item = u32> {
    let before = history.get((history.len() + 1).saturating_sub(length)..).unwrap_or_default();
    let windows = history.windows(length).filter(move |window| window.starts_with(before));
    windows.map(|window| window[window.len() - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        Rules { repetition_penalty: 1.0, most_tokens: 9, ..Rules::default() }
    }

    #[test]
    fn repeated_sequences_and_banned_words_are_gone() {
        let mut scores = [1.0; 6];
        let banned = vec![vec![0], vec![3, 5], vec![1, 4]];
        let rules = Rules { no_repeat: 2, banned, ..rules() };
        rules.apply(&mut scores, &[3, 2, 1, 3]);
        let gone: Vec<usize> = (0..6).filter(|&token| scores[token].is_infinite()).collect();
        // 3 was followed by 2 before; 0 is banned; 3 5 is banned; 1 4 is not about to come.
        assert_eq!(gone, [0, 2, 5]);
    }

    #[test]
    fn the_start_token_counts_as_said() {
        let mut scores = [1.0; 4];
        let rules = Rules { no_repeat: 1, start: 3, ..rules() };
        rules.apply(&mut scores, &[1]);
        assert_eq!(scores, [1.0, f32::NEG_INFINITY, 1.0, f32::NEG_INFINITY]);
        let mut scores = [1.0; 4];
        Rules { no_repeat: 3, start: 3, ..rules }.apply(&mut scores, &[]);
        assert_eq!(scores, [1.0; 4]);
    }

    #[test]
    fn the_penalty_looks_at_its_window() {
        let mut scores = [2.0, -2.0, 2.0];
        let rules = Rules { repetition_penalty: 2.0, repetition_window: 2, ..rules() };
        let changes = rules.apply(&mut scores, &[2, 0, 1]);
        assert_eq!(scores, [1.0, -4.0, 2.0]);
        assert_eq!(changes, [(0, 2.0), (1, -2.0)]);
    }

    #[test]
    fn the_end_is_forced_in_the_last_place_alone() {
        let rules = Rules { forced_end: Some(7), most_tokens: 3, ..rules() };
        assert_eq!(rules.forced(&[1]), None);
        assert_eq!(rules.forced(&[1, 1]), Some(7));
        let rules = Rules { forced_start: Some(5), ..rules };
        assert_eq!((rules.forced(&[]), rules.forced(&[5])), (Some(5), None));
        assert_eq!(Rules { most_tokens: 1, ..rules }.forced(&[]), Some(7));
    }

    #[test]
    fn no_end_comes_before_the_least_length() {
        let rules = Rules { ends: vec![1], fewest_tokens: 2, ..rules() };
        for (output, allowed) in [(&[3][..], false), (&[3, 3], true)] {
            let mut scores = [1.0; 4];
            rules.apply(&mut scores, output);
            assert_eq!(scores[1].is_finite(), allowed);
        }
    }
}

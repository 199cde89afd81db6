//! One row of scores → the best next tokens with their log-probabilities.

use super::rules::Rules;
use crate::engine::kernels::log_sum_exp;

/// A token that may come next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Candidate {
    pub token: u32,
    /// What the search ranks by: a log-probability after the rules, or a score after them.
    pub rank: f32,
    /// Natural log-probability under the model, before the rules.
    pub logprob: f32,
}

/// What candidates are ranked by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ranking {
    /// Scores as the model gives them: greedy search.
    Scores,
    /// Log-probabilities, which add up along a hypothesis: beam search.
    Logprobs,
}

/// The `count` best candidates after `output`, best first; fewer where the rules leave fewer.
pub(super) fn best(
    scores: &mut [f32],
    output: &[u32],
    rules: &Rules,
    ranking: Ranking,
    count: usize,
) -> Vec<Candidate> {
    let total = log_sum_exp(scores);
    if let Some(token) = rules.forced(output) {
        let logprob = scores.get(token as usize).map_or(f32::NEG_INFINITY, |score| score - total);
        return vec![Candidate { token, rank: 0.0, logprob }];
    }
    // Only the penalty needs log-probabilities of all tokens; without it the order is that of the scores.
    let (before, after) = match ranking {
        Ranking::Scores => (0.0, 0.0),
        Ranking::Logprobs if rules.repetition_penalty == 1.0 => (0.0, total),
        Ranking::Logprobs => (total, 0.0),
    };
    if before != 0.0 {
        scores.iter_mut().for_each(|score| *score -= before);
    }
    let changes = rules.apply(scores, output);
    let candidate = |(token, score): (u32, f32)| {
        let change = changes.iter().find(|change| change.0 == token);
        let logprob = change.map_or(score, |change| change.1) - (total - before);
        Candidate { token, rank: score - after, logprob }
    };
    largest(scores, count).into_iter().map(candidate).collect()
}

/// The `count` largest values with their places, largest first, the earlier of equals first.
fn largest(values: &[f32], count: usize) -> Vec<(u32, f32)> {
    /// Values that are held against the smallest kept one at once.
    const STRIDE: usize = 64;
    let mut kept: Vec<(u32, f32)> = Vec::with_capacity(count + 1);
    let mut bar = f32::NEG_INFINITY;
    for (chunk, start) in values.chunks(STRIDE).zip((0u32..).step_by(STRIDE)) {
        if !chunk.iter().fold(false, |any, &value| any | (value > bar)) {
            continue;
        }
        for (&value, place) in chunk.iter().zip(start..) {
            if value > bar {
                let rank = kept.partition_point(|&(_, other)| other >= value);
                kept.insert(rank, (place, value));
                kept.truncate(count);
                if kept.len() == count {
                    bar = kept[count - 1].1;
                }
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_are_those_of_a_full_sort() {
        let values: Vec<f32> = (0..500).map(|place| (place * 7919 % 263) as f32).collect();
        let mut sorted: Vec<(u32, f32)> = (0u32..).zip(values.iter().copied()).collect();
        sorted.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        for count in [1, 2, 8, 499, 500] {
            assert_eq!(largest(&values, count), sorted[..count]);
        }
        assert_eq!(largest(&[f32::NEG_INFINITY, 1.0, f32::NAN], 3), [(1, 1.0)]);
    }

    #[test]
    fn logprobs_are_those_before_the_rules() {
        let scores = [1.0f32, 3.0, 2.0];
        let total = log_sum_exp(&scores);
        let rules = Rules {
            most_tokens: 9,
            repetition_penalty: 2.0,
            repetition_window: 9,
            banned: vec![vec![0]],
            ..Rules::default()
        };
        for ranking in [Ranking::Scores, Ranking::Logprobs] {
            let found = best(&mut scores.clone(), &[1], &rules, ranking, 3);
            // Halving 3 puts it behind 2; doubling the log-probability of 3 does not.
            let expected = if ranking == Ranking::Scores { [2, 1] } else { [1, 2] };
            assert_eq!(found.iter().map(|c| c.token).collect::<Vec<_>>(), expected);
            for candidate in found {
                let logprob = scores[candidate.token as usize] - total;
                assert!((candidate.logprob - logprob).abs() < 1e-6, "{candidate:?}");
            }
        }
    }
}

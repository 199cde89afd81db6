//! Logits → the next token: greedy or sampled, with repetition control.

use super::kernels::log_sum_exp;
use super::{GenerationOptions, Sampling};

mod summary;

pub use summary::{Scores, Summary};

/// A token and its natural log-probability under the model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    pub token: u32,
    pub logprob: f32,
}

/// Chooses tokens for one request. The same seed gives the same choices.
pub struct Picker {
    sampling: Sampling,
    penalty: f32,
    window: usize,
    random: SplitMix,
}

impl Picker {
    pub fn new(options: &GenerationOptions) -> Self {
        let seed = match options.sampling {
            Sampling::Random { seed, .. } => seed,
            Sampling::Greedy | Sampling::Beam { .. } => 0,
        };
        Self {
            sampling: options.sampling.clone(),
            penalty: options.repetition_penalty,
            window: options.repetition_window,
            random: SplitMix(seed),
        }
    }

    /// Whether the choice depends on the logits alone.
    pub fn is_greedy(&self) -> bool {
        !matches!(self.sampling, Sampling::Random { .. })
    }

    /// Chooses from `logits`, whose entry `i` stands for the token `ids[i]` (`i` itself without
    /// `ids`, which must be sorted). `output` holds the tokens generated so far.
    pub fn choose(&mut self, logits: &mut [f32], ids: Option<&[u32]>, output: &[u32]) -> Choice {
        let total = log_sum_exp(logits);
        let plain = |index: usize, logits: &[f32]| logits[index] - total;
        let penalised = self.penalise(logits, ids, output);
        let index = match self.sampling {
            Sampling::Random { temperature, top_k, top_p, min_p, .. } if temperature > 0.0 => {
                let filter = Filter { temperature, top_k, top_p, min_p };
                sample(logits, &filter, self.random.unit())
            }
            _ => argmax(logits),
        };
        // The log-probability is the model's own, before the penalty.
        let logprob = match penalised.iter().find(|(changed, _)| *changed == index) {
            Some((_, before)) => before - total,
            None => plain(index, logits),
        };
        let token = ids.map_or(index as u32, |ids| ids[index]);
        Choice { token, logprob }
    }

    /// Applies the repetition penalty; gives the entries that it changed with their old values.
    fn penalise(
        &self,
        logits: &mut [f32],
        ids: Option<&[u32]>,
        output: &[u32],
    ) -> Vec<(usize, f32)> {
        let mut changed = Vec::new();
        for index in self.penalised_entries(ids, output) {
            let Some(logit) = logits.get_mut(index) else { continue };
            changed.push((index, *logit));
            *logit = self.penalised(*logit);
        }
        changed
    }
}

/// Index of the largest value, the first of equals.
pub fn argmax(logits: &[f32]) -> usize {
    /// Values that are held against the largest so far at once.
    const STRIDE: usize = 64;
    let mut best = 0;
    for (chunk, start) in logits.chunks(STRIDE).zip((0..).step_by(STRIDE)) {
        let bar = logits[best];
        if !chunk.iter().fold(false, |any, &logit| any | (logit > bar)) {
            continue;
        }
        for (index, &logit) in (start..).zip(chunk) {
            if logit > logits[best] {
                best = index;
            }
        }
    }
    best
}

/// Which tokens stay in the draw.
struct Filter {
    temperature: f32,
    top_k: Option<usize>,
    top_p: Option<f32>,
    min_p: Option<f32>,
}

/// Draws by inversion with `unit` in [0, 1).
fn sample(logits: &[f32], filter: &Filter, unit: f64) -> usize {
    let mut order = likely(logits, filter);
    let by_logit = |a: &usize, b: &usize| logits[*b].total_cmp(&logits[*a]).then(a.cmp(b));
    if let Some(top_k) = filter.top_k.filter(|&top_k| top_k > 0 && top_k < order.len()) {
        order.select_nth_unstable_by(top_k - 1, by_logit);
        order.truncate(top_k);
    }
    order.sort_unstable_by(by_logit);
    let largest = logits[order[0]];
    let mut weights: Vec<f64> = order
        .iter()
        .map(|&index| f64::from((logits[index] - largest) / filter.temperature).exp())
        .collect();
    if let Some(min_p) = filter.min_p {
        // The largest weight is 1, so the bound is relative to it (Nguyen et al. 2024).
        let kept = weights.iter().take_while(|&&weight| weight >= f64::from(min_p)).count();
        weights.truncate(kept.max(1));
    }
    if let Some(top_p) = filter.top_p {
        let bound = f64::from(top_p) * weights.iter().sum::<f64>();
        let mut sum = 0.0;
        let before = weights.iter().take_while(|&&weight| {
            let goes_on = sum < bound;
            sum += weight;
            goes_on
        });
        let kept = before.count();
        weights.truncate(kept.max(1));
    }
    let mut left = unit * weights.iter().sum::<f64>();
    for (rank, weight) in weights.iter().enumerate() {
        left -= weight;
        if left < 0.0 {
            return order[rank];
        }
    }
    order[weights.len() - 1]
}

/// The tokens that `min_p` may leave in, in any order: the others need no sorting. All without it.
fn likely(logits: &[f32], filter: &Filter) -> Vec<usize> {
    /// Keeps what rounding could bring to either side of the bound, which is drawn exactly later.
    const MARGIN: f32 = 1e-3;
    let all = 0..logits.len();
    let Some(min_p) = filter.min_p else { return all.collect() };
    let bound = logits[argmax(logits)] + filter.temperature * (min_p.ln() - MARGIN);
    all.filter(|&index| logits[index] >= bound).collect()
}

/// SplitMix64 (Steele, Lea and Flood 2014): small, seedable, the same on every platform.
struct SplitMix(u64);

impl SplitMix {
    /// Uniform in [0, 1).
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(sampling: Sampling) -> GenerationOptions {
        GenerationOptions { sampling, ..GenerationOptions::default() }
    }

    fn random(top_k: Option<usize>, top_p: Option<f32>, min_p: Option<f32>) -> GenerationOptions {
        options(Sampling::Random { temperature: 1.0, top_k, top_p, min_p, seed: 7 })
    }

    fn draws(options: &GenerationOptions, logits: &[f32]) -> Vec<u32> {
        let mut picker = Picker::new(options);
        (0..2000).map(|_| picker.choose(&mut logits.to_vec(), None, &[]).token).collect()
    }

    #[test]
    fn the_largest_is_found_in_every_place() {
        for place in [0, 1, 63, 64, 65, 128, 199] {
            let mut logits: Vec<f32> = (0..200).map(|index| (index * 37 % 101) as f32).collect();
            logits[place] = 200.0;
            logits[199] = 200.0;
            assert_eq!(argmax(&logits), place);
        }
    }

    #[test]
    fn greedy_takes_the_first_of_equals_and_reports_its_probability() {
        let mut picker = Picker::new(&options(Sampling::Greedy));
        let choice = picker.choose(&mut [0.0, 1.0, 1.0, -1.0], None, &[]);
        let total: f32 = [0.0f32, 1.0, 1.0, -1.0].iter().map(|x| x.exp()).sum();
        assert_eq!(choice.token, 1);
        assert!((choice.logprob - (1.0 - total.ln())).abs() < 1e-6);
    }

    #[test]
    fn draws_follow_the_probabilities_and_repeat_with_the_seed() {
        let options = random(None, None, None);
        let logits = [0.0, 2f32.ln(), 5f32.ln()];
        let drawn = draws(&options, &logits);
        assert_eq!(drawn, draws(&options, &logits));
        let share = |token| drawn.iter().filter(|&&drawn| drawn == token).count() as f32 / 2000.0;
        assert!((share(0) - 0.125).abs() < 0.03 && (share(2) - 0.625).abs() < 0.03);
    }

    #[test]
    fn filters_leave_out_unlikely_tokens() {
        let logits = [0.0, 2f32.ln(), 5f32.ln()];
        assert!(draws(&random(Some(1), None, None), &logits).iter().all(|&token| token == 2));
        assert!(draws(&random(None, Some(0.6), None), &logits).iter().all(|&token| token == 2));
        assert!(draws(&random(None, Some(0.7), None), &logits).iter().all(|&token| token != 0));
        assert!(draws(&random(None, None, Some(0.3)), &logits).iter().all(|&token| token != 0));
    }

    #[test]
    fn what_is_not_sorted_would_not_have_been_drawn() {
        let logits: Vec<f32> = (0..500).map(|index| (index * 37 % 101) as f32 / 9.0).collect();
        for (temperature, top_k, min_p) in
            [(0.7, None, 0.05), (1.3, Some(7), 0.2), (1.0, None, 0.0), (0.5, None, 1.0)]
        {
            let filter = Filter { temperature, top_k, top_p: None, min_p: Some(min_p) };
            // The same draw without the short way, by weights of all tokens in order.
            let mut order: Vec<usize> = (0..logits.len()).collect();
            order.sort_by(|a, b| logits[*b].total_cmp(&logits[*a]).then(a.cmp(b)));
            order.truncate(top_k.unwrap_or(logits.len()));
            let weight =
                |index: &usize| f64::from((logits[*index] - logits[order[0]]) / temperature).exp();
            let kept: Vec<usize> =
                order.iter().copied().filter(|index| weight(index) >= f64::from(min_p)).collect();
            let total: f64 = kept.iter().map(weight).sum();
            for unit in [0.0, 0.2, 0.5, 0.77, 0.999] {
                let mut left = unit * total;
                let expected = kept.iter().find(|index| {
                    left -= weight(index);
                    left < 0.0
                });
                assert_eq!(
                    sample(&logits, &filter, unit),
                    *expected.unwrap_or(&kept[kept.len() - 1])
                );
            }
        }
    }

    #[test]
    fn the_penalty_changes_the_choice_but_not_the_probability() {
        let mut penalised = options(Sampling::Greedy);
        penalised.repetition_penalty = 4.0;
        let choice = Picker::new(&penalised).choose(&mut [1.0, 2.0], None, &[1]);
        assert_eq!(choice.token, 0);
        let total = (1f32.exp() + 2f32.exp()).ln();
        assert!((choice.logprob - (1.0 - total)).abs() < 1e-6);
    }

    #[test]
    fn row_subsets_name_their_own_tokens() {
        let choice =
            Picker::new(&options(Sampling::Greedy)).choose(&mut [0.0, 3.0], Some(&[5, 900]), &[]);
        assert_eq!(choice.token, 900);
    }
}

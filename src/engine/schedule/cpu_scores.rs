//! Hidden states of the rows of one head → their scores, on the CPU: all threads work on the choices,
//! and the logits stay in one buffer, of some rows at a time.

use anyhow::Result;
use candle_core::Tensor;

use crate::engine::decoder::Linear;
use crate::engine::kernels::{Activations, Disjoint, ThreadPool, log_sum_exp};
use crate::engine::sampling::{Choice, Scores, Summary, argmax};

/// Rows whose logits are there at once: 16 MB for a vocabulary of 262,144, whose head is read once for
/// so many rows.
const ROWS_AT_ONCE: usize = 16;

/// Memory that serves one step after another.
#[derive(Default)]
pub struct Buffers {
    inputs: Activations,
    /// (rows, entries)
    logits: Vec<f32>,
}

/// Chooses from a row of logits, which it may use up.
pub type Chooser<'a> = Box<dyn FnMut(&mut [f32]) -> Choice + Send + 'a>;

/// What is wanted of a row of logits, which it may use up.
pub enum Wanted<'a> {
    /// A summary that names these entries.
    Summary(Vec<usize>),
    /// What this chooses.
    Choice(Chooser<'a>),
}

impl Wanted<'_> {
    fn of(&mut self, logits: &mut [f32]) -> Scores {
        match self {
            Self::Summary(named) => Scores::Summary(summarise(logits, named)),
            Self::Choice(choose) => Scores::Chosen(choose(logits)),
        }
    }
}

/// What is wanted of each row of `hidden`, (rows, hidden).
///
/// # Errors
/// When the head is not the CPU's.
pub fn scores(
    head: &Linear,
    hidden: &Tensor,
    wanted: &mut [Wanted<'_>],
    buffers: &mut Buffers,
    pool: &ThreadPool,
) -> Result<Vec<Scores>> {
    let Buffers { inputs, logits } = buffers;
    let hidden = hidden.flatten_all()?.to_vec1::<f32>()?;
    let width = head.outputs();
    let mut scores = vec![Scores::Whole(Vec::new()); wanted.len()];
    let depth = hidden.len() / wanted.len();
    let rows = hidden.chunks(ROWS_AT_ONCE * depth).zip(wanted.chunks_mut(ROWS_AT_ONCE));
    for ((hidden, wanted), scores) in rows.zip(scores.chunks_mut(ROWS_AT_ONCE)) {
        let count = wanted.len();
        head.run(hidden, count, inputs, logits)?;
        let (targets, logits) = (Disjoint::new(scores), Disjoint::new(logits));
        let wanted = Disjoint::new(wanted);
        pool.for_each(count, |row| {
            // SAFETY: each row is in one task.
            let (target, logits, wanted) = unsafe {
                (targets.slice(row, 1), logits.slice(row * width, width), wanted.slice(row, 1))
            };
            target[0] = wanted[0].of(logits);
        });
    }
    Ok(scores)
}

/// Uses the logits up.
fn summarise(logits: &mut [f32], named: &[usize]) -> Summary {
    let log_sum_exp = log_sum_exp(logits);
    let penalised = named.iter().map(|&entry| (entry, logits[entry])).collect();
    for &entry in named {
        logits[entry] = f32::NEG_INFINITY;
    }
    let index = argmax(logits);
    Summary { index, logit: logits[index], log_sum_exp, penalised }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::sampling::Picker;
    use crate::engine::{GenerationOptions, Sampling};

    #[test]
    fn a_summary_leads_to_the_choice_of_the_whole_row() {
        let options = GenerationOptions {
            sampling: Sampling::Greedy,
            repetition_penalty: 1.5,
            ..GenerationOptions::default()
        };
        for seed in 0..200_usize {
            // Few different values, so that equals are common.
            let logits: Vec<f32> =
                (0..40).map(|index| ((index * 37 + seed * 11) % 7) as f32 - 3.0).collect();
            let output: Vec<u32> = (0..6).map(|index| ((index * 13 + seed) % 40) as u32).collect();
            let mut picker = Picker::new(&options);
            let named = picker.penalised_entries(None, &output);
            let mut summary = Scores::Summary(summarise(&mut logits.clone(), &named));
            let whole = picker.choose(&mut logits.clone(), None, &output);
            assert_eq!(picker.choose_from(&mut summary, None, &output), whole, "seed {seed}");
        }
    }
}

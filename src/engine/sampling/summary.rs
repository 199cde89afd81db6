//! A few numbers about a row of logits → the choice that the whole row leads to. A device works them
//! out where the logits are, so that a row of a vocabulary's length stays there.

use super::{Choice, Picker};

/// What a choice is made from.
#[derive(Clone, Debug, PartialEq)]
pub enum Scores {
    /// Every logit of the row.
    Whole(Vec<f32>),
    Summary(Summary),
    /// It was made where the logits are.
    Chosen(Choice),
}

/// What a greedy choice needs of a row of logits.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Largest of the entries that no penalty changes, the first of equals.
    pub index: usize,
    pub logit: f32,
    /// Logarithm of the sum of the exponentials of the whole row.
    pub log_sum_exp: f32,
    /// Entries that the penalty changes, with their logits before it.
    pub penalised: Vec<(usize, f32)>,
}

impl Picker {
    /// As [`Picker::choose`], from what there is of the row.
    pub fn choose_from(
        &mut self,
        scores: &mut Scores,
        ids: Option<&[u32]>,
        output: &[u32],
    ) -> Choice {
        match scores {
            Scores::Whole(logits) => self.choose(logits, ids, output),
            Scores::Summary(summary) => self.choose_summarised(summary, ids),
            Scores::Chosen(choice) => *choice,
        }
    }

    /// The greedy choice, with the model's own log-probability of it, before the penalty.
    fn choose_summarised(&self, summary: &Summary, ids: Option<&[u32]>) -> Choice {
        let (mut index, mut score, mut logit) = (summary.index, summary.logit, summary.logit);
        for &(other, before) in &summary.penalised {
            let after = self.penalised(before);
            if after > score || (after == score && other < index) {
                (index, score, logit) = (other, after, before);
            }
        }
        let token = ids.map_or(index as u32, |ids| ids[index]);
        Choice { token, logprob: logit - summary.log_sum_exp }
    }

    /// Entries of a row of logits that the penalty changes, ascending; the row may be shorter than
    /// some of them.
    pub fn penalised_entries(&self, ids: Option<&[u32]>, output: &[u32]) -> Vec<usize> {
        if self.penalty == 1.0 {
            return Vec::new();
        }
        let mut recent = output[output.len().saturating_sub(self.window)..].to_vec();
        recent.sort_unstable();
        recent.dedup();
        let entry = |token: u32| match ids {
            Some(ids) => ids.binary_search(&token).ok(),
            None => Some(token as usize),
        };
        recent.into_iter().filter_map(entry).collect()
    }

    /// A logit behind the repetition penalty.
    pub(super) fn penalised(&self, logit: f32) -> f32 {
        if logit > 0.0 { logit / self.penalty } else { logit * self.penalty }
    }
}

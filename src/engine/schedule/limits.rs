//! What a call may take: memory, sequences at a time, rows of a step, and its savings.

use crate::engine::decoder::KeyValueType;

/// How a call is run. Time and memory differ, and the results stay the same but for the type of
/// keys and values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Positions that the keys and values of all running sequences may take.
    pub cached_tokens: usize,
    /// How those are kept. The only setting that changes results: bytes are rounded more.
    pub key_value_type: KeyValueType,
    /// Sequences that run at a time.
    pub running: usize,
    /// Rows of one step: tokens being answered plus pieces of prompts.
    pub step_rows: usize,
    /// Whether a common beginning of prompts is computed once.
    pub prefix_sharing: PrefixSharing,
    /// Whether tokens are guessed ahead.
    pub speculation: Speculation,
}

/// Whether a common beginning of prompts is computed once; results are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrefixSharing {
    /// Once for all.
    On,
    /// For every prompt.
    Off,
}

/// Guessing several tokens ahead by copying from the prompt; greedy requests only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speculation {
    /// One token a step.
    Off,
    /// At most `draft` tokens ahead in each sequence, and only while answers and drafts together are
    /// at most `rows` rows of a step: until then a row more costs little.
    PromptLookup {
        /// Most tokens to guess for one sequence.
        draft: usize,
        /// Most sequences in work with which it is done.
        rows: usize,
    },
}

/// Rows that a step with guesses may have: the matrix kernels take as many at a time.
const DRAFT_ROWS: usize = 8;

impl Speculation {
    /// At most `draft` tokens ahead, while few requests run; 0 is never.
    pub fn up_to(draft: usize) -> Self {
        match draft {
            0 => Self::Off,
            _ => Self::PromptLookup { draft, rows: DRAFT_ROWS },
        }
    }

    /// Tokens to guess in each of `answering` sequences.
    pub(super) fn draft(self, answering: usize) -> usize {
        match self {
            Self::Off => 0,
            Self::PromptLookup { draft, rows } => {
                draft.min((rows / answering.max(1)).saturating_sub(1))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drafts_leave_a_step_within_its_rows() {
        let lookup = Speculation::PromptLookup { draft: 4, rows: 8 };
        let drafts: Vec<usize> = [1, 2, 3, 4, 5, 16].map(|count| lookup.draft(count)).to_vec();
        assert_eq!(drafts, [4, 3, 1, 1, 0, 0]);
        assert_eq!(Speculation::Off.draft(1), 0);
        assert_eq!(lookup.draft(0), 4, "the first step of a call answers nothing yet");
    }
}

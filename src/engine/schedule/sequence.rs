//! One request on its way: its tokens, how many are computed, and what was answered.

use super::cpu_scores::Chooser;
use super::drafts::look_up_draft;
use super::{Continuation, Job};
use crate::engine::decoder::{Cache, PAGE, Pages};
use crate::engine::endings::{LEAST_IN_PROSE, loop_start};
use crate::engine::sampling::{Choice, Picker, Scores};
use crate::engine::{OnLoop, StopReason};

/// A waiting or running request.
pub(super) struct Sequence<'job> {
    index: usize,
    job: Job<'job>,
    picker: Picker,
    /// Prompt, then answer.
    pub tokens: Vec<u32>,
    prompt_length: usize,
    /// Longest that `tokens` may become.
    most_tokens: usize,
    /// Positions whose keys and values are in the cache.
    computed: usize,
    pages: Pages,
    draft: Vec<u32>,
    logprobs: Vec<f32>,
    stop: Option<StopReason>,
}

impl<'job> Sequence<'job> {
    pub fn new(index: usize, mut job: Job<'job>, context: usize) -> Self {
        let tokens = std::mem::take(&mut job.prompt);
        let most_tokens = (tokens.len() + job.options.max_new_tokens).min(context);
        let stop = (job.options.max_new_tokens == 0).then_some(StopReason::TokenLimit);
        Self {
            index,
            picker: Picker::new(job.options),
            job,
            prompt_length: tokens.len(),
            tokens,
            most_tokens,
            computed: 0,
            pages: Pages::default(),
            draft: Vec::new(),
            logprobs: Vec::new(),
            stop,
        }
    }

    /// Positions that the whole sequence can take.
    pub fn positions_needed(&self) -> usize {
        self.most_tokens
    }

    pub fn pages_needed(&self) -> usize {
        self.most_tokens.div_ceil(PAGE)
    }

    /// Begins to run in `pages`, of which the first `shared` positions are computed already.
    pub fn start(&mut self, pages: Pages, shared: usize) {
        self.pages = pages;
        self.computed = shared;
    }

    pub fn head(&self) -> usize {
        self.job.head
    }

    pub fn computed(&self) -> usize {
        self.computed
    }

    pub fn page_ids(&self) -> &[u32] {
        self.pages.ids()
    }

    pub fn prompt(&self) -> &[u32] {
        &self.tokens[..self.prompt_length]
    }

    pub fn is_answering(&self) -> bool {
        self.tokens.len() > self.prompt_length
    }

    /// Whether `other` would find more to share once this sequence has read on.
    pub fn will_share_with(&self, other: &Sequence<'_>, cache: &Cache) -> bool {
        cache.shareable(common(self.prompt(), &other.tokens)) > self.computed
    }

    /// Tokens that are known and not yet computed.
    pub fn rows_wanted(&self) -> usize {
        self.tokens.len() - self.computed
    }

    pub fn next_tokens(&self, count: usize) -> impl Iterator<Item = u32> + '_ {
        self.tokens[self.computed..self.computed + count].iter().copied()
    }

    /// Guesses what comes after the known tokens.
    pub fn make_draft(&mut self, most: usize) -> &[u32] {
        let room = self.most_tokens - self.tokens.len();
        self.draft.clear();
        if self.picker.is_greedy() && room > 1 {
            self.draft.extend_from_slice(look_up_draft(&self.tokens, most.min(room - 1)));
        }
        &self.draft
    }

    /// Notes that so many known tokens were computed; gives how many belong to the prompt.
    pub fn advance(&mut self, rows: usize) -> usize {
        let before = self.computed.min(self.prompt_length);
        self.computed += rows;
        self.computed.min(self.prompt_length) - before
    }

    /// Entries of the logits of output row `row` that the repetition penalty will change if the
    /// draft is right so far; `None` where the choice needs every logit.
    pub fn penalised_entries(&self, row: usize, ids: Option<&[u32]>) -> Option<Vec<usize>> {
        if !self.picker.is_greedy() {
            return None;
        }
        let answer = &self.tokens[self.prompt_length..];
        Some(self.picker.penalised_entries(ids, &[answer, &self.draft[..row]].concat()))
    }

    /// Chooses the next token from the logits of its row, whose entries stand for `ids`.
    pub fn chooser<'a>(&'a mut self, ids: Option<&'a [u32]>) -> Chooser<'a> {
        let (picker, answer) = (&mut self.picker, &self.tokens[self.prompt_length..]);
        Box::new(move |logits| picker.choose(logits, ids, answer))
    }

    /// Takes tokens from the scores of the output rows: the first always, those behind it as long
    /// as the draft was right. Gives how many were taken.
    pub fn take_answers(
        &mut self,
        scores: &mut [Scores],
        ids: Option<&[u32]>,
        ends: &[u32],
    ) -> usize {
        let mut taken = 0;
        if self.is_finished() {
            return taken; // No tokens were asked for.
        }
        for (row, scores) in scores.iter_mut().enumerate() {
            let choice = self.picker.choose_from(scores, ids, &self.tokens[self.prompt_length..]);
            self.take(choice, ends);
            taken += 1;
            if self.is_finished() || self.draft.get(row) != Some(&choice.token) {
                break;
            }
            // The drafted token's keys and values are right: they are computed.
            self.computed += 1;
        }
        self.draft.clear();
        taken
    }

    fn take(&mut self, choice: Choice, ends: &[u32]) {
        if ends.contains(&choice.token) {
            self.stop = Some(StopReason::EndOfText);
            return;
        }
        self.tokens.push(choice.token);
        self.logprobs.push(choice.logprob);
        if (self.job.reached_stop)(choice.token) {
            self.stop = Some(StopReason::StopString);
        } else if self.ends_in_loop() {
            self.stop = Some(StopReason::Repetition);
        } else if self.tokens.len() >= self.most_tokens {
            self.stop = Some(StopReason::TokenLimit);
        }
    }

    fn ends_in_loop(&mut self) -> bool {
        if self.job.options.on_loop == OnLoop::GoOn {
            return false;
        }
        let Some(kept) = loop_start(&self.tokens[self.prompt_length..], LEAST_IN_PROSE) else {
            return false;
        };
        self.tokens.truncate(self.prompt_length + kept);
        self.logprobs.truncate(kept);
        true
    }

    pub fn is_finished(&self) -> bool {
        self.stop.is_some()
    }

    /// The job's index, its result, and the pages to give back.
    pub fn finish(self) -> (usize, Continuation, Pages) {
        let continuation = Continuation {
            tokens: self.tokens[self.prompt_length..].to_vec(),
            logprobs: self.logprobs,
            stop: self.stop.unwrap_or(StopReason::TokenLimit),
        };
        (self.index, continuation, self.pages)
    }

    /// Keeps the pages of the first `count` positions, whatever becomes of this sequence.
    pub fn hold_pages(&self, count: usize, cache: &mut Cache) -> Pages {
        cache.hold(&self.pages, count)
    }
}

/// Tokens at the start that both have, leaving `next` at least one to compute.
pub(super) fn common(known: &[u32], next: &[u32]) -> usize {
    let common = known.iter().zip(next).take_while(|(a, b)| a == b).count();
    common.min(next.len().saturating_sub(1))
}

//! Many requests, one model: continuous batching.
//!
//! A set of sequences runs at a time. Each step carries the next token of every sequence that is
//! being answered and, up to a budget, pieces of the prompts of those that have just come in; a
//! sequence that ends makes room for the next request at once. Prompts that begin alike share the
//! pages of their common part (Kwon et al. 2023); of the page that each goes on in, it gets a copy.

use std::collections::VecDeque;

use anyhow::Result;
use candle_core::Tensor;

use super::decoder::{Cache, Decoder, KeyValueStore, Linear, PAGE, Pages, Pass, Segment};
use super::{Event, GenerationOptions, RequestError, StopReason};

mod cpu_scores;
mod drafts;
mod limits;
mod prefix;
mod scores;
mod sequence;

pub use limits::{Limits, PrefixSharing, Speculation};
use prefix::SharedPrefixes;
use sequence::Sequence;

/// One prompt to continue.
pub struct Job<'a> {
    pub prompt: Vec<u32>,
    pub options: &'a GenerationOptions,
    /// Index into the heads of the call.
    pub head: usize,
    /// Says after each new token whether the text has reached a stop string.
    pub reached_stop: Box<dyn FnMut(u32) -> bool + 'a>,
}

/// An output matrix and the token of each of its rows (`None`: row i is token i).
pub struct Head<'a> {
    pub matrix: &'a Linear,
    pub ids: Option<&'a [u32]>,
}

/// The tokens that continue a job's prompt.
#[derive(Clone, Debug, PartialEq)]
pub struct Continuation {
    pub tokens: Vec<u32>,
    pub logprobs: Vec<f32>,
    pub stop: StopReason,
}

/// What a call cost, in numbers that do not depend on the machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Passes over the weights.
    pub steps: usize,
    /// Token rows in all of them.
    pub rows: usize,
}

/// Continues every job; results are in the order of the jobs.
///
/// # Errors
/// Only when the model itself fails; a job that cannot run gets its own [`RequestError`].
pub fn run<'a>(
    decoder: &Decoder,
    heads: &[Head<'_>],
    end_tokens: &[u32],
    jobs: Vec<Job<'a>>,
    limits: &Limits,
    watch: &mut dyn FnMut(Event),
) -> Result<(Vec<Result<Continuation, RequestError>>, Cost)> {
    let mut results: Vec<Option<Result<Continuation, RequestError>>> = Vec::new();
    results.resize_with(jobs.len(), || None);
    let mut waiting = VecDeque::new();
    for (index, job) in jobs.into_iter().enumerate() {
        match refuse(decoder, &job, limits) {
            Some(error) => {
                results[index] = Some(Err(error));
                watch(Event::Finished(index));
            }
            None => waiting.push_back(Sequence::new(index, job, decoder.config().context)),
        }
    }
    let needed: usize = waiting.iter().map(Sequence::pages_needed).sum::<usize>() * PAGE;
    let store = decoder.key_value_store(needed.min(limits.cached_tokens), limits.key_value_type)?;
    let longest = heads.iter().map(|head| head.matrix.outputs()).max().unwrap_or(0);
    let numbers = scores::numbers(decoder.compute(), longest)?;
    let mut schedule = Schedule {
        decoder,
        numbers,
        buffers: cpu_scores::Buffers::default(),
        heads,
        end_tokens,
        limits,
        store,
        waiting,
        running: Vec::new(),
        prefixes: SharedPrefixes::default(),
        cost: Cost::default(),
    };
    while schedule.admit() {
        for (index, continuation) in schedule.step(watch)? {
            results[index] = Some(Ok(continuation));
            watch(Event::Finished(index));
        }
    }
    let unanswered = || Err(RequestError::Failed("the request was never run".into()));
    Ok((
        results.into_iter().map(|result| result.unwrap_or_else(unanswered)).collect(),
        schedule.cost,
    ))
}

fn refuse(decoder: &Decoder, job: &Job<'_>, limits: &Limits) -> Option<RequestError> {
    let (tokens, context) = (job.prompt.len(), decoder.config().context);
    if tokens == 0 {
        return Some(RequestError::Failed("the prompt is empty".into()));
    }
    if tokens >= context {
        return Some(RequestError::TooLong { tokens, context });
    }
    let whole = (tokens + job.options.max_new_tokens).min(context).next_multiple_of(PAGE);
    (whole > limits.cached_tokens).then(|| {
        RequestError::Failed(format!(
            "the prompt and its answer need room for {whole} tokens, and the key-value memory holds \
             {}; raise --kv-memory",
            limits.cached_tokens
        ))
    })
}

struct Schedule<'call, 'job> {
    decoder: &'call Decoder,
    heads: &'call [Head<'call>],
    end_tokens: &'call [u32],
    limits: &'call Limits,
    store: KeyValueStore,
    /// What a device counts entries of logits with ([`scores::numbers`]).
    numbers: Option<Tensor>,
    /// What the CPU works out scores in.
    buffers: cpu_scores::Buffers,
    waiting: VecDeque<Sequence<'job>>,
    running: Vec<Sequence<'job>>,
    prefixes: SharedPrefixes,
    cost: Cost,
}

/// Rows of one running sequence in a step.
struct Share {
    sequence: usize,
    rows: std::ops::Range<usize>,
    /// Rows whose successors are wanted: the last ones.
    outputs: usize,
}

impl<'job> Schedule<'_, 'job> {
    /// Lets waiting requests in, in their order; `false` when all work is done.
    fn admit(&mut self) -> bool {
        while self.running.len() < self.limits.running {
            let Some(next) = self.waiting.front_mut() else { break };
            let sharing = self.limits.prefix_sharing == PrefixSharing::On;
            let cache = &mut self.store.cache;
            if sharing && self.running.iter().any(|running| running.will_share_with(next, cache)) {
                break; // One step later the common part is there to be shared.
            }
            let (mut pages, shared) = match sharing {
                true => self.prefixes.share(&next.tokens, cache),
                false => (Pages::default(), 0),
            };
            if !reserve(&mut self.prefixes, cache, &mut pages, next.positions_needed()) {
                cache.release(pages);
                break;
            }
            let mut sequence = self.waiting.pop_front().expect("looked at above");
            sequence.start(pages, shared);
            self.running.push(sequence);
        }
        !self.running.is_empty()
    }

    /// One pass through the model; gives the requests that ended with it.
    fn step(&mut self, watch: &mut dyn FnMut(Event)) -> Result<Vec<(usize, Continuation)>> {
        let (tokens, shares) = self.plan();
        let _span =
            tracing::info_span!("pass", rows = tokens.len(), sequences = shares.len()).entered();
        let hidden = self.forward(&tokens, &shares)?;
        self.cost.steps += 1;
        self.cost.rows += tokens.len();
        let scores = self.scores(&hidden, &shares)?;
        let (mut prefilled, mut decoded) = (0, 0);
        for (share, mut scores) in shares.iter().zip(scores) {
            let sequence = &mut self.running[share.sequence];
            prefilled += sequence.advance(share.rows.len() - share.outputs.saturating_sub(1));
            if self.limits.prefix_sharing == PrefixSharing::On {
                self.prefixes.remember(sequence, self.waiting.front(), &mut self.store.cache);
            }
            let ids = self.heads[sequence.head()].ids;
            decoded += sequence.take_answers(&mut scores, ids, self.end_tokens);
        }
        if prefilled > 0 {
            watch(Event::Prefilled(prefilled));
        }
        if decoded > 0 {
            watch(Event::Decoded(decoded));
        }
        Ok(self.remove_finished())
    }

    /// Rows of the next step: answers first, then prompts up to the budget.
    fn plan(&mut self) -> (Vec<u32>, Vec<Share>) {
        let answering = self.running.iter().filter(|sequence| sequence.is_answering()).count();
        let mut budget = self.limits.step_rows.max(answering + 1) - answering;
        let draft = self.limits.speculation.draft(answering);
        let mut tokens = Vec::new();
        let mut shares = Vec::new();
        for (index, sequence) in self.running.iter_mut().enumerate() {
            let most = if sequence.is_answering() { 1 } else { budget };
            let count = sequence.rows_wanted().min(most);
            if count == 0 {
                continue;
            }
            if !sequence.is_answering() {
                budget -= count;
            }
            let first = tokens.len();
            tokens.extend(sequence.next_tokens(count));
            let mut outputs = usize::from(count == sequence.rows_wanted());
            if draft > 0 && outputs == 1 {
                let draft = sequence.make_draft(draft);
                tokens.extend_from_slice(draft);
                outputs += draft.len();
            }
            shares.push(Share { sequence: index, rows: first..tokens.len(), outputs });
        }
        (tokens, shares)
    }

    fn forward(&mut self, tokens: &[u32], shares: &[Share]) -> Result<Tensor> {
        let segments: Vec<Segment<'_>> = (shares.iter())
            .map(|share| {
                let sequence = &self.running[share.sequence];
                Segment {
                    pages: sequence.page_ids(),
                    start: sequence.computed(),
                    rows: share.rows.clone(),
                }
            })
            .collect();
        let outputs: Vec<usize> = shares
            .iter()
            .flat_map(|share| share.rows.end - share.outputs..share.rows.end)
            .collect();
        self.decoder
            .forward(&Pass { tokens, segments: &segments, outputs: &outputs }, &mut self.store)
    }

    fn remove_finished(&mut self) -> Vec<(usize, Continuation)> {
        let mut finished = Vec::new();
        let mut index = 0;
        while index < self.running.len() {
            if self.running[index].is_finished() {
                let (job, continuation, pages) = self.running.remove(index).finish();
                self.store.cache.release(pages);
                finished.push((job, continuation));
            } else {
                index += 1;
            }
        }
        finished
    }
}

/// Makes `pages` hold `positions`, letting go of remembered prefixes when room is short.
fn reserve(
    prefixes: &mut SharedPrefixes,
    cache: &mut Cache,
    pages: &mut Pages,
    positions: usize,
) -> bool {
    while !cache.reserve(pages, positions) {
        if !prefixes.forget_oldest(cache) {
            return false;
        }
    }
    true
}

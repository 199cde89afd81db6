//! Candidates of each step → the hypotheses that go on, and in the end the one that won.
//!
//! Greedy search, and beam search with the scores, the stopping rule and the order of ties that
//! `transformers` 5 has (`GenerationMixin._beam_search`).

use super::cache::Cache;
use super::candidates::{Candidate, Ranking};
use super::rules::Rules;

/// Stands for the score of a place in the beam that no hypothesis has filled.
const WORST: f32 = -1.0e9;

/// How a generation is searched for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Strategy {
    Greedy,
    Beam {
        width: usize,
        /// A complete hypothesis' score is its log-probability over its length to this power.
        length_penalty: f32,
        stopping: Stopping,
    },
}

/// When a beam search that has `width` complete hypotheses ends (`early_stopping`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Stopping {
    /// When the best running one, complete at its present length, would not be better than the
    /// worst: `false`.
    #[default]
    Estimate,
    /// At once: `true`.
    AtOnce,
    /// When the best running one cannot become better at any length: `"never"`.
    Certain,
}

impl Strategy {
    /// Hypotheses that run side by side.
    pub fn width(self) -> usize {
        match self {
            Self::Greedy => 1,
            Self::Beam { width, .. } => width,
        }
    }

    pub fn ranking(self) -> Ranking {
        match self {
            Self::Greedy => Ranking::Scores,
            Self::Beam { .. } => Ranking::Logprobs,
        }
    }
}

/// A beginning of an output.
#[derive(Clone, Debug, Default)]
pub(super) struct Hypothesis {
    pub tokens: Vec<u32>,
    pub logprobs: Vec<f32>,
    /// Sum of the ranks of its tokens.
    pub score: f32,
    /// Cells of the start token and of all tokens but the last.
    pub cells: Vec<u32>,
}

/// How an output ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// With an end token, which is the last of its tokens.
    Complete,
    /// At the most tokens allowed; a forced end token is the last of its tokens.
    Limit,
}

/// A finished output.
#[derive(Clone, Debug)]
pub(super) struct Output {
    pub tokens: Vec<u32>,
    pub logprobs: Vec<f32>,
    /// Beam search: the normalised score. Greedy: the mean log-probability.
    pub score: f32,
    pub end: End,
}

/// The search for one output.
pub(super) struct Search {
    strategy: Strategy,
    rules: Rules,
    pub running: Vec<Hypothesis>,
    /// Best first, `width` at most.
    finished: Vec<Output>,
    /// A running hypothesis may still become one of the best.
    open: bool,
    done: bool,
}

impl Search {
    pub fn new(strategy: Strategy, rules: Rules) -> Self {
        let running = vec![Hypothesis::default()];
        Self { strategy, rules, running, finished: Vec::new(), open: true, done: false }
    }

    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    pub fn strategy(&self) -> Strategy {
        self.strategy
    }

    pub fn done(&self) -> bool {
        self.done
    }

    /// Candidates that each running hypothesis must offer.
    pub fn breadth(&self) -> usize {
        match self.strategy {
            Strategy::Greedy => 1,
            Strategy::Beam { width, .. } => (1 + self.rules.ends.len()).max(2) * width,
        }
    }

    /// Takes each running hypothesis' candidates, best first, and moves on by one token.
    pub fn advance(&mut self, offers: &[Vec<Candidate>], cache: &mut Cache) {
        let before = std::mem::take(&mut self.running);
        match self.strategy {
            Strategy::Greedy => self.advance_greedy(&before, offers),
            Strategy::Beam { width, length_penalty, stopping } => {
                self.advance_beam(&before, offers, width, length_penalty, stopping);
            }
        }
        if self.done {
            self.running.clear();
        }
        for hypothesis in &self.running {
            cache.share(&hypothesis.cells);
        }
        for hypothesis in &before {
            cache.release(&hypothesis.cells);
        }
    }

    /// The best output.
    pub fn into_output(self) -> Option<Output> {
        self.finished.into_iter().next()
    }

    fn advance_greedy(&mut self, before: &[Hypothesis], offers: &[Vec<Candidate>]) {
        let offer = offers.first().and_then(|offer| offer.first());
        let (Some(hypothesis), Some(&candidate)) = (before.first(), offer) else {
            self.done = true;
            return;
        };
        let next = hypothesis.with(candidate, candidate.logprob);
        if let Some(end) = self.end_of(&next) {
            let mean = next.score / next.tokens.len() as f32;
            self.finished.push(next.finish(mean, end));
            self.done = true;
        } else {
            self.running.push(next);
        }
    }

    fn advance_beam(
        &mut self,
        before: &[Hypothesis],
        offers: &[Vec<Candidate>],
        width: usize,
        length_penalty: f32,
        stopping: Stopping,
    ) {
        let length = before.first().map_or(0, |hypothesis| hypothesis.tokens.len()) + 1;
        let normaliser = |length: usize| (length as f64).powf(f64::from(length_penalty)) as f32;
        let was_full = self.finished.len() == width;
        let taking = self.open && !(was_full && stopping == Stopping::AtOnce);
        for (place, (parent, candidate)) in self.rank(before, offers).into_iter().enumerate() {
            let next = before[parent].with(candidate, candidate.rank);
            match self.end_of(&next) {
                Some(end) if place < width && taking => {
                    let score = next.score / normaliser(length);
                    self.finished.push(next.finish(score, end));
                }
                Some(_) => {}
                None if self.running.len() < width => self.running.push(next),
                None => {}
            }
        }
        self.finished.sort_by(|a, b| b.score.total_cmp(&a.score));
        self.finished.truncate(width);
        let longest = match stopping {
            Stopping::Certain if length_penalty > 0.0 => self.rules.most_tokens,
            _ => length,
        };
        let full = self.finished.len() == width;
        let worst = if full { self.finished[width - 1].score } else { WORST };
        self.open = self.open
            && self.running.first().is_some_and(|best| best.score / normaliser(longest) > worst);
        self.done = !self.open
            || length >= self.rules.most_tokens
            || (full && stopping == Stopping::AtOnce);
    }

    /// The best continuations of all hypotheses together, with the number of their parent.
    fn rank(&self, before: &[Hypothesis], offers: &[Vec<Candidate>]) -> Vec<(usize, Candidate)> {
        let mut ranked: Vec<(f32, usize, Candidate)> = Vec::new();
        for (parent, (hypothesis, offer)) in before.iter().zip(offers).enumerate() {
            ranked.extend(offer.iter().map(|&c| (hypothesis.score + c.rank, parent, c)));
        }
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        ranked.truncate(self.breadth());
        ranked.into_iter().map(|(_, parent, candidate)| (parent, candidate)).collect()
    }

    fn end_of(&self, hypothesis: &Hypothesis) -> Option<End> {
        let last = hypothesis.tokens.last()?;
        let full = hypothesis.tokens.len() >= self.rules.most_tokens;
        if full && (self.rules.forced_end.is_some() || !self.rules.ends.contains(last)) {
            Some(End::Limit)
        } else {
            self.rules.ends.contains(last).then_some(End::Complete)
        }
    }
}

impl Hypothesis {
    fn with(&self, candidate: Candidate, rank: f32) -> Self {
        let mut next = self.clone();
        next.tokens.push(candidate.token);
        next.logprobs.push(candidate.logprob);
        next.score += rank;
        next
    }

    fn finish(self, score: f32, end: End) -> Output {
        Output { tokens: self.tokens, logprobs: self.logprobs, score, end }
    }
}

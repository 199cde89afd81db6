//! A loaded model and prompts → how fast it runs here: the figures of `bulletin bench`.

use std::time::Instant;

use anyhow::{Result, anyhow, ensure};
use serde::Serialize;

use super::schedule::{Limits, PrefixSharing};
use super::seq2seq::Seq2SeqEngine;
use super::{DecoderEngine, Event, GenerationOptions, OnLoop, Sampling};

pub mod ceiling;
mod peak_memory;
mod prompts;

pub use peak_memory::{forget_peak_memory, peak_memory_bytes};
pub use prompts::{read_prompts, spread_prompts};

/// What to measure: all prompts at a time, each continued by `new_tokens` tokens.
#[derive(Clone, Debug, PartialEq)]
pub struct Workload {
    /// Token ids of each prompt.
    pub prompts: Vec<Vec<u32>>,
    /// Tokens to make for each.
    pub new_tokens: usize,
    /// Timed runs, after one that warms up.
    pub repetitions: usize,
    /// Whether a common beginning is computed once.
    pub prefix_sharing: PrefixSharing,
    /// Of sequence-to-sequence models; decoders are measured with greedy search.
    pub sampling: Sampling,
}

/// Several runs of one thing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// The least of all runs.
    pub min: f64,
    /// The middle of all runs.
    pub median: f64,
    /// The greatest of all runs.
    pub max: f64,
}

impl Spread {
    /// Of at least one value; of an even number the lower of the two in the middle.
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let last = values.len() - 1;
        Self { min: values[0], median: values[last / 2], max: values[last] }
    }
}

/// What was measured. Rates count the tokens of all sequences.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Measurement {
    /// Prompts at a time.
    pub batch: usize,
    /// Of prompts, until the last of them is read.
    pub prefill_tokens_per_second: Spread,
    /// Of tokens made after all prompts were read.
    pub decode_tokens_per_second: Spread,
    /// Of the whole call.
    pub seconds: Spread,
}

/// When the phases of one run ended.
struct Phases<'a> {
    now: &'a dyn Fn() -> Instant,
    started: Instant,
    /// Seconds until the last prompt token was read.
    prefill: f64,
    prompt_tokens: usize,
    /// Tokens made in steps after that one.
    decoded: usize,
    /// The step that reads the last of the prompts makes tokens too; its time is prefill.
    same_step: bool,
}

impl<'a> Phases<'a> {
    fn start(now: &'a dyn Fn() -> Instant) -> Self {
        Self { now, started: now(), prefill: 0.0, prompt_tokens: 0, decoded: 0, same_step: false }
    }

    /// Since the start.
    fn seconds(&self) -> f64 {
        (self.now)().duration_since(self.started).as_secs_f64()
    }

    fn note(&mut self, event: Event) {
        match event {
            Event::Prefilled(tokens) => {
                self.prefill = self.seconds();
                self.prompt_tokens += tokens;
                (self.decoded, self.same_step) = (0, true);
            }
            Event::Decoded(_) if self.same_step => self.same_step = false,
            Event::Decoded(tokens) => self.decoded += tokens,
            Event::Finished(_) => {}
        }
    }
}

/// Measures a decoder.
///
/// # Errors
/// When the model fails or the key-value memory is too small for the workload.
pub fn measure(engine: &mut DecoderEngine, workload: &Workload) -> Result<Measurement> {
    let before = engine.limits().clone();
    let prefix_sharing = workload.prefix_sharing;
    engine.set_limits(Limits { prefix_sharing, ..before.clone() });
    let options = GenerationOptions {
        max_new_tokens: workload.new_tokens,
        on_loop: OnLoop::GoOn,
        ..Default::default()
    };
    let result = repeat(workload, &Instant::now, |phases| {
        let note = &mut |event| phases.note(event);
        let continued = engine.continue_tokens_watched(workload.prompts.clone(), &options, note)?;
        let tokens = |continuation: super::schedule::Continuation| continuation.tokens.len();
        Ok(continued.into_iter().map(|each| each.map(tokens)).collect())
    });
    engine.set_limits(before);
    result
}

/// Measures a sequence-to-sequence model. Its encoder is what is counted as prefill, and decoding
/// includes the keys and values of the cross-attention.
///
/// # Errors
/// When the model fails or a prompt is too long for it.
pub fn measure_sentences(engine: &Seq2SeqEngine, workload: &Workload) -> Result<Measurement> {
    repeat(workload, &Instant::now, |phases| {
        // The encoder's step makes no tokens, so that the first ones count.
        let note = &mut |event| {
            phases.note(event);
            phases.same_step = false;
        };
        let (length, sampling) = (workload.new_tokens, &workload.sampling);
        let outputs = engine.continue_tokens(&workload.prompts, length, sampling, note)?;
        Ok(outputs.into_iter().map(|tokens| Ok(tokens.len())).collect())
    })
}

/// Lengths of the outputs of one run.
type Lengths = Vec<Result<usize, super::RequestError>>;

fn repeat(
    workload: &Workload,
    now: &dyn Fn() -> Instant,
    mut run: impl FnMut(&mut Phases) -> Result<Lengths>,
) -> Result<Measurement> {
    let (new_tokens, batch) = (workload.new_tokens, workload.prompts.len());
    ensure!(
        batch > 0 && new_tokens > 1 && workload.repetitions > 0,
        "there is nothing to measure: give at least one prompt, two new tokens and one repetition"
    );
    let (mut prefill, mut decode, mut seconds) = (Vec::new(), Vec::new(), Vec::new());
    for repetition in 0..=workload.repetitions {
        let mut phases = Phases::start(now);
        for made in run(&mut phases)? {
            let made = made.map_err(|error| anyhow!("{error}"))?;
            ensure!(made == new_tokens, "the model made {made} tokens instead of {new_tokens}");
        }
        let whole = phases.seconds();
        if repetition > 0 {
            prefill.push(phases.prompt_tokens as f64 / phases.prefill);
            decode.push(phases.decoded as f64 / (whole - phases.prefill).max(1e-9));
            seconds.push(whole);
        }
    }
    Ok(Measurement {
        batch,
        prefill_tokens_per_second: Spread::of(prefill),
        decode_tokens_per_second: Spread::of(decode),
        seconds: Spread::of(seconds),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn workload(new_tokens: usize, repetitions: usize) -> Workload {
        Workload {
            prompts: vec![vec![1; 10], vec![2; 10]],
            new_tokens,
            repetitions,
            prefix_sharing: PrefixSharing::Off,
            sampling: Sampling::Greedy,
        }
    }

    #[test]
    fn phases_are_told_apart_and_the_first_run_does_not_count() {
        let (begun, passed) = (Instant::now(), std::cell::Cell::new(Duration::ZERO));
        let pass = |millis| passed.set(passed.get() + Duration::from_millis(millis));
        let mut runs = 0;
        let measured = repeat(&workload(3, 2), &|| begun + passed.get(), |phases| {
            runs += 1;
            pass(if runs == 1 { 200 } else { 20 });
            phases.note(Event::Prefilled(12));
            phases.note(Event::Decoded(1));
            phases.note(Event::Prefilled(8));
            phases.note(Event::Decoded(2));
            pass(30);
            phases.note(Event::Decoded(2));
            phases.note(Event::Decoded(1));
            Ok(vec![Ok(3), Ok(3)])
        })
        .unwrap();
        assert_eq!((runs, measured.batch), (3, 2));
        // 20 tokens in 20 ms, then 3 in 30 ms.
        let near = |spread: Spread, expected: f64| {
            let values = [spread.min, spread.median, spread.max];
            values.iter().all(|value| (value / expected - 1.0).abs() < 1e-6)
        };
        assert!(near(measured.seconds, 0.05), "{measured:?}");
        assert!(near(measured.prefill_tokens_per_second, 1000.0), "{measured:?}");
        assert!(near(measured.decode_tokens_per_second, 100.0), "{measured:?}");
    }

    #[test]
    fn short_outputs_and_empty_workloads_are_errors() {
        let error =
            repeat(&workload(3, 1), &Instant::now, |_| Ok(vec![Ok(2)])).unwrap_err().to_string();
        assert!(error.contains("2 tokens instead of 3"), "{error}");
        for empty in [workload(1, 1), workload(3, 0)] {
            assert!(repeat(&empty, &Instant::now, |_| Ok(Vec::new())).is_err());
        }
    }

    #[test]
    fn a_spread_has_its_middle() {
        let spread = Spread::of(vec![3.0, 1.0, 2.0]);
        assert_eq!((spread.min, spread.median, spread.max), (1.0, 2.0, 3.0));
        assert_eq!(Spread::of(vec![5.0]).median, 5.0);
    }
}

//! Small models at every level of instructions that this processor has: the same words, nearly the same
//! probabilities. (The kernels' own tests hold each product of each level against sums in double precision.)

use bulletin::internals::engine::kernels::Level;

use crate::scripted::{Desk, Ran};
use crate::support::fixture;

/// Tokens and their log-probabilities.
fn answer(model: &str, level: &str) -> Vec<(u64, f64)> {
    let desk = Desk::new();
    let model = fixture(model).display().to_string();
    let arguments = ["generate", "--model", &model, "--prompt", "Rain fell on Friday", "--device"];
    let more = ["cpu", "--max-tokens", "16", "--format", "json", "--cpu-level", level];
    let ran = Ran::from(desk.program().args(arguments).args(more).output().unwrap());
    assert_eq!(ran.code, 0, "{model} {level}: {ran:?}");
    let json = ran.json();
    let numbers = |key: &str| json[key].as_array().unwrap().clone();
    let pairs = numbers("tokens").into_iter().zip(numbers("logprobs"));
    pairs.map(|(token, value)| (token.as_u64().unwrap(), value.as_f64().unwrap())).collect()
}

/// Most that log-probabilities of one token may differ: sums in another order, nothing more.
const MOST: f64 = 2e-3;

#[test]
fn every_level_gives_the_words_of_the_portable_one() {
    let levels = Level::available();
    let models = [
        "checkpoints/gemma3",
        "checkpoints/hunyuan-dense",
        "checkpoints/llama",
        "checkpoints/qwen2",
        "checkpoints/qwen3",
    ];
    for model in models {
        let portable = answer(model, "portable");
        assert!(!portable.is_empty(), "{model}");
        for level in levels.iter().map(|level| level.key()) {
            let pairs = answer(model, level).into_iter().zip(&portable);
            for (place, ((token, logprob), (expected, expected_logprob))) in pairs.enumerate() {
                let difference = (logprob - expected_logprob).abs();
                assert!(difference < MOST, "{model} {level} at {place}: {difference}");
                if token != *expected {
                    // Two tokens that are as likely: what follows is another text.
                    break;
                }
            }
        }
    }
}

#[test]
fn a_level_that_the_processor_lacks_is_refused() {
    let ran =
        Ran::from(Desk::new().program().args(["doctor", "--cpu-level", "mmx"]).output().unwrap());
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("'mmx'") && ran.stderr.contains("portable"), "{ran:?}");
}

//! A model as its own judge: does the text say what the sentence says? The probability of "yes" is the score.
//!
//! All questions of one call go to the engine together, and the text comes before the question, so that the engine
//! reads it once.

use std::rc::Rc;

use anyhow::Result;

use super::ask::fence;
use crate::engine::classifier::EntailmentScores;
use crate::engine::{Engine, Generation, GenerationOptions, Input, Request, RequestError};
use crate::entailment::{EntailmentJudge, Scope};
use crate::prompt::{Kind, Prompts, Template};

/// The file that holds the question.
pub const PROMPT: &str = "judge.md";

/// An answer is one word; some models begin it with a line break.
const ANSWER_TOKENS: usize = 3;

/// The judge that asks `engine`, an instruction-following model.
///
/// # Errors
/// When the prompt is faulty.
pub fn judge(engine: Rc<dyn Engine>, revision: &str, prompts: &Prompts) -> Result<EntailmentJudge> {
    let template = prompts.template(PROMPT, Kind::Judge)?;
    let model = engine.name().to_string();
    let score = move |pairs: &[(&str, &str)]| answers(engine.as_ref(), &template, pairs);
    Ok(EntailmentJudge {
        model,
        revision: revision.to_string(),
        scope: Scope::WholeArticle,
        score: Box::new(score),
    })
}

fn answers(
    engine: &dyn Engine,
    template: &Template,
    pairs: &[(&str, &str)],
) -> Vec<Result<EntailmentScores, RequestError>> {
    let options =
        GenerationOptions { max_new_tokens: ANSWER_TOKENS, ..GenerationOptions::default() };
    let question = |(text, sentence): &(&str, &str)| {
        let fence = fence(text);
        let filled = [("article", *text), ("sentence", *sentence), ("fence", fence.as_str())];
        let input = Input::Chat(template.fill(&filled)?);
        Ok(Request { input, options: options.clone() })
    };
    let requests: Result<Vec<Request>> = pairs.iter().map(question).collect();
    match requests {
        Ok(requests) => {
            let answers = engine.generate(&requests, &mut |_| {});
            answers.into_iter().map(|answer| answer.and_then(|it| read(&it))).collect()
        }
        Err(error) => {
            let failed = RequestError::Failed(format!("{error:#}"));
            pairs.iter().map(|_| Err(failed.clone())).collect()
        }
    }
}

/// The first token decides; its probability is that of the answer.
fn read(answer: &Generation) -> Result<EntailmentScores, RequestError> {
    let word = answer.text.trim().trim_start_matches(['"', '*']).to_lowercase();
    // A line break before the word is all but certain and says nothing: the least likely token is the word's.
    let logprob = answer.logprobs.iter().copied().fold(0.0f32, f32::min);
    let probability = logprob.exp();
    let is = |words: &[&str]| words.iter().any(|known| word.starts_with(known));
    let yes = if is(&["yes", "evet", "да"]) {
        probability
    } else if is(&["no", "hayır", "нет"]) {
        1.0 - probability
    } else {
        let message = format!("the model answered neither yes nor no, but \"{word}\"");
        return Err(RequestError::Failed(message));
    };
    Ok(EntailmentScores { entailment: yes, contradiction: None, logits: Vec::new(), cut: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::StopReason;

    fn answer(text: &str, logprobs: &[f32]) -> Result<f32, RequestError> {
        let generation = Generation {
            text: text.to_string(),
            prompt_tokens: 1,
            tokens: vec![0; logprobs.len()],
            logprobs: logprobs.to_vec(),
            stop: StopReason::TokenLimit,
        };
        read(&generation).map(|scores| scores.entailment)
    }

    #[test]
    fn the_probability_of_yes_is_the_score() {
        assert!((answer("Yes", &[-0.105]).unwrap() - 0.9).abs() < 0.01);
        assert!((answer("\nno.", &[0.0, -0.105]).unwrap() - 0.1).abs() < 0.01);
        assert!(answer("Perhaps", &[-0.1]).is_err());
    }
}

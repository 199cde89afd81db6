//! Canned answers from a file, so that the whole program is tested without weights.
//!
//! The file is JSON (`{"name", "context_tokens", "rules": […]}`) or JSON Lines with one rule a
//! line. A rule answers when all strings of `contains` are in the prompt; the first such rule
//! wins, and one without `contains` answers everything. Its `answers` are given in turn, and from
//! the start again after the last.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::endings::stop_start;
use super::{Engine, Event, Generation, Input, Request, RequestError, StopReason};

/// How long an answer that waits for a file sleeps before it looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// An engine that knows its answers beforehand. Its tokens are words.
pub struct Scripted {
    name: String,
    context_tokens: usize,
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    context_tokens: Option<usize>,
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    #[serde(default)]
    contains: Vec<String>,
    answers: Vec<Answer>,
    #[serde(skip)]
    given: Cell<usize>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Text(String),
    Detailed(Detailed),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Detailed {
    #[serde(default)]
    text: String,
    #[serde(default)]
    stop: Option<Stop>,
    #[serde(default)]
    error: Option<String>,
    /// A file that must be there before the answer comes, so that a test can interrupt.
    #[serde(default)]
    until: Option<PathBuf>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stop {
    EndOfText,
    #[serde(rename = "stop_string")]
    String,
    TokenLimit,
    Repetition,
}

impl Scripted {
    /// Reads the script at `path`.
    pub fn load(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the scripted engine '{}'", path.display()))?;
        Self::parse(&text)
            .with_context(|| format!("'{}' is not a script for an engine", path.display()))
    }

    /// Reads a script, JSON or JSON Lines.
    pub fn parse(text: &str) -> Result<Self> {
        let script = match serde_json::from_str::<Script>(text) {
            Ok(script) => script,
            Err(whole) => {
                let lines = text.lines().filter(|line| !line.trim().is_empty());
                match lines.map(serde_json::from_str).collect() {
                    Ok(rules) => Script { name: None, context_tokens: None, rules },
                    Err(_) => return Err(whole.into()),
                }
            }
        };
        if script.rules.iter().any(|rule| rule.answers.is_empty()) {
            bail!("a rule has no answers");
        }
        Ok(Self {
            name: script.name.unwrap_or_else(|| "scripted".to_string()),
            context_tokens: script.context_tokens.unwrap_or(4096),
            rules: script.rules,
        })
    }

    fn answer(&self, request: &Request) -> Result<Generation, RequestError> {
        let prompt = written(&request.input);
        let prompt_tokens = prompt.split_whitespace().count();
        if prompt_tokens + request.options.max_new_tokens > self.context_tokens {
            return Err(RequestError::TooLong {
                tokens: prompt_tokens,
                context: self.context_tokens,
            });
        }
        let rule = self
            .rules
            .iter()
            .find(|rule| rule.contains.iter().all(|part| prompt.contains(part.as_str())))
            .ok_or_else(|| RequestError::Failed("the script has no answer to this".to_string()))?;
        let answer = &rule.answers[rule.given.get() % rule.answers.len()];
        rule.given.set(rule.given.get() + 1);
        if let Answer::Detailed(Detailed { until: Some(file), .. }) = answer {
            while !file.exists() {
                sleep(LOOK_AGAIN);
            }
        }
        let (text, stop) = match answer {
            Answer::Text(text) => (text.as_str(), None),
            Answer::Detailed(Detailed { error: Some(error), .. }) => {
                return Err(RequestError::Failed(error.clone()));
            }
            Answer::Detailed(detailed) => (detailed.text.as_str(), detailed.stop),
        };
        Ok(generation(text, stop, prompt_tokens, request))
    }
}

/// The text as a model with these limits would have given it.
fn generation(
    text: &str,
    stop: Option<Stop>,
    prompt_tokens: usize,
    request: &Request,
) -> Generation {
    let mut reason = match stop {
        None | Some(Stop::EndOfText) => StopReason::EndOfText,
        Some(Stop::String) => StopReason::StopString,
        Some(Stop::TokenLimit) => StopReason::TokenLimit,
        Some(Stop::Repetition) => StopReason::Repetition,
    };
    let mut text = text;
    if let Some(end) = stop_start(text, &request.options.stop) {
        text = &text[..end];
        reason = StopReason::StopString;
    }
    if let Some(end) = end_of_words(text, request.options.max_new_tokens) {
        text = &text[..end];
        reason = StopReason::TokenLimit;
    }
    let tokens: Vec<u32> = text.split_whitespace().map(token).collect();
    let logprobs = vec![-0.25; tokens.len()];
    Generation { text: text.to_string(), prompt_tokens, tokens, logprobs, stop: reason }
}

/// Byte at which word number `limit` ends, when the text has more words than that.
fn end_of_words(text: &str, limit: usize) -> Option<usize> {
    let mut words = text.split_whitespace();
    let last = words.by_ref().take(limit).last();
    words.next()?;
    Some(last.map_or(0, |word| word.as_ptr() as usize - text.as_ptr() as usize + word.len()))
}

/// A number for a word, the same on every machine (FNV-1a, folded to 16 bits).
fn token(word: &str) -> u32 {
    let hash = word
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash >> 16) ^ (hash & 0xffff)
}

fn written(input: &Input) -> String {
    match input {
        Input::Text(text) => text.clone(),
        Input::Chat(prompt) => match &prompt.system {
            Some(system) => format!("{system}\n\n{}", prompt.user),
            None => prompt.user.clone(),
        },
    }
}

impl Engine for Scripted {
    fn name(&self) -> &str {
        &self.name
    }

    fn context_tokens(&self) -> usize {
        self.context_tokens
    }

    fn count_tokens(&self, input: &Input) -> Result<usize> {
        Ok(written(input).split_whitespace().count())
    }

    fn generate(
        &self,
        requests: &[Request],
        watch: &mut dyn FnMut(Event),
    ) -> Vec<Result<Generation, RequestError>> {
        let mut results = Vec::with_capacity(requests.len());
        for (index, request) in requests.iter().enumerate() {
            let result = self.answer(request);
            if let Ok(generation) = &result {
                watch(Event::Prefilled(generation.prompt_tokens));
                watch(Event::Decoded(generation.tokens.len()));
            }
            watch(Event::Finished(index));
            results.push(result);
        }
        results
    }
}

#[cfg(test)]
mod tests;

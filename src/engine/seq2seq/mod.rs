//! Sentences → their translations by an encoder-decoder model: Marian, T5, mT5, MADLAD-400.
//!
//! Everything runs on the CPU through [`super::kernels`]: sentences of a batch lie one after another
//! without padding, cross-attention keys and values are made once for each source, and hypotheses
//! of a beam share the cache cells of what they have in common. `network.rs` is the model,
//! `search.rs` the search, `batch.rs` brings them together.

use std::sync::{Arc, OnceLock};

use anyhow::{Context, Result, bail};

use super::endings::{LEAST_IN_A_SENTENCE, loop_start, stop_start};
use super::kernels::{Precision, ThreadPool};
use super::tokenizer::{Letters, may_write};
use super::{Engine, Event, Generation, Input, Request, RequestError, Sampling, StopReason};

mod activation;
mod attention;
mod batch;
mod cache;
mod candidates;
mod config;
mod defaults;
mod files;
mod fixed_length;
mod layers;
mod linear;
mod marian;
mod model;
mod network;
mod norm;
mod parallel;
mod positions;
mod rules;
mod search;
mod t5;
mod text;
mod weights;

pub use files::Seq2SeqFiles;

use batch::{SearchInput, decode};
use model::Model;
use search::{End, Output};
use text::Texts;

/// How a model is loaded.
#[derive(Clone)]
pub struct Seq2SeqOptions {
    /// Name of the registry entry or file, for [`Engine::name`].
    pub name: String,
    /// What float weights become; `Int8` is the fastest and takes a quarter of the memory.
    pub precision: Precision,
    /// The threads that the model runs on.
    pub pool: Arc<ThreadPool>,
}

/// A Marian or T5 model that is ready to run.
pub struct Seq2SeqEngine {
    name: String,
    model: Model,
    texts: Texts,
    /// Made when a language is first asked for: by token, whether its text may have it.
    allowed: [OnceLock<Arc<Vec<bool>>>; Letters::COUNT],
}

impl Seq2SeqEngine {
    /// Loads a model; the family is read from its files.
    ///
    /// # Errors
    /// When a file is missing, damaged, a pickle, or of another model; the message names the file
    /// and the key or tensor.
    pub fn load(files: &Seq2SeqFiles, options: Seq2SeqOptions) -> Result<Self> {
        let Seq2SeqOptions { name, precision, pool } = options;
        let load = || -> Result<(Model, Texts)> {
            let mut model = Model::load(files, precision, &pool)?;
            let texts = Texts::open(files, model.family, model.tokenizer.take())?;
            texts.check(&model.defaults.ends)?;
            Ok((model, texts))
        };
        let (model, texts) = load().with_context(|| format!("cannot load the model '{name}'"))?;
        Ok(Self { name, model, texts, allowed: Default::default() })
    }

    /// The search that the model's authors set: for most Marian models a beam of 4 or 6.
    pub fn default_sampling(&self) -> Sampling {
        self.model.defaults.sampling()
    }

    fn search_input(&self, request: &Request) -> Result<SearchInput, RequestError> {
        let failed = |error: anyhow::Error| RequestError::Failed(format!("{error:#}"));
        let source = self.encode(&request.input).map_err(failed)?;
        let network = &self.model.network;
        let context = network.most_source_tokens;
        if source.len() > context {
            return Err(RequestError::TooLong { tokens: source.len(), context });
        }
        if let Some(token) = source.iter().find(|&&t| t as usize >= network.encoder.vocabulary()) {
            return Err(RequestError::Failed(format!(
                "the tokenizer made token {token}, which the model does not have"
            )));
        }
        let Some(strategy) = self.model.defaults.strategy(&request.options.sampling) else {
            let message = "a sequence-to-sequence model does not sample at random; ask for greedy or beam search";
            return Err(RequestError::Failed(message.into()));
        };
        let most_tokens = self.model.most_tokens(request.options.max_new_tokens);
        let mut rules = self.model.defaults.rules(&request.options, most_tokens);
        rules.allowed = request.options.script.map(|language| self.allowed(language.into()));
        Ok(SearchInput { source, strategy, rules })
    }

    fn encode(&self, input: &Input) -> Result<Vec<u32>> {
        match input {
            Input::Text(text) => self.texts.encode(text),
            Input::Chat(_) => {
                bail!("a sequence-to-sequence model takes the text to translate, not a chat")
            }
        }
    }

    fn allowed(&self, letters: Letters) -> Arc<Vec<bool>> {
        let list = || {
            let tokens = 0..self.model.network.head.outputs() as u32;
            let may = |token| {
                let written = self.texts.written(token).unwrap_or_default();
                self.model.defaults.ends.contains(&token) || may_write(written.as_bytes(), letters)
            };
            Arc::new(tokens.map(may).collect())
        };
        Arc::clone(self.allowed[letters as usize].get_or_init(list))
    }

    fn generation(
        &self,
        request: &Request,
        input: &SearchInput,
        output: Output,
    ) -> Result<Generation> {
        let Output { mut tokens, mut logprobs, end, .. } = output;
        if tokens.last().is_some_and(|last| self.model.defaults.ends.contains(last)) {
            tokens.pop();
        }
        let mut stop = match end {
            End::Complete => StopReason::EndOfText,
            End::Limit => StopReason::TokenLimit,
        };
        if let Some(length) = loop_start(&tokens, LEAST_IN_A_SENTENCE) {
            tokens.truncate(length);
            stop = StopReason::Repetition;
        }
        let mut text = self.texts.decode(&tokens)?;
        if let Some(place) = stop_start(&text, &request.options.stop) {
            text.truncate(place);
            stop = StopReason::StopString;
            while !tokens.is_empty() && self.texts.decode(&tokens)?.len() > place {
                tokens.pop();
            }
        }
        logprobs.truncate(tokens.len());
        Ok(Generation { text, prompt_tokens: input.source.len(), tokens, logprobs, stop })
    }
}

impl Engine for Seq2SeqEngine {
    fn name(&self) -> &str {
        &self.name
    }

    /// Most tokens of a source; what is generated does not count.
    fn context_tokens(&self) -> usize {
        self.model.network.most_source_tokens
    }

    fn own_sampling(&self) -> Option<Sampling> {
        Some(self.default_sampling())
    }

    fn count_tokens(&self, input: &Input) -> Result<usize> {
        Ok(self.encode(input)?.len())
    }

    fn generate(
        &self,
        requests: &[Request],
        watch: &mut dyn FnMut(Event),
    ) -> Vec<Result<Generation, RequestError>> {
        let (mut inputs, mut numbers, mut results) = (Vec::new(), Vec::new(), Vec::new());
        for (number, request) in requests.iter().enumerate() {
            let input = self.search_input(request);
            results.push(input.as_ref().map(|_| ()).map_err(RequestError::clone));
            if let Ok(input) = input {
                inputs.push(input);
                numbers.push(number);
            }
        }
        let mut renumbered = |event| match event {
            Event::Finished(input) => watch(Event::Finished(numbers[input])),
            other => watch(other),
        };
        let outputs =
            decode(&self.model.network, self.model.defaults.start, &inputs, &mut renumbered);
        let mut outputs =
            numbers.iter().zip(inputs.iter().zip(outputs)).map(|(&number, (input, output))| {
                output
                    .and_then(|output| self.generation(&requests[number], input, output))
                    .map_err(|error| RequestError::Failed(format!("{error:#}")))
            });
        let lost = || Err(RequestError::Failed("the sentence was not decoded".into()));
        let result = |checked: Result<(), RequestError>| {
            checked.and_then(|()| outputs.next().unwrap_or_else(lost))
        };
        results.into_iter().map(result).collect()
    }
}

#[cfg(test)]
mod tests;

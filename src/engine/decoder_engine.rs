//! Decoder-only models behind the [`Engine`] seam: text in, text out.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};

use super::chat_template;
use super::decoder::{Adapter, Checkpoint, Decoder, KeyValueStore, Pages, Pass, Segment};
use super::device::Compute;
use super::endings::stop_start;
use super::schedule::{self, Continuation, Cost, Head, Job, Limits, PrefixSharing, Speculation};
use super::tokenizer::{DecodeStream, Letters, Special, Tokenizer};
use super::{
    Engine, Event, Generation, GenerationOptions, Input, Request, RequestError, StopReason,
};
use crate::models::ChatTemplate;

mod heads;
mod setup;
mod vocabulary;

use heads::{Heads, OutputHead};
pub use setup::Setup;
use vocabulary::check_vocabulary;

/// Sequences that run at a time: beyond this a step costs as much more as it does more.
const RUNNING: usize = 32;
/// Rows of a step: enough for the matrix kernels to be at full speed.
const STEP_ROWS: usize = 512;
/// A decoder-only model with its tokenizer and chat template.
pub struct DecoderEngine {
    name: String,
    decoder: Decoder,
    tokenizer: Arc<Tokenizer>,
    template: ChatTemplate,
    limits: Limits,
    heads: Arc<Heads>,
}

impl DecoderEngine {
    /// Loads a GGUF file or a folder of safetensors, ready to answer.
    ///
    /// # Errors
    /// When the file is damaged or of a kind that is not supported.
    pub fn load(
        name: &str,
        path: &Path,
        template: ChatTemplate,
        compute: Compute,
        setup: Setup,
    ) -> Result<Self> {
        let checkpoint = Checkpoint::open(path)?;
        let tokenizer = checkpoint.tokenizer()?;
        check_vocabulary(&checkpoint, &tokenizer)
            .with_context(|| format!("'{}' cannot be used", path.display()))?;
        let decoder = Decoder::new(checkpoint, compute)
            .with_context(|| format!("cannot load the model '{}'", path.display()))?;
        let limits = Limits {
            cached_tokens: setup.cached_tokens(&decoder),
            key_value_type: setup.key_value_type,
            running: RUNNING,
            step_rows: STEP_ROWS,
            prefix_sharing: PrefixSharing::On,
            speculation: Speculation::up_to(setup.draft),
        };
        let (name, heads) = (name.to_string(), Arc::<Heads>::default());
        Ok(Self { name, decoder, tokenizer: Arc::new(tokenizer), template, limits, heads })
    }

    /// The same model with `adapter` on top, or bare, as an engine of its own. Weights, tokenizer
    /// and output matrices are shared.
    ///
    /// # Errors
    /// When the adapter was made for another model.
    pub fn sibling(
        &self,
        name: &str,
        adapter: Option<Adapter>,
        template: ChatTemplate,
    ) -> Result<Self> {
        Ok(Self {
            name: name.to_string(),
            decoder: self.decoder.adapted(adapter)?,
            tokenizer: Arc::clone(&self.tokenizer),
            template,
            limits: self.limits.clone(),
            heads: Arc::clone(&self.heads),
        })
    }

    /// Whether one took the weights of the other over.
    pub fn shares_weights_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.tokenizer, &other.tokenizer)
    }

    /// How much runs at a time.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Changes how calls are run; results stay the same.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// The model's tokenizer.
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// The tokens that the model sees for `input`.
    pub fn encode(&self, input: &Input) -> Vec<u32> {
        match input {
            Input::Chat(prompt) => chat_template::encode(&self.tokenizer, self.template, prompt),
            Input::Text(text) => {
                let start = self.tokenizer.start_token();
                start.into_iter().chain(self.tokenizer.encode(text, Special::Recognised)).collect()
            }
        }
    }

    /// Like [`Engine::generate`], and says what the call cost.
    pub fn generate_with_cost(
        &self,
        requests: &[Request],
        watch: &mut dyn FnMut(Event),
    ) -> (Vec<Result<Generation, RequestError>>, Cost) {
        match self.try_generate(requests, watch) {
            Ok(result) => result,
            Err(error) => {
                let failed = || Err(RequestError::Failed(format!("{error:#}")));
                (requests.iter().map(|_| failed()).collect(), Cost::default())
            }
        }
    }

    fn try_generate(
        &self,
        requests: &[Request],
        watch: &mut dyn FnMut(Event),
    ) -> Result<(Vec<Result<Generation, RequestError>>, Cost)> {
        let mut letters: Vec<Option<Letters>> =
            requests.iter().map(|request| letters_of(&request.options)).collect();
        letters.sort_unstable();
        letters.dedup();
        let heads =
            letters.iter().map(|&letters| self.head(letters)).collect::<Result<Vec<_>>>()?;
        let heads: Vec<Head<'_>> = heads.iter().map(|head| head.borrowed()).collect();
        let prompts: Vec<Vec<u32>> =
            requests.iter().map(|request| self.encode(&request.input)).collect();
        let lengths: Vec<usize> = prompts.iter().map(Vec::len).collect();
        let jobs = requests.iter().zip(prompts).map(|(request, prompt)| Job {
            prompt,
            options: &request.options,
            head: letters.binary_search(&letters_of(&request.options)).unwrap_or_default(),
            reached_stop: self.stop_watcher(&request.options.stop),
        });
        let ends = self.tokenizer.end_tokens();
        let (results, cost) =
            schedule::run(&self.decoder, &heads, ends, jobs.collect(), &self.limits, watch)?;
        let generations = (results.into_iter().zip(requests).zip(lengths))
            .map(|((result, request), prompt_tokens)| {
                result.map(|continuation| {
                    self.generation(continuation, prompt_tokens, &request.options.stop)
                })
            })
            .collect();
        Ok((generations, cost))
    }

    /// Continues prompts of tokens by exactly `options.max_new_tokens` tokens each, end tokens
    /// being tokens like others; for measuring and comparing.
    ///
    /// # Errors
    /// When the model itself fails.
    pub fn continue_tokens(
        &self,
        prompts: Vec<Vec<u32>>,
        options: &GenerationOptions,
    ) -> Result<Vec<Result<Continuation, RequestError>>> {
        self.continue_tokens_watched(prompts, options, &mut |_| {})
    }

    /// Like [`Self::continue_tokens`], and says how it goes on.
    ///
    /// # Errors
    /// When the model itself fails.
    pub fn continue_tokens_watched(
        &self,
        prompts: Vec<Vec<u32>>,
        options: &GenerationOptions,
        watch: &mut dyn FnMut(Event),
    ) -> Result<Vec<Result<Continuation, RequestError>>> {
        let head = self.head(letters_of(options))?;
        let heads = [head.borrowed()];
        let jobs = prompts
            .into_iter()
            .map(|prompt| Job { prompt, options, head: 0, reached_stop: Box::new(|_| false) })
            .collect();
        Ok(schedule::run(&self.decoder, &heads, &[], jobs, &self.limits, watch)?.0)
    }

    fn head(&self, letters: Option<Letters>) -> Result<Arc<OutputHead>> {
        self.heads.get(letters, &self.decoder, &self.tokenizer)
    }

    /// Says, token by token, when the text holds one of `stops`.
    fn stop_watcher<'a>(&'a self, stops: &'a [String]) -> Box<dyn FnMut(u32) -> bool + 'a> {
        if stops.is_empty() {
            return Box::new(|_| false);
        }
        let mut stream: DecodeStream<'_> = self.tokenizer.decode_stream();
        let mut text = String::new();
        Box::new(move |token| {
            text.push_str(&stream.push(token));
            stops.iter().any(|stop| text.contains(stop.as_str()))
        })
    }

    fn generation(
        &self,
        continuation: Continuation,
        prompt_tokens: usize,
        stops: &[String],
    ) -> Generation {
        let Continuation { tokens, logprobs, stop } = continuation;
        let mut text = self.tokenizer.decode(&tokens);
        if stop == StopReason::StopString
            && let Some(end) = stop_start(&text, stops)
        {
            text.truncate(end);
        }
        Generation { text, prompt_tokens, tokens, logprobs, stop }
    }

    /// The logits after each of the last `count` of `tokens`, (count, vocabulary); for comparing
    /// with other implementations.
    ///
    /// # Errors
    /// When a token is outside the vocabulary or the device fails.
    pub fn logits(&self, tokens: &[u32], count: usize) -> Result<Vec<Vec<f32>>> {
        let mut store: KeyValueStore =
            self.decoder.key_value_store(tokens.len(), self.limits.key_value_type)?;
        let mut pages = Pages::default();
        anyhow::ensure!(
            store.cache.reserve(&mut pages, tokens.len()),
            "no room for {} tokens",
            tokens.len()
        );
        let head = self.head(None)?;
        let mut logits = Vec::new();
        for (number, chunk) in tokens.chunks(self.limits.step_rows).enumerate() {
            let start = number * self.limits.step_rows;
            let wanted = (tokens.len() - count).saturating_sub(start).min(chunk.len());
            let outputs: Vec<usize> = (wanted..chunk.len()).collect();
            let segments = [Segment { pages: pages.ids(), start, rows: 0..chunk.len() }];
            let step = Pass { tokens: chunk, segments: &segments, outputs: &outputs };
            let hidden = self.decoder.forward(&step, &mut store)?;
            if !outputs.is_empty() {
                logits.extend(head.matrix.forward(&hidden)?.to_vec2::<f32>()?);
            }
        }
        Ok(logits)
    }
}

fn letters_of(options: &GenerationOptions) -> Option<Letters> {
    options.script.map(Letters::from)
}

impl Engine for DecoderEngine {
    fn name(&self) -> &str {
        &self.name
    }

    fn context_tokens(&self) -> usize {
        self.decoder.config().context.min(self.limits.cached_tokens)
    }

    fn count_tokens(&self, input: &Input) -> Result<usize> {
        Ok(self.encode(input).len())
    }

    fn generate(
        &self,
        requests: &[Request],
        watch: &mut dyn FnMut(Event),
    ) -> Vec<Result<Generation, RequestError>> {
        self.generate_with_cost(requests, watch).0
    }
}

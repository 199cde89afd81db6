//! The seam between the desk and the models: the rest of the program sees [`Engine`] alone.
//! Only this folder names Candle or `tokenizers`.

use crate::language::Language;
use crate::prompt::Prompt;

pub mod chat_template;
pub mod classifier;
pub mod decoder;
mod decoder_engine;
pub mod device;
mod endings;
pub mod formats;
pub mod kernels;
mod load;
pub mod mapped_file;
pub mod measure;
mod progress;
mod sampling;
pub mod schedule;
pub mod scripted;
pub mod seq2seq;
mod settings;
pub mod tokenizer;

pub use decoder_engine::{DecoderEngine, Setup};
pub use load::{
    DEFAULT_KEY_VALUE_BYTES, KeyValueMemory, LoadOptions, Loader, load, load_file, open_adapter,
    own_chat_template,
};
pub use progress::{Progress, Stage};
#[cfg(test)]
pub use settings::shown;
pub use settings::{decimal, generation_settings, otherwise};

/// What is put before a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Rendered with the model's chat template; control tokens written in the text stay plain text.
    Chat(Prompt),
    /// Taken as it is, with only the model's own start token before it.
    Text(String),
}

/// How the next token is chosen.
#[derive(Clone, Debug, PartialEq)]
pub enum Sampling {
    /// Always the likeliest token.
    Greedy,
    /// A token by its probability.
    Random {
        /// Below 1 prefers likely tokens, above 1 evens out.
        temperature: f32,
        /// Only so many of the likeliest.
        top_k: Option<usize>,
        /// Only the likeliest that have this probability together.
        top_p: Option<f32>,
        /// Only those with this share of the likeliest one's probability.
        min_p: Option<f32>,
        /// Where random choices begin.
        seed: u64,
    },
    /// Beam search with length normalisation; sequence-to-sequence models only.
    Beam {
        /// Hypotheses that are followed.
        width: usize,
        /// The power of the length that a score is divided by.
        length_penalty: f32,
    },
}

/// Limits and preferences for one request.
#[derive(Clone, Debug, PartialEq)]
pub struct GenerationOptions {
    /// Most tokens to make.
    pub max_new_tokens: usize,
    /// How tokens are chosen.
    pub sampling: Sampling,
    /// Divides positive and multiplies negative logits of tokens seen in the last
    /// `repetition_window` tokens of the output (Keskar et al. 2019); 1.0 is off.
    pub repetition_penalty: f32,
    /// How many of the last tokens the penalty is for.
    pub repetition_window: usize,
    /// Generation ends before any of these; none of them is in the text.
    pub stop: Vec<String>,
    /// Only letters of this language's script may be produced.
    pub script: Option<Language>,
    /// What to do when the text goes round in circles.
    pub on_loop: OnLoop,
}

/// What to do when the same tokens come round again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnLoop {
    /// End with [`StopReason::Repetition`] and cut the text before the loop.
    Stop,
    /// Let it.
    GoOn,
}

impl Default for GenerationOptions {
    fn default() -> Self {
        Self {
            max_new_tokens: 256,
            sampling: Sampling::Greedy,
            repetition_penalty: 1.0,
            repetition_window: 64,
            stop: Vec::new(),
            script: None,
            on_loop: OnLoop::Stop,
        }
    }
}

/// One thing to generate.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// What the model is given.
    pub input: Input,
    /// How it goes on from there.
    pub options: GenerationOptions,
}

/// Why a generation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// The model said that it is done.
    EndOfText,
    /// A string came that ends the answer.
    StopString,
    /// There was no room for more.
    TokenLimit,
    /// The same words came round again and again; the text is cut before the loop.
    Repetition,
}

/// What a model answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Generation {
    /// The tokens as text.
    pub text: String,
    /// Tokens that the model was given.
    pub prompt_tokens: usize,
    /// Ids of the tokens that it made.
    pub tokens: Vec<u32>,
    /// Natural log-probability of each of `tokens` under the model, before sampling settings.
    pub logprobs: Vec<f32>,
    /// Why it stopped.
    pub stop: StopReason,
}

/// Why one request failed; the others of its call go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// The prompt leaves no room for the answer.
    #[error(
        "the prompt has {tokens} tokens, and the model takes {context} with the answer; split the text"
    )]
    TooLong {
        /// Tokens of the prompt.
        tokens: usize,
        /// Most tokens that the model takes, those of the answer included.
        context: usize,
    },
    /// Anything else, in words.
    #[error("{0}")]
    Failed(String),
}

/// What happens while a call runs, for progress bars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// So many prompt tokens were read.
    Prefilled(usize),
    /// So many tokens were generated.
    Decoded(usize),
    /// The request with this index has its result.
    Finished(usize),
}

/// A model that is ready to run. No state is left between calls.
pub trait Engine {
    /// Name of the registry entry or file, for `origin`.
    fn name(&self) -> &str;

    /// Most tokens that prompt and answer may have together.
    fn context_tokens(&self) -> usize;

    /// Tokens that `input` takes, template and start token included.
    fn count_tokens(&self, input: &Input) -> anyhow::Result<usize>;

    /// How its makers search for the best answer, where they say so.
    fn own_sampling(&self) -> Option<Sampling> {
        None
    }

    /// One result for each request, in the order of the requests.
    fn generate(
        &self,
        requests: &[Request],
        watch: &mut dyn FnMut(Event),
    ) -> Vec<Result<Generation, RequestError>>;
}

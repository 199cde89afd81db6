//! The command line: structs only. What is parsed here is carried out in `commands/`.

use std::path::PathBuf;

use bulletin::internals::document::form::{Length, Style};
use bulletin::internals::engine::decoder::KeyValueType;
use bulletin::internals::engine::device::DeviceChoice;
use bulletin::internals::language::Language;
use bulletin::internals::output::Format;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};

pub mod batch;
pub mod bench;
pub mod check;
pub mod doctor;
pub mod evaluate;
pub mod extract;
pub mod models;
pub mod reading;
pub mod store;
pub mod work;
pub mod worker;

use batch::BatchArgs;
use bench::BenchArgs;
use check::CheckArgs;
use doctor::DoctorArgs;
use evaluate::EvaluateArgs;
use extract::ExtractArgs;
use models::ModelsArgs;
use reading::{AdmissionArgs, ReadingArgs};
use store::StoreArgs;
use worker::WorkerArgs;

/// Short briefs of news articles, and translations between English, Turkish and Russian, made on
/// this computer by open models.
#[derive(Parser, Clone, Debug)]
#[command(
    name = "bulletin",
    version,
    after_help = "Exit codes: 0 good; 1 finished, but a check found an error; 2 could not run; \
                  130 interrupted."
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,

    #[command(flatten)]
    pub talk: TalkArgs,

    /// Write what took how long to a file that ui.perfetto.dev and chrome://tracing open
    #[arg(long, value_name = "FILE", global = true)]
    pub trace: Option<PathBuf>,

    /// Answer from a script instead of a model, for tests
    #[arg(long, value_name = "FILE", global = true, hide = true)]
    pub scripted_engine: Option<PathBuf>,

    /// Compute with a lower level of instructions than this processor has, to measure and test it
    #[arg(long, value_name = "LEVEL", global = true, hide = true)]
    pub cpu_level: Option<String>,
}

/// How much is said on standard error.
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct TalkArgs {
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Say more; twice for still more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

#[derive(Subcommand, Clone, Debug)]
pub enum Command {
    /// Write a brief of an article, and its translations
    #[command(visible_alias = "summarize")]
    Summarise(SummariseArgs),
    /// Translate a brief or a text
    Translate(TranslateArgs),
    /// Write briefs of all articles in a folder, with their translations and a digest
    Batch(BatchArgs),
    /// Show what is read of articles, without any model
    Extract(ExtractArgs),
    /// Check a brief or a translation, written by anyone, against its source
    Check(CheckArgs),
    /// Answer each JSON line on standard input with one on standard output
    Worker(WorkerArgs),
    /// Let a model go on from a prompt, without anything around it
    Generate(GenerateArgs),
    /// List, fetch and find models
    Models(ModelsArgs),
    /// Measure how fast models run on this computer
    Bench(BenchArgs),
    /// Show what this computer offers and which models are here
    Doctor(DoctorArgs),
    /// Measure the checks and the extractive briefs
    Evaluate(EvaluateArgs),
    /// Print a script that completes commands in a shell
    Completions {
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
}

/// What models run with.
#[derive(Args, Clone, Debug)]
pub struct RunArgs {
    /// The set of models to use (`bulletin models list` shows them)
    #[arg(long, value_name = "NAME", default_value = "starter")]
    pub profile: String,

    /// Have each sentence judged by an entailment model, too: a name of the registry, a folder, or
    /// none to do without the profile's (--entailment is the old name)
    #[arg(long = "judge", alias = "entailment", value_name = "MODEL")]
    pub entailment: Option<String>,

    /// Translations of each sentence to choose from, for models that go on from a text; 1 takes the
    /// model's likeliest [default: what the registry says of the model]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub candidates: Option<u8>,

    #[command(flatten)]
    pub machine: MachineArgs,

    /// Take prompts from DIR; files that it lacks are the built-in ones
    #[arg(long, value_name = "DIR")]
    pub prompts: Option<PathBuf>,

    #[command(flatten)]
    pub store: StoreArgs,
}

/// Where and how models compute.
#[derive(Args, Clone, Debug)]
pub struct MachineArgs {
    /// auto, cpu, cuda, cuda:N or metal
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    pub device: DeviceChoice,

    /// Processor threads [default: all that the process may use]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,

    /// Most MiB for the keys and values of all texts that are in work at a time [default: a quarter
    /// of the memory that is free, 2048 at most; on a GPU four fifths of what is free there]
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u32).range(1..))]
    pub kv_memory: Option<u32>,

    /// How keys and values are kept: f16, or q8 in half the memory
    #[arg(long, value_name = "TYPE", default_value = "f16", value_parser = key_value_type())]
    pub kv_type: KeyValueType,

    /// Most tokens to guess ahead by copying from the text, while one to four texts are in work: the same
    /// answers in fewer passes over the model; 0 to leave it
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u8).range(..=32))]
    pub draft: u8,

    /// Where random choices begin; the same seed gives the same text
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
}

/// Where and how results are written.
#[derive(Args, Clone, Debug)]
pub struct OutputArgs {
    /// text, markdown or json
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = format())]
    pub format: Format,

    /// Write to FILE instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,

    /// Rather nothing than something with a warning
    #[arg(long)]
    pub strict: bool,
}

/// What a brief is made by.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    Model,
    Extractive,
}

#[derive(Args, Clone, Debug)]
pub struct SummariseArgs {
    /// The article: a file of any format that is read, or - for standard input
    #[arg(value_name = "ARTICLE")]
    pub article: PathBuf,

    /// Languages to translate the brief into: en, tr, ru
    #[arg(long, value_name = "LANG", value_delimiter = ',')]
    pub to: Vec<Language>,

    /// The article's language, when it should not be detected
    #[arg(long, value_name = "LANG")]
    pub from: Option<Language>,

    /// wire (a paragraph), bullets or headline
    #[arg(long, value_name = "STYLE", default_value = "wire", value_parser = style())]
    pub style: Style,

    /// short (20 to 40 words), normal (40 to 70) or long (70 to 120)
    #[arg(long, value_name = "LENGTH", default_value = "normal", value_parser = length())]
    pub length: Length,

    /// Who writes the brief: the profile's model, or the article's own best sentences
    #[arg(long, value_enum, value_name = "ENGINE", default_value_t = Writer::Model)]
    pub engine: Writer,

    /// Of a file with several articles, only the one with this number, from 1
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub item: Option<u32>,

    #[command(flatten)]
    pub reading: ReadingArgs,

    #[command(flatten)]
    pub admission: AdmissionArgs,

    /// Show each sentence beside the sentences of the article that it rests on
    #[arg(long)]
    pub explain: bool,

    #[command(flatten)]
    pub output: OutputArgs,

    #[command(flatten)]
    pub run: RunArgs,
}

#[derive(Args, Clone, Debug)]
pub struct TranslateArgs {
    /// A brief in bulletin's JSON, a plain text, or - for standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// The language to translate into: en, tr or ru
    #[arg(long, value_name = "LANG")]
    pub to: Language,

    /// The language of the text, when it should not be detected
    #[arg(long, value_name = "LANG")]
    pub from: Option<Language>,

    /// One line is one sentence: as many lines come out as go in
    #[arg(long)]
    pub lines: bool,

    /// Write what was found to FILE, one JSON object a sentence
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,

    /// Terms and names to use: TSV with a header of languages (en, tr, ru), or TBX
    #[arg(long, value_name = "FILE")]
    pub glossary: Option<PathBuf>,

    /// Print the way that the text would go, with models and licences, and stop
    #[arg(long)]
    pub explain: bool,

    #[command(flatten)]
    pub output: OutputArgs,

    #[command(flatten)]
    pub run: RunArgs,
}

#[derive(Args, Clone, Debug)]
#[command(group = clap::ArgGroup::new("question").required(true).args(["prompt", "prompt_file"]))]
pub struct GenerateArgs {
    /// A model of the registry, a .gguf file, or a folder with config.json, tokenizer.json and safetensors
    #[arg(long, value_name = "NAME|FILE|FOLDER")]
    pub model: String,

    /// The text to go on from
    #[arg(long, value_name = "TEXT")]
    pub prompt: Option<String>,

    /// Take the text from FILE, or - for standard input
    #[arg(long, value_name = "FILE")]
    pub prompt_file: Option<PathBuf>,

    /// Most tokens to write
    #[arg(long, value_name = "N", default_value_t = 256)]
    pub max_tokens: usize,

    /// 0 always takes the likeliest token
    #[arg(long, value_name = "T", default_value_t = 0.0)]
    pub temperature: f32,

    /// Put the prompt as a user's turn into the model's chat template
    #[arg(long)]
    pub chat: bool,

    /// The chat template of a model outside the registry, if its own is not recognised (chatml, gemma, …)
    #[arg(long, value_name = "NAME", requires = "chat")]
    pub template: Option<String>,

    /// text or json
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = text_or_json())]
    pub format: Format,

    #[command(flatten)]
    pub machine: MachineArgs,

    #[command(flatten)]
    pub store: StoreArgs,
}

pub fn style() -> impl TypedValueParser<Value = Style> {
    PossibleValuesParser::new(["wire", "bullets", "headline"]).map(|name| match name.as_str() {
        "bullets" => Style::Bullets,
        "headline" => Style::Headline,
        _ => Style::Wire,
    })
}

fn key_value_type() -> impl TypedValueParser<Value = KeyValueType> {
    PossibleValuesParser::new(["f16", "q8"]).map(|name| match name.as_str() {
        "q8" => KeyValueType::Q8,
        _ => KeyValueType::F16,
    })
}

pub fn length() -> impl TypedValueParser<Value = Length> {
    PossibleValuesParser::new(["short", "normal", "long"]).map(|name| match name.as_str() {
        "short" => Length::Short,
        "long" => Length::Long,
        _ => Length::Normal,
    })
}

pub fn text_or_json() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(["text", "json"]).map(|name| named_format(&name))
}

pub fn format() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(["text", "markdown", "json"]).map(|name| named_format(&name))
}

fn named_format(name: &str) -> Format {
    match name {
        "markdown" => Format::Markdown,
        "json" => Format::Json,
        _ => Format::Text,
    }
}

//! Arguments of `bulletin bench`.

use std::path::PathBuf;

use bulletin::internals::engine::Sampling;
use bulletin::internals::engine::device::default_threads;
use clap::Args;

use super::MachineArgs;
use super::models::ListFormat;
use super::store::StoreArgs;

#[derive(Args, Clone, Debug)]
pub struct BenchArgs {
    /// Measure every model of a profile and say what that means for this computer
    #[arg(long, value_name = "NAME", default_value = "starter", conflicts_with = "model")]
    pub profile: String,

    /// Measure one model: of the registry, a .gguf file, or a folder with a Marian or T5 model
    #[arg(long, value_name = "NAME|FILE.gguf")]
    pub model: Option<String>,

    /// Tokens of each prompt [default: 512; 25 for Marian and T5]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub prompt_tokens: Option<u32>,

    /// Tokens to make for each prompt
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(2..))]
    pub new_tokens: u32,

    /// Prompts at a time; several numbers with commas between them are measured one after another
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "1",
          value_parser = clap::value_parser!(u16).range(1..))]
    pub batch: Vec<u16>,

    /// Hypotheses of a Marian or T5 model
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub beam: u16,

    /// Timed runs; the middle one counts
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    pub repetitions: u16,

    /// Measure also what the processor and its memory can do at most
    #[arg(long)]
    pub ceiling: bool,

    /// A JSON array of token ids, or of such arrays, instead of prompts of our own
    #[arg(long, value_name = "FILE", hide = true)]
    pub prompt_file: Option<PathBuf>,

    /// Compute the common beginning of the prompts once
    #[arg(long, hide = true)]
    pub share_prefixes: bool,

    /// A table to read, or JSON for programs
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub format: ListFormat,

    #[command(flatten)]
    pub machine: MachineArgs,

    #[command(flatten)]
    pub store: StoreArgs,
}

impl BenchArgs {
    pub fn threads(&self) -> usize {
        self.machine.threads.map_or_else(default_threads, usize::from)
    }

    pub fn sampling(&self) -> Sampling {
        match self.beam {
            0 | 1 => Sampling::Greedy,
            width => Sampling::Beam { width: usize::from(width), length_penalty: 1.0 },
        }
    }
}

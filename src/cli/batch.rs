//! Arguments of `bulletin batch`.

use std::path::PathBuf;

use bulletin::internals::batch::near::Dedupe;
use bulletin::internals::batch::shard::Shard;
use bulletin::internals::language::Language;
use clap::{Args, ValueEnum};

use super::work::WorkArgs;

#[derive(Args, Clone, Debug)]
pub struct BatchArgs {
    /// The folder with the articles, or one file that holds many
    #[arg(value_name = "FOLDER", required_unless_present = "merge")]
    pub folder: Option<PathBuf>,

    /// Where results go: ID.json for each article, digest.html, briefs.jsonl, report.json
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,

    /// Further formats, written beside each JSON file
    #[arg(long, value_name = "FORMAT", value_delimiter = ',', value_enum)]
    pub format: Vec<BatchFormat>,

    /// The articles' language, when it should not be detected
    #[arg(long, value_name = "LANG")]
    pub from: Option<Language>,

    /// Only the first N articles
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,

    /// Only files changed since then: 2026-11-20, 2026-11-20T06:30 (UTC), 24h, 7d
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,

    /// Articles in work at a time: more use the model better, and take more memory
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = positive)]
    pub jobs: usize,

    /// Try again what failed in an earlier run
    #[arg(long)]
    pub retry_failed: bool,

    /// Go on and take new files as they arrive, until stopped
    #[arg(long, conflicts_with_all = ["merge", "shard", "limit"])]
    pub watch: bool,

    /// Do only part I of N; taken from Slurm's and Kubernetes' variables where they are set
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,

    /// Make the digest and the report of all shards, and nothing else
    #[arg(long, conflicts_with = "shard")]
    pub merge: bool,

    /// Take over the output folder from another run that is known to be gone
    #[arg(long)]
    pub break_lock: bool,

    /// How to show progress: a bar on a terminal, else lines
    #[arg(long, value_name = "KIND", default_value = "auto", value_enum)]
    pub progress: ProgressKind,

    /// Most articles on the HTML page, the newest first
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = positive)]
    pub page_articles: usize,

    /// Articles that tell the same story: brief all and show one entry with its sources (mark),
    /// brief the earliest only (skip), or take no notice (off)
    #[arg(long, value_name = "WHAT", default_value = "mark", value_enum)]
    pub dedupe: DedupeChoice,

    #[command(flatten)]
    pub work: WorkArgs,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchFormat {
    Json,
    Text,
    Markdown,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum DedupeChoice {
    Off,
    Mark,
    Skip,
}

impl From<DedupeChoice> for Dedupe {
    fn from(choice: DedupeChoice) -> Self {
        match choice {
            DedupeChoice::Off => Dedupe::Off,
            DedupeChoice::Mark => Dedupe::Mark,
            DedupeChoice::Skip => Dedupe::Skip,
        }
    }
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgressKind {
    Auto,
    Bar,
    Lines,
    Json,
    None,
}

fn positive(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|number| *number > 0).ok_or_else(|| "give a number from 1".to_string())
}

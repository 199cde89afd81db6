//! Arguments of `bulletin evaluate`.

use std::path::PathBuf;

use bulletin::internals::language::Language;
use clap::{Args, Subcommand};

use super::RunArgs;

#[derive(Args, Clone, Debug)]
pub struct EvaluateArgs {
    #[command(subcommand)]
    pub what: What,
}

#[derive(Subcommand, Clone, Debug)]
pub enum What {
    /// Precision and recall of each check on briefs and translations that were changed or are true
    Checks(ChecksArgs),
    /// Extractive briefs of many articles, one JSON object a line, for ROUGE
    Extractive(ExtractiveArgs),
    /// What the adequacy of translations is judged by, one JSON object a line, for `lexicon/calibrate.py`
    #[command(hide = true)]
    Adequacy(AdequacyArgs),
    /// chrF++ and BLEU of translations against those of people
    Translation(Box<TranslationArgs>),
}

#[derive(Args, Clone, Debug)]
pub struct ExtractiveArgs {
    /// One JSON object a line with `id`, `lang` and `text`, paragraphs divided by line breaks
    #[arg(value_name = "FILE")]
    pub articles: PathBuf,
}

#[derive(Args, Clone, Debug)]
pub struct ChecksArgs {
    /// One JSON object a line: articles, and cases that name them
    #[arg(long, value_name = "FILE", default_value = "tests/fixtures/checks/cases.jsonl")]
    pub cases: PathBuf,

    /// Print the cases that were judged wrongly, too
    #[arg(long)]
    pub errors: bool,
}

#[derive(Args, Clone, Debug)]
pub struct AdequacyArgs {
    /// One JSON object a line with `source`, `from`, `translation` and `to`
    #[arg(value_name = "FILE")]
    pub pairs: PathBuf,
}

#[derive(Args, Clone, Debug)]
pub struct TranslationArgs {
    /// Sentences to translate, one a line
    #[arg(long, value_name = "FILE")]
    pub source: PathBuf,

    /// Their translations by people, line for line
    #[arg(long, value_name = "FILE")]
    pub reference: PathBuf,

    /// The language of the source
    #[arg(long, value_name = "LANG")]
    pub from: Language,

    /// The language of the reference
    #[arg(long, value_name = "LANG")]
    pub to: Language,

    /// Measure this model instead of the route of the profile
    #[arg(long, value_name = "NAME")]
    pub model: Option<String>,

    /// Take only the first N lines
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,

    /// Take the model's first answers as they are: no mending, no second attempt
    #[arg(long)]
    pub first_answer: bool,

    /// Write the translations to FILE, one a line
    #[arg(long, value_name = "FILE")]
    pub translations: Option<PathBuf>,

    /// text or json
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    pub format: String,

    #[command(flatten)]
    pub run: RunArgs,
}

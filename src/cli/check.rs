//! Arguments of `bulletin check`.

use std::path::PathBuf;

use bulletin::internals::language::Language;
use bulletin::internals::output::Format;
use clap::{Args, ValueEnum};

use super::{RunArgs, text_or_json};

#[derive(Args, Clone, Debug)]
pub struct CheckArgs {
    /// The text to check, or - for standard input
    #[arg(value_name = "TEXT")]
    pub text: PathBuf,

    /// What it must be true to: an article, or the text that it translates
    #[arg(long, value_name = "SOURCE")]
    pub against: PathBuf,

    /// What the text is [default: a brief where the language is the same, else a translation]
    #[arg(long = "as", value_name = "KIND")]
    pub kind: Option<Kind>,

    /// Who translated: anyone, or a model whose drafts are wrong more often than right
    #[arg(long, value_name = "WHO", default_value = "anyone")]
    pub by: Translator,

    /// The language of SOURCE, when it should not be detected
    #[arg(long, value_name = "LANG")]
    pub from: Option<Language>,

    /// The language of TEXT, when it should not be detected
    #[arg(long, value_name = "LANG")]
    pub to: Option<Language>,

    /// Line N of TEXT translates line N of SOURCE
    #[arg(long)]
    pub lines: bool,

    /// text or json; with --lines, one JSON object a line
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = text_or_json())]
    pub format: Format,

    /// A warning counts like an error
    #[arg(long)]
    pub strict: bool,

    #[command(flatten)]
    pub run: RunArgs,
}

/// Who translated a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Translator {
    /// Whoever is not known, people and good systems
    Anyone,
    /// A very small model
    Draft,
}

/// What a text is to its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    Brief,
    Translation,
}

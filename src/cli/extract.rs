//! Arguments of `bulletin extract`.

use std::path::PathBuf;

use bulletin::internals::language::Language;
use bulletin::internals::output::Format;
use clap::Args;

use super::format;
use super::reading::ReadingArgs;

#[derive(Args, Clone, Debug)]
pub struct ExtractArgs {
    /// Files with articles, or - for standard input
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,

    /// text, markdown or json (one line an article)
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = format())]
    pub format: Format,

    /// The articles' language, when it should not be detected
    #[arg(long, value_name = "LANG")]
    pub from: Option<Language>,

    #[command(flatten)]
    pub reading: ReadingArgs,
}

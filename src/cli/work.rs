//! Arguments of the commands that work on many articles: what briefs are to be like, how articles are read and
//! which are let in.

use bulletin::internals::document::Strictness;
use bulletin::internals::document::form::{Length, Style};
use bulletin::internals::language::Language;
use bulletin::internals::newsroom::Form;
use clap::Args;

use super::reading::{AdmissionArgs, ReadingArgs};
use super::{RunArgs, length, style};

/// The work on each article.
#[derive(Args, Clone, Debug)]
pub struct WorkArgs {
    /// Languages to have each brief in: en, tr, ru. The article's own is always there
    #[arg(long, value_name = "LANG", value_delimiter = ',')]
    pub to: Vec<Language>,

    /// wire (a paragraph), bullets or headline
    #[arg(long, value_name = "STYLE", default_value = "wire", value_parser = style())]
    pub style: Style,

    /// short (20 to 40 words), normal (40 to 70) or long (70 to 120)
    #[arg(long, value_name = "LENGTH", default_value = "normal", value_parser = length())]
    pub length: Length,

    /// Rather nothing than something with a warning
    #[arg(long)]
    pub strict: bool,

    #[command(flatten)]
    pub run: RunArgs,

    #[command(flatten)]
    pub reading: ReadingArgs,

    #[command(flatten)]
    pub admission: AdmissionArgs,
}

impl WorkArgs {
    /// What briefs are to be like.
    pub fn form(&self) -> Form {
        let strictness = if self.strict { Strictness::Warnings } else { Strictness::Errors };
        Form { style: self.style, length: self.length, strictness }
    }

    /// Each language once, in the order in which lists are printed.
    pub fn targets(&self) -> Vec<Language> {
        Language::ALL.into_iter().filter(|language| self.to.contains(language)).collect()
    }
}

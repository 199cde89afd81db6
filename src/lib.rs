//! `bulletin` turns incoming news articles into short briefs and carries them between English,
//! Turkish and Russian, with open transformer models run locally on Candle.
//!
//! A [`Newsroom`] is opened once with a [`Config`]; everything is asked of it:
//!
//! ```no_run
//! use bulletin::{Config, Form, Format, Language, Newsroom, Paper, Reader, render};
//!
//! # fn main() -> anyhow::Result<()> {
//! let newsroom = Newsroom::open(Config::default())?;
//! let article = Reader::default().read("flood.html", &std::fs::read("flood.html")?)?;
//! let targets = [Language::Turkish, Language::Russian];
//! let document = newsroom.summarise(article, &Form::default(), &targets, &mut |_| {})?;
//! print!("{}", render(&document, Format::Text, Paper::Pipe)?);
//! # Ok(())
//! # }
//! ```
//!
//! The path of the data, in the order in which the modules are declared:
//!
//! ```text
//! bytes → Article → Prompt → Generation → Brief → Vec<Finding> → text on stdout or files on disk
//! ```

mod language;

mod article;
mod segment;

mod cluster;

mod document;

mod analysis;

mod checks;

mod prompt;

mod models;

mod engine;

mod entailment;

mod brief;

mod comparison;

mod translation;

mod evaluation;

mod output;

mod files;

mod batch;

mod newsroom;

#[doc(hidden)]
pub mod internals;

pub use article::{Article, ArticleError, Limits, Reader};
pub use comparison::{Pair, Report};
pub use document::form::{Length, Style};
pub use document::{
    Brief, BriefPath, BriefSentence, Check, Document, Entailment, Evidence, Finding, Origin,
    SCHEMA, Severity, Span, Strictness,
};
pub use engine::{LoadOptions, Progress};
pub use language::Language;
pub use models::{Network, Places};
pub use newsroom::{
    Config, Form, Keep, Kept, Newsroom, TextOptions, TextPlan, TextRun, TranslationOptions, Window,
};
pub use output::{Format, Paper, render};
pub use translation::briefs::TranslatedBrief;
pub use translation::glossary::Glossary;
pub use translation::layout::Cut;

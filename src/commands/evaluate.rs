//! `bulletin evaluate`: how good the checks, the extractive briefs and translations are, measured on case files.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use bulletin::article::Article;
use bulletin::brief::extractive::{Options, brief};
use bulletin::checks::{Checker, assess_sentence, benchmark};
use bulletin::language::Language;
use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::json;

use super::Outcome;
use super::models::print;
use crate::cli::Cli;
use translation::TranslationArgs;

mod translation;

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

/// Runs `bulletin evaluate`. Finds fault with nothing: the table is the result.
pub fn run(args: &EvaluateArgs, cli: &Cli) -> Result<Outcome> {
    match &args.what {
        What::Checks(args) => checks(args),
        What::Extractive(args) => extractive(args),
        What::Adequacy(args) => adequacy(args),
        What::Translation(args) => translation::run(args, cli),
    }
}

fn checks(args: &ChecksArgs) -> Result<Outcome> {
    let lines = read(&args.cases)?;
    let outcomes = benchmark::outcomes(&lines)
        .with_context(|| format!("cannot use the case file '{}'", args.cases.display()))?;
    print(&benchmark::table(&outcomes))?;
    if args.errors {
        print(&benchmark::mistakes(&outcomes))?;
    }
    Ok(Outcome::Success)
}

#[derive(Deserialize)]
struct Row {
    id: String,
    lang: Language,
    text: String,
}

fn extractive(args: &ExtractiveArgs) -> Result<Outcome> {
    for (at, line) in read(&args.articles)?.lines().enumerate() {
        let row: Row = serde_json::from_str(line).with_context(|| {
            format!("line {} of '{}' is no article", at + 1, args.articles.display())
        })?;
        let article = Article {
            id: row.id,
            title: None,
            language: row.lang,
            published: None,
            source: args.articles.display().to_string(),
            sha256: String::new(),
            paragraphs: row.text.lines().map(str::to_string).collect(),
            notes: Vec::new(),
            ..Article::empty(row.lang)
        };
        let brief = brief(&article, &Options::default());
        let sentences: Vec<String> =
            brief.into_iter().flat_map(|brief| brief.sentences).map(|s| s.text).collect();
        print(&format!("{}\n", json!({"id": article.id, "sentences": sentences})))?;
    }
    Ok(Outcome::Success)
}

#[derive(Deserialize)]
struct Pair {
    source: String,
    from: Language,
    translation: String,
    to: Language,
}

fn adequacy(args: &AdequacyArgs) -> Result<Outcome> {
    let tables = Checker::new();
    for (at, line) in read(&args.pairs)?.lines().enumerate() {
        let pair: Pair = serde_json::from_str(line)
            .with_context(|| format!("line {} of '{}' is no pair", at + 1, args.pairs.display()))?;
        let Pair { source, from, translation, to } = pair;
        let found = assess_sentence(&tables, &source, from, &translation, to);
        let listed = found.findings.iter();
        let listed = listed.map(|found| json!([found.check, found.severity, found.message]));
        let row = json!({
            "adequacy": found.adequacy,
            "values": found.features,
            "findings": listed.collect::<Vec<_>>(),
        });
        print(&format!("{row}\n"))?;
    }
    Ok(Outcome::Success)
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path)
        .with_context(|| format!("cannot read '{}'; name a case file with --cases", path.display()))
}

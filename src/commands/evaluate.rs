//! `bulletin evaluate`: how good the checks, the extractive briefs and translations are, measured on case files.

use std::path::Path;

use anyhow::{Context, Result};
use bulletin::internals::analysis::analysed::AnalysedArticle;
use bulletin::internals::article::Article;
use bulletin::internals::brief::extractive::{Options, brief};
use bulletin::internals::checks::adequacy::Quality;
use bulletin::internals::checks::{Checker, assess_sentence, benchmark};
use bulletin::internals::language::Language;
use serde::Deserialize;
use serde_json::json;

use super::Ending;
use super::models::print;
use crate::cli::Cli;
use crate::cli::evaluate::{AdequacyArgs, ChecksArgs, EvaluateArgs, ExtractiveArgs, What};

mod translation;

/// Runs `bulletin evaluate`. Finds fault with nothing: the table is the result.
pub fn run(args: &EvaluateArgs, cli: &Cli) -> Result<Ending> {
    match &args.what {
        What::Checks(args) => checks(args),
        What::Extractive(args) => extractive(args),
        What::Adequacy(args) => adequacy(args),
        What::Translation(args) => translation::run(args, cli),
    }
}

fn checks(args: &ChecksArgs) -> Result<Ending> {
    let lines = read(&args.cases)?;
    let outcomes = benchmark::outcomes(&lines)
        .with_context(|| format!("cannot use the case file '{}'", args.cases.display()))?;
    print(&benchmark::table(&outcomes))?;
    if args.errors {
        print(&benchmark::mistakes(&outcomes))?;
    }
    Ok(Ending::Success)
}

#[derive(Deserialize)]
struct Row {
    id: String,
    lang: Language,
    text: String,
}

fn extractive(args: &ExtractiveArgs) -> Result<Ending> {
    for (at, line) in read(&args.articles)?.lines().enumerate() {
        let row: Row = serde_json::from_str(line).with_context(|| {
            format!("line {} of '{}' is no article", at + 1, args.articles.display())
        })?;
        let article = Article {
            id: row.id,
            source: args.articles.display().to_string(),
            paragraphs: row.text.lines().map(str::to_string).collect(),
            ..Article::empty(row.lang)
        };
        let brief = brief(&AnalysedArticle::new(&article), &Options::default());
        let sentences: Vec<String> =
            brief.into_iter().flat_map(|brief| brief.sentences).map(|s| s.text).collect();
        print(&format!("{}\n", json!({"id": article.id, "sentences": sentences})))?;
    }
    Ok(Ending::Success)
}

#[derive(Deserialize)]
struct Pair {
    source: String,
    from: Language,
    translation: String,
    to: Language,
    /// Of whoever translated; good when it is not said.
    #[serde(default)]
    quality: Quality,
}

fn adequacy(args: &AdequacyArgs) -> Result<Ending> {
    let tables = Checker::new();
    for (at, line) in read(&args.pairs)?.lines().enumerate() {
        let pair: Pair = serde_json::from_str(line)
            .with_context(|| format!("line {} of '{}' is no pair", at + 1, args.pairs.display()))?;
        let Pair { source, from, translation, to, quality } = pair;
        let found = assess_sentence(&tables, (&source, from), (&translation, to), quality);
        let listed = found.findings.iter();
        let listed = listed.map(|found| json!([found.check, found.severity, found.message]));
        let row = json!({
            "adequacy": found.adequacy,
            "values": found.features,
            "findings": listed.collect::<Vec<_>>(),
        });
        print(&format!("{row}\n"))?;
    }
    Ok(Ending::Success)
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path)
        .with_context(|| format!("cannot read '{}'; name a case file with --cases", path.display()))
}

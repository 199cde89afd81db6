//! `bulletin evaluate translation`: sentences and their references → translations and scores.

use std::path::Path;
use std::rc::Rc;

use anyhow::{Context, Result, bail, ensure};
use bulletin::internals::evaluation::Score;
use bulletin::internals::evaluation::bleu::bleu;
use bulletin::internals::evaluation::chrf::chrf;
use bulletin::internals::newsroom::{Keep, Newsroom};
use bulletin::internals::translation::carry::{Arrived, Load, carry};
use bulletin::internals::translation::judge::Judge;
use bulletin::internals::translation::route::{Leg, Route};
use bulletin::internals::translation::translator::Effort;
use serde_json::json;

use crate::cli::Cli;
use crate::cli::evaluate::TranslationArgs;
use crate::commands::Ending;
use crate::commands::models::print;
use crate::commands::newsroom::open;
use crate::commands::watch::Watch;

/// Translates and scores. Findings are counted, and make no difference to the exit code: the scores
/// are the result.
pub fn run(args: &TranslationArgs, cli: &Cli) -> Result<Ending> {
    let newsroom = open(&args.run, cli, Keep::One)?;
    let (sources, references) = read(args)?;
    let route = match &args.model {
        Some(model) => Route::Direct(leg(&newsroom, model, args)?),
        None => newsroom.route(args.from, args.to)?,
    };
    let judge = Judge::default();
    let mut watch = Watch::new(cli.talk);
    let second =
        newsroom.second_route(&route).filter(|_| !args.first_answer && args.model.is_none());
    let load = Load { sentences: sources, route: route.clone(), second };
    let delivered = carry(
        std::slice::from_ref(&load),
        &mut |name| {
            let mut ready = newsroom.ready(name, &Rc::default())?;
            if args.first_answer {
                ready.translator.effort = Effort::FirstAnswer;
            }
            Ok(ready)
        },
        &|pair, quality| judge.verdict(pair, quality),
        &mut |event| watch.see(event),
    )?;
    watch.finish();
    let sentences = delivered.into_iter().next().context("the text did not come back")?.sentences;
    let translations: Vec<String> = sentences.iter().map(|arrived| arrived.text.clone()).collect();
    if let Some(path) = &args.translations {
        let text = translations.join("\n") + "\n";
        bulletin::internals::files::write_atomically(path, text.as_bytes())?;
    }
    let scores = [
        chrf(&translations, &references, 2),
        chrf(&translations, &references, 0),
        bleu(&translations, &references),
    ];
    print(&report(args, &route, &sentences, &scores))?;
    Ok(Ending::Success)
}

fn leg(newsroom: &Newsroom, model: &str, args: &TranslationArgs) -> Result<Leg> {
    let entry = newsroom.model(model)?;
    if !entry.translates(args.from, args.to) {
        bail!(
            "the model '{model}' does not translate {} into {}",
            args.from.name(),
            args.to.name()
        );
    }
    Ok(Leg { from: args.from, to: args.to, model: model.to_string() })
}

/// Both files, cut to the limit, with the same number of lines.
fn read(args: &TranslationArgs) -> Result<(Vec<String>, Vec<String>)> {
    let lines = |path: &Path| -> Result<Vec<String>> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read '{}'", path.display()))?;
        Ok(text.lines().map(str::to_string).collect())
    };
    let (mut sources, mut references) = (lines(&args.source)?, lines(&args.reference)?);
    ensure!(
        sources.len() == references.len(),
        "'{}' has {} lines and '{}' {}; line N of both has to be the same sentence",
        args.source.display(),
        sources.len(),
        args.reference.display(),
        references.len()
    );
    let limit = args.limit.unwrap_or(sources.len());
    sources.truncate(limit);
    references.truncate(limit);
    ensure!(!sources.is_empty(), "there are no sentences to translate");
    Ok((sources, references))
}

fn report(
    args: &TranslationArgs,
    route: &Route,
    sentences: &[Arrived],
    scores: &[Score],
) -> String {
    let found = sentences.iter().filter(|arrived| !arrived.findings.is_empty()).count();
    if args.format == "json" {
        let scores: Vec<serde_json::Value> = scores
            .iter()
            .map(|score| {
                let Score { name, value, signature } = score;
                json!({"name": name, "score": value, "signature": signature})
            })
            .collect();
        let report = json!({
            "source": args.source, "reference": args.reference, "route": route.to_string(),
            "sentences": sentences.len(), "with_findings": found, "scores": scores,
        });
        return format!("{report:#}\n");
    }
    let mut text = format!("{route}\n{} sentences, {found} with findings\n", sentences.len());
    for score in scores {
        text.push_str(&format!("{:8} {:6.2}  {}\n", score.name, score.value, score.signature));
    }
    text
}

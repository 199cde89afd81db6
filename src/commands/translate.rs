//! `bulletin translate`: a brief or a text in, the same in another language out.

use std::path::Path;
use std::rc::Rc;

use anyhow::{Context, Result, bail};
use bulletin::internals::document::{Document, SCHEMA};
use bulletin::internals::language::Language;
use bulletin::internals::newsroom::{Keep, Newsroom, TranslationOptions, same_language};
use bulletin::internals::output::Format;
use bulletin::internals::translation::glossary::Glossary;

use super::input::{self, Source};
use super::interrupt::Interrupt;
use super::newsroom::{open, strictness};
use super::watch::Watch;
use super::{Ending, models, result};
use crate::cli::{Cli, TranslateArgs};

mod report;
mod text;

pub fn run(args: &TranslateArgs, cli: &Cli, interrupt: &Interrupt) -> Result<Ending> {
    result::check_out(args.output.out.as_ref())?;
    let newsroom = open(&args.run, cli, Keep::One)?;
    let source = input::read(&args.file)?;
    let text = &*source.text()?;
    match document(text, &source)? {
        Some(_) if args.report.is_some() => bail!(
            "--report is for plain texts; the findings of a brief are in its JSON (--format json)"
        ),
        Some(document) => translate_document(document, args, cli, &newsroom, interrupt),
        None => text::translate(text, &source, args, cli, &newsroom, interrupt),
    }
}

/// The glossary of `--glossary`; two columns without a header lead `from` → `to`.
fn glossary(path: Option<&Path>, from: Language, to: Language) -> Result<Rc<Glossary>> {
    let Some(path) = path else { return Ok(Rc::default()) };
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).with_context(|| {
        format!("cannot read the glossary '{shown}'; it has to be a text file in UTF-8")
    })?;
    Ok(Rc::new(Glossary::read(&text, &shown, (from, to))?))
}

/// The text as a document of ours, when it is one.
fn document(text: &str, source: &Source) -> Result<Option<Document>> {
    if !text.trim_start().starts_with('{') {
        return Ok(None);
    }
    let value: serde_json::Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(_) => return Ok(None),
    };
    match value.get("schema").and_then(|schema| schema.as_str()) {
        Some(SCHEMA) => {}
        Some(other) => bail!("{} has the schema '{other}'; it must be '{SCHEMA}'", source.shown()),
        None => bail!(
            "{} is JSON, but not a document of bulletin's (no \"schema\"); give a brief that \
             `bulletin summarise --format json` wrote, or plain text",
            source.shown()
        ),
    }
    let document = serde_json::from_value(value)
        .with_context(|| format!("{} is no complete {SCHEMA} document", source.shown()))?;
    Ok(Some(document))
}

fn translate_document(
    mut document: Document,
    args: &TranslateArgs,
    cli: &Cli,
    newsroom: &Newsroom,
    interrupt: &Interrupt,
) -> Result<Ending> {
    let from = args.from.unwrap_or(document.article.language);
    let Some(brief) = document.briefs.iter().find(|brief| brief.language == from).cloned() else {
        bail!("the document holds no brief in {}; choose another --from", from.name());
    };
    if from == args.to {
        document.briefs = vec![brief];
        return unchanged(document, args, cli, interrupt);
    }
    if args.explain {
        let route = newsroom.route(from, args.to)?;
        models::print(&format!("{}\n", newsroom.explained(&route)?))?;
        return Ok(Ending::Success);
    }
    let options = TranslationOptions {
        strictness: strictness(args.output.strict),
        glossary: glossary(args.glossary.as_deref(), from, args.to)?,
    };
    let mut watch = Watch::new(cli.talk);
    let translated = newsroom.translate(brief, args.to, &options, &mut |it| watch.see(it))?;
    watch.finish();
    // What was found in the briefs that are there already was said when they were made.
    let keeps = args.output.format == Format::Json;
    document.briefs.retain(|known| keeps && known.language != args.to);
    document.findings.retain(|known| keeps && known.language != Some(args.to));
    let fresh = translated.findings.clone();
    document.briefs.extend(translated.brief);
    document.findings.extend(translated.findings);
    result::deliver(&document, &args.output, cli.talk, interrupt)?;
    Ok(result::outcome(&fresh))
}

fn unchanged(
    mut document: Document,
    args: &TranslateArgs,
    cli: &Cli,
    interrupt: &Interrupt,
) -> Result<Ending> {
    let note = same_language(args.to);
    if !cli.talk.quiet && args.output.format != Format::Json {
        eprintln!("{}", bulletin::internals::output::text::finding(&note));
    }
    document.findings.push(note);
    result::deliver(&document, &args.output, cli.talk, interrupt)?;
    Ok(Ending::Success)
}

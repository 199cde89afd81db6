//! `bulletin summarise`: one article in, its brief and translations out.

use anyhow::{Result, anyhow, bail};
use bulletin::internals::article::{Article, ArticleError};
use bulletin::internals::newsroom::{Form, Keep, Newsroom};
use bulletin::internals::output::Format;

use super::interrupt::Interrupt;
use super::newsroom::{open, strictness};
use super::watch::Watch;
use super::{Ending, input, models, result};
use crate::cli::{Cli, SummariseArgs, Writer};

pub fn run(args: &SummariseArgs, cli: &Cli, interrupt: &Interrupt) -> Result<Ending> {
    result::check_out(args.output.out.as_ref())?;
    let newsroom = open(&args.run, cli, Keep::One)?;
    let (articles, refused) = read(args)?;
    if articles.len() > 1 && args.output.out.is_some() {
        bail!(
            "the file holds {} articles, and --out takes one; choose with --item N, or use \
             `bulletin batch`",
            articles.len()
        );
    }
    let mut outcome = if refused { Ending::Findings } else { Ending::Success };
    for (place, article) in articles.into_iter().enumerate() {
        if place > 0 && args.output.format != Format::Json {
            models::print("\n")?;
        }
        if one(article, args, cli, &newsroom, interrupt)? == Ending::Findings {
            outcome = Ending::Findings;
        }
    }
    Ok(outcome)
}

fn one(
    article: Article,
    args: &SummariseArgs,
    cli: &Cli,
    newsroom: &Newsroom,
    interrupt: &Interrupt,
) -> Result<Ending> {
    for note in &article.notes {
        tracing::info!("{note}");
    }
    let strictness = strictness(args.output.strict);
    let form = Form { style: args.style, length: args.length, strictness };
    let mut watch = Watch::new(cli.talk);
    let see = &mut |event| watch.see(event);
    let document = match args.engine {
        Writer::Model => newsroom.summarise(article, &form, &args.to, see),
        Writer::Extractive => newsroom.extract(article, &form, &args.to, see),
    }?;
    watch.finish();
    let mut output = args.output.clone();
    if args.explain && output.format == Format::Text {
        output.format = Format::Explained;
    }
    result::deliver(&document, &output, cli.talk, interrupt)
}

/// The articles of the file that are let in, and whether some are not: those are named on standard
/// error.
fn read(args: &SummariseArgs) -> Result<(Vec<Article>, bool)> {
    let reader = args.reading.reader(args.from);
    let admission = args.admission.admission()?;
    let source = input::read_at_most(&args.article, reader.limits.file)?;
    let named = |error: ArticleError| anyhow!("{}: {error}", source.shown());
    let mut entries = reader.read_many(&source.name, &source.bytes).map_err(named)?;
    if let Some(item) = args.item {
        let place = item as usize - 1;
        let count = entries.len();
        if place >= count {
            bail!("{} holds {count} article(s), and --item asks for {item}", source.shown());
        }
        entries = vec![entries.swap_remove(place)];
    }
    let single = entries.len() == 1;
    let mut articles = Vec::new();
    let mut refused = Vec::new();
    for entry in entries {
        let admitted =
            entry.article.and_then(|article| admission.admit(&article).map(|()| article));
        match admitted {
            Ok(article) => articles.push(article),
            Err(error) if single => return Err(named(error)),
            Err(error) => refused.push(format!("{}: {}: {error}", source.shown(), entry.name)),
        }
    }
    if articles.is_empty() {
        let first = refused.into_iter().next();
        bail!(first.unwrap_or_else(|| named(ArticleError::NoText).to_string()));
    }
    for line in &refused {
        eprintln!("error: {}", bulletin::internals::output::harmless(line));
    }
    Ok((articles, !refused.is_empty()))
}

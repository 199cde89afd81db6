//! `bulletin summarise`: one article in, its brief and translations out.

use anyhow::{Result, anyhow};
use bulletin::article::{self, Article};
use bulletin::brief::compose::{Composed, compose};
use bulletin::brief::gate::Gate;
use bulletin::brief::review::Review;
use bulletin::document::{Brief, Document, Finding};
use bulletin::language::Language;
use bulletin::output::Format;
use bulletin::translation::briefs::{Order, translate_briefs};
use bulletin::translation::judge::Judge;
use bulletin::translation::route::Route;

use super::desk::{Desk, Writer, strictness};
use super::interrupt::Interrupt;
use super::watch::Watch;
use super::{Outcome, input, result};
use crate::cli::{self, Cli, SummariseArgs};

pub fn run(args: &SummariseArgs, cli: &Cli, interrupt: &Interrupt) -> Result<Outcome> {
    result::check_out(args.output.out.as_ref())?;
    let desk = Desk::open(&args.run, cli)?;
    let article = read(args)?;
    let routes = routes(&desk, article.language, &args.to)?;
    for note in &article.notes {
        tracing::info!("{note}");
    }
    let mut watch = Watch::new(cli.talk);
    let composed = brief(&article, args, &desk, &mut watch)?;
    let mut findings = composed.findings;
    let mut briefs = Vec::new();
    if let Some(brief) = composed.brief {
        briefs.push(brief.clone());
        for (brief, found) in translations(brief, routes, args, &desk, &mut watch)? {
            briefs.extend(brief);
            findings.extend(found);
        }
    }
    watch.finish();
    let document = Document::new(article, briefs, findings);
    let mut output = args.output.clone();
    if args.explain && output.format == Format::Text {
        output.format = Format::Explained;
    }
    result::deliver(&document, &output, cli.talk, interrupt)
}

/// The article, long enough to be summarised.
fn read(args: &SummariseArgs) -> Result<Article> {
    let source = input::read(&args.article)?;
    let named = |error| anyhow!("{}: {error}", source.shown());
    let article = article::read(&source.name, &source.bytes, args.from).map_err(named)?;
    article::ensure_substance(&article).map_err(named)?;
    Ok(article)
}

/// The way to every language that is asked for, the article's own aside, in the order given.
fn routes(desk: &Desk, from: Language, to: &[Language]) -> Result<Vec<Route>> {
    let mut targets: Vec<Language> = Vec::new();
    for language in to {
        if *language != from && !targets.contains(language) {
            targets.push(*language);
        }
    }
    targets.into_iter().map(|to| desk.route(from, to)).collect()
}

fn brief(
    article: &Article,
    args: &SummariseArgs,
    desk: &Desk,
    watch: &mut Watch,
) -> Result<Composed> {
    let strictness = strictness(args.output.strict);
    let writer = desk.writer(article.language)?;
    let options = desk.compose_options(&writer, args.style, args.length, strictness);
    let review = Review::new(&options);
    let entry = match writer {
        _ if args.engine == cli::Writer::Extractive => return Ok(review.extracted(article)),
        Writer::Extractive => return Ok(desk.extracted(&review, article)),
        Writer::Model(entry) => entry,
    };
    let review = review.with_entailment(desk.entailment()?);
    let gate = Gate {
        judge: &|article, brief| review.judge(article, brief),
        extract: &|article, _| review.extract(article),
        strictness,
    };
    let engine = desk.engine(&entry.name)?;
    let articles = std::slice::from_ref(article);
    let mut composed =
        compose(articles, engine.as_ref(), &options, &gate, &mut |event| watch.see(event))?;
    Ok(composed.remove(0))
}

type Found = (Option<Brief>, Vec<Finding>);

fn translations(
    brief: Brief,
    routes: Vec<Route>,
    args: &SummariseArgs,
    desk: &Desk,
    watch: &mut Watch,
) -> Result<Vec<Found>> {
    if routes.is_empty() {
        return Ok(Vec::new());
    }
    let orders: Vec<Order> =
        routes.into_iter().map(|route| desk.order(brief.clone(), route)).collect();
    let judge = Judge::new(desk.entailment()?);
    let strictness = strictness(args.output.strict);
    let translated = translate_briefs(
        &orders,
        strictness,
        &mut |name| desk.ready(name),
        &|pair| judge.findings(pair),
        &mut |event| watch.see(event),
    )?;
    let translated = desk.judged(translated, strictness)?;
    Ok(translated.into_iter().map(|one| (one.brief, one.findings)).collect())
}

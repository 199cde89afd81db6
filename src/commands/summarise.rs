//! `bulletin summarise`: one article in, its brief and translations out.

use anyhow::{Result, anyhow, bail};
use bulletin::article::{Article, ArticleError};
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
use super::{Outcome, input, models, result};
use crate::cli::{self, Cli, SummariseArgs};

pub fn run(args: &SummariseArgs, cli: &Cli, interrupt: &Interrupt) -> Result<Outcome> {
    result::check_out(args.output.out.as_ref())?;
    let desk = Desk::open(&args.run, cli)?;
    let (articles, refused) = read(args)?;
    if articles.len() > 1 && args.output.out.is_some() {
        bail!(
            "the file holds {} articles, and --out takes one; choose with --item N, or use \
             `bulletin batch`",
            articles.len()
        );
    }
    let mut outcome = if refused { Outcome::Findings } else { Outcome::Success };
    for (place, article) in articles.into_iter().enumerate() {
        if place > 0 && args.output.format != Format::Json {
            models::print("\n")?;
        }
        if one(article, args, cli, &desk, interrupt)? == Outcome::Findings {
            outcome = Outcome::Findings;
        }
    }
    Ok(outcome)
}

fn one(
    article: Article,
    args: &SummariseArgs,
    cli: &Cli,
    desk: &Desk,
    interrupt: &Interrupt,
) -> Result<Outcome> {
    let routes = routes(desk, article.language, &args.to)?;
    for note in &article.notes {
        tracing::info!("{note}");
    }
    let mut watch = Watch::new(cli.talk);
    let composed = brief(&article, args, desk, &mut watch)?;
    let mut findings = composed.findings;
    let mut briefs = Vec::new();
    if let Some(brief) = composed.brief {
        briefs.push(brief.clone());
        for (brief, found) in translations(brief, routes, args, desk, &mut watch)? {
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
        eprintln!("error: {}", bulletin::output::harmless(line));
    }
    Ok((articles, !refused.is_empty()))
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

//! End of a run: documents → formats beside them, `briefs.jsonl`, `digest.html`, `report.json`.
//! Documents pass one at a time, so that memory does not grow with their number.

use std::cmp::Reverse;
use std::io::Write;

use anyhow::{Result, bail};
use serde::Serialize;

use crate::batch::editions::Editions;
use crate::batch::lock::{Lock, LockPolicy};
use crate::batch::near::{Comparison, Dedupe, Stories};
use crate::batch::progress::Progress;
use crate::batch::report::{ItemOutcome, Report};
use crate::batch::run::BatchOptions;
use crate::batch::shard::Shard;
use crate::batch::store::Store;
use crate::document::Finding;
use crate::document::{Brief, Document};
use crate::output::html::{self, Overview};

/// Documents whose side files are put in place together.
const WINDOW: usize = 64;

/// Writes everything that is made of the documents `ids`, and adds their findings to `report`.
/// A shard writes no digest: that is for [`merge`].
pub fn write(
    store: &Store,
    ids: &[&str],
    options: &BatchOptions,
    report: &mut Report,
    progress: &mut Progress,
) -> Result<()> {
    progress.phase("digest", ids.len());
    let survey = Survey::of(store, ids, options.page_articles, options.dedupe, report);
    side_files(store, &survey.order, options, progress)?;
    if options.shard.is_whole() {
        digest(store, &survey)?;
    }
    report.effort = progress.effort();
    write_report(store, options.shard, report)
}

/// Makes the digest and the report of all shards that wrote into `store`.
///
/// # Errors
/// When a shard has not finished, or another run is at work on the folder.
pub fn merge(
    store: &Store,
    page_articles: usize,
    dedupe: Dedupe,
    policy: LockPolicy,
) -> Result<Report> {
    let _lock = Lock::take(store.folder(), Shard::WHOLE, policy)?;
    store.clear_leftovers()?;
    let mut report = Report::merged(shard_reports(store)?);
    withdraw(store, &mut report)?;
    let ids: Vec<String> = report.items.iter().map(|item| item.id.clone()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let survey = Survey::of(store, &ids, page_articles, dedupe, &mut report);
    digest(store, &survey)?;
    write_report(store, Shard::WHOLE, &report)?;
    Ok(report)
}

/// Takes away what one shard wrote of a story that another one knows to be killed or superseded.
fn withdraw(store: &Store, report: &mut Report) -> Result<()> {
    let editions = Editions::open(store)?;
    if editions.is_empty() {
        return Ok(());
    }
    for item in report.items.iter_mut().filter(|item| item.reason.is_none()) {
        let Some(document) = store.document(&item.id) else { continue };
        if let Some(reason) = editions.verdict(&item.id, &document.article) {
            store.remove(&item.id)?;
            let count = match item.outcome {
                ItemOutcome::Done => &mut report.done,
                ItemOutcome::Failed => &mut report.failed,
                ItemOutcome::Skipped => &mut report.skipped,
            };
            *count = count.saturating_sub(1);
            report.skipped += 1;
            item.outcome = ItemOutcome::Skipped;
            item.source = Some(document.article.source);
            item.reason = Some(format!("{reason}; its brief was withdrawn"));
        }
    }
    Ok(())
}

fn shard_reports(store: &Store) -> Result<Vec<Report>> {
    let folder = store.folder().display();
    let mut shards: Vec<Shard> = Vec::new();
    for entry in std::fs::read_dir(store.folder())? {
        let name = entry?.file_name();
        for (stem, ending) in [("journal", "jsonl"), ("report", "json")] {
            let shard = Shard::from_file_name(&name.to_string_lossy(), stem, ending);
            shards.extend(shard.filter(|shard| !shard.is_whole()));
        }
    }
    let Some(count) = shards.iter().map(|shard| shard.count()).max() else {
        bail!(
            "no shard has written into '{folder}'; run `bulletin batch FOLDER --shard 1/N` first"
        );
    };
    if let Some(other) = shards.iter().find(|shard| shard.count() != count) {
        bail!(
            "'{folder}' holds results of different divisions (shard {other} and shards of {count}); \
             use one output folder for each"
        );
    }
    let (mut reports, mut missing) = (Vec::new(), Vec::new());
    for index in 1..=count {
        let shard = Shard::new(index, count)?;
        let read = std::fs::read(store.path(&shard.file_name("report", "json"))).ok();
        match read.and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
            Some(report) => reports.push(report),
            None => missing.push(shard.to_string()),
        }
    }
    if !missing.is_empty() {
        bail!("these shards have not finished, run them (again) first: {}", missing.join(", "));
    }
    Ok(reports)
}

/// What is known of all documents before they are written.
struct Survey {
    /// Newest first, then by id; a date that is not known counts as oldest.
    order: Vec<String>,
    overview: Overview,
    stories: Stories,
}

impl Survey {
    /// Reads every document once.
    fn of(
        store: &Store,
        ids: &[&str],
        page_articles: usize,
        dedupe: Dedupe,
        report: &mut Report,
    ) -> Self {
        let mut order: Vec<(Reverse<Option<String>>, &str)> = Vec::with_capacity(ids.len());
        let mut overview = Overview::default();
        let mut comparison = Comparison::default();
        for id in ids {
            let Some(document) = store.document(id) else { continue };
            overview.languages.extend(document.briefs.iter().map(|brief| brief.language));
            for finding in &document.findings {
                *report.findings.entry(finding.check.clone()).or_default() += 1;
                *report.severities.entry(finding.severity).or_default() += 1;
            }
            if dedupe != Dedupe::Off {
                comparison.add(&document.article);
            }
            order.push((Reverse(document.article.published), id));
        }
        order.sort();
        let order: Vec<String> = order.into_iter().map(|(_, id)| id.to_string()).collect();
        let stories = comparison.finish();
        for item in &mut report.items {
            let first = stories.first_of(&item.id).map(str::to_string);
            item.same_story_as = first.or(item.same_story_as.take());
        }
        overview.articles = order.len();
        overview.findings = report.findings.clone();
        let survey = Survey { order, overview, stories };
        let shown = survey.entries().count().min(page_articles);
        Survey { overview: Overview { shown, ..survey.overview }, ..survey }
    }

    /// Entries of the digest: one for each story.
    fn entries(&self) -> impl Iterator<Item = &String> {
        self.order.iter().filter(|id| self.stories.first_of(id).is_none())
    }

    /// Where else the story of an entry stands.
    fn also_in(&self, id: &str) -> Vec<String> {
        let others = self.stories.others(id).iter();
        others
            .map(|other| match &other.name {
                Some(name) => format!("{name} ({})", other.source),
                None => other.source.clone(),
            })
            .collect()
    }
}

fn side_files(
    store: &Store,
    order: &[String],
    options: &BatchOptions,
    progress: &mut Progress,
) -> Result<()> {
    for window in order.chunks(WINDOW) {
        let mut files = Vec::new();
        if !options.formats.is_empty() {
            for document in window.iter().filter_map(|id| store.document(id)) {
                for format in &options.formats {
                    let name = format!("{}.{}", document.article.id, format.extension);
                    files.push((name, (format.write)(&document).into_bytes()));
                }
            }
        }
        store.place(&files)?;
        progress.advance(window.len(), 0);
    }
    Ok(())
}

/// One line of `briefs.jsonl`.
#[derive(Serialize)]
struct BriefLine<'a> {
    schema: &'a str,
    id: &'a str,
    source: &'a str,
    published: Option<&'a str>,
    title: Option<&'a str>,
    /// The earliest article that tells the same story.
    #[serde(skip_serializing_if = "Option::is_none")]
    same_story_as: Option<&'a str>,
    #[serde(flatten)]
    brief: &'a Brief,
    findings: Vec<&'a Finding>,
}

fn digest(store: &Store, survey: &Survey) -> Result<()> {
    store.stream("briefs.jsonl", |out| {
        for document in survey.order.iter().filter_map(|id| store.document(id)) {
            brief_lines(out, &document, survey.stories.first_of(&document.article.id))?;
        }
        Ok(())
    })?;
    store.stream("digest.html", |out| {
        html::start(out, &survey.overview)?;
        let newest = survey.entries().take(survey.overview.shown);
        for document in newest.filter_map(|id| store.document(id)) {
            html::story(out, &document, &survey.also_in(&document.article.id))?;
        }
        html::end(out)
    })
}

fn brief_lines(out: &mut dyn Write, document: &Document, first: Option<&str>) -> Result<()> {
    let home = document.article.language;
    for brief in &document.briefs {
        let about = |finding: &&Finding| match finding.language {
            Some(language) => language == brief.language,
            None => brief.language == home,
        };
        let line = BriefLine {
            schema: &document.schema,
            id: &document.article.id,
            source: &document.article.source,
            published: document.article.published.as_deref(),
            title: document.article.title.as_deref(),
            same_story_as: first,
            brief,
            findings: document.findings.iter().filter(about).collect(),
        };
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn write_report(store: &Store, shard: Shard, report: &Report) -> Result<()> {
    store.stream(&shard.file_name("report", "json"), |out| {
        serde_json::to_writer_pretty(&mut *out, report)?;
        Ok(out.write_all(b"\n")?)
    })
}

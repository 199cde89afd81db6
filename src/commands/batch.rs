//! `bulletin batch`: a folder of articles in, a folder of briefs out.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::Ending;
use super::newsroom::open;
use super::stop::Stop;
use crate::cli::Cli;
use crate::cli::batch::{BatchArgs, BatchFormat, ProgressKind};
use anyhow::{Context, Result};
use bulletin::internals::batch::finish;
use bulletin::internals::batch::lock::{self, LockPolicy};
use bulletin::internals::batch::progress::{Progress, ProgressMode};
use bulletin::internals::batch::report::Report;
use bulletin::internals::batch::run::{self, BatchOptions, Failed, SideFormat};
use bulletin::internals::batch::scan::ScanOptions;
use bulletin::internals::batch::shard::{RunnerVariables, Shard};
use bulletin::internals::batch::store::Store;
use bulletin::internals::batch::{since, watch};
use bulletin::internals::newsroom::Keep;
use bulletin::internals::output::{markdown, text};

/// Time between two looks at a watched folder.
const WATCH_PAUSE: Duration = Duration::from_secs(2);

pub fn run(args: &BatchArgs, cli: &Cli) -> Result<Ending> {
    let shard = shard(args)?;
    let out = args.out.clone();
    let stop = Stop::listen(move || lock::release(&out, shard))?;
    let mode = mode(args.progress, cli);
    let mut progress = Progress::new(mode);
    let report = match &args.folder {
        _ if args.merge => Some(merge(args)?),
        Some(folder) => work(folder, args, cli, shard, &mut progress, &stop)?,
        None => None,
    };
    progress.finish();
    if let Some(report) = &report {
        tell(report, mode, cli.talk.quiet)?;
    }
    Ok(match (stop.exit_code(), report) {
        (Some(code), _) => Ending::Stopped(code),
        (None, Some(report)) if report.is_clean() => Ending::Success,
        (None, _) => Ending::Findings,
    })
}

fn merge(args: &BatchArgs) -> Result<Report> {
    let store = Store::open(&args.out, Shard::WHOLE)?;
    finish::merge(&store, args.page_articles, args.dedupe.into(), policy(args))
}

fn work(
    folder: &Path,
    args: &BatchArgs,
    cli: &Cli,
    shard: Shard,
    progress: &mut Progress,
    stop: &Stop,
) -> Result<Option<Report>> {
    let scan = ScanOptions { since: since(args)?, exclude: Some(args.out.clone()) };
    let options = options(args, shard)?;
    let newsroom = open(&args.work.run, cli, Keep::All)?;
    let work = newsroom.batch_work(args.work.form(), &options.targets);
    let mut tasks = work.tasks();
    let stop = || stop.is_wanted();
    match args.watch {
        true => watch::run(folder, &scan, &options, WATCH_PAUSE, &mut tasks, progress, &stop),
        false => run::run(folder, &scan, &options, &mut tasks, progress, &stop),
    }
}

fn options(args: &BatchArgs, shard: Shard) -> Result<BatchOptions> {
    let format = |format: &BatchFormat| match format {
        BatchFormat::Json => None,
        BatchFormat::Text => Some(SideFormat {
            extension: "txt",
            write: |document| text::render(document, bulletin::internals::output::Paper::Pipe),
        }),
        BatchFormat::Markdown => Some(SideFormat { extension: "md", write: markdown::render }),
    };
    Ok(BatchOptions {
        out: args.out.clone(),
        targets: args.work.targets(),
        formats: args.format.iter().filter_map(format).collect(),
        shard,
        window: args.jobs,
        limit: args.limit,
        reader: args.work.reading.reader(args.from),
        admission: args.work.admission.admission()?,
        failed: if args.retry_failed { Failed::Retry } else { Failed::Keep },
        lock: policy(args),
        page_articles: args.page_articles,
        dedupe: args.dedupe.into(),
    })
}

fn policy(args: &BatchArgs) -> LockPolicy {
    if args.break_lock { LockPolicy::Break } else { LockPolicy::Respect }
}

fn since(args: &BatchArgs) -> Result<Option<i64>> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |span| span.as_secs());
    let now = i64::try_from(now).unwrap_or(i64::MAX);
    args.since.as_deref().map(|text| since::parse(text, now)).transpose().context("--since")
}

/// `--shard`, or what the job runner says.
fn shard(args: &BatchArgs) -> Result<Shard> {
    if args.merge {
        return Ok(Shard::WHOLE);
    }
    if let Some(shard) = args.shard {
        return Ok(shard);
    }
    let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let variables = RunnerVariables {
        slurm_id: variable("SLURM_ARRAY_TASK_ID"),
        slurm_minimum: variable("SLURM_ARRAY_TASK_MIN"),
        slurm_count: variable("SLURM_ARRAY_TASK_COUNT"),
        kubernetes_index: variable("JOB_COMPLETION_INDEX"),
        kubernetes_completions: variable("JOB_COMPLETIONS"),
    };
    let shard = variables.shard().context(
        "the job runner's variables name no shard (SLURM_ARRAY_TASK_ID with \
         SLURM_ARRAY_TASK_COUNT, or JOB_COMPLETION_INDEX with JOB_COMPLETIONS); give --shard",
    )?;
    Ok(shard.unwrap_or(Shard::WHOLE))
}

fn mode(kind: ProgressKind, cli: &Cli) -> ProgressMode {
    match kind {
        _ if cli.talk.quiet => ProgressMode::Quiet,
        ProgressKind::None => ProgressMode::Quiet,
        ProgressKind::Json => ProgressMode::Json,
        ProgressKind::Lines => ProgressMode::Lines,
        ProgressKind::Bar => ProgressMode::Bar,
        ProgressKind::Auto if std::io::stderr().is_terminal() => ProgressMode::Bar,
        ProgressKind::Auto => ProgressMode::Lines,
    }
}

/// The counts: a table on stdout, or a last JSON line on stderr.
fn tell(report: &Report, mode: ProgressMode, quiet: bool) -> Result<()> {
    if mode == ProgressMode::Json {
        eprintln!("{}", report.summary_line());
    } else if !quiet {
        std::io::stdout()
            .write_all(report.table().as_bytes())
            .context("cannot write the table of counts")?;
    }
    Ok(())
}

//! `bulletin worker`: JSON lines in on standard input, one JSON line out for each.

use std::io::{BufReader, Write};
use std::time::Duration;

use anyhow::Result;
use bulletin::batch::worker::{WorkerOptions, serve};
use clap::Args;

use super::Outcome;
use super::reading::{AdmissionArgs, ReadingArgs};
use super::stop::Stop;
use super::work::{Work, WorkArgs};
use crate::cli::Cli;

#[derive(Args, Clone, Debug)]
#[command(after_help = "A line in is an object with `id`, `title` and `text` (or any other JSON \
    article that bulletin reads), and optionally `language` and `to`. A line out is a bulletin/1 \
    document with the same `id`, or has `error` with `code` and `retryable`.")]
pub struct WorkerArgs {
    /// Most records that are put before the model together
    #[arg(long, value_name = "N", default_value_t = 16,
          value_parser = clap::value_parser!(u16).range(1..))]
    pub batch: u16,

    /// Longest time that a record waits for others, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 200)]
    pub latency: u64,

    /// Longest line, in bytes
    #[arg(long, value_name = "N", default_value_t = 8 << 20,
          value_parser = clap::value_parser!(u32).range(64..))]
    pub max_line: u32,

    #[command(flatten)]
    pub work: WorkArgs,

    #[command(flatten)]
    pub reading: ReadingArgs,

    #[command(flatten)]
    pub admission: AdmissionArgs,
}

pub fn run(args: &WorkerArgs, cli: &Cli) -> Result<Outcome> {
    let stop = Stop::listen(|| {})?;
    let work = Work::open(&args.work, cli)?;
    work.warm_up()?;
    let options = WorkerOptions {
        targets: args.work.targets(),
        batch: usize::from(args.batch),
        latency: Duration::from_millis(args.latency),
        line_limit: args.max_line as usize,
        reader: args.reading.reader(None),
        admission: args.admission.admission()?,
    };
    let input = BufReader::new(std::io::stdin());
    let mut output = std::io::stdout().lock();
    let tally = serve(input, &mut output, &options, &mut work.tasks(), &|| stop.is_wanted())?;
    if !cli.talk.quiet {
        // A closed stderr must not turn a good run into a bad one.
        let _ = writeln!(std::io::stderr(), "{} done, {} failed", tally.done, tally.failed);
    }
    Ok(match stop.exit_code() {
        Some(code) => Outcome::Stopped(code),
        None if tally.failed == 0 => Outcome::Success,
        None => Outcome::Findings,
    })
}

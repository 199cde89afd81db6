//! `bulletin worker`: JSON lines in on standard input, one JSON line out for each.

use std::io::{BufReader, Write};
use std::time::{Duration, Instant};

use anyhow::Result;
use bulletin::internals::batch::worker::{WorkerOptions, serve};
use bulletin::internals::newsroom::Keep;

use super::Ending;
use super::newsroom::open;
use super::stop::Stop;
use crate::cli::Cli;
use crate::cli::worker::WorkerArgs;

pub fn run(args: &WorkerArgs, cli: &Cli) -> Result<Ending> {
    let stop = Stop::listen(|| {})?;
    let newsroom = open(&args.work.run, cli, Keep::All)?;
    newsroom.warm_up()?;
    // Summaries go on for ever, and so do their models.
    let work = newsroom.batch_work(args.work.form(), &[]);
    let options = WorkerOptions {
        targets: args.work.targets(),
        batch: usize::from(args.batch),
        latency: Duration::from_millis(args.latency),
        line_limit: args.max_line as usize,
        reader: args.work.reading.reader(None),
        admission: args.work.admission.admission()?,
    };
    let input = BufReader::new(std::io::stdin());
    let mut output = std::io::stdout().lock();
    let (mut tasks, wanted) = (work.tasks(), || stop.is_wanted());
    let tally = serve(input, &mut output, &options, &mut tasks, &Instant::now, &wanted)?;
    if !cli.talk.quiet {
        // A closed stderr must not turn a good run into a bad one.
        let _ = writeln!(std::io::stderr(), "{} done, {} failed", tally.done, tally.failed);
    }
    Ok(match stop.exit_code() {
        Some(code) => Ending::Stopped(code),
        None if tally.failed == 0 => Ending::Success,
        None => Ending::Findings,
    })
}

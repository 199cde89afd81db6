//! Wiring, one file a command: open, call the library, write, and say how it went.

mod batch;
mod bench;
mod check;
mod doctor;
mod evaluate;
mod extract;
mod generate;
mod input;
mod interrupt;
mod models;
mod newsroom;
mod progress;
mod result;
mod stop;
mod summarise;
mod talk;
mod translate;
mod watch;
mod worker;

use std::process::ExitCode;

use anyhow::Result;
use bulletin::internals::engine::device::{Compute, DeviceChoice, GraphicsMemory, default_threads};
use bulletin::internals::engine::kernels;
use clap::CommandFactory;

use crate::cli::{Cli, Command};
use interrupt::Interrupt;
use progress::size_text;

/// How a command ended, when it could run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Success,
    /// It finished, and a check found an error.
    Findings,
    /// A signal ended it in good order; the exit code says which.
    Stopped(u8),
}

/// What went wrong before anything was done: the exit code of `clap` for usage, and of ours.
const COULD_NOT_RUN: u8 = 2;

/// Carries out a command and gives the exit code.
pub fn run(cli: Cli) -> ExitCode {
    match begun(&cli) {
        Ok(Ending::Success) => ExitCode::SUCCESS,
        Ok(Ending::Findings) => ExitCode::from(1),
        Ok(Ending::Stopped(code)) => ExitCode::from(code),
        Err(error) => {
            // One line, whatever the causes look like.
            let message = format!("{error:#}").replace('\n', " ");
            eprintln!("error: {}", bulletin::internals::output::harmless(&message));
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

fn begun(cli: &Cli) -> Result<Ending> {
    // Held until the end, when the trace is written out.
    let _trace = talk::begin(cli)?;
    cli.cpu_level.as_deref().map_or(Ok(()), kernels::Level::choose)?;
    dispatch(cli)
}

fn dispatch(cli: &Cli) -> Result<Ending> {
    let interrupt = match &cli.command {
        // These stop in their own good time.
        Command::Batch(_) | Command::Worker(_) => Interrupt::default(),
        _ => Interrupt::listen()?,
    };
    match &cli.command {
        Command::Batch(args) => batch::run(args, cli),
        Command::Worker(args) => worker::run(args, cli),
        Command::Check(args) => check::run(args, cli),
        Command::Extract(args) => extract::run(args, cli),
        Command::Summarise(args) => summarise::run(args, cli, &interrupt),
        Command::Translate(args) => translate::run(args, cli, &interrupt),
        Command::Generate(args) => generate::run(args, cli),
        Command::Models(args) => models::run(args),
        Command::Evaluate(args) => evaluate::run(args, cli),
        Command::Bench(args) => bench::run(args),
        Command::Doctor(args) => doctor::run(args, engine_rows()),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "bulletin", &mut script);
            models::print(&String::from_utf8_lossy(&script))?;
            Ok(Ending::Success)
        }
    }
}

/// What `doctor` shows of the engine: the device that `--device auto` takes, and the kernels.
fn engine_rows() -> Vec<(String, String)> {
    let mut rows = Vec::new();
    match Compute::new(DeviceChoice::Auto, default_threads()) {
        Ok(compute) => {
            rows.push(("device".to_string(), compute.describe()));
            if let Some(GraphicsMemory { name, free }) = compute.graphics_memory() {
                rows.push(("GPU".to_string(), name));
                rows.push(("GPU memory free".to_string(), size_text(free as u64)));
            }
        }
        Err(error) => rows.push(("device".to_string(), format!("none: {error:#}"))),
    }
    rows.extend(kernels::describe());
    rows
}

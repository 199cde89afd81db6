//! `bulletin bench`: a model or a profile in, how fast it runs on this computer out.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use bulletin::engine::Sampling;
use bulletin::engine::device::{Compute, default_threads};
use bulletin::engine::kernels::ThreadPool;
use bulletin::engine::measure::ceiling::{Ceiling, ceiling};
use bulletin::models::ModelEntry;
use clap::Args;
use serde::Serialize;

use super::Outcome;
use super::models::{ListFormat, print};
use super::progress;
use super::store::StoreArgs;
use crate::cli::MachineArgs;

mod forecast;
mod report;
mod subject;

use report::{ModelReport, write_text};
use subject::Subject;

#[derive(Args, Clone, Debug)]
pub struct BenchArgs {
    /// Measure every model of a profile and say what that means for this computer
    #[arg(long, value_name = "NAME", default_value = "starter", conflicts_with = "model")]
    pub profile: String,

    /// Measure one model: of the registry, a .gguf file, or a folder with a Marian or T5 model
    #[arg(long, value_name = "NAME|FILE.gguf")]
    pub model: Option<String>,

    /// Tokens of each prompt [default: 512; 25 for Marian and T5]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub prompt_tokens: Option<u32>,

    /// Tokens to make for each prompt
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(2..))]
    pub new_tokens: u32,

    /// Prompts at a time; several numbers with commas between them are measured one after another
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "1",
          value_parser = clap::value_parser!(u16).range(1..))]
    pub batch: Vec<u16>,

    /// Hypotheses of a Marian or T5 model
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub beam: u16,

    /// Timed runs; the middle one counts
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    pub repetitions: u16,

    /// Measure also what the processor and its memory can do at most
    #[arg(long)]
    pub ceiling: bool,

    /// A JSON array of token ids, or of such arrays, instead of prompts of our own
    #[arg(long, value_name = "FILE", hide = true)]
    pub prompt_file: Option<PathBuf>,

    /// Compute the common beginning of the prompts once
    #[arg(long, hide = true)]
    pub share_prefixes: bool,

    /// A table to read, or JSON for programs
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub format: ListFormat,

    #[command(flatten)]
    pub machine: MachineArgs,

    #[command(flatten)]
    pub store: StoreArgs,
}

impl BenchArgs {
    fn threads(&self) -> usize {
        self.machine.threads.map_or_else(default_threads, usize::from)
    }

    fn sampling(&self) -> Sampling {
        match self.beam {
            0 | 1 => Sampling::Greedy,
            width => Sampling::Beam { width: usize::from(width), length_penalty: 1.0 },
        }
    }
}

pub fn run(args: &BenchArgs) -> Result<Outcome> {
    match &args.model {
        Some(model) => measure_model(args, model)?,
        None => measure_profile(args)?,
    }
    Ok(Outcome::Success)
}

/// The figures of one model, and with `--ceiling` those of the computer.
#[derive(Serialize)]
struct ModelAndCeiling {
    #[serde(flatten)]
    model: ModelReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    ceiling: Option<Ceiling>,
}

fn measure_model(args: &BenchArgs, name: &str) -> Result<()> {
    let subject = Subject::named(name, &args.store)?;
    let compute = Compute::new(args.machine.device, args.threads())?;
    let model = subject.measure(args, &compute)?;
    // Afterwards, since it takes memory of its own.
    let ceiling = args.ceiling.then(|| measure_ceiling(args, &compute));
    match args.format {
        ListFormat::Json => print_json(&ModelAndCeiling { model, ceiling }),
        ListFormat::Text => print(&write_text(&[model], ceiling.as_ref(), None)),
    }
}

fn measure_ceiling(args: &BenchArgs, compute: &Compute) -> Ceiling {
    match compute {
        Compute::Kernels(pool) => ceiling(pool),
        Compute::Device(_) => ceiling(&ThreadPool::new(args.threads())),
    }
}

#[derive(Serialize)]
struct ProfileReport {
    profile: String,
    models: Vec<ModelReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ceiling: Option<Ceiling>,
    forecast: forecast::Forecast,
}

fn measure_profile(args: &BenchArgs) -> Result<()> {
    let registry = args.store.registry()?;
    let profile = registry.profile(&args.profile)?;
    let store = args.store.store()?;
    let entries: Vec<&ModelEntry> =
        profile.models().into_iter().map(|name| registry.model(name)).collect::<Result<_>>()?;
    let compute = Compute::new(args.machine.device, args.threads())?;
    let mut models = Vec::new();
    for entry in entries.into_iter().filter(|entry| !entry.architecture.is_classifier()) {
        let files = progress::obtain(entry, Some(&profile.name), &store)?;
        let subject = Subject::registered(entry, &files)?;
        let report = subject
            .measure(args, &compute)
            .with_context(|| format!("cannot measure the model '{}'", entry.name))?;
        models.push(report);
    }
    ensure!(!models.is_empty(), "the profile '{}' has no model that writes", profile.name);
    let forecast = forecast::forecast(profile, &models)?;
    let ceiling = args.ceiling.then(|| measure_ceiling(args, &compute));
    match args.format {
        ListFormat::Json => {
            let profile = profile.name.clone();
            print_json(&ProfileReport { profile, models, ceiling, forecast })
        }
        ListFormat::Text => print(&write_text(&models, ceiling.as_ref(), Some(&forecast))),
    }
}

fn print_json(value: &impl Serialize) -> Result<()> {
    print(&format!("{}\n", serde_json::to_string_pretty(value)?))
}

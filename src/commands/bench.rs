//! `bulletin bench`: a model or a profile in, how fast it runs on this computer out.

use anyhow::{Context, Result, ensure};
use bulletin::internals::engine::device::Compute;
use bulletin::internals::engine::kernels::ThreadPool;
use bulletin::internals::engine::measure::ceiling::{Ceiling, ceiling};
use bulletin::internals::models::ModelEntry;
use serde::Serialize;

use super::Ending;
use super::models::print;
use super::progress;
use crate::cli::bench::BenchArgs;
use crate::cli::models::ListFormat;

mod forecast;
mod report;
mod subject;

use report::{ModelReport, write_text};
use subject::Subject;

pub fn run(args: &BenchArgs) -> Result<Ending> {
    match &args.model {
        Some(model) => measure_model(args, model)?,
        None => measure_profile(args)?,
    }
    Ok(Ending::Success)
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
    let registry = args.store.places().registry()?;
    let profile = registry.profile(&args.profile)?;
    let store = args.store.places().store()?;
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

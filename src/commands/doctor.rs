//! `bulletin doctor`: what this computer offers, which models are here, and how they would be
//! fetched.

mod machine;

use anyhow::Result;
use bulletin::internals::models::{self, ModelEntry, Network, Presence, Registry, Store};
use bulletin::internals::newsroom::memory::{Memory, memory};
use serde_json::{Value, json};

use super::Ending;
use super::models::{print, state};
use super::progress::size_text;
use crate::cli::doctor::DoctorArgs;
use crate::cli::models::ListFormat;

/// Everything that was found out.
struct Report<'a> {
    registry: &'a Registry,
    store: &'a Store,
    engine: Vec<(String, String)>,
    memory: Memory,
    cache_problem: Option<String>,
    pip: Result<String, String>,
}

/// Runs `bulletin doctor`. `engine` are rows that the engine adds on devices and kernels. Finds
/// fault when models could not be kept.
pub fn run(args: &DoctorArgs, engine: Vec<(String, String)>) -> Result<Ending> {
    let registry = args.store.places().registry()?;
    let store = args.store.places().store()?;
    let report = Report {
        registry: &registry,
        engine,
        memory: memory(),
        cache_problem: machine::write_problem(&store.folder),
        pip: models::find_pip()
            .map(|(python, version)| format!("{python}: {version}"))
            .map_err(|error| format!("{error:#}")),
        store: &store,
    };
    match args.format {
        ListFormat::Text => print(&report.text())?,
        ListFormat::Json => print(&format!("{}\n", serde_json::to_string_pretty(&report.json())?))?,
    }
    Ok(if report.cache_problem.is_some() { Ending::Findings } else { Ending::Success })
}

impl Report<'_> {
    fn text(&self) -> String {
        let mut text = section("Program", self.program_rows());
        text += &section("Computer", self.computer_rows());
        text += &section("Engine", self.engine.clone());
        text += &section("Model cache", self.cache_rows());
        text += &section("Models", self.model_rows());
        text += &section("Fetching", self.fetch_rows());
        text
    }

    fn program_rows(&self) -> Vec<(String, String)> {
        vec![
            row("version", env!("CARGO_PKG_VERSION")),
            row("built for", format!("{} {}", std::env::consts::OS, std::env::consts::ARCH)),
            row("built with", machine::build_features().join(", ")),
        ]
    }

    fn computer_rows(&self) -> Vec<(String, String)> {
        let amount = |bytes: Option<u64>| bytes.map_or_else(|| "unknown".to_string(), size_text);
        let mut rows = vec![
            row("CPU features", machine::cpu_features().join(" ")),
            row("threads", machine::threads().to_string()),
            row("memory", amount(self.memory.total)),
            row("memory free", amount(self.memory.available)),
        ];
        if let Some(limit) = self.memory.limit {
            rows.push(row("memory limit", size_text(limit)));
        }
        rows
    }

    fn cache_rows(&self) -> Vec<(String, String)> {
        let free = machine::free_space(&self.store.folder);
        let writable = match &self.cache_problem {
            Some(problem) => format!("no: {problem}"),
            None => "yes".to_string(),
        };
        vec![
            row("folder", self.store.folder.display().to_string()),
            row("writable", writable),
            row("space left", free.map_or_else(|| "unknown".to_string(), size_text)),
            row("hub folder", self.store.hub_folder.display().to_string()),
            row("models.lock", self.store.lock_file.display().to_string()),
        ]
    }

    fn model_rows(&self) -> Vec<(String, String)> {
        self.registry
            .models()
            .iter()
            .map(|entry| row(&entry.name, state(entry, models::presence(entry, self.store))))
            .collect()
    }

    fn fetch_rows(&self) -> Vec<(String, String)> {
        let network = match self.store.network {
            Network::Allowed => "allowed",
            Network::Forbidden => "switched off (--offline or HF_HUB_OFFLINE)",
        };
        // Whether there is a token, never which.
        let token = if self.store.token.is_some() { "set" } else { "none" };
        let pip = match &self.pip {
            Ok(version) => version.clone(),
            Err(problem) => format!("missing ({problem}); models that come as wheels need it"),
        };
        vec![
            row("network", network),
            row("hub", self.store.endpoint.clone()),
            row("hub token", token),
            row("pip", pip),
        ]
    }

    fn json(&self) -> Value {
        let models: Vec<Value> =
            self.registry.models().iter().map(|entry| self.model_json(entry)).collect();
        let engine: serde_json::Map<String, Value> =
            self.engine.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        json!({
            "tool": { "name": "bulletin", "version": env!("CARGO_PKG_VERSION") },
            "build": {
                "os": std::env::consts::OS,
                "architecture": std::env::consts::ARCH,
                "features": machine::build_features(),
            },
            "cpu": { "features": machine::cpu_features(), "threads": machine::threads() },
            "memory": {
                "total": self.memory.total,
                "available": self.memory.available,
                "limit": self.memory.limit,
            },
            "engine": engine,
            "cache": {
                "folder": self.store.folder.display().to_string(),
                "problem": self.cache_problem,
                "free": machine::free_space(&self.store.folder),
                "hub_folder": self.store.hub_folder.display().to_string(),
                "lock_file": self.store.lock_file.display().to_string(),
            },
            "models": models,
            "hub": {
                "endpoint": self.store.endpoint,
                "offline": self.store.network == Network::Forbidden,
                "token": self.store.token.is_some(),
            },
            "pip": self.pip.as_ref().ok(),
        })
    }

    fn model_json(&self, entry: &ModelEntry) -> Value {
        let presence = models::presence(entry, self.store);
        json!({
            "name": entry.name,
            "supported": entry.architecture.is_supported(),
            "cached": presence != Presence::Missing,
            "verified": presence == Presence::Verified,
        })
    }
}

fn row(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_string(), value.into())
}

/// A heading and its rows; nothing without rows.
fn section(heading: &str, rows: Vec<(String, String)>) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let lines: Vec<String> =
        rows.iter().map(|(name, value)| format!("  {name:width$}  {value}\n")).collect();
    format!("{heading}\n{}\n", lines.concat())
}

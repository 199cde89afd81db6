//! `bulletin models list|fetch|path`: what the registry knows and what is on this computer.

use std::io::{ErrorKind, Write};

use anyhow::{Context, Result};
use bulletin::internals::language::Language;
use bulletin::internals::models::{self, ModelEntry, Network, Presence, Registry, Store};
use serde::Serialize;

use super::Ending;
use super::progress::{self, size_text};
use crate::cli::models::{ListFormat, ModelsAction, ModelsArgs};

/// The profile that is fetched when none is named.
const FIRST_PROFILE: &str = "starter";

/// One model, as `models list --format json` prints it. `size` is in bytes.
#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    architecture: &'static str,
    languages: &'a [Language],
    profiles: Vec<&'a str>,
    licence: &'a str,
    size: Option<u64>,
    cached: bool,
    supported: bool,
}

/// Runs `bulletin models …`.
pub fn run(args: &ModelsArgs) -> Result<Ending> {
    let registry = args.store.places().registry()?;
    let store = args.store.places().store()?;
    match &args.action {
        ModelsAction::List { format } => list(&registry, &store, *format)?,
        ModelsAction::Fetch { names, profile } => {
            fetch(&registry, &store, names, profile.as_deref())?
        }
        ModelsAction::Path { name } => path(&registry, store, name)?,
    }
    Ok(Ending::Success)
}

fn list(registry: &Registry, store: &Store, format: ListFormat) -> Result<()> {
    match format {
        ListFormat::Json => {
            let rows: Vec<Row> =
                registry.models().iter().map(|entry| row(registry, store, entry)).collect();
            print(&format!("{}\n", serde_json::to_string_pretty(&rows)?))
        }
        ListFormat::Text => {
            let heading = ["NAME", "FAMILY", "LANGUAGES", "SIZE", "STATE", "PROFILES", "LICENCE"];
            let mut lines = vec![heading.map(str::to_string)];
            for entry in registry.models() {
                lines.push(text_row(registry, store, entry));
            }
            print(&columns(&lines))
        }
    }
}

fn row<'a>(registry: &'a Registry, store: &Store, entry: &'a ModelEntry) -> Row<'a> {
    Row {
        name: &entry.name,
        architecture: entry.architecture.name(),
        languages: &entry.languages,
        profiles: registry.profiles_with(&entry.name),
        licence: &entry.licence.name,
        size: entry.size(),
        cached: models::cached(entry, store),
        supported: entry.architecture.is_supported(),
    }
}

fn text_row(registry: &Registry, store: &Store, entry: &ModelEntry) -> [String; 7] {
    let languages: Vec<&str> = entry.languages.iter().map(|language| language.code()).collect();
    let profiles = registry.profiles_with(&entry.name);
    [
        entry.name.clone(),
        entry.architecture.name().to_string(),
        languages.join(","),
        entry.size().map_or_else(|| "?".to_string(), size_text),
        state(entry, models::presence(entry, store)),
        if profiles.is_empty() { "-".to_string() } else { profiles.join(",") },
        entry.licence.name.clone(),
    ]
}

/// Where a model stands, in words.
pub fn state(entry: &ModelEntry, presence: Presence) -> String {
    let place = match presence {
        Presence::Missing => "not fetched",
        Presence::Present => "fetched",
        Presence::Verified => "fetched, checked",
    };
    if entry.architecture.is_supported() {
        place.to_string()
    } else {
        format!("{place}; family not supported yet")
    }
}

/// Pads the cells of every column but the last to the width of the widest.
fn columns(lines: &[[String; 7]]) -> String {
    let width =
        |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..7).map(width).collect();
    let mut text = String::new();
    for line in lines {
        let cells: Vec<String> =
            line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

fn fetch(
    registry: &Registry,
    store: &Store,
    names: &[String],
    profile: Option<&str>,
) -> Result<()> {
    let profile = match (names, profile) {
        ([], None) => Some(FIRST_PROFILE),
        (_, profile) => profile,
    };
    let names: Vec<&str> = match profile {
        Some(profile) => registry.profile(profile)?.models(),
        None => names.iter().map(String::as_str).collect(),
    };
    // A wrong name is told before the first byte is fetched.
    let entries = names.iter().map(|name| registry.model(name)).collect::<Result<Vec<_>>>()?;
    for entry in entries {
        if !entry.architecture.is_supported() {
            eprintln!(
                "note: this version of bulletin cannot run '{}' yet (family {})",
                entry.name, entry.architecture
            );
        }
        let files = progress::obtain(entry, profile, store)?;
        print(&format!("{}\t{}\n", entry.name, files.weights.display()))?;
    }
    Ok(())
}

fn path(registry: &Registry, store: Store, name: &str) -> Result<()> {
    let entry = registry.model(name)?;
    // To ask for a path is no order to fetch.
    let store = Store { network: Network::Forbidden, ..store };
    if !models::cached(entry, &store) {
        anyhow::bail!(
            "model '{name}' is not on this computer; fetch it with `bulletin models fetch {name}`"
        );
    }
    let files = progress::obtain(entry, None, &store)?;
    print(&format!("{}\n", files.weights.display()))
}

/// Writes `text` to stdout. A reader that has seen enough is no error.
pub fn print(text: &str) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(error).context("cannot write to standard output")
        }
        _ => Ok(()),
    }
}

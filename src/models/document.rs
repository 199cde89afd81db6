//! The text of a registry file → entries and profiles, with errors that name the key and the line.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use serde::Deserialize;
use toml::Spanned;

use super::entry::{
    Adapter, Architecture, ChatTemplate, GenerationDefaults, Licence, ModelEntry, ModelFile, Source,
};
use super::registry::{Direction, Profile};
use super::validate;
use crate::checks::adequacy::Quality;
use crate::language::Language;

/// The whole file. The places of the tables give the order of the lists and the lines in errors.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    models: BTreeMap<String, Spanned<EntryTable>>,
    #[serde(default)]
    profiles: BTreeMap<String, Spanned<ProfileTable>>,
}

/// `[models.NAME]` as it is written. What `base` decides is not said again beside it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryTable {
    base: Option<String>,
    architecture: Option<Architecture>,
    source: Option<Source>,
    #[serde(default)]
    sources: Vec<Source>,
    revision_note: Option<String>,
    #[serde(default)]
    files: Vec<ModelFile>,
    #[serde(default)]
    chat_template: ChatTemplate,
    languages: Vec<Language>,
    #[serde(default)]
    translates: Vec<Direction>,
    summarise_prompt: Option<String>,
    translate_prompt: Option<String>,
    #[serde(default)]
    defaults: GenerationDefaults,
    #[serde(default)]
    target_prefix: BTreeMap<Language, String>,
    #[serde(default)]
    quality: Quality,
    adapter: Option<Adapter>,
    licence: Option<Licence>,
}

/// `[profiles.NAME]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileTable {
    summary: String,
    hardware: String,
    #[serde(default)]
    summarise: BTreeMap<Language, String>,
    #[serde(default)]
    translate: BTreeMap<Direction, String>,
    entailment: Option<String>,
}

/// Reads registry `text`, called `origin` in errors; relative folder sources start at `folder`.
/// Lists keep the order of the text.
pub(super) fn read(
    text: &str,
    origin: &str,
    folder: &Path,
) -> Result<(Vec<ModelEntry>, Vec<Profile>)> {
    let document: Document = toml::from_str(text).map_err(|error| located(&error, text, origin))?;
    let tables = in_order(document.models);
    let mut models = Vec::new();
    for (start, name, table) in &tables {
        let place = || format!("{origin}:{}: model '{name}'", line_of(text, *start));
        let entry = entry(name, table, &tables, folder).with_context(place)?;
        validate::entry(&entry).with_context(place)?;
        models.push(entry);
    }
    let profiles =
        in_order(document.profiles).into_iter().map(|(_, name, table)| profile(name, table));
    Ok((models, profiles.collect()))
}

/// The tables in the order of the text, with the byte at which each starts.
fn in_order<T>(tables: BTreeMap<String, Spanned<T>>) -> Vec<(usize, String, T)> {
    let mut list: Vec<_> = tables
        .into_iter()
        .map(|(name, table)| (table.span().start, name, table.into_inner()))
        .collect();
    list.sort_by_key(|(start, _, _)| *start);
    list
}

/// One line from an error of the TOML reader, which would print several.
fn located(error: &toml::de::Error, text: &str, origin: &str) -> anyhow::Error {
    let message = error.message().replace('\n', "; ");
    match error.span() {
        Some(Range { start, .. }) => anyhow!("{origin}:{}: {message}", line_of(text, start)),
        None => anyhow!("{origin}: {message}"),
    }
}

/// Line number, from 1, of byte `start`.
fn line_of(text: &str, start: usize) -> usize {
    1 + text.bytes().take(start).filter(|byte| *byte == b'\n').count()
}

/// The tables of all models, each with the byte at which it starts.
type Tables = [(usize, String, EntryTable)];

fn entry(name: &str, table: &EntryTable, tables: &Tables, folder: &Path) -> Result<ModelEntry> {
    let (base, home) = match &table.base {
        None => (name, table),
        Some(base) => (base.as_str(), base_of(name, table, base, tables)?),
    };
    let sources = sources(home, folder)?;
    let adapter = table.adapter.as_ref().map(|adapter| Adapter {
        source: rooted(&adapter.source, folder),
        files: adapter.files.clone(),
    });
    Ok(ModelEntry {
        name: name.to_string(),
        base: base.to_string(),
        architecture: home.architecture.context("missing field `architecture`")?,
        revision: sources.first().map_or("", Source::revision).to_string(),
        revision_note: home.revision_note.clone(),
        sources,
        files: home.files.clone(),
        chat_template: home.chat_template,
        languages: table.languages.clone(),
        translates: table.translates.iter().map(|leg| (leg.from, leg.to)).collect(),
        summarise_prompt: table.summarise_prompt.clone(),
        translate_prompt: table.translate_prompt.clone(),
        defaults: table.defaults.clone(),
        target_prefix: table.target_prefix.clone(),
        quality: table.quality,
        adapter,
        licence: table
            .licence
            .as_ref()
            .or(home.licence.as_ref())
            .cloned()
            .context("missing field `licence`")?,
    })
}

/// The table of the model whose files `name` runs on.
fn base_of<'a>(
    name: &str,
    table: &EntryTable,
    base: &str,
    tables: &'a Tables,
) -> Result<&'a EntryTable> {
    let own = table.architecture.is_some()
        || table.source.is_some()
        || !(table.sources.is_empty() && table.files.is_empty())
        || table.chat_template != ChatTemplate::None;
    ensure!(!own, "base: it decides architecture, chat_template, source and files; leave them out");
    let found = tables.iter().find(|(_, known, _)| known == base && known != name);
    let (_, _, found) = found.with_context(|| format!("base: there is no other model '{base}'"))?;
    ensure!(found.base.is_none(), "base: '{base}' has no files of its own; name its base");
    Ok(found)
}

fn sources(table: &EntryTable, folder: &Path) -> Result<Vec<Source>> {
    ensure!(
        table.source.is_some() == table.sources.is_empty(),
        "name where its files come from: one `source`, or several `sources` in the order in which \
         to try them"
    );
    Ok(table.source.iter().chain(&table.sources).map(|source| rooted(source, folder)).collect())
}

fn rooted(source: &Source, folder: &Path) -> Source {
    match source {
        Source::Folder { path } => Source::Folder { path: folder.join(path) },
        other => other.clone(),
    }
}

fn profile(name: String, table: ProfileTable) -> Profile {
    Profile {
        name,
        summary: table.summary,
        hardware: table.hardware,
        summarise: table.summarise,
        translate: table.translate,
        entailment: table.entailment,
    }
}

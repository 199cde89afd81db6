//! The text of a registry file → entries and profiles, with errors that name the key and the line.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use serde::Deserialize;
use toml::Spanned;

use super::entry::{
    Adapter, Architecture, ChatTemplate, GenerationDefaults, Licence, ModelEntry, ModelFile, Source,
};
use super::registry::{Direction, Profile};
use super::validate;
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

/// `[models.NAME]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryTable {
    architecture: Architecture,
    source: Source,
    revision_note: Option<String>,
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
    adapter: Option<Adapter>,
    licence: Licence,
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
    let mut models = Vec::new();
    for (start, name, table) in in_order(document.models) {
        let entry = entry(name, table, folder);
        validate::entry(&entry).with_context(|| {
            format!("{origin}:{}: model '{}'", line_of(text, start), entry.name)
        })?;
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

fn entry(name: String, table: EntryTable, folder: &Path) -> ModelEntry {
    let source = rooted(table.source, folder);
    let adapter = table
        .adapter
        .map(|adapter| Adapter { source: rooted(adapter.source, folder), files: adapter.files });
    ModelEntry {
        name,
        architecture: table.architecture,
        revision: revision(&source),
        revision_note: table.revision_note,
        source,
        files: table.files,
        chat_template: table.chat_template,
        languages: table.languages,
        translates: table.translates.iter().map(|leg| (leg.from, leg.to)).collect(),
        summarise_prompt: table.summarise_prompt,
        translate_prompt: table.translate_prompt,
        defaults: table.defaults,
        target_prefix: table.target_prefix,
        adapter,
        licence: table.licence,
    }
}

fn rooted(source: Source, folder: &Path) -> Source {
    match source {
        Source::Folder { path } => Source::Folder { path: folder.join(path) },
        other => other,
    }
}

/// What fixes the content of a source: commit, package version, or nothing for a folder.
fn revision(source: &Source) -> String {
    match source {
        Source::Hub { revision, .. } => revision.clone(),
        Source::Wheel { packages } => {
            packages.first().map_or_else(String::new, |package| package.version.clone())
        }
        Source::Folder { .. } => "local".to_string(),
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

//! `--entailment` and the profile → the model that judges sentences, and its name for step keys.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use bulletin::engine::classifier::{EntailmentFiles, EntailmentModel};
use bulletin::entailment::{EntailmentJudge, Scope};
use bulletin::models::{ModelEntry, Profile, Registry, SELF_JUDGE, sum_of_file};

use super::desk::load_options;
use super::progress;
use crate::cli::RunArgs;

/// What switches the profile's own model off.
const NONE: &str = "none";

/// Where the model comes from.
pub enum Choice<'a> {
    Entry(&'a ModelEntry),
    Folder(PathBuf),
}

impl<'a> Choice<'a> {
    /// What the flag says, else what the profile says; `None` for no model.
    pub fn of(
        flag: Option<&str>,
        profile: &Profile,
        registry: &'a Registry,
    ) -> Result<Option<Self>> {
        let Some(name) = flag.or(profile.entailment.as_deref()) else { return Ok(None) };
        if name == NONE || name == SELF_JUDGE {
            return Ok(None);
        }
        let entry = match registry.model(name) {
            Ok(entry) => entry,
            Err(_) if PathBuf::from(name).is_dir() => {
                return Ok(Some(Self::Folder(PathBuf::from(name))));
            }
            Err(error) => return Err(error).context("--entailment: it is no folder, and"),
        };
        if !entry.architecture.is_classifier() {
            bail!("--entailment: model '{name}' ({}) is no entailment model", entry.architecture);
        }
        Ok(Some(Self::Entry(entry)))
    }

    /// Loads the model; one of the registry is fetched if it is not there.
    pub fn load(&self, run: &RunArgs, profile: &str) -> Result<EntailmentJudge> {
        let options = load_options(&run.machine);
        let (model, revision) = match self {
            Self::Entry(entry) => {
                let files = progress::obtain(entry, Some(profile), &run.store.store()?)?;
                (EntailmentModel::load(entry, &files, &options), entry.revision.clone())
            }
            Self::Folder(folder) => {
                let name = folder.display().to_string();
                let files = EntailmentFiles::find(folder).context("--entailment")?;
                (EntailmentModel::open(&name, &files, &options), "local".to_string())
            }
        };
        let model = model.context("cannot load the entailment model")?;
        Ok(EntailmentJudge {
            model: model.name().to_string(),
            revision,
            scope: Scope::Windows,
            score: Box::new(move |pairs| model.score(pairs)),
        })
    }

    /// All that decides what the model says.
    pub fn recipe(&self) -> Result<String> {
        match self {
            Self::Entry(entry) => {
                Ok(format!("{} {} {:?}", entry.name, entry.revision, entry.files))
            }
            Self::Folder(folder) => {
                let files = EntailmentFiles::find(folder).context("--entailment")?;
                let files = files.weights.iter().chain([&files.config, &files.tokenizer]);
                let sums: Result<Vec<String>> =
                    files.map(|path| sum_of_file(path, &mut |_| ())).collect();
                Ok(sums?.join(" "))
            }
        }
    }
}

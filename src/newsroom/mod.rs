//! The newsroom: everything that work needs besides its input. It is opened once; summaries, translations, checks
//! and batches are asked of it.

mod batch;
mod check;
mod config;
mod engines;
mod judge;
pub mod memory;
mod summarise;
mod text;
mod translate;

use std::cell::OnceCell;
use std::rc::Rc;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::checks::Checker;
use crate::engine::scripted::Scripted;
use crate::engine::{Engine, GenerationOptions, Loader, Sampling};
use crate::entailment::EntailmentJudge;
use crate::models::{self, ModelEntry, ModelFiles, Profile, Registry};
use crate::prompt::Prompts;

pub use check::cut;
pub use config::{Config, Keep};
pub use summarise::{Form, Writer};
pub use text::{Kept, TextOptions, TextPlan, TextRun, Window, same_language};
pub use translate::TranslationOptions;

use engines::Engines;

/// Sees the events of one fetch; dropped when the fetch has ended.
pub type FetchWatch = Box<dyn FnMut(models::Progress)>;

/// Registry, profile, prompts, checks, and the engines that are loaded.
pub struct Newsroom {
    config: Config,
    registry: Registry,
    profile: Profile,
    prompts: Prompts,
    checker: Rc<Checker>,
    loader: Loader,
    engines: Engines,
    /// The model that judges sentences stays beside the one that writes them.
    judge: OnceCell<Option<Rc<EntailmentJudge>>>,
    judge_recipe: OnceCell<String>,
    /// SHA-256 of the script that answers in the place of models.
    script: Option<String>,
    fetches: Box<dyn Fn() -> FetchWatch>,
}

impl Newsroom {
    /// Opens the registry, the profile and the prompts. Models are loaded when they are first needed.
    ///
    /// # Errors
    /// When the registry or a prompt is faulty, or there is no such profile.
    pub fn open(config: Config) -> Result<Self> {
        let registry = config.places.registry()?;
        let profile = registry.profile(&config.profile)?.clone();
        let prompts = match &config.prompts {
            Some(folder) => Prompts::from_folder(folder)?,
            None => Prompts::builtin(),
        };
        let script = config.script.as_deref().map(sum_of_script).transpose()?;
        Ok(Self {
            registry,
            profile,
            prompts,
            checker: Rc::default(),
            loader: Loader::new(config.load.clone()),
            engines: Engines::new(config.keep),
            judge: OnceCell::new(),
            judge_recipe: OnceCell::new(),
            script,
            fetches: Box::new(|| Box::new(|_| {})),
            config,
        })
    }

    /// The same newsroom, which shows the fetches of models: `watch` makes what sees the events of one.
    #[must_use]
    pub fn watching_fetches(self, watch: impl Fn() -> FetchWatch + 'static) -> Self {
        Self { fetches: Box::new(watch), ..self }
    }

    /// The profile that work is done by.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// A model of the registry.
    ///
    /// # Errors
    /// When the registry has none of that name.
    pub fn model(&self, name: &str) -> Result<&ModelEntry> {
        self.registry.model(name)
    }

    /// The checks with their tables.
    pub fn checker(&self) -> &Checker {
        &self.checker
    }

    /// The engine of a model; fetched and loaded if it is not at hand.
    ///
    /// # Errors
    /// When the model cannot be had or loaded.
    pub fn engine(&self, name: &str) -> Result<Rc<dyn Engine>> {
        if let Some(engine) = self.engines.get(name) {
            return Ok(engine);
        }
        // One that is on the same weights makes room only when they have been taken over.
        let shares = |loaded: &str| match (self.registry.model(loaded), self.registry.model(name)) {
            (Ok(loaded), Ok(entry)) => loaded.shares_files_with(entry),
            _ => false,
        };
        let before = self.engines.make_room(shares);
        let engine = self.load(name)?;
        drop(before);
        self.engines.put(name, &engine);
        Ok(engine)
    }

    fn load(&self, name: &str) -> Result<Rc<dyn Engine>> {
        if let Some(script) = &self.config.script {
            return Ok(Rc::new(Scripted::load(script)?));
        }
        let entry = self.registry.model(name)?;
        self.loader.load(entry, &self.obtain(entry)?)
    }

    /// The files of a model, fetched if need be.
    fn obtain(&self, entry: &ModelEntry) -> Result<ModelFiles> {
        let store = self.config.places.store()?;
        let mut watch = (self.fetches)();
        let files = models::obtain(entry, &store, &mut watch);
        drop(watch);
        files.with_context(|| format!("profile '{}'", self.profile.name))
    }

    /// The registry's defaults for a model, as options.
    fn generation(&self, entry: &ModelEntry) -> GenerationOptions {
        let defaults = &entry.defaults;
        let sampling = if defaults.beam > 1 {
            Sampling::Beam { width: defaults.beam, length_penalty: defaults.length_penalty }
        } else if defaults.temperature > 0.0 {
            Sampling::Random {
                temperature: defaults.temperature,
                top_k: defaults.top_k,
                top_p: defaults.top_p,
                min_p: defaults.min_p,
                seed: self.config.seed,
            }
        } else {
            Sampling::Greedy
        };
        GenerationOptions {
            max_new_tokens: defaults.max_new_tokens,
            sampling,
            repetition_penalty: defaults.repetition_penalty,
            repetition_window: defaults.repetition_window,
            ..GenerationOptions::default()
        }
    }
}

fn sum_of_script(path: &std::path::Path) -> Result<String> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read '{}'", path.display()))?;
    Ok(Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect())
}

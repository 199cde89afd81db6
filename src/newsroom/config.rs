//! What a newsroom is opened with.

use std::path::PathBuf;

use super::memory::memory;
use crate::engine::{KeyValueMemory, LoadOptions};
use crate::models::Places;

/// How many engines stay loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// One: another takes its place, so that two never share memory. For single articles and texts.
    #[default]
    One,
    /// All that have been used, until there is no more work for them. For batches.
    All,
}

/// What a newsroom is opened with; the default is the profile `starter` on all processors.
#[derive(Clone, Debug)]
pub struct Config {
    /// The registry, and where models are kept.
    pub places: Places,
    /// The set of models to use.
    pub profile: String,
    /// An entailment model that judges each sentence, too: a name of the registry, a folder, `self`, or `none` to do
    /// without the profile's.
    pub judge: Option<String>,
    /// Translations of each sentence to choose from; `None` is what the registry says of the model.
    pub candidates: Option<usize>,
    /// A folder with prompts; files that it lacks are the built-in ones.
    pub prompts: Option<PathBuf>,
    /// Where and how models compute.
    pub load: LoadOptions,
    /// Where random choices begin; the same seed gives the same text.
    pub seed: u64,
    /// How many engines stay loaded.
    pub keep: Keep,
    /// A file with answers in the place of models, for tests.
    pub script: Option<PathBuf>,
}

impl Default for Config {
    fn default() -> Self {
        let key_value_memory = KeyValueMemory::Fitted { elsewhere: memory().key_value_bytes() };
        Self {
            places: Places::default(),
            profile: "starter".to_string(),
            judge: None,
            candidates: None,
            prompts: None,
            load: LoadOptions { key_value_memory, ..LoadOptions::default() },
            seed: 0,
            keep: Keep::One,
            script: None,
        }
    }
}

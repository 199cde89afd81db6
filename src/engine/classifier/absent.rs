//! The entailment model of a program that was built without the feature `entailment`: there is none.

use anyhow::{Result, bail};

use super::{EntailmentFiles, EntailmentScores};
use crate::engine::{LoadOptions, RequestError};
use crate::models::{ModelEntry, ModelFiles};

/// A model that nobody can have.
pub enum EntailmentModel {}

impl EntailmentModel {
    /// Says that there is none.
    ///
    /// # Errors
    /// Always.
    pub fn load(entry: &ModelEntry, _files: &ModelFiles, _options: &LoadOptions) -> Result<Self> {
        absent(&entry.name)
    }

    /// As [`Self::load`].
    ///
    /// # Errors
    /// Always.
    pub fn open(name: &str, _files: &EntailmentFiles, _options: &LoadOptions) -> Result<Self> {
        absent(name)
    }

    /// Name of the registry entry or folder.
    pub fn name(&self) -> &str {
        match *self {}
    }

    /// How surely each premise entails its hypothesis.
    pub fn score(&self, _pairs: &[(&str, &str)]) -> Vec<Result<EntailmentScores, RequestError>> {
        match *self {}
    }
}

fn absent(name: &str) -> Result<EntailmentModel> {
    bail!(
        "this program was built without entailment models, and '{name}' is one; build it with the \
         feature `entailment`, which is on by default, or go without --judge"
    )
}

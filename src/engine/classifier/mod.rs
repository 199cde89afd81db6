//! Pairs of premise and hypothesis → how surely the one entails the other, by an encoder with a
//! classification head (DeBERTa-v2 and v3, XLM-RoBERTa).

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

#[cfg(feature = "entailment")]
mod config;
#[cfg(feature = "entailment")]
mod model;
#[cfg(feature = "entailment")]
mod network;
#[cfg(feature = "entailment")]
mod pairs;
#[cfg(feature = "entailment")]
pub use model::EntailmentModel;

#[cfg(not(feature = "entailment"))]
mod absent;
#[cfg(not(feature = "entailment"))]
pub use absent::EntailmentModel;

/// What the model says of a pair. Probabilities add up to 1 over all labels.
#[derive(Clone, Debug, PartialEq)]
pub struct EntailmentScores {
    /// That the premise bears the hypothesis out.
    pub entailment: f32,
    /// `None` for a model that only knows "entailment" and "not entailment".
    pub contradiction: Option<f32>,
    /// One for each label, in the order of the model.
    pub logits: Vec<f32>,
    /// Tokens of the premise that were not read, because the pair was too long.
    pub cut: usize,
}

/// The files of an entailment model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntailmentFiles {
    /// `model.safetensors` or its parts.
    pub weights: Vec<PathBuf>,
    /// `config.json`.
    pub config: PathBuf,
    /// `tokenizer.json`, or the SentencePiece model.
    pub tokenizer: PathBuf,
}

impl EntailmentFiles {
    /// The files of a model repository in a folder.
    ///
    /// # Errors
    /// When one is missing; the message names it.
    pub fn find(folder: &Path) -> Result<Self> {
        let files = ["model.safetensors", "config.json", "tokenizer.json"]
            .into_iter()
            .chain(PIECES)
            .filter(|name| folder.join(name).is_file());
        Self::of(files.map(|name| (name, folder.join(name))).collect())
            .with_context(|| format!("the folder '{}'", folder.display()))
    }

    fn of(files: Vec<(&str, PathBuf)>) -> Result<Self> {
        let named = |wanted: &str| {
            files.iter().find(|(name, _)| *name == wanted).map(|(_, path)| path.clone())
        };
        let weights: Vec<PathBuf> = files
            .iter()
            .filter(|(name, _)| name.ends_with(".safetensors"))
            .map(|(_, path)| path.clone())
            .collect();
        ensure!(!weights.is_empty(), "it has no model.safetensors");
        Ok(Self {
            weights,
            config: named("config.json").context("it has no config.json")?,
            tokenizer: named("tokenizer.json")
                .or_else(|| PIECES.iter().find_map(|name| named(name)))
                .context("it has no tokenizer.json and no SentencePiece model")?,
        })
    }
}

/// Names of SentencePiece models in the repositories of the two families.
const PIECES: [&str; 2] = ["spm.model", "sentencepiece.bpe.model"];

//! Files of a model → its network and its generation settings, ready to run on token ids.

use std::sync::Arc;

use anyhow::{Context, Result, bail};

use super::config::{MarianConfig, T5Config, T5Tensors};
use super::defaults::{Defaults, Settings};
use super::files::Seq2SeqFiles;
use super::layers::Network;
use super::weights::Weights;
use super::{marian, t5};
use crate::engine::formats::fields::Fields;
use crate::engine::kernels::{Precision, ThreadPool};
use crate::engine::tokenizer::T5Tokenizer;

/// The families that can be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Marian,
    T5,
}

pub(super) struct Model {
    pub family: Family,
    pub network: Network,
    pub defaults: Defaults,
    /// Of a GGUF file that holds one.
    pub tokenizer: Option<Box<T5Tokenizer>>,
}

impl Model {
    /// # Errors
    /// When a file is missing, damaged, or holds another model than its configuration says; the
    /// message names file and key or tensor.
    pub fn load(
        files: &Seq2SeqFiles,
        precision: Precision,
        pool: &Arc<ThreadPool>,
    ) -> Result<Self> {
        let weights = Weights::open(&files.weights)?;
        let Some(config_path) = &files.config else {
            return Self::load_gguf(&weights, files, precision, pool);
        };
        let config = Fields::read(config_path)?;
        let generation = files.generation_config.as_deref().map(Fields::read).transpose()?;
        let settings = Settings { generation: generation.as_ref(), config: &config };
        let family = family(&config)
            .with_context(|| format!("'{}' cannot be used", config_path.display()))?;
        let (network, defaults) = match family {
            Family::Marian => {
                let config = MarianConfig::from_fields(&config)?;
                (
                    marian::load(&weights, &config, precision, pool)?,
                    Defaults::for_marian(&settings)?,
                )
            }
            Family::T5 => {
                let config = T5Config::from_fields(&config)?;
                (t5::load(&weights, &config, precision, pool)?, Defaults::for_t5(&settings)?)
            }
        };
        let tokenizer = own_tokenizer(&weights, files)?;
        Self { family, network, defaults, tokenizer }.checked()
    }

    /// A GGUF file that describes itself.
    fn load_gguf(
        weights: &Weights,
        files: &Seq2SeqFiles,
        precision: Precision,
        pool: &Arc<ThreadPool>,
    ) -> Result<Self> {
        let file = weights
            .gguf()
            .context("the model has no config.json; get it from the same repository")?;
        let naming = t5::Naming::of(weights)?;
        if naming == t5::Naming::Transformers {
            bail!(
                "'{}' does not describe its model; put the repository's config.json beside it",
                file.path().display()
            );
        }
        let embedding = weights.shape(weights.first_of(naming.embedding())?)?;
        let tensors =
            T5Tensors { gated: weights.has(&naming.gate()), tied: !weights.has(naming.head()) };
        let vocabulary = embedding.first().copied().unwrap_or(0);
        let config = T5Config::from_metadata(file.metadata(), vocabulary, tensors)
            .with_context(|| format!("'{}' cannot be used", file.path().display()))?;
        let network = t5::load(weights, &config, precision, pool)?;
        let defaults = Defaults::from_metadata(file.metadata())?;
        let tokenizer = own_tokenizer(weights, files)?;
        Self { family: Family::T5, network, defaults, tokenizer }.checked()
    }

    fn checked(self) -> Result<Self> {
        self.defaults.check(self.network.head.outputs())?;
        Ok(self)
    }

    /// Most tokens that an output may have when `asked` are wanted: a token has to have a position
    /// before another can follow it.
    pub fn most_tokens(&self, asked: usize) -> usize {
        self.network.most_target_tokens.map_or(asked, |most| most.min(asked)).max(1)
    }
}

/// The tokenizer inside a GGUF file; files of its own come before it.
fn own_tokenizer(weights: &Weights, files: &Seq2SeqFiles) -> Result<Option<Box<T5Tokenizer>>> {
    let Some(file) = weights.gguf() else { return Ok(None) };
    let has_one = file.metadata().find("tokenizer.ggml.model").is_some();
    if !has_one || files.tokenizer.is_some() || files.pieces.is_some() {
        return Ok(None);
    }
    let tokenizer = T5Tokenizer::from_metadata(file.metadata())
        .with_context(|| format!("the tokenizer of '{}' cannot be used", file.path().display()))?;
    Ok(Some(Box::new(tokenizer)))
}

fn family(config: &Fields) -> Result<Family> {
    match config.optional_text("model_type")? {
        Some("marian") => Ok(Family::Marian),
        Some("t5" | "mt5") => Ok(Family::T5),
        Some(other) => {
            bail!("the model type '{other}' is not supported; 'marian', 't5' and 'mt5' are")
        }
        None => bail!("it has no 'model_type'"),
    }
}

#[cfg(test)]
mod tests;

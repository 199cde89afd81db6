//! `config.json`, or the metadata of a GGUF file → the shape of a model.

use anyhow::{Context, Result, bail, ensure};

use super::activation::{self, Activation};
use crate::engine::formats::fields::Fields;
use crate::engine::formats::gguf::Metadata;

/// More of anything than a model has: layers, heads, buckets.
const MOST_PARTS: usize = 4096;
/// Tokens that a T5 model is taken to read when its files do not say.
const T5_POSITIONS: usize = 1024;

/// Layers of one side of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StackShape {
    pub layers: usize,
    pub heads: usize,
    /// Width of the feed-forward block.
    pub inner: usize,
}

/// What a Marian repository's `config.json` says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct MarianConfig {
    pub hidden: usize,
    pub encoder: StackShape,
    pub decoder: StackShape,
    pub source_vocabulary: usize,
    pub target_vocabulary: usize,
    pub positions: usize,
    pub activation: Activation,
    pub embedding_scale: f32,
    /// Source and target are embedded by the same matrix.
    pub shared_embeddings: bool,
}

impl MarianConfig {
    /// # Errors
    /// When a key is missing, of the wrong kind or describes a model that cannot be.
    pub fn from_fields(fields: &Fields) -> Result<Self> {
        for unsupported in ["normalize_before", "normalize_embedding"] {
            ensure!(
                !fields.flag(unsupported, false)?,
                "'{unsupported}' is true in '{}'; Marian models with it are not supported",
                fields.path().display()
            );
        }
        let hidden = fields.size("d_model")?;
        let stack = |side: &str| -> Result<StackShape> {
            let shape = StackShape {
                layers: fields.size(&format!("{side}_layers"))?,
                heads: fields.size(&format!("{side}_attention_heads"))?,
                inner: fields.size(&format!("{side}_ffn_dim"))?,
            };
            check_stack(shape, side).map(|()| shape)
        };
        let source_vocabulary = fields.size("vocab_size")?;
        let scale = fields.flag("scale_embedding", false)?;
        let config = Self {
            hidden,
            encoder: stack("encoder")?,
            decoder: stack("decoder")?,
            source_vocabulary,
            target_vocabulary: fields
                .optional_size("decoder_vocab_size")?
                .unwrap_or(source_vocabulary),
            positions: fields.size("max_position_embeddings")?,
            activation: activation::from_name(
                fields.optional_text("activation_function")?.unwrap_or("gelu"),
            )?,
            embedding_scale: if scale { (hidden as f32).sqrt() } else { 1.0 },
            shared_embeddings: fields.flag("share_encoder_decoder_embeddings", true)?,
        };
        for (side, shape) in [("encoder", config.encoder), ("decoder", config.decoder)] {
            ensure!(
                hidden > 0 && hidden.is_multiple_of(shape.heads),
                "d_model is {hidden}, which {} {side} heads cannot share",
                shape.heads
            );
        }
        Ok(config)
    }
}

fn check_stack(shape: StackShape, side: &str) -> Result<()> {
    for (what, count) in [("layers", shape.layers), ("heads", shape.heads)] {
        ensure!((1..=MOST_PARTS).contains(&count), "the {side} has {count} {what}");
    }
    ensure!(shape.inner > 0, "the {side}'s feed-forward block has no width");
    Ok(())
}

/// What the configuration of a T5, mT5 or MADLAD-400 model says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct T5Config {
    pub hidden: usize,
    pub encoder: StackShape,
    pub decoder: StackShape,
    /// Width of one attention head; `heads * head_width` need not be `hidden`.
    pub head_width: usize,
    pub vocabulary: usize,
    pub buckets: usize,
    pub longest_distance: usize,
    pub epsilon: f32,
    pub activation: Activation,
    pub gated: bool,
    /// Hidden states are scaled by `hidden^-0.5` before the head: T5 1.0 alone.
    pub scaled_head: bool,
    /// Most source tokens.
    pub positions: usize,
}

impl T5Config {
    /// # Errors
    /// When a key is missing, of the wrong kind or describes a model that cannot be.
    pub fn from_fields(fields: &Fields) -> Result<Self> {
        let projection = fields.optional_text("feed_forward_proj")?.unwrap_or("relu");
        let multilingual = fields.optional_text("model_type")? == Some("mt5");
        let layers = fields.size("num_layers")?;
        let shape = |layers| -> Result<StackShape> {
            Ok(StackShape { layers, heads: fields.size("num_heads")?, inner: fields.size("d_ff")? })
        };
        let activation = match projection {
            // What the published T5 1.1 models mean by it.
            "gated-gelu" => Activation::GeluTanh,
            _ => activation::from_name(projection.trim_start_matches("gated-"))?,
        };
        Self {
            hidden: fields.size("d_model")?,
            encoder: shape(layers)?,
            decoder: shape(fields.optional_size("num_decoder_layers")?.unwrap_or(layers))?,
            head_width: fields.size("d_kv")?,
            vocabulary: fields.size("vocab_size")?,
            buckets: fields.optional_size("relative_attention_num_buckets")?.unwrap_or(32),
            longest_distance: fields
                .optional_size("relative_attention_max_distance")?
                .unwrap_or(128),
            epsilon: fields.optional_number("layer_norm_epsilon")?.unwrap_or(1e-6),
            activation,
            gated: projection.starts_with("gated-"),
            scaled_head: !multilingual && fields.flag("tie_word_embeddings", true)?,
            positions: fields.optional_size("n_positions")?.unwrap_or(T5_POSITIONS),
        }
        .checked()
        .with_context(|| format!("'{}' describes no model", fields.path().display()))
    }

    /// Reads the keys that llama.cpp writes for its architecture `t5`. `gated` and `tied` say what
    /// the file's tensors show: the metadata has no word of either.
    ///
    /// # Errors
    /// When a key is missing, of the wrong kind or describes a model that cannot be.
    pub fn from_metadata(
        metadata: &Metadata,
        vocabulary: usize,
        tensors: T5Tensors,
    ) -> Result<Self> {
        let architecture = metadata.string("general.architecture")?;
        if architecture != "t5" {
            bail!("general.architecture is '{architecture}'; 't5' was expected");
        }
        let size =
            |key: &str| -> Result<usize> { Ok(metadata.u32(&format!("t5.{key}"))? as usize) };
        let optional = |key: &str| -> Result<Option<usize>> {
            Ok(metadata.optional_u32(&format!("t5.{key}"))?.map(|value| value as usize))
        };
        let (layers, heads, inner) =
            (size("block_count")?, size("attention.head_count")?, size("feed_forward_length")?);
        let decoder_layers = optional("decoder_block_count")?.unwrap_or(layers);
        let hidden = size("embedding_length")?;
        let epsilon = match metadata.optional_f32("t5.attention.layer_norm_rms_epsilon")? {
            Some(epsilon) => epsilon,
            None => metadata.optional_f32("t5.attention.layer_norm_epsilon")?.unwrap_or(1e-6),
        };
        Self {
            hidden,
            encoder: StackShape { layers, heads, inner },
            decoder: StackShape { layers: decoder_layers, heads, inner },
            head_width: optional("attention.key_length")?.unwrap_or(hidden / heads.max(1)),
            vocabulary,
            buckets: optional("attention.relative_buckets_count")?.unwrap_or(32),
            longest_distance: 128,
            epsilon,
            activation: if tensors.gated { Activation::GeluTanh } else { Activation::Relu },
            gated: tensors.gated,
            // Gated models with tied embeddings are mT5, which does not scale.
            scaled_head: tensors.tied && !tensors.gated,
            positions: optional("context_length")?.unwrap_or(T5_POSITIONS),
        }
        .checked()
    }

    fn checked(self) -> Result<Self> {
        check_stack(self.encoder, "encoder")?;
        check_stack(self.decoder, "decoder")?;
        ensure!(
            self.hidden > 0 && self.head_width > 0 && self.vocabulary > 0,
            "a width or the vocabulary is 0"
        );
        // Half of the buckets count single steps; the decoder has all of them, the encoder half.
        ensure!(
            self.buckets.is_multiple_of(4)
                && (4..=MOST_PARTS).contains(&self.buckets)
                && self.longest_distance > self.buckets / 2
                && self.longest_distance <= 1 << 20,
            "{} buckets cannot count distances up to {}",
            self.buckets,
            self.longest_distance
        );
        Ok(self)
    }
}

/// What the tensors of a T5 file show about its architecture.
#[derive(Clone, Copy, Debug)]
pub(super) struct T5Tensors {
    pub gated: bool,
    pub tied: bool,
}

#[cfg(test)]
mod tests;

//! What a decoder-only family is made of: the constants and choices in which families differ.

use anyhow::{Result, ensure};

use super::cache::PAGE;
use crate::engine::formats::gguf::Metadata;

/// Gate activation of the feed-forward block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// x · σ(x)
    Silu,
    /// GELU in its tanh form (Hendrycks and Gimpel 2016)
    GeluTanh,
}

/// Which two values of a head a rotation turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RopeLayout {
    /// (2i, 2i + 1): llama.cpp's order for the llama family, whose query and key rows it permutes
    Neighbours,
    /// (i, i + d/2): the order of the published checkpoints
    Halves,
}

/// One set of rotation angles (Su et al. 2021). Angle of pair i at position p is
/// `p · position_scale · base^(−2i/d) / factors[i]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Rope {
    /// The base of the rotations' wave lengths, often called theta.
    pub base: f32,
    /// 1 / factor of linear scaling; 1.0 without scaling.
    pub position_scale: f32,
    /// Llama 3's per-frequency factors; `None` means all 1.
    pub factors: Option<Vec<f32>>,
}

/// Where queries and keys of a head are normalised, if they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadNorm {
    /// There is none.
    None,
    /// Before positions are rotated in.
    BeforeRope,
    /// After positions are rotated in.
    AfterRope,
}

/// Where a block's normalisations stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockNorm {
    /// Before attention and before the feed-forward part.
    Before,
    /// Also on their outputs, before these are added (Gemma).
    BeforeAndAfter,
}

/// What one layer attends to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerAttention {
    /// Keys that a query sees, its own included; `None` sees all before it.
    pub window: Option<usize>,
    /// Index into [`DecoderConfig::ropes`].
    pub rope: usize,
}

/// A decoder-only model's shape. Sizes count values.
#[derive(Clone, Debug, PartialEq)]
pub struct DecoderConfig {
    /// Values of a token between blocks.
    pub hidden: usize,
    /// Heads of queries.
    pub heads: usize,
    /// Heads of keys and values, each for as many heads of queries.
    pub key_value_heads: usize,
    /// Values of a head.
    pub head_dim: usize,
    /// Values inside the feed-forward part.
    pub feed_forward: usize,
    /// Most positions that the model was made for.
    pub context: usize,
    /// What norms add to the variance.
    pub norm_epsilon: f32,
    /// The gate of the feed-forward part.
    pub activation: Activation,
    /// Where heads are normed.
    pub head_norm: HeadNorm,
    /// Where a block is normed.
    pub block_norm: BlockNorm,
    /// Which values of a head turn together.
    pub rope_layout: RopeLayout,
    /// The kinds of rotation that layers choose from.
    pub ropes: Vec<Rope>,
    /// One entry a layer.
    pub layers: Vec<LayerAttention>,
    /// Multiplies queries · keys.
    pub attention_scale: f32,
    /// Multiplies the looked-up embeddings.
    pub embedding_scale: f32,
}

impl DecoderConfig {
    /// What every family reads alike; the family then changes what it does differently. The keys
    /// are those of the GGUF format under the prefix `family`.
    ///
    /// # Errors
    /// When a key is missing or its value is absurd; the message names the key.
    pub fn from_metadata(metadata: &Metadata, family: &str) -> Result<Self> {
        let size = |name: &str, most: u32| read_size(metadata, &format!("{family}.{name}"), most);
        let hidden = size("embedding_length", 1 << 16)?;
        let layer_count = size("block_count", 1 << 10)?;
        let heads = size("attention.head_count", 1 << 10)?;
        let key_value_heads = match metadata.find(&format!("{family}.attention.head_count_kv")) {
            Some(_) => size("attention.head_count_kv", 1 << 10)?,
            None => heads,
        };
        ensure!(
            heads.is_multiple_of(key_value_heads),
            "the metadata key '{family}.attention.head_count_kv' is {key_value_heads}, which does \
             not divide the {heads} heads"
        );
        let head_dim = read_head_dim(metadata, family, hidden, heads)?;
        Ok(Self {
            hidden,
            heads,
            key_value_heads,
            head_dim,
            feed_forward: size("feed_forward_length", 1 << 20)?,
            context: size("context_length", 1 << 24)?,
            norm_epsilon: read_epsilon(metadata, family)?,
            activation: Activation::Silu,
            head_norm: HeadNorm::None,
            block_norm: BlockNorm::Before,
            rope_layout: RopeLayout::Halves,
            ropes: vec![read_rope(metadata, family)?],
            layers: vec![LayerAttention { window: None, rope: 0 }; layer_count],
            attention_scale: (head_dim as f32).powf(-0.5),
            embedding_scale: 1.0,
        })
    }

    /// Query heads that share one key-value head.
    pub fn group(&self) -> usize {
        self.heads / self.key_value_heads
    }

    /// Values that a head takes in the cache: a multiple of the page, filled up with zeros.
    pub fn padded_head_dim(&self) -> usize {
        self.head_dim.next_multiple_of(PAGE)
    }

    /// Values of all queries of a position.
    pub fn query_width(&self) -> usize {
        self.heads * self.head_dim
    }

    /// Values of all keys (or all values) of a position.
    pub fn key_value_width(&self) -> usize {
        self.key_value_heads * self.head_dim
    }
}

fn read_size(metadata: &Metadata, key: &str, most: u32) -> Result<usize> {
    let size = metadata.u32(key)?;
    ensure!(
        (1..=most).contains(&size),
        "the metadata key '{key}' is {size}; 1 to {most} was expected"
    );
    Ok(size as usize)
}

fn read_head_dim(metadata: &Metadata, family: &str, hidden: usize, heads: usize) -> Result<usize> {
    let key = format!("{family}.attention.key_length");
    let head_dim = match metadata.find(&key) {
        Some(_) => read_size(metadata, &key, 1 << 12)?,
        None => hidden / heads,
    };
    ensure!(
        head_dim > 0 && head_dim.is_multiple_of(2),
        "heads of '{family}' have {head_dim} values; an even number was expected (key '{key}')"
    );
    for other in ["attention.value_length", "rope.dimension_count"] {
        let key = format!("{family}.{other}");
        if let Some(value) = metadata.optional_u32(&key)? {
            ensure!(
                value as usize == head_dim,
                "the metadata key '{key}' is {value}; heads have {head_dim} values and no \
                 supported model differs there"
            );
        }
    }
    Ok(head_dim)
}

fn read_epsilon(metadata: &Metadata, family: &str) -> Result<f32> {
    let key = format!("{family}.attention.layer_norm_rms_epsilon");
    let epsilon = metadata.f32(&key)?;
    ensure!(
        epsilon > 0.0 && epsilon < 0.1,
        "the metadata key '{key}' is {epsilon}, which is absurd"
    );
    Ok(epsilon)
}

fn read_rope(metadata: &Metadata, family: &str) -> Result<Rope> {
    let key = format!("{family}.rope.freq_base");
    // The format lets writers leave the original paper's base out.
    let base = metadata.optional_f32(&key)?.unwrap_or(10_000.0);
    ensure!((1.0..1e12).contains(&base), "the metadata key '{key}' is {base}, which is absurd");
    let kind_key = format!("{family}.rope.scaling.type");
    let position_scale = match metadata.optional_string(&kind_key)? {
        None | Some("none") => 1.0,
        Some("linear") => {
            let key = format!("{family}.rope.scaling.factor");
            let factor = metadata.f32(&key)?;
            ensure!(
                (1.0..1e4).contains(&factor),
                "the metadata key '{key}' is {factor}, which is absurd"
            );
            1.0 / factor
        }
        Some(other) => anyhow::bail!(
            "the metadata key '{kind_key}' is '{other}'; only 'linear' and 'none' are supported"
        ),
    };
    Ok(Rope { base, position_scale, factors: None })
}

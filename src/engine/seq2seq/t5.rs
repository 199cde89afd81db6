//! Weights of a T5, mT5 or MADLAD-400 model → its network.
//!
//! Two namings are read: that of `transformers`, which Candle's GGUF files of MADLAD-400 have too,
//! and that of llama.cpp's architecture `t5`.

use std::sync::Arc;

use anyhow::{Context, Result, bail};

use super::attention::Heads;
use super::config::{StackShape, T5Config};
use super::layers::{
    Block, CrossAttention, FeedForward, Gate, Network, NormOrder, SelfAttention, Stack,
};
use super::linear::{Linear, Part};
use super::norm::Norm;
use super::positions::{Direction, Positions, RelativeBias};
use super::weights::{Table, Weights};
use crate::engine::kernels::{Precision, ThreadPool};

/// How the tensors of a file are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Naming {
    Transformers,
    LlamaCpp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Encoder,
    Decoder,
}

/// A part of the model that has a tensor of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Self-attention's query, key, value and output: "q", "k", "v", "o".
    Own(&'static str),
    OwnNorm,
    Bias,
    Cross(&'static str),
    CrossNorm,
    /// The activated half of a gated block.
    FeedGate,
    FeedInput,
    FeedOutput,
    FeedNorm,
}

impl Naming {
    /// The naming of the tensors in these files.
    ///
    /// # Errors
    /// When they are called neither way.
    pub fn of(weights: &Weights) -> Result<Self> {
        if weights.has("enc.blk.0.attn_q.weight") {
            return Ok(Self::LlamaCpp);
        }
        if weights.has("encoder.block.0.layer.0.SelfAttention.q.weight") {
            return Ok(Self::Transformers);
        }
        bail!(
            "the weights hold no T5 encoder: neither transformers' nor llama.cpp's names are there"
        )
    }

    /// Names that the embedding may have.
    pub fn embedding(self) -> &'static [&'static str] {
        match self {
            Self::Transformers => {
                &["shared.weight", "encoder.embed_tokens.weight", "decoder.embed_tokens.weight"]
            }
            Self::LlamaCpp => &["token_embd.weight"],
        }
    }

    /// Name of the head, where it is not the embedding.
    pub fn head(self) -> &'static str {
        match self {
            Self::Transformers => "lm_head.weight",
            Self::LlamaCpp => "output.weight",
        }
    }

    /// Name of the first layer's gate, which only gated models have.
    pub fn gate(self) -> String {
        self.tensor(Side::Encoder, 0, Role::FeedGate, Gate::Present)
    }

    fn final_norm(self, side: Side) -> &'static str {
        match (self, side) {
            (Self::Transformers, Side::Encoder) => "encoder.final_layer_norm",
            (Self::Transformers, Side::Decoder) => "decoder.final_layer_norm",
            (Self::LlamaCpp, Side::Encoder) => "enc.output_norm",
            (Self::LlamaCpp, Side::Decoder) => "dec.output_norm",
        }
    }

    fn tensor(self, side: Side, layer: usize, role: Role, gate: Gate) -> String {
        match self {
            Self::Transformers => {
                let (stack, last) = match side {
                    Side::Encoder => ("encoder", 1),
                    Side::Decoder => ("decoder", 2),
                };
                let part = match role {
                    Role::Own(matrix) => format!("0.SelfAttention.{matrix}"),
                    Role::OwnNorm => "0.layer_norm".into(),
                    Role::Bias => "0.SelfAttention.relative_attention_bias".into(),
                    Role::Cross(matrix) => format!("1.EncDecAttention.{matrix}"),
                    Role::CrossNorm => "1.layer_norm".into(),
                    Role::FeedGate => format!("{last}.DenseReluDense.wi_0"),
                    Role::FeedInput if gate == Gate::Present => {
                        format!("{last}.DenseReluDense.wi_1")
                    }
                    Role::FeedInput => format!("{last}.DenseReluDense.wi"),
                    Role::FeedOutput => format!("{last}.DenseReluDense.wo"),
                    Role::FeedNorm => format!("{last}.layer_norm"),
                };
                format!("{stack}.block.{layer}.layer.{part}.weight")
            }
            Self::LlamaCpp => {
                let stack = if side == Side::Encoder { "enc" } else { "dec" };
                let part = match role {
                    Role::Own(matrix) => format!("attn_{matrix}"),
                    Role::OwnNorm => "attn_norm".into(),
                    Role::Bias => "attn_rel_b".into(),
                    Role::Cross(matrix) => format!("cross_attn_{matrix}"),
                    Role::CrossNorm => "cross_attn_norm".into(),
                    Role::FeedGate => "ffn_gate".into(),
                    Role::FeedInput => "ffn_up".into(),
                    Role::FeedOutput => "ffn_down".into(),
                    Role::FeedNorm => "ffn_norm".into(),
                };
                format!("{stack}.blk.{layer}.{part}.weight")
            }
        }
    }
}

struct Loader<'a> {
    weights: &'a Weights,
    config: &'a T5Config,
    naming: Naming,
    precision: Precision,
    pool: &'a ThreadPool,
}

/// Builds the model that `config` describes.
///
/// # Errors
/// When a tensor is missing or has another shape; the message names file and tensor.
pub(super) fn load(
    weights: &Weights,
    config: &T5Config,
    precision: Precision,
    pool: &Arc<ThreadPool>,
) -> Result<Network> {
    let naming = Naming::of(weights)?;
    let loader = Loader { weights, config, naming, precision, pool };
    let embedding = weights.first_of(naming.embedding())?;
    let table = Arc::new(weights.table(embedding, config.vocabulary, config.hidden)?);
    let head = if weights.has(naming.head()) { naming.head() } else { embedding };
    let head = Part { weight: head, bias: None, outputs: config.vocabulary };
    Ok(Network {
        encoder: loader.stack(Side::Encoder, config.encoder, Arc::clone(&table))?,
        decoder: loader.stack(Side::Decoder, config.decoder, table)?,
        head: Linear::load(weights, &[head], config.hidden, precision, pool)?,
        head_scale: if config.scaled_head { (config.hidden as f32).powf(-0.5) } else { 1.0 },
        most_source_tokens: config.positions,
        most_target_tokens: None,
        pool: Arc::clone(pool),
    })
}

impl Loader<'_> {
    fn stack(&self, side: Side, shape: StackShape, embedding: Arc<Table>) -> Result<Stack> {
        let config = self.config;
        let blocks = (0..shape.layers)
            .map(|layer| self.block(side, layer, shape))
            .collect::<Result<_>>()
            .with_context(|| format!("the {side:?} cannot be read"))?;
        Ok(Stack {
            embedding,
            embedding_scale: 1.0,
            hidden: config.hidden,
            positions: Positions::Relative(self.bias(side, shape.heads)?),
            heads: Heads { count: shape.heads, width: config.head_width, scale: 1.0 },
            order: NormOrder::Before,
            blocks,
            final_norm: Some(self.norm(&format!("{}.weight", self.naming.final_norm(side)))?),
        })
    }

    /// The first layer's table, which all layers share.
    fn bias(&self, side: Side, heads: usize) -> Result<RelativeBias> {
        let name = self.naming.tensor(side, 0, Role::Bias, Gate::Absent);
        let (buckets, longest) = (self.config.buckets, self.config.longest_distance);
        let table = self.weights.values(&name, &[buckets, heads])?;
        let direction = if side == Side::Encoder { Direction::Both } else { Direction::Back };
        Ok(RelativeBias::new(&table, buckets, heads, longest, direction))
    }

    fn norm(&self, name: &str) -> Result<Norm> {
        Norm::load_root_mean_square(self.weights, name, self.config.hidden, self.config.epsilon)
    }

    fn block(&self, side: Side, layer: usize, shape: StackShape) -> Result<Block> {
        let (hidden, total) = (self.config.hidden, shape.heads * self.config.head_width);
        let gate = if self.config.gated { Gate::Present } else { Gate::Absent };
        let name = |role| self.naming.tensor(side, layer, role, gate);
        let linear = |roles: &[Role], inputs, outputs| {
            let names: Vec<String> = roles.iter().map(|&role| name(role)).collect();
            let parts: Vec<Part<'_>> =
                names.iter().map(|weight| Part { weight, bias: None, outputs }).collect();
            Linear::load(self.weights, &parts, inputs, self.precision, self.pool)
        };
        let own = SelfAttention {
            input: linear(&[Role::Own("q"), Role::Own("k"), Role::Own("v")], hidden, total)?,
            output: linear(&[Role::Own("o")], total, hidden)?,
            norm: self.norm(&name(Role::OwnNorm))?,
        };
        let cross = match side {
            Side::Encoder => None,
            Side::Decoder => Some(CrossAttention {
                query: linear(&[Role::Cross("q")], hidden, total)?,
                memory: linear(&[Role::Cross("k"), Role::Cross("v")], hidden, total)?,
                output: linear(&[Role::Cross("o")], total, hidden)?,
                norm: self.norm(&name(Role::CrossNorm))?,
            }),
        };
        let inputs: &[Role] = match gate {
            Gate::Present => &[Role::FeedGate, Role::FeedInput],
            Gate::Absent => &[Role::FeedInput],
        };
        let feed_forward = FeedForward {
            input: linear(inputs, hidden, shape.inner)?,
            gate,
            activation: self.config.activation,
            output: linear(&[Role::FeedOutput], shape.inner, hidden)?,
            norm: self.norm(&name(Role::FeedNorm))?,
        };
        Ok(Block { own, cross, feed_forward })
    }
}

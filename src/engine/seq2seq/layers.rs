//! What a model is made of, from the whole down to its matrices; `network.rs` runs it.

use std::sync::Arc;

use super::activation::Activation;
use super::attention::Heads;
use super::linear::Linear;
use super::norm::Norm;
use super::positions::Positions;
use super::weights::Table;
use crate::engine::kernels::ThreadPool;

/// A whole model.
pub(super) struct Network {
    pub encoder: Stack,
    pub decoder: Stack,
    /// Decoder states → scores of the target vocabulary.
    pub head: Linear,
    /// Factor on the decoder states before the head.
    pub head_scale: f32,
    /// Most tokens of a source.
    pub most_source_tokens: usize,
    /// Most tokens of a target, start token included; `None` where positions are relative.
    pub most_target_tokens: Option<usize>,
    pub pool: Arc<ThreadPool>,
}

/// The encoder or the decoder.
pub(super) struct Stack {
    pub embedding: Arc<Table>,
    pub embedding_scale: f32,
    /// Values of one state.
    pub hidden: usize,
    pub positions: Positions,
    pub heads: Heads,
    pub order: NormOrder,
    pub blocks: Vec<Block>,
    pub final_norm: Option<Norm>,
}

/// Where a block normalises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NormOrder {
    /// What goes into each part (T5).
    Before,
    /// The sum of each part's input and output (Marian).
    After,
}

pub(super) struct Block {
    pub own: SelfAttention,
    /// The decoder's view of the source; none in the encoder.
    pub cross: Option<CrossAttention>,
    pub feed_forward: FeedForward,
}

pub(super) struct SelfAttention {
    /// States → queries, keys and values, in that order.
    pub input: Linear,
    pub output: Linear,
    pub norm: Norm,
}

pub(super) struct CrossAttention {
    pub query: Linear,
    /// Encoder states → keys and values.
    pub memory: Linear,
    pub output: Linear,
    pub norm: Norm,
}

pub(super) struct FeedForward {
    /// States → the inner width; with a gate, the gate's values first and as many values after them.
    pub input: Linear,
    pub gate: Gate,
    pub activation: Activation,
    pub output: Linear,
    pub norm: Norm,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gate {
    Absent,
    /// The activation of one half of the inner values multiplies the other.
    Present,
}

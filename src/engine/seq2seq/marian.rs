//! A Marian repository's weights → its network.
//!
//! Tensor names are those of `transformers`' MarianMTModel. Matrices that are tied may be in the
//! file under any one of their names.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};

use super::attention::Heads;
use super::config::{MarianConfig, StackShape};
use super::layers::{
    Block, CrossAttention, FeedForward, Gate, Network, NormOrder, SelfAttention, Stack,
};
use super::linear::{Linear, Part};
use super::norm::Norm;
use super::positions::{Positions, sinusoids};
use super::weights::{Table, Weights};
use crate::engine::kernels::{Precision, ThreadPool};

const SHARED: &str = "model.shared.weight";
const ENCODER: &str = "model.encoder.embed_tokens.weight";
const DECODER: &str = "model.decoder.embed_tokens.weight";
const HEAD: &str = "lm_head.weight";

struct Loader<'a> {
    weights: &'a Weights,
    config: &'a MarianConfig,
    precision: Precision,
    pool: &'a ThreadPool,
}

/// Builds the model that `config` describes.
///
/// # Errors
/// When a tensor is missing or has another shape; the message names file and tensor.
pub(super) fn load(
    weights: &Weights,
    config: &MarianConfig,
    precision: Precision,
    pool: &Arc<ThreadPool>,
) -> Result<Network> {
    let loader = Loader { weights, config, precision, pool };
    let (source_names, target_names, head_names) = if config.shared_embeddings {
        ensure!(
            config.source_vocabulary == config.target_vocabulary,
            "vocab_size and decoder_vocab_size differ in a model that shares its embeddings"
        );
        (
            [SHARED, ENCODER, DECODER, HEAD],
            [SHARED, DECODER, ENCODER, HEAD],
            [HEAD, SHARED, DECODER, ENCODER],
        )
    } else {
        ([ENCODER; 4], [DECODER, HEAD, DECODER, HEAD], [HEAD, DECODER, HEAD, DECODER])
    };
    let table = |names: &[&str], rows| -> Result<Arc<Table>> {
        Ok(Arc::new(weights.table(weights.first_of(names)?, rows, config.hidden)?))
    };
    let source = table(&source_names, config.source_vocabulary)?;
    let target = table(&target_names, config.target_vocabulary)?;
    let bias = "final_logits_bias";
    let head = Part {
        weight: weights.first_of(&head_names)?,
        bias: weights.has(bias).then_some(bias),
        outputs: config.target_vocabulary,
    };
    Ok(Network {
        encoder: loader.stack("encoder", config.encoder, source)?,
        decoder: loader.stack("decoder", config.decoder, target)?,
        head: Linear::load(weights, &[head], config.hidden, precision, pool)?,
        head_scale: 1.0,
        most_source_tokens: config.positions,
        most_target_tokens: Some(config.positions),
        pool: Arc::clone(pool),
    })
}

impl Loader<'_> {
    fn stack(&self, side: &str, shape: StackShape, embedding: Arc<Table>) -> Result<Stack> {
        let hidden = self.config.hidden;
        let width = hidden / shape.heads;
        let blocks = (0..shape.layers)
            .map(|layer| self.block(&format!("model.{side}.layers.{layer}"), side, shape))
            .collect::<Result<_>>()
            .with_context(|| format!("the {side} cannot be read"))?;
        Ok(Stack {
            embedding,
            embedding_scale: self.config.embedding_scale,
            hidden,
            positions: Positions::Table(self.positions(side)?),
            heads: Heads { count: shape.heads, width, scale: (width as f32).powf(-0.5) },
            order: NormOrder::After,
            blocks,
            final_norm: None,
        })
    }

    /// The file's own table where it has one: `transformers` reads it too, rounded as it may be.
    fn positions(&self, side: &str) -> Result<Vec<f32>> {
        let name = format!("model.{side}.embed_positions.weight");
        let (positions, hidden) = (self.config.positions, self.config.hidden);
        if self.weights.has(&name) {
            return self.weights.values(&name, &[positions, hidden]);
        }
        Ok(sinusoids(positions, hidden))
    }

    fn block(&self, name: &str, side: &str, shape: StackShape) -> Result<Block> {
        let hidden = self.config.hidden;
        let linear = |names: &[&str]| self.linear(name, names, hidden, hidden);
        let norm = |part: &str| Norm::load_layer(self.weights, &format!("{name}.{part}"), hidden);
        let own = SelfAttention {
            input: linear(&["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"])?,
            output: linear(&["self_attn.out_proj"])?,
            norm: norm("self_attn_layer_norm")?,
        };
        let cross = if side == "decoder" {
            Some(CrossAttention {
                query: linear(&["encoder_attn.q_proj"])?,
                memory: linear(&["encoder_attn.k_proj", "encoder_attn.v_proj"])?,
                output: linear(&["encoder_attn.out_proj"])?,
                norm: norm("encoder_attn_layer_norm")?,
            })
        } else {
            None
        };
        let feed_forward = FeedForward {
            input: self.linear(name, &["fc1"], hidden, shape.inner)?,
            gate: Gate::Absent,
            activation: self.config.activation,
            output: self.linear(name, &["fc2"], shape.inner, hidden)?,
            norm: norm("final_layer_norm")?,
        };
        Ok(Block { own, cross, feed_forward })
    }

    fn linear(&self, block: &str, names: &[&str], inputs: usize, outputs: usize) -> Result<Linear> {
        let full: Vec<(String, String)> = names
            .iter()
            .map(|name| (format!("{block}.{name}.weight"), format!("{block}.{name}.bias")))
            .collect();
        let parts: Vec<Part<'_>> =
            full.iter().map(|(weight, bias)| Part { weight, bias: Some(bias), outputs }).collect();
        Linear::load(self.weights, &parts, inputs, self.precision, self.pool)
    }
}

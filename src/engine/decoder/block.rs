//! One transformer block: attention and feed-forward part with their norms and residual paths.

use anyhow::Result;
use candle_core::Tensor;

use super::KeyValueStore;
use super::adapter::Adapter;
use super::attention::{LayerInput, Segment};
use super::checkpoint::Checkpoint;
use super::config::{Activation, BlockNorm, DecoderConfig, HeadNorm, LayerAttention};
use super::device_attention::{self, DeviceStep, HeadNormWeights};
use super::linear::Linear;
use super::rope::RopeTable;
use crate::engine::device::Compute;
use crate::engine::kernels::{self, ThreadPool};

/// Root-mean-square norm (Zhang and Sennrich 2019).
#[derive(Clone)]
pub struct Norm {
    values: Vec<f32>,
    /// The same on the device, (hidden).
    weight: Tensor,
    epsilon: f32,
}

impl Norm {
    /// # Errors
    /// When the tensor is missing or does not hold `length` values.
    pub fn load(
        checkpoint: &Checkpoint,
        name: &str,
        length: usize,
        config: &DecoderConfig,
        compute: &Compute,
    ) -> Result<Self> {
        let values = checkpoint.vector(name, length)?;
        let weight = Tensor::from_slice(&values, length, compute.device())?;
        Ok(Self { values, weight, epsilon: config.norm_epsilon })
    }

    /// `input` (rows, hidden) → `output`, whatever was in it; on the CPU.
    pub fn run(&self, input: &[f32], output: &mut Vec<f32>, pool: &ThreadPool) {
        let columns = self.values.len();
        let shape = (input.len() / columns, columns);
        output.resize(input.len(), 0.0);
        kernels::rms_norm(input, &self.values, self.epsilon, shape, output, pool);
    }

    /// (rows, hidden) → (rows, hidden), on a device.
    ///
    /// # Errors
    /// When the device fails.
    pub fn forward(&self, input: &Tensor) -> Result<Tensor> {
        Ok(candle_nn::ops::rms_norm(&input.contiguous()?, &self.weight, self.epsilon)?)
    }
}

/// Rows that go on after a layer's attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    All,
    /// Those whose successors are wanted.
    Outputs,
}

/// The weights of one layer.
pub struct Block {
    pub(super) attention_norm: Norm,
    /// Queries, keys and values of (hidden).
    pub(super) projections: Linear,
    query_norm: Option<Vec<f32>>,
    key_norm: Option<Vec<f32>>,
    device_norms: HeadNormWeights,
    pub(super) attention_output: Linear,
    pub(super) attention_output_norm: Option<Norm>,
    pub(super) feed_forward_norm: Norm,
    /// Gate and value of the gated unit (Shazeer 2020).
    pub(super) gate_up: Linear,
    pub(super) down: Linear,
    pub(super) feed_forward_output_norm: Option<Norm>,
    pub(super) activation: Activation,
    pub(super) feed_forward: usize,
}

impl Block {
    /// # Errors
    /// When a tensor of the layer is missing or has another shape than the metadata says.
    pub fn load(
        checkpoint: &Checkpoint,
        config: &DecoderConfig,
        index: usize,
        compute: &Compute,
    ) -> Result<Self> {
        let name = |part: &str| format!("blk.{index}.{part}");
        let norm = |part: &str| {
            Norm::load(checkpoint, &name(&format!("{part}.weight")), config.hidden, config, compute)
        };
        let output_norm = |part: &str| match config.block_norm {
            BlockNorm::Before => Ok(None),
            BlockNorm::BeforeAndAfter => norm(part).map(Some),
        };
        let head_norm = |part: &str| match config.head_norm {
            HeadNorm::None => Ok(None),
            HeadNorm::BeforeRope | HeadNorm::AfterRope => {
                checkpoint.vector(&name(&format!("{part}.weight")), config.head_dim).map(Some)
            }
        };
        let names = Projections::of(config, index);
        let linear = |names: &[(String, usize)], columns: usize| {
            Linear::load(checkpoint, &borrowed(names), columns, compute)
        };
        let (query_norm, key_norm) = (head_norm("attn_q_norm")?, head_norm("attn_k_norm")?);
        let on_device = |norm: &Option<Vec<f32>>| match norm {
            Some(values) => Tensor::from_slice(values, values.len(), compute.device()).map(Some),
            None => Ok(None),
        };
        let device_norms =
            HeadNormWeights { query: on_device(&query_norm)?, key: on_device(&key_norm)? };
        Ok(Self {
            attention_norm: norm("attn_norm")?,
            projections: linear(&names.attention, config.hidden)?,
            query_norm,
            key_norm,
            device_norms,
            attention_output: linear(&names.attention_output, config.query_width())?,
            attention_output_norm: output_norm("post_attention_norm")?,
            feed_forward_norm: norm("ffn_norm")?,
            gate_up: linear(&names.gate_up, config.hidden)?,
            down: linear(&names.down, config.feed_forward)?,
            feed_forward_output_norm: output_norm("post_ffw_norm")?,
            activation: config.activation,
            feed_forward: config.feed_forward,
        })
    }

    /// The same layer with `adapter` on top, or bare; the weights themselves are shared.
    ///
    /// # Errors
    /// When the adapter does not fit.
    pub fn adapted(
        &self,
        adapter: Option<&Adapter>,
        config: &DecoderConfig,
        index: usize,
        compute: &Compute,
    ) -> Result<Self> {
        let names = Projections::of(config, index);
        let adapted = |linear: &Linear, names: &[(String, usize)]| {
            linear.adapted(adapter, &borrowed(names), compute)
        };
        Ok(Self {
            attention_norm: self.attention_norm.clone(),
            projections: adapted(&self.projections, &names.attention)?,
            query_norm: self.query_norm.clone(),
            key_norm: self.key_norm.clone(),
            device_norms: self.device_norms.clone(),
            attention_output: adapted(&self.attention_output, &names.attention_output)?,
            attention_output_norm: self.attention_output_norm.clone(),
            feed_forward_norm: self.feed_forward_norm.clone(),
            gate_up: adapted(&self.gate_up, &names.gate_up)?,
            down: adapted(&self.down, &names.down)?,
            feed_forward_output_norm: self.feed_forward_output_norm.clone(),
            activation: self.activation,
            feed_forward: self.feed_forward,
        })
    }

    /// What this layer's attention needs.
    pub fn layer_input<'a>(
        &'a self,
        config: &'a DecoderConfig,
        layer: LayerAttention,
        table: &'a RopeTable,
        segments: &'a [Segment<'a>],
    ) -> LayerInput<'a> {
        let (query_norm, key_norm) = (self.query_norm.as_deref(), self.key_norm.as_deref());
        LayerInput { config, layer, table, query_norm, key_norm, segments }
    }

    /// (rows, hidden) → (`rows`, hidden), on a device.
    ///
    /// # Errors
    /// When the device fails.
    pub fn forward(
        &self,
        input: &LayerInput<'_>,
        index: usize,
        hidden: Tensor,
        store: &mut KeyValueStore,
        step: &DeviceStep,
        rows: Rows,
    ) -> Result<Tensor> {
        let projected = self.projections.forward(&self.attention_norm.forward(&hidden)?)?;
        let layers = &store.device_layers[index];
        let attended =
            device_attention::attend(input, &self.device_norms, step, layers, &projected)?;
        let (attended, hidden) = match rows {
            Rows::All => (attended, hidden),
            Rows::Outputs => (step.select(&attended)?, step.select(&hidden)?),
        };
        let attended =
            normalised(&self.attention_output_norm, self.attention_output.forward(&attended)?)?;
        let hidden = (hidden + attended)?;
        let gated = self.gate(&self.gate_up.forward(&self.feed_forward_norm.forward(&hidden)?)?)?;
        let output = normalised(&self.feed_forward_output_norm, self.down.forward(&gated)?)?;
        Ok((hidden + output)?)
    }

    /// (rows, 2 · feed_forward) → (rows, feed_forward)
    fn gate(&self, gate_up: &Tensor) -> candle_core::Result<Tensor> {
        let gate = gate_up.narrow(1, 0, self.feed_forward)?.contiguous()?;
        let up = gate_up.narrow(1, self.feed_forward, self.feed_forward)?.contiguous()?;
        match self.activation {
            Activation::Silu => gate.silu()? * up,
            Activation::GeluTanh => gate.gelu()? * up,
        }
    }
}

/// Tensors that are applied to the same values in one layer, each with its outputs.
struct Projections {
    attention: [(String, usize); 3],
    attention_output: [(String, usize); 1],
    gate_up: [(String, usize); 2],
    down: [(String, usize); 1],
}

impl Projections {
    fn of(config: &DecoderConfig, index: usize) -> Self {
        let name = |part: &str, rows: usize| (format!("blk.{index}.{part}"), rows);
        let (queries, keys) = (config.query_width(), config.key_value_width());
        Self {
            attention: [name("attn_q", queries), name("attn_k", keys), name("attn_v", keys)],
            attention_output: [name("attn_output", config.hidden)],
            gate_up: [name("ffn_gate", config.feed_forward), name("ffn_up", config.feed_forward)],
            down: [name("ffn_down", config.hidden)],
        }
    }
}

fn borrowed(names: &[(String, usize)]) -> Vec<(&str, usize)> {
    names.iter().map(|(name, rows)| (name.as_str(), *rows)).collect()
}

fn normalised(norm: &Option<Norm>, values: Tensor) -> Result<Tensor> {
    match norm {
        Some(norm) => norm.forward(&values),
        None => Ok(values),
    }
}

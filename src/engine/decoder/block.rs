//! One transformer block: attention and feed-forward part with their norms and residual paths.

use std::sync::Arc;

use anyhow::Result;
use candle_core::Tensor;

use super::KeyValueStore;
use super::attention::{self, LayerInput, Segment};
use super::checkpoint::Checkpoint;
use super::config::{Activation, BlockNorm, DecoderConfig, HeadNorm, LayerAttention};
use super::device_attention::{self, DeviceStep, HeadNormWeights};
use super::linear::Linear;
use super::rope::RopeTable;
use crate::engine::device::Compute;
use crate::engine::kernels::{self, ThreadPool};
use crate::engine::row_kernel::{add_to, edit, map_rows};

/// Root-mean-square norm (Zhang and Sennrich 2019).
pub struct Norm {
    values: Vec<f32>,
    /// The same on the device, (hidden).
    weight: Tensor,
    epsilon: f32,
    pool: Option<Arc<ThreadPool>>,
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
        let pool = match compute {
            Compute::Kernels(pool) => Some(Arc::clone(pool)),
            Compute::Device(_) => None,
        };
        Ok(Self { values, weight, epsilon: config.norm_epsilon, pool })
    }

    /// (rows, hidden) → (rows, hidden)
    pub fn forward(&self, input: &Tensor) -> candle_core::Result<Tensor> {
        let columns = self.values.len();
        match &self.pool {
            Some(pool) => map_rows(input, "rms-norm", columns, |values, rows, output| {
                kernels::rms_norm(
                    values,
                    &self.values,
                    self.epsilon,
                    (rows, columns),
                    output,
                    pool,
                );
            }),
            None => candle_nn::ops::rms_norm(&input.contiguous()?, &self.weight, self.epsilon),
        }
    }
}

/// Where one pass through the model computes, with what a device needs for it.
pub enum Pass<'a> {
    Kernels(&'a ThreadPool),
    Device(DeviceStep),
}

/// The weights of one layer.
pub struct Block {
    attention_norm: Norm,
    /// Queries, keys and values of (hidden).
    projections: Linear,
    query_norm: Option<Vec<f32>>,
    key_norm: Option<Vec<f32>>,
    device_norms: HeadNormWeights,
    attention_output: Linear,
    attention_output_norm: Option<Norm>,
    feed_forward_norm: Norm,
    /// Gate and value of the gated unit (Shazeer 2020).
    gate_up: Linear,
    down: Linear,
    feed_forward_output_norm: Option<Norm>,
    activation: Activation,
    feed_forward: usize,
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
        let linear = |parts: &[(&str, usize)], columns: usize| {
            let names: Vec<(String, usize)> =
                parts.iter().map(|(part, rows)| (name(part), *rows)).collect();
            let names: Vec<(&str, usize)> =
                names.iter().map(|(name, rows)| (name.as_str(), *rows)).collect();
            Linear::load(checkpoint, &names, columns, compute)
        };
        let (queries, keys) = (config.query_width(), config.key_value_width());
        let (query_norm, key_norm) = (head_norm("attn_q_norm")?, head_norm("attn_k_norm")?);
        let on_device = |norm: &Option<Vec<f32>>| match norm {
            Some(values) => Tensor::from_slice(values, values.len(), compute.device()).map(Some),
            None => Ok(None),
        };
        let device_norms =
            HeadNormWeights { query: on_device(&query_norm)?, key: on_device(&key_norm)? };
        Ok(Self {
            attention_norm: norm("attn_norm")?,
            projections: linear(
                &[("attn_q", queries), ("attn_k", keys), ("attn_v", keys)],
                config.hidden,
            )?,
            query_norm,
            key_norm,
            device_norms,
            attention_output: linear(&[("attn_output", config.hidden)], queries)?,
            attention_output_norm: output_norm("post_attention_norm")?,
            feed_forward_norm: norm("ffn_norm")?,
            gate_up: linear(
                &[("ffn_gate", config.feed_forward), ("ffn_up", config.feed_forward)],
                config.hidden,
            )?,
            down: linear(&[("ffn_down", config.hidden)], config.feed_forward)?,
            feed_forward_output_norm: output_norm("post_ffw_norm")?,
            activation: config.activation,
            feed_forward: config.feed_forward,
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

    /// (rows, hidden) → (rows, hidden), or to the rows of `keep` alone.
    pub fn forward(
        &self,
        input: &LayerInput<'_>,
        index: usize,
        hidden: Tensor,
        store: &mut KeyValueStore,
        pass: &Pass<'_>,
        keep: Option<&[usize]>,
    ) -> Result<Tensor> {
        let projected = self.projections.forward(&self.attention_norm.forward(&hidden)?)?;
        let attended = match pass {
            Pass::Kernels(pool) => attend_with_kernels(input, index, &projected, store, pool)?,
            Pass::Device(step) => device_attention::attend(
                input,
                &self.device_norms,
                step,
                &store.device_layers[index],
                &projected,
            )?,
        };
        let (attended, hidden) = match (keep, pass) {
            (Some(_), Pass::Device(step)) => (step.select(&attended)?, step.select(&hidden)?),
            (Some(rows), Pass::Kernels(_)) => (select(&attended, rows)?, select(&hidden, rows)?),
            (None, _) => (attended, hidden),
        };
        let attended =
            normalised(&self.attention_output_norm, self.attention_output.forward(&attended)?)?;
        let hidden = added(hidden, &attended, pass)?;
        let gated =
            self.gate(&self.gate_up.forward(&self.feed_forward_norm.forward(&hidden)?)?, pass)?;
        let output = normalised(&self.feed_forward_output_norm, self.down.forward(&gated)?)?;
        Ok(added(hidden, &output, pass)?)
    }

    /// (rows, 2 · feed_forward) → (rows, feed_forward)
    fn gate(&self, gate_up: &Tensor, pass: &Pass<'_>) -> candle_core::Result<Tensor> {
        match (pass, self.activation) {
            (Pass::Kernels(pool), activation) => {
                map_rows(gate_up, "gated-unit", self.feed_forward, |values, _, output| {
                    match activation {
                        Activation::Silu => {
                            kernels::swiglu(values, self.feed_forward, output, pool)
                        }
                        Activation::GeluTanh => {
                            kernels::gelu_tanh_glu(values, self.feed_forward, output, pool)
                        }
                    }
                })
            }
            (Pass::Device(_), activation) => {
                let gate = gate_up.narrow(1, 0, self.feed_forward)?.contiguous()?;
                let up = gate_up.narrow(1, self.feed_forward, self.feed_forward)?.contiguous()?;
                match activation {
                    Activation::Silu => gate.silu()? * up,
                    Activation::GeluTanh => gate.gelu()? * up,
                }
            }
        }
    }
}

fn attend_with_kernels(
    input: &LayerInput<'_>,
    index: usize,
    projected: &Tensor,
    store: &mut KeyValueStore,
    pool: &ThreadPool,
) -> Result<Tensor> {
    let width = input.config.query_width();
    edit(projected, "prepare-and-store", |projected| {
        attention::prepare_and_store(input, index, &mut store.cache, projected, pool);
    })?;
    Ok(map_rows(projected, "attention", width, |projected, _, output| {
        attention::attend(input, index, &store.cache, projected, output, pool);
    })?)
}

/// `total + addend`; `total` is used up.
fn added(total: Tensor, addend: &Tensor, pass: &Pass<'_>) -> candle_core::Result<Tensor> {
    match pass {
        Pass::Kernels(pool) => {
            add_to(&total, addend, pool)?;
            Ok(total)
        }
        Pass::Device(_) => total + addend,
    }
}

fn normalised(norm: &Option<Norm>, values: Tensor) -> candle_core::Result<Tensor> {
    match norm {
        Some(norm) => norm.forward(&values),
        None => Ok(values),
    }
}

/// Some rows of a matrix, in the order given.
fn select(matrix: &Tensor, rows: &[usize]) -> candle_core::Result<Tensor> {
    let (count, _) = matrix.dims2()?;
    if rows.iter().copied().eq(0..count) {
        return Ok(matrix.clone());
    }
    let rows: Vec<u32> = rows.iter().map(|&row| row as u32).collect();
    let length = rows.len();
    matrix.index_select(&Tensor::from_vec(rows, length, matrix.device())?, 0)
}

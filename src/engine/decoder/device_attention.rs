//! Attention in Candle's own operations, for devices that our kernels do not serve.
//!
//! The arithmetic is that of `attention.rs`; the tests hold one against the other.

use candle_core::{DType, Device, Result, Tensor};
use candle_nn::rotary_emb::{rope_i, rope_thd};

use super::attention::LayerInput;
use super::cache::PAGE;
use super::config::{DecoderConfig, HeadNorm, RopeLayout};

#[cfg(feature = "flash-attn")]
mod flash;
mod step;

pub use step::DeviceStep;
use step::Run;

/// How keys and values are kept on a device: rounded as on the CPU.
const KEY_VALUE_TYPE: DType = DType::F16;

/// One layer's keys and values on the device: (pages · PAGE, 2 · key-value width), the keys of a
/// position before its values.
pub struct DeviceLayerCache {
    entries: Tensor,
}

impl DeviceLayerCache {
    /// # Errors
    /// When the device has no room.
    pub fn new(config: &DecoderConfig, pages: usize, device: &Device) -> Result<Self> {
        let shape = (pages * PAGE, 2 * config.key_value_width());
        Ok(Self { entries: Tensor::zeros(shape, KEY_VALUE_TYPE, device)? })
    }

    /// Bytes that one position takes in all layers.
    pub fn bytes_per_token(config: &DecoderConfig) -> usize {
        2 * KEY_VALUE_TYPE.size_in_bytes() * config.layers.len() * config.key_value_width()
    }
}

/// Per-head norm weights of one layer on the device, (head_dim).
#[derive(Clone)]
pub struct HeadNormWeights {
    pub query: Option<Tensor>,
    pub key: Option<Tensor>,
}

/// `projected` is (rows, query width + 2 · key-value width); gives (rows, query width).
///
/// # Errors
/// When the device fails.
pub fn attend(
    input: &LayerInput<'_>,
    norms: &HeadNormWeights,
    step: &DeviceStep,
    cache: &DeviceLayerCache,
    projected: &Tensor,
) -> Result<Tensor> {
    let config = input.config;
    let (rows, _) = projected.dims2()?;
    let (query_width, width) = (config.query_width(), config.key_value_width());
    let heads = |start: usize, count: usize| {
        projected.narrow(1, start, count * config.head_dim)?.contiguous()?.reshape((
            rows,
            count,
            config.head_dim,
        ))
    };
    let table = step.table(input.layer);
    let queries = prepare(config, table, norms.query.as_ref(), &heads(0, config.heads)?)?;
    let keys = heads(query_width, config.key_value_heads)?;
    let keys = prepare(config, table, norms.key.as_ref(), &keys)?.reshape((rows, width))?;
    let values = projected.narrow(1, query_width + width, width)?;
    let entries = Tensor::cat(&[keys, values], 1)?.to_dtype(KEY_VALUE_TYPE)?;
    cache.entries.scatter_set(step.places(), &entries, 0)?;
    #[cfg(feature = "flash-attn")]
    if let Some(flash) = step.flash() {
        return flash.attend(config, input.layer, &cache.entries, &queries);
    }
    let parts = (step.runs().iter())
        .map(|run| attend_run(config, run, step.mask(run, input.layer), cache, &queries))
        .collect::<Result<Vec<_>>>()?;
    if parts.len() == 1 { Ok(parts[0].clone()) } else { Tensor::cat(&parts, 0) }
}

/// Norm and rotation of (rows, heads, head_dim) by cosines and sines of (rows, head_dim / 2).
fn prepare(
    config: &DecoderConfig,
    table: &(Tensor, Tensor),
    norm: Option<&Tensor>,
    heads: &Tensor,
) -> Result<Tensor> {
    let normalise = |heads: &Tensor| match norm {
        Some(weight) => candle_nn::ops::rms_norm(heads, weight, config.norm_epsilon),
        None => Ok(heads.clone()),
    };
    match config.head_norm {
        HeadNorm::None => rotate(config.rope_layout, table, heads),
        HeadNorm::BeforeRope => rotate(config.rope_layout, table, &normalise(heads)?),
        HeadNorm::AfterRope => normalise(&rotate(config.rope_layout, table, heads)?),
    }
}

fn rotate(
    layout: RopeLayout,
    (cosines, sines): &(Tensor, Tensor),
    heads: &Tensor,
) -> Result<Tensor> {
    let turned = match layout {
        RopeLayout::Halves => rope_thd(&heads.unsqueeze(0)?, cosines, sines)?,
        RopeLayout::Neighbours => {
            let by_head = heads.transpose(0, 1)?.contiguous()?.unsqueeze(0)?;
            rope_i(&by_head, cosines, sines)?.transpose(1, 2)?.contiguous()?
        }
    };
    turned.squeeze(0)
}

/// Attention of the run's rows of (rows, heads, head_dim): (run's rows, query width).
fn attend_run(
    config: &DecoderConfig,
    run: &Run,
    mask: &Tensor,
    cache: &DeviceLayerCache,
    queries: &Tensor,
) -> Result<Tensor> {
    let (segments, rows, keys) = (run.segments, run.rows.len() / run.segments, run.keys);
    let (shared, group, dim) = (config.key_value_heads, config.group(), config.head_dim);
    let page_width = PAGE * 2 * config.key_value_width();
    let entries = (cache.entries.reshape(((), page_width))?)
        .index_select(&run.pages, 0)?
        .reshape((segments, keys, 2, shared, dim))?;
    // (segments, key-value heads, keys, head_dim), the arithmetic being in F32.
    let stored = |part: usize| {
        let part = entries.narrow(2, part, 1)?.squeeze(2)?.transpose(1, 2)?;
        part.contiguous()?.to_dtype(DType::F32)
    };
    // The queries that share a key-value head lie together, so that no key is repeated.
    let queries = (queries.narrow(0, run.rows.start, run.rows.len())?)
        .reshape((segments, rows, shared, group, dim))?
        .permute((0, 2, 3, 1, 4))?
        .contiguous()?
        .reshape((segments, shared, group * rows, dim))?;
    let scores =
        queries.matmul(&stored(0)?.t()?)?.reshape((segments, shared, group, rows, keys))?;
    let scores = (scores * f64::from(config.attention_scale))?.broadcast_add(mask)?;
    let weights = candle_nn::ops::softmax_last_dim(&scores)?;
    let attended = weights.reshape((segments, shared, group * rows, keys))?.matmul(&stored(1)?)?;
    attended
        .reshape((segments, shared, group, rows, dim))?
        .permute((0, 3, 1, 2, 4))?
        .contiguous()?
        .reshape((segments * rows, config.query_width()))
}

//! Attention in Candle's own operations, for devices that our kernels do not serve.
//!
//! The arithmetic is that of `attention.rs`; the tests hold one against the other.

use candle_core::{D, DType, Device, Result, Tensor};
use candle_nn::rotary_emb::{rope, rope_i};

use super::attention::{LayerInput, Segment};
use super::cache::PAGE;
use super::config::{DecoderConfig, HeadNorm, RopeLayout};

/// One layer's keys and values on the device: (pages · PAGE, key-value heads, head_dim) each.
pub struct DeviceLayerCache {
    keys: Tensor,
    values: Tensor,
}

impl DeviceLayerCache {
    /// # Errors
    /// When the device has no room.
    pub fn new(config: &DecoderConfig, pages: usize, device: &Device) -> Result<Self> {
        let shape = (pages * PAGE, config.key_value_heads, config.head_dim);
        let zeros = || Tensor::zeros(shape, DType::F32, device);
        Ok(Self { keys: zeros()?, values: zeros()? })
    }
}

/// Per-head norm weights of one layer on the device, (head_dim).
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
    let queries = prepare(input, norms.query.as_ref(), &heads(0, config.heads)?)?;
    let keys = prepare(input, norms.key.as_ref(), &heads(query_width, config.key_value_heads)?)?;
    let values = heads(query_width + width, config.key_value_heads)?;
    for segment in input.segments {
        store(segment, &keys, &cache.keys)?;
        store(segment, &values, &cache.values)?;
    }
    let mut parts = Vec::new();
    let single = |segment: &Segment<'_>| segment.rows.len() == 1;
    for run in input.segments.chunk_by(|a, b| single(a) && single(b)) {
        parts.push(attend_run(input, run, cache, &queries)?);
    }
    Tensor::cat(&parts, 0)?.reshape((rows, query_width))
}

/// Norm and rotation of (rows, heads, head_dim).
fn prepare(input: &LayerInput<'_>, norm: Option<&Tensor>, heads: &Tensor) -> Result<Tensor> {
    let epsilon = input.config.norm_epsilon;
    let normalise = |heads: &Tensor| match norm {
        Some(weight) => candle_nn::ops::rms_norm(heads, weight, epsilon),
        None => Ok(heads.clone()),
    };
    match input.config.head_norm {
        HeadNorm::None => rotate(input, heads),
        HeadNorm::BeforeRope => rotate(input, &normalise(heads)?),
        HeadNorm::AfterRope => normalise(&rotate(input, heads)?),
    }
}

fn rotate(input: &LayerInput<'_>, heads: &Tensor) -> Result<Tensor> {
    let (rows, _, head_dim) = heads.dims3()?;
    let table = |values: &[f32]| Tensor::from_slice(values, (rows, head_dim / 2), heads.device());
    let (cosines, sines) = (table(input.table.cosines())?, table(input.table.sines())?);
    let by_head = heads.transpose(0, 1)?.unsqueeze(0)?.contiguous()?;
    let turned = match input.config.rope_layout {
        RopeLayout::Halves => rope(&by_head, &cosines, &sines)?,
        RopeLayout::Neighbours => rope_i(&by_head, &cosines, &sines)?,
    };
    turned.squeeze(0)?.transpose(0, 1)?.contiguous()
}

fn slot(segment: &Segment<'_>, position: usize) -> usize {
    segment.pages[position / PAGE] as usize * PAGE + position % PAGE
}

/// Copies a segment's rows into the cache, one copy for each stretch within a page.
fn store(segment: &Segment<'_>, rows: &Tensor, cache: &Tensor) -> Result<()> {
    let mut row = segment.rows.start;
    while row < segment.rows.end {
        let position = segment.start + (row - segment.rows.start);
        let count = (PAGE - position % PAGE).min(segment.rows.end - row);
        cache.slice_set(&rows.narrow(0, row, count)?.contiguous()?, 0, slot(segment, position))?;
        row += count;
    }
    Ok(())
}

/// Attention of segments of one row each, or of one segment of many: (rows, heads, head_dim).
fn attend_run(
    input: &LayerInput<'_>,
    run: &[Segment<'_>],
    cache: &DeviceLayerCache,
    queries: &Tensor,
) -> Result<Tensor> {
    let config = input.config;
    let device = queries.device();
    let rows_each = run[0].rows.len();
    let longest = run.iter().map(|segment| segment.start + rows_each).max().unwrap_or(0);
    let (slots, mask) = slots_and_mask(input, run, longest);
    let slots = Tensor::from_vec(slots, run.len() * longest, device)?;
    let mask = Tensor::from_vec(mask, (run.len(), 1, rows_each, longest), device)?;
    // (segments, heads, longest, head_dim), each key-value head repeated for its group.
    let gather = |cache: &Tensor| {
        let shape = (run.len(), longest, config.key_value_heads, 1, config.head_dim);
        let grouped = (run.len(), longest, config.key_value_heads, config.group(), config.head_dim);
        cache
            .index_select(&slots, 0)?
            .reshape(shape)?
            .broadcast_as(grouped)?
            .reshape((run.len(), longest, config.heads, config.head_dim))?
            .transpose(1, 2)?
            .contiguous()
    };
    let queries = queries
        .narrow(0, run[0].rows.start, run.len() * rows_each)?
        .reshape((run.len(), rows_each, config.heads, config.head_dim))?
        .transpose(1, 2)?
        .contiguous()?;
    let scores = queries.matmul(&gather(&cache.keys)?.transpose(D::Minus2, D::Minus1)?)?;
    let scores = (scores * f64::from(config.attention_scale))?.broadcast_add(&mask)?;
    let weights = candle_nn::ops::softmax_last_dim(&scores)?;
    let attended = weights.matmul(&gather(&cache.values)?)?;
    attended.transpose(1, 2)?.contiguous()?.reshape((
        run.len() * rows_each,
        config.heads,
        config.head_dim,
    ))
}

/// Cache slots (segments, longest) and the additive mask (segments, rows, longest).
fn slots_and_mask(
    input: &LayerInput<'_>,
    run: &[Segment<'_>],
    longest: usize,
) -> (Vec<u32>, Vec<f32>) {
    let (mut slots, mut mask) = (Vec::new(), Vec::new());
    for segment in run {
        let end = segment.start + segment.rows.len();
        slots.extend((0..longest).map(|key| slot(segment, key.min(end - 1)) as u32));
        for position in segment.start..end {
            let first =
                input.layer.window.map_or(0, |window| (position + 1).saturating_sub(window));
            let visible = first..position + 1;
            mask.extend(
                (0..longest)
                    .map(|key| if visible.contains(&key) { 0.0 } else { f32::NEG_INFINITY }),
            );
        }
    }
    (slots, mask)
}

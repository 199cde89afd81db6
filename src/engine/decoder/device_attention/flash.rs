//! One pass's segments, queries and paged keys and values on a CUDA device → attention by the flash
//! kernels (Dao 2023), which read the pages where they lie and make no table of scores.

use candle_core::{DType, Device, Result, Tensor};

use super::super::attention::Segment;
use super::super::cache::PAGE;
use super::super::config::{DecoderConfig, LayerAttention};

/// Largest head of the kernels; they take multiples of 8 values.
const LARGEST_HEAD: usize = 512;

/// What the kernels need to know of a pass, in all layers.
pub struct FlashStep {
    /// Queries, and keys, of the segments before each and of all: (segments + 1).
    queries_before: Tensor,
    keys_before: Tensor,
    /// (segments, pages of the longest)
    pages: Tensor,
    most_queries: usize,
    most_keys: usize,
}

impl FlashStep {
    /// `None` where the kernels do not serve the device or the model.
    ///
    /// # Errors
    /// When the device fails.
    pub fn new(
        config: &DecoderConfig,
        segments: &[Segment<'_>],
        device: &Device,
    ) -> Result<Option<Self>> {
        let head = config.head_dim;
        if !device.is_cuda() || head > LARGEST_HEAD || !head.is_multiple_of(8) {
            return Ok(None);
        }
        let keys = |segment: &Segment<'_>| segment.start + segment.rows.len();
        let queries = |segment: &Segment<'_>| segment.rows.len();
        let sums = |count: &dyn Fn(&Segment<'_>) -> usize| {
            let mut sums = vec![0u32];
            for segment in segments {
                sums.push(sums[sums.len() - 1] + count(segment) as u32);
            }
            Tensor::from_vec(sums, segments.len() + 1, device)
        };
        let most_keys = segments.iter().map(keys).max().unwrap_or(0);
        let most_pages = most_keys.div_ceil(PAGE);
        let page = |segment: &Segment<'_>, index: usize| {
            segment.pages[index.min(keys(segment).div_ceil(PAGE) - 1)]
        };
        let pages: Vec<u32> = (segments.iter())
            .flat_map(|segment| (0..most_pages).map(move |index| page(segment, index)))
            .collect();
        Ok(Some(Self {
            queries_before: sums(&queries)?,
            keys_before: sums(&keys)?,
            pages: Tensor::from_vec(pages, (segments.len(), most_pages), device)?,
            most_queries: segments.iter().map(queries).max().unwrap_or(0),
            most_keys,
        }))
    }

    /// `queries` are (rows, heads, head_dim) in F32, `entries` a layer's cache in F16; gives
    /// (rows, query width) in F32.
    ///
    /// # Errors
    /// When the device fails.
    pub fn attend(
        &self,
        config: &DecoderConfig,
        layer: LayerAttention,
        entries: &Tensor,
        queries: &Tensor,
    ) -> Result<Tensor> {
        let shape = ((), PAGE, 2, config.key_value_heads, config.head_dim);
        let entries = entries.reshape(shape)?;
        let stored = |part: usize| entries.narrow(2, part, 1)?.squeeze(2);
        let attended = candle_flash_attn::flash_attn_varlen_paged_windowed(
            &queries.to_dtype(DType::F16)?,
            &stored(0)?,
            &stored(1)?,
            &self.queries_before,
            &self.keys_before,
            &self.pages,
            None,
            self.most_queries,
            self.most_keys,
            config.attention_scale,
            // A window counts the query's own key.
            layer.window.map(|window| window - 1),
            Some(0),
            PAGE,
            None,
        )?;
        attended.to_dtype(DType::F32)?.reshape(((), config.query_width()))
    }
}

//! Decoder-only models: one skeleton for all families, many sequences in one step.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use candle_core::{Device, Tensor};

mod adapter;
pub mod attention;
mod block;
mod cache;
mod checkpoint;
pub mod config;
mod cpu_block;
mod device_attention;
mod device_matrix;
mod families;
mod hub_config;
mod layer_cache;
mod linear;
mod rope;
mod shards;

pub use adapter::Adapter;
pub use attention::Segment;
pub use cache::{Cache, PAGE, Pages};
pub use checkpoint::Checkpoint;
pub use config::DecoderConfig;
pub use layer_cache::KeyValueType;
pub use linear::Linear;
pub use rope::RopeTable;

use super::device::Compute;
use super::kernels::dequantize_row;
use block::{Block, Norm, Rows};
use checkpoint::Weight;
use cpu_block::Workspace;
use device_attention::{DeviceLayerCache, DeviceStep};

/// The output matrix, where it is not the embeddings.
pub const OUTPUT: &str = "output.weight";

/// A loaded model. It holds no state of any sequence: that is in the [`KeyValueStore`].
pub struct Decoder {
    config: DecoderConfig,
    compute: Compute,
    /// Shared with the same model under another adapter.
    checkpoint: Arc<Checkpoint>,
    blocks: Vec<Block>,
    output_norm: Norm,
    vocabulary: usize,
}

/// Keys and values of all sequences of one call, where the model computes, and what a step works with.
pub struct KeyValueStore {
    pub cache: Cache,
    /// Of the CPU's blocks.
    workspace: Workspace,
    device_layers: Vec<DeviceLayerCache>,
}

/// The tokens of one pass through the model.
pub struct Pass<'a> {
    /// One a row.
    pub tokens: &'a [u32],
    /// Every row belongs to one segment; segments lie in the order of their rows.
    pub segments: &'a [Segment<'a>],
    /// Rows whose successors are wanted, in ascending order.
    pub outputs: &'a [usize],
}

impl Decoder {
    /// Packs the weights of a model file.
    ///
    /// # Errors
    /// When the file is of an unsupported family or lacks a tensor; the message names the key or
    /// tensor.
    pub fn new(checkpoint: Checkpoint, compute: Compute) -> Result<Self> {
        let mut config = families::read_config(checkpoint.metadata())?;
        let embeddings = checkpoint.tensor("token_embd.weight")?;
        ensure!(
            embeddings.shape.len() == 2 && embeddings.shape[1] == config.hidden,
            "tensor 'token_embd.weight' has shape {:?}; rows of {} values were expected",
            embeddings.shape,
            config.hidden
        );
        let vocabulary = embeddings.shape[0];
        config.ropes[0].factors = checkpoint.rope_factors(config.head_dim / 2)?;
        let blocks = (0..config.layers.len())
            .map(|index| Block::load(&checkpoint, &config, index, &compute))
            .collect::<Result<_>>()?;
        let output_norm =
            Norm::load(&checkpoint, "output_norm.weight", config.hidden, &config, &compute)?;
        let checkpoint = Arc::new(checkpoint);
        Ok(Self { config, compute, checkpoint, blocks, output_norm, vocabulary })
    }

    /// The same model with `adapter` on top, or bare. Both share the weights, and
    /// either may be dropped first.
    ///
    /// # Errors
    /// When the adapter was made for another model.
    pub fn adapted(&self, mut adapter: Option<Adapter>) -> Result<Self> {
        if let Some(adapter) = &mut adapter {
            adapter.fit(&self.config)?;
        }
        let blocks = self.blocks.iter().enumerate();
        let blocks = blocks
            .map(|(index, block)| {
                block.adapted(adapter.as_ref(), &self.config, index, &self.compute)
            })
            .collect::<Result<_>>()?;
        Ok(Self {
            config: self.config.clone(),
            compute: self.compute.clone(),
            checkpoint: Arc::clone(&self.checkpoint),
            blocks,
            output_norm: self.output_norm.clone(),
            vocabulary: self.vocabulary,
        })
    }

    pub fn config(&self) -> &DecoderConfig {
        &self.config
    }

    pub fn compute(&self) -> &Compute {
        &self.compute
    }

    /// Bytes that the keys and values of one position take.
    pub fn bytes_per_token(&self, kind: KeyValueType) -> usize {
        match &self.compute {
            Compute::Kernels(_) => Cache::bytes_per_token(&self.config, kind),
            Compute::Device(_) => DeviceLayerCache::bytes_per_token(&self.config),
        }
    }

    /// Room for `tokens` positions in all; devices keep keys and values in F16 whatever `kind` is.
    ///
    /// # Errors
    /// When the device has no room.
    pub fn key_value_store(&self, tokens: usize, kind: KeyValueType) -> Result<KeyValueStore> {
        let device_layers = match &self.compute {
            Compute::Kernels(_) => Vec::new(),
            Compute::Device(device) => (self.config.layers.iter())
                .map(|_| DeviceLayerCache::new(&self.config, tokens.div_ceil(PAGE), device))
                .collect::<candle_core::Result<_>>()
                .with_context(|| format!("no room for the keys and values of {tokens} tokens"))?,
        };
        let cache = match &self.compute {
            Compute::Kernels(_) => Cache::new(&self.config, tokens, kind),
            Compute::Device(_) => Cache::pages_only(&self.config, tokens),
        };
        Ok(KeyValueStore { cache, workspace: Workspace::default(), device_layers })
    }

    /// The output matrix, whole or the rows of `selected` tokens: a (hidden → vocabulary) map.
    ///
    /// # Errors
    /// When the file has no usable output tensor.
    pub fn output_head(&self, selected: Option<&[u32]>) -> Result<Linear> {
        let name = self.output_name();
        Linear::load_rows(&self.checkpoint, name, self.config.hidden, selected, &self.compute)
    }

    fn output_name(&self) -> &'static str {
        if self.checkpoint.has(OUTPUT) { OUTPUT } else { "token_embd.weight" }
    }

    /// Bytes of the whole output matrix in the file, and about as many on a device.
    pub fn output_bytes(&self) -> usize {
        self.checkpoint.tensor(self.output_name()).map_or(0, |tensor| tensor.bytes.len())
    }

    /// Runs one step; gives the normalised hidden states of `step.outputs`, (outputs, hidden).
    ///
    /// # Errors
    /// When a token is outside the vocabulary or the device fails.
    pub fn forward(&self, step: &Pass<'_>, store: &mut KeyValueStore) -> Result<Tensor> {
        let tables: Vec<RopeTable> = (self.config.ropes.iter())
            .map(|rope| RopeTable::new(rope, self.config.head_dim, positions(step.segments)))
            .collect();
        let mut hidden = self.embed(step.tokens)?;
        let inputs = self.blocks.iter().zip(&self.config.layers).map(|(block, &layer)| {
            block.layer_input(&self.config, layer, &tables[layer.rope], step.segments)
        });
        let last = self.blocks.len() - 1;
        let size = self.config.hidden;
        match &self.compute {
            Compute::Kernels(pool) => {
                for (index, (block, input)) in self.blocks.iter().zip(inputs).enumerate() {
                    // After the last attention only the wanted rows go on.
                    let keep = (index == last).then_some(step.outputs);
                    block.run(&input, index, &mut hidden, store, pool, keep)?;
                }
                let mut normed = Vec::new();
                self.output_norm.run(&hidden, &mut normed, pool);
                Ok(Tensor::from_vec(normed, (step.outputs.len(), size), &Device::Cpu)?)
            }
            Compute::Device(device) => {
                let mut hidden = Tensor::from_vec(hidden, (step.tokens.len(), size), device)?;
                let (segments, outputs) = (step.segments, step.outputs);
                let pass = DeviceStep::new(&self.config, &tables, segments, outputs, device)?;
                for (index, (block, input)) in self.blocks.iter().zip(inputs).enumerate() {
                    let rows = if index == last { Rows::Outputs } else { Rows::All };
                    hidden = block.forward(&input, index, hidden, store, &pass, rows)?;
                }
                let hidden = self.output_norm.forward(&hidden)?;
                Ok(if outputs.is_empty() { hidden.narrow(0, 0, 0)? } else { hidden })
            }
        }
    }

    /// Looks embeddings up in the file's own encoding: (tokens, hidden).
    fn embed(&self, tokens: &[u32]) -> Result<Vec<f32>> {
        let table: Weight<'_> = self.checkpoint.tensor("token_embd.weight")?;
        let (row_bytes, hidden) = (table.row_bytes(), self.config.hidden);
        let (mut values, mut copy) = (vec![0.0; tokens.len() * hidden], Vec::new());
        for (&token, row) in tokens.iter().zip(values.chunks_exact_mut(hidden)) {
            let start = token as usize * row_bytes;
            let bytes = table
                .bytes
                .get(start..start + row_bytes)
                .with_context(|| format!("token {token} is outside the model's vocabulary"))?;
            self.checkpoint.copy(bytes, &mut copy)?;
            dequantize_row(table.kind, &copy, row);
        }
        if self.config.embedding_scale != 1.0 {
            for value in &mut values {
                *value *= self.config.embedding_scale;
            }
        }
        Ok(values)
    }
}

/// The position of each row.
fn positions<'a>(segments: &'a [Segment<'a>]) -> impl Iterator<Item = usize> + 'a {
    segments.iter().flat_map(|segment| segment.start..segment.start + segment.rows.len())
}

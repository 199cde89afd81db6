//! A PEFT LoRA adapter (Hu et al. 2021) → side paths of projections: y += scale · B(A x), beside the
//! base model's own, possibly quantised, weights.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use candle_core::Tensor;
use half::f16;
use serde_json::Value as Json;

use super::config::{DecoderConfig, RopeLayout};
use super::hub_config;
use crate::engine::device::Compute;
use crate::engine::formats::fields::read_json;
use crate::engine::formats::safetensors::Header;
use crate::engine::kernels::{self, Activations, Matrix, Precision, ThreadPool, dequantize_row};
use crate::engine::mapped_file::MappedFile;

/// An adapter's matrices under the GGUF names of the projections they belong to.
pub struct Adapter {
    /// Multiplies B(A x).
    scale: f32,
    rank: usize,
    pairs: BTreeMap<String, Pair>,
}

#[derive(Default)]
struct Pair {
    /// A: (rank, inputs)
    down: Option<Factor>,
    /// B: (outputs, rank)
    up: Option<Factor>,
}

struct Factor {
    shape: [usize; 2],
    values: Vec<f32>,
}

impl Adapter {
    /// Reads `adapter_config.json` and `adapter_model.safetensors`.
    ///
    /// # Errors
    /// When a file is damaged or the adapter uses an option that is not supported; the message
    /// names the file and the option.
    pub fn open(config: &Path, weights: &Path) -> Result<Self> {
        let mut adapter = Self::with_options(&read_json(config)?)
            .with_context(|| format!("the adapter '{}' cannot be used", config.display()))?;
        let map = MappedFile::open(weights)?;
        adapter
            .read_weights(&map)
            .with_context(|| format!("the adapter '{}' cannot be used", weights.display()))?;
        Ok(adapter)
    }

    /// The same from the content of both files; `name` is what errors call the adapter.
    ///
    /// # Errors
    /// As [`Adapter::open`].
    pub fn read(name: &str, config: &[u8], weights: &[u8]) -> Result<Self> {
        let read = || -> Result<Self> {
            let config = serde_json::from_slice(config).context("its configuration is no JSON")?;
            let mut adapter = Self::with_options(&config)?;
            adapter.read_weights(weights)?;
            Ok(adapter)
        };
        read().with_context(|| format!("the adapter '{name}' cannot be used"))
    }

    fn with_options(config: &Json) -> Result<Self> {
        let (scale, rank) = read_options(config)?;
        Ok(Self { scale, rank, pairs: BTreeMap::new() })
    }

    fn read_weights(&mut self, bytes: &[u8]) -> Result<()> {
        let header = Header::read(bytes)?;
        for name in header.names() {
            let (projection, is_down) = projection_of(&name)?;
            let stored = header.find(&name).context("the tensor is gone")?;
            let kind = stored.kind(&name)?;
            let &[rows, columns] = stored.shape.as_slice() else {
                bail!("tensor '{name}' has shape {:?}; a matrix was expected", stored.shape);
            };
            let rank = if is_down { rows } else { columns };
            ensure!(rank == self.rank, "tensor '{name}' has rank {rank}; 'r' says {}", self.rank);
            let mut values = vec![0.0; rows * columns];
            dequantize_row(kind, &bytes[stored.range], &mut values);
            let pair = self.pairs.entry(projection).or_default();
            let side = if is_down { &mut pair.down } else { &mut pair.up };
            *side = Some(Factor { shape: [rows, columns], values });
        }
        ensure!(!self.pairs.is_empty(), "it has no tensors");
        for (name, pair) in &self.pairs {
            ensure!(pair.down.is_some() && pair.up.is_some(), "'{name}' has only one of A and B");
        }
        Ok(())
    }

    /// Makes the adapter fit a model of `config`'s shape.
    ///
    /// # Errors
    /// When it was made for another model.
    pub fn fit(&mut self, config: &DecoderConfig) -> Result<()> {
        self.check_layers(config.layers.len())?;
        match config.rope_layout {
            RopeLayout::Neighbours => self.interleave_heads(config.head_dim),
            RopeLayout::Halves => Ok(()),
        }
    }

    /// Puts the outputs of queries and keys into the order that GGUF files of the llama family
    /// have: value `half · d/2 + i` of a head becomes value `2 i + half`.
    fn interleave_heads(&mut self, head_dim: usize) -> Result<()> {
        for (name, pair) in &mut self.pairs {
            let Some(up) = pair.up.as_mut() else { continue };
            if !(name.ends_with("attn_q") || name.ends_with("attn_k")) {
                continue;
            }
            let [rows, rank] = up.shape;
            ensure!(
                rows.is_multiple_of(head_dim),
                "the adapter has {rows} outputs for '{name}', which are no heads of {head_dim}: it was \
                 made for another model"
            );
            let source = |row: usize| {
                let (head, within) = (row / head_dim, row % head_dim);
                head * head_dim + within % 2 * (head_dim / 2) + within / 2
            };
            up.values = (0..rows)
                .flat_map(|row| &up.values[source(row) * rank..(source(row) + 1) * rank])
                .copied()
                .collect();
        }
        Ok(())
    }

    /// Holds the adapter's names against a model of `layers` layers.
    ///
    /// # Errors
    /// When the adapter has a layer that the model lacks.
    fn check_layers(&self, layers: usize) -> Result<()> {
        for name in self.pairs.keys() {
            let layer = name.split('.').nth(1).and_then(|number| number.parse::<usize>().ok());
            ensure!(
                layer.is_some_and(|layer| layer < layers),
                "the adapter has '{name}', but the base model has {layers} layers: it was made \
                 for another model"
            );
        }
        Ok(())
    }

    /// The side path of the projection `name`, which has `rows` outputs from column `first` on.
    ///
    /// # Errors
    /// When the adapter's matrices have other sizes than the projection.
    pub fn side_path(
        &self,
        name: &str,
        (first, rows, columns): (usize, usize, usize),
        compute: &Compute,
    ) -> Result<Option<SidePath>> {
        let Some(Pair { down: Some(down), up: Some(up) }) = self.pairs.get(name) else {
            return Ok(None);
        };
        ensure!(
            down.shape[1] == columns && up.shape[0] == rows,
            "the adapter changes '{name}' from {} to {} values, but the base model has it from \
             {columns} to {rows}: it was made for another model",
            down.shape[1],
            up.shape[0]
        );
        let scaled: Vec<f32> = up.values.iter().map(|value| value * self.scale).collect();
        let weights = match compute {
            Compute::Kernels(pool) => {
                let pack = |values: &[f32], rows, columns| {
                    Box::new(Matrix::from_f32(values, rows, columns, lossless(values), pool))
                };
                SideWeights::Packed {
                    down: pack(&down.values, self.rank, columns),
                    up: pack(&scaled, rows, self.rank),
                }
            }
            Compute::Device(device) => {
                let matrix = |values: &[f32], rows, columns| {
                    Tensor::from_slice(values, (rows, columns), device)?.t()?.contiguous()
                };
                SideWeights::Device {
                    down: matrix(&down.values, self.rank, columns)?,
                    up: matrix(&scaled, rows, self.rank)?,
                }
            }
        };
        Ok(Some(SidePath { first, rows, weights }))
    }
}

/// What an adapter adds to some output columns of a linear map.
pub struct SidePath {
    /// First output column, and how many there are.
    pub first: usize,
    pub rows: usize,
    weights: SideWeights,
}

enum SideWeights {
    Packed {
        down: Box<Matrix>,
        up: Box<Matrix>,
    },
    /// Transposed: (inputs, rank) and (rank, outputs).
    Device {
        down: Tensor,
        up: Tensor,
    },
}

impl SidePath {
    /// Adds this path of `values` (rows, inputs) to its columns of `output`, whose rows have `width`.
    ///
    /// # Errors
    /// When the weights are on a device.
    pub fn add_to(
        &self,
        values: &[f32],
        rows: usize,
        (output, width): (&mut [f32], usize),
        pool: &ThreadPool,
    ) -> Result<()> {
        let SideWeights::Packed { down, up } = &self.weights else {
            bail!("the adapter is on a device, and the CPU was to use it");
        };
        let product = |values: &[f32], matrix: &Matrix| {
            let inputs = Activations::new(values, rows, matrix.columns(), pool);
            let mut output = vec![0.0; rows * matrix.rows()];
            kernels::multiply(&[matrix], &inputs, &mut output, pool);
            output
        };
        let addend = product(&product(values, down), up);
        for (row, addend) in output.chunks_exact_mut(width).zip(addend.chunks_exact(self.rows)) {
            for (value, addend) in row[self.first..][..self.rows].iter_mut().zip(addend) {
                *value += addend;
            }
        }
        Ok(())
    }

    /// (rows, inputs) → what is to be added, (rows, outputs of this path); on a device.
    ///
    /// # Errors
    /// When the weights are the CPU's or the device fails.
    pub fn addend(&self, input: &Tensor) -> Result<Tensor> {
        match &self.weights {
            SideWeights::Device { down, up } => Ok(input.matmul(down)?.matmul(up)?),
            SideWeights::Packed { .. } => {
                bail!("the adapter is the CPU's, and a device was to use it")
            }
        }
    }
}

/// Half precision where it holds the values as they are, which is as exact and half as large.
fn lossless(values: &[f32]) -> Precision {
    match values.iter().all(|&value| f16::from_f32(value).to_f32() == value) {
        true => Precision::F16,
        false => Precision::F32,
    }
}

/// Scale and rank; refuses every option that would make the adapter compute something else.
fn read_options(config: &Json) -> Result<(f32, usize)> {
    ensure!(
        config["peft_type"] == "LORA",
        "the key 'peft_type' is {}; only LORA is supported",
        config["peft_type"]
    );
    let is_off = |value: &Json| match value {
        Json::Null | Json::Bool(false) => true,
        Json::String(text) => text == "none",
        Json::Array(items) => items.is_empty(),
        Json::Object(fields) => fields.is_empty(),
        _ => false,
    };
    const UNSUPPORTED: [&str; 12] = [
        "use_dora",
        "bias",
        "lora_bias",
        "modules_to_save",
        "rank_pattern",
        "alpha_pattern",
        "fan_in_fan_out",
        "layer_replication",
        "target_parameters",
        "trainable_token_indices",
        "use_qalora",
        "use_bdlora",
    ];
    for key in UNSUPPORTED {
        ensure!(
            is_off(&config[key]),
            "the key '{key}' is {}, which is not supported; train the adapter without it",
            config[key]
        );
    }
    let rank = config["r"].as_u64().filter(|rank| (1..=4096).contains(rank));
    let rank = rank.context("the key 'r' is missing or absurd")? as usize;
    let alpha = config["lora_alpha"].as_f64().filter(|alpha| alpha.is_finite());
    let alpha = alpha.context("the key 'lora_alpha' is missing")?;
    // Rank-stabilised scaling: Kalajdzievski 2023.
    let divisor = if config["use_rslora"] == true { (rank as f64).sqrt() } else { rank as f64 };
    Ok(((alpha / divisor) as f32, rank))
}

/// `base_model.model.model.layers.3.self_attn.q_proj.lora_A.weight` → `blk.3.attn_q`, and whether
/// it is A.
fn projection_of(name: &str) -> Result<(String, bool)> {
    let found = || {
        let rest = name.strip_suffix(".weight")?;
        let (rest, is_down) = match rest.strip_suffix(".lora_A") {
            Some(rest) => (rest, true),
            None => (rest.strip_suffix(".lora_B")?, false),
        };
        let (_, rest) = rest.split_once(".layers.")?;
        let (layer, part) = rest.split_once('.')?;
        let layer: usize = layer.parse().ok()?;
        let is_projection = part.ends_with("_proj");
        let part = hub_config::part_name(part, "").filter(|_| is_projection)?;
        Some((format!("blk.{layer}.{part}"), is_down))
    };
    found().with_context(|| {
        format!(
            "tensor '{name}' is not supported: adapters may change q_proj, k_proj, v_proj, o_proj, \
             gate_proj, up_proj and down_proj"
        )
    })
}

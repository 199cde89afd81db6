//! Rows of token ids → the logits of each label, by Candle's own models.
//!
//! Candle's `debertav2` and `xlm_roberta` were held against `transformers` on padded batches
//! (`tests/it/entailment.rs`) and agree, so that no model code is written here.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::debertav2::DebertaV2SeqClassificationModel;
use candle_transformers::models::xlm_roberta::XLMRobertaForSequenceClassification;

use super::config::{Config, Family};

pub(super) struct Network {
    model: Model,
    device: Device,
    padding: u32,
    labels: usize,
}

enum Model {
    DebertaV2(Box<DebertaV2SeqClassificationModel>),
    XlmRoberta(Box<XLMRobertaForSequenceClassification>),
}

impl Network {
    /// Reads the weights as 32-bit numbers, whatever the files keep.
    ///
    /// # Errors
    /// When a file is no safetensors file, is damaged, or lacks a tensor of the right shape.
    pub fn load(config: &Config, weights: &[PathBuf], device: &Device) -> Result<Self> {
        for path in weights {
            let ending = path.extension().is_some_and(|ending| ending == "safetensors");
            ensure!(
                ending,
                "'{}' is no safetensors file; entailment models come as model.safetensors",
                path.display()
            );
        }
        let name = weights.first().map_or(Path::new("model.safetensors"), PathBuf::as_path);
        let reading = || format!("cannot read the weights '{}'", name.display());
        // SAFETY: sound as long as nobody changes the file meanwhile, as with every mapped model.
        let tensors = unsafe { VarBuilder::from_mmaped_safetensors(weights, DType::F32, device) }
            .with_context(reading)?;
        let labels = config.labels.count;
        let model = match &config.family {
            Family::DebertaV2(shape) => Model::DebertaV2(Box::new(
                DebertaV2SeqClassificationModel::load(tensors.pp("deberta"), shape, None)
                    .with_context(reading)?,
            )),
            Family::XlmRoberta(shape) => Model::XlmRoberta(Box::new(
                XLMRobertaForSequenceClassification::new(labels, shape, tensors)
                    .with_context(reading)?,
            )),
        };
        Ok(Self { model, device: device.clone(), padding: config.padding, labels })
    }

    /// One list of logits for each row; rows are padded to the longest.
    pub fn logits(&self, rows: &[&[u32]]) -> Result<Vec<Vec<f32>>> {
        let longest = rows.iter().map(|row| row.len()).max().unwrap_or(0);
        if longest == 0 {
            return Ok(Vec::new());
        }
        let shape = (rows.len(), longest);
        let mut ids = vec![self.padding; rows.len() * longest];
        let mut mask = vec![0u32; rows.len() * longest];
        for (at, row) in rows.iter().enumerate() {
            ids[at * longest..][..row.len()].copy_from_slice(row);
            mask[at * longest..][..row.len()].fill(1);
        }
        let ids = Tensor::from_vec(ids, shape, &self.device)?;
        let mask = Tensor::from_vec(mask, shape, &self.device)?;
        let kinds = Tensor::zeros(shape, DType::U32, &self.device)?;
        let logits = match &self.model {
            Model::DebertaV2(model) => model.forward(&ids, Some(kinds), Some(mask))?,
            Model::XlmRoberta(model) => model.forward(&ids, &mask, &kinds)?,
        };
        let logits = logits.to_vec2::<f32>()?;
        ensure!(
            logits.iter().flatten().all(|logit| logit.is_finite())
                && logits.iter().all(|row| row.len() == self.labels),
            "the model's answer is no number; its weights are damaged"
        );
        Ok(logits)
    }
}

//! A model file's tensors under GGUF names, whatever the file's own format.

use std::borrow::Cow;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use super::shards::Shards;
use crate::engine::formats::gguf::{GgufFile, Metadata, TensorType};
use crate::engine::kernels::dequantize_row;
use crate::engine::mapped_file::MappedFile;
use crate::engine::tokenizer::Tokenizer;

/// An open model.
pub struct Checkpoint {
    source: Source,
}

enum Source {
    Gguf(GgufFile),
    Shards(Shards),
}

/// Where Llama 3's frequency factors are in a GGUF file.
const ROPE_FACTORS: &str = "rope_freqs.weight";

/// One tensor: bytes in the encoding `kind`, outermost dimension first.
pub struct Weight<'a> {
    pub name: String,
    pub kind: TensorType,
    pub shape: Vec<usize>,
    pub bytes: Cow<'a, [u8]>,
}

impl Checkpoint {
    /// Opens a GGUF file, or the published model that a safetensors file or a folder holds.
    ///
    /// # Errors
    /// When the file is not a model that can be read.
    pub fn open(path: &Path) -> Result<Self> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let is_pickle =
            [".bin", ".pt", ".pth", ".ckpt", ".pkl"].iter().any(|end| name.ends_with(end));
        if is_pickle {
            bail!(
                "'{}' is a pickle, which can run code when it is read; use a GGUF or safetensors file",
                path.display()
            );
        }
        let source = if path.is_dir() || name.ends_with(".safetensors") {
            Source::Shards(Shards::open(path)?)
        } else {
            Source::Gguf(GgufFile::open(path)?)
        };
        Ok(Self { source })
    }

    pub fn metadata(&self) -> &Metadata {
        match &self.source {
            Source::Gguf(file) => file.metadata(),
            Source::Shards(shards) => shards.metadata(),
        }
    }

    /// The model's tokenizer: from the GGUF file itself, or from `tokenizer.json`.
    ///
    /// # Errors
    /// When it is missing, damaged or of an unsupported kind.
    pub fn tokenizer(&self) -> Result<Tokenizer> {
        match &self.source {
            Source::Gguf(file) => Tokenizer::from_gguf(file),
            Source::Shards(shards) => {
                let path = shards.folder().join("tokenizer.json");
                Tokenizer::from_json(&path, &shards.end_tokens()?)
            }
        }
    }

    /// The Jinja template that the model is published with, if there is one.
    ///
    /// # Errors
    /// When the place for it holds something else.
    pub fn chat_template(&self) -> Result<Option<String>> {
        match &self.source {
            Source::Gguf(file) => {
                let own = file.metadata().optional_string("tokenizer.chat_template")?;
                Ok(own.map(str::to_string))
            }
            Source::Shards(shards) => shards.chat_template(),
        }
    }

    /// Llama 3's frequency factors, `pairs` of them, if the model has any.
    ///
    /// # Errors
    /// When there is another number of them, or one is absurd.
    pub fn rope_factors(&self, pairs: usize) -> Result<Option<Vec<f32>>> {
        let factors = match &self.source {
            Source::Gguf(_) if !self.has(ROPE_FACTORS) => None,
            Source::Gguf(_) => Some(self.vector(ROPE_FACTORS, pairs)?),
            Source::Shards(shards) => shards.rope_factors().map(<[f32]>::to_vec),
        };
        if let Some(factors) = &factors {
            let sound = factors.len() == pairs
                && factors.iter().all(|factor| factor.is_finite() && *factor > 0.0);
            ensure!(sound, "the rotation factors ('{ROPE_FACTORS}') are absurd");
        }
        Ok(factors)
    }

    pub fn has(&self, name: &str) -> bool {
        match &self.source {
            Source::Gguf(file) => file.find_tensor(name).is_some(),
            Source::Shards(shards) => shards.find(name).is_some(),
        }
    }

    /// # Errors
    /// When the file has no such tensor.
    pub fn tensor(&self, name: &str) -> Result<Weight<'_>> {
        let (kind, shape, bytes) = match &self.source {
            Source::Gguf(file) => {
                let view = file.tensor(name)?;
                (view.kind, view.shape, view.bytes)
            }
            Source::Shards(shards) => shards.find(name).with_context(|| {
                format!("'{}' has no tensor '{name}'", shards.folder().display())
            })?,
        };
        Ok(Weight {
            name: name.to_string(),
            kind,
            shape: shape.to_vec(),
            bytes: Cow::Borrowed(bytes),
        })
    }

    /// The tensor `name`, which must be `rows` × `columns`.
    ///
    /// # Errors
    /// When it is missing or has another shape.
    pub fn matrix(&self, name: &str, rows: usize, columns: usize) -> Result<Weight<'_>> {
        let tensor = self.tensor(name)?;
        ensure!(
            tensor.shape == [rows, columns],
            "tensor '{name}' has shape {:?}; [{rows}, {columns}] was expected",
            tensor.shape
        );
        Ok(tensor)
    }

    /// The tensor `name`, which must hold `length` values, as F32.
    ///
    /// # Errors
    /// When it is missing or has another shape.
    pub fn vector(&self, name: &str, length: usize) -> Result<Vec<f32>> {
        let tensor = self.tensor(name)?;
        ensure!(
            tensor.shape == [length],
            "tensor '{name}' has shape {:?}; [{length}] was expected",
            tensor.shape
        );
        let mut values = vec![0.0; length];
        dequantize_row(tensor.kind, &tensor.bytes, &mut values);
        if let Source::Shards(shards) = &self.source
            && name.ends_with("norm.weight")
        {
            for value in &mut values {
                *value += shards.norm_offset();
            }
        }
        Ok(values)
    }

    /// Gives back the memory of the file's own copy of a tensor, or of a part of it
    /// ([`MappedFile::release`]).
    pub fn release(&self, part: &[u8]) {
        if let Some(map) = self.map(part) {
            map.release(part);
        }
    }

    /// Copies a part of a tensor that is read here and there ([`MappedFile::copy`]).
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn copy(&self, part: &[u8], buffer: &mut Vec<u8>) -> Result<()> {
        self.map(part).context("the part is in no file")?.copy(part, buffer)
    }

    fn map(&self, part: &[u8]) -> Option<&MappedFile> {
        match &self.source {
            Source::Gguf(file) => Some(file.map()),
            Source::Shards(shards) => shards.map(part),
        }
    }
}

impl Weight<'_> {
    /// Bytes of one row.
    pub fn row_bytes(&self) -> usize {
        let columns = self.shape.last().copied().unwrap_or(0);
        columns / self.kind.block_len() * self.kind.block_bytes()
    }

    /// A copy of some rows, in the order given.
    pub fn select_rows(&self, rows: &[u32]) -> Weight<'static> {
        let row_bytes = self.row_bytes();
        let mut bytes = Vec::with_capacity(rows.len() * row_bytes);
        for &row in rows {
            let start = row as usize * row_bytes;
            bytes.extend_from_slice(&self.bytes[start..start + row_bytes]);
        }
        let shape = vec![rows.len(), self.shape[1]];
        Weight { name: self.name.clone(), kind: self.kind, shape, bytes: Cow::Owned(bytes) }
    }
}

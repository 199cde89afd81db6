//! A safetensors file → its tensors: encoding, shape, and where their bytes are.

use std::ops::Range;

use anyhow::{Context, Result, bail};
use safetensors::tensor::Metadata;
use safetensors::{Dtype, SafeTensors};

use super::gguf::TensorType;

/// The head of a file, checked against the bytes that follow it.
pub struct Header {
    metadata: Metadata,
    /// First byte of the tensors.
    start: usize,
}

/// One tensor of a file.
pub struct Stored {
    dtype: Dtype,
    /// Sizes, outermost dimension first.
    pub shape: Vec<usize>,
    /// Its bytes in the file.
    pub range: Range<usize>,
}

impl Header {
    /// Reads the head of the file whose content is `bytes`.
    ///
    /// # Errors
    /// When it is damaged, or says more than there is.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let (length, metadata) =
            SafeTensors::read_metadata(bytes).context("the safetensors header is damaged")?;
        // Its own length stands before it, in eight bytes.
        Ok(Self { metadata, start: 8 + length })
    }

    /// The names of all tensors, in their order.
    pub fn names(&self) -> Vec<String> {
        self.metadata.offset_keys()
    }

    /// The tensor of this name.
    pub fn find(&self, name: &str) -> Option<Stored> {
        let info = self.metadata.info(name)?;
        let (start, end) = info.data_offsets;
        let range = self.start + start..self.start + end;
        Some(Stored { dtype: info.dtype, shape: info.shape.clone(), range })
    }
}

impl Stored {
    /// How the values are encoded.
    ///
    /// # Errors
    /// When they are no floating-point numbers that can be read; `name` is what the message calls the tensor.
    pub fn kind(&self, name: &str) -> Result<TensorType> {
        Ok(match self.dtype {
            Dtype::F32 => TensorType::F32,
            Dtype::F16 => TensorType::F16,
            Dtype::BF16 => TensorType::Bf16,
            other => bail!("tensor '{name}' holds {other:?}; F32, F16 and BF16 are supported"),
        })
    }
}

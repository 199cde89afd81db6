//! A GGUF file → its metadata and views of its tensors, memory-mapped and checked before use.
//!
//! Format: <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>, versions 2 and 3,
//! little-endian. A file may lie: every count is held against the bytes that are left before
//! anything is allocated for it, and each error names the file and the field.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail, ensure};

mod metadata;
mod reader;
mod tensor_type;

pub use metadata::{Metadata, Value};
pub use tensor_type::TensorType;

use crate::engine::mapped_file::MappedFile;
use reader::Reader;

const MAGIC: &[u8; 4] = b"GGUF";
const DEFAULT_ALIGNMENT: u64 = 32;
/// More dimensions than any tensor has (`GGML_MAX_DIMS`).
const MAX_DIMENSIONS: u32 = 4;

/// An open GGUF file. Cloning shares the mapping.
#[derive(Clone)]
pub struct GgufFile {
    path: PathBuf,
    map: Arc<MappedFile>,
    metadata: Metadata,
    tensors: BTreeMap<String, TensorInfo>,
}

/// Where a tensor lies in the file; `start + length` is known to be inside it.
#[derive(Clone, Debug)]
struct TensorInfo {
    kind: TensorType,
    shape: Vec<usize>,
    start: usize,
    length: usize,
}

/// One tensor's bytes in the file's own encoding.
#[derive(Clone)]
pub struct TensorView<'a> {
    pub name: &'a str,
    pub kind: TensorType,
    /// Outermost dimension first: a matrix is `[rows, columns]`, and its rows lie one after another.
    pub shape: &'a [usize],
    pub bytes: &'a [u8],
}

impl GgufFile {
    /// Maps the file and reads its header.
    ///
    /// # Errors
    /// When the file cannot be opened or its header is damaged; the message names file and field.
    pub fn open(path: &Path) -> Result<Self> {
        let map = MappedFile::open(path)?;
        let (metadata, tensors) = read_header(&map)
            .with_context(|| format!("'{}' is not a GGUF file that can be used", path.display()))?;
        Ok(Self { path: path.to_path_buf(), map: Arc::new(map), metadata, tensors })
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The keys of the header.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// All tensors, in the order of their names.
    pub fn tensor_names(&self) -> impl Iterator<Item = &str> {
        self.tensors.keys().map(String::as_str)
    }

    /// The tensor called `name`, if the file has one.
    pub fn find_tensor(&self, name: &str) -> Option<TensorView<'_>> {
        let (name, info) = self.tensors.get_key_value(name)?;
        let bytes = &self.map[info.start..info.start + info.length];
        Some(TensorView { name, kind: info.kind, shape: &info.shape, bytes })
    }

    /// The tensor called `name`.
    ///
    /// # Errors
    /// When the file has none; the message names file and tensor.
    pub fn tensor(&self, name: &str) -> Result<TensorView<'_>> {
        self.find_tensor(name)
            .ok_or_else(|| anyhow!("'{}' has no tensor '{name}'", self.path.display()))
    }

    /// The file in memory.
    pub fn map(&self) -> &MappedFile {
        &self.map
    }
}

/// Reads everything before the tensor data of a GGUF file held in `bytes`.
fn read_header(bytes: &[u8]) -> Result<(Metadata, BTreeMap<String, TensorInfo>)> {
    let mut reader = Reader::new(bytes);
    ensure!(reader.take(4, "magic")? == MAGIC, "it does not start with 'GGUF'");
    let version = reader.u32("version")?;
    ensure!((2..=3).contains(&version), "version is {version}; versions 2 and 3 can be read");
    // The least a tensor entry takes: name length, dimension count, type, offset.
    let tensor_count = reader.count("tensor_count", 8 + 4 + 4 + 8)?;
    // The least a metadata entry takes: key length, type, one byte of value.
    let metadata_count = reader.count("metadata_kv_count", 8 + 4 + 1)?;
    let metadata = metadata::read(&mut reader, metadata_count)?;
    let mut entries = Vec::with_capacity(tensor_count);
    for index in 0..tensor_count {
        entries.push(read_tensor_entry(&mut reader, index)?);
    }
    let alignment = match metadata.find("general.alignment") {
        None => DEFAULT_ALIGNMENT,
        Some(_) => u64::from(metadata.u32("general.alignment")?),
    };
    ensure!(
        alignment.is_power_of_two() && alignment <= 1 << 20,
        "general.alignment is {alignment}; a power of two was expected"
    );
    let data_start = (reader.position() as u64).next_multiple_of(alignment);
    let mut tensors = BTreeMap::new();
    for entry in entries {
        let (name, info) = entry.place(data_start, alignment, bytes.len() as u64)?;
        if tensors.insert(name.clone(), info).is_some() {
            bail!("tensor '{name}' is there twice");
        }
    }
    Ok((metadata, tensors))
}

/// A tensor entry as read, before it is held against the file's size.
struct TensorEntry {
    name: String,
    kind: TensorType,
    shape: Vec<usize>,
    offset: u64,
}

fn read_tensor_entry(reader: &mut Reader<'_>, index: usize) -> Result<TensorEntry> {
    let name = reader.string(&format!("name of tensor {index}"))?.to_string();
    let field = |what: &str| format!("{what} of tensor '{name}'");
    let dimensions = reader.u32(&field("dimension count"))?;
    ensure!(
        (1..=MAX_DIMENSIONS).contains(&dimensions),
        "{} is {dimensions}; 1 to {MAX_DIMENSIONS} were expected",
        field("dimension count")
    );
    let mut shape = Vec::with_capacity(dimensions as usize);
    for _ in 0..dimensions {
        let size = usize::try_from(reader.u64(&field("shape"))?)?;
        ensure!(size > 0, "{} has a zero", field("shape"));
        shape.push(size);
    }
    shape.reverse(); // The file has the innermost dimension first.
    let kind_code = reader.u32(&field("type"))?;
    let kind = TensorType::from_code(kind_code)
        .ok_or_else(|| anyhow!("{} is {kind_code}, which is not supported", field("type")))?;
    let offset = reader.u64(&field("offset"))?;
    Ok(TensorEntry { name, kind, shape, offset })
}

impl TensorEntry {
    fn place(
        self,
        data_start: u64,
        alignment: u64,
        file_length: u64,
    ) -> Result<(String, TensorInfo)> {
        let Self { name, kind, shape, offset } = self;
        ensure!(
            offset.is_multiple_of(alignment),
            "offset of tensor '{name}' is {offset}, which is not a multiple of {alignment}"
        );
        let columns = *shape.last().context("tensor without dimensions")?;
        ensure!(
            columns.is_multiple_of(kind.block_len()),
            "rows of tensor '{name}' have {columns} values, which do not fill {} blocks of {}",
            kind.name(),
            kind.block_len()
        );
        let length = shape
            .iter()
            .try_fold(1u64, |product, &size| product.checked_mul(size as u64))
            .map(|values| values / kind.block_len() as u64)
            .and_then(|blocks| blocks.checked_mul(kind.block_bytes() as u64));
        let end = length
            .and_then(|length| data_start.checked_add(offset)?.checked_add(length))
            .filter(|&end| end <= file_length);
        let (Some(length), Some(end)) = (length, end) else {
            bail!(
                "tensor '{name}' with shape {shape:?} does not fit in the file: it is cut short or damaged"
            );
        };
        let info = TensorInfo {
            kind,
            shape,
            start: usize::try_from(end - length)?,
            length: usize::try_from(length)?,
        };
        Ok((name, info))
    }
}

#[cfg(test)]
mod tests;

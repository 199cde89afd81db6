//! Safetensors and GGUF files → tensors by name, as f32 values or as rows read from the mapping.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};

use crate::engine::formats::gguf::{GgufFile, TensorType};
use crate::engine::formats::safetensors::Header;
use crate::engine::kernels::{Matrix, Precision, ThreadPool, dequantize_row};
use crate::engine::mapped_file::MappedFile;

/// The weight files of one model.
#[derive(Clone)]
pub(super) struct Weights {
    files: Vec<WeightFile>,
}

#[derive(Clone)]
enum WeightFile {
    Safetensors { path: PathBuf, map: Arc<MappedFile>, header: Arc<Header> },
    Gguf(GgufFile),
}

/// A tensor found in a file.
struct Found<'a> {
    path: &'a Path,
    shape: Vec<usize>,
    kind: TensorType,
    bytes: &'a [u8],
}

impl Weights {
    /// Maps the files; a tensor is taken from the first that has it.
    ///
    /// # Errors
    /// When a file cannot be opened, is damaged, or is a pickle.
    pub fn open(paths: &[PathBuf]) -> Result<Self> {
        ensure!(!paths.is_empty(), "the model has no weight files; model.safetensors is missing");
        let files = paths.iter().map(|path| open_file(path)).collect::<Result<_>>()?;
        Ok(Self { files })
    }

    /// The first of the files when it is a GGUF file.
    pub fn gguf(&self) -> Option<&GgufFile> {
        match self.files.first() {
            Some(WeightFile::Gguf(file)) => Some(file),
            _ => None,
        }
    }

    pub fn has(&self, name: &str) -> bool {
        self.files.iter().any(|file| file.has(name))
    }

    /// The first of `names` that a file has.
    ///
    /// # Errors
    /// When there is none of them.
    pub fn first_of<'a>(&self, names: &[&'a str]) -> Result<&'a str> {
        match names.iter().copied().find(|name| self.has(name)) {
            Some(name) => Ok(name),
            None => self.find(names.first().context("no names")?).map(|_| names[0]),
        }
    }

    /// The shape of a tensor, outermost dimension first.
    ///
    /// # Errors
    /// When no file has the tensor.
    pub fn shape(&self, name: &str) -> Result<Vec<usize>> {
        Ok(self.find(name)?.shape)
    }

    /// The values of a tensor, row by row. Dimensions of size 1 are not compared.
    ///
    /// # Errors
    /// When no file has the tensor or its shape is not `shape`; the message names file and tensor.
    pub fn values(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        let found = self.find_shaped(name, shape)?;
        let mut values = vec![0f32; shape.iter().product()];
        dequantize_row(found.kind, found.bytes, &mut values);
        Ok(values)
    }

    /// A matrix for products. What the file holds in blocks of integers stays as it is in `Int8`.
    ///
    /// # Errors
    /// When no file has the tensor or its shape is not `rows` by `columns`.
    pub fn matrix(
        &self,
        name: &str,
        rows: usize,
        columns: usize,
        precision: Precision,
        pool: &ThreadPool,
    ) -> Result<Matrix> {
        let found = self.find_shaped(name, &[rows, columns])?;
        let matrix = if found.kind.block_len() > 1 && precision == Precision::Int8 {
            Matrix::pack(found.kind, found.bytes, rows, columns, pool)
                .with_context(|| format!("tensor '{name}' in '{}'", found.path.display()))?
        } else {
            let values = self.values(name, &[rows, columns])?;
            Matrix::from_f32(&values, rows, columns, precision, pool)
        };
        self.files.iter().for_each(|file| file.map().release(found.bytes));
        Ok(matrix)
    }

    /// A matrix whose rows are decoded when they are asked for.
    ///
    /// # Errors
    /// When no file has the tensor or its shape is not `rows` by `columns`.
    pub fn table(&self, name: &str, rows: usize, columns: usize) -> Result<Table> {
        ensure!(rows > 0, "the vocabulary of '{name}' is empty");
        let found = self.find_shaped(name, &[rows, columns])?;
        let (kind, row_bytes) = (found.kind, found.bytes.len() / rows);
        Ok(Table { weights: self.clone(), name: name.to_string(), kind, row_bytes, rows, columns })
    }

    fn find_shaped(&self, name: &str, shape: &[usize]) -> Result<Found<'_>> {
        let found = self.find(name)?;
        let sizes = |shape: &[usize]| shape.iter().copied().filter(|&size| size != 1).collect();
        let (actual, expected): (Vec<_>, Vec<_>) = (sizes(&found.shape), sizes(shape));
        ensure!(
            actual == expected,
            "tensor '{name}' in '{}' has the shape {:?}; {shape:?} was expected from the configuration",
            found.path.display(),
            found.shape
        );
        Ok(found)
    }

    /// Copies a part of a file ([`MappedFile::copy`]).
    fn copy(&self, part: &[u8], buffer: &mut Vec<u8>) -> Result<()> {
        let file = self.files.iter().map(WeightFile::map).find(|map| map.holds(part));
        file.context("the part is in no file")?.copy(part, buffer)
    }

    fn find(&self, name: &str) -> Result<Found<'_>> {
        match self.files.iter().find(|file| file.has(name)) {
            Some(file) => file.find(name),
            None => {
                let paths: Vec<_> =
                    self.files.iter().map(|file| format!("'{}'", file.path().display())).collect();
                bail!("{} has no tensor '{name}'; it is cut or of another model", paths.join(", "))
            }
        }
    }
}

impl WeightFile {
    fn path(&self) -> &Path {
        match self {
            Self::Safetensors { path, .. } => path,
            Self::Gguf(file) => file.path(),
        }
    }

    fn has(&self, name: &str) -> bool {
        match self {
            Self::Safetensors { header, .. } => header.find(name).is_some(),
            Self::Gguf(file) => file.find_tensor(name).is_some(),
        }
    }

    fn map(&self) -> &MappedFile {
        match self {
            Self::Gguf(file) => file.map(),
            Self::Safetensors { map, .. } => map,
        }
    }

    fn find(&self, name: &str) -> Result<Found<'_>> {
        match self {
            Self::Safetensors { path, map, header } => {
                let stored = header.find(name).context("the tensor is gone")?;
                let kind = stored
                    .kind(name)
                    .with_context(|| format!("'{}' cannot be used", path.display()))?;
                Ok(Found { path, kind, bytes: &map[stored.range], shape: stored.shape })
            }
            Self::Gguf(file) => {
                let view = file.tensor(name)?;
                let shape = view.shape.to_vec();
                Ok(Found { path: file.path(), shape, kind: view.kind, bytes: view.bytes })
            }
        }
    }
}

fn open_file(path: &Path) -> Result<WeightFile> {
    let map = MappedFile::open(path)?;
    if map.starts_with(b"GGUF") {
        return Ok(WeightFile::Gguf(GgufFile::open(path)?));
    }
    // A zip archive or a bare pickle stream: what torch.save writes.
    if map.starts_with(b"PK\x03\x04") || map.starts_with(b"\x80\x02") {
        bail!(
            "'{}' is a pickle file, which can run code when it is read; use the model's safetensors file",
            path.display()
        );
    }
    let header = Header::read(&map).with_context(|| {
        format!("'{}' is not a safetensors file, or is damaged", path.display())
    })?;
    let path = path.to_path_buf();
    Ok(WeightFile::Safetensors { path, map: Arc::new(map), header: Arc::new(header) })
}

/// A matrix in a weight file, decoded row by row: a vocabulary's embeddings stay in the file.
pub(super) struct Table {
    weights: Weights,
    name: String,
    kind: TensorType,
    row_bytes: usize,
    rows: usize,
    columns: usize,
}

impl Table {
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Writes the row into `target`, which has the table's columns.
    ///
    /// # Errors
    /// When the table has no such row.
    pub fn read_row(&self, row: usize, target: &mut [f32]) -> Result<()> {
        ensure!(target.len() == self.columns, "the row is read into {} values", target.len());
        let found = self.weights.find(&self.name)?;
        let start = row * self.row_bytes;
        let bytes = found
            .bytes
            .get(start..start + self.row_bytes)
            .with_context(|| format!("'{}' has no row {row}", self.name))?;
        let mut copy = Vec::new();
        self.weights.copy(bytes, &mut copy)?;
        dequantize_row(self.kind, &copy, target);
        Ok(())
    }
}

#[cfg(test)]
mod tests;

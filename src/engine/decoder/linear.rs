//! Weight matrices that are applied to the same activations in one go.

use std::cell::RefCell;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use candle_core::Tensor;

use super::adapter::SidePath;
use super::checkpoint::Checkpoint;
use super::device_matrix::DeviceMatrix;
use crate::engine::device::Compute;
use crate::engine::kernels::{self, Activations, Form, Matrix, ThreadPool};
use crate::engine::row_kernel::{edit, map_rows};

/// One or several projections of the same input, their outputs side by side.
pub struct Linear {
    weights: Weights,
    /// One value for each output column; zero where a projection has no bias.
    bias: Option<Tensor>,
    /// An adapter's additions.
    side_paths: Vec<SidePath>,
    columns: usize,
    outputs: usize,
}

thread_local! {
    /// Quantised inputs, whose memory serves one product after another.
    static INPUTS: RefCell<Activations> = RefCell::default();
}

enum Weights {
    /// Packed for this processor.
    Packed { matrices: Vec<Matrix>, pool: Arc<ThreadPool> },
    /// Candle's own products, for devices that the kernels do not serve.
    Device(Vec<DeviceMatrix>),
}

impl Linear {
    /// Loads the tensors `<name>.weight` (rows × `columns`) and, where they exist, `<name>.bias`.
    ///
    /// # Errors
    /// When a tensor is missing or has another shape than (`rows`, `columns`).
    pub fn load(
        checkpoint: &Checkpoint,
        names: &[(&str, usize)],
        columns: usize,
        compute: &Compute,
    ) -> Result<Self> {
        let tensors = names
            .iter()
            .map(|(name, rows)| checkpoint.matrix(&format!("{name}.weight"), *rows, columns))
            .collect::<Result<Vec<_>>>()?;
        let weights = match compute {
            Compute::Kernels(pool) => {
                let mut matrices = Vec::new();
                for tensor in &tensors {
                    let matrix =
                        Matrix::pack(tensor.kind, &tensor.bytes, tensor.shape[0], columns, pool)
                            .with_context(|| format!("tensor '{}'", tensor.name))?;
                    matrices.push(matrix);
                    checkpoint.release(&tensor.bytes);
                }
                Weights::Packed { matrices, pool: Arc::clone(pool) }
            }
            Compute::Device(device) => Weights::Device(
                tensors
                    .iter()
                    .map(|tensor| DeviceMatrix::new(tensor, device))
                    .collect::<Result<_>>()?,
            ),
        };
        let outputs = names.iter().map(|(_, rows)| rows).sum();
        let bias = load_bias(checkpoint, names, compute)?;
        let side_paths = load_side_paths(checkpoint, names, columns, compute)?;
        Ok(Self { weights, bias, side_paths, columns, outputs })
    }

    /// Loads rows of one tensor, in the order of `selected` (all rows when `None`).
    ///
    /// # Errors
    /// When the tensor is missing or has another number of columns.
    pub fn load_rows(
        checkpoint: &Checkpoint,
        name: &str,
        columns: usize,
        selected: Option<&[u32]>,
        compute: &Compute,
    ) -> Result<Self> {
        let tensor = checkpoint.tensor(name)?;
        let [rows, found] = tensor.shape[..] else {
            anyhow::bail!("tensor '{name}' has shape {:?}; a matrix was expected", tensor.shape);
        };
        ensure!(found == columns, "tensor '{name}' has {found} columns; {columns} were expected");
        let outputs = selected.map_or(rows, <[u32]>::len);
        let weights = match compute {
            Compute::Kernels(pool) => {
                let matrix = Matrix::pack_and_release(
                    tensor.kind,
                    &tensor.bytes,
                    (rows, columns),
                    selected,
                    &mut |part| checkpoint.release(part),
                    pool,
                )?;
                checkpoint.release(&tensor.bytes);
                Weights::Packed { matrices: vec![matrix], pool: Arc::clone(pool) }
            }
            Compute::Device(device) => {
                let tensor = match selected {
                    None => tensor,
                    Some(selected) => tensor.select_rows(selected),
                };
                Weights::Device(vec![DeviceMatrix::new(&tensor, device)?])
            }
        };
        Ok(Self { weights, bias: None, side_paths: Vec::new(), columns, outputs })
    }

    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// (rows, columns) → (rows, outputs)
    pub fn forward(&self, input: &Tensor) -> candle_core::Result<Tensor> {
        let output = match &self.weights {
            Weights::Packed { matrices, pool } => {
                let matrices: Vec<&Matrix> = matrices.iter().collect();
                map_rows(input, "linear", self.outputs, |values, rows, output| {
                    INPUTS.with_borrow_mut(|inputs| {
                        inputs.fill(values, rows, self.columns, form(&matrices), pool);
                        kernels::multiply(&matrices, inputs, output, pool);
                    });
                })?
            }
            Weights::Device(matrices) => {
                let parts = matrices
                    .iter()
                    .map(|matrix| matrix.forward(input))
                    .collect::<candle_core::Result<Vec<_>>>()?;
                if parts.len() == 1 { parts[0].clone() } else { Tensor::cat(&parts, 1)? }
            }
        };
        let output = match &self.bias {
            Some(bias) => output.broadcast_add(bias)?,
            None => output,
        };
        self.side_paths
            .iter()
            .try_fold(output, |output, path| self.add_side_path(output, path, &path.addend(input)?))
    }

    /// Adds (rows, path.rows) to the path's columns of (rows, outputs).
    fn add_side_path(
        &self,
        output: Tensor,
        path: &SidePath,
        addend: &Tensor,
    ) -> candle_core::Result<Tensor> {
        if let Weights::Device(_) = self.weights {
            let behind = self.outputs - path.first - path.rows;
            return output + addend.pad_with_zeros(1, path.first, behind)?;
        }
        let addend = addend.flatten_all()?.to_vec1::<f32>()?;
        edit(&output, "adapter", |output| {
            let rows = output.chunks_exact_mut(self.outputs);
            for (row, addend) in rows.zip(addend.chunks_exact(path.rows)) {
                let columns = &mut row[path.first..path.first + path.rows];
                for (value, addend) in columns.iter_mut().zip(addend) {
                    *value += addend;
                }
            }
        })?;
        Ok(output)
    }
}

/// What the inputs of all matrices must be filled with.
fn form(matrices: &[&Matrix]) -> Form {
    let mut forms = matrices.iter().map(|matrix| matrix.form());
    let first = forms.next().unwrap_or(Form::Float);
    if forms.all(|form| form == first) { first } else { Form::Both }
}

fn load_side_paths(
    checkpoint: &Checkpoint,
    names: &[(&str, usize)],
    columns: usize,
    compute: &Compute,
) -> Result<Vec<SidePath>> {
    let Some(adapter) = checkpoint.adapter() else { return Ok(Vec::new()) };
    let mut paths = Vec::new();
    let mut first = 0;
    for (name, rows) in names {
        paths.extend(adapter.side_path(name, (first, *rows, columns), compute)?);
        first += rows;
    }
    Ok(paths)
}

fn load_bias(
    checkpoint: &Checkpoint,
    names: &[(&str, usize)],
    compute: &Compute,
) -> Result<Option<Tensor>> {
    let mut values = Vec::new();
    let mut found = false;
    for (name, rows) in names {
        let name = format!("{name}.bias");
        if checkpoint.has(&name) {
            values.extend(checkpoint.vector(&name, *rows)?);
            found = true;
        } else {
            values.resize(values.len() + rows, 0.0);
        }
    }
    if !found {
        return Ok(None);
    }
    let length = values.len();
    Ok(Some(Tensor::from_vec(values, (1, length), compute.device())?))
}

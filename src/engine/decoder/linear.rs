//! Weight matrices that are applied to the same activations in one go.

use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use candle_core::Tensor;

use super::adapter::{Adapter, SidePath};
use super::checkpoint::Checkpoint;
use super::device_matrix::DeviceMatrix;
use crate::engine::device::Compute;
use crate::engine::kernels::{self, Activations, Form, Matrix, ThreadPool};

/// One or several projections of the same input, their outputs side by side.
pub struct Linear {
    /// Shared with the same map under another adapter.
    weights: Arc<Weights>,
    /// An adapter's additions.
    side_paths: Vec<SidePath>,
    columns: usize,
    outputs: usize,
}

enum Weights {
    /// Packed for this processor, with their biases.
    Packed { matrices: Vec<Matrix>, pool: Arc<ThreadPool> },
    /// Candle's own products, for devices that the kernels do not serve.
    Device {
        matrices: Vec<DeviceMatrix>,
        /// (1, outputs); zero where a projection has no bias.
        bias: Option<Tensor>,
    },
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
        let outputs = names.iter().map(|(_, rows)| rows).sum();
        let bias = load_bias(checkpoint, names)?;
        let weights = match compute {
            Compute::Kernels(pool) => {
                let (mut matrices, mut first) = (Vec::new(), 0);
                for tensor in &tensors {
                    let matrix =
                        Matrix::pack(tensor.kind, &tensor.bytes, tensor.shape[0], columns, pool)
                            .with_context(|| format!("tensor '{}'", tensor.name))?;
                    let last = first + matrix.rows();
                    matrices.push(match &bias {
                        Some(bias) => matrix.with_bias(&bias[first..last]),
                        None => matrix,
                    });
                    first = last;
                    checkpoint.release(&tensor.bytes);
                }
                Weights::Packed { matrices, pool: Arc::clone(pool) }
            }
            Compute::Device(device) => Weights::Device {
                matrices: tensors
                    .iter()
                    .map(|tensor| DeviceMatrix::new(tensor, device))
                    .collect::<Result<_>>()?,
                bias: bias
                    .map(|values| Tensor::from_vec(values, (1, outputs), device))
                    .transpose()?,
            },
        };
        Ok(Self { weights: Arc::new(weights), side_paths: Vec::new(), columns, outputs })
    }

    /// The same weights with the additions of `adapter`, or with none; `names` are those that this
    /// map was loaded with.
    ///
    /// # Errors
    /// When the adapter does not fit.
    pub fn adapted(
        &self,
        adapter: Option<&Adapter>,
        names: &[(&str, usize)],
        compute: &Compute,
    ) -> Result<Self> {
        let mut side_paths = Vec::new();
        let mut first = 0;
        for (name, rows) in names {
            let place = (first, *rows, self.columns);
            let path =
                adapter.map(|adapter| adapter.side_path(name, place, compute)).transpose()?;
            side_paths.extend(path.flatten());
            first += rows;
        }
        let weights = Arc::clone(&self.weights);
        Ok(Self { weights, side_paths, columns: self.columns, outputs: self.outputs })
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
                Weights::Device { matrices: vec![DeviceMatrix::new(&tensor, device)?], bias: None }
            }
        };
        Ok(Self { weights: Arc::new(weights), side_paths: Vec::new(), columns, outputs })
    }

    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// `values` (rows, columns) → `output` (rows, outputs), whatever was in it; on the CPU. `inputs` is
    /// room for the values as integers.
    ///
    /// # Errors
    /// When the weights are on a device.
    pub fn run(
        &self,
        values: &[f32],
        rows: usize,
        inputs: &mut Activations,
        output: &mut Vec<f32>,
    ) -> Result<()> {
        let Weights::Packed { matrices, pool } = self.weights.as_ref() else {
            bail!("the weights are on a device, and the CPU was to use them");
        };
        let matrices: Vec<&Matrix> = matrices.iter().collect();
        output.resize(rows * self.outputs, 0.0);
        inputs.fill(values, rows, self.columns, form(&matrices), pool);
        kernels::multiply(&matrices, inputs, output, pool);
        for path in &self.side_paths {
            path.add_to(values, rows, (output, self.outputs), pool)?;
        }
        Ok(())
    }

    /// (rows, columns) → (rows, outputs)
    ///
    /// # Errors
    /// When the device fails.
    pub fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let (matrices, bias) = match self.weights.as_ref() {
            Weights::Device { matrices, bias } => (matrices, bias),
            Weights::Packed { .. } => return self.forward_on_cpu(input),
        };
        let parts = matrices
            .iter()
            .map(|matrix| matrix.forward(input))
            .collect::<candle_core::Result<Vec<_>>>()?;
        let output = if parts.len() == 1 { parts[0].clone() } else { Tensor::cat(&parts, 1)? };
        let output = match bias {
            Some(bias) => output.broadcast_add(bias)?,
            None => output,
        };
        self.side_paths.iter().try_fold(output, |output, path| {
            let behind = self.outputs - path.first - path.rows;
            let addend = path.addend(input)?.pad_with_zeros(1, path.first, behind)?;
            Ok((output + addend)?)
        })
    }

    fn forward_on_cpu(&self, input: &Tensor) -> Result<Tensor> {
        let (rows, _) = input.dims2()?;
        let values = input.flatten_all()?.to_vec1::<f32>()?;
        let mut output = Vec::new();
        self.run(&values, rows, &mut Activations::default(), &mut output)?;
        Ok(Tensor::from_vec(output, (rows, self.outputs), input.device())?)
    }
}

/// What the inputs of all matrices must be filled with.
fn form(matrices: &[&Matrix]) -> Form {
    let mut forms = matrices.iter().map(|matrix| matrix.form());
    let first = forms.next().unwrap_or(Form::Float);
    if forms.all(|form| form == first) { first } else { Form::Both }
}

/// The biases of all projections, one after the other, if one of them has any.
fn load_bias(checkpoint: &Checkpoint, names: &[(&str, usize)]) -> Result<Option<Vec<f32>>> {
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
    Ok(found.then_some(values))
}

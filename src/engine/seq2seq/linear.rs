//! Rows of inputs → rows of outputs through weight matrices: the one place where products are made.

use anyhow::Result;

use super::parallel::for_each_rows;
use super::weights::Weights;
use crate::engine::kernels::{Activations, Form, Matrix, Precision, ThreadPool, multiply};

/// Matrices that have their inputs in common.
pub(super) struct Linear {
    matrices: Vec<Matrix>,
    /// One value for each output, or none at all.
    bias: Option<Vec<f32>>,
    form: Form,
    inputs: usize,
    outputs: usize,
}

/// One published matrix, `outputs` by the inputs, with its bias.
pub(super) struct Part<'a> {
    pub weight: &'a str,
    pub bias: Option<&'a str>,
    pub outputs: usize,
}

impl Linear {
    /// Reads the parts, whose outputs stand one after another in each row of results.
    pub fn load(
        weights: &Weights,
        parts: &[Part<'_>],
        inputs: usize,
        precision: Precision,
        pool: &ThreadPool,
    ) -> Result<Self> {
        let mut matrices = Vec::with_capacity(parts.len());
        let mut biases = Vec::new();
        for part in parts {
            matrices.push(weights.matrix(part.weight, part.outputs, inputs, precision, pool)?);
            if let Some(bias) = part.bias {
                biases.extend(weights.values(bias, &[part.outputs])?);
            }
        }
        let outputs = parts.iter().map(|part| part.outputs).sum();
        let form = if precision == Precision::Int8 { Form::Integer } else { Form::Float };
        Ok(Self {
            matrices,
            bias: (biases.len() == outputs).then_some(biases),
            form,
            inputs,
            outputs,
        })
    }

    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// One row of outputs for each row of `inputs`.
    pub fn apply(&self, inputs: &[f32], pool: &ThreadPool) -> Vec<f32> {
        let rows = inputs.len() / self.inputs;
        let mut activations = Activations::default();
        activations.fill(inputs, rows, self.inputs, self.form, pool);
        let mut results = vec![0f32; rows * self.outputs];
        let matrices: Vec<&Matrix> = self.matrices.iter().collect();
        multiply(&matrices, &activations, &mut results, pool);
        if let Some(bias) = &self.bias {
            for_each_rows(pool, &mut results, self.outputs, |_, results| {
                for row in results.chunks_exact_mut(self.outputs) {
                    row.iter_mut().zip(bias).for_each(|(value, bias)| *value += bias);
                }
            });
        }
        results
    }
}

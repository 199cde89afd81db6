//! Rows of inputs → rows of outputs through weight matrices: the one place where products are made.

use anyhow::Result;

use super::weights::Weights;
use crate::engine::kernels::{Activations, Form, Matrix, Precision, ThreadPool, multiply};

/// Matrices that have their inputs in common.
pub(super) struct Linear {
    matrices: Vec<Matrix>,
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
        for part in parts {
            let matrix = weights.matrix(part.weight, part.outputs, inputs, precision, pool)?;
            matrices.push(match part.bias {
                Some(bias) => matrix.with_bias(&weights.values(bias, &[part.outputs])?),
                None => matrix,
            });
        }
        let outputs = parts.iter().map(|part| part.outputs).sum();
        let form = if precision == Precision::Int8 { Form::Integer } else { Form::Float };
        Ok(Self { matrices, form, inputs, outputs })
    }

    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// One row of outputs for each row of `inputs`.
    pub fn apply(&self, inputs: &[f32], pool: &ThreadPool) -> Vec<f32> {
        let mut results = Vec::new();
        self.apply_into(inputs, &mut results, pool);
        results
    }

    /// As [`Linear::apply`], into memory that may be used again and again.
    pub fn apply_into(&self, inputs: &[f32], results: &mut Vec<f32>, pool: &ThreadPool) {
        let rows = inputs.len() / self.inputs;
        let mut activations = Activations::default();
        activations.fill(inputs, rows, self.inputs, self.form, pool);
        results.resize(rows * self.outputs, 0.0);
        let matrices: Vec<&Matrix> = self.matrices.iter().collect();
        multiply(&matrices, &activations, results, pool);
    }
}

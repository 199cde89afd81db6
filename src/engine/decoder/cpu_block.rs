//! One transformer block on the CPU, with our kernels: hidden states (rows, hidden) → the same, changed in
//! place. What lies between two matrices goes through buffers that serve one block after another.

use anyhow::Result;

use super::KeyValueStore;
use super::attention::{self, LayerInput};
use super::block::{Block, Norm};
use super::config::Activation;
use crate::engine::kernels::{self, Activations, ThreadPool};

/// Results inside a block. Buffers keep their memory and what was in it: each is written whole before
/// it is read.
#[derive(Default)]
pub struct Workspace {
    normed: Vec<f32>,
    /// (rows, query width + 2 · key-value width)
    projected: Vec<f32>,
    /// (rows, query width)
    attended: Vec<f32>,
    /// (rows, 2 · feed_forward)
    gate_up: Vec<f32>,
    /// (rows, feed_forward)
    gated: Vec<f32>,
    /// (rows, hidden): what is to be added to the hidden states.
    addend: Vec<f32>,
    /// Inputs of the matrix at hand, as integers.
    inputs: Activations,
}

impl Block {
    /// Runs layer `index`; of the result only the rows of `keep` are made, if it names some.
    ///
    /// # Errors
    /// When the weights are not the CPU's.
    pub fn run(
        &self,
        input: &LayerInput<'_>,
        index: usize,
        hidden: &mut Vec<f32>,
        store: &mut KeyValueStore,
        pool: &ThreadPool,
        keep: Option<&[usize]>,
    ) -> Result<()> {
        let KeyValueStore { cache, workspace, .. } = store;
        let Workspace { normed, projected, attended, gate_up, gated, addend, inputs } = workspace;
        let (columns, width) = (input.config.hidden, input.config.query_width());
        let rows = hidden.len() / columns;
        self.attention_norm.run(hidden, normed, pool);
        self.projections.run(normed, rows, inputs, projected)?;
        attention::prepare_and_store(input, index, cache, projected, pool);
        attended.resize(rows * width, 0.0);
        attention::attend(input, index, cache, projected, attended, pool);
        let rows = keep.map_or(rows, <[usize]>::len);
        if let Some(keep) = keep {
            keep_rows(attended, width, keep);
            keep_rows(hidden, columns, keep);
        }
        self.attention_output.run(attended, rows, inputs, addend)?;
        add(hidden, self.attention_output_norm.as_ref(), addend, normed, pool);
        self.feed_forward_norm.run(hidden, normed, pool);
        self.gate_up.run(normed, rows, inputs, gate_up)?;
        gated.resize(rows * self.feed_forward, 0.0);
        match self.activation {
            Activation::Silu => kernels::swiglu(gate_up, self.feed_forward, gated, pool),
            Activation::GeluTanh => kernels::gelu_tanh_glu(gate_up, self.feed_forward, gated, pool),
        }
        self.down.run(gated, rows, inputs, addend)?;
        add(hidden, self.feed_forward_output_norm.as_ref(), addend, normed, pool);
        Ok(())
    }
}

/// `hidden += addend`, which goes through `norm` into `normed` first where there is one.
fn add(
    hidden: &mut [f32],
    norm: Option<&Norm>,
    addend: &[f32],
    normed: &mut Vec<f32>,
    pool: &ThreadPool,
) {
    match norm {
        Some(norm) => {
            norm.run(addend, normed, pool);
            kernels::add_in_place(hidden, normed, pool);
        }
        None => kernels::add_in_place(hidden, addend, pool),
    }
}

/// Leaves the rows named in `keep`, which ascend.
fn keep_rows(matrix: &mut Vec<f32>, columns: usize, keep: &[usize]) {
    for (place, &row) in keep.iter().enumerate() {
        matrix.copy_within(row * columns..(row + 1) * columns, place * columns);
    }
    matrix.truncate(keep.len() * columns);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_kept_in_their_order() {
        let mut matrix: Vec<f32> = (0..12).map(|value| value as f32).collect();
        keep_rows(&mut matrix, 3, &[1, 3]);
        assert_eq!(matrix, [3.0, 4.0, 5.0, 9.0, 10.0, 11.0]);
        keep_rows(&mut matrix, 3, &[]);
        assert!(matrix.is_empty());
    }
}

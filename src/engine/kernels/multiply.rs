//! In: matrices that share their inputs, and the inputs. Out: inputs × matricesᵀ, side by side.

use std::ops::Range;

use super::ThreadPool;
use super::activations::{Activations, Form, Panel};
use super::kernel::{Inputs, Output, Tile};
use super::layout::TILE;
use super::level::Level;
use super::matrix::Matrix;
use super::pool::Disjoint;

#[cfg(test)]
mod tests;

/// Inputs that a core goes through again for each tile should stay in its second-level cache.
const INPUT_BYTES: usize = 384 << 10;

/// Tiles that go through a panel together should stay in the first-level cache beside it.
const TILE_BYTES: usize = 24 << 10;

/// Below so many multiplications a parallel region costs more than it saves.
const SMALL: usize = 1 << 16;

/// `outputs` is m × (sum of the matrices' rows), row-major: row i holds the products of input row i
/// with all matrices, one after the other. One parallel region for all.
///
/// # Panics
/// If a matrix has other columns than the inputs, `outputs` is not of that size, or the inputs were
/// filled without the form that a matrix needs.
pub fn multiply(
    matrices: &[&Matrix],
    activations: &Activations,
    outputs: &mut [f32],
    pool: &ThreadPool,
) {
    multiply_with(Level::current(), matrices, activations, outputs, pool);
}

/// One task: some tiles of one matrix, with some panels of the inputs.
struct Task<'a> {
    matrix: &'a Matrix,
    tiles: Range<usize>,
    /// Column of the matrix's first row in `outputs`.
    column: usize,
    panels: &'a [Panel],
}

pub(super) fn multiply_with(
    level: Level,
    matrices: &[&Matrix],
    activations: &Activations,
    outputs: &mut [f32],
    pool: &ThreadPool,
) {
    let stride = matrices.iter().map(|matrix| matrix.rows()).sum();
    assert_eq!(outputs.len(), activations.rows() * stride, "outputs must be inputs × rows");
    for matrix in matrices {
        check(matrix, activations);
    }
    let tasks = split(matrices, activations, pool.threads());
    let outputs = Disjoint::new(outputs);
    let run = |index: usize| run_task(level, &tasks[index], activations, &outputs, stride);
    if activations.rows() * activations.columns() * stride < SMALL {
        (0..tasks.len()).for_each(run);
    } else {
        pool.for_each(tasks.len(), run);
    }
}

fn check(matrix: &Matrix, activations: &Activations) {
    assert_eq!(matrix.columns(), activations.columns(), "inputs are as long as the matrix's rows");
    let filled = match matrix.form() {
        Form::Float => activations.floats.len() >= activations.rows() * activations.columns(),
        Form::Integer | Form::Both => {
            activations.scales.len() >= activations.rows() * activations.blocks()
        }
    };
    assert!(filled, "the inputs were filled without the form that the matrix needs");
}

fn split<'a>(
    matrices: &[&'a Matrix],
    activations: &'a Activations,
    threads: usize,
) -> Vec<Task<'a>> {
    let row_bytes = activations.columns().max(1) * 2;
    let panels_at_once = (INPUT_BYTES / row_bytes / 8).max(1);
    let groups = activations.panels().chunks(panels_at_once);
    let tiles: usize = matrices.iter().map(|matrix| matrix.tiles()).sum();
    // Several tasks for each thread, so that one that was interrupted holds up little.
    let wanted = if threads == 1 { 1 } else { 8 * threads };
    let step = (tiles * groups.len()).div_ceil(wanted).max(1);
    let mut tasks = Vec::with_capacity(wanted + matrices.len() * groups.len());
    for panels in groups {
        let mut column = 0;
        for &matrix in matrices {
            // At least 16 KiB of weights, or as much work with more inputs.
            let least = 16_384 / (matrix.tile_bytes().max(1) * panels.len());
            let step = step.max(least).max(1);
            for first in (0..matrix.tiles()).step_by(step) {
                let tiles = first..matrix.tiles().min(first + step);
                tasks.push(Task { matrix, tiles, column, panels });
            }
            column += matrix.rows();
        }
    }
    tasks
}

fn run_task(
    level: Level,
    task: &Task,
    activations: &Activations,
    outputs: &Disjoint<f32>,
    stride: usize,
) {
    let together = match task.panels {
        [_] => task.tiles.len(),
        _ => (TILE_BYTES / task.matrix.tile_bytes().max(1)).max(1),
    };
    for first in task.tiles.clone().step_by(together) {
        let tiles = first..task.tiles.end.min(first + together);
        for &panel in task.panels {
            let kernel = task.matrix.kernel(level, panel.width);
            let inputs = Inputs::new(activations, panel);
            let prefetch = panel.first == task.panels[0].first;
            for index in tiles.clone() {
                let tile = Tile { prefetch, ..task.matrix.tile(index) };
                let column = task.column + index * TILE;
                let output = Output {
                    start: outputs.pointer(panel.first * stride + column),
                    stride,
                    lanes: TILE.min(task.matrix.rows() - index * TILE),
                };
                // SAFETY: `check` compared the lengths; no other task has this tile and panel.
                unsafe { kernel(&tile, &inputs, &output) };
            }
        }
    }
}

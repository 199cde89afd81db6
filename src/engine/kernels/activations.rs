//! In: m × k float inputs of a matrix product. Out: the same as 8-bit integers with a scale for each 32
//! columns (and, for float matrices, as floats), grouped as the kernels read them.

use super::ThreadPool;
use super::blocks::BLOCK;
use super::pool::Disjoint;
use super::quantise::{self, QuantisedPanel};

/// Rows that a kernel takes at once. A group of `width` rows is stored block by block, and in a block row
/// by row, so that a kernel reads it from one pointer upwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panel {
    /// First row of the input.
    pub first: usize,
    /// Rows of the input in the panel; the others, up to `width`, are zero.
    pub rows: usize,
    /// 1, 2, 4 or 8.
    pub width: usize,
    /// Sum of the widths of the panels before.
    pub start: usize,
}

/// What is kept of the inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For matrices of integers.
    Integer,
    /// For matrices of floats.
    Float,
    /// For both.
    Both,
}

/// The quantised inputs. May be filled again and again without new memory.
#[derive(Default)]
pub struct Activations {
    rows: usize,
    columns: usize,
    panels: Vec<Panel>,
    /// Integers within ±127; one entry, here and below, for each block and row.
    pub(super) quants: Vec<[i8; BLOCK]>,
    /// Input = scale × integer.
    pub(super) scales: Vec<f32>,
    /// Minus the sum of the integers.
    pub(super) sums: Vec<i32>,
    /// Minus the sums of the first and of the last 16 integers.
    pub(super) half_sums: Vec<[i32; 2]>,
    /// Scale × sum of the integers.
    pub(super) scaled_sums: Vec<f32>,
    /// One for each column and row.
    pub(super) floats: Vec<f32>,
}

impl Activations {
    /// `values` are `rows` × `columns`, row-major. Keeps both forms; [`Activations::fill`] is faster.
    pub fn new(values: &[f32], rows: usize, columns: usize, pool: &ThreadPool) -> Self {
        let mut activations = Self::default();
        activations.fill(values, rows, columns, Form::Both, pool);
        activations
    }

    /// Tokens.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Values of a token.
    pub fn columns(&self) -> usize {
        self.columns
    }

    pub(super) fn blocks(&self) -> usize {
        self.columns.div_ceil(BLOCK)
    }

    pub(super) fn panels(&self) -> &[Panel] {
        &self.panels
    }

    /// Replaces the content. `values` are `rows` × `columns`, row-major.
    ///
    /// # Panics
    /// If `values` is not of that length.
    pub fn fill(
        &mut self,
        values: &[f32],
        rows: usize,
        columns: usize,
        form: Form,
        pool: &ThreadPool,
    ) {
        assert_eq!(values.len(), rows * columns, "the inputs must be rows × columns");
        (self.rows, self.columns) = (rows, columns);
        self.panels = split_rows(rows);
        let padded = self.panels.last().map_or(0, |panel| panel.start + panel.width);
        let blocks = padded * self.blocks();
        let (integer, float) = match form {
            Form::Integer => (blocks, 0),
            Form::Float => (0, padded * columns),
            Form::Both => (blocks, padded * columns),
        };
        self.quants.resize(integer, [0; BLOCK]);
        self.scales.resize(integer, 0.0);
        self.sums.resize(integer, 0);
        self.half_sums.resize(integer, [0; 2]);
        self.scaled_sums.resize(integer, 0.0);
        self.floats.resize(float, 0.0);
        self.fill_panels(values, form, pool);
    }

    fn fill_panels(&mut self, values: &[f32], form: Form, pool: &ThreadPool) {
        let (columns, blocks) = (self.columns, self.blocks());
        let target = Target {
            quants: Disjoint::new(&mut self.quants),
            scales: Disjoint::new(&mut self.scales),
            sums: Disjoint::new(&mut self.sums),
            half_sums: Disjoint::new(&mut self.half_sums),
            scaled_sums: Disjoint::new(&mut self.scaled_sums),
            floats: Disjoint::new(&mut self.floats),
        };
        let panels = &self.panels;
        let one = |index: usize| {
            let panel = panels[index];
            let rows = &values[panel.first * columns..][..panel.rows * columns];
            if form != Form::Float {
                target.quantise(panel, rows, columns, blocks);
            }
            if form != Form::Integer {
                target.interleave(panel, rows, columns);
            }
        };
        // A region costs about as much as quantising a few thousand values.
        if values.len() < 8192 {
            (0..panels.len()).for_each(one);
        } else {
            pool.for_each(panels.len(), one);
        }
    }
}

/// The fields of `Activations`, for panels to be written from several threads.
struct Target<'a> {
    quants: Disjoint<'a, [i8; BLOCK]>,
    scales: Disjoint<'a, f32>,
    sums: Disjoint<'a, i32>,
    half_sums: Disjoint<'a, [i32; 2]>,
    scaled_sums: Disjoint<'a, f32>,
    floats: Disjoint<'a, f32>,
}

impl Target<'_> {
    fn quantise(&self, panel: Panel, rows: &[f32], columns: usize, blocks: usize) {
        let (start, length) = (panel.start * blocks, panel.width * blocks);
        // SAFETY: panels do not overlap, and each is written by one task.
        let mut out = unsafe {
            QuantisedPanel {
                quants: self.quants.slice(start, length),
                scales: self.scales.slice(start, length),
                sums: self.sums.slice(start, length),
                half_sums: self.half_sums.slice(start, length),
                scaled_sums: self.scaled_sums.slice(start, length),
            }
        };
        quantise::rows(&mut out, panel, rows, columns);
    }

    fn interleave(&self, panel: Panel, rows: &[f32], columns: usize) {
        let (start, length) = (panel.start * columns, panel.width * columns);
        // SAFETY: as above.
        let out = unsafe { self.floats.slice(start, length) };
        for (column, out) in out.chunks_exact_mut(panel.width).enumerate() {
            for (row, out) in out.iter_mut().enumerate() {
                *out = if row < panel.rows { rows[row * columns + column] } else { 0.0 };
            }
        }
    }
}

/// Panels of 8, then a narrower one; a few zero rows are cheaper than another pass over the weights.
fn split_rows(rows: usize) -> Vec<Panel> {
    let mut panels = Vec::with_capacity(rows.div_ceil(8));
    let (mut first, mut start) = (0, 0);
    while first < rows {
        let left = rows - first;
        let width = match left {
            1 => 1,
            2 => 2,
            3 | 4 => 4,
            _ => 8,
        };
        panels.push(Panel { first, rows: left.min(width), width, start });
        first += width;
        start += width;
    }
    panels
}

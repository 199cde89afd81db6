//! In: the weights of a matrix, as bytes of a GGUF tensor or as floats. Out: the weights packed for the
//! kernels; the original is no longer needed.

use std::ops::Range;

use anyhow::{Result, ensure};
use half::f16;

use super::ThreadPool;
use super::activations::Form;
use super::blocks::{BLOCK, Factors};
use super::buffer::{Buffer, zeroed};
use super::kernel::{FloatKind, Kernel, Tile};
use super::layout::{Packing, Planes, Scales, TILE};
use super::level::Level;
use super::pack::{self, Source};
use super::pool::Disjoint;
use crate::engine::formats::gguf::TensorType;

/// What float weights become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// Single precision.
    F32,
    /// Half precision.
    F16,
    /// 8-bit integers with a half-precision scale for each 32 columns of a row.
    Int8,
}

#[derive(Clone, Copy, Debug)]
enum Content {
    Integer(Packing),
    Float(FloatKind),
}

/// A matrix of `rows` (outputs) × `columns` (inputs), in tiles of 16 rows (`layout.rs`).
pub struct Matrix {
    rows: usize,
    columns: usize,
    content: Content,
    planes: Planes,
    data: Buffer,
    /// Added to the products: 16 values for each tile.
    bias: Option<Box<[f32]>>,
}

/// Packed weights after which the original of the same rows may be let go.
const STRETCH_BYTES: usize = 16 << 20;

/// For matrices without bias.
static NO_BIAS: [f32; TILE] = [0.0; TILE];

impl Matrix {
    /// Packs a whole tensor. Fails if `bytes` are not `rows` × `columns` values of this type.
    pub fn pack(
        kind: TensorType,
        bytes: &[u8],
        rows: usize,
        columns: usize,
        pool: &ThreadPool,
    ) -> Result<Self> {
        Self::pack_and_release(kind, bytes, (rows, columns), None, &mut |_| {}, pool)
    }

    /// Packs all rows or those that are `selected`, in that order, and passes parts of `bytes` to
    /// `release` as soon as they were read: a large matrix need not be there twice. Fails as
    /// [`Matrix::pack`] does, and if a row is not there.
    pub fn pack_and_release(
        kind: TensorType,
        bytes: &[u8],
        (rows, columns): (usize, usize),
        selected: Option<&[u32]>,
        release: &mut dyn FnMut(&[u8]),
        pool: &ThreadPool,
    ) -> Result<Self> {
        let source = source(kind, bytes, rows, columns)?;
        let missing =
            |selected: &&[u32]| selected.iter().find(|&&row| row as usize >= rows).copied();
        if let Some(row) = selected.as_ref().and_then(missing) {
            anyhow::bail!("row {row} was asked for, and the matrix has {rows} rows");
        }
        let select = |row: usize| selected.map_or(row, |selected| selected[row] as usize);
        let mut read = |packed: Range<usize>| {
            let (first, last) = (select(packed.start), select(packed.end - 1));
            if first <= last {
                release(&bytes[first * source.row_bytes..][..(last - first) * source.row_bytes]);
            }
        };
        let count = selected.map_or(rows, <[u32]>::len);
        Ok(Self::of_rows(source, (count, columns), select, &mut read, pool))
    }

    /// Packs floats, row-major.
    ///
    /// # Panics
    /// If `values` are not `rows` × `columns`.
    pub fn from_f32(
        values: &[f32],
        rows: usize,
        columns: usize,
        precision: Precision,
        pool: &ThreadPool,
    ) -> Self {
        assert_eq!(values.len(), rows * columns, "the weights must be rows × columns");
        let row = |row: usize| &values[row * columns..][..columns];
        let content = match precision {
            Precision::F32 => Content::Float(FloatKind::F32),
            Precision::F16 => Content::Float(FloatKind::F16),
            Precision::Int8 => Content::Integer(Packing { bits: 8, scales: Scales::Half }),
        };
        Self::filled(content, (rows, columns), pool, &mut |_| {}, |planes, first, lanes, tile| {
            for lane in 0..lanes {
                let values = row(first + lane);
                match precision {
                    Precision::F32 => {
                        interleave(values.iter().map(|value| value.to_le_bytes()), lane, tile);
                    }
                    Precision::F16 => {
                        let halves = values.iter().map(|&value| f16::from_f32(value).to_le_bytes());
                        interleave(halves, lane, tile);
                    }
                    Precision::Int8 => quantise_row(values, planes, lane, tile),
                }
            }
        })
    }

    /// Results of a product.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Values that a product takes.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Memory that the packed weights take.
    pub fn bytes(&self) -> usize {
        self.data.len()
    }

    /// Adds `bias` to the products of all inputs.
    ///
    /// # Panics
    /// If there are not as many values as rows.
    pub fn with_bias(mut self, bias: &[f32]) -> Self {
        assert_eq!(bias.len(), self.rows, "the bias has a value for each row");
        let mut padded = bias.to_vec();
        padded.resize(self.tiles() * TILE, 0.0);
        self.bias = Some(padded.into());
        self
    }

    /// What the inputs must be filled with: integers or floats.
    pub fn form(&self) -> Form {
        match self.content {
            Content::Integer(_) => Form::Integer,
            Content::Float(_) => Form::Float,
        }
    }

    pub(super) fn tiles(&self) -> usize {
        self.rows.div_ceil(TILE)
    }

    pub(super) fn tile_bytes(&self) -> usize {
        self.planes.tile
    }

    pub(super) fn tile(&self, index: usize) -> Tile {
        assert!(index < self.tiles());
        let bias = self.bias.as_ref().map_or(&NO_BIAS[..], |bias| &bias[index * TILE..]);
        Tile {
            // SAFETY: the buffer holds `tiles` tiles.
            start: unsafe { self.data.as_ptr().add(index * self.planes.tile) },
            bytes: self.planes.tile,
            prefetch: false,
            columns: self.columns,
            planes: self.planes,
            bias: bias.as_ptr(),
        }
    }

    pub(super) fn kernel(&self, level: Level, width: usize) -> Kernel {
        match self.content {
            Content::Integer(packing) => level.integer_kernel(packing, width),
            Content::Float(kind) => level.float_kernel(kind, width),
        }
    }

    fn of_rows(
        source: Source,
        shape: (usize, usize),
        select: impl Fn(usize) -> usize + Sync,
        filled: &mut dyn FnMut(Range<usize>),
        pool: &ThreadPool,
    ) -> Self {
        let content = match (Packing::of(source.kind), source.kind) {
            (Some(packing), _) => Content::Integer(packing),
            (None, TensorType::F16) => Content::Float(FloatKind::F16),
            (None, TensorType::Bf16) => Content::Float(FloatKind::Bf16),
            (None, _) => Content::Float(FloatKind::F32),
        };
        Self::filled(content, shape, pool, filled, |planes, first, lanes, tile| {
            let mut selected = [0; TILE];
            for (lane, row) in selected[..lanes].iter_mut().enumerate() {
                *row = select(first + lane);
            }
            let selected = &selected[..lanes];
            if let Content::Integer(_) = content {
                return pack::pack_tile(source, selected, planes, tile);
            }
            for (lane, &row) in selected.iter().enumerate() {
                let row = source.row(row);
                match source.kind {
                    TensorType::F32 => {
                        interleave(row.as_chunks::<4>().0.iter().copied(), lane, tile)
                    }
                    _ => interleave(row.as_chunks::<2>().0.iter().copied(), lane, tile),
                }
            }
        })
    }

    /// Makes the tiles: `fill` gets the first row of a tile, how many rows it has, and its zeroed bytes;
    /// `filled` gets the rows of each stretch of tiles that is done.
    fn filled(
        content: Content,
        (rows, columns): (usize, usize),
        pool: &ThreadPool,
        filled: &mut dyn FnMut(Range<usize>),
        fill: impl Fn(&Planes, usize, usize, &mut [u8]) + Sync,
    ) -> Self {
        let planes = match content {
            Content::Integer(packing) => Planes::new(packing, columns),
            Content::Float(FloatKind::F32) => Planes::of_floats(columns, 4),
            Content::Float(FloatKind::F16 | FloatKind::Bf16) => Planes::of_floats(columns, 2),
        };
        let tiles = rows.div_ceil(TILE);
        let mut data = Buffer::new(tiles * planes.tile);
        let bytes = Disjoint::new(data.as_mut_slice());
        // Enough tiles at once that taking them from the counter costs nothing.
        let step = (65_536 / planes.tile.max(1)).max(1);
        let stretch = (STRETCH_BYTES / planes.tile.max(1)).max(1);
        for first in (0..tiles).step_by(stretch) {
            let end = tiles.min(first + stretch);
            pool.for_each((end - first).div_ceil(step), |task| {
                for tile in first + task * step..end.min(first + (task + 1) * step) {
                    // SAFETY: each tile is in one task.
                    let bytes = unsafe { bytes.slice(tile * planes.tile, planes.tile) };
                    fill(&planes, tile * TILE, TILE.min(rows - tile * TILE), zeroed(bytes));
                }
            });
            filled(first * TILE..rows.min(end * TILE));
        }
        Self { rows, columns, content, planes, data, bias: None }
    }
}

fn source(kind: TensorType, bytes: &[u8], rows: usize, columns: usize) -> Result<Source<'_>> {
    let name = kind.name();
    ensure!(
        columns.is_multiple_of(kind.block_len()),
        "a {name} matrix cannot have rows of {columns} values: its blocks take {}",
        kind.block_len()
    );
    let row_bytes = columns / kind.block_len() * kind.block_bytes();
    ensure!(
        row_bytes.checked_mul(rows) == Some(bytes.len()),
        "a {name} matrix of {rows} × {columns} takes {rows} × {row_bytes} bytes, and {} are there",
        bytes.len()
    );
    Ok(Source { kind, bytes, row_bytes })
}

/// Writes one row of floats into its lane, column after column.
fn interleave<const SIZE: usize>(
    values: impl Iterator<Item = [u8; SIZE]>,
    lane: usize,
    tile: &mut [u8],
) {
    for (column, value) in tile.chunks_exact_mut(TILE * SIZE).zip(values) {
        column[lane * SIZE..][..SIZE].copy_from_slice(&value);
    }
}

/// Rounds each 32 values to multiples of their largest magnitude over 127. That step is first rounded
/// to half precision, so that the integers are the best for the scale that is kept.
fn quantise_row(values: &[f32], planes: &Planes, lane: usize, tile: &mut [u8]) {
    // Added to a small number it leaves the number, rounded to nearest, in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    for (at, values) in values.chunks(BLOCK).enumerate() {
        let largest = values.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
        let d = f16::from_f32(largest / 127.0);
        let inverse = if d.to_f32() > 0.0 { 1.0 / d.to_f32() } else { 0.0 };
        let mut quants = [128; BLOCK];
        for (quant, value) in quants.iter_mut().zip(values) {
            let steps = (value * inverse).clamp(-127.0, 127.0);
            *quant = ((steps + ROUND).to_bits() as u8).wrapping_add(128);
        }
        let factors = Factors { d: d.to_bits(), scales: [1, 1], ..Factors::default() };
        pack::store_quants(&quants, 8, planes, at, lane, tile);
        pack::store_factors(&factors, Scales::Half, planes, at, lane, tile);
    }
}

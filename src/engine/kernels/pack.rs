//! In: 16 rows of a GGUF or float tensor. Out: one packed tile (`layout.rs`).

use super::blocks::{self, BLOCK, Factors};
use super::lanes::Lanes;
use super::layout::{self, Packing, Planes, Scales, TILE};
use super::level::{Level, Work};
use crate::engine::formats::gguf::TensorType;

/// Where the rows of a matrix come from: the bytes of `rows.len() / row_bytes` rows.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    pub kind: TensorType,
    pub bytes: &'a [u8],
    pub row_bytes: usize,
}

impl<'a> Source<'a> {
    pub fn row(&self, row: usize) -> &'a [u8] {
        &self.bytes[row * self.row_bytes..][..self.row_bytes]
    }
}

/// Packs up to 16 rows into `tile`, which is zeroed and of `planes.tile` bytes.
pub fn pack_tile(source: Source, rows: &[usize], planes: &Planes, tile: &mut [u8]) {
    Level::current().run(PackTile { source, rows, planes, tile });
}

struct PackTile<'a> {
    source: Source<'a>,
    rows: &'a [usize],
    planes: &'a Planes,
    tile: &'a mut [u8],
}

impl Work for PackTile<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Lanes>(self) {
        pack_tile_body(self.source, self.rows, self.planes, self.tile);
    }
}

/// The type is chosen outside the loops: each gets loops of its own, compiled for its block format.
#[inline(always)]
fn pack_tile_body(source: Source, rows: &[usize], planes: &Planes, tile: &mut [u8]) {
    match source.kind {
        TensorType::Q4_0 => pack_rows(TensorType::Q4_0, source, rows, planes, tile),
        TensorType::Q4_1 => pack_rows(TensorType::Q4_1, source, rows, planes, tile),
        TensorType::Q5_0 => pack_rows(TensorType::Q5_0, source, rows, planes, tile),
        TensorType::Q5_1 => pack_rows(TensorType::Q5_1, source, rows, planes, tile),
        TensorType::Q8_0 => pack_rows(TensorType::Q8_0, source, rows, planes, tile),
        TensorType::Q2K => pack_rows(TensorType::Q2K, source, rows, planes, tile),
        TensorType::Q3K => pack_rows(TensorType::Q3K, source, rows, planes, tile),
        TensorType::Q4K => pack_rows(TensorType::Q4K, source, rows, planes, tile),
        TensorType::Q5K => pack_rows(TensorType::Q5K, source, rows, planes, tile),
        TensorType::Q6K => pack_rows(TensorType::Q6K, source, rows, planes, tile),
        TensorType::F32 | TensorType::F16 | TensorType::Bf16 => {}
    }
}

#[inline(always)]
fn pack_rows(kind: TensorType, source: Source, rows: &[usize], planes: &Planes, tile: &mut [u8]) {
    let Some(packing) = Packing::of(kind) else { return };
    let parts = kind.block_len() / BLOCK;
    let size = kind.block_bytes();
    for (lane, &row) in rows.iter().enumerate() {
        for (index, block) in source.row(row).chunks_exact(size).enumerate() {
            for part in 0..parts {
                let at = index * parts + part;
                let quants = blocks::quants(kind, block, part);
                let factors = blocks::factors(kind, block, part);
                store_quants(&quants, packing.bits, planes, at, lane, tile);
                store_factors(&factors, packing.scales, planes, at, lane, tile);
            }
        }
    }
}

/// Writes one row's 32 integers of block `at` into lane `lane`.
#[inline(always)]
pub fn store_quants(
    quants: &[u8; BLOCK],
    bits: usize,
    planes: &Planes,
    at: usize,
    lane: usize,
    tile: &mut [u8],
) {
    if bits == 8 {
        let out = &mut tile[at * 512..][..512];
        for (vector, quad) in quants.as_chunks::<4>().0.iter().enumerate() {
            out[vector * 64 + lane * 4..][..4].copy_from_slice(quad);
        }
        return;
    }
    let mut low = [0; 16];
    for (i, byte) in low.iter_mut().enumerate() {
        *byte = quants[i] & 15 | quants[i + 16] << 4;
    }
    let out = &mut tile[at * 256..][..256];
    for (vector, quad) in low.as_chunks::<4>().0.iter().enumerate() {
        out[vector * 64 + lane * 4..][..4].copy_from_slice(quad);
    }
    match bits {
        5 => store_fifth_bits(quants, &mut tile[planes.high + at * 64..][..64], lane),
        6 => store_upper_pairs(quants, &mut tile[planes.high + at * 128..][..128], lane),
        _ => {}
    }
}

/// The fifth bit of column 4j + i goes to bit j of the row's byte i.
#[inline(always)]
fn store_fifth_bits(quants: &[u8; BLOCK], out: &mut [u8], lane: usize) {
    let mut bits = 0;
    for (vector, quad) in quants.as_chunks::<4>().0.iter().enumerate() {
        bits |= (u32::from_le_bytes(*quad) >> 4 & 0x0101_0101) << vector;
    }
    out[lane * 4..][..4].copy_from_slice(&bits.to_le_bytes());
}

#[inline(always)]
fn store_upper_pairs(quants: &[u8; BLOCK], out: &mut [u8], lane: usize) {
    for (vector, half) in quants.as_chunks::<16>().0.iter().enumerate() {
        let mut bytes = [0; 4];
        for (i, byte) in bytes.iter_mut().enumerate() {
            for piece in 0..4 {
                *byte |= (half[4 * piece + i] >> 4 & 3) << (2 * piece);
            }
        }
        out[vector * 64 + lane * 4..][..4].copy_from_slice(&bytes);
    }
}

/// Writes one row's factors of block `at`.
#[inline(always)]
pub fn store_factors(
    factors: &Factors,
    scales: Scales,
    planes: &Planes,
    at: usize,
    lane: usize,
    tile: &mut [u8],
) {
    let size = layout::factor_bytes(scales);
    let out = &mut tile[planes.factors + at * size..][..size];
    let (d, minimum) = (factors.d.to_le_bytes(), factors.minimum.to_le_bytes());
    match scales {
        Scales::Half | Scales::HalfMin => {
            out[lane * 2..][..2].copy_from_slice(&d);
            if scales == Scales::HalfMin {
                out[32 + lane * 2..][..2].copy_from_slice(&minimum);
            }
            return;
        }
        Scales::SuperMin => {
            out[lane] = factors.scales[0] as u8;
            out[TILE + lane] = factors.minima[0];
        }
        Scales::Super16 | Scales::Super16Min => {
            out[lane] = factors.scales[0] as u8;
            out[TILE + lane] = factors.scales[1] as u8;
            if scales == Scales::Super16Min {
                out[2 * TILE + lane] = factors.minima[0];
                out[3 * TILE + lane] = factors.minima[1];
            }
        }
    }
    let size = layout::super_bytes(scales);
    let out = &mut tile[planes.supers + at / 8 * size..][..size];
    out[lane * 2..][..2].copy_from_slice(&d);
    if size == 64 {
        out[32 + lane * 2..][..2].copy_from_slice(&minimum);
    }
}

//! In: a weight encoding and a row length. Out: where each part of a packed tile lies.
//!
//! A tile holds 16 rows. Four consecutive weights of one row are one 32-bit lane, the same four
//! columns of the 16 rows are one 64-byte vector, and 32 columns (8 vectors) are one block. The tile is
//! a row of planes, each running over all blocks:
//!
//! | plane | bytes a block | content |
//! | --- | --- | --- |
//! | quants | 256 (512 for 8 bits) | vector j: low nibbles of columns 4j…, high nibbles of columns 16 + 4j… |
//! | high | 0, 64 (5 bits), 128 (6 bits) | 5 bits: bit j of a byte belongs to vector j; 6 bits: vector h holds the upper two bits of columns 16h + 4p… at bit 2p |
//! | factors | 32 or 64 | scales and minima of the 16 rows (see [`Scales`]) |
//! | super | 0, 32 or 64 per 256 columns | half-precision factors of the K types |

use super::blocks::BLOCK;
use crate::engine::formats::gguf::TensorType;

/// Rows in a tile: the 32-bit lanes of a 512-bit vector.
pub const TILE: usize = 16;

/// How a block's integers become weights. `q` is unsigned; `offset` is half of its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scales {
    /// `d (q - offset)`; 16 × f16 d.
    Half,
    /// `d q - m`; 16 × f16 d, 16 × f16 m.
    HalfMin,
    /// `D s q - M m`; 16 × u8 s, 16 × u8 m; super: 16 × f16 D, 16 × f16 M.
    SuperMin,
    /// `D s (q - offset)`, s for 16 columns; 16 × i8 s of the first 16 columns, 16 × i8 of the others;
    /// super: 16 × f16 D.
    Super16,
    /// `D s q - M m`, s and m for 16 columns; u8: s, s, m, m; super: 16 × f16 D, 16 × f16 M.
    Super16Min,
}

/// The ways of [`Scales`] as parameters of kernels.
pub const HALF: usize = Scales::Half as usize;
pub const HALF_MIN: usize = Scales::HalfMin as usize;
pub const SUPER_MIN: usize = Scales::SuperMin as usize;
pub const SUPER_16: usize = Scales::Super16 as usize;
pub const SUPER_16_MIN: usize = Scales::Super16Min as usize;

/// `$kernel::<BITS, SCALES>` for a packing: each pair that [`Packing::of`] gives is compiled by itself.
macro_rules! for_packing {
    ($packing:expr, $kernel:ident $($arguments:tt)*) => {{
        use $crate::engine::kernels::layout::{
            HALF, HALF_MIN, SUPER_16, SUPER_16_MIN, SUPER_MIN, Scales,
        };
        match ($packing.bits, $packing.scales) {
            (4, Scales::Half) => $kernel::<4, HALF>$($arguments)*,
            (5, Scales::Half) => $kernel::<5, HALF>$($arguments)*,
            (_, Scales::Half) => $kernel::<8, HALF>$($arguments)*,
            (4, Scales::HalfMin) => $kernel::<4, HALF_MIN>$($arguments)*,
            (_, Scales::HalfMin) => $kernel::<5, HALF_MIN>$($arguments)*,
            (4, Scales::SuperMin) => $kernel::<4, SUPER_MIN>$($arguments)*,
            (_, Scales::SuperMin) => $kernel::<5, SUPER_MIN>$($arguments)*,
            (_, Scales::Super16) => $kernel::<6, SUPER_16>$($arguments)*,
            (_, Scales::Super16Min) => $kernel::<4, SUPER_16_MIN>$($arguments)*,
        }
    }};
}
pub(super) use for_packing;

/// How an integer encoding is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packing {
    /// 4, 5, 6 or 8.
    pub bits: usize,
    pub scales: Scales,
}

impl Packing {
    /// `None` for the floating-point encodings. Q3_K and Q2_K go, without loss, into wider integers.
    pub fn of(kind: TensorType) -> Option<Self> {
        let (bits, scales) = match kind {
            TensorType::F32 | TensorType::F16 | TensorType::Bf16 => return None,
            TensorType::Q4_0 => (4, Scales::Half),
            TensorType::Q5_0 => (5, Scales::Half),
            TensorType::Q8_0 => (8, Scales::Half),
            TensorType::Q4_1 => (4, Scales::HalfMin),
            TensorType::Q5_1 => (5, Scales::HalfMin),
            TensorType::Q4K => (4, Scales::SuperMin),
            TensorType::Q5K => (5, Scales::SuperMin),
            TensorType::Q6K | TensorType::Q3K => (6, Scales::Super16),
            TensorType::Q2K => (4, Scales::Super16Min),
        };
        Some(Self { bits, scales })
    }

    /// Subtracted from every integer.
    pub fn offset(self) -> u8 {
        match self.scales {
            Scales::Half | Scales::Super16 => 1 << (self.bits - 1),
            Scales::HalfMin | Scales::SuperMin | Scales::Super16Min => 0,
        }
    }
}

/// Byte offsets inside a tile, for one matrix.
#[derive(Clone, Copy, Debug)]
pub struct Planes {
    /// Blocks of 32 columns; the last may be part padding.
    pub blocks: usize,
    pub high: usize,
    pub factors: usize,
    pub supers: usize,
    /// Bytes of a whole tile, a multiple of 64.
    pub tile: usize,
}

impl Planes {
    pub fn new(packing: Packing, columns: usize) -> Self {
        let blocks = columns.div_ceil(BLOCK);
        let high = blocks * quant_bytes(packing.bits);
        let factors = high + blocks * high_bytes(packing.bits);
        let supers = factors + blocks * factor_bytes(packing.scales);
        let end = supers + blocks.div_ceil(8) * super_bytes(packing.scales);
        Self { blocks, high, factors, supers, tile: end.next_multiple_of(64) }
    }

    /// A tile of floats of `size` bytes: one vector of 16 rows for each column.
    pub fn of_floats(columns: usize, size: usize) -> Self {
        let tile = (columns * TILE * size).next_multiple_of(64);
        Self { blocks: 0, high: 0, factors: 0, supers: 0, tile }
    }
}

pub const fn quant_bytes(bits: usize) -> usize {
    if bits == 8 { 512 } else { 256 }
}

pub const fn high_bytes(bits: usize) -> usize {
    match bits {
        5 => 64,
        6 => 128,
        _ => 0,
    }
}

pub const fn factor_bytes(scales: Scales) -> usize {
    match scales {
        Scales::Half | Scales::SuperMin | Scales::Super16 => 32,
        Scales::HalfMin | Scales::Super16Min => 64,
    }
}

pub const fn super_bytes(scales: Scales) -> usize {
    match scales {
        Scales::Half | Scales::HalfMin => 0,
        Scales::Super16 => 32,
        Scales::SuperMin | Scales::Super16Min => 64,
    }
}

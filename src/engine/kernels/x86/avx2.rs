//! In: one packed tile and one panel of inputs. Out: their products, with 256-bit vectors of 8 rows × 4
//! columns, two side by side (`integers.rs`).

use std::arch::x86_64::*;

use super::super::kernel::{Inputs, Kernel, Output, Tile};
use super::super::layout::{Packing, for_packing};
use super::super::level::{Avx2, AvxVnni, for_avx_vnni, for_avx2};
use super::prefetch::fetch_next_tile;
use integers::{Block, Product};

mod floats;
mod integers;
mod weights;

pub use floats::float_kernel;

/// Rows of the panel that are worked on at once.
const GROUP: usize = 4;

pub fn integer_kernel(_: Avx2, packing: Packing) -> Kernel {
    for_packing!(packing, integer)
}

pub fn vnni_kernel(_: AvxVnni, packing: Packing) -> Kernel {
    for_packing!(packing, integer_vnni)
}

for_avx2! {
    /// # Safety
    /// As [`Kernel`].
    unsafe fn integer<const BITS: usize, const SCALES: usize>(
        tile: &Tile,
        inputs: &Inputs,
        output: &Output,
    ) {
        // SAFETY: the caller's promise.
        unsafe { groups::<BITS, SCALES, false>(tile, inputs, output) }
    }
}

for_avx_vnni! {
    /// # Safety
    /// As [`Kernel`].
    unsafe fn integer_vnni<const BITS: usize, const SCALES: usize>(
        tile: &Tile,
        inputs: &Inputs,
        output: &Output,
    ) {
        // SAFETY: the caller's promise.
        unsafe { groups::<BITS, SCALES, true>(tile, inputs, output) }
    }
}

/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
unsafe fn groups<const BITS: usize, const SCALES: usize, const VNNI: bool>(
    tile: &Tile,
    inputs: &Inputs,
    output: &Output,
) {
    // SAFETY: the caller's promise.
    unsafe {
        match inputs.width {
            1 => group::<BITS, SCALES, VNNI, 1>(tile, inputs, output, 0),
            2 => group::<BITS, SCALES, VNNI, 2>(tile, inputs, output, 0),
            _ => {
                for first in (0..inputs.rows).step_by(GROUP) {
                    group::<BITS, SCALES, VNNI, GROUP>(tile, inputs, output, first);
                }
            }
        }
    }
}

/// Products of the whole tile with inputs `first…`. Both halves of its rows go through a block before
/// the next one, so that each line of the tile is read once.
///
/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
unsafe fn group<const BITS: usize, const SCALES: usize, const VNNI: bool, const ROWS: usize>(
    tile: &Tile,
    inputs: &Inputs,
    output: &Output,
    first: usize,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let bias = [_mm256_loadu_ps(tile.bias), _mm256_loadu_ps(tile.bias.add(8))];
        let mut sums = [bias; ROWS];
        let product = Product::<BITS, SCALES, VNNI> { tile, inputs };
        for block in 0..tile.planes.blocks {
            if tile.prefetch && first == 0 {
                fetch_next_tile::<BITS, SCALES>(tile, block);
            }
            let at = block * inputs.width + first;
            // With four-bit weights there are registers for the sums of both halves.
            if BITS == 4 || BITS == 8 {
                let place = Block { block, at, half: 0 };
                product.add::<ROWS, 2>(place, &mut sums);
            } else {
                for half in 0..2 {
                    let place = Block { block, at, half };
                    product.add::<ROWS, 1>(place, &mut sums);
                }
            }
        }
        for (row, sums) in sums.iter().enumerate() {
            if first + row < inputs.rows {
                store(sums[0], output, first + row, 0);
                store(sums[1], output, first + row, 1);
            }
        }
    }
}

/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
unsafe fn store(sum: __m256, output: &Output, row: usize, half: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        let start = output.start.add(row * output.stride);
        let lanes = output.lanes.saturating_sub(8 * half).min(8);
        if lanes == 8 {
            return _mm256_storeu_ps(start.add(8 * half), sum);
        }
        let mut values = [0.0; 8];
        _mm256_storeu_ps(values.as_mut_ptr(), sum);
        for (lane, &value) in values.iter().enumerate().take(lanes) {
            *start.add(8 * half + lane) = value;
        }
    }
}

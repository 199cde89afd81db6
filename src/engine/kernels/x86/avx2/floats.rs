//! In: one tile of floats and one panel of inputs. Out: their products.

use std::arch::x86_64::*;

use super::super::super::kernel::{FloatKind, Inputs, Kernel, Output, Tile};
use super::super::super::level::{Avx2, for_avx2};
use super::weights::halves;
use super::{GROUP, store};

pub fn float_kernel(_: Avx2, kind: FloatKind) -> Kernel {
    match kind {
        FloatKind::F32 => float::<{ FloatKind::F32 as usize }>,
        FloatKind::F16 => float::<{ FloatKind::F16 as usize }>,
        FloatKind::Bf16 => float::<{ FloatKind::Bf16 as usize }>,
    }
}

for_avx2! {
    /// # Safety
    /// As [`Kernel`].
    unsafe fn float<const KIND: usize>(tile: &Tile, inputs: &Inputs, output: &Output) {
        // SAFETY: the caller's promise.
        unsafe { groups::<KIND>(tile, inputs, output) }
    }
}

/// # Safety
/// As [`Kernel`].
#[inline(always)]
unsafe fn groups<const KIND: usize>(tile: &Tile, inputs: &Inputs, output: &Output) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut row = 0;
        while row < inputs.rows {
            let step = if inputs.width - row >= GROUP { GROUP } else { 1 };
            for half in 0..2 {
                if step == GROUP {
                    float_lanes::<KIND, GROUP>(tile, inputs, output, row, half);
                } else {
                    float_lanes::<KIND, 1>(tile, inputs, output, row, half);
                }
            }
            row += step;
        }
    }
}

/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
unsafe fn float_lanes<const KIND: usize, const ROWS: usize>(
    tile: &Tile,
    inputs: &Inputs,
    output: &Output,
    first: usize,
    half: usize,
) {
    const F16: usize = FloatKind::F16 as usize;
    const BF16: usize = FloatKind::Bf16 as usize;
    // SAFETY: the caller's promise.
    unsafe {
        let mut sums = [_mm256_loadu_ps(tile.bias.add(8 * half)); ROWS];
        for column in 0..tile.columns {
            let weights = match KIND {
                F16 => halves(tile.start.add(column * 32 + 16 * half)),
                BF16 => {
                    let bits = _mm_loadu_si128(tile.start.add(column * 32 + 16 * half).cast());
                    _mm256_castsi256_ps(_mm256_slli_epi32::<16>(_mm256_cvtepu16_epi32(bits)))
                }
                _ => _mm256_loadu_ps(tile.start.add(column * 64 + 32 * half).cast()),
            };
            let row = inputs.floats.add(column * inputs.width + first);
            for (index, sum) in sums.iter_mut().enumerate() {
                *sum = _mm256_fmadd_ps(weights, _mm256_set1_ps(*row.add(index)), *sum);
            }
        }
        for (row, &sum) in sums.iter().enumerate() {
            if first + row < inputs.rows {
                store(sum, output, first + row, half);
            }
        }
    }
}

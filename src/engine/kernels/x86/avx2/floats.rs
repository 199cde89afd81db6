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
        match inputs.width {
            1 => group::<KIND, 1>(tile, inputs, output, 0),
            2 => group::<KIND, 2>(tile, inputs, output, 0),
            _ => {
                for first in (0..inputs.rows).step_by(GROUP) {
                    group::<KIND, GROUP>(tile, inputs, output, first);
                }
            }
        }
    }
}

/// Products of the whole tile with inputs `first…`: eight sums side by side hide the latency of additions.
///
/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
unsafe fn group<const KIND: usize, const ROWS: usize>(
    tile: &Tile,
    inputs: &Inputs,
    output: &Output,
    first: usize,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let bias = [_mm256_loadu_ps(tile.bias), _mm256_loadu_ps(tile.bias.add(8))];
        let mut sums = [bias; ROWS];
        for column in 0..tile.columns {
            let weights = [weights::<KIND>(tile, column, 0), weights::<KIND>(tile, column, 1)];
            let row = inputs.floats.add(column * inputs.width + first);
            for (index, sums) in sums.iter_mut().enumerate() {
                let input = _mm256_set1_ps(*row.add(index));
                for (sum, weights) in sums.iter_mut().zip(weights) {
                    *sum = _mm256_fmadd_ps(weights, input, *sum);
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

/// One column of 8 rows.
///
/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
unsafe fn weights<const KIND: usize>(tile: &Tile, column: usize, half: usize) -> __m256 {
    const F16: usize = FloatKind::F16 as usize;
    const BF16: usize = FloatKind::Bf16 as usize;
    // SAFETY: the caller's promise.
    unsafe {
        match KIND {
            F16 => halves(tile.start.add(column * 32 + 16 * half)),
            BF16 => {
                let bits = _mm_loadu_si128(tile.start.add(column * 32 + 16 * half).cast());
                _mm256_castsi256_ps(_mm256_slli_epi32::<16>(_mm256_cvtepu16_epi32(bits)))
            }
            _ => _mm256_loadu_ps(tile.start.add(column * 64 + 32 * half).cast()),
        }
    }
}

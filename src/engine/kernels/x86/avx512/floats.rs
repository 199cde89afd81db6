//! In: one tile of floats and one panel of inputs. Out: their products.

use std::arch::x86_64::*;

use super::super::super::kernel::{FloatKind, Inputs, Kernel, Output, Tile};
use super::super::super::level::{Avx512, for_avx512};
use super::store;
use super::weights::halves;

pub fn float_kernel(_: Avx512, kind: FloatKind, width: usize) -> Kernel {
    match kind {
        FloatKind::F32 => float_of_width::<{ FloatKind::F32 as usize }>(width),
        FloatKind::F16 => float_of_width::<{ FloatKind::F16 as usize }>(width),
        FloatKind::Bf16 => float_of_width::<{ FloatKind::Bf16 as usize }>(width),
    }
}

fn float_of_width<const KIND: usize>(width: usize) -> Kernel {
    match width {
        1 => float::<KIND, 1>,
        2 => float::<KIND, 2>,
        4 => float::<KIND, 4>,
        _ => float::<KIND, 8>,
    }
}

for_avx512! {
    /// # Safety
    /// As [`Kernel`]; `WIDTH` is the panel's width.
    unsafe fn float<const KIND: usize, const WIDTH: usize>(
        tile: &Tile,
        inputs: &Inputs,
        output: &Output,
    ) {
        // SAFETY: the caller's promise.
        unsafe { panel::<KIND, WIDTH>(tile, inputs, output) }
    }
}

/// Even and odd columns have sums of their own, so that fewer additions wait for one another. They are
/// the same for every width: a row's products do not depend on the rows beside it.
///
/// # Safety
/// As [`Kernel`]; `WIDTH` is the panel's width.
#[inline(always)]
unsafe fn panel<const KIND: usize, const WIDTH: usize>(
    tile: &Tile,
    inputs: &Inputs,
    output: &Output,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut even = [_mm512_loadu_ps(tile.bias); WIDTH];
        let mut odd = [_mm512_setzero_ps(); WIDTH];
        for pair in 0..tile.columns / 2 {
            add_column::<KIND, WIDTH>(tile, inputs, 2 * pair, &mut even);
            add_column::<KIND, WIDTH>(tile, inputs, 2 * pair + 1, &mut odd);
        }
        if tile.columns % 2 == 1 {
            add_column::<KIND, WIDTH>(tile, inputs, tile.columns - 1, &mut even);
        }
        for (even, &odd) in even.iter_mut().zip(&odd) {
            *even = _mm512_add_ps(*even, odd);
        }
        store(&even, inputs.rows, output);
    }
}

/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
unsafe fn add_column<const KIND: usize, const WIDTH: usize>(
    tile: &Tile,
    inputs: &Inputs,
    column: usize,
    sums: &mut [__m512; WIDTH],
) {
    const F16: usize = FloatKind::F16 as usize;
    const BF16: usize = FloatKind::Bf16 as usize;
    // SAFETY: the caller's promise.
    unsafe {
        let size = if KIND == F16 || KIND == BF16 { 32 } else { 64 };
        let start = tile.start.add(column * size);
        if tile.prefetch {
            _mm_prefetch::<_MM_HINT_T0>(start.wrapping_add(tile.bytes).cast());
        }
        let weights = match KIND {
            F16 => halves(start),
            BF16 => {
                let bits = _mm512_cvtepu16_epi32(_mm256_loadu_si256(start.cast()));
                _mm512_castsi512_ps(_mm512_slli_epi32::<16>(bits))
            }
            _ => _mm512_loadu_ps(start.cast()),
        };
        let row = inputs.floats.add(column * WIDTH);
        for (index, sum) in sums.iter_mut().enumerate() {
            *sum = _mm512_fmadd_ps(weights, _mm512_set1_ps(*row.add(index)), *sum);
        }
    }
}

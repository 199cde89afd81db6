//! In: one packed tile and one panel of inputs. Out: their products, with AVX-512 VNNI: a 512-bit vector
//! holds 16 rows × 4 columns, `vpdpbusd` multiplies it by four inputs of one row, which it reads from
//! memory and repeats for all lanes, and no sum across lanes is ever needed.

use std::arch::x86_64::*;

use super::super::blocks::BLOCK;
use super::super::kernel::{Inputs, Kernel, Output, Tile};
use super::super::layout::{HALF, Packing, SUPER_16, SUPER_16_MIN, for_packing};
use super::super::level::{Avx512Vnni, for_avx512_vnni};
use super::prefetch::fetch_next_tile;
use weights::{Factors, factors, quants, super_factors};

mod floats;
mod weights;

pub use floats::float_kernel;

pub fn integer_kernel(_: Avx512Vnni, packing: Packing, width: usize) -> Kernel {
    for_packing!(packing, of_width(width))
}

fn of_width<const BITS: usize, const SCALES: usize>(width: usize) -> Kernel {
    match width {
        1 => integer::<BITS, SCALES, 1>,
        2 => integer::<BITS, SCALES, 2>,
        4 => integer::<BITS, SCALES, 4>,
        _ => integer::<BITS, SCALES, 8>,
    }
}

for_avx512_vnni! {
    /// # Safety
    /// As [`Kernel`]; `WIDTH` is the panel's width.
    unsafe fn integer<const BITS: usize, const SCALES: usize, const WIDTH: usize>(
        tile: &Tile,
        inputs: &Inputs,
        output: &Output,
    ) {
        // SAFETY: the caller's promise.
        unsafe { panel::<BITS, SCALES, WIDTH>(tile, inputs, output) }
    }
}

/// The rows of a panel are worked on side by side: their sums are independent, which hides the latency.
/// With eight rows, their sums, totals and the weights of a block just fit into the registers.
///
/// # Safety
/// As [`Kernel`]; `WIDTH` is the panel's width.
#[inline(always)]
unsafe fn panel<const BITS: usize, const SCALES: usize, const WIDTH: usize>(
    tile: &Tile,
    inputs: &Inputs,
    output: &Output,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut sums = [_mm512_loadu_ps(tile.bias); WIDTH];
        let mut wide = [_mm512_setzero_ps(); 2];
        for block in 0..tile.planes.blocks {
            if block % 8 == 0 {
                wide = super_factors::<SCALES>(tile, block / 8);
            }
            let weights = quants::<BITS>(tile, block);
            let factors = factors::<SCALES>(tile, block, wide);
            if tile.prefetch {
                fetch_next_tile::<BITS, SCALES>(tile, block);
            }
            let at = block * WIDTH;
            if SCALES == SUPER_16 || SCALES == SUPER_16_MIN {
                by_halves::<BITS, SCALES, WIDTH>(&weights, &factors, inputs, at, &mut sums);
            } else {
                whole::<BITS, SCALES, WIDTH>(&weights, &factors, inputs, at, &mut sums);
            }
        }
        store(&sums, inputs.rows, output);
    }
}

/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
unsafe fn store<const WIDTH: usize>(sums: &[__m512; WIDTH], rows: usize, output: &Output) {
    let mask = u16::MAX >> (16 - output.lanes);
    // A loop of fixed length: an index that varies would keep the sums out of the registers.
    for (row, &sum) in sums.iter().enumerate() {
        if row < rows {
            // SAFETY: the caller's promise.
            unsafe { _mm512_mask_storeu_ps(output.start.add(row * output.stride), mask, sum) };
        }
    }
}

/// Adds the products of one block for types with one scale for 32 columns.
///
/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
unsafe fn whole<const BITS: usize, const SCALES: usize, const WIDTH: usize>(
    weights: &[__m512i; 8],
    factors: &Factors,
    inputs: &Inputs,
    at: usize,
    sums: &mut [__m512; WIDTH],
) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut totals = [_mm512_setzero_si512(); WIDTH];
        if SCALES == HALF {
            for (row, total) in totals.iter_mut().enumerate() {
                *total = offset::<BITS>(_mm512_set1_epi32(*inputs.sums.add(at + row)));
            }
        }
        let quants = inputs.quants.add(at * BLOCK).cast::<i32>();
        for (quad, &weights) in weights.iter().enumerate() {
            for (row, total) in totals.iter_mut().enumerate() {
                let input = _mm512_set1_epi32(quants.add(row * 8 + quad).read_unaligned());
                *total = _mm512_dpbusd_epi32(*total, weights, input);
            }
        }
        for (row, sum) in sums.iter_mut().enumerate() {
            let scale =
                _mm512_mul_ps(factors.scales[0], _mm512_set1_ps(*inputs.scales.add(at + row)));
            *sum = _mm512_fmadd_ps(_mm512_cvtepi32_ps(totals[row]), scale, *sum);
            if SCALES != HALF {
                let input_sum = _mm512_set1_ps(*inputs.scaled_sums.add(at + row));
                *sum = _mm512_fnmadd_ps(factors.minima[0], input_sum, *sum);
            }
        }
    }
}

/// Adds the products of one block for types with a scale for each 16 columns.
///
/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
unsafe fn by_halves<const BITS: usize, const SCALES: usize, const WIDTH: usize>(
    weights: &[__m512i; 8],
    factors: &Factors,
    inputs: &Inputs,
    at: usize,
    sums: &mut [__m512; WIDTH],
) {
    // SAFETY: the caller's promise.
    unsafe {
        let quants = inputs.quants.add(at * BLOCK).cast::<i32>();
        let mut parts = [_mm512_setzero_ps(); WIDTH];
        for half in 0..2 {
            let mut totals = [_mm512_setzero_si512(); WIDTH];
            for (row, total) in totals.iter_mut().enumerate() {
                let sum = _mm512_set1_epi32((*inputs.half_sums.add(at + row))[half]);
                if SCALES == SUPER_16 {
                    *total = offset::<BITS>(sum);
                } else {
                    // Minus the sum of the inputs, times the minimum.
                    parts[row] =
                        _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum), factors.minima[half], parts[row]);
                }
            }
            for (quad, &weights) in weights[4 * half..][..4].iter().enumerate() {
                for (row, total) in totals.iter_mut().enumerate() {
                    let input = quants.add(row * 8 + 4 * half + quad).read_unaligned();
                    *total = _mm512_dpbusd_epi32(*total, weights, _mm512_set1_epi32(input));
                }
            }
            for (part, total) in parts.iter_mut().zip(totals) {
                *part = _mm512_fmadd_ps(_mm512_cvtepi32_ps(total), factors.scales[half], *part);
            }
        }
        for (row, sum) in sums.iter_mut().enumerate() {
            let scale = _mm512_set1_ps(*inputs.scales.add(at + row));
            *sum = _mm512_fmadd_ps(parts[row], scale, *sum);
        }
    }
}

/// The offset of a type, 2^(bits - 1), times the negative sum of the inputs.
///
/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
unsafe fn offset<const BITS: usize>(sum: __m512i) -> __m512i {
    // SAFETY: the caller's promise.
    unsafe {
        match BITS {
            4 => _mm512_slli_epi32::<3>(sum),
            5 => _mm512_slli_epi32::<4>(sum),
            6 => _mm512_slli_epi32::<5>(sum),
            _ => _mm512_slli_epi32::<7>(sum),
        }
    }
}

//! In: one packed tile and one panel of inputs. Out: their products, with 256-bit vectors of 8 rows × 4
//! columns: `vpdpbusd` where AVX-VNNI is there, else `vpmaddubsw`, kept from saturating.

use std::arch::x86_64::*;

use super::super::blocks::BLOCK;
use super::super::kernel::{Inputs, Kernel, Output, Tile};
use super::super::layout::{Packing, Scales};
use super::super::level::{Avx2, AvxVnni, for_avx_vnni, for_avx2};
use weights::{HALF, HALF_MIN, SUPER_16, SUPER_16_MIN, SUPER_MIN, factors, quants};

mod floats;
mod weights;

pub use floats::float_kernel;

/// Rows of the panel that are worked on at once.
const GROUP: usize = 4;

pub fn integer_kernel(_: Avx2, packing: Packing) -> Kernel {
    match (packing.bits, packing.scales) {
        (4, Scales::Half) => integer::<4, HALF>,
        (5, Scales::Half) => integer::<5, HALF>,
        (_, Scales::Half) => integer::<8, HALF>,
        (4, Scales::HalfMin) => integer::<4, HALF_MIN>,
        (_, Scales::HalfMin) => integer::<5, HALF_MIN>,
        (4, Scales::SuperMin) => integer::<4, SUPER_MIN>,
        (_, Scales::SuperMin) => integer::<5, SUPER_MIN>,
        (_, Scales::Super16) => integer::<6, SUPER_16>,
        (_, Scales::Super16Min) => integer::<4, SUPER_16_MIN>,
    }
}

pub fn vnni_kernel(_: AvxVnni, packing: Packing) -> Kernel {
    match (packing.bits, packing.scales) {
        (4, Scales::Half) => integer_vnni::<4, HALF>,
        (5, Scales::Half) => integer_vnni::<5, HALF>,
        (_, Scales::Half) => integer_vnni::<8, HALF>,
        (4, Scales::HalfMin) => integer_vnni::<4, HALF_MIN>,
        (_, Scales::HalfMin) => integer_vnni::<5, HALF_MIN>,
        (4, Scales::SuperMin) => integer_vnni::<4, SUPER_MIN>,
        (_, Scales::SuperMin) => integer_vnni::<5, SUPER_MIN>,
        (_, Scales::Super16) => integer_vnni::<6, SUPER_16>,
        (_, Scales::Super16Min) => integer_vnni::<4, SUPER_16_MIN>,
    }
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
        let mut row = 0;
        while row < inputs.rows {
            for half in 0..2 {
                if inputs.width - row >= GROUP {
                    eight_lanes::<BITS, SCALES, VNNI, GROUP>(tile, inputs, output, row, half);
                } else {
                    eight_lanes::<BITS, SCALES, VNNI, 1>(tile, inputs, output, row, half);
                }
            }
            row += if inputs.width - row >= GROUP { GROUP } else { 1 };
        }
    }
}

/// Products of rows `8 half…` of the tile with inputs `first…`.
///
/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
unsafe fn eight_lanes<
    const BITS: usize,
    const SCALES: usize,
    const VNNI: bool,
    const ROWS: usize,
>(
    tile: &Tile,
    inputs: &Inputs,
    output: &Output,
    first: usize,
    half: usize,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut sums = [_mm256_loadu_ps(tile.bias.add(8 * half)); ROWS];
        for block in 0..tile.planes.blocks {
            let factors = factors::<SCALES>(tile, block, half);
            let at = block * inputs.width + first;
            for part in 0..2 {
                let weights = quants::<BITS>(tile, block, part, half);
                for (row, sum) in sums.iter_mut().enumerate() {
                    let at = at + row;
                    let quants = inputs.quants.add(at * BLOCK + part * 16);
                    let input_sum = (*inputs.half_sums.add(at))[part];
                    let total = products::<BITS, SCALES, VNNI>(&weights, quants, input_sum);
                    let scale = _mm256_set1_ps(*inputs.scales.add(at));
                    let weight_scale = _mm256_mul_ps(factors.scales[part], scale);
                    *sum = _mm256_fmadd_ps(_mm256_cvtepi32_ps(total), weight_scale, *sum);
                    if SCALES != HALF && SCALES != SUPER_16 {
                        let input = _mm256_set1_ps(*inputs.scales.add(at) * input_sum as f32);
                        *sum = _mm256_fmadd_ps(factors.minima[part], input, *sum);
                    }
                }
            }
        }
        for (row, &sum) in sums.iter().enumerate() {
            if first + row < inputs.rows {
                store(sum, output, first + row, half);
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

/// Σ (weight - offset) × input over 16 columns, for 8 rows. `input_sum` is minus the sum of the inputs.
///
/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
unsafe fn products<const BITS: usize, const SCALES: usize, const VNNI: bool>(
    weights: &[__m256i; 4],
    inputs: *const i8,
    input_sum: i32,
) -> __m256i {
    // SAFETY: the caller's promise.
    unsafe {
        let mut repeated = [_mm256_setzero_si256(); 4];
        for (quad, repeated) in repeated.iter_mut().enumerate() {
            *repeated = _mm256_set1_epi32(inputs.cast::<i32>().add(quad).read_unaligned());
        }
        let inputs = repeated;
        let offset = if SCALES == HALF || SCALES == SUPER_16 { BITS - 1 } else { 0 };
        let start = match offset {
            0 => _mm256_setzero_si256(),
            _ => _mm256_set1_epi32(input_sum << offset),
        };
        let ones = _mm256_set1_epi16(1);
        if VNNI {
            let mut total = start;
            for (&weight, input) in weights.iter().zip(inputs) {
                total = _mm256_dpbusd_avx_epi32(total, weight, input);
            }
            return total;
        }
        // Two products of a byte with ±127 stay within 16 bits for 6-bit weights, and so do sums of
        // two such pairs; of 5-bit weights, sums of four pairs do.
        if BITS != 8 {
            let mut pairs = inputs;
            for (pair, &weight) in pairs.iter_mut().zip(weights) {
                *pair = _mm256_maddubs_epi16(weight, *pair);
            }
            let first = _mm256_add_epi16(pairs[0], pairs[1]);
            let second = _mm256_add_epi16(pairs[2], pairs[3]);
            let total = if BITS == 6 {
                _mm256_add_epi32(_mm256_madd_epi16(first, ones), _mm256_madd_epi16(second, ones))
            } else {
                _mm256_madd_epi16(_mm256_add_epi16(first, second), ones)
            };
            return _mm256_add_epi32(start, total);
        }
        // As a magnitude up to 128 a signed weight fits too; its sign goes to the input.
        let mut total = _mm256_setzero_si256();
        for (&weight, input) in weights.iter().zip(inputs) {
            let signed = _mm256_xor_si256(weight, _mm256_set1_epi8(-128));
            let pair =
                _mm256_maddubs_epi16(_mm256_abs_epi8(signed), _mm256_sign_epi8(input, signed));
            total = _mm256_add_epi32(total, _mm256_madd_epi16(pair, ones));
        }
        total
    }
}

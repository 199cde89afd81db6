//! In: a block of a packed tile and the same block of some inputs. Out: their products, added to sums:
//! `vpdpbusd` where AVX-VNNI is there, else `vpmaddubsw` with sums in 16 bits for as long as they fit.

use std::arch::x86_64::*;

use super::super::super::blocks::BLOCK;
use super::super::super::kernel::{Inputs, Tile};
use super::super::super::layout::{HALF, SUPER_16, SUPER_16_MIN};
use super::weights::{Factors, factors, groups, quad};

/// Where the vectors of a block are: the block, its first input, and the first half of the tile's rows.
#[derive(Clone, Copy)]
pub struct Block {
    pub block: usize,
    /// Index of the block of the first input in `Inputs`.
    pub at: usize,
    /// 0 or 1.
    pub half: usize,
}

/// Sums of one input row with both halves of a tile's rows.
pub type Sums = [__m256; 2];

/// Vectors of four columns whose products fit into 16 bits together. Inputs are within ±127, so that an
/// element of `vpmaddubsw` is at most 254 times the largest weight.
const fn summed(bits: usize) -> usize {
    match bits {
        4 => 8,
        5 => 4,
        6 => 2,
        _ => 1,
    }
}

/// A tile times inputs, for one type.
#[derive(Clone, Copy)]
pub struct Product<'a, const BITS: usize, const SCALES: usize, const VNNI: bool> {
    pub tile: &'a Tile,
    pub inputs: &'a Inputs,
}

impl<const BITS: usize, const SCALES: usize, const VNNI: bool> Product<'_, BITS, SCALES, VNNI> {
    /// Whether each half of a block's columns has its own scale.
    const BY_HALVES: bool = SCALES == SUPER_16 || SCALES == SUPER_16_MIN;

    /// Adds the products of one block with `HALVES` halves of the tile's rows.
    ///
    /// # Safety
    /// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
    #[inline(always)]
    pub unsafe fn add<const ROWS: usize, const HALVES: usize>(
        self,
        place: Block,
        sums: &mut [Sums; ROWS],
    ) {
        // SAFETY: the caller's promise.
        unsafe {
            if Self::BY_HALVES {
                self.by_halves::<ROWS, HALVES>(place, sums);
            } else {
                self.whole::<ROWS, HALVES>(place, sums);
            }
        }
    }

    /// Adds the products of one block, for types with one scale for 32 columns.
    ///
    /// # Safety
    /// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
    #[inline(always)]
    unsafe fn whole<const ROWS: usize, const HALVES: usize>(
        self,
        place: Block,
        sums: &mut [Sums; ROWS],
    ) {
        let Self { tile, inputs } = self;
        // SAFETY: the caller's promise.
        unsafe {
            let ones = [[_mm256_set1_epi16(1); 2]; HALVES];
            let totals = self.totals::<ROWS, HALVES>(place, &ones);
            let zero = Factors { scale: _mm256_setzero_ps(), minimum: _mm256_setzero_ps() };
            let mut both = [zero; HALVES];
            for (half, both) in both.iter_mut().enumerate() {
                *both = factors::<SCALES>(tile, place.block, place.half + half);
            }
            for (row, sums) in sums.iter_mut().enumerate() {
                let at = place.at + row;
                let scale = _mm256_set1_ps(*inputs.scales.add(at));
                for (half, factors) in both.iter().enumerate() {
                    let sum = &mut sums[place.half + half];
                    let mut total = totals[row][half];
                    // Without VNNI, weights of 8 bits are made signed.
                    if SCALES == HALF && (VNNI || BITS != 8) {
                        let input_sum = _mm256_set1_epi32(*inputs.sums.add(at));
                        total = _mm256_add_epi32(total, offset::<BITS>(input_sum));
                    }
                    let scale = _mm256_mul_ps(factors.scale, scale);
                    *sum = _mm256_fmadd_ps(_mm256_cvtepi32_ps(total), scale, *sum);
                    if SCALES != HALF {
                        let input_sum = _mm256_set1_ps(*inputs.scaled_sums.add(at));
                        *sum = _mm256_fnmadd_ps(factors.minimum, input_sum, *sum);
                    }
                }
            }
        }
    }

    /// As [`Self::whole`], for types with a scale for each 16 columns: the scales are small integers, and multiply in
    /// the step that sums pairs.
    ///
    /// # Safety
    /// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
    #[inline(always)]
    unsafe fn by_halves<const ROWS: usize, const HALVES: usize>(
        self,
        place: Block,
        sums: &mut [Sums; ROWS],
    ) {
        let Self { tile, inputs } = self;
        // SAFETY: the caller's promise.
        unsafe {
            let mut scales = [[_mm256_setzero_si256(); 2]; HALVES];
            for (half, scales) in scales.iter_mut().enumerate() {
                *scales = groups::<SCALES>(tile, place.block, place.half + half).scales;
            }
            let totals = self.totals::<ROWS, HALVES>(place, &scales);
            for half in 0..HALVES {
                let groups = groups::<SCALES>(tile, place.block, place.half + half);
                for (row, sums) in sums.iter_mut().enumerate() {
                    let at = place.at + row;
                    let sum = &mut sums[place.half + half];
                    let scale = _mm256_set1_ps(*inputs.scales.add(at));
                    // Minus the sums of both halves of the inputs, side by side in 16 bits.
                    let both = inputs.half_sums.add(at).cast::<i64>().read_unaligned();
                    let both =
                        _mm256_packs_epi32(_mm256_set1_epi64x(both), _mm256_set1_epi64x(both));
                    let input_sum = _mm256_madd_epi16(both, groups.offsets);
                    let mut total = totals[row][half];
                    if SCALES == SUPER_16 {
                        total = _mm256_add_epi32(total, input_sum);
                    } else {
                        let minimum = _mm256_mul_ps(groups.minimum, scale);
                        *sum = _mm256_fmadd_ps(_mm256_cvtepi32_ps(input_sum), minimum, *sum);
                    }
                    let scale = _mm256_mul_ps(groups.scale, scale);
                    *sum = _mm256_fmadd_ps(_mm256_cvtepi32_ps(total), scale, *sum);
                }
            }
        }
    }

    /// Σ weight × input over 32 columns; with scales for halves of a block, Σ scale × weight × input. `scales` are those of the
    /// first and of the last 16 columns, twice in 16 bits.
    ///
    /// # Safety
    /// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
    #[inline(always)]
    unsafe fn totals<const ROWS: usize, const HALVES: usize>(
        self,
        place: Block,
        scales: &[[__m256i; 2]; HALVES],
    ) -> [[__m256i; HALVES]; ROWS] {
        let Self { tile, inputs } = self;
        // SAFETY: the caller's promise.
        unsafe {
            let zero = [[_mm256_setzero_si256(); HALVES]; ROWS];
            let (mut totals, mut open) = (zero, zero);
            for vector in 0..8 {
                let mut weights = [_mm256_setzero_si256(); HALVES];
                for (half, weights) in weights.iter_mut().enumerate() {
                    *weights = quad::<BITS>(tile, place.block, vector, place.half + half);
                }
                for (row, open) in open.iter_mut().enumerate() {
                    let input = four_inputs(inputs, place.at + row, vector);
                    for (open, weight) in open.iter_mut().zip(weights) {
                        *open = if VNNI {
                            _mm256_dpbusd_avx_epi32(*open, weight, input)
                        } else if BITS == 8 {
                            signed_products(weight, input)
                        } else {
                            _mm256_add_epi16(*open, _mm256_maddubs_epi16(weight, input))
                        };
                    }
                }
                let full = match (VNNI, Self::BY_HALVES) {
                    (true, false) => 8,
                    (true, true) => 4,
                    (false, true) if BITS == 4 => 4,
                    _ => summed(BITS),
                };
                if (vector + 1) % full != 0 {
                    continue;
                }
                for (totals, open) in totals.iter_mut().zip(&open) {
                    for (half, total) in totals.iter_mut().enumerate() {
                        let scale = scales[half][vector / 4];
                        let scaled = match (VNNI, Self::BY_HALVES) {
                            (false, _) => _mm256_madd_epi16(open[half], scale),
                            (true, false) => open[half],
                            (true, true) => {
                                _mm256_mullo_epi32(open[half], _mm256_srai_epi32::<16>(scale))
                            }
                        };
                        *total = _mm256_add_epi32(*total, scaled);
                    }
                }
                open = zero;
            }
            totals
        }
    }
}

/// Pairs of products of 8-bit weights, which have 128 added. As a magnitude up to 128 a signed weight fits
/// into `vpmaddubsw`, too; its sign goes to the input.
///
/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
unsafe fn signed_products(weight: __m256i, input: __m256i) -> __m256i {
    // SAFETY: the caller's promise.
    unsafe {
        let signed = _mm256_xor_si256(weight, _mm256_set1_epi8(-128));
        _mm256_maddubs_epi16(_mm256_abs_epi8(signed), _mm256_sign_epi8(input, signed))
    }
}

/// Inputs `4 vector…` of a block, in each lane.
///
/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
unsafe fn four_inputs(inputs: &Inputs, at: usize, vector: usize) -> __m256i {
    // SAFETY: the caller's promise.
    unsafe {
        let four = inputs.quants.add(at * BLOCK).cast::<i32>().add(vector);
        _mm256_set1_epi32(four.read_unaligned())
    }
}

/// The offset of a type, 2^(bits - 1), times the negative sum of the inputs.
///
/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
unsafe fn offset<const BITS: usize>(sum: __m256i) -> __m256i {
    // SAFETY: the caller's promise.
    unsafe {
        match BITS {
            4 => _mm256_slli_epi32::<3>(sum),
            5 => _mm256_slli_epi32::<4>(sum),
            _ => _mm256_slli_epi32::<7>(sum),
        }
    }
}

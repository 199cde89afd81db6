//! In: a packed tile and the number of a block. Out: the block's weights as vectors of bytes, and its factors.

use std::arch::x86_64::*;

use super::super::super::kernel::Tile;
use super::super::super::layout::{self, HALF, HALF_MIN, SUPER_16, SUPER_16_MIN, SUPER_MIN};

/// Scales and minima of 16 rows; the second of each is used by the types with 16-column groups.
pub struct Factors {
    pub scales: [__m512; 2],
    pub minima: [__m512; 2],
}

/// A block's weights as unsigned bytes: vector j holds columns 4j to 4j + 3.
///
/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
pub unsafe fn quants<const BITS: usize>(tile: &Tile, block: usize) -> [__m512i; 8] {
    // SAFETY: the caller's promise.
    unsafe {
        let low = tile.start.add(block * layout::quant_bytes(BITS)).cast::<__m512i>();
        let mut out = [_mm512_setzero_si512(); 8];
        if BITS == 8 {
            for (vector, out) in out.iter_mut().enumerate() {
                *out = _mm512_loadu_si512(low.add(vector));
            }
            return out;
        }
        let nibble = _mm512_set1_epi8(15);
        for vector in 0..4 {
            let both = _mm512_loadu_si512(low.add(vector));
            out[vector] = _mm512_and_si512(both, nibble);
            out[vector + 4] = _mm512_and_si512(_mm512_srli_epi16::<4>(both), nibble);
        }
        let high = tile.start.add(tile.planes.high + block * layout::high_bytes(BITS));
        if BITS == 5 {
            let bits = _mm512_loadu_si512(high.cast());
            let moved = [
                _mm512_slli_epi16::<4>(bits),
                _mm512_slli_epi16::<3>(bits),
                _mm512_slli_epi16::<2>(bits),
                _mm512_slli_epi16::<1>(bits),
                bits,
                _mm512_srli_epi16::<1>(bits),
                _mm512_srli_epi16::<2>(bits),
                _mm512_srli_epi16::<3>(bits),
            ];
            for (out, moved) in out.iter_mut().zip(moved) {
                *out = _mm512_or_si512(*out, _mm512_and_si512(moved, _mm512_set1_epi8(16)));
            }
        }
        if BITS == 6 {
            let pair = _mm512_set1_epi8(0x30);
            for half in 0..2 {
                let bits = _mm512_loadu_si512(high.cast::<__m512i>().add(half));
                let moved = [
                    _mm512_slli_epi16::<4>(bits),
                    _mm512_slli_epi16::<2>(bits),
                    bits,
                    _mm512_srli_epi16::<2>(bits),
                ];
                for (out, moved) in out[4 * half..].iter_mut().zip(moved) {
                    *out = _mm512_or_si512(*out, _mm512_and_si512(moved, pair));
                }
            }
        }
        out
    }
}

/// Half-precision factors of 256 columns: scale, and minimum where the type has one.
///
/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
pub unsafe fn super_factors<const SCALES: usize>(tile: &Tile, index: usize) -> [__m512; 2] {
    // SAFETY: the caller's promise.
    unsafe {
        let zero = _mm512_setzero_ps();
        match SCALES {
            SUPER_16 => [halves(tile.start.add(tile.planes.supers + index * 32)), zero],
            SUPER_MIN | SUPER_16_MIN => {
                let start = tile.start.add(tile.planes.supers + index * 64);
                [halves(start), halves(start.add(32))]
            }
            _ => [zero; 2],
        }
    }
}

/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
pub unsafe fn halves(start: *const u8) -> __m512 {
    // SAFETY: the caller's promise.
    unsafe { _mm512_cvtph_ps(_mm256_loadu_si256(start.cast())) }
}

/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
pub unsafe fn factors<const SCALES: usize>(
    tile: &Tile,
    block: usize,
    wide: [__m512; 2],
) -> Factors {
    // SAFETY: the caller's promise.
    unsafe {
        let zero = _mm512_setzero_ps();
        let start = tile.start.add(tile.planes.factors);
        let bytes = |index: usize| _mm_loadu_si128(start.cast::<__m128i>().add(index));
        let unsigned = |index| _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(bytes(index)));
        let signed = |index| _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(bytes(index)));
        let (scales, minima) = match SCALES {
            HALF => ([halves(start.add(block * 32)), zero], [zero; 2]),
            HALF_MIN => {
                let start = start.add(block * 64);
                ([halves(start), zero], [halves(start.add(32)), zero])
            }
            SUPER_MIN => (
                [_mm512_mul_ps(wide[0], unsigned(2 * block)), zero],
                [_mm512_mul_ps(wide[1], unsigned(2 * block + 1)), zero],
            ),
            SUPER_16 => {
                let first = _mm512_mul_ps(wide[0], signed(2 * block));
                ([first, _mm512_mul_ps(wide[0], signed(2 * block + 1))], [zero; 2])
            }
            _ => (
                [
                    _mm512_mul_ps(wide[0], unsigned(4 * block)),
                    _mm512_mul_ps(wide[0], unsigned(4 * block + 1)),
                ],
                [
                    _mm512_mul_ps(wide[1], unsigned(4 * block + 2)),
                    _mm512_mul_ps(wide[1], unsigned(4 * block + 3)),
                ],
            ),
        };
        Factors { scales, minima }
    }
}

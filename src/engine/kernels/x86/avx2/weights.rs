//! In: a packed tile and the number of a block. Out: the block's weights as vectors of bytes, and its factors,
//! for 8 of the 16 rows.

use std::arch::x86_64::*;

use super::super::super::kernel::Tile;
use super::super::super::layout::{self, HALF, HALF_MIN, SUPER_16};

/// Scale and minimum of 8 rows of a block that has one of each.
#[derive(Clone, Copy)]
pub struct Factors {
    pub scale: __m256,
    pub minimum: __m256,
}

/// Of 8 rows of a block with a scale for each 16 columns: the factors of all scales and minima, and these as
/// pairs of 16 bits.
pub struct Groups {
    pub scale: __m256,
    pub minimum: __m256,
    /// The scale of the first 16 columns, twice; that of the others, twice.
    pub scales: [__m256i; 2],
    /// What the sums of the first and of the last 16 inputs are multiplied with: minima, or scales times
    /// the offset.
    pub offsets: __m256i,
}

/// Columns `4 vector…` of 8 rows of a block, as unsigned bytes.
///
/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
pub unsafe fn quad<const BITS: usize>(
    tile: &Tile,
    block: usize,
    vector: usize,
    half: usize,
) -> __m256i {
    // SAFETY: the caller's promise.
    unsafe {
        let low = tile.start.add(block * layout::quant_bytes(BITS) + 32 * half);
        if BITS == 8 {
            return _mm256_loadu_si256(low.add(vector * 64).cast());
        }
        let both = _mm256_loadu_si256(low.add(vector % 4 * 64).cast());
        let moved = if vector < 4 { both } else { _mm256_srli_epi16::<4>(both) };
        let nibbles = _mm256_and_si256(moved, _mm256_set1_epi8(15));
        let high = tile.start.add(tile.planes.high + block * layout::high_bytes(BITS));
        match BITS {
            5 => {
                let bits = _mm256_loadu_si256(high.add(32 * half).cast());
                _mm256_or_si256(nibbles, fifth_bits(bits, vector))
            }
            6 => {
                let bits = _mm256_loadu_si256(high.add(vector / 4 * 64 + 32 * half).cast());
                _mm256_or_si256(nibbles, upper_pair(bits, vector % 4))
            }
            _ => nibbles,
        }
    }
}

/// Bit `vector` of each byte, moved to bit 4.
///
/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
unsafe fn fifth_bits(bits: __m256i, vector: usize) -> __m256i {
    // SAFETY: the caller's promise.
    unsafe {
        let moved = match vector {
            0 => _mm256_slli_epi16::<4>(bits),
            1 => _mm256_slli_epi16::<3>(bits),
            2 => _mm256_slli_epi16::<2>(bits),
            3 => _mm256_slli_epi16::<1>(bits),
            4 => bits,
            5 => _mm256_srli_epi16::<1>(bits),
            6 => _mm256_srli_epi16::<2>(bits),
            _ => _mm256_srli_epi16::<3>(bits),
        };
        _mm256_and_si256(moved, _mm256_set1_epi8(16))
    }
}

/// Bits `2 piece` and above, moved to bits 4 and 5.
///
/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
unsafe fn upper_pair(bits: __m256i, piece: usize) -> __m256i {
    // SAFETY: the caller's promise.
    unsafe {
        let moved = match piece {
            0 => _mm256_slli_epi16::<4>(bits),
            1 => _mm256_slli_epi16::<2>(bits),
            2 => bits,
            _ => _mm256_srli_epi16::<2>(bits),
        };
        _mm256_and_si256(moved, _mm256_set1_epi8(0x30))
    }
}

/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
pub unsafe fn halves(start: *const u8) -> __m256 {
    // SAFETY: the caller's promise.
    unsafe { _mm256_cvtph_ps(_mm_loadu_si128(start.cast())) }
}

/// For types with one scale for 32 columns.
///
/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
pub unsafe fn factors<const SCALES: usize>(tile: &Tile, block: usize, half: usize) -> Factors {
    // SAFETY: the caller's promise.
    unsafe {
        let start = tile.start.add(tile.planes.factors);
        let (scale, minimum) = match SCALES {
            HALF => (halves(start.add(block * 32 + 16 * half)), _mm256_setzero_ps()),
            HALF_MIN => {
                let start = start.add(block * 64 + 16 * half);
                (halves(start), halves(start.add(32)))
            }
            _ => {
                let wide = tile.start.add(tile.planes.supers + block / 8 * 64 + 16 * half);
                let eight = |index: usize| {
                    let bytes = _mm_loadl_epi64(start.add(index * 16 + 8 * half).cast());
                    _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(bytes))
                };
                let scale = _mm256_mul_ps(halves(wide), eight(2 * block));
                (scale, _mm256_mul_ps(halves(wide.add(32)), eight(2 * block + 1)))
            }
        };
        Factors { scale, minimum }
    }
}

/// For types with a scale for each 16 columns.
///
/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
pub unsafe fn groups<const SCALES: usize>(tile: &Tile, block: usize, half: usize) -> Groups {
    // SAFETY: the caller's promise.
    unsafe {
        let start = tile.start.add(tile.planes.factors + 8 * half);
        let eight = |index: usize| {
            let bytes = _mm_loadl_epi64(start.add(index * 16).cast());
            if SCALES == SUPER_16 {
                _mm256_cvtepi8_epi32(bytes)
            } else {
                _mm256_cvtepu8_epi32(bytes)
            }
        };
        let pair = |first, last| _mm256_blend_epi16::<0xaa>(first, _mm256_slli_epi32::<16>(last));
        if SCALES == SUPER_16 {
            let wide = tile.start.add(tile.planes.supers + block / 8 * 32 + 16 * half);
            let (first, last) = (eight(2 * block), eight(2 * block + 1));
            return Groups {
                scale: halves(wide),
                minimum: _mm256_setzero_ps(),
                scales: [pair(first, first), pair(last, last)],
                // The offset of 6-bit weights is 32; a scale times that fits into 16 bits.
                offsets: _mm256_slli_epi16::<5>(pair(first, last)),
            };
        }
        let wide = tile.start.add(tile.planes.supers + block / 8 * 64 + 16 * half);
        let (first, last) = (eight(4 * block), eight(4 * block + 1));
        Groups {
            scale: halves(wide),
            minimum: halves(wide.add(32)),
            scales: [pair(first, first), pair(last, last)],
            offsets: pair(eight(4 * block + 2), eight(4 * block + 3)),
        }
    }
}

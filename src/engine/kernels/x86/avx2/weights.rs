//! In: a packed tile and the number of a block. Out: half of the block's weights as vectors of bytes, and its
//! factors, for 8 of the 16 rows.

use std::arch::x86_64::*;

use super::super::super::kernel::Tile;
use super::super::super::layout::{self, Scales};

pub const HALF: usize = Scales::Half as usize;
pub const HALF_MIN: usize = Scales::HalfMin as usize;
pub const SUPER_MIN: usize = Scales::SuperMin as usize;
pub const SUPER_16: usize = Scales::Super16 as usize;
pub const SUPER_16_MIN: usize = Scales::Super16Min as usize;

/// Scales and minima of 8 rows for the first and the last 16 columns of a block.
pub struct Factors {
    pub scales: [__m256; 2],
    pub minima: [__m256; 2],
}

/// Columns `16 part…` of 8 rows of a block, as unsigned bytes: vector j holds four columns.
///
/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
pub unsafe fn quants<const BITS: usize>(
    tile: &Tile,
    block: usize,
    part: usize,
    half: usize,
) -> [__m256i; 4] {
    // SAFETY: the caller's promise.
    unsafe {
        let low = tile.start.add(block * layout::quant_bytes(BITS) + 32 * half);
        let high = tile.start.add(tile.planes.high + block * layout::high_bytes(BITS));
        let mut out = [_mm256_setzero_si256(); 4];
        // A loop, as a closure would be compiled without this processor's instructions.
        for (vector, out) in out.iter_mut().enumerate() {
            if BITS == 8 {
                *out = _mm256_loadu_si256(low.add((4 * part + vector) * 64).cast());
                continue;
            }
            let both = _mm256_loadu_si256(low.add(vector * 64).cast());
            let moved = if part == 0 { both } else { _mm256_srli_epi16::<4>(both) };
            *out = _mm256_and_si256(moved, _mm256_set1_epi8(15));
            if BITS == 5 {
                let at = high.add((4 * part + vector) * 8 + 4 * half);
                let bits = fifth_bits(at.cast::<i32>().read_unaligned());
                *out = _mm256_or_si256(*out, bits);
            }
            if BITS == 6 {
                let bits = _mm256_loadu_si256(high.add(64 * part + 32 * half).cast());
                *out = _mm256_or_si256(*out, upper_pair(bits, vector));
            }
        }
        out
    }
}

/// 16 in each byte whose bit is set.
///
/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
unsafe fn fifth_bits(bits: i32) -> __m256i {
    // SAFETY: the caller's promise.
    unsafe {
        let one = 0x0101_0101_0101_0101;
        let source = _mm256_setr_epi64x(0, one, 2 * one, 3 * one);
        let bytes = _mm256_shuffle_epi8(_mm256_set1_epi32(bits), source);
        let bit = _mm256_set1_epi64x(0x8040_2010_0804_0201_u64 as i64);
        let set = _mm256_cmpeq_epi8(_mm256_and_si256(bytes, bit), bit);
        _mm256_and_si256(set, _mm256_set1_epi8(16))
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

/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
pub unsafe fn factors<const SCALES: usize>(tile: &Tile, block: usize, half: usize) -> Factors {
    // SAFETY: the caller's promise.
    unsafe {
        let zero = [_mm256_setzero_ps(); 2];
        let start = tile.start.add(tile.planes.factors);
        let wide = tile.start.add(tile.planes.supers + 16 * half);
        let eight = |index: usize| _mm_loadl_epi64(start.add(index * 16 + 8 * half).cast());
        let unsigned = |index| _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(eight(index)));
        let signed = |index| _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(eight(index)));
        let (scales, minima) = match SCALES {
            HALF => ([halves(start.add(block * 32 + 16 * half)); 2], zero),
            HALF_MIN => {
                let start = start.add(block * 64 + 16 * half);
                ([halves(start); 2], [halves(start.add(32)); 2])
            }
            SUPER_MIN => {
                let wide = wide.add(block / 8 * 64);
                let scale = _mm256_mul_ps(halves(wide), unsigned(2 * block));
                let minimum = _mm256_mul_ps(halves(wide.add(32)), unsigned(2 * block + 1));
                ([scale; 2], [minimum; 2])
            }
            SUPER_16 => {
                let d = halves(wide.add(block / 8 * 32));
                ([0, 1].map(|part| _mm256_mul_ps(d, signed(2 * block + part))), zero)
            }
            _ => {
                let wide = wide.add(block / 8 * 64);
                let (d, minimum) = (halves(wide), halves(wide.add(32)));
                (
                    [0, 1].map(|part| _mm256_mul_ps(d, unsigned(4 * block + part))),
                    [2, 3].map(|part| _mm256_mul_ps(minimum, unsigned(4 * block + part))),
                )
            }
        };
        Factors { scales, minima }
    }
}

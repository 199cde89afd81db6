//! In: the tile at hand. Out: the next one, on its way from memory.

use std::arch::x86_64::*;

use super::super::kernel::Tile;
use super::super::layout::{self, HALF_MIN, SUPER_16_MIN};

/// Fetches this block's place in the next tile: one tile ahead is far enough for memory, and right for
/// all planes. Past the end of the matrix it does nothing.
///
/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline(always)]
pub unsafe fn fetch_next_tile<const BITS: usize, const SCALES: usize>(tile: &Tile, block: usize) {
    let next = tile.start.wrapping_add(tile.bytes);
    let low = layout::quant_bytes(BITS);
    for line in 0..low / 64 {
        // SAFETY: any address may be fetched; the caller has the instruction.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(next.wrapping_add(block * low + line * 64).cast()) };
    }
    let high = layout::high_bytes(BITS);
    for line in 0..high / 64 {
        let at = tile.planes.high + block * high + line * 64;
        // SAFETY: any address may be fetched; the caller has the instruction.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(next.wrapping_add(at).cast()) };
    }
    let factors = if SCALES == HALF_MIN || SCALES == SUPER_16_MIN { 64 } else { 32 };
    let at = tile.planes.factors + block * factors;
    // SAFETY: any address may be fetched; the caller has the instruction.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(next.wrapping_add(at).cast()) };
}

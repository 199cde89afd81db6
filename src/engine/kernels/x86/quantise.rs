//! In: 32 inputs. Out: the same as integers with a step (`quantise.rs` has the plain version).

use std::arch::x86_64::*;

use super::super::activations::Panel;
use super::super::blocks::BLOCK;
use super::super::level::{Avx512Vnni, for_avx512_vnni};
use super::super::quantise::{self, QuantisedBlock, QuantisedPanel, TINY};

/// Fills a panel, as [`quantise::rows`] says.
pub fn panel(_: Avx512Vnni, out: &mut QuantisedPanel, panel: Panel, rows: &[f32], columns: usize) {
    // SAFETY: the level is the proof that the processor has what `fill` enables.
    unsafe { fill(out, panel, rows, columns) }
}

for_avx512_vnni! {
    fn fill(out: &mut QuantisedPanel, panel: Panel, rows: &[f32], columns: usize) {
        // SAFETY: this function has the instructions.
        quantise::quantise(out, panel, rows, columns, |values| unsafe { block(values) });
    }
}

/// # Safety
/// The processor must have the instructions of [`Avx512Vnni`].
#[inline(always)]
unsafe fn block(values: &[f32; BLOCK]) -> QuantisedBlock {
    // SAFETY: all loads and stores are inside `values` and `quants`.
    unsafe {
        let first = _mm512_loadu_ps(values.as_ptr());
        let last = _mm512_loadu_ps(values.as_ptr().add(16));
        let magnitude = _mm512_set1_epi32(0x7fff_ffff);
        let largest = _mm512_max_epu32(
            _mm512_and_si512(_mm512_castps_si512(first), magnitude),
            _mm512_and_si512(_mm512_castps_si512(last), magnitude),
        );
        let largest = f32::from_bits(_mm512_reduce_max_epu32(largest));
        let inverse = _mm512_set1_ps(if largest < TINY { 0.0 } else { 127.0 / largest });
        let round =
            |values| _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(_mm512_mul_ps(values, inverse)));
        let bytes = _mm256_set_m128i(round(last), round(first));
        let mut quants = [0; BLOCK];
        _mm256_storeu_si256(quants.as_mut_ptr().cast(), bytes);
        // Sums of four, then of all four sums of each half.
        let fours = _mm256_dpbusd_epi32(_mm256_setzero_si256(), _mm256_set1_epi8(1), bytes);
        let pairs = _mm256_add_epi32(fours, _mm256_shuffle_epi32::<0b01_00_11_10>(fours));
        let all = _mm256_add_epi32(pairs, _mm256_shuffle_epi32::<0b10_11_00_01>(pairs));
        let sums = [_mm256_extract_epi32::<0>(all), _mm256_extract_epi32::<4>(all)];
        QuantisedBlock { quants, scale: largest * (1.0 / 127.0), sums }
    }
}

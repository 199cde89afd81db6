//! In: one packed tile and one panel of inputs. Out: their products, with NEON: a 128-bit vector holds 4
//! rows × 4 columns, and `sdot` multiplies it by four inputs of one row, taken from a lane.

use std::arch::aarch64::*;
use std::arch::asm;

use super::blocks::BLOCK;
use super::kernel::{Inputs, Kernel, Output, Tile};
use super::layout::{
    self, HALF, HALF_MIN, Packing, SUPER_16, SUPER_16_MIN, SUPER_MIN, Scales, for_packing,
};
use super::level::NeonDotProduct;

/// Rows of the panel that are worked on at once.
const GROUP: usize = 4;

/// Scales and minima of 4 rows for the first and the last 16 columns of a block.
struct Factors {
    scales: [float32x4_t; 2],
    minima: [float32x4_t; 2],
}

pub fn integer_kernel(_: NeonDotProduct, packing: Packing) -> Kernel {
    for_packing!(packing, integer)
}

/// # Safety
/// As [`Kernel`].
#[target_feature(enable = "neon,dotprod")]
unsafe fn integer<const BITS: usize, const SCALES: usize>(
    tile: &Tile,
    inputs: &Inputs,
    output: &Output,
) {
    let mut row = 0;
    while row < inputs.rows {
        let step = if inputs.width - row >= GROUP { GROUP } else { 1 };
        for quarter in 0..4 {
            // SAFETY: as promised.
            unsafe {
                if step == GROUP {
                    four_lanes::<BITS, SCALES, GROUP>(tile, inputs, output, row, quarter);
                } else {
                    four_lanes::<BITS, SCALES, 1>(tile, inputs, output, row, quarter);
                }
            }
        }
        row += step;
    }
}

/// Products of rows `4 quarter…` of the tile with inputs `first…`.
///
/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline]
#[target_feature(enable = "neon,dotprod")]
unsafe fn four_lanes<const BITS: usize, const SCALES: usize, const ROWS: usize>(
    tile: &Tile,
    inputs: &Inputs,
    output: &Output,
    first: usize,
    quarter: usize,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut sums = [vld1q_f32(tile.bias.add(4 * quarter)); ROWS];
        for block in 0..tile.planes.blocks {
            let factors = factors::<SCALES>(tile, block, quarter);
            for part in 0..2 {
                let weights = quants::<BITS, SCALES>(tile, block, part, quarter);
                for (row, sum) in sums.iter_mut().enumerate() {
                    let at = block * inputs.width + first + row;
                    let input = vld1q_s8(inputs.quants.add(at * BLOCK + part * 16));
                    let total = vcvtq_f32_s32(products(&weights, input));
                    let scale = *inputs.scales.add(at);
                    *sum = vfmaq_f32(*sum, total, vmulq_n_f32(factors.scales[part], scale));
                    if SCALES != HALF && SCALES != SUPER_16 {
                        // Minus the sum of the inputs.
                        let input_sum = scale * (*inputs.half_sums.add(at))[part] as f32;
                        *sum = vfmaq_n_f32(*sum, factors.minima[part], input_sum);
                    }
                }
            }
        }
        for (row, &sum) in sums.iter().enumerate() {
            if first + row < inputs.rows {
                store(sum, output, first + row, quarter);
            }
        }
    }
}

/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline]
#[target_feature(enable = "neon")]
unsafe fn store(sum: float32x4_t, output: &Output, row: usize, quarter: usize) {
    let mut values = [0.0; 4];
    let lanes = output.lanes.saturating_sub(4 * quarter).min(4);
    // SAFETY: the output has room for `lanes` values of this row.
    unsafe {
        vst1q_f32(values.as_mut_ptr(), sum);
        let start = output.start.add(row * output.stride);
        for (lane, &value) in values.iter().enumerate().take(lanes) {
            *start.add(4 * quarter + lane) = value;
        }
    }
}

/// Σ weight × input over 16 columns, for 4 rows. In assembly, as the dot product has no stable intrinsic.
#[inline]
#[target_feature(enable = "neon,dotprod")]
fn products(weights: &[int8x16_t; 4], inputs: int8x16_t) -> int32x4_t {
    let mut total = vdupq_n_s32(0);
    // SAFETY: works on registers alone, with instructions that the caller has found.
    unsafe {
        asm!(
            "sdot {total:v}.4s, {first:v}.16b, {inputs:v}.4b[0]",
            "sdot {total:v}.4s, {second:v}.16b, {inputs:v}.4b[1]",
            "sdot {total:v}.4s, {third:v}.16b, {inputs:v}.4b[2]",
            "sdot {total:v}.4s, {fourth:v}.16b, {inputs:v}.4b[3]",
            total = inout(vreg) total,
            first = in(vreg) weights[0],
            second = in(vreg) weights[1],
            third = in(vreg) weights[2],
            fourth = in(vreg) weights[3],
            inputs = in(vreg) inputs,
            options(pure, nomem, nostack),
        );
    }
    total
}

/// Columns `16 part…` of 4 rows of a block, less the offset: vector j holds four columns.
///
/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline]
#[target_feature(enable = "neon")]
unsafe fn quants<const BITS: usize, const SCALES: usize>(
    tile: &Tile,
    block: usize,
    part: usize,
    quarter: usize,
) -> [int8x16_t; 4] {
    // SAFETY: the caller's promise.
    unsafe {
        let low = tile.start.add(block * layout::quant_bytes(BITS) + 16 * quarter);
        let high = tile.start.add(tile.planes.high + block * layout::high_bytes(BITS));
        let mut out = [vdupq_n_s8(0); 4];
        for (vector, out) in out.iter_mut().enumerate() {
            if BITS == 8 {
                let bytes = vld1q_u8(low.add((4 * part + vector) * 64));
                *out = vreinterpretq_s8_u8(veorq_u8(bytes, vdupq_n_u8(0x80)));
                continue;
            }
            let both = vld1q_u8(low.add(vector * 64));
            let mut value =
                if part == 0 { vandq_u8(both, vdupq_n_u8(15)) } else { vshrq_n_u8::<4>(both) };
            if BITS == 5 {
                let bits = vld1q_u8(high.add(16 * quarter));
                let moved = vshlq_u8(bits, vdupq_n_s8(4 - (4 * part + vector) as i8));
                value = vorrq_u8(value, vandq_u8(moved, vdupq_n_u8(16)));
            }
            if BITS == 6 {
                let bits = vld1q_u8(high.add(64 * part + 16 * quarter));
                let moved = vshlq_u8(bits, vdupq_n_s8(4 - 2 * vector as i8));
                value = vorrq_u8(value, vandq_u8(moved, vdupq_n_u8(0x30)));
            }
            let symmetric = SCALES == HALF || SCALES == SUPER_16;
            let offset = if symmetric { 1 << (BITS - 1) } else { 0 };
            *out = vsubq_s8(vreinterpretq_s8_u8(value), vdupq_n_s8(offset));
        }
        out
    }
}

/// Four half-precision numbers.
///
/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline]
#[target_feature(enable = "neon")]
unsafe fn halves(start: *const u8) -> float32x4_t {
    let result: float32x4_t;
    // SAFETY: eight bytes are there; the instruction is part of every NEON.
    unsafe {
        let values = vld1_u8(start);
        asm!(
            "fcvtl {result:v}.4s, {values:v}.4h",
            result = out(vreg) result,
            values = in(vreg) values,
            options(pure, nomem, nostack),
        );
    }
    result
}

/// Four bytes as numbers, `index` in units of 16 rows.
///
/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline]
#[target_feature(enable = "neon")]
unsafe fn bytes(start: *const u8, signed: i8) -> float32x4_t {
    // SAFETY: the caller's promise.
    unsafe {
        let four = vcreate_u8(u64::from(start.cast::<u32>().read_unaligned()));
        // With the top bit turned over, signed bytes are unsigned ones with 128 added.
        let turned = veor_u8(four, vdup_n_u8(signed as u8));
        let wide = vmovl_u16(vget_low_u16(vmovl_u8(turned)));
        let value = vsubq_s32(vreinterpretq_s32_u32(wide), vdupq_n_s32(-i32::from(signed)));
        vcvtq_f32_s32(value)
    }
}

/// For [`bytes`]: the bytes are signed, or not.
const SIGNED: i8 = -128;
const UNSIGNED: i8 = 0;

/// # Safety
/// As `Kernel`: the pointers cover what is read and written, and the instructions are there.
#[inline]
#[target_feature(enable = "neon")]
unsafe fn factors<const SCALES: usize>(tile: &Tile, block: usize, quarter: usize) -> Factors {
    // SAFETY: the caller's promise.
    unsafe {
        let zero = [vdupq_n_f32(0.0); 2];
        let start = tile.start.add(tile.planes.factors);
        let local = |index: usize| start.add(index * 16 + 4 * quarter);
        let supers = tile.start.add(tile.planes.supers + 8 * quarter);
        match SCALES {
            HALF => {
                Factors { scales: [halves(start.add(block * 32 + 8 * quarter)); 2], minima: zero }
            }
            HALF_MIN => {
                let start = start.add(block * 64 + 8 * quarter);
                Factors { scales: [halves(start); 2], minima: [halves(start.add(32)); 2] }
            }
            SUPER_MIN => {
                let supers = supers.add(block / 8 * 64);
                let scale = vmulq_f32(halves(supers), bytes(local(2 * block), UNSIGNED));
                let minimum =
                    vmulq_f32(halves(supers.add(32)), bytes(local(2 * block + 1), UNSIGNED));
                Factors { scales: [scale; 2], minima: [minimum; 2] }
            }
            SUPER_16 => {
                let d = halves(supers.add(block / 8 * 32));
                let first = vmulq_f32(d, bytes(local(2 * block), SIGNED));
                let last = vmulq_f32(d, bytes(local(2 * block + 1), SIGNED));
                Factors { scales: [first, last], minima: zero }
            }
            _ => {
                let supers = supers.add(block / 8 * 64);
                let (d, minimum) = (halves(supers), halves(supers.add(32)));
                let local = |index| bytes(local(4 * block + index), UNSIGNED);
                Factors {
                    scales: [vmulq_f32(d, local(0)), vmulq_f32(d, local(1))],
                    minima: [vmulq_f32(minimum, local(2)), vmulq_f32(minimum, local(3))],
                }
            }
        }
    }
}

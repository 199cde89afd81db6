//! In: rows of floats. Out: integers within ±127 with a step for each 32 columns, and their sums.

use super::activations::Panel;
use super::blocks::BLOCK;
#[cfg(target_arch = "x86_64")]
use super::{kernel::InstructionSet, x86};

/// Where the rows of a panel go (`Activations` describes the fields).
pub struct QuantisedPanel<'a> {
    pub quants: &'a mut [[i8; BLOCK]],
    pub scales: &'a mut [f32],
    pub sums: &'a mut [i32],
    pub half_sums: &'a mut [[i32; 2]],
    pub scaled_sums: &'a mut [f32],
}

/// Fills a panel from its rows of `columns` values; rows that are missing become zeros.
pub fn rows(out: &mut QuantisedPanel, panel: Panel, rows: &[f32], columns: usize) {
    #[cfg(target_arch = "x86_64")]
    {
        if InstructionSet::Avx512Vnni.is_available() {
            // SAFETY: the instructions were found.
            return unsafe { quantise_avx512(out, panel, rows, columns) };
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: as above.
            return unsafe { quantise_avx2(out, panel, rows, columns) };
        }
    }
    quantise(out, panel, rows, columns, quantise_block);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn quantise_avx2(out: &mut QuantisedPanel, panel: Panel, rows: &[f32], columns: usize) {
    quantise(out, panel, rows, columns, quantise_block);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")]
fn quantise_avx512(out: &mut QuantisedPanel, panel: Panel, rows: &[f32], columns: usize) {
    quantise(out, panel, rows, columns, |values| {
        // SAFETY: this function's instructions were found.
        unsafe { x86::quantise::block(values) }
    });
}

#[inline(always)]
fn quantise(
    out: &mut QuantisedPanel,
    panel: Panel,
    rows: &[f32],
    columns: usize,
    quantise_block: impl Fn(&[f32; BLOCK]) -> QuantisedBlock,
) {
    let mut store = |at: usize, block: QuantisedBlock| {
        let QuantisedBlock { quants, scale, sums: [first, last] } = block;
        out.quants[at] = quants;
        out.scales[at] = scale;
        out.sums[at] = -(first + last);
        out.half_sums[at] = [-first, -last];
        out.scaled_sums[at] = scale * (first + last) as f32;
    };
    for row in 0..panel.width {
        let values = if row < panel.rows { &rows[row * columns..][..columns] } else { &[] };
        let (whole, rest) = values.as_chunks::<BLOCK>();
        for (block, values) in whole.iter().enumerate() {
            store(block * panel.width + row, quantise_block(values));
        }
        if !rest.is_empty() {
            let mut padded = [0.0; BLOCK];
            padded[..rest.len()].copy_from_slice(rest);
            store(whole.len() * panel.width + row, quantise_block(&padded));
        }
        if values.is_empty() {
            for block in 0..columns.div_ceil(BLOCK) {
                store(block * panel.width + row, QuantisedBlock::ZERO);
            }
        }
    }
}

/// 32 inputs: integers within ±127, their step, and the sums of the first and of the last 16 integers.
pub struct QuantisedBlock {
    pub quants: [i8; BLOCK],
    pub scale: f32,
    pub sums: [i32; 2],
}

impl QuantisedBlock {
    const ZERO: Self = Self { quants: [0; BLOCK], scale: 0.0, sums: [0; 2] };
}

/// Largest magnitudes below this count as zero: their inverse would overflow.
pub const TINY: f32 = 1e-36;

/// Rounds to the nearest multiple of the largest magnitude over 127. The magnitudes are compared as
/// integers, where infinities and NaN are the largest: they end up in the scale and are not lost.
#[inline(always)]
fn quantise_block(values: &[f32; BLOCK]) -> QuantisedBlock {
    let mut largest = 0;
    for value in values {
        largest = largest.max(value.to_bits() & 0x7fff_ffff);
    }
    let largest = f32::from_bits(largest);
    let inverse = if largest < TINY { 0.0 } else { 127.0 / largest };
    // Added to a small number it leaves the number, rounded to nearest, in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    let quants = values.map(|value| (value * inverse + ROUND).to_bits() as i8);
    let sum = |quants: &[i8]| quants.iter().map(|&quant| i32::from(quant)).sum();
    QuantisedBlock {
        quants,
        scale: largest * (1.0 / 127.0),
        sums: [sum(&quants[..16]), sum(&quants[16..])],
    }
}

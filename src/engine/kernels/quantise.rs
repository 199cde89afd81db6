//! In: rows of floats. Out: integers within ±127 with a step for each 32 columns, and their sums.

use super::activations::Panel;
use super::blocks::BLOCK;
use super::lanes::Lanes;
use super::level::{Level, Work};
#[cfg(target_arch = "x86_64")]
use super::x86;

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
    match Level::current() {
        #[cfg(target_arch = "x86_64")]
        Level::Avx512Vnni(level) => x86::quantise::panel(level, out, panel, rows, columns),
        level => level.run(Quantise { out, panel, rows, columns }),
    }
}

struct Quantise<'a, 'b> {
    out: &'a mut QuantisedPanel<'b>,
    panel: Panel,
    rows: &'a [f32],
    columns: usize,
}

impl Work for Quantise<'_, '_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Lanes>(self) {
        quantise(self.out, self.panel, self.rows, self.columns, quantise_block);
    }
}

#[inline(always)]
pub fn quantise(
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

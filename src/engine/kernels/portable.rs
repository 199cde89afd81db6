//! In: one packed tile and one panel of inputs. Out: their products, in plain Rust for any processor. It
//! follows the steps of the vector kernels, and they are tested against it.

use half::{bf16, f16};

use super::blocks::BLOCK;
use super::kernel::{FloatKind, Inputs, Kernel, Output, Tile};
use super::layout::{self, Packing, Scales, TILE, for_packing};

/// A block's integers, 8 vectors of 16 rows × 4 columns.
type Vectors = [[u8; 64]; 8];

/// Scale and minimum of 16 rows, for the first and the last 16 columns of a block.
struct RowFactors {
    scales: [[f32; TILE]; 2],
    minima: [[f32; TILE]; 2],
}

pub fn integer_kernel(packing: Packing) -> Kernel {
    for_packing!(packing, integer)
}

pub fn float_kernel(kind: FloatKind) -> Kernel {
    match kind {
        FloatKind::F32 => float::<4, { FloatKind::F32 as usize }>,
        FloatKind::F16 => float::<2, { FloatKind::F16 as usize }>,
        FloatKind::Bf16 => float::<2, { FloatKind::Bf16 as usize }>,
    }
}

/// # Safety
/// As [`Kernel`].
unsafe fn integer<const BITS: usize, const SCALES: usize>(
    tile: &Tile,
    inputs: &Inputs,
    output: &Output,
) {
    // SAFETY: the planes lie inside the tile's bytes.
    let bytes = unsafe { std::slice::from_raw_parts(tile.start, tile.bytes) };
    let scales = scales_of(SCALES);
    let offset = i32::from(Packing { bits: BITS, scales }.offset());
    for row in 0..inputs.rows {
        // SAFETY: a tile has a bias for each of its rows.
        let mut sums = unsafe { tile.bias.cast::<[f32; TILE]>().read_unaligned() };
        for block in 0..tile.planes.blocks {
            let vectors = unpack::<BITS>(bytes, tile, block);
            let factors = read_factors(bytes, tile, scales, block);
            let at = block * inputs.width + row;
            // SAFETY: `at` is a block and row of the panel.
            let (quants, half_sums, scale) = unsafe {
                let quants = std::slice::from_raw_parts(inputs.quants.add(at * BLOCK), BLOCK);
                (quants, *inputs.half_sums.add(at), *inputs.scales.add(at))
            };
            for (half, &half_sum) in half_sums.iter().enumerate() {
                let mut totals = [offset * half_sum; TILE];
                for quad in 4 * half..4 * half + 4 {
                    add_products(&vectors[quad], &quants[4 * quad..], &mut totals);
                }
                let input_sum = scale * -half_sum as f32;
                for lane in 0..TILE {
                    sums[lane] += totals[lane] as f32 * (scale * factors.scales[half][lane])
                        - factors.minima[half][lane] * input_sum;
                }
            }
        }
        // SAFETY: the output has room for each row.
        unsafe { store(&sums, row, output) };
    }
}

/// Adds the products of 16 rows × 4 columns with four inputs.
#[inline(always)]
fn add_products(weights: &[u8; 64], inputs: &[i8], totals: &mut [i32; TILE]) {
    for (total, weights) in totals.iter_mut().zip(weights.as_chunks::<4>().0) {
        for (&weight, &input) in weights.iter().zip(inputs) {
            *total += i32::from(weight) * i32::from(input);
        }
    }
}

/// # Safety
/// `output` has room for this row.
unsafe fn store(sums: &[f32; TILE], row: usize, output: &Output) {
    // SAFETY: as promised.
    let out = unsafe {
        std::slice::from_raw_parts_mut(output.start.add(row * output.stride), output.lanes)
    };
    out.copy_from_slice(&sums[..output.lanes]);
}

const fn scales_of(index: usize) -> Scales {
    const ALL: [Scales; 5] =
        [Scales::Half, Scales::HalfMin, Scales::SuperMin, Scales::Super16, Scales::Super16Min];
    ALL[index]
}

/// `bits` is 4, 5, 6 or 8.
fn unpack<const BITS: usize>(bytes: &[u8], tile: &Tile, block: usize) -> Vectors {
    let size = layout::quant_bytes(BITS);
    let low = &bytes[block * size..][..size];
    let size = layout::high_bytes(BITS);
    let high = &bytes[tile.planes.high + block * size..][..size];
    let mut vectors = [[0; 64]; 8];
    for (index, vector) in vectors.iter_mut().enumerate() {
        for (i, value) in vector.iter_mut().enumerate() {
            *value = match BITS {
                8 => low[index * 64 + i],
                _ => low[index % 4 * 64 + i] >> (index / 4 * 4) & 15,
            };
            *value |= match BITS {
                5 => (high[i] >> index & 1) << 4,
                6 => (high[index / 4 * 64 + i] >> (index % 4 * 2) & 3) << 4,
                _ => 0,
            };
        }
    }
    vectors
}

fn read_factors(bytes: &[u8], tile: &Tile, scales: Scales, block: usize) -> RowFactors {
    let size = layout::factor_bytes(scales);
    let local = &bytes[tile.planes.factors + block * size..][..size];
    let size = layout::super_bytes(scales);
    let wide = &bytes[tile.planes.supers + block / 8 * size..][..size];
    let half = |bytes: &[u8], lane: usize| {
        f16::from_le_bytes([bytes[2 * lane], bytes[2 * lane + 1]]).to_f32()
    };
    let lanes = |value: &dyn Fn(usize) -> f32| std::array::from_fn::<f32, TILE, _>(value);
    let zero = [0.0; TILE];
    let (scales, minima) = match scales {
        Scales::Half => ([lanes(&|lane| half(local, lane)); 2], [zero; 2]),
        Scales::HalfMin => {
            ([lanes(&|lane| half(local, lane)); 2], [lanes(&|lane| half(&local[32..], lane)); 2])
        }
        Scales::SuperMin => (
            [lanes(&|lane| half(wide, lane) * f32::from(local[lane])); 2],
            [lanes(&|lane| half(&wide[32..], lane) * f32::from(local[TILE + lane])); 2],
        ),
        Scales::Super16 => (
            [0, TILE].map(|at| lanes(&|lane| half(wide, lane) * f32::from(local[at + lane] as i8))),
            [zero; 2],
        ),
        Scales::Super16Min => (
            [0, TILE].map(|at| lanes(&|lane| half(wide, lane) * f32::from(local[at + lane]))),
            [2 * TILE, 3 * TILE]
                .map(|at| lanes(&|lane| half(&wide[32..], lane) * f32::from(local[at + lane]))),
        ),
    };
    RowFactors { scales, minima }
}

/// # Safety
/// As [`Kernel`].
unsafe fn float<const SIZE: usize, const KIND: usize>(
    tile: &Tile,
    inputs: &Inputs,
    output: &Output,
) {
    // SAFETY: a float tile is columns × 16 values; a float panel columns × width.
    let (weights, floats) = unsafe {
        (
            std::slice::from_raw_parts(tile.start, tile.columns * TILE * SIZE),
            std::slice::from_raw_parts(inputs.floats, tile.columns * inputs.width),
        )
    };
    for row in 0..inputs.rows {
        // SAFETY: a tile has a bias for each of its rows.
        let mut sums = unsafe { tile.bias.cast::<[f32; TILE]>().read_unaligned() };
        for (weights, inputs) in
            weights.chunks_exact(TILE * SIZE).zip(floats.chunks_exact(inputs.width))
        {
            for (sum, weight) in sums.iter_mut().zip(weights.as_chunks::<SIZE>().0) {
                *sum += read_float::<SIZE, KIND>(weight) * inputs[row];
            }
        }
        // SAFETY: the output has room for each row.
        unsafe { store(&sums, row, output) };
    }
}

#[inline(always)]
fn read_float<const SIZE: usize, const KIND: usize>(bytes: &[u8; SIZE]) -> f32 {
    const F16: usize = FloatKind::F16 as usize;
    const BF16: usize = FloatKind::Bf16 as usize;
    match KIND {
        F16 => f16::from_le_bytes([bytes[0], bytes[1]]).to_f32(),
        BF16 => bf16::from_le_bytes([bytes[0], bytes[1]]).to_f32(),
        _ => f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]),
    }
}

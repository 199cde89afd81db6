//! In: the bytes of one block of a GGUF tensor. Out: 32 of its integers, and the factors that turn them
//! into weights. Block formats: `ggml-common.h` and `ggml-quants.c` of ggml.

use crate::engine::formats::gguf::TensorType;

/// Columns that are unpacked together: the block length of the plain types, an eighth of the K types'.
pub const BLOCK: usize = 32;

/// `weight[i] = d · scales[i / 16] · (quants[i] - offset) - minimum · minima[i / 16]`, where the offset
/// is that of the type's `Packing`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Factors {
    /// Half precision, as in the file.
    pub d: u16,
    /// Half precision; zero for types without minima.
    pub minimum: u16,
    pub scales: [i8; 2],
    pub minima: [u8; 2],
}

/// The integers of columns `32 part…` of `block`, unsigned, in order. `part` is 0 for plain types, up
/// to 7 for K types. Q8_0 comes with 128 added, Q3_K with 28 (so that it reads as Q6_K).
#[inline(always)]
pub fn quants(kind: TensorType, block: &[u8], part: usize) -> [u8; BLOCK] {
    let mut out = [0; BLOCK];
    match kind {
        TensorType::Q4_0 => nibbles(&block[2..18], &mut out),
        TensorType::Q4_1 => nibbles(&block[4..20], &mut out),
        TensorType::Q5_0 => {
            nibbles(&block[6..22], &mut out);
            add_fifth_bits(&block[2..6], &mut out);
        }
        TensorType::Q5_1 => {
            nibbles(&block[8..24], &mut out);
            add_fifth_bits(&block[4..8], &mut out);
        }
        TensorType::Q8_0 => {
            out.copy_from_slice(&block[2..34]);
            out.iter_mut().for_each(|value| *value ^= 0x80);
        }
        TensorType::Q4K => half_bytes(&block[16..], part, &mut out),
        TensorType::Q5K => {
            half_bytes(&block[48..], part, &mut out);
            or_bits(&block[16..48], part, 1, 4, &mut out);
        }
        TensorType::Q6K => six_bits(block, part, &mut out),
        TensorType::Q3K => {
            pairs(&block[32..96], part, &mut out);
            or_bits(&block[..32], part, 1, 2, &mut out);
            out.iter_mut().for_each(|value| *value += 28);
        }
        TensorType::Q2K => pairs(&block[16..80], part, &mut out),
        TensorType::F32 | TensorType::F16 | TensorType::Bf16 => {}
    }
    out
}

/// Plain 4-bit order: byte i holds value i below and value i + 16 above.
#[inline(always)]
fn nibbles(bytes: &[u8], out: &mut [u8; BLOCK]) {
    for (i, &byte) in bytes.iter().enumerate().take(16) {
        out[i] = byte & 15;
        out[i + 16] = byte >> 4;
    }
}

#[inline(always)]
fn add_fifth_bits(bytes: &[u8], out: &mut [u8; BLOCK]) {
    for (i, value) in out.iter_mut().enumerate() {
        // A comparison becomes a vector instruction, a shift of each bit does not.
        *value |= if bytes[i / 8] & 1 << (i % 8) != 0 { 16 } else { 0 };
    }
}

/// Q4_K and Q5_K order: 32 bytes hold an even part below and the following odd part above.
#[inline(always)]
fn half_bytes(bytes: &[u8], part: usize, out: &mut [u8; BLOCK]) {
    or_bits(&bytes[part / 2 * 32..], part % 2 * 4, 15, 0, out);
}

/// Q2_K and Q3_K order: 32 bytes hold four parts, two bits each.
#[inline(always)]
fn pairs(bytes: &[u8], part: usize, out: &mut [u8; BLOCK]) {
    or_bits(&bytes[part / 4 * 32..], part % 4 * 2, 3, 0, out);
}

/// Q6_K order: in each half of the block, 64 bytes of nibbles hold parts 0 and 1 below, 2 and 3 above, and
/// 32 bytes hold the upper two bits of all four.
#[inline(always)]
fn six_bits(block: &[u8], part: usize, out: &mut [u8; BLOCK]) {
    let (half, quarter) = (part / 4, part % 4);
    or_bits(&block[half * 64 + quarter % 2 * 32..], quarter / 2 * 4, 15, 0, out);
    or_bits(&block[128 + half * 32..], quarter * 2, 3, 4, out);
}

/// Sets bits of each value: `(byte >> shift & mask) << place`. Eight bytes at a time, as there are no
/// vector shifts of bytes.
#[inline(always)]
fn or_bits(bytes: &[u8], shift: usize, mask: u8, place: usize, out: &mut [u8; BLOCK]) {
    let mask = u64::from_ne_bytes([mask; 8]);
    for (values, bytes) in out.as_chunks_mut::<8>().0.iter_mut().zip(bytes.as_chunks::<8>().0) {
        let bits = (u64::from_le_bytes(*bytes) >> shift & mask) << place;
        *values = (u64::from_le_bytes(*values) | bits).to_le_bytes();
    }
}

/// The factors of columns `32 part…` of `block`.
#[inline(always)]
pub fn factors(kind: TensorType, block: &[u8], part: usize) -> Factors {
    let half = |at: usize| u16::from_le_bytes([block[at], block[at + 1]]);
    match kind {
        TensorType::F32 | TensorType::F16 | TensorType::Bf16 => Factors::default(),
        TensorType::Q4_0 | TensorType::Q5_0 | TensorType::Q8_0 => {
            Factors { d: half(0), scales: [1, 1], ..Factors::default() }
        }
        // The file adds its minimum; a changed sign bit makes it one to subtract.
        TensorType::Q4_1 | TensorType::Q5_1 => {
            Factors { d: half(0), minimum: half(2) ^ 0x8000, scales: [1, 1], minima: [1, 1] }
        }
        TensorType::Q4K | TensorType::Q5K => {
            let (scale, minimum) = six_bit_pair(&block[4..16], part);
            Factors { d: half(0), minimum: half(2), scales: [scale as i8; 2], minima: [minimum; 2] }
        }
        TensorType::Q6K => Factors {
            d: half(208),
            scales: [block[192 + 2 * part] as i8, block[193 + 2 * part] as i8],
            ..Factors::default()
        },
        TensorType::Q3K => Factors {
            d: half(108),
            scales: [0, 1].map(|half| six_bit_scale(&block[96..108], 2 * part + half)),
            ..Factors::default()
        },
        TensorType::Q2K => {
            let pair = [block[2 * part], block[2 * part + 1]];
            Factors {
                d: half(80),
                minimum: half(82),
                scales: pair.map(|byte| (byte & 15) as i8),
                minima: pair.map(|byte| byte >> 4),
            }
        }
    }
}

/// Scale and minimum of a part of Q4_K and Q5_K: eight of each, six bits wide, in 12 bytes.
#[inline(always)]
fn six_bit_pair(bytes: &[u8], part: usize) -> (u8, u8) {
    if part < 4 {
        return (bytes[part] & 63, bytes[part + 4] & 63);
    }
    let low = bytes[part + 4];
    (low & 15 | bytes[part - 4] >> 6 << 4, low >> 4 | bytes[part] >> 6 << 4)
}

/// Scale of a 16-column group of Q3_K: sixteen of them, six bits wide with 32 added, in 12 bytes.
#[inline(always)]
fn six_bit_scale(bytes: &[u8], group: usize) -> i8 {
    let low = bytes[group % 8] >> (group / 8 * 4) & 15;
    let high = bytes[8 + group % 4] >> (group / 4 * 2) & 3;
    (low | high << 4) as i8 - 32
}

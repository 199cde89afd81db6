//! In: bytes of a GGUF tensor. Out: its values as floats, equal to those of ggml's own conversion.

use half::{bf16, f16};

use super::blocks::{self, BLOCK};
use super::layout::Packing;
use crate::engine::formats::gguf::TensorType;

/// Converts whole blocks: `out` is as long as `bytes` hold values, for instance one row of an embedding.
///
/// # Panics
/// If the lengths do not fit each other.
pub fn dequantize_row(kind: TensorType, bytes: &[u8], out: &mut [f32]) {
    let blocks = bytes.len() / kind.block_bytes();
    assert_eq!(bytes.len(), blocks * kind.block_bytes(), "a {} row is whole blocks", kind.name());
    assert_eq!(out.len(), blocks * kind.block_len(), "one place for each value of the row");
    match kind {
        TensorType::F32 => convert::<4>(bytes, out, f32::from_le_bytes),
        TensorType::F16 => convert(bytes, out, |value| f16::from_le_bytes(value).to_f32()),
        TensorType::Bf16 => convert(bytes, out, |value| bf16::from_le_bytes(value).to_f32()),
        _ => dequantize_blocks(kind, bytes, out),
    }
}

fn convert<const SIZE: usize>(bytes: &[u8], out: &mut [f32], read: impl Fn([u8; SIZE]) -> f32) {
    for (out, &value) in out.iter_mut().zip(bytes.as_chunks().0) {
        *out = read(value);
    }
}

fn dequantize_blocks(kind: TensorType, bytes: &[u8], out: &mut [f32]) {
    let offset = Packing::of(kind).map_or(0, Packing::offset);
    let blocks = bytes.chunks_exact(kind.block_bytes());
    for (block, out) in blocks.zip(out.chunks_exact_mut(kind.block_len())) {
        for (part, out) in out.chunks_exact_mut(BLOCK).enumerate() {
            let quants = blocks::quants(kind, block, part);
            let factors = blocks::factors(kind, block, part);
            let d = f16::from_bits(factors.d).to_f32();
            let minimum = f16::from_bits(factors.minimum).to_f32();
            for (i, (out, quant)) in out.iter_mut().zip(quants).enumerate() {
                let scale = d * f32::from(factors.scales[i / 16]);
                let value = scale * (i32::from(quant) - i32::from(offset)) as f32;
                *out = value - minimum * f32::from(factors.minima[i / 16]);
            }
        }
    }
}

#[cfg(test)]
mod tests;

//! One layer's keys and values in pages, as half-precision floats or as bytes with scales.
//!
//! What is stored for a position depends on that position's values alone, so results stay the same
//! in every batch, chunk and prefix.

use half::f16;
use half::slice::{HalfBitsSliceExt, HalfFloatSliceExt};

use super::cache::PAGE;
use crate::engine::kernels::Disjoint;

/// How keys and values are kept on the CPU.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyValueType {
    /// Half precision.
    #[default]
    F16,
    /// 8-bit integers with a half-precision scale for each 32 values of a head: 53 % of F16.
    Q8,
}

/// Values that share a scale.
const BLOCK: usize = 32;
/// A scale's index is a value's over [`BLOCK`] only because pages are as long as blocks.
const _: () = assert!(BLOCK == PAGE);

impl KeyValueType {
    /// Bytes that `count` values take, scales included; `count` is a multiple of 32.
    pub fn bytes(self, count: usize) -> usize {
        match self {
            Self::F16 => 2 * count,
            Self::Q8 => count + 2 * (count / BLOCK),
        }
    }
}

/// Keys and values of one layer. A head of a page starts at the offset that the cache gives:
/// keys are (padded head_dim, PAGE) there, transposed so that a query meets 32 keys at once, and
/// values (PAGE, padded head_dim).
pub struct LayerCache {
    keys: Store,
    values: Store,
}

enum Store {
    Half(Vec<u16>),
    /// Quants like the values above; one scale for each position and 32 dimensions, at
    /// (offset / 32 + position · blocks + block).
    Bytes {
        quants: Vec<i8>,
        scales: Vec<u16>,
    },
}

/// One page of one head: keys (padded, PAGE) and values (PAGE, padded).
#[derive(Clone, Copy)]
pub struct HalfPage<'a> {
    pub keys: &'a [f16],
    pub values: &'a [f16],
}

/// Room for one page of one head, to widen bytes into.
#[derive(Default)]
pub struct PageBuffer {
    keys: Vec<f16>,
    values: Vec<f16>,
}

impl LayerCache {
    /// Zeroed memory that the system hands out only when it is written.
    pub fn new(length: usize, kind: KeyValueType) -> Self {
        let store = || match kind {
            KeyValueType::F16 => Store::Half(vec![0; length]),
            KeyValueType::Q8 => {
                Store::Bytes { quants: vec![0; length], scales: vec![0; length / BLOCK] }
            }
        };
        Self { keys: store(), values: store() }
    }

    /// Copies the `length` values, whole pages, that begin at `from` to where those at `to` begin.
    pub fn copy(&mut self, from: usize, to: usize, length: usize) {
        for store in [&mut self.keys, &mut self.values] {
            match store {
                Store::Half(values) => values.copy_within(from..from + length, to),
                Store::Bytes { quants, scales } => {
                    quants.copy_within(from..from + length, to);
                    scales.copy_within(from / BLOCK..(from + length) / BLOCK, to / BLOCK);
                }
            }
        }
    }

    /// For storing positions, several at a time.
    pub fn writer(&mut self) -> Writer<'_> {
        Writer { keys: self.keys.target(), values: self.values.target() }
    }

    /// The page of the head that starts at `offset`.
    pub fn page<'a>(
        &'a self,
        offset: usize,
        padded: usize,
        buffer: &'a mut PageBuffer,
    ) -> HalfPage<'a> {
        if let Some(page) = self.stored_page(offset, padded) {
            return page;
        }
        let range = offset..offset + padded * PAGE;
        let scales_of = |scales: &'a [u16]| &scales[offset / BLOCK..][..padded];
        if let Store::Bytes { quants, scales } = &self.keys {
            widen_keys(&quants[range.clone()], scales_of(scales), padded, &mut buffer.keys);
        }
        if let Store::Bytes { quants, scales } = &self.values {
            widen_values(&quants[range], scales_of(scales), &mut buffer.values);
        }
        HalfPage { keys: &buffer.keys, values: &buffer.values }
    }

    /// The same where nothing must be widened for it.
    pub fn stored_page(&self, offset: usize, padded: usize) -> Option<HalfPage<'_>> {
        let (Store::Half(keys), Store::Half(values)) = (&self.keys, &self.values) else {
            return None;
        };
        let range = offset..offset + padded * PAGE;
        let keys = keys[range.clone()].reinterpret_cast();
        Some(HalfPage { keys, values: values[range].reinterpret_cast() })
    }
}

impl Store {
    fn target(&mut self) -> Target<'_> {
        match self {
            Self::Half(values) => Target::Half(Disjoint::new(values)),
            Self::Bytes { quants, scales } => {
                Target::Bytes { quants: Disjoint::new(quants), scales: Disjoint::new(scales) }
            }
        }
    }
}

/// Stores positions of one layer.
pub struct Writer<'a> {
    keys: Target<'a>,
    values: Target<'a>,
}

/// A [`Store`] that several threads write.
enum Target<'a> {
    Half(Disjoint<'a, u16>),
    Bytes { quants: Disjoint<'a, i8>, scales: Disjoint<'a, u16> },
}

impl Writer<'_> {
    /// Stores one position of one head, `padded` being the head's size in the cache: `offset` is
    /// the head's in its page, `slot` the position in the page.
    ///
    /// # Safety
    /// No two calls at a time may be for the same place.
    pub unsafe fn write(
        &self,
        (offset, slot): (usize, usize),
        padded: usize,
        key: &[f32],
        value: &[f32],
    ) {
        let first_scale = offset / BLOCK + slot * (padded / BLOCK);
        // SAFETY: the caller's promise; keys of one position are a page apart from each other, values lie
        // side by side.
        unsafe {
            self.keys.write((offset + slot, PAGE), first_scale, key);
            self.values.write((offset + slot * padded, 1), first_scale, value);
        }
    }
}

impl Target<'_> {
    /// Stores `values` from `first` on, `stride` apart; in bytes, with scales from `first_scale` on.
    ///
    /// # Safety
    /// As [`Writer::write`].
    unsafe fn write(&self, (first, stride): (usize, usize), first_scale: usize, values: &[f32]) {
        for (block, values) in values.chunks(BLOCK).enumerate() {
            let start = first + block * BLOCK * stride;
            match self {
                Self::Half(target) => {
                    // Many at once: each single conversion asks what the processor can do.
                    let mut halves = [f16::ZERO; BLOCK];
                    let halves = &mut halves[..values.len()];
                    halves.convert_from_f32_slice(values);
                    for (index, half) in halves.iter().enumerate() {
                        // SAFETY: inside the store, and the caller's promise.
                        unsafe { *target.pointer(start + index * stride) = half.to_bits() };
                    }
                }
                Self::Bytes { quants, scales } => {
                    let scale = scale_of(values);
                    // SAFETY: as above.
                    unsafe { *scales.pointer(first_scale + block) = scale.to_bits() };
                    for (index, &value) in values.iter().enumerate() {
                        // SAFETY: as above.
                        unsafe { *quants.pointer(start + index * stride) = quantise(value, scale) };
                    }
                }
            }
        }
    }
}

/// The step of 255 equal steps that reach from −largest to largest, as it will be read again.
fn scale_of(values: &[f32]) -> f16 {
    let largest = values.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
    f16::from_f32(largest / 127.0)
}

fn quantise(value: f32, scale: f16) -> i8 {
    let scale = scale.to_f32();
    if scale > 0.0 { (value / scale).round_ties_even().clamp(-127.0, 127.0) as i8 } else { 0 }
}

/// `scales` is (PAGE, blocks): one scale goes down a column of each block of rows.
fn widen_keys(quants: &[i8], scales: &[u16], padded: usize, target: &mut Vec<f16>) {
    let blocks = padded / BLOCK;
    let mut row = [0.0; PAGE];
    let mut of_block = [0.0; PAGE];
    target.resize(quants.len(), f16::ZERO);
    let rows = quants.chunks_exact(PAGE).zip(target.chunks_exact_mut(PAGE));
    for (index, (quants, target)) in rows.enumerate() {
        if index.is_multiple_of(BLOCK) {
            for (slot, scale) in of_block.iter_mut().enumerate() {
                *scale = f16::from_bits(scales[slot * blocks + index / BLOCK]).to_f32();
            }
        }
        for ((value, &quant), scale) in row.iter_mut().zip(quants).zip(&of_block) {
            *value = f32::from(quant) * scale;
        }
        target.convert_from_f32_slice(&row);
    }
}

/// `scales` has one for each 32 values.
fn widen_values(quants: &[i8], scales: &[u16], target: &mut Vec<f16>) {
    let mut block = [0.0; BLOCK];
    target.resize(quants.len(), f16::ZERO);
    let blocks = quants.chunks_exact(BLOCK).zip(target.chunks_exact_mut(BLOCK));
    for ((quants, target), &scale) in blocks.zip(scales) {
        let scale = f16::from_bits(scale).to_f32();
        for (value, &quant) in block.iter_mut().zip(quants) {
            *value = f32::from(quant) * scale;
        }
        target.convert_from_f32_slice(&block);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(kind: KeyValueType, dim: usize, padded: usize) -> (LayerCache, Vec<Vec<f32>>) {
        let mut cache = LayerCache::new(3 * padded * PAGE, kind);
        let rows: Vec<Vec<f32>> = (0..PAGE)
            .map(|slot| {
                (0..dim).map(|d| ((slot * 37 + d * 11) % 101) as f32 / 50.0 - 1.0).collect()
            })
            .collect();
        for (slot, row) in rows.iter().enumerate() {
            let negated: Vec<f32> = row.iter().map(|value| -value).collect();
            // SAFETY: one call at a time.
            unsafe { cache.writer().write((padded * PAGE, slot), padded, row, &negated) };
        }
        (cache, rows)
    }

    #[test]
    fn what_is_written_comes_back_within_half_a_step() {
        for (kind, bound) in [(KeyValueType::F16, 0.001), (KeyValueType::Q8, 0.005)] {
            for (dim, padded) in [(64, 64), (48, 64), (12, 32)] {
                let (cache, rows) = written(kind, dim, padded);
                let mut buffer = PageBuffer::default();
                let HalfPage { keys, values } = cache.page(padded * PAGE, padded, &mut buffer);
                for (slot, row) in rows.iter().enumerate() {
                    for d in 0..padded {
                        let expected = row.get(d).copied().unwrap_or(0.0);
                        let key = keys[d * PAGE + slot].to_f32();
                        let value = values[slot * padded + d].to_f32();
                        assert!((key - expected).abs() <= bound, "{kind:?}: {key} {expected}");
                        assert!((value + expected).abs() <= bound, "{kind:?}: {value} {expected}");
                    }
                }
            }
        }
    }

    #[test]
    fn bytes_take_little_more_than_half() {
        assert_eq!(KeyValueType::F16.bytes(64), 128);
        assert_eq!(KeyValueType::Q8.bytes(64), 68);
    }
}

//! A few queries of one key-value head on their way through the pages: scores, running softmax,
//! weighted sum of values.

use std::ops::Range;

use half::f16;

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::{__m256, __m512};

use super::lanes::{self, Lanes, Portable};
use crate::engine::decoder::cache::PAGE;

/// Running state of the queries of one task.
pub(super) struct Tile {
    /// A multiple of [`PAGE`]: heads are filled up with zeros, which change no product.
    head_dim: usize,
    instructions: Instructions,
    /// (queries, head_dim), already times the attention scale.
    queries: Vec<f32>,
    /// Largest score so far, a query each.
    maxima: Vec<f32>,
    /// Sum of exp(score − maximum) so far.
    sums: Vec<f32>,
    /// (queries, head_dim): sum of exp(score − maximum) · value so far.
    weighted: Vec<f32>,
    /// (queries, PAGE): exp(score − maximum) in the page at hand.
    weights: Vec<[f32; PAGE]>,
    /// One page in F32: keys (head_dim, PAGE) and values (PAGE, head_dim).
    keys: Vec<f32>,
    values: Vec<f32>,
}

/// What the processor can do, found when a tile is made.
#[derive(Clone, Copy)]
enum Instructions {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    Portable,
}

impl Instructions {
    fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512f") {
                return Self::Avx512;
            }
            if is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("fma")
                && is_x86_feature_detected!("f16c")
            {
                return Self::Avx2;
            }
        }
        Self::Portable
    }
}

impl Tile {
    pub fn new(head_dim: usize, queries: usize) -> Self {
        Self {
            head_dim,
            instructions: Instructions::detect(),
            queries: vec![0.0; queries * head_dim],
            maxima: vec![f32::NEG_INFINITY; queries],
            sums: vec![0.0; queries],
            weighted: vec![0.0; queries * head_dim],
            weights: vec![[0.0; PAGE]; queries],
            keys: vec![0.0; head_dim * PAGE],
            values: vec![0.0; head_dim * PAGE],
        }
    }

    pub fn load_query(&mut self, query: usize, values: &[f32], scale: f32) {
        let target = &mut self.queries[query * self.head_dim..(query + 1) * self.head_dim];
        for (target, value) in target.iter_mut().zip(values) {
            *target = value * scale;
        }
    }

    /// Takes in one page whose first key has position `first`. `visible` holds, for each query,
    /// the positions that it may see.
    pub fn visit_page(
        &mut self,
        first: usize,
        keys: &[f16],
        values: &[f16],
        visible: &[Range<usize>],
    ) {
        assert!(keys.len() == self.keys.len() && values.len() == self.values.len());
        assert!(visible.len() == self.sums.len());
        match self.instructions {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the features were found when the tile was made; sizes are checked above.
            Instructions::Avx512 => unsafe { self.visit_page_avx512(first, keys, values, visible) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as above.
            Instructions::Avx2 => unsafe { self.visit_page_avx2(first, keys, values, visible) },
            // SAFETY: needs no features; sizes are checked above.
            Instructions::Portable => unsafe {
                self.take_in::<Portable, 2>(first, keys, values, visible)
            },
        }
    }

    /// # Safety
    /// The processor must have AVX-512, and the sizes must fit as [`Self::visit_page`] checks.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f")]
    unsafe fn visit_page_avx512(
        &mut self,
        first: usize,
        keys: &[f16],
        values: &[f16],
        visible: &[Range<usize>],
    ) {
        unsafe { self.take_in::<__m512, 6>(first, keys, values, visible) }
    }

    /// # Safety
    /// As above, with AVX2, FMA and F16C.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma,f16c")]
    unsafe fn visit_page_avx2(
        &mut self,
        first: usize,
        keys: &[f16],
        values: &[f16],
        visible: &[Range<usize>],
    ) {
        unsafe { self.take_in::<__m256, 3>(first, keys, values, visible) }
    }

    /// Widens the page, then takes in `BLOCK` queries at a time.
    ///
    /// # Safety
    /// As [`Lanes`], with the sizes that [`Self::visit_page`] checks.
    #[inline(always)]
    unsafe fn take_in<V: Lanes, const BLOCK: usize>(
        &mut self,
        first: usize,
        keys: &[f16],
        values: &[f16],
        visible: &[Range<usize>],
    ) {
        // SAFETY: the caller's promise.
        unsafe {
            lanes::widen::<V>(keys, &mut self.keys);
            lanes::widen::<V>(values, &mut self.values);
            let mut query = 0;
            while query + BLOCK <= visible.len() {
                self.take_in_block::<V, BLOCK>(query, first, visible);
                query += BLOCK;
            }
            while query < visible.len() {
                self.take_in_block::<V, 1>(query, first, visible);
                query += 1;
            }
        }
    }

    /// # Safety
    /// As [`Self::take_in`]; `query + BLOCK` queries must exist.
    #[inline(always)]
    unsafe fn take_in_block<V: Lanes, const BLOCK: usize>(
        &mut self,
        query: usize,
        first: usize,
        visible: &[Range<usize>],
    ) {
        let dim = self.head_dim;
        let mut scores = [[0.0; PAGE]; BLOCK];
        // SAFETY: `BLOCK` queries of `dim` values, `dim` rows of keys, and scores of that size.
        unsafe {
            let queries = self.queries[query * dim..(query + BLOCK) * dim].as_ptr();
            let keys = (self.keys.as_ptr(), PAGE);
            lanes::multiply::<V, BLOCK>(
                (queries, dim),
                keys,
                dim,
                &[1.0; BLOCK],
                (scores.as_mut_ptr().cast(), PAGE),
            );
        }
        let mut keep = [1.0; BLOCK];
        // Only keys that some query sees: what lies behind them was never written.
        let (mut first_seen, mut end_seen) = (PAGE, 0);
        for index in 0..BLOCK {
            let range = &visible[query + index];
            let start = range.start.saturating_sub(first).min(PAGE);
            let end = range.end.saturating_sub(first).min(PAGE);
            if start < end {
                first_seen = first_seen.min(start);
                end_seen = end_seen.max(end);
            }
            keep[index] = self.weigh(query + index, &scores[index], start, end);
        }
        if first_seen >= end_seen {
            return;
        }
        let weights = self.weights[query..query + BLOCK].as_ptr().cast::<f32>();
        let weighted = self.weighted[query * dim..(query + BLOCK) * dim].as_mut_ptr();
        let values = self.values[first_seen * dim..end_seen * dim].as_ptr();
        for column in (0..dim).step_by(PAGE) {
            // SAFETY: weights are PAGE apart, values and sums `dim`, a multiple of PAGE.
            unsafe {
                lanes::multiply::<V, BLOCK>(
                    (weights.add(first_seen), PAGE),
                    (values.add(column), dim),
                    end_seen - first_seen,
                    &keep,
                    (weighted.add(column), dim),
                );
            }
        }
    }

    /// Turns scores into weights against the new maximum; gives what the old sums shrink by.
    #[inline(always)]
    fn weigh(&mut self, query: usize, scores: &[f32; PAGE], start: usize, end: usize) -> f32 {
        let mut seen = [f32::NEG_INFINITY; PAGE];
        for (key, seen) in seen.iter_mut().enumerate() {
            *seen = if key >= start && key < end { scores[key] } else { *seen };
        }
        let before = self.maxima[query];
        let largest = fold(seen, f32::max).max(before);
        let weights = &mut self.weights[query];
        if largest == f32::NEG_INFINITY {
            *weights = [0.0; PAGE];
            return 1.0;
        }
        for (weight, seen) in weights.iter_mut().zip(&seen) {
            *weight = exp_of_negative(seen - largest);
        }
        let keep = exp_of_negative(before - largest);
        self.maxima[query] = largest;
        self.sums[query] = self.sums[query] * keep + fold(*weights, |a, b| a + b);
        keep
    }

    /// Writes the attended values of one query.
    pub fn finish(&self, query: usize, target: &mut [f32]) {
        let scale = self.sums[query].recip();
        let weighted = &self.weighted[query * self.head_dim..(query + 1) * self.head_dim];
        for (target, value) in target.iter_mut().zip(weighted) {
            *target = value * scale;
        }
    }
}

/// Folds halves onto each other: a fixed order that vectorises.
#[inline(always)]
fn fold(mut values: [f32; PAGE], join: impl Fn(f32, f32) -> f32) -> f32 {
    let mut length = PAGE;
    while length > 1 {
        length /= 2;
        for index in 0..length {
            values[index] = join(values[index], values[index + length]);
        }
    }
    values[0]
}

/// exp(x) for x ≤ 0 to 2 units in the last place; 0 below −87. Cody and Waite's reduction with a
/// Taylor polynomial, written so that it vectorises.
#[inline(always)]
fn exp_of_negative(x: f32) -> f32 {
    // 1.5 · 2^23: adding and subtracting it rounds to the nearest whole number.
    const ROUND: f32 = 12_582_912.0;
    let clamped = x.max(-87.0);
    let shifted = clamped * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = (clamped - n * 0.693_359_4) + n * 2.121_944_4e-4;
    let series = 1.0 / 720.0;
    let series = series * r + 1.0 / 120.0;
    let series = series * r + 1.0 / 24.0;
    let series = series * r + 1.0 / 6.0;
    let series = series * r + 0.5;
    let series = series * r + 1.0;
    let series = series * r + 1.0;
    // The low bits of the shifted value are n; 127 is the exponent's bias.
    let power =
        f32::from_bits(shifted.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127) << 23);
    if x < -87.0 { 0.0 } else { series * power }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_close() {
        for step in 0..8700 {
            let x = -(step as f32) / 100.0;
            let exact = f64::from(x).exp();
            assert!((f64::from(exp_of_negative(x)) - exact).abs() <= 3e-7 * exact, "{x}");
        }
        assert_eq!(exp_of_negative(f32::NEG_INFINITY), 0.0);
    }

    /// Attention of one query over `count` keys, in F64.
    fn expected(query: &[f32], keys: &[Vec<f32>], values: &[Vec<f32>]) -> Vec<f64> {
        let dot = |a: &[f32], b: &[f32]| {
            a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>()
        };
        let weights: Vec<f64> = keys.iter().map(|key| dot(query, key).exp()).collect();
        let total: f64 = weights.iter().sum();
        (0..query.len())
            .map(|d| {
                weights.iter().zip(values).map(|(w, v)| w * f64::from(v[d])).sum::<f64>() / total
            })
            .collect()
    }

    fn small(seed: usize) -> f32 {
        ((seed * 7919 + 13) % 1009) as f32 / 1009.0 - 0.5
    }

    #[test]
    fn all_instruction_sets_attend_alike() {
        let (dim, count, queries) = (64, 70, 13);
        let row = |base: usize| -> Vec<f32> {
            (0..dim).map(|d| f16::from_f32(small(base * dim + d)).to_f32()).collect()
        };
        let keys: Vec<_> = (0..count).map(|key| row(key + 1)).collect();
        let values: Vec<_> = (0..count).map(|key| row(key + 500)).collect();
        let mut sets = vec![Instructions::Portable];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                sets.push(Instructions::Avx2);
            }
            if is_x86_feature_detected!("avx512f") {
                sets.push(Instructions::Avx512);
            }
        }
        for instructions in sets {
            let mut tile = Tile::new(dim, queries);
            tile.instructions = instructions;
            let visible: Vec<Range<usize>> =
                (0..queries).map(|query| query..(40 + 2 * query).min(count)).collect();
            for query in 0..queries {
                tile.load_query(query, &row(query + 900), 1.0);
            }
            for first in (0..count).step_by(PAGE) {
                let mut key_page = vec![f16::NAN; dim * PAGE];
                let mut value_page = vec![f16::NAN; dim * PAGE];
                for key in first..(first + PAGE).min(count) {
                    for d in 0..dim {
                        key_page[d * PAGE + key - first] = f16::from_f32(keys[key][d]);
                        value_page[(key - first) * dim + d] = f16::from_f32(values[key][d]);
                    }
                }
                tile.visit_page(first, &key_page, &value_page, &visible);
            }
            for (query, visible) in visible.iter().enumerate() {
                let mut attended = vec![0.0; dim];
                tile.finish(query, &mut attended);
                let exact =
                    expected(&row(query + 900), &keys[visible.clone()], &values[visible.clone()]);
                for (attended, exact) in attended.iter().zip(exact) {
                    assert!((f64::from(*attended) - exact).abs() < 1e-5, "{attended} {exact}");
                }
            }
        }
    }
}

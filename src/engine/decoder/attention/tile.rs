//! A few queries of one key-value head on their way through the pages: scores, running softmax,
//! weighted sum of values.

use std::ops::Range;

use super::lanes::{self, Cached, Source};
use crate::engine::decoder::cache::PAGE;
use crate::engine::decoder::layer_cache::HalfPage;
use crate::engine::kernels::{Lanes, Level, Work, exp, exp_of_negative};

/// Running state of the queries of one task.
pub(super) struct Tile {
    /// A multiple of [`PAGE`]: heads are filled up with zeros, which change no product.
    head_dim: usize,
    level: Level,
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
    /// One page in F32, when many queries read it: keys (head_dim, PAGE) and values (PAGE, head_dim).
    keys: Vec<f32>,
    values: Vec<f32>,
}

/// Keys (head_dim, PAGE) and values (PAGE, head_dim) of one page, whose first key has position `first`.
struct Page<S> {
    first: usize,
    keys: S,
    values: S,
}

/// A page to take in; sizes are checked.
struct VisitPage<'a> {
    tile: &'a mut Tile,
    first: usize,
    page: HalfPage<'a>,
    next: HalfPage<'a>,
    visible: &'a [Range<usize>],
}

impl Work for VisitPage<'_> {
    type Output = ();

    /// As many queries at a time as leave room in the registers of a level.
    #[inline(always)]
    unsafe fn run<V: Lanes>(self) {
        let Self { tile, first, page, next, visible } = self;
        // SAFETY: the caller's promise; the sizes were checked.
        unsafe {
            match V::COUNT {
                16 => tile.take_in::<V, 6>(first, page, next, visible),
                8 => tile.take_in::<V, 3>(first, page, next, visible),
                _ => tile.take_in::<V, 2>(first, page, next, visible),
            }
        }
    }
}

impl Tile {
    pub fn new(head_dim: usize, queries: usize) -> Self {
        Self {
            head_dim,
            level: Level::current(),
            queries: vec![0.0; queries * head_dim],
            maxima: vec![f32::NEG_INFINITY; queries],
            sums: vec![0.0; queries],
            weighted: vec![0.0; queries * head_dim],
            weights: vec![[0.0; PAGE]; queries],
            keys: Vec::new(),
            values: Vec::new(),
        }
    }

    pub fn load_query(&mut self, query: usize, values: &[f32], scale: f32) {
        let target = &mut self.queries[query * self.head_dim..(query + 1) * self.head_dim];
        for (target, value) in target.iter_mut().zip(values) {
            *target = value * scale;
        }
    }

    /// Takes in a page whose first key has position `first`, and has the `next` one fetched.
    /// `visible` holds, for each query, the positions that it may see.
    pub fn visit_page(
        &mut self,
        first: usize,
        page: HalfPage<'_>,
        next: HalfPage<'_>,
        visible: &[Range<usize>],
    ) {
        let length = self.head_dim * PAGE;
        assert!(page.keys.len() == length && page.values.len() == length);
        assert!(visible.len() == self.sums.len());
        self.level.run(VisitPage { tile: self, first, page, next, visible });
    }

    /// Takes in `BLOCK` queries at a time. A page that more of them read is widened once.
    ///
    /// # Safety
    /// As [`Lanes`], with the sizes that [`Self::visit_page`] checks.
    #[inline(always)]
    unsafe fn take_in<V: Lanes, const BLOCK: usize>(
        &mut self,
        first: usize,
        page: HalfPage<'_>,
        next: HalfPage<'_>,
        visible: &[Range<usize>],
    ) {
        // SAFETY: the caller's promise; the page's own values stay in place while they are read.
        unsafe {
            if visible.len() <= BLOCK {
                let keys = Cached { values: page.keys.as_ptr(), next: next.keys.as_ptr() };
                let values = Cached { values: page.values.as_ptr(), next: next.values.as_ptr() };
                let page = Page { first, keys, values };
                return self.take_in_rest::<V>(0, &page, visible);
            }
            self.keys.resize(page.keys.len(), 0.0);
            self.values.resize(page.values.len(), 0.0);
            lanes::widen::<V>(page.keys, &mut self.keys);
            lanes::widen::<V>(page.values, &mut self.values);
            let page = Page { first, keys: self.keys.as_ptr(), values: self.values.as_ptr() };
            let mut query = 0;
            while query + BLOCK <= visible.len() {
                self.take_in_block::<V, BLOCK>(query, &page, visible);
                query += BLOCK;
            }
            self.take_in_rest::<V>(query, &page, visible);
        }
    }

    /// The queries from `query` on: few.
    ///
    /// # Safety
    /// As [`Self::take_in`].
    #[inline(always)]
    unsafe fn take_in_rest<V: Lanes>(
        &mut self,
        mut query: usize,
        page: &Page<impl Source>,
        visible: &[Range<usize>],
    ) {
        // SAFETY: the caller's promise.
        unsafe {
            while query < visible.len() {
                match visible.len() - query {
                    1 => self.take_in_block::<V, 1>(query, page, visible),
                    2 => self.take_in_block::<V, 2>(query, page, visible),
                    _ => self.take_in_block::<V, 3>(query, page, visible),
                }
                query += (visible.len() - query).min(3);
            }
        }
    }

    /// # Safety
    /// As [`Self::take_in`]; `query + BLOCK` queries must exist.
    #[inline(always)]
    unsafe fn take_in_block<V: Lanes, const BLOCK: usize>(
        &mut self,
        query: usize,
        page: &Page<impl Source>,
        visible: &[Range<usize>],
    ) {
        let dim = self.head_dim;
        let mut scores = [[0.0; PAGE]; BLOCK];
        // SAFETY: `BLOCK` queries of `dim` values, `dim` rows of keys, and scores of that size.
        unsafe {
            let queries = self.queries[query * dim..(query + BLOCK) * dim].as_ptr();
            lanes::multiply::<V, BLOCK>(
                (queries, dim),
                (page.keys, 0, PAGE),
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
            let start = range.start.saturating_sub(page.first).min(PAGE);
            let end = range.end.saturating_sub(page.first).min(PAGE);
            if start < end {
                first_seen = first_seen.min(start);
                end_seen = end_seen.max(end);
            }
            // SAFETY: the caller's promise.
            keep[index] = unsafe { self.weigh::<V>(query + index, &mut scores[index], start..end) };
        }
        if first_seen >= end_seen {
            return;
        }
        let weights = self.weights[query..query + BLOCK].as_ptr().cast::<f32>();
        let weighted = self.weighted[query * dim..(query + BLOCK) * dim].as_mut_ptr();
        for column in (0..dim).step_by(PAGE) {
            // SAFETY: weights are PAGE apart, values and sums `dim`, a multiple of PAGE.
            unsafe {
                lanes::multiply::<V, BLOCK>(
                    (weights.add(first_seen), PAGE),
                    (page.values, first_seen * dim + column, dim),
                    end_seen - first_seen,
                    &keep,
                    (weighted.add(column), dim),
                );
            }
        }
    }

    /// Turns scores into weights against the new maximum; gives what the old sums shrink by.
    ///
    /// # Safety
    /// As [`Lanes`].
    #[inline(always)]
    unsafe fn weigh<V: Lanes>(
        &mut self,
        query: usize,
        scores: &mut [f32; PAGE],
        seen: Range<usize>,
    ) -> f32 {
        let weights = &mut self.weights[query];
        if seen.is_empty() {
            *weights = [0.0; PAGE];
            return 1.0;
        }
        let whole = seen.len() == PAGE;
        if !whole {
            scores[..seen.start].fill(f32::NEG_INFINITY);
            scores[seen.end..].fill(f32::NEG_INFINITY);
        }
        let before = self.maxima[query];
        // SAFETY: all loads and stores are inside `scores` and `weights`.
        let (largest, sum) = unsafe {
            let mut top = V::load(scores.as_ptr());
            for at in (V::COUNT..PAGE).step_by(V::COUNT) {
                top = top.max(V::load(scores.as_ptr().add(at)));
            }
            let largest = top.largest().max(before);
            if largest == f32::NEG_INFINITY {
                *weights = [0.0; PAGE];
                return 1.0;
            }
            let mut sum = V::splat(0.0);
            for at in (0..PAGE).step_by(V::COUNT) {
                let distance = V::load(scores.as_ptr().add(at)).add(V::splat(-largest));
                let weight = exp_of_negative(distance);
                weight.store(weights.as_mut_ptr().add(at));
                sum = sum.add(weight);
            }
            (largest, sum.total())
        };
        if !whole {
            weights[..seen.start].fill(0.0);
            weights[seen.end..].fill(0.0);
        }
        let keep = if before == largest { 1.0 } else { exp(before - largest) };
        self.maxima[query] = largest;
        self.sums[query] = self.sums[query] * keep + sum;
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

#[cfg(test)]
mod tests {
    use half::f16;

    use super::*;

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
    fn all_levels_attend_alike() {
        let (dim, count, queries) = (64, 70, 13);
        let row = |base: usize| -> Vec<f32> {
            (0..dim).map(|d| f16::from_f32(small(base * dim + d)).to_f32()).collect()
        };
        let keys: Vec<_> = (0..count).map(|key| row(key + 1)).collect();
        let values: Vec<_> = (0..count).map(|key| row(key + 500)).collect();
        for level in Level::available() {
            let mut tile = Tile::new(dim, queries);
            tile.level = level;
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
                let page = HalfPage { keys: &key_page, values: &value_page };
                tile.visit_page(first, page, page, &visible);
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

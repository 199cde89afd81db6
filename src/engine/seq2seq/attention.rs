//! Query, keys and values of one row → what its heads read, without padding or masks: each row is
//! given the keys that it may see and no others.

use super::positions::RelativeBias;
use crate::engine::kernels::{Lanes, Level, Work, softmax};

/// How a row is split into heads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heads {
    pub count: usize,
    pub width: usize,
    /// Factor on the inner products: `width^-0.5`, or 1 in T5.
    pub scale: f32,
}

impl Heads {
    /// Values of all heads together.
    pub fn total(self) -> usize {
        self.count * self.width
    }
}

/// The keys and values that a row sees. In `values`, an entry has the keys of all heads at its
/// start plus `key_offset`, and the values of all heads right after them.
#[derive(Clone, Copy)]
pub(super) struct Entries<'a> {
    pub values: &'a [f32],
    pub order: Order<'a>,
    /// Values from the start of one entry to the start of the next.
    pub stride: usize,
    pub key_offset: usize,
}

/// Which entries a row sees.
#[derive(Clone, Copy)]
pub(super) enum Order<'a> {
    /// So many, one after another.
    Consecutive(usize),
    /// Those with these numbers.
    Listed(&'a [u32]),
}

impl Entries<'_> {
    pub fn len(&self) -> usize {
        match self.order {
            Order::Consecutive(count) => count,
            Order::Listed(numbers) => numbers.len(),
        }
    }

    #[inline(always)]
    fn start(&self, index: usize) -> usize {
        let number = match self.order {
            Order::Consecutive(_) => index,
            Order::Listed(numbers) => numbers[index] as usize,
        };
        number * self.stride + self.key_offset
    }
}

/// Position of a query among the entries, where the model has relative positions.
#[derive(Clone, Copy)]
pub(super) struct Placed<'a> {
    pub bias: &'a RelativeBias,
    pub position: usize,
}

/// Writes the weighted mean of the entries' values into `output`; `query` and `output` have
/// `heads.total()` values. `scores` is scratch space.
pub(super) fn attend(
    heads: Heads,
    query: &[f32],
    entries: Entries<'_>,
    placed: Option<Placed<'_>>,
    scores: &mut Vec<f32>,
    output: &mut [f32],
) {
    let total = heads.total();
    assert!(query.len() == total && output.len() == total, "query and output have all heads");
    let count = entries.len();
    let ends = (0..count).map(|index| entries.start(index) + 2 * total);
    assert!(ends.max().unwrap_or_default() <= entries.values.len(), "entries lie in their buffer");
    scores.resize(heads.count * count, 0.0);
    Level::current().run(Row { heads, query, entries, placed, scores, output });
}

/// One query with what it sees, scratch space for its scores, and where its result goes. The sizes fit.
struct Row<'a> {
    heads: Heads,
    query: &'a [f32],
    entries: Entries<'a>,
    placed: Option<Placed<'a>>,
    scores: &'a mut [f32],
    output: &'a mut [f32],
}

impl Work for Row<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Lanes>(self) {
        let Self { heads, query, entries, placed, scores, output } = self;
        let (count, width, total) = (entries.len(), heads.width, heads.total());
        for index in 0..count {
            let start = entries.start(index);
            let key = &entries.values[start..start + total];
            fetch::<V>(entries, total, index + 1, 0);
            for head in 0..heads.count {
                let part = head * width..(head + 1) * width;
                // SAFETY: both are `width` long.
                let product = unsafe { dot::<V>(&query[part.clone()], &key[part]) };
                scores[head * count + index] = product * heads.scale;
            }
        }
        for (head, row) in scores.chunks_exact_mut(count).enumerate() {
            if let Some(placed) = placed {
                placed.bias.add(head, placed.position, row);
            }
            softmax(row);
        }
        fetch::<V>(entries, total, 0, total);
        output.fill(0.0);
        for index in 0..count {
            let start = entries.start(index) + total;
            let value = &entries.values[start..start + total];
            fetch::<V>(entries, total, index + 1, total);
            for head in 0..heads.count {
                let part = head * width..(head + 1) * width;
                let factor = scores[head * count + index];
                // SAFETY: both are `width` long.
                unsafe { add_scaled::<V>(&mut output[part.clone()], &value[part], factor) };
            }
        }
    }
}

/// Starts to read the keys (`part` 0) or values (`part` total) of an entry: entries lie too far
/// apart for the processor to foresee them.
#[inline(always)]
fn fetch<V: Lanes>(entries: Entries, total: usize, index: usize, part: usize) {
    /// Values of a cache line.
    const LINE: usize = 16;
    if index < entries.len() {
        let start = entries.start(index) + part;
        for at in (start..start + total).step_by(LINE) {
            // SAFETY: any address will do.
            unsafe { V::prefetch(entries.values.as_ptr().wrapping_add(at)) };
        }
    }
}
/// The inner product of two slices of the same length.
///
/// # Safety
/// As [`Lanes`].
#[inline(always)]
unsafe fn dot<V: Lanes>(left: &[f32], right: &[f32]) -> f32 {
    let whole = left.len() - left.len() % V::COUNT;
    // SAFETY: all loads are inside the slices.
    let sum = unsafe {
        let mut sum = V::splat(0.0);
        for at in (0..whole).step_by(V::COUNT) {
            sum = sum.add_product(V::load(left.as_ptr().add(at)), V::load(right.as_ptr().add(at)));
        }
        sum.total()
    };
    let mut rest = 0.0;
    for at in whole..left.len() {
        rest += left[at] * right[at];
    }
    sum + rest
}

/// `target += factor * values`, slices of the same length.
///
/// # Safety
/// As [`Lanes`].
#[inline(always)]
unsafe fn add_scaled<V: Lanes>(target: &mut [f32], values: &[f32], factor: f32) {
    let whole = target.len() - target.len() % V::COUNT;
    // SAFETY: all loads and stores are inside the slices.
    unsafe {
        let factor = V::splat(factor);
        for at in (0..whole).step_by(V::COUNT) {
            let sum = V::load(target.as_ptr().add(at));
            let sum = sum.add_product(factor, V::load(values.as_ptr().add(at)));
            sum.store(target.as_mut_ptr().add(at));
        }
    }
    for at in whole..target.len() {
        target[at] += factor * values[at];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_entries_are_read_in_their_order() {
        let heads = Heads { count: 2, width: 2, scale: 0.5 };
        // Three entries of stride 9, each with one foreign value before key and value.
        let values: Vec<f32> = (0..27).map(|index| (index * 7 % 11) as f32 / 5.0).collect();
        let entries = |order| Entries { values: &values, order, stride: 9, key_offset: 1 };
        let query = [0.3, -0.2, 0.7, 1.1];
        let mut expected = [0f32; 4];
        for head in 0..2 {
            let key = |entry: usize, lane: usize| values[entry * 9 + 1 + head * 2 + lane];
            let score = |entry: usize| {
                0.5 * (query[head * 2] * key(entry, 0) + query[head * 2 + 1] * key(entry, 1))
            };
            let weights = [score(2).exp(), score(0).exp()];
            for lane in 0..2 {
                expected[head * 2 + lane] = (weights[0] * key(2, 4 + lane)
                    + weights[1] * key(0, 4 + lane))
                    / (weights[0] + weights[1]);
            }
        }
        let mut output = [9f32; 4];
        let listed = entries(Order::Listed(&[2, 0]));
        attend(heads, &query, listed, None, &mut Vec::new(), &mut output);
        for (value, expected) in output.iter().zip(expected) {
            assert!((value - expected).abs() < 1e-6, "{output:?}");
        }
        let one = entries(Order::Consecutive(1));
        attend(heads, &query, one, None, &mut Vec::new(), &mut output);
        assert_eq!(output, values[5..9]);
    }
}

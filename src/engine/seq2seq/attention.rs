//! Query, keys and values of one row → what its heads read, without padding or masks: each row is
//! given the keys that it may see and no others.

use super::positions::RelativeBias;
use super::vector::{add_scaled, dot, softmax};

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
    scores.resize(heads.count * entries.len(), 0.0);
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2.
        return unsafe { attend_avx2(heads, query, entries, placed, scores, output) };
    }
    attend_body(heads, query, entries, placed, scores, output);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn attend_avx2(
    heads: Heads,
    query: &[f32],
    entries: Entries<'_>,
    placed: Option<Placed<'_>>,
    scores: &mut [f32],
    output: &mut [f32],
) {
    attend_body(heads, query, entries, placed, scores, output);
}

#[inline(always)]
fn attend_body(
    heads: Heads,
    query: &[f32],
    entries: Entries<'_>,
    placed: Option<Placed<'_>>,
    scores: &mut [f32],
    output: &mut [f32],
) {
    let (count, total) = (entries.len(), heads.total());
    for index in 0..count {
        let start = entries.start(index);
        let key = &entries.values[start..start + total];
        let parts = query.chunks_exact(heads.width).zip(key.chunks_exact(heads.width));
        for (head, (query, key)) in parts.enumerate() {
            scores[head * count + index] = dot(query, key) * heads.scale;
        }
    }
    for (head, row) in scores.chunks_exact_mut(count).enumerate() {
        if let Some(placed) = placed {
            placed.bias.add(head, placed.position, row);
        }
        softmax(row);
    }
    output.fill(0.0);
    for index in 0..count {
        let start = entries.start(index) + total;
        let value = &entries.values[start..start + total];
        let parts = output.chunks_exact_mut(heads.width).zip(value.chunks_exact(heads.width));
        for (head, (output, value)) in parts.enumerate() {
            add_scaled(output, value, scores[head * count + index]);
        }
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

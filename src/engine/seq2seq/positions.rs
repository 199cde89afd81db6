//! Where a token stands → what is added to its embedding (Marian) or to its attention scores (T5).

/// How a model knows the order of its tokens.
pub(super) enum Positions {
    /// A row of `hidden` values for each position, added to the embedding.
    Table(Vec<f32>),
    /// Added to the attention scores of every layer.
    Relative(RelativeBias),
}

/// Marian's sinusoids, `positions` by `hidden`: the sines in the first half of each row, the
/// cosines in the second, with the wavelengths of Vaswani et al. 2017.
pub(super) fn sinusoids(positions: usize, hidden: usize) -> Vec<f32> {
    let half = hidden.div_ceil(2);
    let mut table = vec![0f32; positions * hidden];
    for (position, row) in table.chunks_exact_mut(hidden).enumerate() {
        for (column, value) in row.iter_mut().enumerate() {
            let pair = if column < half { column } else { column - half };
            let exponent = 2.0 * pair as f64 / hidden as f64;
            let angle = position as f64 / 10_000f64.powf(exponent);
            *value = if column < half { angle.sin() } else { angle.cos() } as f32;
        }
    }
    table
}

/// Which way a T5 stack looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// The encoder: half of the buckets for each side.
    Both,
    /// The decoder: all of the buckets for the past.
    Back,
}

/// T5's learned score for each head and distance.
pub(super) struct RelativeBias {
    /// `[heads][2 * longest + 1]`, by the key's position less the query's plus `longest`.
    scores: Vec<f32>,
    /// Farther keys count as this far.
    longest: usize,
}

impl RelativeBias {
    /// Spreads `table`, `buckets` by `heads` as in the files, over all distances.
    pub fn new(
        table: &[f32],
        buckets: usize,
        heads: usize,
        longest: usize,
        direction: Direction,
    ) -> Self {
        let span = longest as i64;
        let mut scores = Vec::with_capacity(heads * (2 * longest + 1));
        for head in 0..heads {
            for offset in -span..=span {
                let bucket = bucket(offset, buckets, longest, direction);
                scores.push(table[bucket * heads + head]);
            }
        }
        Self { scores, longest }
    }

    /// Adds to the scores of keys 0.. for a query that stands at `position`.
    #[inline(always)]
    pub fn add(&self, head: usize, position: usize, scores: &mut [f32]) {
        let width = 2 * self.longest + 1;
        let row = &self.scores[head * width..(head + 1) * width];
        for (key, score) in scores.iter_mut().enumerate() {
            let index = (key + self.longest).saturating_sub(position);
            *score += row[index.min(width - 1)];
        }
    }
}

/// The bucket of a key `offset` tokens after the query (Raffel et al. 2020): single steps for the
/// nearer half of a side's buckets, logarithmic ones up to `longest` for the rest, in the order of
/// operations of `transformers`, so that borderline distances round alike.
pub(super) fn bucket(offset: i64, buckets: usize, longest: usize, direction: Direction) -> usize {
    let (side, first, distance) = match direction {
        Direction::Both => {
            let side = buckets / 2;
            (side, if offset > 0 { side } else { 0 }, offset.unsigned_abs() as usize)
        }
        Direction::Back => (buckets, 0, (-offset).max(0) as usize),
    };
    let exact = side / 2;
    if distance < exact {
        return first + distance;
    }
    let range = (longest as f64 / exact as f64).ln() as f32;
    let steps = (distance as f32 / exact as f32).ln() / range * (side - exact) as f32;
    first + (exact + steps as usize).min(side - 1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// `T5Attention._relative_position_bucket` of `transformers` for -400..=400.
    #[test]
    fn buckets_are_those_of_transformers() {
        let text = include_str!("../../../tests/fixtures/seq2seq/buckets.json");
        let tables: BTreeMap<String, Vec<usize>> = serde_json::from_str(text).unwrap();
        assert_eq!(tables.len(), 6);
        for (name, expected) in tables {
            let words: Vec<&str> = name.split(' ').collect();
            let (buckets, longest) = (words[0].parse().unwrap(), words[1].parse().unwrap());
            let direction = if words[2] == "both" { Direction::Both } else { Direction::Back };
            let found: Vec<usize> =
                (-400..=400).map(|offset| bucket(offset, buckets, longest, direction)).collect();
            assert_eq!(found, expected, "{name}");
            // The table of scores stops at `longest`: nothing may change beyond it.
            let table: Vec<f32> = (0..buckets).map(|bucket| bucket as f32).collect();
            let bias = RelativeBias::new(&table, buckets, 1, longest, direction);
            let mut scores = vec![0f32; 801];
            bias.add(0, 400, &mut scores);
            let expected: Vec<f32> = expected.into_iter().map(|bucket| bucket as f32).collect();
            assert_eq!(scores, expected, "{name}");
        }
    }

    #[test]
    fn sinusoids_have_sines_first() {
        let table = sinusoids(3, 4);
        assert_eq!(table[..4], [0.0, 0.0, 1.0, 1.0]);
        assert_eq!(
            table[8..],
            [2f64.sin(), 0.02f64.sin(), 2f64.cos(), 0.02f64.cos()].map(|v| v as f32)
        );
    }
}

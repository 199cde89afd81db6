//! Positions → rotation tables, in F32 from F64 angles (half precision is off by whole radians at
//! position 4,000).

use super::config::{Rope, RopeLayout};

/// Cosines and sines for a list of positions.
pub struct RopeTable {
    pairs: usize,
    /// (positions, pairs): cos, sin interleaved as pairs of one position lie together.
    cosines: Vec<f32>,
    sines: Vec<f32>,
}

impl RopeTable {
    /// One row for each of `positions`, for heads of `head_dim` values.
    pub fn new(rope: &Rope, head_dim: usize, positions: impl Iterator<Item = usize>) -> Self {
        let pairs = head_dim / 2;
        let frequencies: Vec<f64> =
            (0..pairs).map(|pair| frequency(rope, pair, head_dim)).collect();
        let mut table = Self { pairs, cosines: Vec::new(), sines: Vec::new() };
        for position in positions {
            for &frequency in &frequencies {
                let (sine, cosine) = (position as f64 * frequency).sin_cos();
                table.cosines.push(cosine as f32);
                table.sines.push(sine as f32);
            }
        }
        table
    }

    /// Cosines, (positions, head_dim / 2).
    pub fn cosines(&self) -> &[f32] {
        &self.cosines
    }

    /// Sines, (positions, head_dim / 2).
    pub fn sines(&self) -> &[f32] {
        &self.sines
    }

    /// Turns one head (head_dim values) by the angles of the table's row `row`.
    pub fn rotate(&self, row: usize, layout: RopeLayout, head: &mut [f32]) {
        let cosines = &self.cosines[row * self.pairs..(row + 1) * self.pairs];
        let sines = &self.sines[row * self.pairs..(row + 1) * self.pairs];
        match layout {
            RopeLayout::Halves => {
                let (first, second) = head.split_at_mut(self.pairs);
                for pair in 0..self.pairs {
                    (first[pair], second[pair]) =
                        turn(first[pair], second[pair], cosines[pair], sines[pair]);
                }
            }
            RopeLayout::Neighbours => {
                for (pair, values) in head.chunks_exact_mut(2).enumerate() {
                    (values[0], values[1]) = turn(values[0], values[1], cosines[pair], sines[pair]);
                }
            }
        }
    }
}

/// Radians that pair `pair` turns from one position to the next.
fn frequency(rope: &Rope, pair: usize, head_dim: usize) -> f64 {
    let exponent = -2.0 * pair as f64 / head_dim as f64;
    let factor = rope.factors.as_ref().map_or(1.0, |factors| f64::from(factors[pair]));
    f64::from(rope.base).powf(exponent) * f64::from(rope.position_scale) / factor
}

#[inline]
fn turn(x: f32, y: f32, cosine: f32, sine: f32) -> (f32, f32) {
    (x * cosine - y * sine, x * sine + y * cosine)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rope() -> Rope {
        Rope { base: 10_000.0, position_scale: 1.0, factors: None }
    }

    #[test]
    fn position_zero_leaves_a_head_as_it_is() {
        let table = RopeTable::new(&rope(), 4, [0].into_iter());
        let mut head = [1.0, 2.0, 3.0, 4.0];
        table.rotate(0, RopeLayout::Halves, &mut head);
        assert_eq!(head, [1.0, 2.0, 3.0, 4.0]);
    }

    #[test]
    fn the_first_pair_turns_by_one_radian_a_position() {
        let table = RopeTable::new(&rope(), 4, [3].into_iter());
        let mut head = [1.0, 0.0, 0.0, 0.0];
        table.rotate(0, RopeLayout::Neighbours, &mut head);
        assert!((head[0] - 3f32.cos()).abs() < 1e-6 && (head[1] - 3f32.sin()).abs() < 1e-6);
        let mut head = [1.0, 0.0, 0.0, 0.0];
        table.rotate(0, RopeLayout::Halves, &mut head);
        assert!((head[0] - 3f32.cos()).abs() < 1e-6 && (head[2] - 3f32.sin()).abs() < 1e-6);
    }

    #[test]
    fn linear_scaling_shortens_positions() {
        let scaled = Rope { position_scale: 0.125, ..rope() };
        let near = RopeTable::new(&rope(), 8, [5].into_iter());
        let far = RopeTable::new(&scaled, 8, [40].into_iter());
        for (near, far) in near.cosines().iter().zip(far.cosines()) {
            assert!((near - far).abs() < 1e-6);
        }
    }
}

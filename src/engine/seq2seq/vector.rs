//! Rows of f32 values → sums, exponentials and norms, compiled for AVX2 where the processor has it.
//!
//! Each public function picks its instruction set once per call; the bodies are plain loops that
//! the compiler vectorises, so that every processor computes the same formula.

/// Values that one accumulator step takes: two AVX2 registers.
const LANES: usize = 16;

/// The inner product of two slices of the same length.
#[inline(always)]
fn dot(left: &[f32], right: &[f32]) -> f32 {
    let mut sums = [0f32; LANES];
    let mut left_chunks = left.chunks_exact(LANES);
    let mut right_chunks = right.chunks_exact(LANES);
    for (a, b) in left_chunks.by_ref().zip(right_chunks.by_ref()) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest = left_chunks.remainder().iter().zip(right_chunks.remainder());
    lane_sum(sums) + rest.map(|(a, b)| a * b).sum::<f32>()
}

/// The sum of the lanes, in halves: no long chain of dependent additions.
#[inline(always)]
fn lane_sum(mut sums: [f32; LANES]) -> f32 {
    for half in [8, 4, 2, 1] {
        for lane in 0..half {
            sums[lane] += sums[lane + half];
        }
    }
    sums[0]
}

/// e^x with a relative error below 3e-7: 2^n times a polynomial on [-ln 2 / 2, ln 2 / 2]
/// (coefficients of Cephes' `expf`).
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    /// Adding it rounds to a whole number, which then stands in the low bits: 1.5 * 2^23.
    const ROUNDER: f32 = 12_582_912.0;
    // ln 2 in two parts: a product with the first is exact.
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let x = x.clamp(-87.0, 88.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUNDER;
    let whole = shifted - ROUNDER;
    let rest = x - whole * LN_2_HIGH - whole * LN_2_LOW;
    let mut series = 1.987_569_1e-4f32;
    for coefficient in [1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5] {
        series = series * rest + coefficient;
    }
    let fraction = series * rest * rest + rest + 1.0;
    let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(1.0f32.to_bits()));
    fraction * power
}

/// Turns scores into weights that sum to one.
#[inline(always)]
pub(super) fn softmax(scores: &mut [f32]) {
    let top = largest(scores);
    // Exponentials and sum in loops of their own: the first is then made of vectors.
    scores.iter_mut().for_each(|score| *score = exp(*score - top));
    let factor = 1.0 / sum(scores);
    scores.iter_mut().for_each(|score| *score *= factor);
}

#[inline(always)]
fn largest(values: &[f32]) -> f32 {
    let mut tops = [f32::NEG_INFINITY; LANES];
    let chunks = values.chunks_exact(LANES);
    let rest = chunks.remainder();
    for chunk in chunks {
        for lane in 0..LANES {
            tops[lane] = if chunk[lane] > tops[lane] { chunk[lane] } else { tops[lane] };
        }
    }
    rest.iter().chain(&tops).fold(f32::NEG_INFINITY, |top, &value| top.max(value))
}

/// Per row of `weight.len()` values: less the mean, over the standard deviation, times `weight`,
/// plus `bias`.
pub(super) fn layer_norm(values: &mut [f32], weight: &[f32], bias: &[f32], epsilon: f32) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2.
        return unsafe { layer_norm_avx2(values, weight, bias, epsilon) };
    }
    layer_norm_body(values, weight, bias, epsilon);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn layer_norm_avx2(values: &mut [f32], weight: &[f32], bias: &[f32], epsilon: f32) {
    layer_norm_body(values, weight, bias, epsilon);
}

#[inline(always)]
fn layer_norm_body(values: &mut [f32], weight: &[f32], bias: &[f32], epsilon: f32) {
    for row in values.chunks_exact_mut(weight.len()) {
        let count = row.len() as f32;
        let mean = sum(row) / count;
        row.iter_mut().for_each(|value| *value -= mean);
        let factor = 1.0 / (dot(row, row) / count + epsilon).sqrt();
        for ((value, weight), bias) in row.iter_mut().zip(weight).zip(bias) {
            *value = *value * factor * weight + bias;
        }
    }
}

/// Per row of `weight.len()` values: over the root of the mean square, times `weight`.
pub(super) fn rms_norm(values: &mut [f32], weight: &[f32], epsilon: f32) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2.
        return unsafe { rms_norm_avx2(values, weight, epsilon) };
    }
    rms_norm_body(values, weight, epsilon);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn rms_norm_avx2(values: &mut [f32], weight: &[f32], epsilon: f32) {
    rms_norm_body(values, weight, epsilon);
}

#[inline(always)]
fn rms_norm_body(values: &mut [f32], weight: &[f32], epsilon: f32) {
    for row in values.chunks_exact_mut(weight.len()) {
        let factor = 1.0 / (dot(row, row) / row.len() as f32 + epsilon).sqrt();
        for (value, weight) in row.iter_mut().zip(weight) {
            *value = *value * factor * weight;
        }
    }
}

#[inline(always)]
fn sum(values: &[f32]) -> f32 {
    let mut sums = [0f32; LANES];
    let chunks = values.chunks_exact(LANES);
    let rest: f32 = chunks.remainder().iter().sum();
    for chunk in chunks {
        for lane in 0..LANES {
            sums[lane] += chunk[lane];
        }
    }
    lane_sum(sums) + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_exp() {
        for step in -8_600..8_600 {
            let x = step as f32 / 100.0;
            let expected = f64::from(x).exp();
            let relative = (f64::from(exp(x)) - expected).abs() / expected;
            assert!(relative < 3e-7, "e^{x} is off by {relative:e}");
        }
        assert!(exp(f32::NEG_INFINITY) < 1e-37);
    }

    #[test]
    fn sums_hold_for_every_length() {
        for length in [1, 15, 16, 17, 40] {
            let values: Vec<f32> = (0..length).map(|index| index as f32 * 0.1 - 1.0).collect();
            assert!((sum(&values) - values.iter().sum::<f32>()).abs() < 1e-4);
            let squares: f32 = values.iter().map(|value| value * value).sum();
            assert!((dot(&values, &values) - squares).abs() < 1e-4);
        }
    }

    #[test]
    fn norms_give_unit_rows() {
        let mut rows: Vec<f32> = (0..40).map(|index| (index * index % 17) as f32).collect();
        layer_norm(&mut rows, &[1.0; 20], &[0.0; 20], 1e-5);
        for row in rows.chunks(20) {
            assert!(sum(row).abs() < 1e-4);
            assert!((dot(row, row) / 20.0 - 1.0).abs() < 1e-4);
        }
        let mut row = vec![3.0, 4.0];
        rms_norm(&mut row, &[1.0, 2.0], 0.0);
        assert!((row[0] - 3.0 / 12.5f32.sqrt()).abs() < 1e-6);
        assert!((row[1] - 8.0 / 12.5f32.sqrt()).abs() < 1e-6);
    }
}

//! In: a float. Out: its exponential or hyperbolic tangent, within 1e-6 of the value, without branches,
//! so that loops over them become vector instructions.

/// eˣ: 2ⁿ · eʳ with |r| ≤ ln 2 / 2, and eʳ as its series up to r⁷ / 7!. Clamped to finite results; 0
/// below about -87.3 comes out as the smallest normal number. NaN stays NaN.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    // Added to a small number it leaves the nearest whole number in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    // ln 2 in two parts: the first has so few bits that its product with n is exact.
    const HIGH: f32 = 0.693_359_4;
    const LOW: f32 = -2.121_944_4e-4;
    let x = x.clamp(-87.3, 88.3);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = x - n * HIGH - n * LOW;
    let mut series = 1.0 / 5040.0;
    for inverse_factorial in [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        series = series * r + inverse_factorial;
    }
    let power = shifted.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127) << 23;
    series * f32::from_bits(power)
}

/// tanh x: 1 - 2 / (e²ˣ + 1), and below 0.625, where that would cancel, Cephes' polynomial (`tanhf.c`,
/// Moshier).
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    let size = x.abs();
    let large = 1.0 - 2.0 / (exp(2.0 * size) + 1.0);
    let square = x * x;
    let mut series = -5.704_988_7e-3;
    for coefficient in [2.063_908_8e-2, -5.373_971_6e-2, 1.333_144_2e-1, -3.333_328e-1] {
        series = series * square + coefficient;
    }
    let small = x + x * square * series;
    if size < 0.625 { small } else { large.copysign(x) }
}

/// x / (1 + e⁻ˣ).
#[inline(always)]
pub fn silu(x: f32) -> f32 {
    x / (1.0 + exp(-x))
}

/// The tanh form of GELU, x/2 · (1 + tanh u) with u = √(2/π) (x + 0.044715 x³) (Hendrycks and Gimpel
/// 2016), written as x / (1 + e⁻²ᵘ), which keeps its precision for negative x.
#[inline(always)]
pub fn gelu_tanh(x: f32) -> f32 {
    const TWICE_ROOT: f32 = 1.595_769;
    x / (1.0 + exp(-TWICE_ROOT * (x + 0.044_715 * x * x * x)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, ours: fn(f32) -> f32, exact: fn(f64) -> f64, range: f32) {
        for step in -200_000..=200_000 {
            let x = step as f32 / 200_000.0 * range;
            let (value, expected) = (f64::from(ours(x)), exact(f64::from(x)));
            let error = (value - expected).abs();
            assert!(
                error <= 1e-6 * expected.abs() + 1e-36,
                "{name}({x}) = {value}, not {expected}"
            );
        }
    }

    #[test]
    fn values_are_within_a_millionth() {
        check("exp", exp, f64::exp, 87.0);
        check("tanh", tanh, f64::tanh, 20.0);
        check("tanh", tanh, f64::tanh, 1.0);
        check("silu", silu, |x| x / (1.0 + (-x).exp()), 20.0);
    }

    /// The argument of the exponential is rounded, which counts more the larger it is.
    #[test]
    fn gelu_is_near_its_definition() {
        for step in -1000..=1000 {
            let x = f64::from(step) / 100.0;
            let u = (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044715 * x * x * x);
            let expected = x / (1.0 + (-2.0 * u).exp());
            let error = (f64::from(gelu_tanh(x as f32)) - expected).abs();
            assert!(error <= 1e-6 * (1.0 + u.abs()) * expected.abs() + 1e-36, "gelu({x})");
        }
    }

    #[test]
    fn extremes_stay_finite_and_nan_stays_nan() {
        assert_eq!((tanh(1e30), tanh(-1e30), tanh(0.0)), (1.0, -1.0, 0.0));
        assert!(exp(f32::MAX).is_finite() && exp(f32::MIN) < 1e-37);
        assert!((silu(-1e4)).abs() < 1e-30 && gelu_tanh(-1e4).abs() < 1e-30);
        assert_eq!((silu(1e4), gelu_tanh(1e4)), (1e4, 1e4));
        for function in [exp, tanh, silu, gelu_tanh] {
            assert!(function(f32::NAN).is_nan());
        }
    }
}

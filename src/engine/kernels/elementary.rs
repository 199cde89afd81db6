//! In: a float. Out: its exponential, or what is made of exponentials, within 1e-6 of the value, without
//! branches, so that loops over them become vector instructions.

use super::lanes;

/// eˣ (`lanes::exp` of one value).
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    // SAFETY: one float needs no instructions of its own.
    unsafe { lanes::exp(x) }
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

/// 1 / (1 + e⁻ˣ).
#[inline(always)]
pub fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// x · Φ(x) with the error function.
#[inline(always)]
pub fn gelu(x: f32) -> f32 {
    0.5 * x * (1.0 + error_function(x * std::f32::consts::FRAC_1_SQRT_2))
}

/// erf with an absolute error below 5e-7 (Abramowitz and Stegun, formula 7.1.26).
#[inline(always)]
fn error_function(x: f32) -> f32 {
    let size = x.abs();
    let t = 1.0 / (1.0 + 0.327_591_1 * size);
    let mut series = 1.061_405_4f32;
    for coefficient in [-1.453_152, 1.421_413_7, -0.284_496_74, 0.254_829_6] {
        series = series * t + coefficient;
    }
    (1.0 - series * t * exp(-size * size)).copysign(x)
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

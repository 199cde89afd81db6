//! The name of an activation in a configuration → the function, applied in place.

use anyhow::{Result, bail};

use super::vector::exp;

/// What stands between the two layers of a feed-forward block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Activation {
    Relu,
    /// x · sigmoid(x), published as "swish" and "silu".
    Swish,
    /// x · Φ(x) with the exact error function.
    Gelu,
    /// The approximation of GELU by tanh, published as "gelu_new" and "gelu_pytorch_tanh".
    GeluTanh,
    Tanh,
    Sigmoid,
    Linear,
}

impl Activation {
    /// The activation that configurations call `name` (names of `transformers`' `ACT2FN`).
    ///
    /// # Errors
    /// When the name is not known.
    pub fn from_name(name: &str) -> Result<Self> {
        Ok(match name {
            "relu" => Self::Relu,
            "swish" | "silu" => Self::Swish,
            "gelu" | "gelu_python" => Self::Gelu,
            "gelu_new" | "gelu_fast" | "gelu_accurate" | "gelu_pytorch_tanh"
            | "gelu_python_tanh" => Self::GeluTanh,
            "tanh" => Self::Tanh,
            "sigmoid" => Self::Sigmoid,
            "linear" => Self::Linear,
            _ => bail!("the activation '{name}' is not supported"),
        })
    }

    /// Applies the function to each value.
    pub fn apply(self, values: &mut [f32]) {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has AVX2.
            return unsafe { apply_avx2(self, values) };
        }
        apply_body(self, values);
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn apply_avx2(activation: Activation, values: &mut [f32]) {
    apply_body(activation, values);
}

#[inline(always)]
fn apply_body(activation: Activation, values: &mut [f32]) {
    match activation {
        Activation::Relu => change(values, |x| if x > 0.0 { x } else { 0.0 }),
        Activation::Swish => change(values, |x| x * sigmoid(x)),
        Activation::Gelu => change(values, gelu),
        Activation::GeluTanh => change(values, gelu_tanh),
        Activation::Tanh => change(values, tanh),
        Activation::Sigmoid => change(values, sigmoid),
        Activation::Linear => {}
    }
}

#[inline(always)]
fn change(values: &mut [f32], function: impl Fn(f32) -> f32) {
    values.iter_mut().for_each(|value| *value = function(*value));
}

#[inline(always)]
fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

#[inline(always)]
fn tanh(x: f32) -> f32 {
    1.0 - 2.0 / (exp(2.0 * x) + 1.0)
}

#[inline(always)]
fn gelu(x: f32) -> f32 {
    0.5 * x * (1.0 + error_function(x * std::f32::consts::FRAC_1_SQRT_2))
}

#[inline(always)]
fn gelu_tanh(x: f32) -> f32 {
    /// √(2/π)
    const ROOT: f32 = 0.797_884_6;
    0.5 * x * (1.0 + tanh(ROOT * (x + 0.044_715 * x * x * x)))
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

    /// Values of `torch.nn.functional` at -3, -0.5, 0.25 and 2.
    #[test]
    fn values_are_those_of_torch() {
        let cases = [
            ("relu", [0.0, 0.0, 0.25, 2.0]),
            ("swish", [-0.142_277_62, -0.188_770_33, 0.140_544_15, 1.761_594_2]),
            ("gelu", [-0.004_050_225, -0.154_268_77, 0.149_676_67, 1.954_499_7]),
            ("gelu_new", [-0.003_637_433, -0.154_286, 0.149_675_35, 1.954_597_7]),
            ("tanh", [-0.995_054_8, -0.462_117_16, 0.244_918_66, 0.964_027_6]),
        ];
        for (name, expected) in cases {
            let mut values = [-3.0, -0.5, 0.25, 2.0];
            Activation::from_name(name).unwrap().apply(&mut values);
            for (value, expected) in values.iter().zip(expected) {
                assert!((value - expected).abs() < 2e-6, "{name}: {value} is not {expected}");
            }
        }
    }

    #[test]
    fn an_unknown_name_is_in_the_error() {
        let error = Activation::from_name("snake").unwrap_err().to_string();
        assert!(error.contains("snake"), "{error}");
    }
}

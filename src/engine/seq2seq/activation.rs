//! The name of an activation in a configuration → the function.

use anyhow::{Result, bail};

pub(super) use crate::engine::kernels::Activation;

/// The activation that configurations call `name` (names of `transformers`' `ACT2FN`).
///
/// # Errors
/// When the name is not known.
pub(super) fn from_name(name: &str) -> Result<Activation> {
    Ok(match name {
        "relu" => Activation::Relu,
        "swish" | "silu" => Activation::Silu,
        "gelu" | "gelu_python" => Activation::Gelu,
        "gelu_new" | "gelu_fast" | "gelu_accurate" | "gelu_pytorch_tanh" | "gelu_python_tanh" => {
            Activation::GeluTanh
        }
        "tanh" => Activation::Tanh,
        "sigmoid" => Activation::Sigmoid,
        "linear" => Activation::Linear,
        _ => bail!("the activation '{name}' is not supported"),
    })
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
            from_name(name).unwrap().apply(&mut values);
            for (value, expected) in values.iter().zip(expected) {
                assert!((value - expected).abs() < 2e-6, "{name}: {value} is not {expected}");
            }
        }
    }

    #[test]
    fn an_unknown_name_is_in_the_error() {
        let error = from_name("snake").unwrap_err().to_string();
        assert!(error.contains("snake"), "{error}");
    }
}

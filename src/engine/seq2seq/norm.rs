//! Rows of states → rows of the size that the next layer expects.

use anyhow::Result;

use super::weights::Weights;
use crate::engine::kernels::{layer_norm_in_place, rms_norm_in_place};

/// Epsilon of PyTorch's `LayerNorm`, with which Marian models run.
const LAYER_EPSILON: f32 = 1e-5;

pub(super) enum Norm {
    /// Marian: mean 0, variance 1, then weight and bias.
    Layer { weight: Vec<f32>, bias: Vec<f32> },
    /// T5: root mean square 1, then weight.
    RootMeanSquare { weight: Vec<f32>, epsilon: f32 },
}

impl Norm {
    pub fn load_layer(weights: &Weights, name: &str, hidden: usize) -> Result<Self> {
        let weight = weights.values(&format!("{name}.weight"), &[hidden])?;
        let bias = weights.values(&format!("{name}.bias"), &[hidden])?;
        Ok(Self::Layer { weight, bias })
    }

    pub fn load_root_mean_square(
        weights: &Weights,
        name: &str,
        hidden: usize,
        epsilon: f32,
    ) -> Result<Self> {
        let weight = weights.values(name, &[hidden])?;
        Ok(Self::RootMeanSquare { weight, epsilon })
    }

    /// Normalises each row of `states` in place.
    pub fn apply(&self, states: &mut [f32]) {
        match self {
            Self::Layer { weight, bias } => {
                layer_norm_in_place(states, (weight, bias), LAYER_EPSILON)
            }
            Self::RootMeanSquare { weight, epsilon } => rms_norm_in_place(states, weight, *epsilon),
        }
    }
}

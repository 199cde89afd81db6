//! What Candle's generic operations are too slow for: products with quantised matrices on the CPU.
//!
//! ```text
//! tensor bytes → Matrix (packed once)      m × k floats → Activations      both → multiply → m × n floats
//! ```

#[cfg(target_arch = "aarch64")]
mod aarch64;
mod activations;
mod blocks;
mod buffer;
mod dequantize;
mod describe;
mod elementary;
mod kernel;
mod lanes;
mod layout;
mod matrix;
mod multiply;
mod pack;
mod pool;
mod portable;
mod quantise;
mod rows;
#[cfg(target_arch = "x86_64")]
mod x86;

pub use activations::{Activations, Form};
pub use dequantize::dequantize_row;
pub use describe::describe;
pub use elementary::{exp, gelu_tanh, silu, tanh};
pub(in crate::engine) use lanes::{Lanes, Portable, VectorSet, exp_of_negative};
pub use matrix::{Matrix, Precision};
pub use multiply::multiply;
pub use pool::{Disjoint, ThreadPool};
pub use rows::{
    add_in_place, gelu_tanh_glu, layer_norm, log_sum_exp, rms_norm, softmax_in_place, swiglu,
};

#[cfg(test)]
mod tests;

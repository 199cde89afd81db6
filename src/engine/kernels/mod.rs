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
pub(in crate::engine) mod level;
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
pub use elementary::exp;
pub(in crate::engine) use lanes::{Lanes, Portable, exp_of_negative};
pub use level::Level;
pub(in crate::engine) use level::Work;
pub use matrix::{Matrix, Precision};
pub use multiply::multiply;
pub use pool::{Disjoint, ThreadPool};
pub(in crate::engine) use rows::softmax;
pub use rows::{
    Activation, add_in_place, gelu_tanh_glu, layer_norm_in_place, log_sum_exp, rms_norm,
    rms_norm_in_place, swiglu,
};

#[cfg(test)]
mod tests;

//! The one thing of the GGUF reader that the kernels name.

#[path = "../../../src/engine/gguf/tensor_type.rs"]
mod tensor_type;

pub use tensor_type::TensorType;

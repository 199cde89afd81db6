//! The one thing of the GGUF reader that the kernels name.

#[path = "../../../src/engine/formats/gguf/tensor_type.rs"]
mod tensor_type;

pub use tensor_type::TensorType;

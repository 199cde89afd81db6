//! The files that models come in: GGUF, safetensors, and the JSON beside them.

pub mod fields;
pub mod gguf;
pub mod safetensors;

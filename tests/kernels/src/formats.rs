//! The one format that the kernels name a part of.

#[path = "gguf.rs"]
pub mod gguf;

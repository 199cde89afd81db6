//! The rooms that the kernels name.

#[path = "../../../src/engine/kernels/mod.rs"]
pub mod kernels;

#[path = "formats.rs"]
pub mod formats;

//! `src/engine/kernels` of bulletin, compiled without the rest.
#![allow(dead_code, unused_imports)]

pub mod engine;

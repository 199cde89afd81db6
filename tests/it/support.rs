//! What several tests need: a device, and the files of `tests/fixtures`.

use std::path::{Path, PathBuf};

use candle_core::Device;
use serde::de::DeserializeOwned;

/// Where Candle's operations are held against the kernels: the GPU that this build is for, else the CPU.
pub fn device() -> Device {
    match candle_core::utils::metal_is_available() {
        true => Device::new_metal(0).unwrap(),
        false => Device::cuda_if_available(0).unwrap(),
    }
}

/// A file of `tests/fixtures`.
pub fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(path)
}

/// A JSON file of `tests/fixtures`.
pub fn read_fixture<T: DeserializeOwned>(path: &str) -> T {
    serde_json::from_slice(&std::fs::read(fixture(path)).unwrap()).unwrap()
}

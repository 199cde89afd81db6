//! What several tests need: the starter models, and the files of `tests/fixtures`.

use std::path::{Path, PathBuf};
use std::process::Command;

use candle_core::Device;
use serde::de::DeserializeOwned;

/// The weight file of a model of the `starter` profile, fetched first if it is not in the cache.
/// The program itself is asked, so that a test uses the very cache that a user has.
pub fn starter_model(name: &str) -> PathBuf {
    run_models(&["fetch", name]);
    let path = PathBuf::from(run_models(&["path", name]).trim_end());
    assert!(path.is_file(), "'bulletin models path {name}' printed '{}'", path.display());
    path
}

fn run_models(arguments: &[&str]) -> String {
    let program = env!("CARGO_BIN_EXE_bulletin");
    let output = Command::new(program).arg("models").args(arguments).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "'bulletin models {}' failed: {errors}", arguments.join(" "));
    String::from_utf8(output.stdout).unwrap()
}

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

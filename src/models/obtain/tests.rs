//! What is said about fetches that fail.

use std::io;

use super::*;
use crate::models::Registry;
use crate::models::store::Unreachable;

#[test]
fn a_full_disk_is_told_with_its_folder_and_other_errors_as_they_are() {
    let registry = Registry::builtin().unwrap();
    let store = Store {
        folder: PathBuf::from("/cache"),
        hub_folder: PathBuf::from("/hub"),
        lock_file: PathBuf::from("/cache/models.lock"),
        endpoint: "https://example.org".to_string(),
        token: None,
        network: Network::Allowed,
    };
    let advise = |name: &str, error: anyhow::Error| {
        let error = error.context("cannot write into the cache folder");
        format!("{:#}", Bundle::all(registry.model(name).unwrap())[0].advise(error, &store))
    };
    let full = || io::Error::from(io::ErrorKind::StorageFull).into();
    let told = advise("gemma3-270m", full());
    assert!(told.contains("the disk of '/cache' is full") && told.contains("--cache-dir"));
    let told = advise("qwen3-8b-q4", full());
    assert!(told.contains("the disk of '/hub' is full") && told.contains("HF_HOME"));
    let told = advise("qwen3-8b-q4", Unreachable("no route".to_string()).into());
    assert!(told.contains("copy the folder '/hub/models--Qwen--Qwen3-8B-GGUF'"), "{told}");
    let told = advise("qwen3-8b-q4", io::Error::from(io::ErrorKind::PermissionDenied).into());
    assert_eq!(told, "cannot write into the cache folder: permission denied");
}

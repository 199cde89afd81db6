//! What several tests need: a device, the files of `tests/fixtures`, and what a model answers.

use std::path::{Path, PathBuf};

use bulletin::internals::engine::tokenizer::{MarianFiles, MarianTokenizer};
use bulletin::internals::engine::{
    DecoderEngine, Engine, GenerationOptions, Input, OnLoop, Request,
};
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

/// The tokenizer of a Marian repository.
pub fn marian(folder: &Path) -> MarianTokenizer {
    MarianTokenizer::open(&MarianFiles {
        source_spm: &folder.join("source.spm"),
        target_spm: &folder.join("target.spm"),
        vocab: &folder.join("vocab.json"),
        target_vocab: None,
        config: Some(&folder.join("tokenizer_config.json")),
    })
    .unwrap()
}

/// A request that is answered to its last token.
pub fn request(text: &str, max_new_tokens: usize) -> Request {
    let options = GenerationOptions { max_new_tokens, on_loop: OnLoop::GoOn, ..Default::default() };
    Request { input: Input::Text(text.to_string()), options }
}

/// The tokens of the answers, which must all be there.
pub fn tokens(engine: &DecoderEngine, requests: &[Request]) -> Vec<Vec<u32>> {
    let results = engine.generate(requests, &mut |_| {});
    results.into_iter().map(|result| result.unwrap().tokens).collect()
}

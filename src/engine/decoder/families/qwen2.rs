//! Qwen 2 and 2.5 (Yang et al. 2024; llama.cpp `LLM_ARCH_QWEN2`). Its query, key and value biases
//! are tensors, which the loader takes wherever a file has them.

use anyhow::Result;

use crate::engine::decoder::config::DecoderConfig;
use crate::engine::formats::gguf::Metadata;

pub fn read_config(metadata: &Metadata) -> Result<DecoderConfig> {
    DecoderConfig::from_metadata(metadata, "qwen2")
}

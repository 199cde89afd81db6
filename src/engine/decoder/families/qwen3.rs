//! Qwen 3 and LMT-60 (Yang et al. 2025; llama.cpp `LLM_ARCH_QWEN3`): queries and keys are
//! normalised per head before they are rotated.

use anyhow::Result;

use crate::engine::decoder::config::{DecoderConfig, HeadNorm};
use crate::engine::formats::gguf::Metadata;

pub fn read_config(metadata: &Metadata) -> Result<DecoderConfig> {
    let mut config = DecoderConfig::from_metadata(metadata, "qwen3")?;
    config.head_norm = HeadNorm::BeforeRope;
    Ok(config)
}

//! Llama 2 and 3, SmolLM2, EuroLLM, Mistral (Touvron et al. 2023; llama.cpp `LLM_ARCH_LLAMA`).
//! Llama 3's frequency factors are a tensor, `rope_freqs.weight`, which the loader adds.

use anyhow::Result;

use crate::engine::decoder::config::{DecoderConfig, RopeLayout};
use crate::engine::formats::gguf::Metadata;

pub fn read_config(metadata: &Metadata) -> Result<DecoderConfig> {
    let mut config = DecoderConfig::from_metadata(metadata, "llama")?;
    // Only GGUF files have the rows of queries and keys in another order than the published model.
    if metadata.optional_string("llama.rope.layout")? != Some("halves") {
        config.rope_layout = RopeLayout::Neighbours;
    }
    Ok(config)
}

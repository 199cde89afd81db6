//! Gemma 3 and TranslateGemma (Gemma Team 2025; llama.cpp `LLM_ARCH_GEMMA3`): five windowed layers
//! to each global one, two rotation bases, norms on both sides of a block, scaled embeddings.
//! The files hold norm weights with the 1 already added.

use anyhow::{Result, ensure};

use crate::engine::decoder::config::{
    Activation, BlockNorm, DecoderConfig, HeadNorm, LayerAttention, Rope,
};
use crate::engine::formats::gguf::Metadata;

/// Every sixth layer is global.
const LAYERS_PER_GLOBAL: usize = 6;
/// Rotation base of the windowed layers, which older files do not state.
const WINDOWED_BASE: f32 = 10_000.0;
/// Only the 27B model has this many layers; it scales queries by hidden/heads, not by head size.
const LAYERS_OF_27B: usize = 62;

const GLOBAL: usize = 0;
const WINDOWED: usize = 1;

pub fn read_config(metadata: &Metadata) -> Result<DecoderConfig> {
    let mut config = DecoderConfig::from_metadata(metadata, "gemma3")?;
    let cap = metadata.optional_f32("gemma3.final_logit_softcapping")?;
    ensure!(
        cap.is_none_or(|cap| cap == 0.0),
        "the metadata key 'gemma3.final_logit_softcapping' is set, which no released Gemma 3 does"
    );
    config.activation = Activation::GeluTanh;
    config.head_norm = HeadNorm::BeforeRope;
    config.block_norm = BlockNorm::BeforeAndAfter;
    config.embedding_scale = (config.hidden as f32).sqrt();
    if config.layers.len() == LAYERS_OF_27B {
        config.attention_scale = ((config.hidden / config.heads) as f32).powf(-0.5);
    }
    let windowed_base =
        metadata.optional_f32("gemma3.rope.freq_base_swa")?.unwrap_or(WINDOWED_BASE);
    config.ropes.push(Rope { base: windowed_base, position_scale: 1.0, factors: None });
    let window = metadata.u32("gemma3.attention.sliding_window")? as usize;
    ensure!(window > 0, "the metadata key 'gemma3.attention.sliding_window' is 0");
    for (index, layer) in config.layers.iter_mut().enumerate() {
        *layer = if (index + 1).is_multiple_of(LAYERS_PER_GLOBAL) {
            LayerAttention { window: None, rope: GLOBAL }
        } else {
            LayerAttention { window: Some(window), rope: WINDOWED }
        };
    }
    Ok(config)
}

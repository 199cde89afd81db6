//! Hunyuan dense, Hy-MT (Transformers `modular_hunyuan_v1_dense.py`; llama.cpp
//! `LLM_ARCH_HUNYUAN_DENSE`): queries and keys are normalised per head *after* they are rotated.
//! The stretched base, base · α^(d/(d−2)), is what the GGUF converter writes as `rope.freq_base`;
//! where α is a key of its own, the base is still to be stretched.

use anyhow::{Result, ensure};

use crate::engine::decoder::config::{DecoderConfig, HeadNorm};
use crate::engine::formats::gguf::Metadata;

pub fn read_config(metadata: &Metadata) -> Result<DecoderConfig> {
    let mut config = DecoderConfig::from_metadata(metadata, "hunyuan-dense")?;
    config.head_norm = HeadNorm::AfterRope;
    let key = "hunyuan-dense.rope.scaling.alpha";
    if let Some(alpha) = metadata.optional_f32(key)?.filter(|&alpha| alpha != 0.0) {
        ensure!(
            (1.0..1e9).contains(&alpha),
            "the metadata key '{key}' is {alpha}, which is absurd"
        );
        let dim = config.head_dim as f32;
        ensure!(config.head_dim > 2, "heads of {dim} values cannot be stretched (key '{key}')");
        config.ropes[0].base *= alpha.powf(dim / (dim - 2.0));
    }
    Ok(config)
}

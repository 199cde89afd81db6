//! One file a family: what its metadata says beyond what all families share.

mod gemma3;
mod hunyuan_dense;
mod llama;
mod qwen2;
mod qwen3;

use anyhow::{Result, bail};

use super::config::DecoderConfig;
use crate::engine::formats::gguf::Metadata;

/// Reads the configuration of the family that `general.architecture` names.
///
/// # Errors
/// When the family is not supported, or a key is missing or absurd; the message names it.
pub fn read_config(metadata: &Metadata) -> Result<DecoderConfig> {
    match metadata.string("general.architecture")? {
        "llama" => llama::read_config(metadata),
        "qwen2" => qwen2::read_config(metadata),
        "qwen3" => qwen3::read_config(metadata),
        "gemma3" => gemma3::read_config(metadata),
        "hunyuan-dense" => hunyuan_dense::read_config(metadata),
        other => bail!(
            "the metadata key 'general.architecture' is '{other}'; supported are llama, qwen2, \
             qwen3, gemma3 and hunyuan-dense"
        ),
    }
}

//! What a decoder is set up with → for how many positions of keys and values there is room.

use crate::engine::decoder::{Decoder, KeyValueType};
use crate::engine::{DEFAULT_KEY_VALUE_BYTES, KeyValueMemory, LoadOptions};

/// How a decoder keeps what it read and how far it guesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    /// Memory for the keys and values of all running sequences.
    pub key_value_memory: KeyValueMemory,
    /// How they are kept.
    pub key_value_type: KeyValueType,
    /// Most tokens to guess ahead; 0 is never.
    pub draft: usize,
}

impl Default for Setup {
    /// As much memory as a brief's articles want, and no guesses.
    fn default() -> Self {
        Self::with_memory(DEFAULT_KEY_VALUE_BYTES)
    }
}

impl From<&LoadOptions> for Setup {
    fn from(options: &LoadOptions) -> Self {
        let LoadOptions { key_value_memory, key_value_type, draft, .. } = *options;
        Self { key_value_memory, key_value_type, draft }
    }
}

impl Setup {
    /// So many bytes for keys and values, wherever the model runs.
    pub fn with_memory(bytes: usize) -> Self {
        let key_value_memory = KeyValueMemory::Bytes(bytes);
        Self { key_value_memory, key_value_type: KeyValueType::F16, draft: 0 }
    }

    /// Positions that there is room for. Where the memory is fitted to a GPU that tells how much is free, keys and
    /// values take most of it.
    pub(super) fn cached_tokens(self, decoder: &Decoder) -> usize {
        let bytes = match self.key_value_memory {
            KeyValueMemory::Bytes(bytes) => bytes,
            KeyValueMemory::Fitted { elsewhere } => match decoder.compute().graphics_memory() {
                Some(memory) => share_of(memory.free, decoder.output_bytes()),
                None => elsewhere,
            },
        };
        bytes / decoder.bytes_per_token(self.key_value_type)
    }
}

/// Four fifths of what is free beside the output matrix, which is made when it is first needed. The
/// rest is for activations, scores of attention and logits.
fn share_of(free: usize, output_matrix: usize) -> usize {
    free.saturating_sub(output_matrix) / 5 * 4
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::DecoderEngine;
    use super::*;
    use crate::engine::device::Compute;
    use crate::models::ChatTemplate;

    #[test]
    fn four_fifths_of_the_rest_go_to_keys_and_values() {
        assert_eq!(share_of(12 << 30, 2 << 30), 8 << 30);
        assert_eq!(share_of(1 << 30, 2 << 30), 0);
    }

    /// Also on a device: keys and values in F16 there, 2 bytes a value without padding.
    #[test]
    fn a_device_that_tells_nothing_keeps_what_it_was_given() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/families/qwen3.gguf");
        let compute = Compute::Device(candle_core::Device::Cpu);
        let setup = Setup {
            key_value_memory: KeyValueMemory::Fitted { elsewhere: 1 << 20 },
            ..Setup::default()
        };
        let engine =
            DecoderEngine::load("qwen3", &path, ChatTemplate::None, compute, setup).unwrap();
        let config = engine.decoder.config();
        let bytes = 2 * 2 * config.layers.len() * config.key_value_heads * config.head_dim;
        assert_eq!(engine.limits().cached_tokens, (1 << 20) / bytes);
    }
}

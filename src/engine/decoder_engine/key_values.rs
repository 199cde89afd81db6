//! How keys and values are kept, and how much memory → for how many positions there is room.

use super::DecoderEngine;
use crate::engine::decoder::KeyValueType;

impl DecoderEngine {
    /// Keeps keys and values as `kind` from now on, as many positions as the same memory holds.
    pub fn set_key_value_type(&mut self, kind: KeyValueType) {
        let bytes = |kind| self.decoder.bytes_per_token(kind);
        let (before, after) = (bytes(self.limits.key_value_type), bytes(kind));
        self.limits.cached_tokens = self.limits.cached_tokens * before / after;
        self.limits.key_value_type = kind;
    }

    /// Lets keys and values take most of what is free on a GPU that tells how much; changes nothing
    /// elsewhere.
    pub fn fit_to_device(&mut self) {
        let Some(memory) = self.decoder.compute().graphics_memory() else { return };
        let bytes = share_of(memory.free, self.decoder.output_bytes());
        self.limits.cached_tokens =
            bytes / self.decoder.bytes_per_token(self.limits.key_value_type);
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
        let mut engine =
            DecoderEngine::load("qwen3", &path, ChatTemplate::None, compute, 1 << 20).unwrap();
        let config = engine.decoder.config();
        let bytes = 2 * 2 * config.layers.len() * config.key_value_heads * config.head_dim;
        engine.fit_to_device();
        assert_eq!(engine.limits().cached_tokens, (1 << 20) / bytes);
    }
}

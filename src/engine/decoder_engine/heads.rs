//! The output matrices of one model, by the letters that they are restricted to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;

use crate::engine::decoder::{Decoder, Linear};
use crate::engine::schedule::Head;
use crate::engine::tokenizer::{Letters, Tokenizer};

/// Made when first asked for. Languages with the same letters have the same matrix.
#[derive(Default)]
pub struct Heads {
    made: Mutex<BTreeMap<Option<Letters>, Arc<OutputHead>>>,
}

/// An output matrix and the token of each of its rows (`None`: row i is token i).
pub struct OutputHead {
    pub matrix: Linear,
    pub ids: Option<Vec<u32>>,
}

impl OutputHead {
    pub fn borrowed(&self) -> Head<'_> {
        Head { matrix: &self.matrix, ids: self.ids.as_deref() }
    }
}

impl Heads {
    /// The matrix for texts in `letters`, or for any text.
    ///
    /// # Errors
    /// When the model has no usable output matrix.
    pub fn get(
        &self,
        letters: Option<Letters>,
        decoder: &Decoder,
        tokenizer: &Tokenizer,
    ) -> Result<Arc<OutputHead>> {
        // A panic while a head was made leaves the map as it was.
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(head) = made.get(&letters) {
            return Ok(Arc::clone(head));
        }
        let ids = letters.map(|letters| tokenizer.allowed_tokens(letters));
        let head = Arc::new(OutputHead { matrix: decoder.output_head(ids.as_deref())?, ids });
        made.insert(letters, Arc::clone(&head));
        Ok(head)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::engine::decoder::Checkpoint;
    use crate::engine::device::{Compute, DeviceChoice};
    use crate::language::Language;

    #[test]
    fn english_and_turkish_share_a_matrix_and_russian_has_another() {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/families/gemma3.gguf");
        let checkpoint = Checkpoint::open(&path).unwrap();
        let tokenizer = checkpoint.tokenizer().unwrap();
        let compute = Compute::new(DeviceChoice::Cpu, 1).unwrap();
        let decoder = Decoder::new(checkpoint, compute).unwrap();
        let heads = Heads::default();
        let get = |language: Option<Language>| {
            heads.get(language.map(Letters::from), &decoder, &tokenizer).unwrap()
        };
        let english = get(Some(Language::English));
        assert!(Arc::ptr_eq(&english, &get(Some(Language::Turkish))));
        assert!(!Arc::ptr_eq(&english, &get(Some(Language::Russian))));
        assert!(!Arc::ptr_eq(&english, &get(None)));
        assert_eq!(heads.made.lock().unwrap().len(), 3);
    }
}

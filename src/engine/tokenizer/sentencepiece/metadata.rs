//! The `tokenizer.ggml` keys of a T5 model in a GGUF file → its SentencePiece model.
//!
//! Keys: <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>; `t5` in
//! `tokenizer.ggml.model` means a unigram model (`llama-vocab.cpp` of llama.cpp).

use anyhow::{Context, Result, bail, ensure};

use super::model::{Algorithm, Model, ModelPiece, NormaliserSpec, PieceKind};
use crate::engine::formats::gguf::Metadata;

/// # Errors
/// When the tokenizer is of another kind, or a key is missing or of the wrong kind.
pub(super) fn model(metadata: &Metadata) -> Result<Model> {
    let kind = metadata.string("tokenizer.ggml.model")?;
    if kind != "t5" {
        bail!("the key 'tokenizer.ggml.model' is '{kind}'; 't5' was expected");
    }
    let texts = metadata.strings("tokenizer.ggml.tokens")?;
    let scores = metadata.optional_floats("tokenizer.ggml.scores")?;
    let scores = scores.context("the metadata key 'tokenizer.ggml.scores' is missing")?;
    let kinds = metadata.optional_integers("tokenizer.ggml.token_type")?;
    let kinds = kinds.context("the metadata key 'tokenizer.ggml.token_type' is missing")?;
    ensure!(
        texts.len() == scores.len() && texts.len() == kinds.len(),
        "there are {} tokens, {} scores and {} token types under 'tokenizer.ggml'",
        texts.len(),
        scores.len(),
        kinds.len()
    );
    let mut pieces = Vec::with_capacity(texts.len());
    for (index, (text, (&score, &kind))) in texts.iter().zip(scores.iter().zip(kinds)).enumerate() {
        ensure!(!score.is_nan(), "the score of token {index} is not a number");
        let kind =
            PieceKind::numbered(kind).with_context(|| format!("the type of token {index}"))?;
        pieces.push(ModelPiece { text: text.clone(), score, kind });
    }
    let flag = |name: &str| metadata.optional_bool(&format!("tokenizer.ggml.{name}"));
    let bytes = pieces.iter().filter(|piece| piece.kind == PieceKind::Byte).count();
    Ok(Model {
        // The format has no key for byte fallback: such models, and only they, have the bytes.
        byte_fallback: bytes == 256,
        pieces,
        algorithm: Algorithm::Unigram,
        treat_whitespace_as_suffix: flag("treat_whitespace_as_suffix")?.unwrap_or(false),
        unknown_surface: " \u{2047} ".to_string(),
        normaliser: NormaliserSpec {
            charsmap: charsmap(metadata)?,
            add_dummy_prefix: flag("add_space_prefix")?.unwrap_or(true),
            remove_extra_whitespaces: flag("remove_extra_whitespaces")?.unwrap_or(true),
            escape_whitespaces: flag("escape_whitespaces")?.unwrap_or(true),
        },
        denormaliser: None,
    })
}

/// The compiled map of the normaliser; empty for none.
fn charsmap(metadata: &Metadata) -> Result<Vec<u8>> {
    let key = "tokenizer.ggml.precompiled_charsmap";
    let numbers = metadata.optional_integers(key)?.unwrap_or_default();
    // Written as unsigned or as signed bytes.
    let byte =
        |&number: &i64| u8::try_from(number).or_else(|_| i8::try_from(number).map(|n| n as u8));
    let bytes: Result<Vec<u8>, _> = numbers.iter().map(byte).collect();
    bytes.with_context(|| format!("the metadata key '{key}' has a number that is no byte"))
}

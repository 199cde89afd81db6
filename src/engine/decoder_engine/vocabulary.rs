//! A tokenizer and weights → whether they belong together.

use anyhow::{Result, ensure};

use crate::engine::decoder::{Checkpoint, OUTPUT};
use crate::engine::tokenizer::Tokenizer;

/// Every token needs an embedding and a row of the output matrix; there may be rows to spare, as many
/// in one matrix as in the other. Looked at before anything is packed.
///
/// # Errors
/// When a token lacks a row, or the two matrices differ; the message has both counts.
pub fn check_vocabulary(checkpoint: &Checkpoint, tokenizer: &Tokenizer) -> Result<()> {
    let (tokens, embeddings) = (tokenizer.vocab_len(), "token_embd.weight");
    let rows = |name| Ok::<_, anyhow::Error>(checkpoint.tensor(name)?.shape.first().copied());
    let embedded = rows(embeddings)?.unwrap_or_default();
    ensure!(
        tokens <= embedded,
        "the tokenizer has {tokens} tokens, and '{embeddings}' has rows for {embedded}; tokenizer \
         and weights are of different models"
    );
    if checkpoint.has(OUTPUT) {
        let outputs = rows(OUTPUT)?.unwrap_or_default();
        ensure!(
            outputs == embedded,
            "'{OUTPUT}' has {outputs} rows, and '{embeddings}' has {embedded}; they must be as many"
        );
    }
    Ok(())
}

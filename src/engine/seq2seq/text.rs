//! Source text → token ids, and target token ids → text, with the tokenizer of the model's family.

use anyhow::{Context, Result, ensure};

use super::files::Seq2SeqFiles;
use super::model::Family;
use crate::engine::tokenizer::{MarianFiles, MarianTokenizer, T5Tokenizer};

pub(super) enum Texts {
    Marian(Box<MarianTokenizer>),
    T5(Box<T5Tokenizer>),
}

impl Texts {
    /// `own` is the tokenizer that the weights' file held, if it did.
    ///
    /// # Errors
    /// When a tokenizer file is missing or damaged; the message names it.
    pub fn open(
        files: &Seq2SeqFiles,
        family: Family,
        own: Option<Box<T5Tokenizer>>,
    ) -> Result<Self> {
        if let (Family::T5, Some(tokenizer)) = (family, own) {
            return Ok(Self::T5(tokenizer));
        }
        match family {
            Family::Marian => {
                let marian = MarianFiles {
                    source_spm: files.source_pieces.as_deref().context(missing("source.spm"))?,
                    target_spm: files.target_pieces.as_deref().context(missing("target.spm"))?,
                    vocab: files.vocabulary.as_deref().context(missing("vocab.json"))?,
                    target_vocab: files.target_vocabulary.as_deref(),
                    config: files.tokenizer_config.as_deref(),
                };
                Ok(Self::Marian(Box::new(MarianTokenizer::open(&marian)?)))
            }
            Family::T5 => {
                let path = files.tokenizer.as_deref().or(files.pieces.as_deref());
                let path = path.context(missing("tokenizer.json or spiece.model"))?;
                Ok(Self::T5(Box::new(T5Tokenizer::from_file(path)?)))
            }
        }
    }

    /// The ids of a source text, its end token included. A language code that the model knows, such
    /// as `>>rus<<`, is read at the start of the text, as in `transformers`.
    ///
    /// # Errors
    /// When the tokenizer's own rules fail on the text.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>> {
        match self {
            Self::Marian(tokenizer) => match split_code(text) {
                Some((code, rest)) if tokenizer.has_language_code(code) => {
                    tokenizer.encode_source(Some(code), rest)
                }
                _ => tokenizer.encode_source(None, text),
            },
            Self::T5(tokenizer) => tokenizer.encode(text),
        }
    }

    /// The text of target ids; special tokens have none.
    ///
    /// # Errors
    /// When the tokenizer's own rules fail on the ids.
    pub fn decode(&self, tokens: &[u32]) -> Result<String> {
        match self {
            Self::Marian(tokenizer) => Ok(tokenizer.decode(tokens)),
            Self::T5(tokenizer) => tokenizer.decode(tokens),
        }
    }

    /// What a target token writes by itself.
    pub fn written(&self, token: u32) -> Option<String> {
        match self {
            Self::Marian(tokenizer) => {
                tokenizer.target_piece(token).map(|piece| piece.replace('\u{2581}', " "))
            }
            Self::T5(tokenizer) => tokenizer.decode(&[token]).ok(),
        }
    }

    /// Fails when the tokenizer is another model's.
    pub fn check(&self, ends: &[u32]) -> Result<()> {
        let end = match self {
            Self::Marian(tokenizer) => tokenizer.special_ids().end,
            Self::T5(tokenizer) => tokenizer.end_token(),
        };
        ensure!(
            ends.contains(&end),
            "the tokenizer ends texts with token {end} and the model with {ends:?}: their files are of different models"
        );
        Ok(())
    }
}

fn missing(what: &str) -> String {
    format!("the model has no {what}; get it from the same repository")
}

/// A text such as ">>rus<< Good morning." in its code and the rest.
fn split_code(text: &str) -> Option<(&str, &str)> {
    let end = text.strip_prefix(">>")?.find("<<")? + 4;
    Some((&text[..end], text[end..].trim_start()))
}

#[cfg(test)]
mod tests {
    use super::split_code;

    #[test]
    fn codes_are_read_at_the_start_alone() {
        assert_eq!(split_code(">>rus<< Good <<morning>>."), Some((">>rus<<", "Good <<morning>>.")));
        assert_eq!(split_code("Good >>rus<< morning."), None);
        assert_eq!(split_code(">>rus"), None);
        assert_eq!(split_code(">><<"), Some((">><<", "")));
    }
}

//! The tokenizer of a T5, mT5 or MADLAD-400 model → text ↔ ids: `spiece.model` and GGUF metadata are
//! read here, `tokenizer.json` by the `tokenizers` crate.

use std::path::Path;

use anyhow::{Context, Result, anyhow};

use super::sentencepiece::SentencePiece;
use crate::engine::formats::gguf::Metadata;

/// The tokenizer of a T5 model.
pub struct T5Tokenizer {
    method: Method,
    end: u32,
}

enum Method {
    SentencePiece(Box<SentencePiece>),
    Json(Box<tokenizers::Tokenizer>),
}

impl Method {
    fn token_id(&self, text: &str) -> Option<u32> {
        match self {
            Self::SentencePiece(model) => {
                Some(model.piece_id(text)).filter(|&id| id != model.unknown_id())
            }
            Self::Json(tokenizer) => tokenizer.token_to_id(text),
        }
    }
}

const END: &str = "</s>";

impl T5Tokenizer {
    /// Reads `tokenizer.json`, or any other name as a SentencePiece model.
    ///
    /// # Errors
    /// When the file cannot be read, is damaged or has no `</s>`; the message names it.
    pub fn from_file(path: &Path) -> Result<Self> {
        let is_json =
            path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        let method = if is_json {
            let tokenizer = tokenizers::Tokenizer::from_file(path).map_err(|error| {
                anyhow!("'{}' is not a tokenizer that can be used: {error}", path.display())
            })?;
            Method::Json(Box::new(tokenizer))
        } else {
            Method::SentencePiece(Box::new(SentencePiece::open(path)?))
        };
        let found = method.token_id(END);
        let end = found.ok_or_else(|| anyhow!("'{}' has no token '{END}'", path.display()))?;
        Ok(Self { method, end })
    }

    /// The tokenizer inside a GGUF file.
    ///
    /// # Errors
    /// When its keys are missing, damaged or of another kind of tokenizer; the message names one.
    pub fn from_metadata(metadata: &Metadata) -> Result<Self> {
        let method = Method::SentencePiece(Box::new(SentencePiece::from_metadata(metadata)?));
        let named = metadata.optional_u32("tokenizer.ggml.eos_token_id")?;
        let end = named.or(method.token_id(END)).context("there is no end token")?;
        Ok(Self { method, end })
    }

    /// The ids of a text with the end token.
    ///
    /// # Errors
    /// When the tokenizer's own rules fail on the text.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>> {
        let mut ids = match &self.method {
            Method::SentencePiece(model) => {
                model.encode(text).iter().map(|piece| piece.id).collect()
            }
            Method::Json(tokenizer) => {
                let encoding = tokenizer.encode_fast(text, false);
                encoding
                    .map_err(|error| anyhow!("the text cannot be tokenised: {error}"))?
                    .get_ids()
                    .to_vec()
            }
        };
        ids.push(self.end);
        Ok(ids)
    }

    /// The text of ids; special tokens have none.
    ///
    /// # Errors
    /// When the tokenizer's own rules fail on the ids.
    pub fn decode(&self, ids: &[u32]) -> Result<String> {
        match &self.method {
            Method::SentencePiece(model) => {
                let known: Vec<u32> =
                    ids.iter().copied().filter(|&id| id != model.unknown_id()).collect();
                Ok(model.decode(&known).trim().to_string())
            }
            Method::Json(tokenizer) => tokenizer
                .decode(ids, true)
                .map(|text| text.trim().to_string())
                .map_err(|error| anyhow!("the tokens cannot be decoded: {error}")),
        }
    }

    /// The id of a token such as `<2tr>`, if there is one.
    pub fn token_id(&self, text: &str) -> Option<u32> {
        self.method.token_id(text)
    }

    /// The token that ends a text.
    pub fn end_token(&self) -> u32 {
        self.end
    }
}

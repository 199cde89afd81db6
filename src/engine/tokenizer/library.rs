//! A published `tokenizer.json` → tokens, by the `tokenizers` library.

use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use serde_json::Value as Json;

use super::byte_pairs;
use super::scored_pieces::{self, SPACE, SpacePrefix};
use super::special_tokens::TokenKind;
use crate::engine::formats::gguf::{Metadata, Value};

/// More tokens than any model has.
const MOST_TOKENS: usize = 1 << 22;

/// A tokenizer of the library's. Control tokens are cut out before it sees a text.
#[derive(Clone)]
pub struct Library {
    inner: Box<tokenizers::Tokenizer>,
    spelling: Spelling,
    pub space_prefix: SpacePrefix,
}

/// How pieces write bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spelling {
    /// In GPT-2's alphabet.
    ByteLevel,
    /// As text, with U+2581 for spaces and `<0x0A>` for bytes.
    Visible,
}

impl Library {
    /// Reads a file; gives the tokenizer and what the rest of this folder reads from GGUF metadata.
    ///
    /// # Errors
    /// When the file is missing, damaged or holds no usable vocabulary.
    pub fn open(path: &Path, ends: &[u32]) -> Result<(Self, Metadata)> {
        let bytes =
            std::fs::read(path).with_context(|| format!("cannot read '{}'", path.display()))?;
        let json: Json = serde_json::from_slice(&bytes).context("the file is not JSON")?;
        let mut inner = tokenizers::Tokenizer::from_bytes(&bytes)
            .map_err(|error| anyhow!("the tokenizers library refuses it: {error}"))?;
        // What stands in an article is text, whatever it looks like.
        inner.set_encode_special_tokens(true);
        let byte_level = mentions(&json["decoder"], "ByteLevel")
            || mentions(&json["pre_tokenizer"], "ByteLevel");
        let strips = mentions(&json["decoder"], "Strip") || mentions(&json["decoder"], "Metaspace");
        let library = Self {
            inner: Box::new(inner),
            spelling: if byte_level { Spelling::ByteLevel } else { Spelling::Visible },
            space_prefix: if strips { SpacePrefix::Added } else { SpacePrefix::Absent },
        };
        let metadata = library.metadata(ends)?;
        Ok((library, metadata))
    }

    /// Appends the tokens of `text`.
    pub fn encode(&self, text: &str, tokens: &mut Vec<u32>) {
        // Only a model whose unknown token is missing makes the library fail; such text has no
        // tokens.
        if let Ok(encoding) = self.inner.encode_fast(text, false) {
            tokens.extend_from_slice(encoding.get_ids());
        }
    }

    /// The bytes that the piece of a normal token writes.
    pub fn bytes_of(&self, piece: &str) -> Vec<u8> {
        match self.spelling {
            Spelling::ByteLevel => {
                let mut bytes = Vec::new();
                byte_pairs::append_bytes(piece, &mut bytes);
                bytes
            }
            Spelling::Visible => piece.replace(SPACE, " ").into_bytes(),
        }
    }

    fn metadata(&self, ends: &[u32]) -> Result<Metadata> {
        let vocabulary = self.inner.get_vocab(true);
        let count = vocabulary.values().max().map_or(0, |&last| last as usize + 1);
        ensure!((1..=MOST_TOKENS).contains(&count), "it has {count} tokens");
        let mut pieces = vec![String::new(); count];
        let mut kinds = vec![5; count]; // unused
        for (piece, id) in vocabulary {
            let is_byte =
                self.spelling == Spelling::Visible && scored_pieces::byte_named(&piece).is_some();
            kinds[id as usize] =
                if is_byte { code(TokenKind::Byte) } else { code(TokenKind::Normal) };
            pieces[id as usize] = piece;
        }
        for (id, token) in self.inner.get_added_tokens_decoder() {
            let kind = if token.special { TokenKind::Control } else { TokenKind::UserDefined };
            kinds[id as usize] = code(kind);
        }
        let mut metadata = Metadata::default();
        let mut set = |key: &str, value| metadata.insert(format!("tokenizer.ggml.{key}"), value);
        set("tokens", Value::Strings(pieces));
        set("token_type", Value::Integers(kinds));
        let keys = ["eos_token_id", "eot_token_id", "eom_token_id"];
        for (key, &end) in keys.into_iter().zip(ends) {
            set(key, Value::U64(end.into()));
        }
        let start = self.start_token()?;
        set("add_bos_token", Value::Bool(start.is_some()));
        if let Some(start) = start {
            set("bos_token_id", Value::U64(start.into()));
        }
        Ok(metadata)
    }

    /// What the file's own template puts before an empty text.
    fn start_token(&self) -> Result<Option<u32>> {
        let empty = self.inner.encode("", true);
        let empty = empty.map_err(|error| anyhow!("its template is damaged: {error}"))?;
        Ok(empty.get_ids().first().copied())
    }
}

/// The format's number of a kind.
fn code(kind: TokenKind) -> i64 {
    match kind {
        TokenKind::Normal => 1,
        TokenKind::Unknown => 2,
        TokenKind::Control => 3,
        TokenKind::UserDefined => 4,
        TokenKind::Unused => 5,
        TokenKind::Byte => 6,
    }
}

/// Whether a part of the file, or a part inside it, is of the type `name`.
fn mentions(part: &Json, name: &str) -> bool {
    match part {
        Json::Object(fields) => {
            fields.get("type").is_some_and(|kind| kind == name)
                || fields.values().any(|field| mentions(field, name))
        }
        Json::Array(items) => items.iter().any(|item| mentions(item, name)),
        _ => false,
    }
}

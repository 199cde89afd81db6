//! Text ↔ token ids: [`Tokenizer`] for decoder-only models from their GGUF metadata,
//! [`MarianTokenizer`] and [`T5Tokenizer`] for translation models from their own files.
//!
//! Ids equal llama.cpp's for the same file (<https://github.com/ggml-org/llama.cpp>); what differs
//! on purpose is said in `scored_pieces`.

use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use super::formats::gguf::GgufFile;

mod byte_pairs;
mod joining;
mod library;
mod marian;
mod partition;
mod pre_tokenizer;
mod scored_pieces;
mod script;
mod sentencepiece;
mod special_tokens;
mod stream;
mod t5;
mod vocabulary;

pub use marian::{MarianFiles, MarianTokenizer};
pub use partition::Special;
pub use script::{Letters, may_write};
pub use sentencepiece::SentencePiece;
pub use special_tokens::TokenKind;
pub use stream::DecodeStream;
pub use t5::T5Tokenizer;

use byte_pairs::BytePairs;
use library::Library;
use partition::{Fragment, Partition};
use scored_pieces::{SPACE, ScoredPieces, SpacePrefix};
use special_tokens::{Defaults, SpecialTokens, StartRule};
use vocabulary::{Texts, Vocabulary};

/// The tokenizer of one model.
#[derive(Clone)]
pub struct Tokenizer {
    vocabulary: Vocabulary,
    kinds: Vec<TokenKind>,
    /// What each token writes.
    bytes: Texts,
    partition: Partition,
    method: Method,
    start: Option<u32>,
    ends: Vec<u32>,
}

#[derive(Clone)]
enum Method {
    BytePairs(BytePairs),
    ScoredPieces(ScoredPieces),
    Library(Library),
}

impl Tokenizer {
    /// Builds the tokenizer that a GGUF file describes.
    ///
    /// # Errors
    /// When the metadata is incomplete, damaged or of a kind that is not supported; the message
    /// names the file and the key.
    pub fn from_gguf(file: &GgufFile) -> Result<Self> {
        Self::from_metadata(file)
            .with_context(|| format!("the tokenizer of '{}' cannot be used", file.path().display()))
    }

    fn from_metadata(file: &GgufFile) -> Result<Self> {
        let metadata = file.metadata();
        let pieces = metadata.strings("tokenizer.ggml.tokens")?;
        ensure!(!pieces.is_empty(), "the metadata key 'tokenizer.ggml.tokens' is empty");
        let vocabulary =
            Vocabulary::new(pieces).context("reading the metadata key 'tokenizer.ggml.tokens'")?;
        let model = metadata.string("tokenizer.ggml.model")?;
        let (method, defaults) = match model {
            "gpt2" => {
                let method = BytePairs::from_metadata(metadata, &vocabulary)?;
                let add_start = method.start_rule();
                (Method::BytePairs(method), Defaults { start: None, end: None, add_start })
            }
            "llama" => {
                let method = ScoredPieces::from_metadata(metadata, &vocabulary)?;
                let defaults = Defaults { start: Some(1), end: Some(2), add_start: StartRule::Add };
                (Method::ScoredPieces(method), defaults)
            }
            _ => bail!(
                "the metadata key 'tokenizer.ggml.model' is '{model}'; 'gpt2' and 'llama' are supported"
            ),
        };
        let SpecialTokens { kinds, start, ends } =
            special_tokens::read(metadata, &vocabulary, &defaults)?;
        let bytes = written_bytes(&vocabulary, &kinds, &method)?;
        let partition = Partition::new(&vocabulary, &kinds);
        Ok(Self { vocabulary, kinds, bytes, partition, method, start, ends })
    }

    /// Builds the tokenizer of a published `tokenizer.json`; `ends` are the tokens that end an
    /// answer, as far as the model's configuration names them.
    ///
    /// # Errors
    /// When the file is missing or damaged; the message names it.
    pub fn from_json(path: &Path, ends: &[u32]) -> Result<Self> {
        Self::from_library(path, ends)
            .with_context(|| format!("the tokenizer '{}' cannot be used", path.display()))
    }

    fn from_library(path: &Path, ends: &[u32]) -> Result<Self> {
        let (library, metadata) = Library::open(path, ends)?;
        let vocabulary = Vocabulary::new(metadata.strings("tokenizer.ggml.tokens")?)?;
        let defaults = Defaults { start: None, end: None, add_start: StartRule::Omit };
        let SpecialTokens { kinds, start, ends } =
            special_tokens::read(&metadata, &vocabulary, &defaults)?;
        let method = Method::Library(library);
        let bytes = written_bytes(&vocabulary, &kinds, &method)?;
        let partition = Partition::new(&vocabulary, &kinds);
        Ok(Self { vocabulary, kinds, bytes, partition, method, start, ends })
    }

    /// The tokens of `text`, without a start token.
    pub fn encode(&self, text: &str, special: Special) -> Vec<u32> {
        let whole = Range { start: 0, end: text.len() };
        match special {
            Special::Recognised => self.encode_partly_trusted(text, &[whole]),
            Special::PlainText => self.encode_partly_trusted(text, &[]),
        }
    }

    /// The tokens of `text`, without a start token. Control tokens are recognised inside the
    /// stretches `trusted` (byte ranges in order) and nowhere else, but the text is cut up as one.
    pub fn encode_partly_trusted(&self, text: &str, trusted: &[Range<usize>]) -> Vec<u32> {
        let mut tokens = Vec::with_capacity(text.len() / 3 + 1);
        let mut after_token = true;
        let fragments = self.partition.split(text, trusted, &self.vocabulary, &self.kinds);
        for fragment in fragments {
            match fragment {
                Fragment::Token(id) => tokens.push(id),
                Fragment::Text(ref range) => {
                    self.encode_plain(&text[range.clone()], after_token, &mut tokens);
                }
            }
            after_token = matches!(fragment, Fragment::Token(_));
        }
        tokens
    }

    fn encode_plain(&self, text: &str, after_token: bool, tokens: &mut Vec<u32>) {
        match &self.method {
            Method::BytePairs(method) => method.encode(text, &self.kinds, tokens),
            Method::Library(method) => method.encode(text, tokens),
            Method::ScoredPieces(method) => {
                let mut escaped = text.replace(' ', SPACE);
                if after_token && method.space_prefix == SpacePrefix::Added {
                    escaped.insert_str(0, SPACE);
                }
                method.encode(&escaped, &self.vocabulary, &self.kinds, tokens);
            }
        }
    }

    /// The text of a whole output; control tokens have none, and bytes that are no text become
    /// replacement characters.
    pub fn decode(&self, tokens: &[u32]) -> String {
        let mut bytes = Vec::with_capacity(tokens.len() * 4);
        for (index, &token) in tokens.iter().enumerate() {
            if self.is_control(token) {
                continue;
            }
            let written = self.token_bytes(token);
            let strip = index == 0 && self.space_prefix() == SpacePrefix::Added;
            bytes.extend_from_slice(match written {
                [b' ', rest @ ..] if strip => rest,
                _ => written,
            });
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// A decoder for an answer that comes token by token.
    pub fn decode_stream(&self) -> DecodeStream<'_> {
        DecodeStream::new(self)
    }

    /// The token that goes before every prompt, for models that want one.
    pub fn start_token(&self) -> Option<u32> {
        self.start
    }

    /// The tokens that end an answer, sorted.
    pub fn end_tokens(&self) -> &[u32] {
        &self.ends
    }

    /// The token whose piece is exactly `text`.
    pub fn token_named(&self, text: &str) -> Option<u32> {
        self.vocabulary.find(text.as_bytes())
    }

    /// What a token writes; nothing for an id that is not there.
    pub fn token_bytes(&self, token: u32) -> &[u8] {
        self.bytes.get(token).unwrap_or_default()
    }

    /// What a token is for; `None` for an id that is not there.
    pub fn token_kind(&self, token: u32) -> Option<TokenKind> {
        self.kinds.get(token as usize).copied()
    }

    /// Whether a token steers the model rather than being text.
    pub fn is_control(&self, token: u32) -> bool {
        matches!(self.token_kind(token), Some(TokenKind::Control | TokenKind::Unknown))
    }

    /// Number of tokens.
    pub fn vocab_len(&self) -> usize {
        self.vocabulary.len()
    }

    fn space_prefix(&self) -> SpacePrefix {
        match &self.method {
            Method::BytePairs(_) => SpacePrefix::Absent,
            Method::ScoredPieces(method) => method.space_prefix,
            Method::Library(method) => method.space_prefix,
        }
    }
}

/// What each token writes: pieces in the method's own spelling are turned into bytes.
fn written_bytes(vocabulary: &Vocabulary, kinds: &[TokenKind], method: &Method) -> Result<Texts> {
    let mut bytes = Texts::with_capacity(kinds.len());
    let mut written = Vec::new();
    for (id, kind) in kinds.iter().enumerate() {
        let piece = vocabulary.get(id as u32).unwrap_or_default();
        // Pieces were strings when they were put in.
        let text = || std::str::from_utf8(piece).context("a piece is not UTF-8");
        match (kind, method) {
            (TokenKind::Control | TokenKind::Unknown | TokenKind::UserDefined, _) => {
                bytes.push(piece)?;
            }
            (TokenKind::Unused, _) => bytes.push(&[])?,
            (TokenKind::Byte, _) => {
                let name = text()?;
                let byte = scored_pieces::byte_named(name)
                    .with_context(|| format!("the byte token {id} has the odd name '{name}'"))?;
                bytes.push(&[byte])?;
            }
            (TokenKind::Normal, Method::BytePairs(_)) => {
                written.clear();
                byte_pairs::append_bytes(text()?, &mut written);
                bytes.push(&written)?;
            }
            (TokenKind::Normal, Method::Library(method)) => {
                bytes.push(&method.bytes_of(text()?))?
            }
            (TokenKind::Normal, Method::ScoredPieces(_)) => {
                if piece.contains(&SPACE.as_bytes()[0]) {
                    bytes.push(text()?.replace(SPACE, " ").as_bytes())?;
                } else {
                    bytes.push(piece)?;
                }
            }
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;

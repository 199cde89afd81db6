//! The tokenizer files of a Marian model → text ↔ ids: `source.spm` and `target.spm` cut the text
//! up, `vocab.json` numbers the pieces. Ids equal those of `transformers`' MarianTokenizer.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::scored_pieces::SPACE;
use super::sentencepiece::SentencePiece;

/// Where the files of a Marian repository lie.
#[derive(Clone, Copy, Debug)]
pub struct MarianFiles<'a> {
    /// SentencePiece model of the source.
    pub source_spm: &'a Path,
    /// SentencePiece model of the target.
    pub target_spm: &'a Path,
    /// Pieces and their ids.
    pub vocab: &'a Path,
    /// `target_vocab.json`, in models that number the two languages apart.
    pub target_vocab: Option<&'a Path>,
    /// `tokenizer_config.json`, which may name other special tokens.
    pub config: Option<&'a Path>,
}

/// The tokenizer of a Marian model.
pub struct MarianTokenizer {
    source: SentencePiece,
    target: SentencePiece,
    source_ids: HashMap<String, u32>,
    /// Only in models that number the two languages apart.
    target_ids: Option<HashMap<String, u32>>,
    /// Target id → piece.
    target_pieces: HashMap<u32, String>,
    special: SpecialIds,
}

/// Ids with a purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpecialIds {
    pub end: u32,
    pub unknown: u32,
    pub padding: u32,
}

/// The part of `tokenizer_config.json` that matters.
#[derive(Deserialize)]
struct Config {
    #[serde(default)]
    eos_token: Option<TokenName>,
    #[serde(default)]
    unk_token: Option<TokenName>,
    #[serde(default)]
    pad_token: Option<TokenName>,
}

/// A token is written as a string or as an object with its settings.
#[derive(Deserialize)]
#[serde(untagged)]
enum TokenName {
    Plain(String),
    Object { content: String },
}

impl TokenName {
    fn into_text(self) -> String {
        match self {
            TokenName::Plain(text) | TokenName::Object { content: text } => text,
        }
    }
}

impl MarianTokenizer {
    /// Reads the files.
    ///
    /// # Errors
    /// When a file is missing or damaged or lacks a special token; the message names file and token.
    pub fn open(files: &MarianFiles<'_>) -> Result<Self> {
        let source = SentencePiece::open(files.source_spm)?;
        let target = SentencePiece::open(files.target_spm)?;
        let source_ids = read_vocab(files.vocab)?;
        let target_ids = files.target_vocab.map(read_vocab).transpose()?;
        let special = read_special_ids(files, &source_ids)?;
        let numbered = target_ids.as_ref().unwrap_or(&source_ids);
        let target_pieces = numbered.iter().map(|(piece, &id)| (id, piece.clone())).collect();
        Ok(Self { source, target, source_ids, target_ids, target_pieces, special })
    }

    /// The ids of a source text with the end token. `language_code` such as `>>rus<<` goes first;
    /// codes and special tokens written in `text` itself stay text.
    ///
    /// # Errors
    /// When the vocabulary has no such language code.
    pub fn encode_source(&self, language_code: Option<&str>, text: &str) -> Result<Vec<u32>> {
        let mut ids = Vec::with_capacity(text.len() / 3 + 2);
        if let Some(code) = language_code {
            match self.source_ids.get(code) {
                Some(&id) => ids.push(id),
                None => bail!("the model has no language code '{code}'"),
            }
        }
        self.append(&self.source, &self.source_ids, text, &mut ids);
        Ok(ids)
    }

    /// The ids of a target text with the end token.
    pub fn encode_target(&self, text: &str) -> Vec<u32> {
        let mut ids = Vec::with_capacity(text.len() / 3 + 2);
        let numbered = self.target_ids.as_ref().unwrap_or(&self.source_ids);
        self.append(&self.target, numbered, text, &mut ids);
        ids
    }

    fn append(
        &self,
        model: &SentencePiece,
        numbered: &HashMap<String, u32>,
        text: &str,
        ids: &mut Vec<u32>,
    ) {
        let pieces = model.encode(text).into_iter();
        ids.extend(
            pieces.map(|piece| numbered.get(&piece.text).copied().unwrap_or(self.special.unknown)),
        );
        ids.push(self.special.end);
    }

    /// The text of target ids; special tokens have none.
    pub fn decode(&self, ids: &[u32]) -> String {
        let special = [self.special.end, self.special.unknown, self.special.padding];
        let pieces: Vec<&str> = ids
            .iter()
            .filter(|id| !special.contains(id))
            .filter_map(|id| self.target_pieces.get(id).map(String::as_str))
            .collect();
        // A piece that only the source model has is unknown to the target model, which leaves it be.
        self.target.decode_pieces(&pieces).replace(SPACE, " ").trim().to_string()
    }

    /// Ids of the tokens that are no text.
    pub fn special_ids(&self) -> SpecialIds {
        self.special
    }

    /// Whether the vocabulary has the language code, such as `>>rus<<`.
    pub fn has_language_code(&self, code: &str) -> bool {
        self.source_ids.contains_key(code)
    }

    /// The text of a target piece.
    pub fn target_piece(&self, id: u32) -> Option<&str> {
        self.target_pieces.get(&id).map(String::as_str)
    }
}

fn read_vocab(path: &Path) -> Result<HashMap<String, u32>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the vocabulary '{}'", path.display()))?;
    serde_json::from_str(&text)
        .with_context(|| format!("'{}' is not a vocabulary (piece → id)", path.display()))
}

fn read_special_ids(files: &MarianFiles<'_>, ids: &HashMap<String, u32>) -> Result<SpecialIds> {
    let mut config = Config { eos_token: None, unk_token: None, pad_token: None };
    if let Some(path) = files.config {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read '{}'", path.display()))?;
        config = serde_json::from_str(&text)
            .with_context(|| format!("'{}' is not a tokenizer configuration", path.display()))?;
    }
    let id_of = |name: Option<TokenName>, standard: &str| -> Result<u32> {
        let name = name.map_or_else(|| standard.to_string(), TokenName::into_text);
        let id = ids.get(&name).copied();
        id.with_context(|| format!("'{}' has no token '{name}'", files.vocab.display()))
    };
    Ok(SpecialIds {
        end: id_of(config.eos_token, "</s>")?,
        unknown: id_of(config.unk_token, "<unk>")?,
        padding: id_of(config.pad_token, "<pad>")?,
    })
}

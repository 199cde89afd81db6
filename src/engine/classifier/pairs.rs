//! Premise and hypothesis → the token ids of a pair, the premise cut where both are too long.

use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};

use crate::engine::tokenizer::SentencePiece;

/// Token ids of a pair with its special tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairTokens {
    pub ids: Vec<u32>,
    /// Tokens of the premise that were left out at its end.
    pub cut: usize,
}

/// The family's way of writing two texts as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// `[CLS] premise [SEP] hypothesis [SEP]`
    DebertaV2,
    /// `<s> premise </s></s> hypothesis </s>`
    XlmRoberta,
}

pub(super) struct PairTokenizer {
    method: Method,
    start: u32,
    end: u32,
    layout: Layout,
    most_tokens: usize,
}

enum Method {
    Json(Box<Json>),
    Pieces(Box<SentencePiece>),
}

/// A tokenizer of the `tokenizers` library.
struct Json {
    inner: tokenizers::Tokenizer,
    /// Control tokens; they stand in the vocabulary, where text that looks like them finds them.
    controls: Vec<u32>,
    unknown: u32,
}

/// The published XLM-R keeps its ids one place behind those of its SentencePiece model, and has
/// its unknown token at 3 (fairseq's order of special tokens).
const XLM_ROBERTA_SHIFT: u32 = 1;
const XLM_ROBERTA_UNKNOWN: u32 = 3;

impl PairTokenizer {
    /// Reads `tokenizer.json`, or any other name as a SentencePiece model.
    ///
    /// # Errors
    /// When the file cannot be read, is damaged or lacks a special token; the message names it.
    pub fn open(path: &Path, layout: Layout, most_tokens: usize) -> Result<Self> {
        let is_json =
            path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        let method = if is_json {
            Method::Json(Box::new(Json::open(path, layout)?))
        } else {
            Method::Pieces(Box::new(SentencePiece::open(path)?))
        };
        let [start, end] = match layout {
            Layout::DebertaV2 => ["[CLS]", "[SEP]"],
            Layout::XlmRoberta => ["<s>", "</s>"],
        }
        .map(|name| method.special(name, layout).ok_or(name));
        let missing = |name| anyhow!("'{}' has no token '{name}'", path.display());
        let (start, end) = (start.map_err(missing)?, end.map_err(missing)?);
        Ok(Self { method, start, end, layout, most_tokens })
    }

    /// The ids of a pair. The premise is cut at its end where the two are too long together.
    ///
    /// # Errors
    /// When the hypothesis alone is too long: half of one says something else.
    pub fn encode(&self, premise: &str, hypothesis: &str) -> Result<PairTokens> {
        let mut first = self.method.ids(premise, self.layout)?;
        let second = self.method.ids(hypothesis, self.layout)?;
        let around = if self.layout == Layout::DebertaV2 { 3 } else { 4 };
        let room = self.most_tokens.checked_sub(second.len() + around).with_context(|| {
            format!(
                "the sentence has {} tokens, and the model reads {} with its premise",
                second.len(),
                self.most_tokens
            )
        })?;
        ensure!(
            first.is_empty() || room > 0,
            "the sentence leaves no room for a premise in the model's {} tokens",
            self.most_tokens
        );
        let cut = first.len().saturating_sub(room);
        first.truncate(room);
        let mut ids = vec![self.start];
        ids.append(&mut first);
        ids.push(self.end);
        if self.layout == Layout::XlmRoberta {
            ids.push(self.end);
        }
        ids.extend(second);
        ids.push(self.end);
        Ok(PairTokens { ids, cut })
    }
}

impl Json {
    fn open(path: &Path, layout: Layout) -> Result<Self> {
        let mut inner = tokenizers::Tokenizer::from_file(path).map_err(|error| {
            anyhow!("'{}' is not a tokenizer that can be used: {error}", path.display())
        })?;
        // What stands in an article is text, whatever it looks like.
        inner.set_encode_special_tokens(true);
        let name = if layout == Layout::DebertaV2 { "[UNK]" } else { "<unk>" };
        let unknown = inner
            .token_to_id(name)
            .with_context(|| format!("'{}' has no token '{name}'", path.display()))?;
        let added = inner.get_added_tokens_decoder().into_iter();
        let controls = added.filter(|(id, token)| token.special && *id != unknown);
        let controls = controls.map(|(id, _)| id).collect();
        Ok(Self { inner, controls, unknown })
    }

    fn ids(&self, text: &str) -> Result<Vec<u32>> {
        let encoding = self
            .inner
            .encode_fast(text, false)
            .map_err(|error| anyhow!("the text cannot be tokenised: {error}"))?;
        let plain = |&id: &u32| if self.controls.contains(&id) { self.unknown } else { id };
        Ok(encoding.get_ids().iter().map(plain).collect())
    }
}

impl Method {
    fn ids(&self, text: &str, layout: Layout) -> Result<Vec<u32>> {
        match self {
            Self::Json(json) => json.ids(text),
            Self::Pieces(pieces) => {
                let shifted = |id| match layout {
                    Layout::XlmRoberta if id == pieces.unknown_id() => XLM_ROBERTA_UNKNOWN,
                    Layout::XlmRoberta => id + XLM_ROBERTA_SHIFT,
                    Layout::DebertaV2 => id,
                };
                Ok(pieces.encode(text).iter().map(|piece| shifted(piece.id)).collect())
            }
        }
    }

    fn special(&self, name: &str, layout: Layout) -> Option<u32> {
        match (self, layout) {
            (Self::Json(json), _) => json.inner.token_to_id(name),
            // In fairseq's order, which the SentencePiece model does not show.
            (Self::Pieces(_), Layout::XlmRoberta) => Some(if name == "<s>" { 0 } else { 2 }),
            (Self::Pieces(pieces), Layout::DebertaV2) => {
                Some(pieces.piece_id(name)).filter(|&id| id != pieces.unknown_id())
            }
        }
    }
}

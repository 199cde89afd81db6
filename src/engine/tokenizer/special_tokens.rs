//! GGUF metadata → what each token is for: its kind, the start token, the end tokens.
//!
//! The rules are llama.cpp's, because GGUF files are made for it: a token whose text is that of a
//! known end-of-turn or fill-in-the-middle token is a control token whatever the file says
//! (<https://github.com/ggml-org/llama.cpp>, `src/llama-vocab.cpp`).

use anyhow::{Context, Result, ensure};

use super::vocabulary::Vocabulary;
use crate::engine::formats::gguf::Metadata;

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    Normal,
    /// Stands for text that no piece covers.
    Unknown,
    /// Steers the model and never comes from text.
    Control,
    /// Cut out of the text before anything else.
    UserDefined,
    Unused,
    /// One byte of a character that no piece covers.
    Byte,
}

impl TokenKind {
    /// From the format's `tokenizer.ggml.token_type` numbers.
    fn from_code(code: i64) -> Self {
        match code {
            1 => Self::Normal,
            2 => Self::Unknown,
            3 => Self::Control,
            4 => Self::UserDefined,
            6 => Self::Byte,
            _ => Self::Unused,
        }
    }
}

/// The special tokens of a file.
pub struct SpecialTokens {
    pub kinds: Vec<TokenKind>,
    /// Put before every prompt, if the model wants one.
    pub start: Option<u32>,
    /// Sorted.
    pub ends: Vec<u32>,
}

/// Tokens that end an answer, by their texts.
const END_TEXTS: [&str; 19] = [
    "<|eot_id|>",
    "<|im_end|>",
    "<|end|>",
    "<|return|>",
    "<|call|>",
    "<|flush|>",
    "<|calls|>",
    "<end_of_turn>",
    "<|endoftext|>",
    "</s>",
    "<|eom_id|>",
    "<EOT>",
    "_<EOT>",
    "[EOT]",
    "[EOS]",
    "<|end_of_text|>",
    "<end_of_utterance>",
    "<eos>",
    "<｜end▁of▁sentence｜>",
];

/// Ends of Hunyuan's models: the smaller ones' turn ends with the first; those from 7B up have the
/// others, by the `generation_config.json` of Hy-MT2 7B, whose published GGUF file names an ordinary
/// token (`$`) as its end of text and leaves the last of these out.
const HUNYUAN_ENDS: [&str; 3] = ["<｜hy_place▁holder▁no▁2｜>", "<|eos|>", "<|extra_5|>"];

/// A fill-in-the-middle token: the keys that may name it and the texts it is known by.
struct FillToken {
    keys: [&'static str; 2],
    texts: &'static [&'static str],
    /// Padding and file separators end an answer; the others do not.
    role: FillRole,
}

#[derive(PartialEq)]
enum FillRole {
    Marker,
    End,
}

const FILL_TOKENS: [FillToken; 6] = [
    FillToken {
        keys: ["tokenizer.ggml.fim_pre_token_id", "tokenizer.ggml.prefix_token_id"],
        texts: &[
            "<|fim_prefix|>",
            "<fim-prefix>",
            "<fim_prefix>",
            "<｜fim▁begin｜>",
            "<PRE>",
            "▁<PRE>",
        ],
        role: FillRole::Marker,
    },
    FillToken {
        keys: ["tokenizer.ggml.fim_suf_token_id", "tokenizer.ggml.suffix_token_id"],
        texts: &[
            "<|fim_suffix|>",
            "<fim-suffix>",
            "<fim_suffix>",
            "<｜fim▁hole｜>",
            "<SUF>",
            "▁<SUF>",
        ],
        role: FillRole::Marker,
    },
    FillToken {
        keys: ["tokenizer.ggml.fim_mid_token_id", "tokenizer.ggml.middle_token_id"],
        texts: &[
            "<|fim_middle|>",
            "<fim-middle>",
            "<fim_middle>",
            "<｜fim▁end｜>",
            "<MID>",
            "▁<MID>",
        ],
        role: FillRole::Marker,
    },
    FillToken {
        keys: ["tokenizer.ggml.fim_pad_token_id", ""],
        texts: &["<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]"],
        role: FillRole::End,
    },
    FillToken {
        keys: ["tokenizer.ggml.fim_rep_token_id", ""],
        texts: &["<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>"],
        role: FillRole::End,
    },
    FillToken {
        keys: ["tokenizer.ggml.fim_sep_token_id", ""],
        texts: &["<|file_sep|>"],
        role: FillRole::End,
    },
];

/// What the kind of tokenizer decides where the metadata is silent.
pub struct Defaults {
    pub start: Option<u32>,
    pub end: Option<u32>,
    pub add_start: StartRule,
}

/// Whether a start token goes before every prompt.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum StartRule {
    Add,
    Omit,
}

/// Reads the special tokens of a file.
///
/// # Errors
/// When an array is too short or a start token is demanded but not named; the message names the key.
pub fn read(
    metadata: &Metadata,
    vocabulary: &Vocabulary,
    defaults: &Defaults,
) -> Result<SpecialTokens> {
    let count = vocabulary.len();
    let mut kinds = read_kinds(metadata, count)?;
    let id_of = |key: &str| -> Result<Option<u32>> {
        let id = if key.is_empty() { None } else { metadata.optional_u32(key)? };
        Ok(id.filter(|&id| (id as usize) < count))
    };
    let mut ends = Vec::new();
    for token in &FILL_TOKENS {
        let named = match id_of(token.keys[0])? {
            Some(id) => Some(id),
            None => id_of(token.keys[1])?,
        };
        let id = named.or_else(|| {
            let id = token.texts.iter().find_map(|text| vocabulary.find(text.as_bytes()))?;
            kinds[id as usize] = TokenKind::Control;
            Some(id)
        });
        if token.role == FillRole::End {
            ends.extend(id);
        }
    }
    let splitter = metadata.optional_string("tokenizer.ggml.pre")?;
    let is_hunyuan = splitter.is_some_and(|name| name.starts_with("hunyuan"));
    let hunyuan_ends: &[&str] = if is_hunyuan { &HUNYUAN_ENDS } else { &[] };
    for text in END_TEXTS.iter().chain(hunyuan_ends) {
        if let Some(id) = vocabulary.find(text.as_bytes()) {
            kinds[id as usize] = TokenKind::Control;
            ends.push(id);
        }
    }
    ends.extend(id_of("tokenizer.ggml.eos_token_id")?.or(defaults.end));
    for key in ["tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id"] {
        ends.extend(id_of(key)?);
    }
    ends.retain(|&id| (id as usize) < count);
    drop_ordinary(&mut ends, &kinds);
    ends.sort_unstable();
    ends.dedup();
    let start = read_start(metadata, count, defaults)?;
    Ok(SpecialTokens { kinds, start, ends })
}

/// A token of ordinary text cannot end an answer: every answer with it would be cut there. Where all
/// named ends are ordinary, the file says nothing of kinds and is believed.
fn drop_ordinary(ends: &mut Vec<u32>, kinds: &[TokenKind]) {
    let is_ordinary = |id: &u32| kinds[*id as usize] == TokenKind::Normal;
    if ends.iter().all(is_ordinary) {
        return;
    }
    for id in ends.extract_if(.., |id| is_ordinary(id)) {
        tracing::warn!(
            "the model file names the ordinary token {id} as an end; it is not taken for one"
        );
    }
}

fn read_kinds(metadata: &Metadata, count: usize) -> Result<Vec<TokenKind>> {
    let key = "tokenizer.ggml.token_type";
    let Some(codes) = metadata.optional_integers(key)? else {
        return Ok(vec![TokenKind::Normal; count]);
    };
    ensure!(
        codes.len() >= count,
        "the metadata key '{key}' has {} entries for {count} tokens",
        codes.len()
    );
    Ok(codes[..count].iter().map(|&code| TokenKind::from_code(code)).collect())
}

fn read_start(metadata: &Metadata, count: usize, defaults: &Defaults) -> Result<Option<u32>> {
    let add = match metadata.optional_bool("tokenizer.ggml.add_bos_token")? {
        Some(true) => StartRule::Add,
        Some(false) => StartRule::Omit,
        None => defaults.add_start,
    };
    if add == StartRule::Omit {
        return Ok(None);
    }
    let key = "tokenizer.ggml.bos_token_id";
    let id = metadata
        .optional_u32(key)?
        .or(defaults.start)
        .with_context(|| format!("the metadata key '{key}' is missing"))?;
    ensure!(
        (id as usize) < count,
        "the metadata key '{key}' is {id}, but there are {count} tokens"
    );
    Ok(Some(id))
}

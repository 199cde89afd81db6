//! `generation_config.json`, the older keys of `config.json`, or GGUF metadata → how a model is
//! meant to be decoded.

use anyhow::{Context, Result, ensure};

use super::fields::Fields;
use super::rules::Rules;
use super::search::{Stopping, Strategy};
use crate::engine::gguf::Metadata;
use crate::engine::{GenerationOptions, Sampling};

/// Hypotheses of a Marian model that does not say: Helsinki's own setting.
const MARIAN_BEAMS: usize = 4;

/// What a model's authors set for its generation.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Defaults {
    /// The decoder's first token.
    pub start: u32,
    pub ends: Vec<u32>,
    forced_end: Option<u32>,
    banned: Vec<Vec<u32>>,
    no_repeat: usize,
    pub beams: usize,
    pub length_penalty: f32,
    stopping: Stopping,
}

/// The two files that may hold a setting; the first that has a key wins.
pub(super) struct Settings<'a> {
    pub generation: Option<&'a Fields>,
    pub config: &'a Fields,
}

impl<'a> Settings<'a> {
    fn holder(&self, key: &str) -> &'a Fields {
        self.generation.filter(|fields| fields.find(key).is_some()).unwrap_or(self.config)
    }

    /// Settings of the search: where there is a generation configuration, `transformers` reads
    /// them there alone.
    fn search(&self) -> &'a Fields {
        self.generation.unwrap_or(self.config)
    }
}

impl Defaults {
    /// Marian models: the pad token is banned whether the files say so or not.
    ///
    /// # Errors
    /// When a key is missing or of the wrong kind.
    pub fn for_marian(settings: &Settings<'_>) -> Result<Self> {
        let pad = settings.holder("pad_token_id").optional_token("pad_token_id")?;
        let mut defaults = Self::from_settings(settings, pad, MARIAN_BEAMS)?;
        if let Some(pad) = pad
            && !defaults.banned.contains(&vec![pad])
        {
            defaults.banned.push(vec![pad]);
        }
        Ok(defaults)
    }

    /// T5 models; greedy where the files do not say otherwise.
    ///
    /// # Errors
    /// When a key is missing or of the wrong kind.
    pub fn for_t5(settings: &Settings<'_>) -> Result<Self> {
        let pad = settings.holder("pad_token_id").optional_token("pad_token_id")?;
        Self::from_settings(settings, pad.or(Some(0)), 1)
    }

    /// # Errors
    /// When a key is of the wrong kind.
    pub fn from_metadata(metadata: &Metadata) -> Result<Self> {
        let pad = metadata.optional_u32("tokenizer.ggml.padding_token_id")?.unwrap_or(0);
        Ok(Self {
            start: metadata.optional_u32("t5.decoder_start_token_id")?.unwrap_or(pad),
            ends: vec![metadata.optional_u32("tokenizer.ggml.eos_token_id")?.unwrap_or(1)],
            forced_end: None,
            banned: Vec::new(),
            no_repeat: 0,
            beams: 1,
            length_penalty: 1.0,
            stopping: Stopping::default(),
        })
    }

    fn from_settings(settings: &Settings<'_>, pad: Option<u32>, beams: usize) -> Result<Self> {
        let (search, start) = (settings.search(), "decoder_start_token_id");
        let ends = settings.holder("eos_token_id").tokens("eos_token_id")?;
        ensure!(!ends.is_empty(), "the configuration has no 'eos_token_id'");
        let stopping = match search.find("early_stopping") {
            Some(value) if value.as_bool() == Some(true) => Stopping::AtOnce,
            Some(value) if value.as_str() == Some("never") => Stopping::Certain,
            _ => Stopping::Estimate,
        };
        let beams = search.optional_size("num_beams")?.unwrap_or(beams);
        ensure!((1..=64).contains(&beams), "'num_beams' is {beams}; 1 to 64 were expected");
        Ok(Self {
            start: settings
                .holder(start)
                .optional_token(start)?
                .or(pad)
                .with_context(|| format!("the configuration has no '{start}'"))?,
            ends,
            forced_end: search.tokens("forced_eos_token_id")?.first().copied(),
            banned: search.token_lists("bad_words_ids")?,
            no_repeat: search.optional_size("no_repeat_ngram_size")?.unwrap_or(0),
            beams,
            length_penalty: search.optional_number("length_penalty")?.unwrap_or(1.0),
            stopping,
        })
    }

    /// Fails when the decoder could not even start.
    pub fn check(&self, vocabulary: usize) -> Result<()> {
        for token in self.ends.iter().chain([&self.start]) {
            ensure!(
                (*token as usize) < vocabulary,
                "the start or end token {token} is not among the {vocabulary} tokens"
            );
        }
        Ok(())
    }

    /// The sampling that the authors set.
    pub fn sampling(&self) -> Sampling {
        match self.beams {
            1 => Sampling::Greedy,
            width => Sampling::Beam { width, length_penalty: self.length_penalty },
        }
    }

    /// How to search for `sampling`; none for random sampling.
    pub fn strategy(&self, sampling: &Sampling) -> Option<Strategy> {
        match *sampling {
            Sampling::Random { .. } => None,
            Sampling::Greedy | Sampling::Beam { width: 0 | 1, .. } => Some(Strategy::Greedy),
            Sampling::Beam { width, length_penalty } => {
                Some(Strategy::Beam { width, length_penalty, stopping: self.stopping })
            }
        }
    }

    /// The rules for a request with these options and at most `most_tokens` tokens.
    pub fn rules(&self, options: &GenerationOptions, most_tokens: usize) -> Rules {
        Rules {
            start: self.start,
            ends: self.ends.clone(),
            forced_end: self.forced_end,
            most_tokens,
            banned: self.banned.clone(),
            no_repeat: self.no_repeat,
            repetition_penalty: options.repetition_penalty,
            repetition_window: options.repetition_window,
            allowed: None,
        }
    }
}

//! `generation_config.json`, the older keys of `config.json`, or GGUF metadata → how a model is
//! meant to be decoded.

use anyhow::{Context, Result, bail, ensure};

use super::rules::Rules;
use super::search::{Stopping, Strategy};
use crate::engine::formats::fields::Fields;
use crate::engine::formats::gguf::Metadata;
use crate::engine::{GenerationOptions, Sampling};

/// Hypotheses of a Marian model that does not say: Helsinki's own setting.
const MARIAN_BEAMS: usize = 4;

/// What a model's authors set for its generation.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Defaults {
    /// The decoder's first token.
    pub start: u32,
    pub ends: Vec<u32>,
    forced_start: Option<u32>,
    forced_end: Option<u32>,
    fewest_tokens: usize,
    banned: Vec<Vec<u32>>,
    no_repeat: usize,
    repetition_penalty: f32,
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
            forced_start: None,
            forced_end: None,
            fewest_tokens: 0,
            banned: Vec::new(),
            no_repeat: 0,
            repetition_penalty: 1.0,
            beams: 1,
            length_penalty: 1.0,
            stopping: Stopping::default(),
        })
    }

    fn from_settings(settings: &Settings<'_>, pad: Option<u32>, beams: usize) -> Result<Self> {
        let (search, start) = (settings.search(), "decoder_start_token_id");
        refuse_unknown(search)?;
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
            forced_start: search.optional_token("forced_bos_token_id")?,
            forced_end: search.tokens("forced_eos_token_id")?.first().copied(),
            fewest_tokens: fewest_tokens(search)?,
            banned: banned(search)?,
            no_repeat: search.optional_size("no_repeat_ngram_size")?.unwrap_or(0),
            repetition_penalty: repetition_penalty(search)?,
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
        // The authors' penalty holds where the request sets none, and looks at the whole output.
        let (repetition_penalty, repetition_window) = match options.repetition_penalty {
            1.0 => (self.repetition_penalty, usize::MAX),
            penalty => (penalty, options.repetition_window),
        };
        Rules {
            start: self.start,
            ends: self.ends.clone(),
            forced_start: self.forced_start,
            forced_end: self.forced_end,
            most_tokens,
            fewest_tokens: self.fewest_tokens,
            banned: self.banned.clone(),
            no_repeat: self.no_repeat,
            repetition_penalty,
            repetition_window,
            allowed: None,
        }
    }
}

/// Tokens before the end: `min_length` counts the start token, too, and `min_new_tokens` does not.
fn fewest_tokens(search: &Fields) -> Result<usize> {
    let whole = search.optional_size("min_length")?.unwrap_or(0);
    let new = search.optional_size("min_new_tokens")?.unwrap_or(0);
    Ok(whole.saturating_sub(1).max(new))
}

/// Sequences of `bad_words_ids` and single tokens of `suppress_tokens`.
fn banned(search: &Fields) -> Result<Vec<Vec<u32>>> {
    let mut banned = search.token_lists("bad_words_ids")?;
    banned.extend(search.tokens("suppress_tokens")?.into_iter().map(|token| vec![token]));
    Ok(banned)
}

fn repetition_penalty(search: &Fields) -> Result<f32> {
    let penalty = search.optional_number("repetition_penalty")?.unwrap_or(1.0);
    ensure!(penalty > 0.0, "'repetition_penalty' is {penalty}; a number above 0 was expected");
    Ok(penalty)
}

/// Settings that would change outputs and that the search does not know, with the value that each
/// has when it is off.
const UNKNOWN: [(&str, f64); 11] = [
    ("num_beam_groups", 1.0),
    ("diversity_penalty", 0.0),
    ("encoder_no_repeat_ngram_size", 0.0),
    ("encoder_repetition_penalty", 1.0),
    ("penalty_alpha", 0.0),
    ("guidance_scale", 1.0),
    ("begin_suppress_tokens", f64::NAN),
    ("force_words_ids", f64::NAN),
    ("constraints", f64::NAN),
    ("sequence_bias", f64::NAN),
    ("exponential_decay_length_penalty", f64::NAN),
];

/// Fails on a setting that would have to be ignored.
fn refuse_unknown(search: &Fields) -> Result<()> {
    for (key, off) in UNKNOWN {
        let on = search.find(key).filter(|value| value.as_f64() != Some(off));
        if let Some(value) = on {
            bail!(
                "'{}' sets '{key}' to {value}, which bulletin cannot do; take the key out to \
                 translate without it",
                search.path().display()
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(settings: serde_json::Value) -> Result<Defaults> {
        let mut all = json!({"eos_token_id": 1, "decoder_start_token_id": 0});
        all.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        Defaults::for_t5(&Settings { generation: None, config: &Fields::of(all) })
    }

    #[test]
    fn settings_of_the_authors_are_obeyed() {
        let settings = json!({
            "forced_bos_token_id": 7, "min_length": 5, "min_new_tokens": 2,
            "no_repeat_ngram_size": 3, "suppress_tokens": [8, 9], "bad_words_ids": [[4, 5]],
            "repetition_penalty": 1.5, "num_beam_groups": 1, "diversity_penalty": 0.0,
            "sequence_bias": null,
        });
        let rules = read(settings).unwrap().rules(&GenerationOptions::default(), 20);
        assert_eq!((rules.forced_start, rules.fewest_tokens, rules.no_repeat), (Some(7), 4, 3));
        assert_eq!(rules.banned, [vec![4, 5], vec![8], vec![9]]);
        assert_eq!((rules.repetition_penalty, rules.repetition_window), (1.5, usize::MAX));
        let options = GenerationOptions { repetition_penalty: 1.2, ..Default::default() };
        let rules = read(json!({"repetition_penalty": 1.5})).unwrap().rules(&options, 20);
        assert_eq!((rules.repetition_penalty, rules.repetition_window), (1.2, 64));
    }

    #[test]
    fn settings_that_cannot_be_obeyed_are_refused_by_name() {
        for (key, value) in [
            ("num_beam_groups", json!(2)),
            ("encoder_no_repeat_ngram_size", json!(3)),
            ("force_words_ids", json!([[3]])),
            ("begin_suppress_tokens", json!([3])),
        ] {
            let error = read(json!({ key: value })).unwrap_err().to_string();
            assert!(error.contains(key) && error.contains("config.json"), "{error}");
        }
        let error = read(json!({"repetition_penalty": 0})).unwrap_err().to_string();
        assert!(error.contains("repetition_penalty"), "{error}");
    }
}

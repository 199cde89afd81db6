//! A published `config.json` → the metadata that a GGUF file of the same model would have, so that
//! the families are read in one way.

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value as Json;

use crate::engine::formats::gguf::{Metadata, Value};

/// What `config.json` says, in the terms of GGUF.
pub struct HubConfig {
    pub metadata: Metadata,
    /// `general.architecture`.
    pub family: &'static str,
    /// Llama 3's per-frequency factors, which GGUF keeps as the tensor `rope_freqs.weight`.
    pub rope_factors: Option<Vec<f32>>,
}

/// Names of sizes here and in GGUF.
const SIZES: [(&str, &str); 6] = [
    ("hidden_size", "embedding_length"),
    ("num_hidden_layers", "block_count"),
    ("num_attention_heads", "attention.head_count"),
    ("num_key_value_heads", "attention.head_count_kv"),
    ("intermediate_size", "feed_forward_length"),
    ("max_position_embeddings", "context_length"),
];

/// What Gemma 3's larger files leave out (`Gemma3TextConfig` of Transformers).
const GEMMA3_DEFAULTS: [(&str, f64); 6] = [
    ("num_attention_heads", 8.0),
    ("num_key_value_heads", 4.0),
    ("head_dim", 256.0),
    ("max_position_embeddings", 131_072.0),
    ("rms_norm_eps", 1e-6),
    ("query_pre_attn_scalar", 256.0),
];

/// Translates a parsed `config.json`.
///
/// # Errors
/// When the family or an option is not supported, or a key is missing; the message names the key.
pub fn read(whole: &Json) -> Result<HubConfig> {
    let model_type = whole["model_type"].as_str().context("the key 'model_type' is missing")?;
    let family = match model_type {
        "llama" => "llama",
        "qwen2" => "qwen2",
        "qwen3" => "qwen3",
        "gemma3" | "gemma3_text" => "gemma3",
        "hunyuan_v1_dense" => "hunyuan-dense",
        other => bail!(
            "the key 'model_type' is '{other}'; supported are llama, qwen2, qwen3, gemma3, \
             gemma3_text and hunyuan_v1_dense"
        ),
    };
    // Models that also see pictures keep the text model's part apart.
    let config = if whole["text_config"].is_object() { &whole["text_config"] } else { whole };
    let mut reader = Reader { config, family, metadata: Metadata::default() };
    reader.check_options()?;
    reader.copy_sizes()?;
    let rope_factors = reader.copy_rope()?;
    if family == "gemma3" {
        reader.copy_gemma3()?;
    }
    Ok(HubConfig { metadata: reader.metadata, family, rope_factors })
}

struct Reader<'a> {
    config: &'a Json,
    family: &'static str,
    metadata: Metadata,
}

impl Reader<'_> {
    fn number(&self, key: &str) -> Result<f64> {
        self.optional_number(key)?.with_context(|| format!("the key '{key}' is missing"))
    }

    fn optional_number(&self, key: &str) -> Result<Option<f64>> {
        let default = || {
            let known = GEMMA3_DEFAULTS.iter().find(|(name, _)| *name == key);
            known.filter(|_| self.family == "gemma3").map(|(_, value)| *value)
        };
        match &self.config[key] {
            Json::Null => Ok(default()),
            Json::Number(number) => Ok(number.as_f64()),
            other => bail!("the key '{key}' is {other}; a number was expected"),
        }
    }

    fn set(&mut self, name: &str, value: Value) {
        self.metadata.insert(format!("{}.{name}", self.family), value);
    }

    /// Refuses what the engine would otherwise silently compute differently.
    fn check_options(&mut self) -> Result<()> {
        self.metadata.insert("general.architecture".into(), Value::String(self.family.into()));
        let wanted = if self.family == "gemma3" { "gelu_pytorch_tanh" } else { "silu" };
        for key in ["hidden_act", "hidden_activation"] {
            let found = self.config[key].as_str().unwrap_or(wanted);
            ensure!(found == wanted, "the key '{key}' is '{found}'; only '{wanted}' is supported");
        }
        for key in ["use_sliding_window", "use_bidirectional_attention"] {
            ensure!(self.config[key] != true, "the key '{key}' is true, which is not supported");
        }
        for key in ["attn_logit_softcapping", "final_logit_softcapping"] {
            ensure!(self.config[key].is_null(), "the key '{key}' is set, which is not supported");
        }
        Ok(())
    }

    fn copy_sizes(&mut self) -> Result<()> {
        for (key, name) in SIZES {
            let size = match self.optional_number(key)? {
                Some(size) => size,
                None if key == "num_key_value_heads" => self.number("num_attention_heads")?,
                None => bail!("the key '{key}' is missing"),
            };
            ensure!(
                size.fract() == 0.0 && (0.0..4e9).contains(&size),
                "the key '{key}' is {size}; a whole number was expected"
            );
            self.set(name, Value::U64(size as u64));
        }
        if let Some(head_dim) = self.optional_number("head_dim")? {
            self.set("attention.key_length", Value::U64(head_dim as u64));
        }
        let epsilon = self.number("rms_norm_eps")?;
        self.set("attention.layer_norm_rms_epsilon", Value::F64(epsilon));
        Ok(())
    }

    fn head_dim(&self) -> Result<f64> {
        match self.optional_number("head_dim")? {
            Some(head_dim) => Ok(head_dim),
            None => Ok((self.number("hidden_size")? / self.number("num_attention_heads")?).floor()),
        }
    }

    /// The rotation's settings: `rope_parameters` of newer files (for Gemma by kind of layer),
    /// `rope_scaling` of older ones.
    fn rope_settings(&self) -> &Json {
        let parameters = &self.config["rope_parameters"];
        if parameters["full_attention"].is_object() {
            &parameters["full_attention"]
        } else if parameters.is_object() {
            parameters
        } else {
            &self.config["rope_scaling"]
        }
    }

    /// Copies base and scaling of the rotation; gives Llama 3's factors.
    fn copy_rope(&mut self) -> Result<Option<Vec<f32>>> {
        let scaling = self.rope_settings().clone();
        let default = if self.family == "gemma3" { 1_000_000.0 } else { 10_000.0 };
        let theta = scaling["rope_theta"].as_f64().or(self.optional_number("rope_theta")?);
        let mut theta = theta.unwrap_or(default);
        let kind = scaling["rope_type"].as_str().or(scaling["type"].as_str()).unwrap_or("default");
        let number = |key: &str| {
            scaling[key].as_f64().with_context(|| format!("the rotation's key '{key}' is missing"))
        };
        let mut factors = None;
        match kind {
            "default" => {}
            "linear" => {
                let factor = number("factor")?;
                self.set("rope.scaling.type", Value::String("linear".into()));
                self.set("rope.scaling.factor", Value::F64(factor));
            }
            "llama3" => factors = Some(llama3_factors(theta, self.head_dim()?, number)?),
            // A fixed α stretches the base; no length enters (Transformers, HunYuanDenseV1).
            "dynamic" if scaling["alpha"].as_f64().is_some() => {
                let dim = self.head_dim()?;
                ensure!(dim > 2.0, "heads of {dim} values cannot be stretched");
                theta *= number("alpha")?.powf(dim / (dim - 2.0));
            }
            other => bail!("the rotation's type is '{other}', which is not supported"),
        }
        self.set("rope.freq_base", Value::F64(theta));
        // The published order of a head's values; GGUF files of this family have another.
        self.set("rope.layout", Value::String("halves".into()));
        Ok(factors)
    }

    fn copy_gemma3(&mut self) -> Result<()> {
        let window = self.number("sliding_window")?;
        self.set("attention.sliding_window", Value::U64(window as u64));
        let windowed = &self.config["rope_parameters"]["sliding_attention"]["rope_theta"];
        let base = windowed.as_f64().or(self.optional_number("rope_local_base_freq")?);
        self.set("rope.freq_base_swa", Value::F64(base.unwrap_or(10_000.0)));
        let layers = self.number("num_hidden_layers")?;
        // The rule by which the scale is found where no key states it: only the 27B differs.
        let expected = if layers == 62.0 {
            (self.number("hidden_size")? / self.number("num_attention_heads")?).floor()
        } else {
            self.head_dim()?
        };
        let scalar = self.number("query_pre_attn_scalar")?;
        ensure!(
            scalar == expected,
            "the key 'query_pre_attn_scalar' is {scalar}; {expected} was expected"
        );
        for (index, kind) in self.config["layer_types"].as_array().into_iter().flatten().enumerate()
        {
            let expected =
                if (index + 1) % 6 == 0 { "full_attention" } else { "sliding_attention" };
            ensure!(kind == expected, "layer {index} of 'layer_types' is {kind}, not {expected}");
        }
        Ok(())
    }
}

/// Llama 3's rule (Transformers `rope_type` llama3): fast pairs stay, slow ones turn `factor` times
/// slower, those between are blended by how often they turn within the original context.
fn llama3_factors(
    theta: f64,
    head_dim: f64,
    number: impl Fn(&str) -> Result<f64>,
) -> Result<Vec<f32>> {
    let (factor, low) = (number("factor")?, number("low_freq_factor")?);
    let (high, context) =
        (number("high_freq_factor")?, number("original_max_position_embeddings")?);
    ensure!(factor >= 1.0 && high > low && context > 0.0, "the rotation's factors are absurd");
    ensure!((2.0..4096.0).contains(&head_dim), "heads of {head_dim} values are absurd");
    let pairs = head_dim as usize / 2;
    let of_pair = |pair: usize| {
        let wavelength = std::f64::consts::TAU * theta.powf(2.0 * pair as f64 / head_dim);
        let blend = ((context / wavelength - low) / (high - low)).clamp(0.0, 1.0);
        (1.0 / ((1.0 - blend) / factor + blend)) as f32
    };
    Ok((0..pairs).map(of_pair).collect())
}

/// The GGUF name of a published tensor; `None` for what the engine does not need.
///
/// # Errors
/// When a layer has a tensor that no supported model has: leaving it out would be wrong.
pub fn gguf_name(name: &str, family: &str) -> Result<Option<String>> {
    if name.ends_with("lm_head.weight") {
        return Ok(Some("output.weight".into()));
    }
    let prefixes = ["model.language_model.", "language_model.model.", "model."];
    let Some(rest) = prefixes.iter().find_map(|prefix| name.strip_prefix(prefix)) else {
        return Ok(None);
    };
    match rest {
        "embed_tokens.weight" => return Ok(Some("token_embd.weight".into())),
        "norm.weight" => return Ok(Some("output_norm.weight".into())),
        _ => {}
    }
    let Some((layer, part)) = rest.strip_prefix("layers.").and_then(|rest| rest.split_once('.'))
    else {
        return Ok(None);
    };
    if part.ends_with("rotary_emb.inv_freq") {
        return Ok(None);
    }
    let named =
        part.rsplit_once('.').and_then(|(part, kind)| Some((part_name(part, family)?, kind)));
    let (part, kind) = named.with_context(|| {
        format!("tensor '{name}' is of a kind that bulletin does not know in family '{family}'")
    })?;
    Ok(Some(format!("blk.{layer}.{part}.{kind}")))
}

/// A part of a layer: published name → GGUF name.
pub fn part_name(part: &str, family: &str) -> Option<&'static str> {
    Some(match (part, family) {
        ("self_attn.q_proj", _) => "attn_q",
        ("self_attn.k_proj", _) => "attn_k",
        ("self_attn.v_proj", _) => "attn_v",
        ("self_attn.o_proj", _) => "attn_output",
        ("mlp.gate_proj", _) => "ffn_gate",
        ("mlp.up_proj", _) => "ffn_up",
        ("mlp.down_proj", _) => "ffn_down",
        ("input_layernorm", _) => "attn_norm",
        ("post_attention_layernorm", "gemma3") => "post_attention_norm",
        ("pre_feedforward_layernorm", "gemma3") => "ffn_norm",
        ("post_feedforward_layernorm", "gemma3") => "post_ffw_norm",
        ("post_attention_layernorm", _) => "ffn_norm",
        ("self_attn.q_norm", "qwen3" | "gemma3") => "attn_q_norm",
        ("self_attn.k_norm", "qwen3" | "gemma3") => "attn_k_norm",
        ("self_attn.query_layernorm", "hunyuan-dense") => "attn_q_norm",
        ("self_attn.key_layernorm", "hunyuan-dense") => "attn_k_norm",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;

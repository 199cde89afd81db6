//! `config.json` of an entailment model → its family's shape, its labels, and how much it reads.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use candle_nn::Activation;
use candle_transformers::models::{debertav2, xlm_roberta};

use crate::engine::formats::fields::Fields;

/// More of anything than a model has: layers, heads, labels.
const MOST_PARTS: usize = 1024;
/// Wider or longer than any model; a table of this many positions still fits any computer.
const MOST_WIDTH: usize = 1 << 20;

/// The family's shape, as Candle wants it.
pub(super) enum Family {
    DebertaV2(Box<debertav2::Config>),
    XlmRoberta(Box<xlm_roberta::Config>),
}

/// Which outputs of the model mean what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Labels {
    pub count: usize,
    pub entailment: usize,
    /// Models of two labels have none.
    pub contradiction: Option<usize>,
}

/// What `config.json` says.
pub(super) struct Config {
    pub family: Family,
    pub labels: Labels,
    /// Most tokens of a pair, special ones included.
    pub most_tokens: usize,
    pub padding: u32,
}

impl Config {
    /// # Errors
    /// When the file cannot be read, a key is missing or absurd, or the model is no entailment model
    /// that can be run; the message names file and key.
    pub fn read(path: &Path) -> Result<Self> {
        Self::from_fields(&Fields::read(path)?)
    }

    pub fn from_fields(fields: &Fields) -> Result<Self> {
        let kind = fields.optional_text("model_type")?.unwrap_or("");
        match kind {
            "deberta-v2" => deberta(fields),
            "xlm-roberta" => xlm_roberta(fields),
            other => bail!(
                "'model_type' in '{}' is '{other}'; entailment models can be 'deberta-v2' and 'xlm-roberta'",
                fields.path().display()
            ),
        }
    }
}

fn deberta(fields: &Fields) -> Result<Config> {
    let shape = Shape::read(fields)?;
    refuse_foreign_deberta(fields, shape.hidden / shape.heads)?;
    let padding = fields.optional_token("pad_token_id")?.unwrap_or(0);
    let family = debertav2::Config {
        vocab_size: shape.vocabulary,
        hidden_size: shape.hidden,
        num_hidden_layers: shape.layers,
        num_attention_heads: shape.heads,
        intermediate_size: shape.inner,
        hidden_act: activation(fields, "hidden_act")?,
        hidden_dropout_prob: 0.0,
        attention_probs_dropout_prob: 0.0,
        max_position_embeddings: shape.positions,
        type_vocab_size: fields.optional_size("type_vocab_size")?.unwrap_or(0),
        initializer_range: 0.0,
        layer_norm_eps: shape.epsilon,
        relative_attention: fields.flag("relative_attention", false)?,
        max_relative_positions: signed(fields, "max_relative_positions")?,
        pad_token_id: Some(padding as usize),
        position_biased_input: fields.flag("position_biased_input", true)?,
        pos_att_type: attention_kinds(fields)?,
        position_buckets: Some(signed(fields, "position_buckets")?),
        share_att_key: Some(fields.flag("share_att_key", false)?),
        attention_head_size: None,
        embedding_size: fields.optional_size("embedding_size")?,
        norm_rel_ebd: fields.optional_text("norm_rel_ebd")?.map(str::to_string),
        conv_kernel_size: None,
        conv_groups: None,
        conv_act: None,
        id2label: Some((0..shape.labels.count as u32).map(|id| (id, id.to_string())).collect()),
        label2id: None,
        pooler_dropout: Some(0.0),
        pooler_hidden_act: Some(activation(fields, "pooler_hidden_act")?),
        pooler_hidden_size: Some(
            fields.optional_size("pooler_hidden_size")?.unwrap_or(shape.hidden),
        ),
        cls_dropout: None,
    };
    let most_tokens = shape.positions;
    Ok(Config {
        family: Family::DebertaV2(Box::new(family)),
        labels: shape.labels,
        most_tokens,
        padding,
    })
}

/// What Candle's model lacks; `head` is the width of an attention head.
fn refuse_foreign_deberta(fields: &Fields, head: usize) -> Result<()> {
    let convolution = fields.optional_size("conv_kernel_size")?.unwrap_or(0);
    ensure!(
        convolution == 0,
        "'conv_kernel_size' in '{}' is {convolution}; models with a convolution are not supported",
        fields.path().display()
    );
    ensure!(
        fields.optional_size("attention_head_size")?.is_none_or(|size| size == head),
        "'attention_head_size' in '{}' is not hidden_size / num_attention_heads, which is {head}",
        fields.path().display()
    );
    Ok(())
}

fn xlm_roberta(fields: &Fields) -> Result<Config> {
    let shape = Shape::read(fields)?;
    let padding = fields.optional_token("pad_token_id")?.unwrap_or(1);
    let kind = fields.optional_text("position_embedding_type")?.unwrap_or("absolute");
    ensure!(
        kind == "absolute",
        "'position_embedding_type' in '{}' is '{kind}'; 'absolute' is supported",
        fields.path().display()
    );
    // Positions are counted from behind the padding token's id.
    let most_tokens = shape.positions.saturating_sub(padding as usize + 1);
    let family = xlm_roberta::Config {
        hidden_size: shape.hidden,
        layer_norm_eps: shape.epsilon,
        attention_probs_dropout_prob: 0.0,
        hidden_dropout_prob: 0.0,
        num_attention_heads: shape.heads,
        position_embedding_type: kind.to_string(),
        intermediate_size: shape.inner,
        hidden_act: match activation(fields, "hidden_act")? {
            debertav2::HiddenAct::Gelu => Activation::Gelu,
            debertav2::HiddenAct::GeluApproximate => Activation::GeluPytorchTanh,
            debertav2::HiddenAct::Relu => Activation::Relu,
        },
        num_hidden_layers: shape.layers,
        vocab_size: shape.vocabulary,
        max_position_embeddings: shape.positions,
        type_vocab_size: fields.optional_size("type_vocab_size")?.unwrap_or(1),
        pad_token_id: padding,
    };
    Ok(Config {
        family: Family::XlmRoberta(Box::new(family)),
        labels: shape.labels,
        most_tokens,
        padding,
    })
}

/// What both families have.
struct Shape {
    hidden: usize,
    layers: usize,
    heads: usize,
    /// Width of the feed-forward block.
    inner: usize,
    vocabulary: usize,
    positions: usize,
    epsilon: f64,
    labels: Labels,
}

impl Shape {
    fn read(fields: &Fields) -> Result<Self> {
        let bounded = |key: &str, most: usize| -> Result<usize> {
            let size = fields.size(key)?;
            ensure!(
                (1..=most).contains(&size),
                "'{key}' in '{}' is {size}; it must be from 1 to {most}",
                fields.path().display()
            );
            Ok(size)
        };
        let shape = Self {
            hidden: bounded("hidden_size", MOST_WIDTH)?,
            layers: bounded("num_hidden_layers", MOST_PARTS)?,
            heads: bounded("num_attention_heads", MOST_PARTS)?,
            inner: bounded("intermediate_size", MOST_WIDTH)?,
            vocabulary: bounded("vocab_size", u32::MAX as usize)?,
            positions: bounded("max_position_embeddings", MOST_WIDTH)?,
            epsilon: fields
                .find("layer_norm_eps")
                .and_then(serde_json::Value::as_f64)
                .with_context(|| {
                    format!("'{}' has no 'layer_norm_eps'", fields.path().display())
                })?,
            labels: labels(fields)?,
        };
        ensure!(
            shape.hidden.is_multiple_of(shape.heads),
            "'hidden_size' in '{}' is {}, which {} heads cannot share",
            fields.path().display(),
            shape.hidden,
            shape.heads
        );
        Ok(shape)
    }
}

/// The places of the labels in `id2label`, whose names are compared without regard to case.
fn labels(fields: &Fields) -> Result<Labels> {
    let file = fields.path().display();
    let named = fields
        .find("id2label")
        .and_then(serde_json::Value::as_object)
        .with_context(|| format!("'{file}' has no 'id2label', which names the model's answers"))?;
    let count = named.len();
    ensure!((2..=MOST_PARTS).contains(&count), "'id2label' in '{file}' names {count} answers");
    let place = |wanted: &str| -> Option<usize> {
        let is_it = |name: &serde_json::Value| {
            name.as_str().is_some_and(|name| name.trim().to_lowercase() == wanted)
        };
        named.iter().find(|(_, name)| is_it(name))?.0.parse().ok().filter(|place| *place < count)
    };
    let Some(entailment) = place("entailment") else {
        let names: Vec<String> = named.values().map(|name| name.to_string()).collect();
        bail!(
            "'id2label' in '{file}' has no label 'entailment' (it has {}); this is no entailment model",
            names.join(", ")
        );
    };
    Ok(Labels { count, entailment, contradiction: place("contradiction") })
}

fn activation(fields: &Fields, key: &str) -> Result<debertav2::HiddenAct> {
    match fields.optional_text(key)?.unwrap_or("gelu") {
        "gelu" => Ok(debertav2::HiddenAct::Gelu),
        "gelu_new" | "gelu_pytorch_tanh" => Ok(debertav2::HiddenAct::GeluApproximate),
        "relu" => Ok(debertav2::HiddenAct::Relu),
        other => bail!(
            "'{key}' in '{}' is '{other}'; 'gelu', 'gelu_new' and 'relu' are supported",
            fields.path().display()
        ),
    }
}

/// A number that may be −1 for "none", which an absent key means, too.
fn signed(fields: &Fields, key: &str) -> Result<isize> {
    let Some(value) = fields.find(key) else { return Ok(-1) };
    let most = MOST_WIDTH as i64;
    let number = value.as_i64().filter(|number| (-1..=most).contains(number));
    number.map(|number| number as isize).with_context(|| {
        format!("'{key}' in '{}' is {value}; it must be from -1 to {most}", fields.path().display())
    })
}

/// `"p2c|c2p"` or a list of the same names.
fn attention_kinds(fields: &Fields) -> Result<Vec<String>> {
    let kinds: Vec<String> = match fields.find("pos_att_type") {
        None => Vec::new(),
        Some(serde_json::Value::Array(names)) => {
            names.iter().filter_map(|name| Some(name.as_str()?.to_lowercase())).collect()
        }
        Some(_) => {
            let text = fields.optional_text("pos_att_type")?.unwrap_or("").to_lowercase();
            text.split('|').map(|name| name.trim().to_string()).collect()
        }
    };
    for kind in kinds.iter().filter(|kind| !kind.is_empty()) {
        ensure!(
            ["c2p", "p2c"].contains(&kind.as_str()),
            "'pos_att_type' in '{}' has '{kind}'; 'c2p' and 'p2c' are supported",
            fields.path().display()
        );
    }
    Ok(kinds.into_iter().filter(|kind| !kind.is_empty()).collect())
}

#[cfg(test)]
mod tests;

use serde_json::{Value, json};

use super::*;

fn file() -> Value {
    json!({
        "model_type": "deberta-v2", "vocab_size": 90, "hidden_size": 12, "num_hidden_layers": 2,
        "num_attention_heads": 3, "intermediate_size": 20, "max_position_embeddings": 64,
        "layer_norm_eps": 1e-7, "relative_attention": true, "pos_att_type": "p2c|c2p",
        "id2label": {"0": "entailment", "1": "neutral", "2": "contradiction"},
    })
}

fn with(key: &str, value: Value) -> Result<Config> {
    let mut file = file();
    file[key] = value;
    Config::from_fields(&Fields::of(file))
}

fn error(key: &str, value: Value) -> String {
    with(key, value).err().map_or(String::new(), |error| error.to_string())
}

#[test]
fn labels_are_found_whatever_their_case_and_order() {
    let labels = |value| with("id2label", value).unwrap().labels;
    assert_eq!(
        labels(json!({"0": "CONTRADICTION", "1": "Neutral", "2": "ENTAILMENT"})),
        Labels { count: 3, entailment: 2, contradiction: Some(0) }
    );
    assert_eq!(
        labels(json!({"0": "entailment", "1": "not_entailment"})),
        Labels { count: 2, entailment: 0, contradiction: None }
    );
}

#[test]
fn a_model_without_an_entailment_label_is_refused_by_name() {
    let found = error("id2label", json!({"0": "LABEL_0", "1": "LABEL_1"}));
    assert!(found.contains("'id2label' in 'config.json'") && found.contains("LABEL_1"), "{found}");
    let found = error("id2label", Value::Null);
    assert!(found.contains("no 'id2label'"), "{found}");
}

#[test]
fn lying_and_foreign_files_are_errors_that_name_the_key() {
    let cases = [
        ("model_type", json!("bert"), "'bert'"),
        ("max_position_embeddings", json!(4_000_000_000u32), "max_position_embeddings"),
        ("num_attention_heads", json!(0), "num_attention_heads"),
        ("num_attention_heads", json!(5), "5 heads"),
        ("conv_kernel_size", json!(3), "conv_kernel_size"),
        ("pos_att_type", json!(["p2p"]), "'p2p'"),
        ("hidden_act", json!("swish"), "'swish'"),
        ("position_buckets", json!(-7), "position_buckets"),
        ("layer_norm_eps", Value::Null, "layer_norm_eps"),
        ("hidden_size", json!("wide"), "hidden_size"),
    ];
    for (key, value, expected) in cases {
        let found = error(key, value);
        assert!(found.contains(expected) && found.contains("config.json"), "{key}: {found}");
    }
}

#[test]
fn an_xlm_roberta_reads_as_many_tokens_as_lie_behind_the_padding_position() {
    let mut file = file();
    file["model_type"] = json!("xlm-roberta");
    file["pad_token_id"] = json!(1);
    let config = Config::from_fields(&Fields::of(file)).unwrap();
    assert_eq!((config.most_tokens, config.padding), (62, 1));
}

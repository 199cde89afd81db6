use super::*;

fn fields(value: serde_json::Value) -> Fields {
    Fields::of(value)
}

fn marian() -> serde_json::Value {
    serde_json::json!({
        "activation_function": "swish", "d_model": 512, "decoder_attention_heads": 8,
        "decoder_ffn_dim": 2048, "decoder_layers": 6, "encoder_attention_heads": 8,
        "encoder_ffn_dim": 2048, "encoder_layers": 6, "max_position_embeddings": 512,
        "scale_embedding": true, "vocab_size": 62518, "decoder_vocab_size": null,
        "forced_eos_token_id": null, "normalize_before": null
    })
}

#[test]
fn nulls_count_as_absent() {
    let config = MarianConfig::from_fields(&fields(marian())).unwrap();
    assert_eq!(config.target_vocabulary, 62518);
    assert_eq!(config.embedding_scale, 512f32.sqrt());
    assert!(config.shared_embeddings);
}

#[test]
fn errors_name_file_and_key() {
    let cases = [
        ("d_model", serde_json::json!(null), "has no 'd_model'"),
        ("d_model", serde_json::json!("512"), "'d_model' in 'config.json'"),
        ("d_model", serde_json::json!(500), "8 encoder heads cannot share"),
        ("d_model", serde_json::json!(-1), "whole number"),
        ("encoder_layers", serde_json::json!(0), "0 layers"),
        ("decoder_attention_heads", serde_json::json!(0), "0 heads"),
        ("activation_function", serde_json::json!("snake"), "snake"),
        ("normalize_before", serde_json::json!(true), "normalize_before"),
    ];
    for (key, value, expected) in cases {
        let mut object = marian();
        object[key] = value;
        let error = format!("{:#}", MarianConfig::from_fields(&fields(object)).unwrap_err());
        assert!(error.contains(expected), "{key}: {error}");
    }
}

#[test]
fn t5_families_differ_in_gate_and_scale() {
    let object = |model_type: &str, projection: &str, tied: bool| {
        serde_json::json!({
            "model_type": model_type, "d_model": 64, "d_kv": 8, "d_ff": 128, "num_layers": 2,
            "num_heads": 6, "vocab_size": 100, "feed_forward_proj": projection,
            "tie_word_embeddings": tied
        })
    };
    let read = |value| T5Config::from_fields(&fields(value)).unwrap();
    let first = read(object("t5", "relu", true));
    assert!(first.scaled_head && !first.gated && first.activation == Activation::Relu);
    let second = read(object("t5", "gated-gelu", false));
    assert!(!second.scaled_head && second.gated && second.activation == Activation::GeluTanh);
    let multilingual = read(object("mt5", "gated-gelu", true));
    assert!(!multilingual.scaled_head);
    let silu = read(object("t5", "gated-silu", false));
    assert!(silu.gated && silu.activation == Activation::Silu);
    let mut absurd = object("t5", "relu", true);
    absurd["relative_attention_num_buckets"] = serde_json::json!(2);
    assert!(T5Config::from_fields(&fields(absurd)).is_err());
}

/// The values of Helsinki-NLP/opus-mt-tc-big-fr-en's published file.
#[test]
fn a_published_configuration_is_read() {
    let object = serde_json::json!({
        "activation_function": "relu", "bad_words_ids": [[53016]], "bos_token_id": 0,
        "d_model": 1024, "decoder_attention_heads": 16, "decoder_ffn_dim": 4096,
        "decoder_layers": 6, "decoder_start_token_id": 53016, "decoder_vocab_size": 53017,
        "encoder_attention_heads": 16, "encoder_ffn_dim": 4096, "encoder_layers": 6,
        "eos_token_id": 43311, "forced_eos_token_id": 43311, "max_length": 512,
        "max_position_embeddings": 1024, "model_type": "marian", "normalize_embedding": false,
        "num_beams": 4, "pad_token_id": 53016, "scale_embedding": true,
        "share_encoder_decoder_embeddings": true, "static_position_embeddings": true,
        "torch_dtype": "float16", "vocab_size": 53017
    });
    let config = MarianConfig::from_fields(&fields(object)).unwrap();
    let stack = StackShape { layers: 6, heads: 16, inner: 4096 };
    assert_eq!((config.encoder, config.decoder), (stack, stack));
    assert_eq!((config.hidden, config.positions), (1024, 1024));
    assert_eq!(config.activation, Activation::Relu);
    assert_eq!(config.embedding_scale, 32.0);
}

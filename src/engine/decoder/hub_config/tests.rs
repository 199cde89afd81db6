use serde_json::json;

use super::*;

fn sizes(model_type: &str) -> Json {
    json!({
        "model_type": model_type, "hidden_size": 48, "num_hidden_layers": 7,
        "num_attention_heads": 3, "num_key_value_heads": 1, "head_dim": 16,
        "intermediate_size": 64, "max_position_embeddings": 512, "rms_norm_eps": 1e-6,
    })
}

fn with(model_type: &str, more: &Json) -> HubConfig {
    let mut config = sizes(model_type);
    let fields = more.as_object().unwrap().clone();
    config.as_object_mut().unwrap().extend(fields);
    read(&config).unwrap()
}

#[test]
fn older_and_newer_files_say_the_same_of_llama_3() {
    let scaling = json!({
        "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 64,
    });
    let older = with("llama", &json!({"rope_theta": 5e5, "rope_scaling": scaling}));
    let mut newer = scaling.clone();
    newer["rope_theta"] = json!(5e5);
    let newer = with("llama", &json!({"rope_parameters": newer}));
    assert_eq!(older.metadata, newer.metadata);
    assert_eq!(older.rope_factors, newer.rope_factors);
    let factors = older.rope_factors.unwrap();
    // The fastest pair turns once in 2π positions, the slowest in 300,000.
    assert_eq!((factors.len(), factors[0], factors[7]), (8, 1.0, 8.0));
}

#[test]
fn older_and_newer_files_say_the_same_of_gemma_3() {
    let older = json!({
        "rope_theta": 1e6, "rope_local_base_freq": 1e4, "sliding_window": 16,
        "query_pre_attn_scalar": 16, "rope_scaling": {"rope_type": "linear", "factor": 8.0},
    });
    let newer = json!({
        "sliding_window": 16, "query_pre_attn_scalar": 16, "rope_parameters": {
            "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1e6},
            "sliding_attention": {"rope_type": "default", "rope_theta": 1e4},
        },
    });
    let (older, newer) = (with("gemma3_text", &older), with("gemma3_text", &newer));
    assert_eq!(older.metadata, newer.metadata);
    assert_eq!(older.metadata.f32("gemma3.rope.scaling.factor").unwrap(), 8.0);
}

/// As the 4B's file: the text part inside, and most of its keys left to the class's defaults.
#[test]
fn gemma_3_with_pictures_keeps_its_text_part_apart() {
    let config = json!({
        "model_type": "gemma3",
        "text_config": {
            "model_type": "gemma3_text", "hidden_size": 2560, "intermediate_size": 10_240,
            "num_hidden_layers": 34, "sliding_window": 1024,
            "rope_scaling": {"factor": 8.0, "rope_type": "linear"},
        },
    });
    let metadata = read(&config).unwrap().metadata;
    let sizes = ["attention.head_count", "attention.head_count_kv", "attention.key_length"];
    let found = sizes.map(|key| metadata.u32(&format!("gemma3.{key}")).unwrap());
    assert_eq!(found, [8, 4, 256]);
    assert_eq!(metadata.f32("gemma3.rope.freq_base").unwrap(), 1e6);
}

#[test]
fn hunyuans_alpha_stretches_the_base() {
    let scaling = json!({"alpha": 1000.0, "factor": 1.0, "type": "dynamic"});
    let config = with("hunyuan_v1_dense", &json!({"rope_theta": 1e4, "rope_scaling": scaling}));
    let base = config.metadata.f32("hunyuan-dense.rope.freq_base").unwrap();
    assert!((base / (1e4 * 1000f32.powf(16.0 / 14.0)) - 1.0).abs() < 1e-5, "{base}");
}

#[test]
fn published_names_become_those_of_gguf() {
    let name = |name: &str, family: &str| gguf_name(name, family).unwrap();
    let of_layer = "model.layers.3.post_attention_layernorm.weight";
    assert_eq!(name(of_layer, "qwen3").unwrap(), "blk.3.ffn_norm.weight");
    assert_eq!(name(of_layer, "gemma3").unwrap(), "blk.3.post_attention_norm.weight");
    for prefix in ["model.", "language_model.model.", "model.language_model."] {
        let found = name(&format!("{prefix}layers.0.self_attn.q_proj.bias"), "qwen2");
        assert_eq!(found.unwrap(), "blk.0.attn_q.bias");
    }
    assert_eq!(name("vision_tower.encoder.layer.weight", "gemma3"), None);
    let error = gguf_name("model.layers.0.mlp.experts.0.up.weight", "qwen3").unwrap_err();
    assert!(error.to_string().contains("experts"), "{error}");
}

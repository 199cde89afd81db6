//! `bulletin generate` and `completions` with scripted answers.

use crate::scripted::{Desk, Ran};
use crate::support::fixture;

#[test]
fn text_and_json() {
    let desk = Desk::new();
    let text = desk.run(&["generate", "--model", "smollm2-135m-instruct", "--prompt", "Say hello"]);
    assert_eq!((text.code, text.stdout.as_str()), (0, "Hello there\n"));
    let arguments = ["generate", "--model", "x.gguf", "--prompt", "Say hello", "--format", "json"];
    let json = desk.run(&arguments).json();
    let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["prompt_tokens", "tokens", "logprobs", "text", "stop"]);
    assert_eq!((&json["text"], &json["stop"]), (&"Hello there".into(), &"end_of_text".into()));
    assert_eq!((json["tokens"].as_array().unwrap().len(), &json["prompt_tokens"]), (2, &2.into()));
}

#[test]
fn token_limits_and_prompt_files() {
    let desk = Desk::new();
    desk.put("prompt.txt", "Say hello");
    let arguments =
        ["generate", "--model", "m", "--prompt-file", "prompt.txt", "--max-tokens", "1"];
    let json = desk.run(&[&arguments[..], &["--format", "json"]].concat()).json();
    assert_eq!((&json["text"], &json["stop"]), (&"Hello".into(), &"token_limit".into()));
}

#[test]
fn a_model_file_needs_to_exist_and_a_chat_needs_a_template() {
    let desk = Desk::new();
    let missing = desk.program().args(["generate", "--model", "no.gguf", "--prompt", "x"]).output();
    let ran = Ran::from(missing.unwrap());
    assert_eq!((ran.code, ran.stderr.contains("there is no model file 'no.gguf'")), (2, true));
    std::fs::copy(fixture("families/qwen2.gguf"), desk.path("some.gguf")).unwrap();
    let chat = desk
        .program()
        .args(["generate", "--model", "some.gguf", "--prompt", "x", "--chat"])
        .output();
    let ran = Ran::from(chat.unwrap());
    assert_eq!(ran.code, 2, "{ran:?}");
    let names =
        "none, chatml, chatml-smollm, gemma, qwen3, llama3, hunyuan, translate-gemma, euro-llm";
    for part in ["'some.gguf' has no chat template that bulletin knows", "--template NAME", names] {
        assert!(ran.stderr.contains(part), "{part}: {ran:?}");
    }
}

/// Runs without a scripted engine, in a folder that holds the tiny model `model`.
fn answered(desk: &Desk, more: &[&str]) -> Ran {
    let arguments = ["generate", "--model", "model", "--prompt", "Rain fell", "--max-tokens", "24"];
    let output = desk.program().args(arguments).args(["--format", "json"]).args(more).output();
    Ran::from(output.unwrap())
}

/// A folder with `model`, a copy of a published checkpoint.
fn desk_with_model() -> Desk {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("model")).unwrap();
    for name in ["config.json", "generation_config.json", "model.safetensors", "tokenizer.json"] {
        let from = fixture("checkpoints/qwen3").join(name);
        std::fs::copy(from, desk.path("model").join(name)).unwrap();
    }
    desk
}

#[test]
fn a_folder_with_safetensors_answers_and_drafts_change_nothing() {
    let desk = desk_with_model();
    let plain = answered(&desk, &[]).json();
    assert!(!plain["tokens"].as_array().unwrap().is_empty(), "{plain}");
    assert_eq!(answered(&desk, &["--draft", "4"]).json(), plain);
    let file = desk.path("model").join("model.safetensors").display().to_string();
    assert_eq!(answered(&desk, &["--threads", "1"]).json(), plain);
    let arguments = ["generate", "--model", &file, "--prompt", "Rain fell", "--max-tokens", "24"];
    let output = desk.program().args(arguments).args(["--format", "json"]).output().unwrap();
    assert_eq!(Ran::from(output).json(), plain, "the file stands for its folder");
    let empty = desk.program().args(["generate", "--model", ".", "--prompt", "x"]).output();
    let ran = Ran::from(empty.unwrap());
    assert_eq!((ran.code, ran.stderr.contains("config.json")), (2, true), "{ran:?}");
}

#[test]
fn a_models_own_chat_template_is_found() {
    let desk = desk_with_model();
    let without = answered(&desk, &["--chat"]);
    assert_eq!(without.code, 2, "{without:?}");
    let chatml = "{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}";
    let tokens = |more: &[&str]| answered(&desk, more).json()["prompt_tokens"].as_u64().unwrap();
    let named = tokens(&["--chat", "--template", "chatml"]);
    let config = format!(r#"{{"chat_template": "{chatml}"}}"#);
    desk.put("model/tokenizer_config.json", &config);
    assert_eq!(tokens(&["--chat"]), named);
    assert!(named > tokens(&[]), "the marks are tokens too");
    assert_ne!(tokens(&["--chat", "--template", "gemma"]), named, "--template goes first");
    let listed = format!(
        r#"{{"chat_template": [{{"name": "tool", "template": "x"}},
        {{"name": "default", "template": "{chatml}"}}]}}"#
    );
    desk.put("model/tokenizer_config.json", &listed);
    assert_eq!(tokens(&["--chat"]), named);
    desk.put("model/chat_template.jinja", "[INST] {{ message }} [/INST]");
    assert_eq!(answered(&desk, &["--chat"]).code, 2, "the file of its own goes first");
    let wrong = answered(&desk, &["--chat", "--template", "chatmal"]);
    assert!(
        wrong.stderr.contains("'chatmal'") && wrong.stderr.contains("chatml-smollm"),
        "{wrong:?}"
    );
}

#[test]
fn completions_name_the_commands() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish"] {
        let ran = desk.run(&["completions", shell]);
        assert_eq!(ran.code, 0);
        assert!(ran.stdout.contains("summarise") && ran.stdout.contains("profile"), "{shell}");
    }
}

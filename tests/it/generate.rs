//! `bulletin generate` and `completions` with scripted answers.

use crate::scripted::Desk;

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
    let ran = crate::scripted::Ran::from(missing.unwrap());
    assert_eq!((ran.code, ran.stderr.contains("there is no model file 'no.gguf'")), (2, true));
    desk.put("some.gguf", "x");
    let chat = desk
        .program()
        .args(["generate", "--model", "some.gguf", "--prompt", "x", "--chat"])
        .output();
    let ran = crate::scripted::Ran::from(chat.unwrap());
    assert_eq!((ran.code, ran.stderr.contains("--template chatml")), (2, true), "{ran:?}");
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

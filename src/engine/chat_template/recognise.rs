//! The Jinja template that a model file carries → the template of ours that writes the same.
//!
//! Judged by the marks in its text; a template from a file is never run.

use super::SMOLLM2_SYSTEM;
use crate::models::ChatTemplate;

const CHATML_SYSTEM: &str = "<|im_start|>system\n";

/// `None` where no template of ours writes what `source` does for one user turn.
pub fn recognise(source: &str) -> Option<ChatTemplate> {
    // Line ends are written out in some files and escaped in others.
    let text = source.replace("\\n", "\n");
    let has = |mark: &str| text.contains(mark);
    if has("<|im_start|>") && has("<|im_end|>") {
        return recognise_chatml(&text);
    }
    if has("<start_of_turn>") && has("<end_of_turn>") {
        let translates = has("source_lang_code");
        return Some(if translates { ChatTemplate::TranslateGemma } else { ChatTemplate::Gemma });
    }
    if has("<|start_header_id|>") && has("<|eot_id|>") {
        // From 3.1 on a date and a cut-off stand before the conversation.
        return (!has("Cutting Knowledge Date")).then_some(ChatTemplate::Llama3);
    }
    let small = has("<｜hy_User｜>") && has("<｜hy_Assistant｜>");
    let large = has("<|startoftext|>") && has("<|extra_0|>");
    ((small || large) && !has("<think>")).then_some(ChatTemplate::Hunyuan)
}

fn recognise_chatml(text: &str) -> Option<ChatTemplate> {
    if text.contains(SMOLLM2_SYSTEM) {
        return Some(ChatTemplate::ChatmlSmollm);
    }
    // Behind the mark stands the end of a string, the user's own system part, or nothing at all;
    // anything else is a system part that the template brings along.
    let openings = text.match_indices(CHATML_SYSTEM);
    let behind: Vec<&str> =
        openings.map(|(start, _)| &text[start + CHATML_SYSTEM.len()..]).collect();
    let brings_its_own = behind
        .iter()
        .any(|rest| !rest.starts_with(['\'', '"', '{']) && !rest.starts_with("<|im_end|>"));
    let thinks = text.contains("<|im_start|>assistant\n<think>");
    if brings_its_own || thinks {
        return None;
    }
    if behind.iter().any(|rest| rest.starts_with("<|im_end|>")) {
        return Some(ChatTemplate::EuroLlm);
    }
    if text.contains("enable_thinking") {
        let answers_at_once = text.contains("<think>\n\n</think>\n\n");
        return answers_at_once.then_some(ChatTemplate::Qwen3);
    }
    Some(ChatTemplate::Chatml)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Templates of our own with the marks of the published ones.
    #[test]
    fn marks_tell_the_templates_apart() {
        let chatml = "{{ '<|im_start|>' + role + '\\n' + text + '<|im_end|>\\n' }}";
        let table = [
            (chatml.to_string(), Some(ChatTemplate::Chatml)),
            (format!("{chatml}{{{{ '<|im_start|>system\\n' + s }}}}"), Some(ChatTemplate::Chatml)),
            (
                format!("<|im_start|>system\n{SMOLLM2_SYSTEM}{chatml}"),
                Some(ChatTemplate::ChatmlSmollm),
            ),
            (format!("<|im_start|>system\\n<|im_end|>{chatml}"), Some(ChatTemplate::EuroLlm)),
            (
                format!("{chatml}{{% if enable_thinking is false %}}<think>\\n\\n</think>\\n\\n"),
                Some(ChatTemplate::Qwen3),
            ),
            (format!("{chatml}<|im_start|>assistant\\n<think>\\n"), None),
            (format!("<|im_start|>system\\nYou are helpful.<|im_end|>{chatml}"), None),
            ("<start_of_turn>user\n<end_of_turn>".into(), Some(ChatTemplate::Gemma)),
            (
                "<start_of_turn>{{ content['source_lang_code'] }}<end_of_turn>".into(),
                Some(ChatTemplate::TranslateGemma),
            ),
            ("<|start_header_id|>user<|eot_id|>".into(), Some(ChatTemplate::Llama3)),
            ("Cutting Knowledge Date<|start_header_id|>user<|eot_id|>".into(), None),
            ("<｜hy_User｜>{{ text }}<｜hy_Assistant｜>".into(), Some(ChatTemplate::Hunyuan)),
            ("<|startoftext|>{{ text }}<|extra_0|>".into(), Some(ChatTemplate::Hunyuan)),
            ("[INST] {{ text }} [/INST]".into(), None),
            (String::new(), None),
        ];
        for (source, expected) in table {
            assert_eq!(recognise(&source), expected, "{source}");
        }
    }
}

//! A prompt → the text, and then the tokens, that a chat model was trained to read.
//!
//! What a template writes and what comes from outside are kept apart, so that a control token
//! written inside an article stays text.

use std::ops::Range;

use super::tokenizer::Tokenizer;
use crate::models::ChatTemplate;
use crate::prompt::Prompt;

mod recognise;

pub use recognise::recognise;

/// A part of a rendered prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// The token that the template puts first. Left out where the tokenizer adds its own.
    Start(&'static str),
    /// Written by the template; control tokens are recognised in it.
    Control(&'static str),
    /// From outside; control tokens are never recognised in it.
    Content(&'a str),
}

/// The system line that SmolLM2's template puts in when there is none.
const SMOLLM2_SYSTEM: &str = "You are a helpful AI assistant named SmolLM, trained by Hugging Face";

/// The tokens of a whole prompt, start token included.
pub fn encode(tokenizer: &Tokenizer, template: ChatTemplate, prompt: &Prompt) -> Vec<u32> {
    let pieces = if template == ChatTemplate::Hunyuan && !has_hunyuan_marks(tokenizer) {
        hunyuan_large(prompt)
    } else {
        render(template, prompt)
    };
    let mut text = String::new();
    let mut trusted: Vec<Range<usize>> = Vec::new();
    for piece in pieces {
        let start = text.len();
        let written = match piece {
            Piece::Start(_) if tokenizer.start_token().is_some() => continue,
            Piece::Start(written) | Piece::Control(written) => written,
            Piece::Content(content) => {
                text.push_str(content);
                continue;
            }
        };
        text.push_str(written);
        match trusted.last_mut() {
            Some(last) if last.end == start => last.end = text.len(),
            _ => trusted.push(start..text.len()),
        }
    }
    let mut tokens: Vec<u32> = tokenizer.start_token().into_iter().collect();
    tokens.extend(tokenizer.encode_partly_trusted(&text, &trusted));
    tokens
}

/// The parts of a prompt in the order in which the model reads them, up to where it answers.
pub fn render(template: ChatTemplate, prompt: &Prompt) -> Vec<Piece<'_>> {
    match template {
        ChatTemplate::None => plain(prompt),
        ChatTemplate::Chatml => chatml(prompt, None),
        ChatTemplate::ChatmlSmollm => chatml(prompt, Some(SMOLLM2_SYSTEM)),
        ChatTemplate::EuroLlm => chatml(prompt, Some("")),
        ChatTemplate::Qwen3 => {
            let mut pieces = chatml(prompt, None);
            // An empty thought: the model answers at once.
            pieces.push(Piece::Control("<think>\n\n</think>\n\n"));
            pieces
        }
        ChatTemplate::Gemma | ChatTemplate::TranslateGemma => gemma(prompt),
        ChatTemplate::Llama3 => llama3(prompt),
        ChatTemplate::Hunyuan => hunyuan(prompt),
    }
}

/// A base model has no turns.
fn plain(prompt: &Prompt) -> Vec<Piece<'_>> {
    let mut pieces = Vec::with_capacity(3);
    if let Some(system) = &prompt.system {
        pieces.extend([Piece::Content(system), Piece::Content("\n\n")]);
    }
    pieces.push(Piece::Content(&prompt.user));
    pieces
}

/// `default_system` is what the template says when the prompt has no system part; some say nothing.
fn chatml<'a>(prompt: &'a Prompt, default_system: Option<&'a str>) -> Vec<Piece<'a>> {
    let mut pieces = Vec::with_capacity(7);
    if let Some(system) = prompt.system.as_deref().or(default_system) {
        pieces.extend([
            Piece::Control("<|im_start|>system\n"),
            Piece::Content(system),
            Piece::Control("<|im_end|>\n"),
        ]);
    }
    pieces.extend([
        Piece::Control("<|im_start|>user\n"),
        Piece::Content(&prompt.user),
        Piece::Control("<|im_end|>\n<|im_start|>assistant\n"),
    ]);
    pieces
}

/// Gemma has no system turn: the system part opens the user's.
fn gemma(prompt: &Prompt) -> Vec<Piece<'_>> {
    let mut pieces = vec![Piece::Start("<bos>"), Piece::Control("<start_of_turn>user\n")];
    if let Some(system) = &prompt.system {
        pieces.extend([Piece::Content(system), Piece::Control("\n\n")]);
    }
    pieces.extend([
        Piece::Content(prompt.user.trim()),
        Piece::Control("<end_of_turn>\n<start_of_turn>model\n"),
    ]);
    pieces
}

/// As in Llama 3.0; the dates that later versions put before the system part are the prompt's own
/// affair.
fn llama3(prompt: &Prompt) -> Vec<Piece<'_>> {
    let mut pieces = vec![Piece::Start("<|begin_of_text|>")];
    if let Some(system) = &prompt.system {
        pieces.extend([
            Piece::Control("<|start_header_id|>system<|end_header_id|>\n\n"),
            Piece::Content(system.trim()),
            Piece::Control("<|eot_id|>"),
        ]);
    }
    pieces.extend([
        Piece::Control("<|start_header_id|>user<|end_header_id|>\n\n"),
        Piece::Content(prompt.user.trim()),
        Piece::Control("<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"),
    ]);
    pieces
}

/// Hunyuan's dense models up to 4B, and Hy-MT2 1.8B.
fn hunyuan(prompt: &Prompt) -> Vec<Piece<'_>> {
    let mut pieces = vec![Piece::Start("<｜hy_begin▁of▁sentence｜>")];
    if let Some(system) = &prompt.system {
        pieces.extend([Piece::Content(system), Piece::Control("<｜hy_place▁holder▁no▁3｜>")]);
    }
    pieces.extend([
        Piece::Control("<｜hy_User｜>"),
        Piece::Content(&prompt.user),
        Piece::Control("<｜hy_Assistant｜>"),
    ]);
    pieces
}

/// The same family from 7B up has another vocabulary and with it other marks.
fn hunyuan_large(prompt: &Prompt) -> Vec<Piece<'_>> {
    let mut pieces = vec![Piece::Start("<|startoftext|>")];
    if let Some(system) = &prompt.system {
        pieces.extend([Piece::Content(system), Piece::Control("<|extra_4|>")]);
    }
    pieces.extend([Piece::Content(&prompt.user), Piece::Control("<|extra_0|>")]);
    pieces
}

fn has_hunyuan_marks(tokenizer: &Tokenizer) -> bool {
    tokenizer.token_named("<｜hy_User｜>").is_some()
}

#[cfg(test)]
mod tests;

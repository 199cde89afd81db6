//! Options of a generation → how `origin` writes them down, and how a second try differs.

use serde_json::{Value, json};

use super::{GenerationOptions, Sampling};

/// The settings that decide which text comes out, by name.
pub fn generation_settings(options: &GenerationOptions) -> Value {
    let sampling = match &options.sampling {
        Sampling::Greedy => json!({"kind": "greedy"}),
        Sampling::Random { temperature, top_k, top_p, min_p, seed } => json!({
            "kind": "random", "temperature": decimal(*temperature), "top_k": top_k,
            "top_p": top_p.map(decimal), "min_p": min_p.map(decimal), "seed": seed,
        }),
        Sampling::Beam { width, length_penalty } => {
            json!({"kind": "beam", "width": width, "length_penalty": decimal(*length_penalty)})
        }
    };
    json!({
        "max_new_tokens": options.max_new_tokens,
        "sampling": sampling,
        "repetition_penalty": decimal(options.repetition_penalty),
        "repetition_window": options.repetition_window,
    })
}

/// Settings for a second try, which must not lead to the same words again.
pub fn otherwise(sampling: &Sampling) -> Sampling {
    let again = |seed| Sampling::Random {
        temperature: 0.5,
        top_k: Some(40),
        top_p: Some(0.9),
        min_p: None,
        seed,
    };
    match sampling {
        Sampling::Greedy => again(1),
        Sampling::Random { seed, .. } => again(seed.wrapping_add(1)),
        Sampling::Beam { .. } => Sampling::Greedy,
    }
}

/// The number as people wrote it: 1.1, not the 1.100000023841858 of its single precision.
pub fn decimal(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::from(value))
}

/// The whole text of an input.
#[cfg(test)]
pub fn shown(input: &super::Input) -> String {
    use super::Input;
    use crate::prompt::Prompt;
    match input {
        Input::Text(text) => text.clone(),
        Input::Chat(Prompt { system, user }) => match system {
            Some(system) => format!("{system}\n\n{user}"),
            None => user.clone(),
        },
    }
}

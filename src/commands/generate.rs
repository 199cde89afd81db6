//! `bulletin generate`: a prompt in, what a model makes of it out, with nothing around it.

use std::path::Path;

use anyhow::{Context, Result, bail};
use bulletin::engine::scripted::Scripted;
use bulletin::engine::{
    self, Engine, Generation, GenerationOptions, Input, Request, Sampling, StopReason,
};
use bulletin::models::ChatTemplate;
use bulletin::output::Format;
use bulletin::prompt::Prompt;
use serde::Serialize;
use serde_json::json;

use super::desk::load_options;
use super::{Outcome, input, models, progress};
use crate::cli::{Cli, GenerateArgs};

pub fn run(args: &GenerateArgs, cli: &Cli) -> Result<Outcome> {
    let prompt = prompt(args)?;
    let engine = open(args, cli)?;
    let input = match args.chat {
        true => Input::Chat(Prompt { system: None, user: prompt }),
        false => Input::Text(prompt),
    };
    let sampling = match args.temperature > 0.0 {
        true => Sampling::Random {
            temperature: args.temperature,
            top_k: None,
            top_p: None,
            min_p: None,
            seed: args.machine.seed,
        },
        false => Sampling::Greedy,
    };
    let options = GenerationOptions {
        max_new_tokens: args.max_tokens,
        sampling,
        ..GenerationOptions::default()
    };
    let answers = engine.generate(&[Request { input, options }], &mut |_| {});
    let generation = answers.into_iter().next().context("the engine gave no answer")??;
    models::print(&written(&generation, args.format)?)?;
    Ok(Outcome::Success)
}

fn prompt(args: &GenerateArgs) -> Result<String> {
    match (&args.prompt, &args.prompt_file) {
        (Some(text), _) => Ok(text.clone()),
        (None, Some(path)) => Ok(input::read(path)?.text()?.to_string()),
        (None, None) => bail!("give a prompt with --prompt or --prompt-file"),
    }
}

/// The engine of a registry entry or of a file.
fn open(args: &GenerateArgs, cli: &Cli) -> Result<Box<dyn Engine>> {
    if let Some(script) = &cli.scripted_engine {
        return Ok(Box::new(Scripted::load(script)?));
    }
    let options = load_options(&args.machine);
    let path = Path::new(&args.model);
    if args.model.ends_with(".gguf") {
        if !path.is_file() {
            bail!("there is no model file '{}'; check its name", args.model);
        }
        let template = match &args.template {
            Some(name) => template(name)?,
            None if args.chat => bail!(
                "'{}' is not in the registry, so name its chat template: --template chatml, \
                 gemma, qwen3, llama3 or hunyuan",
                args.model
            ),
            None => ChatTemplate::None,
        };
        return engine::load_file(path, template, &options);
    }
    let registry = args.store.registry()?;
    let entry = registry.model(&args.model)?;
    let store = args.store.store()?;
    let files = progress::obtain(entry, None, &store)?;
    engine::load(entry, &files, &options)
}

/// A template by the name that `models.toml` gives it.
fn template(name: &str) -> Result<ChatTemplate> {
    serde_json::from_value(json!(name))
        .with_context(|| format!("there is no chat template '{name}'"))
}

/// What `--format json` prints, for comparing engines.
#[derive(Serialize)]
struct Written<'a> {
    prompt_tokens: usize,
    tokens: &'a [u32],
    logprobs: &'a [f32],
    text: &'a str,
    stop: &'a str,
}

fn written(generation: &Generation, format: Format) -> Result<String> {
    if format != Format::Json {
        return Ok(format!("{}\n", generation.text));
    }
    let stop = match generation.stop {
        StopReason::EndOfText => "end_of_text",
        StopReason::StopString => "stop_string",
        StopReason::TokenLimit => "token_limit",
        StopReason::Repetition => "repetition",
    };
    let value = Written {
        prompt_tokens: generation.prompt_tokens,
        tokens: &generation.tokens,
        logprobs: &generation.logprobs,
        text: &generation.text,
        stop,
    };
    Ok(format!("{}\n", serde_json::to_string(&value)?))
}

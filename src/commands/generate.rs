//! `bulletin generate`: a prompt in, what a model makes of it out, with nothing around it.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use bulletin::internals::engine::scripted::Scripted;
use bulletin::internals::engine::{
    self, Engine, Generation, GenerationOptions, Input, Request, Sampling, StopReason,
};
use bulletin::internals::models::ChatTemplate;
use bulletin::internals::output::Format;
use bulletin::internals::prompt::Prompt;
use serde::Serialize;

use super::newsroom::load_options;
use super::{Ending, input, models, progress};
use crate::cli::{Cli, GenerateArgs};

pub fn run(args: &GenerateArgs, cli: &Cli) -> Result<Ending> {
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
    Ok(Ending::Success)
}

fn prompt(args: &GenerateArgs) -> Result<String> {
    match (&args.prompt, &args.prompt_file) {
        (Some(text), _) => Ok(text.clone()),
        (None, Some(path)) => Ok(input::read(path)?.text()?.to_string()),
        (None, None) => bail!("give a prompt with --prompt or --prompt-file"),
    }
}

/// The engine of a registry entry, of a file or of a folder.
fn open(args: &GenerateArgs, cli: &Cli) -> Result<Box<dyn Engine>> {
    if let Some(script) = &cli.scripted_engine {
        return Ok(Box::new(Scripted::load(script)?));
    }
    let options = load_options(&args.machine);
    let path = Path::new(&args.model);
    if path.is_dir() || [".gguf", ".safetensors"].iter().any(|end| args.model.ends_with(end)) {
        ensure!(path.exists(), "there is no model file '{}'; check its name", args.model);
        return engine::load_file(path, template(args, path)?, &options);
    }
    let registry = args.store.places().registry()?;
    let entry = registry.model(&args.model)?;
    let store = args.store.places().store()?;
    let files = progress::obtain(entry, None, &store)?;
    engine::load(entry, &files, &options)
}

/// The template that `--template` names, else the file's own, if it is one that bulletin has.
fn template(args: &GenerateArgs, path: &Path) -> Result<ChatTemplate> {
    let mut names = ChatTemplate::ALL.iter();
    let listed = || ChatTemplate::ALL.map(ChatTemplate::name).join(", ");
    match &args.template {
        Some(name) => names.find(|template| template.name() == name).copied().with_context(|| {
            format!("there is no chat template '{name}'; the names are {}", listed())
        }),
        None if args.chat => engine::own_chat_template(path)?.with_context(|| {
            format!(
                "'{}' has no chat template that bulletin knows; name the one that it was trained \
                 with: --template NAME, NAME being one of {}",
                args.model,
                listed()
            )
        }),
        None => Ok(ChatTemplate::None),
    }
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

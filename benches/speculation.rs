//! What prompt lookup saves: summaries of real articles, in batches of 1, 2, 4 and 16, without drafts
//! and with drafts of several lengths. Passes over the weights, rows in them, processor seconds, elapsed
//! seconds; the middle one of some rounds, in which the settings take turns.
//!
//! `cargo bench --bench speculation -- MODEL.gguf en|tr|ru FOLDER [--penalty 1.1] [--rounds 3]`: the first
//! 16 `.txt` files of FOLDER, each cut at 1,400 characters; summaries of up to 96 tokens. A model with
//! SmolLM2's chat template gets the prompt for small chat models, any other the examples for base models.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use bulletin::internals::engine::device::{Compute, DeviceChoice, default_threads};
use bulletin::internals::engine::schedule::{Cost, Limits, Speculation};
use bulletin::internals::engine::{
    DecoderEngine, GenerationOptions, Input, Request, Setup, own_chat_template,
};
use bulletin::internals::language::Language;
use bulletin::internals::models::ChatTemplate;
use bulletin::internals::prompt::{Kind, Prompts};

const ARTICLES: usize = 16;
const CHARACTERS: usize = 1400;
const ANSWER_TOKENS: usize = 96;
const BATCHES: [usize; 4] = [1, 2, 4, 16];
const DRAFTS: [usize; 6] = [0, 1, 2, 4, 7, 15];

struct Arguments {
    model: PathBuf,
    language: Language,
    folder: PathBuf,
    penalty: f32,
    rounds: usize,
}

fn arguments() -> Result<Arguments> {
    let given: Vec<String> =
        std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let after = |name: &str| {
        given.iter().position(|argument| argument == name).and_then(|at| given.get(at + 1))
    };
    ensure!(given.len() >= 3, "usage: speculation -- MODEL.gguf LANGUAGE FOLDER");
    Ok(Arguments {
        model: PathBuf::from(&given[0]),
        language: given[1].parse()?,
        folder: PathBuf::from(&given[2]),
        penalty: after("--penalty").map_or(Ok(1.1), |value| value.parse())?,
        rounds: after("--rounds").map_or(Ok(3), |value| value.parse())?,
    })
}

/// The prompts that `bulletin summarise` makes of small models' articles.
fn requests(arguments: &Arguments, template: ChatTemplate) -> Result<Vec<Request>> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(&arguments.folder)
        .with_context(|| format!("cannot read '{}'", arguments.folder.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|end| end == "txt"));
    files.sort();
    ensure!(files.len() >= ARTICLES, "'{}' has too few .txt files", arguments.folder.display());
    files.iter().take(ARTICLES).map(|path| request(arguments, template, path)).collect()
}

fn request(arguments: &Arguments, template: ChatTemplate, path: &Path) -> Result<Request> {
    let prompts = Prompts::builtin();
    let text = std::fs::read_to_string(path)?;
    let article: String = text.chars().take(CHARACTERS).collect();
    let mut options = GenerationOptions {
        max_new_tokens: ANSWER_TOKENS,
        repetition_penalty: arguments.penalty,
        script: Some(arguments.language),
        ..Default::default()
    };
    let input = if template == ChatTemplate::ChatmlSmollm {
        let prompt = prompts.in_language("summarise-small", arguments.language, Kind::Summarise)?;
        let variables =
            [("article", article.as_str()), ("fence", "0000"), ("style", ""), ("length", "")];
        Input::Chat(prompt.fill(&variables)?)
    } else {
        let kind = Kind::SummariseFewShot;
        let prompt = prompts.in_language("summarise-few-shot", arguments.language, kind)?;
        let line = article.split_whitespace().collect::<Vec<_>>().join(" ");
        options.stop.push("\n\n".to_string());
        Input::Text(prompt.fill(&[("article", &line)])?.user)
    };
    Ok(Request { input, options })
}

#[derive(Default)]
struct Run {
    cost: Cost,
    tokens: Vec<Vec<u32>>,
    processor: f64,
    elapsed: f64,
}

fn run(engine: &DecoderEngine, requests: &[Request], batch: usize) -> Result<Run> {
    let mut run = Run::default();
    let (processor, started) = (processor_seconds(), Instant::now());
    for part in requests.chunks(batch) {
        let (results, cost) = engine.generate_with_cost(part, &mut |_| {});
        run.cost.steps += cost.steps;
        run.cost.rows += cost.rows;
        for result in results {
            run.tokens.push(result?.tokens);
        }
    }
    run.processor = processor_seconds() - processor;
    run.elapsed = started.elapsed().as_secs_f64();
    Ok(run)
}

/// Of all threads, in user mode and in the system.
fn processor_seconds() -> f64 {
    // SAFETY: getrusage fills the structure, for which all zeros is a value.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[(values.len() - 1) / 2]
}

fn main() -> Result<()> {
    let arguments = arguments()?;
    let template = own_chat_template(&arguments.model)?.unwrap_or_default();
    let compute = Compute::new(DeviceChoice::Cpu, default_threads())?;
    let mut engine =
        DecoderEngine::load("measured", &arguments.model, template, compute, Setup::default())?;
    let requests = requests(&arguments, template)?;
    let plain = engine.limits().clone();
    run(&engine, &requests[..1], 1)?;
    println!("batch  draft  passes    rows  tokens  processor s  elapsed s");
    for batch in BATCHES {
        let mut runs: Vec<Vec<Run>> = DRAFTS.iter().map(|_| Vec::new()).collect();
        for _ in 0..arguments.rounds {
            for (place, draft) in DRAFTS.into_iter().enumerate() {
                let speculation = match draft {
                    0 => Speculation::Off,
                    _ => Speculation::PromptLookup { draft, rows: usize::MAX },
                };
                engine.set_limits(Limits { speculation, ..plain.clone() });
                runs[place].push(run(&engine, &requests, batch)?);
            }
        }
        for (draft, rounds) in DRAFTS.into_iter().zip(&runs) {
            ensure!(rounds[0].tokens == runs[0][0].tokens, "drafts of {draft} changed the answers");
            let Cost { steps, rows } = rounds[0].cost;
            let tokens: usize = rounds[0].tokens.iter().map(Vec::len).sum();
            let processor = middle(rounds.iter().map(|run| run.processor).collect());
            let elapsed = middle(rounds.iter().map(|run| run.elapsed).collect());
            println!(
                "{batch:>5}  {draft:>5}  {steps:>6}  {rows:>6}  {tokens:>6}  {processor:>11.2}  {elapsed:>9.2}"
            );
        }
    }
    Ok(())
}

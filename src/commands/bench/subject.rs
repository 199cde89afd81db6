//! A name or path → the model that is measured, and its figures.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Result, bail};
use bulletin::internals::engine::device::Compute;
use bulletin::internals::engine::kernels::{Precision, ThreadPool};
use bulletin::internals::engine::measure::{
    Measurement, Workload, forget_peak_memory, measure, measure_sentences, peak_memory_bytes,
    read_prompts, spread_prompts,
};
use bulletin::internals::engine::schedule::PrefixSharing;
use bulletin::internals::engine::seq2seq::{Seq2SeqEngine, Seq2SeqFiles, Seq2SeqOptions};
use bulletin::internals::engine::{
    DEFAULT_KEY_VALUE_BYTES, DecoderEngine, GenerationOptions, KeyValueMemory, Sampling, Setup,
    open_adapter,
};
use bulletin::internals::models::{
    AdapterFiles, Architecture, ChatTemplate, ModelEntry, ModelFiles,
};

use super::super::progress;
use super::BenchArgs;
use super::report::ModelReport;
use crate::cli::store::StoreArgs;

const PROMPT_TOKENS: usize = 512;
/// A sentence of a newspaper.
const SENTENCE_TOKENS: usize = 25;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Decoder,
    Sentences,
}

pub struct Subject {
    name: String,
    /// Weights, or the folder of a sequence-to-sequence model.
    path: PathBuf,
    adapter: Option<AdapterFiles>,
    kind: Kind,
}

/// A model that is loaded and has answered once.
enum Loaded {
    Decoder(Box<DecoderEngine>),
    Sentences(Box<Seq2SeqEngine>),
}

impl Subject {
    /// A path if it leads to something, else an entry of the registry, which is fetched.
    pub fn named(name: &str, store: &StoreArgs) -> Result<Self> {
        let path = Path::new(name);
        let (file, folder) = (path.is_file(), path.is_dir());
        if file || folder {
            let kind = if folder { Kind::Sentences } else { Kind::Decoder };
            let stem = path.file_stem().unwrap_or(path.as_os_str());
            let name = stem.to_string_lossy().into_owned();
            return Ok(Self { name, path: path.to_path_buf(), adapter: None, kind });
        }
        if name.ends_with(".gguf") {
            bail!("there is no model file '{name}'; check its name");
        }
        let registry = store.places().registry()?;
        let entry = registry.model(name)?;
        Self::registered(entry, &progress::obtain(entry, None, &store.places().store()?)?)
    }

    pub fn registered(entry: &ModelEntry, files: &ModelFiles) -> Result<Self> {
        let kind = match entry.architecture {
            Architecture::Marian | Architecture::T5 => Kind::Sentences,
            other if other.is_classifier() => {
                bail!("model '{}' judges texts and writes none, so it has no rates", entry.name)
            }
            _ => Kind::Decoder,
        };
        let (path, adapter) = (files.weights.clone(), files.adapter.clone());
        Ok(Self { name: entry.name.clone(), path, adapter, kind })
    }

    /// Loads the model, measures it for every batch size and lets go of it.
    pub fn measure(&self, args: &BenchArgs, compute: &Compute) -> Result<ModelReport> {
        forget_peak_memory();
        let started = Instant::now();
        let mut loaded = self.load(args, compute)?;
        let load_seconds = started.elapsed().as_secs_f64();
        let default = if self.kind == Kind::Decoder { PROMPT_TOKENS } else { SENTENCE_TOKENS };
        let prompt_tokens = args.prompt_tokens.map(|tokens| tokens as usize);
        let mut measurements = Vec::new();
        let mut longest = 0;
        for &batch in &args.batch {
            let batch = usize::from(batch);
            let tokens = prompt_tokens.unwrap_or(default);
            let mut prompts = match &args.prompt_file {
                Some(path) => read_prompts(path, batch)?,
                None => spread_prompts(loaded.vocabulary(), tokens, batch),
            };
            prompts.iter_mut().for_each(|ids| ids.truncate(prompt_tokens.unwrap_or(ids.len())));
            longest = prompts.iter().map(Vec::len).max().unwrap_or(0).max(longest);
            measurements.push(loaded.measure(&workload(args, prompts))?);
        }
        let device = match self.kind {
            Kind::Decoder => compute.describe(),
            Kind::Sentences => format!("cpu ({} threads)", args.threads()),
        };
        Ok(ModelReport {
            model: self.name.clone(),
            device,
            threads: args.threads(),
            prompt_tokens: longest,
            new_tokens: args.new_tokens as usize,
            repetitions: usize::from(args.repetitions),
            load_seconds,
            peak_memory_bytes: peak_memory_bytes(),
            sentences: self.kind == Kind::Sentences,
            measurements,
        })
    }

    /// Until a first token has come out, since what is only made then is a part of loading too.
    fn load(&self, args: &BenchArgs, compute: &Compute) -> Result<Loaded> {
        let loaded = match self.kind {
            Kind::Decoder => {
                let given = args.machine.kv_memory.map(|mebibytes| (mebibytes as usize) << 20);
                let fitted = KeyValueMemory::Fitted { elsewhere: DEFAULT_KEY_VALUE_BYTES };
                let setup = Setup {
                    key_value_memory: given.map_or(fitted, KeyValueMemory::Bytes),
                    draft: usize::from(args.machine.draft),
                    ..Setup::default()
                };
                let (template, compute) = (ChatTemplate::None, compute.clone());
                let mut engine =
                    DecoderEngine::load(&self.name, &self.path, template, compute, setup)?;
                if let Some(adapter) = &self.adapter {
                    let adapter = open_adapter(adapter)?;
                    engine = engine.sibling(&self.name, Some(adapter), template)?;
                }
                Loaded::Decoder(Box::new(engine))
            }
            Kind::Sentences => {
                let pool = match compute {
                    Compute::Kernels(pool) => Arc::clone(pool),
                    Compute::Device(_) => Arc::new(ThreadPool::new(args.threads())),
                };
                let (name, precision) = (self.name.clone(), Precision::Int8);
                let files = Seq2SeqFiles::find(&self.path)?;
                let options = Seq2SeqOptions { name, precision, pool };
                Loaded::Sentences(Box::new(Seq2SeqEngine::load(&files, options)?))
            }
        };
        loaded.answer_once()?;
        Ok(loaded)
    }
}

fn workload(args: &BenchArgs, prompts: Vec<Vec<u32>>) -> Workload {
    Workload {
        prompts,
        new_tokens: args.new_tokens as usize,
        repetitions: usize::from(args.repetitions),
        prefix_sharing: match args.share_prefixes {
            true => PrefixSharing::On,
            false => PrefixSharing::Off,
        },
        sampling: args.sampling(),
    }
}

impl Loaded {
    fn vocabulary(&self) -> usize {
        match self {
            Self::Decoder(engine) => engine.tokenizer().vocab_len(),
            Self::Sentences(engine) => engine.source_vocabulary(),
        }
    }

    fn answer_once(&self) -> Result<()> {
        let prompts = spread_prompts(self.vocabulary(), 1, 1);
        match self {
            Self::Decoder(engine) => {
                let options = GenerationOptions { max_new_tokens: 1, ..Default::default() };
                let answers = engine.continue_tokens(prompts, &options)?;
                answers.into_iter().try_for_each(|answer| answer.map(|_| ()).map_err(Into::into))
            }
            Self::Sentences(engine) => {
                engine.continue_tokens(&prompts, 1, &Sampling::Greedy, &mut |_| {}).map(|_| ())
            }
        }
    }

    fn measure(&mut self, workload: &Workload) -> Result<Measurement> {
        match self {
            Self::Decoder(engine) => measure(engine, workload),
            Self::Sentences(engine) => measure_sentences(engine, workload),
        }
    }
}

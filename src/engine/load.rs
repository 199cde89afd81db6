//! A registry entry or a model file → an [`Engine`].

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};

use super::decoder::{Checkpoint, KeyValueType};
use super::device::{Compute, DeviceChoice, default_threads};
use super::kernels::{Precision, ThreadPool};
use super::seq2seq::{Seq2SeqEngine, Seq2SeqFiles, Seq2SeqOptions};
use super::{DecoderEngine, Engine, chat_template};
use crate::models::{Architecture, ChatTemplate, ModelEntry, ModelFiles};

/// Keys and values of running sequences take up to this much unless the user says otherwise.
pub const DEFAULT_KEY_VALUE_BYTES: usize = 2 << 30;

/// How much memory the keys and values of all running sequences may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyValueMemory {
    /// So many bytes, wherever the model runs.
    Bytes(usize),
    /// Most of what is free on a GPU that tells how much; elsewhere so many bytes.
    Fitted { elsewhere: usize },
}

/// What the user decides about running a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadOptions {
    pub device: DeviceChoice,
    /// Threads of the CPU kernels; `None` takes the processors that the process may run on.
    pub threads: Option<usize>,
    pub key_value_memory: KeyValueMemory,
    /// Bytes take half the memory of F16 and round a little more; the CPU alone has them.
    pub key_value_type: KeyValueType,
    /// Most tokens to guess ahead by copying from the text, while few requests run; 0 is never.
    /// Answers stay the same.
    pub draft: usize,
}

impl Default for LoadOptions {
    fn default() -> Self {
        Self {
            device: DeviceChoice::Auto,
            threads: None,
            key_value_memory: KeyValueMemory::Fitted { elsewhere: DEFAULT_KEY_VALUE_BYTES },
            key_value_type: KeyValueType::default(),
            draft: 0,
        }
    }
}

/// Loads the model of a registry entry from its checked files.
///
/// # Errors
/// When a file is damaged, the architecture is not supported, or the device is not there.
pub fn load(
    entry: &ModelEntry,
    files: &ModelFiles,
    options: &LoadOptions,
) -> Result<Box<dyn Engine>> {
    match entry.architecture {
        Architecture::Llama
        | Architecture::Qwen2
        | Architecture::Qwen3
        | Architecture::Gemma3
        | Architecture::HunyuanDense => {
            let adapter = files.adapter.as_deref().map(adapter_paths).transpose()?;
            let (name, template) = (&entry.name, entry.chat_template);
            Ok(Box::new(load_decoder(name, &files.weights, adapter, template, options)?))
        }
        Architecture::Marian | Architecture::T5 => {
            Ok(Box::new(load_seq2seq(&entry.name, files, options)?))
        }
        Architecture::DebertaV2 | Architecture::XlmRoberta => bail!(
            "model '{}' ({}) judges pairs of texts and writes none; name it with --entailment",
            entry.name,
            entry.architecture
        ),
        other => bail!(
            "model '{}' has the architecture {other}, which bulletin cannot run yet",
            entry.name
        ),
    }
}

/// Loads a GGUF file, or a folder of safetensors, that no registry knows.
///
/// # Errors
/// As [`load`].
pub fn load_file(
    path: &Path,
    template: ChatTemplate,
    options: &LoadOptions,
) -> Result<Box<dyn Engine>> {
    let name = path
        .file_stem()
        .map_or_else(|| path.display().to_string(), |stem| stem.to_string_lossy().into_owned());
    Ok(Box::new(load_decoder(&name, path, None, template, options)?))
}

/// The template of ours that writes what the model's own Jinja template writes, if there is one.
///
/// # Errors
/// When the model cannot be opened.
pub fn own_chat_template(path: &Path) -> Result<Option<ChatTemplate>> {
    let source = Checkpoint::open(path)?.chat_template()?;
    Ok(source.as_deref().and_then(chat_template::recognise))
}

fn load_decoder(
    name: &str,
    path: &Path,
    adapter: Option<(&Path, &Path)>,
    template: ChatTemplate,
    options: &LoadOptions,
) -> Result<DecoderEngine> {
    let threads = options.threads.unwrap_or_else(default_threads);
    let compute = Compute::new(options.device, threads)?;
    tracing::info!(model = name, device = compute.describe(), "loading");
    let (KeyValueMemory::Bytes(bytes) | KeyValueMemory::Fitted { elsewhere: bytes }) =
        options.key_value_memory;
    let mut engine = match adapter {
        None => DecoderEngine::load(name, path, template, compute, bytes)?,
        Some(files) => DecoderEngine::load_adapted(name, path, files, template, compute, bytes)?,
    };
    if let KeyValueMemory::Fitted { .. } = options.key_value_memory {
        engine.fit_to_device();
    }
    engine.set_key_value_type(options.key_value_type);
    engine.set_draft(options.draft);
    Ok(engine)
}

/// Configuration and weights of an adapter.
fn adapter_paths(files: &ModelFiles) -> Result<(&Path, &Path)> {
    let ending = |end: &str| {
        let found = files.files.iter().find(|(name, _)| name.ends_with(end));
        found.map(|(_, path)| path.as_path()).with_context(|| {
            format!("the adapter's files in models.toml lack one that ends in '{end}'")
        })
    };
    Ok((ending("adapter_config.json")?, ending(".safetensors")?))
}

/// Sequence-to-sequence models always run on the CPU, whose kernels serve them best.
fn load_seq2seq(name: &str, files: &ModelFiles, options: &LoadOptions) -> Result<Seq2SeqEngine> {
    if !matches!(options.device, DeviceChoice::Auto | DeviceChoice::Cpu) {
        tracing::warn!("the model '{name}' runs on the CPU, not on {}", options.device);
    }
    let threads = options.threads.unwrap_or_else(default_threads);
    tracing::info!(model = name, threads, "loading");
    let options = Seq2SeqOptions {
        name: name.to_string(),
        precision: Precision::Int8,
        pool: Arc::new(ThreadPool::new(threads)),
    };
    Seq2SeqEngine::load(&seq2seq_files(files), options)
}

/// The files of the registry entry by their names in the repository. The first of them, and every
/// other of its kind, is weights.
fn seq2seq_files(files: &ModelFiles) -> Seq2SeqFiles {
    let file = |name: &str| files.path(name).map(Path::to_path_buf);
    let is_part = |name: &str| name.ends_with(".safetensors");
    let weights: Vec<PathBuf> = files
        .files
        .iter()
        .enumerate()
        .filter(|(index, (name, _))| *index == 0 || is_part(name))
        .map(|(_, (_, path))| path.clone())
        .collect();
    Seq2SeqFiles {
        weights,
        config: file("config.json"),
        generation_config: file("generation_config.json"),
        source_pieces: file("source.spm"),
        target_pieces: file("target.spm"),
        vocabulary: file("vocab.json"),
        target_vocabulary: file("target_vocab.json"),
        tokenizer_config: file("tokenizer_config.json"),
        pieces: file("spiece.model").or_else(|| file("sentencepiece.model")),
        tokenizer: file("tokenizer.json"),
    }
}

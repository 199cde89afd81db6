//! A registry entry or a model file → an [`Engine`].

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::{Rc, Weak};
use std::sync::Arc;

use anyhow::{Context, Result, bail};

use super::decoder::{Adapter, Checkpoint, KeyValueType};
use super::device::{Compute, DeviceChoice, default_threads};
use super::kernels::{Precision, ThreadPool};
use super::seq2seq::{Seq2SeqEngine, Seq2SeqFiles, Seq2SeqOptions};
use super::{DecoderEngine, Engine, chat_template};
use crate::models::{AdapterFiles, Architecture, ChatTemplate, ModelEntry, ModelFiles};

/// Keys and values of running sequences take up to this much unless the user says otherwise.
pub const DEFAULT_KEY_VALUE_BYTES: usize = 2 << 30;

/// How much memory the keys and values of all running sequences may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyValueMemory {
    /// So many bytes, wherever the model runs.
    Bytes(usize),
    /// Most of what is free on a GPU that tells how much; elsewhere so many bytes.
    Fitted {
        /// Bytes.
        elsewhere: usize,
    },
}

/// What the user decides about running a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadOptions {
    /// Where the model computes.
    pub device: DeviceChoice,
    /// Threads of the CPU kernels; `None` takes the processors that the process may run on.
    pub threads: Option<usize>,
    /// How much memory the keys and values of all texts in work may take.
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

/// Loads models one after another. Models on the same file share its weights while one of them is
/// in use.
pub struct Loader {
    options: LoadOptions,
    /// Weight files with what was loaded from them.
    decoders: RefCell<Vec<(PathBuf, Weak<DecoderEngine>)>>,
}

impl Loader {
    pub fn new(options: LoadOptions) -> Self {
        Self { options, decoders: RefCell::default() }
    }

    /// Like [`load`].
    ///
    /// # Errors
    /// As [`load`].
    pub fn load(&self, entry: &ModelEntry, files: &ModelFiles) -> Result<Rc<dyn Engine>> {
        if !entry.architecture.is_decoder() {
            return Ok(Rc::from(load(entry, files, &self.options)?));
        }
        let mut decoders = self.decoders.borrow_mut();
        decoders.retain(|(_, engine)| engine.strong_count() > 0);
        let known = decoders.iter().find(|(weights, _)| *weights == files.weights);
        let engine = match known.and_then(|(_, engine)| engine.upgrade()) {
            Some(known) => {
                let adapter = files.adapter.as_ref().map(open_adapter).transpose()?;
                known.sibling(&entry.name, adapter, entry.chat_template)?
            }
            None => load_entry(entry, files, &self.options)?,
        };
        let engine = Rc::new(engine);
        decoders.push((files.weights.clone(), Rc::downgrade(&engine)));
        Ok(engine)
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
        family if family.is_decoder() => Ok(Box::new(load_entry(entry, files, options)?)),
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
    Ok(Box::new(load_decoder(&name, path, template, options)?))
}

/// The template of ours that writes what the model's own Jinja template writes, if there is one.
///
/// # Errors
/// When the model cannot be opened.
pub fn own_chat_template(path: &Path) -> Result<Option<ChatTemplate>> {
    let source = Checkpoint::open(path)?.chat_template()?;
    Ok(source.as_deref().and_then(chat_template::recognise))
}

fn load_entry(
    entry: &ModelEntry,
    files: &ModelFiles,
    options: &LoadOptions,
) -> Result<DecoderEngine> {
    let base = load_decoder(&entry.name, &files.weights, entry.chat_template, options)?;
    match &files.adapter {
        None => Ok(base),
        Some(adapter) => {
            base.sibling(&entry.name, Some(open_adapter(adapter)?), entry.chat_template)
        }
    }
}

fn load_decoder(
    name: &str,
    path: &Path,
    template: ChatTemplate,
    options: &LoadOptions,
) -> Result<DecoderEngine> {
    let _span = tracing::info_span!("load", model = name).entered();
    let threads = options.threads.unwrap_or_else(default_threads);
    let compute = Compute::new(options.device, threads)?;
    tracing::info!(model = name, device = compute.describe(), "loading");
    DecoderEngine::load(name, path, template, compute, options.into())
}

/// Reads an adapter's configuration and weights, which are found by the ends of their names.
///
/// # Errors
/// When a file is missing or damaged, or the adapter uses an option that is not supported.
pub fn open_adapter(files: &AdapterFiles) -> Result<Adapter> {
    const CONFIGURATION: &str = "adapter_config.json";
    const WEIGHTS: &str = ".safetensors";
    let lacks =
        |end: &str| format!("the adapter's files in models.toml lack one that ends in '{end}'");
    match files {
        AdapterFiles::Kept(files) => {
            let path = |end: &str| {
                let found = files.files.iter().find(|(name, _)| name.ends_with(end));
                found.map(|(_, path)| path.as_path()).with_context(|| lacks(end))
            };
            Adapter::open(path(CONFIGURATION)?, path(WEIGHTS)?)
        }
        AdapterFiles::Builtin(compiled) => {
            let content = |end: &str| {
                let found = compiled.files().find(|(name, _)| name.ends_with(end));
                found.map(|(_, content)| content).with_context(|| lacks(end))
            };
            Adapter::read(compiled.name, content(CONFIGURATION)?, content(WEIGHTS)?)
        }
    }
}

/// Sequence-to-sequence models always run on the CPU, whose kernels serve them best.
fn load_seq2seq(name: &str, files: &ModelFiles, options: &LoadOptions) -> Result<Seq2SeqEngine> {
    if !matches!(options.device, DeviceChoice::Auto | DeviceChoice::Cpu) {
        tracing::warn!("the model '{name}' runs on the CPU, not on {}", options.device);
    }
    let _span = tracing::info_span!("load", model = name).entered();
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
    let is_part = |name: &str| name.ends_with(".safetensors");
    let weights: Vec<PathBuf> = files
        .files
        .iter()
        .enumerate()
        .filter(|(index, (name, _))| *index == 0 || is_part(name))
        .map(|(_, (_, path))| path.clone())
        .collect();
    Seq2SeqFiles::named(weights, |name| files.path(name).map(Path::to_path_buf))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::Registry;

    /// A registry with a model, the same with an adapter, and the files of both.
    fn registry_with_files() -> (Registry, impl Fn(&str) -> ModelFiles) {
        let families = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/families");
        let text = r#"[models.bare]
architecture = "llama"
source.folder = { path = "." }
files = [{ name = "llama.gguf" }]
languages = ["en"]
licence = { name = "MIT", url = "https://example.org/mit" }
[models.styled]
base = "bare"
languages = ["en"]
adapter.source.folder = { path = "llama-adapter" }
adapter.files = [{ name = "adapter_config.json" }, { name = "adapter_model.safetensors" }]
"#;
        let kept = |folder: &Path, names: &[&str]| {
            let files: Vec<(String, PathBuf)> =
                names.iter().map(|name| (name.to_string(), folder.join(name))).collect();
            ModelFiles { weights: files[0].1.clone(), files, adapter: None }
        };
        let registry = Registry::parse(text, "models.toml", &families).unwrap();
        let files = move |name: &str| {
            let mut files = kept(&families, &["llama.gguf"]);
            let folder = families.join("llama-adapter");
            let adapter = kept(&folder, &["adapter_config.json", "adapter_model.safetensors"]);
            files.adapter = (name == "styled").then(|| AdapterFiles::Kept(Box::new(adapter)));
            files
        };
        (registry, files)
    }

    #[test]
    fn models_on_one_file_are_loaded_once_while_one_is_in_use() {
        let (registry, files) = registry_with_files();
        let options = LoadOptions {
            device: DeviceChoice::Cpu,
            threads: Some(1),
            key_value_memory: KeyValueMemory::Bytes(1 << 20),
            ..LoadOptions::default()
        };
        let loader = Loader::new(options);
        let load = |name: &str| loader.load(registry.model(name).unwrap(), &files(name)).unwrap();
        let known = || {
            let decoders = loader.decoders.borrow();
            decoders.iter().filter_map(|(_, engine)| engine.upgrade()).collect::<Vec<_>>()
        };
        let (bare, styled) = (load("bare"), load("styled"));
        assert_eq!((bare.name(), styled.name()), ("bare", "styled"));
        let engines = known();
        assert!(engines[0].shares_weights_with(&engines[1]));
        drop((bare, engines));
        let again = load("bare");
        let engines = known();
        assert_eq!(engines.len(), 2);
        assert!(engines[0].shares_weights_with(&engines[1]));
        drop((styled, again, engines));
        assert_eq!(known().len(), 0, "nothing is kept that is not in use");
    }
}

//! A folder with `config.json` and safetensors files → tensors under GGUF names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::Value as Json;

use super::hub_config::{self, HubConfig};
use crate::engine::formats::fields::read_json;
use crate::engine::formats::gguf::{Metadata, TensorType};
use crate::engine::formats::safetensors::{Header, Stored};
use crate::engine::mapped_file::MappedFile;

const INDEX: &str = "model.safetensors.index.json";

/// The published files of one model, mapped into memory.
pub struct Shards {
    folder: PathBuf,
    files: Vec<MappedFile>,
    tensors: BTreeMap<String, StoredTensor>,
    config: HubConfig,
}

/// Where a tensor lies.
struct StoredTensor {
    file: usize,
    kind: TensorType,
    stored: Stored,
}

impl Shards {
    /// Opens the model that the safetensors file (or the folder) `path` belongs to.
    ///
    /// # Errors
    /// When a file is missing or damaged, or the configuration is not supported; the message names
    /// file and field.
    pub fn open(path: &Path) -> Result<Self> {
        let folder = if path.is_dir() { path } else { path.parent().unwrap_or(Path::new(".")) };
        let config_path = folder.join("config.json");
        let config = hub_config::read(&read_json(&config_path)?)
            .with_context(|| format!("'{}' cannot be used", config_path.display()))?;
        let mut shards = Self {
            folder: folder.to_path_buf(),
            files: Vec::new(),
            tensors: BTreeMap::new(),
            config,
        };
        for file in weight_files(path, folder)? {
            shards.add(&file).with_context(|| format!("'{}' cannot be used", file.display()))?;
        }
        ensure!(!shards.tensors.is_empty(), "'{}' has no weights", folder.display());
        Ok(shards)
    }

    fn add(&mut self, path: &Path) -> Result<()> {
        let map = MappedFile::open(path)?;
        let header = Header::read(&map)?;
        for published in header.names() {
            let Some(name) = hub_config::gguf_name(&published, self.config.family)? else {
                continue;
            };
            let stored = header.find(&published).context("the tensor is gone")?;
            let place = StoredTensor { file: self.files.len(), kind: stored.kind(&name)?, stored };
            let twice = self.tensors.insert(name.clone(), place).is_some();
            ensure!(!twice, "tensor '{name}' is there twice");
        }
        self.files.push(map);
        Ok(())
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn metadata(&self) -> &Metadata {
        &self.config.metadata
    }

    /// The Jinja template in a file of its own, or in `tokenizer_config.json`: there as a string,
    /// or as a list of named ones, of which `default` is for conversations.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn chat_template(&self) -> Result<Option<String>> {
        let own = self.folder.join("chat_template.jinja");
        if own.is_file() {
            let text = std::fs::read_to_string(&own);
            return text.map(Some).with_context(|| format!("cannot read '{}'", own.display()));
        }
        let path = self.folder.join("tokenizer_config.json");
        if !path.is_file() {
            return Ok(None);
        }
        let config = read_json(&path)?;
        let named = &config["chat_template"];
        let listed =
            named.as_array().and_then(|list| list.iter().find(|one| one["name"] == "default"));
        let template = listed.map_or(named, |one| &one["template"]);
        Ok(template.as_str().map(str::to_string))
    }

    /// Llama 3's factors, which GGUF files keep as the tensor `rope_freqs.weight`.
    pub fn rope_factors(&self) -> Option<&[f32]> {
        self.config.rope_factors.as_deref()
    }

    /// What is added to norm weights: Gemma's are published as differences from 1.
    pub fn norm_offset(&self) -> f32 {
        if self.config.family == "gemma3" { 1.0 } else { 0.0 }
    }

    /// The file that `part` is of.
    pub fn map(&self, part: &[u8]) -> Option<&MappedFile> {
        self.files.iter().find(|file| file.holds(part))
    }

    /// Encoding, shape and bytes of a tensor.
    pub fn find(&self, name: &str) -> Option<(TensorType, &[usize], &[u8])> {
        let place = self.tensors.get(name)?;
        let bytes = &self.files[place.file][place.stored.range.clone()];
        Some((place.kind, &place.stored.shape, bytes))
    }

    /// Ids of the tokens that end an answer, as far as the configuration names them.
    ///
    /// # Errors
    /// When a file is damaged.
    pub fn end_tokens(&self) -> Result<Vec<u32>> {
        let mut ends = Vec::new();
        for name in ["config.json", "generation_config.json"] {
            let path = self.folder.join(name);
            if !path.is_file() {
                continue;
            }
            let config = read_json(&path)?;
            for value in [&config["eos_token_id"], &config["text_config"]["eos_token_id"]] {
                let listed = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
                ends.extend(listed.iter().filter_map(Json::as_u64).map(|id| id as u32));
            }
        }
        Ok(ends)
    }
}

/// The weight files: those that the index names, or the one there is.
fn weight_files(path: &Path, folder: &Path) -> Result<Vec<PathBuf>> {
    let index = folder.join(INDEX);
    if !index.is_file() {
        let single =
            if path.is_dir() { folder.join("model.safetensors") } else { path.to_path_buf() };
        return Ok(vec![single]);
    }
    let map = read_json(&index)?;
    let map = map["weight_map"].as_object();
    let map = map.with_context(|| format!("'{}' has no 'weight_map'", index.display()))?;
    let mut names: Vec<&str> = Vec::new();
    for (tensor, file) in map {
        let name = file.as_str().unwrap_or_default();
        ensure!(
            name.ends_with(".safetensors") && !name.contains(['/', '\\']),
            "'{}' names '{name}' for tensor '{tensor}'; a safetensors file beside it was expected",
            index.display()
        );
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names.into_iter().map(|name| folder.join(name)).collect())
}

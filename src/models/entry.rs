//! What the registry says of one model: where it comes from, what it can do, under which terms.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::checks::adequacy::Quality;
use crate::language::Language;

/// Model families that the registry can name. Serialised in kebab-case (`hunyuan-dense`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Architecture {
    /// Llama, and what is built like it.
    Llama,
    /// Qwen 2 and 2.5.
    Qwen2,
    /// Qwen 3.
    Qwen3,
    /// Gemma 3, of texts.
    Gemma3,
    /// Gemma 4: known by name, and not run yet.
    Gemma4,
    /// Hunyuan, dense.
    HunyuanDense,
    /// Marian: encoder and decoder, for translation.
    Marian,
    /// The T5 family: encoder and decoder.
    T5,
    /// DeBERTa v2 and v3, as a classifier.
    DebertaV2,
    /// XLM-RoBERTa, as a classifier.
    XlmRoberta,
}

impl Architecture {
    /// The name used in `models.toml`.
    pub fn name(self) -> &'static str {
        match self {
            Architecture::Llama => "llama",
            Architecture::Qwen2 => "qwen2",
            Architecture::Qwen3 => "qwen3",
            Architecture::Gemma3 => "gemma3",
            Architecture::Gemma4 => "gemma4",
            Architecture::HunyuanDense => "hunyuan-dense",
            Architecture::Marian => "marian",
            Architecture::T5 => "t5",
            Architecture::DebertaV2 => "deberta-v2",
            Architecture::XlmRoberta => "xlm-roberta",
        }
    }

    /// Whether this version of bulletin can run the family.
    pub fn is_supported(self) -> bool {
        self.is_decoder() || self.is_classifier() || self.is_seq2seq()
    }

    /// Whether the family reads a whole text and then writes another.
    pub fn is_seq2seq(self) -> bool {
        matches!(self, Architecture::Marian | Architecture::T5)
    }

    /// Whether the family goes on from a text, token by token, and this version can run it.
    pub fn is_decoder(self) -> bool {
        matches!(
            self,
            Architecture::Llama
                | Architecture::Qwen2
                | Architecture::Qwen3
                | Architecture::Gemma3
                | Architecture::HunyuanDense
        )
    }

    /// Whether the family judges pairs of texts instead of writing text.
    pub fn is_classifier(self) -> bool {
        matches!(self, Architecture::DebertaV2 | Architecture::XlmRoberta)
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// How messages become model text. Serialised in kebab-case (`translate-gemma`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChatTemplate {
    /// A base model: the system and the user part, joined by a blank line.
    #[default]
    None,
    /// `<|im_start|>user`.
    Chatml,
    /// ChatML with the system line that SmolLM2 puts in when there is none.
    ChatmlSmollm,
    /// `<start_of_turn>user`.
    Gemma,
    /// ChatML with thinking switched off.
    Qwen3,
    /// `<|start_header_id|>user<|end_header_id|>`.
    Llama3,
    /// Hunyuan's, of small or large models: the tokenizer's marks tell.
    Hunyuan,
    /// Gemma's turns; what the template would write itself is a prompt like others.
    TranslateGemma,
    /// ChatML whose system part is always there, empty if need be.
    EuroLlm,
}

impl ChatTemplate {
    /// All templates.
    pub const ALL: [ChatTemplate; 9] = [
        ChatTemplate::None,
        ChatTemplate::Chatml,
        ChatTemplate::ChatmlSmollm,
        ChatTemplate::Gemma,
        ChatTemplate::Qwen3,
        ChatTemplate::Llama3,
        ChatTemplate::Hunyuan,
        ChatTemplate::TranslateGemma,
        ChatTemplate::EuroLlm,
    ];

    /// The name used in `models.toml`.
    pub fn name(self) -> &'static str {
        match self {
            ChatTemplate::None => "none",
            ChatTemplate::Chatml => "chatml",
            ChatTemplate::ChatmlSmollm => "chatml-smollm",
            ChatTemplate::Gemma => "gemma",
            ChatTemplate::Qwen3 => "qwen3",
            ChatTemplate::Llama3 => "llama3",
            ChatTemplate::Hunyuan => "hunyuan",
            ChatTemplate::TranslateGemma => "translate-gemma",
            ChatTemplate::EuroLlm => "euro-llm",
        }
    }
}

/// Where the files of a model come from.
///
/// [`Source::Builtin`] is for adapters: files that are part of the program.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Source {
    /// A repository on the Hugging Face hub; `revision` is a commit, or a branch or tag whose
    /// commit is written to `models.lock` when it is first fetched.
    Hub { repository: String, revision: String },
    /// A folder on this computer; a relative path starts at the folder of the registry file.
    Folder { path: PathBuf },
    /// Members of Python wheels, fetched by the user's own `pip`.
    Wheel { packages: Vec<WheelPackage> },
    /// Files that are compiled into the program, under the name that it has for them.
    Builtin { name: String },
}

/// One pinned Python package and what is taken out of it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WheelPackage {
    pub package: String,
    pub version: String,
    pub members: Vec<WheelMember>,
}

/// A member of a wheel. Members with the same `file` are joined in the order in which they stand.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WheelMember {
    pub member: String,
    pub file: String,
}

/// A file of a model. `size` is in bytes, `sha256` in lower-case hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    pub name: String,
    pub sha256: Option<String>,
    pub size: Option<u64>,
}

/// The terms of a model. `notice` is what has to be shown when the model is fetched.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// What it is called.
    pub name: String,
    /// Where it can be read.
    pub url: String,
    /// What has to be said wherever the model is used.
    pub notice: Option<String>,
}

/// How a model writes unless the command line says otherwise.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GenerationDefaults {
    pub max_new_tokens: usize,
    /// 0 is greedy.
    pub temperature: f32,
    pub top_k: Option<usize>,
    pub top_p: Option<f32>,
    pub min_p: Option<f32>,
    /// 1 is off.
    pub repetition_penalty: f32,
    /// Tokens of the output that the penalty looks back on.
    pub repetition_window: usize,
    /// Width of the beam search of sequence-to-sequence models: 1 is greedy, 0 what the makers of
    /// the model set in its `generation_config.json`.
    pub beam: usize,
    pub length_penalty: f32,
    /// Translations of a sentence that a model which goes on from a text is asked for, of which the
    /// best is kept: 1 is its usual answer alone.
    pub candidates: usize,
}

impl Default for GenerationDefaults {
    fn default() -> Self {
        Self {
            max_new_tokens: 256,
            temperature: 0.0,
            top_k: None,
            top_p: None,
            min_p: None,
            repetition_penalty: 1.0,
            repetition_window: 64,
            beam: 0,
            length_penalty: 1.0,
            candidates: 1,
        }
    }
}

/// A PEFT LoRA adapter that runs on top of a model. `files` are its weights and its configuration.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adapter {
    pub source: Source,
    pub files: Vec<ModelFile>,
}

/// A model of the registry. The first of `files` holds the weights.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelEntry {
    /// What it is called.
    pub name: String,
    /// The model whose files these are: itself, or the one that `base` names.
    pub base: String,
    /// What runs it.
    pub architecture: Architecture,
    /// Where its files may come from, in the order in which that is tried; at least one.
    pub sources: Vec<Source>,
    /// What fixes the content, of the first source: the hub revision, the package version, or
    /// `local` for a folder. With several sources the sums of the files fix it, too.
    pub revision: String,
    /// Why the revision is not a commit, for entries that could not be pinned.
    pub revision_note: Option<String>,
    /// What has to be there.
    pub files: Vec<ModelFile>,
    /// How its turns are written.
    pub chat_template: ChatTemplate,
    /// Languages that it writes.
    pub languages: Vec<Language>,
    /// Directions in which it translates: (from, to).
    pub translates: Vec<(Language, Language)>,
    /// Names of prompts in `prompts/`; without one the command's own default is used.
    pub summarise_prompt: Option<String>,
    /// The prompt that asks it for translations, where not the usual one.
    pub translate_prompt: Option<String>,
    /// How it is asked unless somebody says otherwise.
    pub defaults: GenerationDefaults,
    /// What is put before a source sentence to choose the target language (`>>rus<< `).
    pub target_prefix: BTreeMap<Language, String>,
    /// How far its translations are to be trusted.
    pub quality: Quality,
    /// What is added to its weights.
    pub adapter: Option<Adapter>,
    /// On what terms it may be used.
    pub licence: Licence,
}

impl fmt::Display for Source {
    /// What people call it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Hub { repository, .. } => write!(formatter, "the hub's {repository}"),
            Source::Folder { path } => write!(formatter, "the folder '{}'", path.display()),
            Source::Wheel { packages } => {
                let name = packages.first().map_or("", |package| package.package.as_str());
                match packages.len() {
                    1 => write!(formatter, "the Python package {name}"),
                    count => write!(formatter, "{count} Python packages from {name} on"),
                }
            }
            Source::Builtin { name } => write!(formatter, "the built-in '{name}'"),
        }
    }
}

impl Source {
    /// What fixes its content: commit, package version, or nothing for a folder.
    pub fn revision(&self) -> &str {
        match self {
            Source::Hub { revision, .. } => revision,
            Source::Wheel { packages } => {
                packages.first().map_or("", |package| package.version.as_str())
            }
            Source::Folder { .. } => "local",
            Source::Builtin { .. } => env!("CARGO_PKG_VERSION"),
        }
    }
}

impl ModelEntry {
    /// Bytes of all files together, if the registry states every size.
    pub fn size(&self) -> Option<u64> {
        self.files.iter().map(|file| file.size).sum()
    }

    /// Whether both run on the very same files, adapters aside, so that they can share the weights.
    pub fn shares_files_with(&self, other: &ModelEntry) -> bool {
        self.base == other.base && self.architecture == other.architecture
    }

    /// Whether it translates `from` into `to` without a language between.
    pub fn translates(&self, from: Language, to: Language) -> bool {
        self.translates.contains(&(from, to))
    }
}

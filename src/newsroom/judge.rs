//! The profile's judge, or the one that is asked for → the model that judges sentences, and its name for step keys.

use std::path::PathBuf;
use std::rc::Rc;

use anyhow::{Context, Result, bail};

use super::{Newsroom, Writer};
use crate::brief::self_judge;
use crate::engine::classifier::{EntailmentFiles, EntailmentModel};
use crate::entailment::{EntailmentJudge, Scope};
use crate::language::Language;
use crate::models::{ChatTemplate, ModelEntry, SELF_JUDGE, sum_of_file};
use crate::prompt::Kind;

/// What switches the profile's own model off.
const NONE: &str = "none";

/// Where the model comes from.
enum Choice<'a> {
    Entry(&'a ModelEntry),
    Folder(PathBuf),
    /// The model that writes English briefs.
    Writer,
}

impl Newsroom {
    /// The model that judges sentences, loaded at the first call; `None` when it is off.
    ///
    /// # Errors
    /// When there is no such model, or it cannot be had or loaded.
    pub fn judge(&self) -> Result<Option<Rc<EntailmentJudge>>> {
        if let Some(judge) = self.judge.get() {
            return Ok(judge.clone());
        }
        let judge = match self.judge_choice()? {
            Some(Choice::Entry(entry)) => Some(self.judge_of_registry(entry)?),
            Some(Choice::Folder(folder)) => Some(self.judge_of_folder(&folder)?),
            Some(Choice::Writer) => Some(self.self_judge()?),
            None => None,
        };
        Ok(self.judge.get_or_init(|| judge.map(Rc::new)).clone())
    }

    /// All that decides what the judge says, for the recipe of a step; nothing when it is off.
    pub(super) fn judge_recipe(&self) -> Result<String> {
        if let Some(recipe) = self.judge_recipe.get() {
            return Ok(recipe.clone());
        }
        let recipe = match self.judge_choice()? {
            Some(Choice::Entry(entry)) => {
                format!(" entailment {} {} {:?}", entry.name, entry.revision, entry.files)
            }
            Some(Choice::Folder(folder)) => {
                let files = EntailmentFiles::find(&folder).context("--entailment")?;
                let files = files.weights.iter().chain([&files.config, &files.tokenizer]);
                let sums: Result<Vec<String>> =
                    files.map(|path| sum_of_file(path, &mut |_| ())).collect();
                format!(" entailment {}", sums?.join(" "))
            }
            Some(Choice::Writer) => {
                let prompt = self.prompts.template(self_judge::PROMPT, Kind::Judge)?;
                format!(" judge self {}", prompt.sha256())
            }
            None => String::new(),
        };
        Ok(self.judge_recipe.get_or_init(|| recipe).clone())
    }

    /// What was asked for, else what the profile says.
    fn judge_choice(&self) -> Result<Option<Choice<'_>>> {
        let named = self.config.judge.as_deref().or(self.profile.entailment.as_deref());
        let name = match named {
            None | Some(NONE) => return Ok(None),
            Some(SELF_JUDGE) => return Ok(Some(Choice::Writer)),
            Some(name) => name,
        };
        let entry = match self.registry.model(name) {
            Ok(entry) => entry,
            Err(_) if PathBuf::from(name).is_dir() => {
                return Ok(Some(Choice::Folder(PathBuf::from(name))));
            }
            Err(error) => return Err(error).context("--entailment: it is no folder, and"),
        };
        if !entry.architecture.is_classifier() {
            bail!("--entailment: model '{name}' ({}) is no entailment model", entry.architecture);
        }
        Ok(Some(Choice::Entry(entry)))
    }

    fn judge_of_registry(&self, entry: &ModelEntry) -> Result<EntailmentJudge> {
        let files = self.obtain(entry)?;
        let model = EntailmentModel::load(entry, &files, &self.config.load);
        Ok(judge(model.context("cannot load the entailment model")?, entry.revision.clone()))
    }

    fn judge_of_folder(&self, folder: &std::path::Path) -> Result<EntailmentJudge> {
        let name = folder.display().to_string();
        let files = EntailmentFiles::find(folder).context("--entailment")?;
        let model = EntailmentModel::open(&name, &files, &self.config.load);
        Ok(judge(model.context("cannot load the entailment model")?, "local".to_string()))
    }

    /// The model that writes English briefs, as a judge. It stays in memory beside those that translate.
    fn self_judge(&self) -> Result<EntailmentJudge> {
        let Writer::Model(entry) = self.writer(Language::English)? else {
            bail!(
                "--judge self needs a model that writes; the profile '{}' takes sentences of the article",
                self.profile.name
            );
        };
        if entry.chat_template == ChatTemplate::None && self.config.script.is_none() {
            bail!(
                "--judge self needs a model that follows instructions; '{}' of the profile '{}' is \
                 a base model (choose another --profile, or name an entailment model)",
                entry.name,
                self.profile.name
            );
        }
        let engine = self.engine(&entry.name)?;
        self_judge::judge(engine, &entry.revision, &self.prompts)
    }
}

fn judge(model: EntailmentModel, revision: String) -> EntailmentJudge {
    EntailmentJudge {
        model: model.name().to_string(),
        revision,
        scope: Scope::Windows,
        score: Box::new(move |pairs| model.score(pairs)),
    }
}

//! Flags → what commands work with: registry, profile, prompts, and engines, one at a time.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use anyhow::{Context, Result, bail};
use bulletin::article::Article;
use bulletin::brief::ask::{ComposeOptions, Voice};
use bulletin::brief::compose::Composed;
use bulletin::brief::review::Review;
use bulletin::brief::self_judge;
use bulletin::document::form::{Length, Style};
use bulletin::document::{Brief, Finding, Severity, Strictness};
use bulletin::engine::scripted::Scripted;
use bulletin::engine::{Engine, GenerationOptions, KeyValueMemory, LoadOptions, Loader, Sampling};
use bulletin::entailment::EntailmentJudge;
use bulletin::language::Language;
use bulletin::models::{ChatTemplate, EXTRACTIVE, ModelEntry, Profile, Registry, SELF_JUDGE};
use bulletin::prompt::{Kind, Prompts};
use bulletin::translation::briefs::{Order, TranslatedBrief, with_entailment};
use bulletin::translation::carry::Ready;
use bulletin::translation::glossary::Glossary;
use bulletin::translation::route::{self, Route};
use bulletin::translation::translator::Translator;

use super::entailment::Choice;
use super::memory::memory;
use super::progress;
use crate::cli::{Cli, MachineArgs, RunArgs};

/// Who writes the briefs in a language.
#[derive(Clone, Copy, Debug)]
pub enum Writer<'a> {
    Model(&'a ModelEntry),
    /// Nobody: they are sentences of the article.
    Extractive,
}

/// Everything that a run needs besides its input.
pub struct Desk<'a> {
    registry: Registry,
    pub profile: Profile,
    prompts: Prompts,
    run: &'a RunArgs,
    cli: &'a Cli,
    /// The user's terms for translations.
    pub glossary: Rc<Glossary>,
    /// The model that is loaded now. Another one takes its place, so that two never share memory.
    loaded: RefCell<Option<(String, Rc<dyn Engine>)>>,
    loader: Loader,
    /// The model that judges sentences stays beside the one that writes them.
    entailment: OnceCell<Option<Rc<EntailmentJudge>>>,
    entailment_recipe: OnceCell<String>,
}

impl<'a> Desk<'a> {
    pub fn open(run: &'a RunArgs, cli: &'a Cli) -> Result<Self> {
        let registry = run.store.registry()?;
        let profile = registry.profile(&run.profile)?.clone();
        let prompts = match &run.prompts {
            Some(folder) => Prompts::from_folder(folder)?,
            None => Prompts::builtin(),
        };
        Ok(Self {
            registry,
            profile,
            prompts,
            run,
            cli,
            glossary: Rc::default(),
            loaded: RefCell::new(None),
            loader: Loader::new(load_options(&run.machine)),
            entailment: OnceCell::new(),
            entailment_recipe: OnceCell::new(),
        })
    }

    /// The entailment model, loaded at the first call; `None` when it is off.
    pub fn entailment(&self) -> Result<Option<Rc<EntailmentJudge>>> {
        if let Some(judge) = self.entailment.get() {
            return Ok(judge.clone());
        }
        let judge = match self.entailment_choice()? {
            Some(choice) => Some(choice.load(self.run, &self.profile.name)?),
            None if self.judges_itself() => Some(self.self_judge()?),
            None => None,
        };
        Ok(self.entailment.get_or_init(|| judge.map(Rc::new)).clone())
    }

    /// What the entailment model adds to the recipe of a step: nothing when it is off.
    pub fn entailment_recipe(&self) -> Result<String> {
        if let Some(recipe) = self.entailment_recipe.get() {
            return Ok(recipe.clone());
        }
        let recipe = match self.entailment_choice()? {
            None if self.judges_itself() => {
                let prompt = self.prompts.template(self_judge::PROMPT, Kind::Judge)?;
                format!(" judge self {}", prompt.sha256())
            }
            Some(choice) => format!(" entailment {}", choice.recipe()?),
            None => String::new(),
        };
        Ok(self.entailment_recipe.get_or_init(|| recipe).clone())
    }

    fn judges_itself(&self) -> bool {
        let named = self.run.entailment.as_deref().or(self.profile.entailment.as_deref());
        named == Some(SELF_JUDGE)
    }

    /// The model that writes English briefs, as a judge. It stays in memory beside those that translate.
    fn self_judge(&self) -> Result<EntailmentJudge> {
        let Writer::Model(entry) = self.writer(Language::English)? else {
            bail!(
                "--judge self needs a model that writes; the profile '{}' takes sentences of the article",
                self.profile.name
            );
        };
        if entry.chat_template == ChatTemplate::None && self.cli.scripted_engine.is_none() {
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

    fn entailment_choice(&self) -> Result<Option<Choice<'_>>> {
        Choice::of(self.run.entailment.as_deref(), &self.profile, &self.registry)
    }

    /// Translated briefs with what the entailment model says of them, where it is on.
    pub fn judged(
        &self,
        translated: Vec<TranslatedBrief>,
        strictness: Strictness,
    ) -> Result<Vec<TranslatedBrief>> {
        let Some(judge) = self.entailment()? else { return Ok(translated) };
        let judged = translated.into_iter().map(|one| with_entailment(one, strictness, &judge));
        Ok(judged.collect())
    }

    /// Who writes briefs in `language`.
    pub fn writer(&self, language: Language) -> Result<Writer<'_>> {
        let name = self.profile.summarise.get(&language).with_context(|| {
            format!(
                "the profile '{}' has no model that summarises {}; choose another --profile",
                self.profile.name,
                language.name()
            )
        })?;
        match name.as_str() {
            EXTRACTIVE => Ok(Writer::Extractive),
            name => Ok(Writer::Model(self.registry.model(name)?)),
        }
    }

    /// A brief of the article's own sentences, which says why there is no other.
    pub fn extracted(&self, review: &Review, article: &Article) -> Composed {
        let mut composed = review.extracted(article);
        if composed.brief.is_some() {
            let language = article.language;
            let message = format!(
                "these are sentences of the article: the profile '{}' has no model whose own words \
                 in {} would be better",
                self.profile.name,
                language.name()
            );
            let note = Finding::new("path", Severity::Note, message).in_language(language);
            composed.findings.insert(0, note);
        }
        composed
    }

    /// The way between two languages.
    pub fn route(&self, from: Language, to: Language) -> Result<Route> {
        route::plan(&self.profile, from, to)
    }

    /// The way for sentences that come out poorly on `route`.
    pub fn second_route(&self, route: &Route) -> Option<Route> {
        route::second(&self.profile, route)
    }

    /// A brief to translate, with its ways.
    pub fn order(&self, brief: Brief, route: Route) -> Order {
        let second = self.second_route(&route);
        Order { brief, route, second }
    }

    /// What a person wants to know of a route beforehand: models, revisions, licences.
    pub fn explained(&self, route: &Route) -> Result<String> {
        let mut lines = vec![route.to_string()];
        let mut named: Vec<&str> = Vec::new();
        for leg in route.legs() {
            if !named.contains(&leg.model.as_str()) {
                named.push(&leg.model);
                let entry = self.registry.model(&leg.model)?;
                lines.push(format!(
                    "{}: revision {}, licence {}",
                    entry.name, entry.revision, entry.licence.name
                ));
            }
        }
        if let Some(second) = self.second_route(route) {
            lines.push(format!("poor sentences again: {second}"));
        }
        Ok(lines.join("\n"))
    }

    /// How briefs are written by `writer`.
    pub fn compose_options(
        &self,
        writer: &Writer,
        style: Style,
        length: Length,
        strictness: Strictness,
    ) -> ComposeOptions {
        let entry = match writer {
            Writer::Model(entry) => Some(entry),
            Writer::Extractive => None,
        };
        let voice = match entry.map(|entry| entry.chat_template) {
            Some(ChatTemplate::None) => Voice::Base,
            _ => Voice::Instruct,
        };
        let default = match voice {
            Voice::Base => "summarise-few-shot",
            Voice::Instruct => "summarise",
        };
        let seed = self.run.machine.seed;
        ComposeOptions {
            prompts: self.prompts.clone(),
            prompt: entry
                .and_then(|entry| entry.summarise_prompt.clone())
                .unwrap_or_else(|| default.to_string()),
            voice,
            style,
            length,
            revision: entry.map_or_else(String::new, |entry| entry.revision.clone()),
            generation: entry.map_or_else(Default::default, |entry| generation(entry, seed)),
            strictness,
        }
    }

    /// The engine of a model; fetched and loaded if it is not the one at hand.
    pub fn engine(&self, name: &str) -> Result<Rc<dyn Engine>> {
        if let Some((loaded, engine)) = &*self.loaded.borrow()
            && loaded == name
        {
            return Ok(Rc::clone(engine));
        }
        let entry = self.registry.model(name)?;
        let before = self.loaded.replace(None).filter(|(loaded, _)| {
            // On the same weights, which are then not loaded again.
            self.registry.model(loaded).is_ok_and(|loaded| loaded.shares_files_with(entry))
        });
        let engine = self.load(name)?;
        drop(before);
        self.loaded.replace(Some((name.to_string(), Rc::clone(&engine))));
        Ok(engine)
    }

    /// Loads a model, whatever else is loaded; fetched if it is not there.
    pub fn load(&self, name: &str) -> Result<Rc<dyn Engine>> {
        if let Some(script) = &self.cli.scripted_engine {
            return Ok(Rc::new(Scripted::load(script)?));
        }
        let entry = self.registry.model(name)?;
        let store = self.run.store.store()?;
        let files = progress::obtain(entry, Some(&self.profile.name), &store)?;
        self.loader.load(entry, &files)
    }

    /// A model of the registry.
    pub fn model(&self, name: &str) -> Result<&ModelEntry> {
        self.registry.model(name)
    }

    /// How a model is asked for translations.
    pub fn translator(&self, name: &str) -> Result<Translator> {
        let entry = self.registry.model(name)?;
        let mut translator =
            Translator::new(entry, &self.prompts, generation(entry, self.run.machine.seed))?;
        translator.glossary = Rc::clone(&self.glossary);
        translator.seed = self.run.machine.seed;
        if let Some(candidates) = self.run.candidates {
            translator.candidates = usize::from(candidates);
        }
        Ok(translator)
    }

    /// How a loaded model is asked for translations: as its makers search for the best answer,
    /// unless the registry says otherwise.
    pub fn translator_for(&self, name: &str, engine: &dyn Engine) -> Result<Translator> {
        let mut translator = self.translator(name)?;
        let beam = self.registry.model(name)?.defaults.beam;
        if let Some(own) = engine.own_sampling().filter(|_| beam == 0) {
            translator.generation.sampling = own;
        }
        Ok(translator)
    }

    /// A model that is ready to translate.
    pub fn ready(&self, name: &str) -> Result<Ready> {
        let engine = self.engine(name)?;
        let translator = self.translator_for(name, engine.as_ref())?;
        Ok(Ready { engine, translator })
    }
}

/// What the command line says about running models.
pub fn load_options(machine: &MachineArgs) -> LoadOptions {
    LoadOptions {
        device: machine.device,
        threads: machine.threads.map(usize::from),
        key_value_memory: match machine.kv_memory {
            Some(mebibytes) => KeyValueMemory::Bytes((mebibytes as usize) << 20),
            None => KeyValueMemory::Fitted { elsewhere: memory().key_value_bytes() },
        },
        key_value_type: machine.kv_type,
        draft: usize::from(machine.draft),
    }
}

/// The registry's defaults as options.
fn generation(entry: &ModelEntry, seed: u64) -> GenerationOptions {
    let defaults = &entry.defaults;
    let sampling = if defaults.beam > 1 {
        Sampling::Beam { width: defaults.beam, length_penalty: defaults.length_penalty }
    } else if defaults.temperature > 0.0 {
        Sampling::Random {
            temperature: defaults.temperature,
            top_k: defaults.top_k,
            top_p: defaults.top_p,
            min_p: defaults.min_p,
            seed,
        }
    } else {
        Sampling::Greedy
    };
    GenerationOptions {
        max_new_tokens: defaults.max_new_tokens,
        sampling,
        repetition_penalty: defaults.repetition_penalty,
        repetition_window: defaults.repetition_window,
        ..GenerationOptions::default()
    }
}

/// What `--strict` means.
pub fn strictness(strict: bool) -> Strictness {
    if strict { Strictness::Warnings } else { Strictness::Errors }
}

//! What the registry says of a translating model → how its requests look.

use std::collections::BTreeMap;
use std::rc::Rc;

use anyhow::{Context, Result};
use serde_json::Value;

use super::candidates;
use super::glossary::Glossary;
use super::legs::Task;
use crate::checks::adequacy::Quality;
use crate::engine::generation_settings;
use crate::engine::{Engine, GenerationOptions, Input, Request};
use crate::language::Language;
use crate::models::{Architecture, ChatTemplate, ModelEntry};
use crate::prompt::{Kind, Prompts, Template};

/// A model with the way in which it is asked.
#[derive(Clone, Debug)]
pub struct Translator {
    /// The model's name.
    pub model: String,
    /// Its revision.
    pub revision: String,
    manner: Manner,
    /// How it is asked.
    pub generation: GenerationOptions,
    /// The user's terms; empty unless set.
    pub glossary: Rc<Glossary>,
    /// How much is done about a poor answer.
    pub effort: Effort,
    /// How far its translations are to be trusted.
    pub quality: Quality,
    /// Translations of each sentence to choose from; 1 is the model's usual answer alone.
    pub candidates: usize,
    /// Where the draws of candidates begin.
    pub seed: u64,
}

/// How much is done for a good translation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Kept to the target's letters, mended, judged, and asked for again where it is poor.
    Best,
    /// The model's first answer as it is, to measure the model.
    FirstAnswer,
}

#[derive(Clone, Debug)]
enum Manner {
    /// The bare sentence, with a prefix for some targets.
    Bare(BTreeMap<Language, String>),
    /// A filled template as a chat.
    Chat(Template),
    /// A filled template to be continued, with or without examples.
    Continued(Template),
}

impl Translator {
    /// The translator that the registry describes; `generation` are the settings to use.
    pub fn new(
        entry: &ModelEntry,
        prompts: &Prompts,
        generation: GenerationOptions,
    ) -> Result<Self> {
        let template = |default: &str| {
            let name = entry.translate_prompt.as_deref().unwrap_or(default);
            prompts.template(&format!("{name}.md"), Kind::Translate)
        };
        let manner = match (entry.architecture, entry.chat_template) {
            (Architecture::Marian | Architecture::T5, _) => {
                Manner::Bare(entry.target_prefix.clone())
            }
            (_, ChatTemplate::None) => Manner::Continued(template("translate-few-shot")?),
            (_, _) => Manner::Chat(template("translate")?),
        };
        let (model, revision) = (entry.name.clone(), entry.revision.clone());
        let glossary = Rc::new(Glossary::default());
        let (effort, candidates) = (Effort::Best, entry.defaults.candidates);
        let quality = entry.quality;
        Ok(Self {
            model,
            revision,
            manner,
            generation,
            glossary,
            effort,
            quality,
            candidates,
            seed: 0,
        })
    }

    /// How many translations of a sentence are asked for. Models that see the bare sentence search
    /// with a beam instead.
    pub fn candidates(&self) -> usize {
        match (&self.manner, self.effort) {
            (Manner::Bare(_), _) | (_, Effort::FirstAnswer) => 1,
            _ => self.candidates.max(1),
        }
    }

    /// The settings that decide which text comes out, by name, for `origin` and keys of steps.
    pub fn settings(&self) -> Value {
        let mut settings = generation_settings(&self.generation);
        if self.candidates() > 1 {
            settings["candidates"] = candidates::described(self.candidates(), self.seed);
        }
        settings
    }

    /// SHA-256 of the template's text; empty for models that see the bare sentence.
    pub fn prompt_sha256(&self) -> &str {
        match &self.manner {
            Manner::Bare(_) => "",
            Manner::Chat(template) | Manner::Continued(template) => template.sha256(),
        }
    }

    pub(super) fn input(&self, text: &str, from: Language, to: Language) -> Result<Input> {
        let template = match &self.manner {
            Manner::Bare(prefixes) => {
                let prefix = prefixes.get(&to).map_or("", String::as_str);
                return Ok(Input::Text(format!("{prefix}{text}")));
            }
            Manner::Chat(template) | Manner::Continued(template) => template,
        };
        let examples = match template.section("examples") {
            Ok(section) => examples(template, section, from, to)?,
            Err(_) => String::new(),
        };
        let terms = self.terms(template, text, from, to)?;
        let own = [("text", text), ("examples", &examples), ("terms", &terms)];
        let prompt = template.fill(&[&own[..], &languages(from, to)].concat())?;
        Ok(match &self.manner {
            Manner::Continued(_) => Input::Text(prompt.user.trim_start().to_string()),
            Manner::Bare(_) | Manner::Chat(_) => Input::Chat(prompt),
        })
    }

    /// The glossary's terms in `text` as the prompt shows them; empty without any.
    fn terms(
        &self,
        template: &Template,
        text: &str,
        from: Language,
        to: Language,
    ) -> Result<String> {
        let terms = self.glossary.terms(text, from, to);
        if terms.is_empty() {
            return Ok(String::new());
        }
        if let Ok(intro) = template.section("glossary") {
            let lines: Vec<String> =
                terms.iter().map(|term| format!("{} = {}", term.source, term.target)).collect();
            return Ok(format!("\n\n{intro}\n{}", lines.join("\n")));
        }
        let mut shown = String::new();
        for term in terms {
            shown.push_str("\n\n");
            shown.push_str(&pair(template, term.source, term.target, (from, to))?);
        }
        Ok(shown)
    }

    /// A request with room for a translation three times as long in tokens as the source.
    pub(super) fn request(&self, task: &Task, engine: &dyn Engine) -> Result<(Request, usize)> {
        let input = self.input(&task.text, task.from, task.to)?;
        let mut options = self.generation.clone();
        let own = engine.count_tokens(&Input::Text(task.text.clone()))?;
        options.max_new_tokens = 3 * own + 24;
        if self.effort == Effort::Best {
            // No letters of a third script in the middle of a translation.
            options.script = Some(task.to);
        }
        if let Manner::Continued(_) = self.manner {
            options.stop.push("\n".to_string());
        }
        let needed = engine.count_tokens(&input)? + options.max_new_tokens;
        Ok((Request { input, options }, needed))
    }
}

/// What templates may say of the languages.
fn languages(from: Language, to: Language) -> [(&'static str, &'static str); 6] {
    [
        ("source_language", from.name()),
        ("target_language", to.name()),
        ("source_native", from.native_name()),
        ("target_native", to.native_name()),
        ("source_code", from.code()),
        ("target_code", to.code()),
    ]
}

/// A text and its translation as the template shows them to a base model.
fn pair(
    template: &Template,
    source: &str,
    target: &str,
    (from, to): (Language, Language),
) -> Result<String> {
    let own = [("source", source), ("target", target)];
    template.fill_section("pair", &[&own[..], &languages(from, to)].concat())
}

/// The examples section as a base model is shown it in one direction.
fn examples(template: &Template, section: &str, from: Language, to: Language) -> Result<String> {
    let mut shown = Vec::new();
    for group in section.split("\n\n").filter(|group| !group.trim().is_empty()) {
        let in_language = |language: Language| {
            let mark = format!("{}: ", language.code());
            let line = group.lines().find_map(|line| line.trim().strip_prefix(mark.as_str()));
            line.with_context(|| format!("an example has no line that begins with '{mark}'"))
        };
        shown.push(pair(template, in_language(from)?, in_language(to)?, (from, to))?);
    }
    Ok(shown.join("\n\n"))
}

//! Briefs → the same in other languages: the ways, the models of their legs, and what judges them.

use std::rc::Rc;

use anyhow::Result;

use super::Newsroom;
use crate::document::{Brief, Strictness};
use crate::engine::{Engine, Progress};
use crate::language::Language;
use crate::translation::briefs::{Order, TranslatedBrief, translate_briefs, with_entailment};
use crate::translation::carry::Ready;
use crate::translation::glossary::Glossary;
use crate::translation::judge::Judge;
use crate::translation::route::{self, Route};
use crate::translation::translator::Translator;

/// What is wanted of translations.
#[derive(Clone, Debug, Default)]
pub struct TranslationOptions {
    /// How much must be right.
    pub strictness: Strictness,
    /// Terms and names to use.
    pub glossary: Rc<Glossary>,
}

impl Newsroom {
    /// The way between two languages.
    ///
    /// # Errors
    /// When the profile has no models for it.
    pub fn route(&self, from: Language, to: Language) -> Result<Route> {
        route::plan(&self.profile, from, to)
    }

    /// The way for sentences that come out poorly on `route`.
    pub fn second_route(&self, route: &Route) -> Option<Route> {
        route::second(&self.profile, route)
    }

    /// A brief to translate, with its ways.
    pub(super) fn order(&self, brief: Brief, route: Route) -> Order {
        let second = self.second_route(&route);
        Order { brief, route, second }
    }

    /// What a person wants to know of a route beforehand: models, revisions, licences.
    ///
    /// # Errors
    /// When the registry lacks one of its models.
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

    /// Translates a brief; each sentence names the one that it says.
    ///
    /// # Errors
    /// When the profile has no way, a model cannot be had, or a prompt is faulty.
    pub fn translate(
        &self,
        brief: Brief,
        to: Language,
        options: &TranslationOptions,
        watch: &mut dyn FnMut(Progress),
    ) -> Result<TranslatedBrief> {
        let route = self.route(brief.language, to)?;
        let orders = [self.order(brief, route)];
        Ok(self.translate_briefs(&orders, options, watch)?.remove(0))
    }

    /// Translates briefs; results are in the order of `orders`.
    pub(super) fn translate_briefs(
        &self,
        orders: &[Order],
        options: &TranslationOptions,
        watch: &mut dyn FnMut(Progress),
    ) -> Result<Vec<TranslatedBrief>> {
        if orders.is_empty() {
            return Ok(Vec::new());
        }
        let judge = self.sentence_judge()?;
        let translated = translate_briefs(
            orders,
            options.strictness,
            &mut |name| self.ready(name, &options.glossary),
            &|pair, quality| judge.verdict(pair, quality),
            watch,
        )?;
        let Some(judge) = self.judge()? else { return Ok(translated) };
        let judged =
            translated.into_iter().map(|one| with_entailment(one, options.strictness, &judge));
        Ok(judged.collect())
    }

    /// What judges each translated sentence.
    pub(super) fn sentence_judge(&self) -> Result<Judge> {
        Ok(Judge::new(self.checker.clone(), self.judge()?))
    }

    /// How a model is asked for translations.
    pub(super) fn translator(&self, name: &str, glossary: &Rc<Glossary>) -> Result<Translator> {
        let entry = self.registry.model(name)?;
        let mut translator = Translator::new(entry, &self.prompts, self.generation(entry))?;
        translator.glossary = Rc::clone(glossary);
        translator.seed = self.config.seed;
        if let Some(candidates) = self.config.candidates {
            translator.candidates = candidates;
        }
        Ok(translator)
    }

    /// How a loaded model is asked for translations: as its makers search for the best answer,
    /// unless the registry says otherwise.
    fn translator_for(
        &self,
        name: &str,
        engine: &dyn Engine,
        glossary: &Rc<Glossary>,
    ) -> Result<Translator> {
        let mut translator = self.translator(name, glossary)?;
        let beam = self.registry.model(name)?.defaults.beam;
        if let Some(own) = engine.own_sampling().filter(|_| beam == 0) {
            translator.generation.sampling = own;
        }
        Ok(translator)
    }

    /// A model that is ready to translate.
    ///
    /// # Errors
    /// When the model cannot be had or loaded, or its prompt is faulty.
    pub fn ready(&self, name: &str, glossary: &Rc<Glossary>) -> Result<Ready> {
        let engine = self.engine(name)?;
        let translator = self.translator_for(name, engine.as_ref(), glossary)?;
        Ok(Ready { engine, translator })
    }
}

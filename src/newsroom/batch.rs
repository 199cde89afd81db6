//! The work that a batch and a worker hand out: summarise articles, carry briefs into other languages, and name for
//! both what they are done with.

use anyhow::{Context, Result};

use super::{Form, Newsroom, TranslationOptions, Writer};
use crate::article::Article;
use crate::batch::made::Made;
use crate::batch::recipe::{Part, extractive, recipe};
use crate::batch::rules::rules;
use crate::batch::run::{Results, Tasks};
use crate::brief::ask;
use crate::brief::compose::Composed;
use crate::document::{Brief, Check, Document};
use crate::engine::Event;
use crate::language::Language;

/// What is wanted of many articles.
pub struct BatchWork<'a> {
    newsroom: &'a Newsroom,
    form: Form,
    targets: &'a [Language],
}

impl Newsroom {
    /// The work of a batch: briefs of one form, to be carried into `targets`. For a newsroom that keeps all engines.
    pub fn batch_work<'a>(&'a self, form: Form, targets: &'a [Language]) -> BatchWork<'a> {
        BatchWork { newsroom: self, form, targets }
    }

    /// Loads the models of summaries and the judge now, so that a first article does not wait for them and a missing
    /// model is found before any work.
    ///
    /// # Errors
    /// When a model cannot be had or loaded.
    pub fn warm_up(&self) -> Result<()> {
        for language in Language::ALL {
            if let Ok(Writer::Model(entry)) = self.writer(language) {
                self.engine(&entry.name)?;
            }
        }
        self.judge()?;
        Ok(())
    }
}

impl BatchWork<'_> {
    /// The work as a batch wants it.
    pub fn tasks(&self) -> Tasks<'_> {
        Tasks {
            summary_recipe: Box::new(|language| self.summary_recipe(language)),
            summarise: Box::new(|articles, watch| self.summarise(articles, watch)),
            translation_recipe: Box::new(|from, to| self.translation_recipe(from, to)),
            translate: Box::new(|to, documents, watch| self.translate(to, documents, watch)),
        }
    }

    fn summary_recipe(&self, language: Language) -> Result<String> {
        let newsroom = self.newsroom;
        let options = newsroom.compose_options(language, &self.form)?;
        let Writer::Model(entry) = newsroom.writer(language)? else {
            let settings = ask::settings(&options, 0);
            return Ok(extractive(&rules(), self.form.strictness, language, &settings)
                + &newsroom.judge_recipe()?);
        };
        let prompts = ask::Templates::open(&options, language)?.sha256().to_string();
        let part = Part {
            role: format!("summarise {language} {} {:?}", options.prompt, options.voice),
            model: entry,
            prompts: &prompts,
            settings: ask::settings(&options, options.generation.max_new_tokens),
            key_values: newsroom.config.load.key_value_type,
        };
        self.recipe(&[part])
    }

    fn translation_recipe(&self, from: Language, to: Language) -> Result<String> {
        let newsroom = self.newsroom;
        let route = newsroom.route(from, to)?;
        let second = newsroom.second_route(&route);
        let legs = route.legs().into_iter().map(|leg| ("translate", leg));
        let again = second.iter().flat_map(|route| route.legs()).map(|leg| ("again", leg));
        let mut translators = Vec::new();
        for (verb, leg) in legs.chain(again) {
            let role = format!("{verb} {}-{}", leg.from, leg.to);
            let translator = newsroom.translator(&leg.model, &self.options().glossary)?;
            translators.push((role, newsroom.model(&leg.model)?, translator));
        }
        let parts = translators.iter().map(|(role, model, translator)| Part {
            role: role.clone(),
            model,
            prompts: translator.prompt_sha256(),
            settings: translator.settings(),
            key_values: newsroom.config.load.key_value_type,
        });
        self.recipe(&parts.collect::<Vec<_>>())
    }

    fn recipe(&self, parts: &[Part]) -> Result<String> {
        let newsroom = self.newsroom;
        let script = newsroom.script.as_deref();
        Ok(recipe(&rules(), self.form.strictness, script, parts) + &newsroom.judge_recipe()?)
    }

    fn options(&self) -> TranslationOptions {
        TranslationOptions { strictness: self.form.strictness, ..TranslationOptions::default() }
    }

    /// One call for all articles in one language; results in the order of `articles`.
    fn summarise(&self, articles: &[Article], watch: &mut dyn FnMut(Event)) -> Result<Results> {
        let mut results: Vec<Option<Result<Made, String>>> = vec![None; articles.len()];
        for language in Language::ALL {
            let places: Vec<usize> =
                (0..articles.len()).filter(|&place| articles[place].language == language).collect();
            if places.is_empty() {
                continue;
            }
            let group: Vec<Article> = places.iter().map(|&it| articles[it].clone()).collect();
            let composed =
                self.newsroom.compose(language, &group, &self.form, &mut |it| watch(it.event))?;
            for (place, composed) in places.iter().zip(composed) {
                results[*place] = Some(made(language, composed));
            }
        }
        results.into_iter().map(|result| result.context("an article has no language")).collect()
    }

    fn translate(
        &self,
        to: Language,
        documents: &[Document],
        watch: &mut dyn FnMut(Event),
    ) -> Result<Results> {
        self.drop_writers();
        let mut orders = Vec::with_capacity(documents.len());
        for document in documents {
            let from = document.article.language;
            let brief = home_brief(document).context("a document without a brief")?.clone();
            orders.push(self.newsroom.order(brief, self.newsroom.route(from, to)?));
        }
        let translated = self.newsroom.translate_briefs(&orders, &self.options(), &mut |it| {
            watch(it.event);
        })?;
        let results = translated.into_iter().map(|translated| {
            let (brief, findings) = (translated.brief, translated.findings);
            Ok(Made { language: to, brief, findings })
        });
        Ok(results.collect())
    }

    /// All summaries come before all translations, so models that only write make room.
    fn drop_writers(&self) {
        if !self.targets.is_empty() {
            let translators = &self.newsroom.profile.translate;
            self.newsroom.engines.retain(|name| translators.values().any(|it| it == name));
        }
    }
}

fn home_brief(document: &Document) -> Option<&Brief> {
    document.briefs.iter().find(|brief| brief.language == document.article.language)
}

/// An answer that is no brief is a result; a model that could not be asked is a failure, which
/// may be tried again.
fn made(language: Language, composed: Composed) -> Result<Made, String> {
    if composed.brief.is_none()
        && let Some(fault) = composed.findings.iter().find(|finding| finding.is(Check::Engine))
    {
        return Err(fault.message.clone());
    }
    Ok(Made { language, brief: composed.brief, findings: composed.findings })
}

//! Flags → the work that `batch` and `worker` hand out: summarise articles, carry briefs into other
//! languages, and name for both what they are done with.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use anyhow::{Context, Result};
use bulletin::article::Article;
use bulletin::batch::made::Made;
use bulletin::batch::recipe::{Part, extractive, recipe};
use bulletin::batch::rules::rules;
use bulletin::batch::run::{Results, Tasks};
use bulletin::brief::ask;
use bulletin::brief::compose::{Composed, compose};
use bulletin::brief::gate::Gate;
use bulletin::brief::review::Review;
use bulletin::document::{Brief, Document, Strictness};
use bulletin::engine::{Engine, Event};
use bulletin::language::Language;
use bulletin::translation::briefs::translate_briefs;
use bulletin::translation::carry::Ready;
use bulletin::translation::judge::Judge;
use sha2::{Digest, Sha256};

use super::desk::{Desk, Writer, strictness};
use crate::cli::Cli;
use crate::cli::work::WorkArgs;

/// Flags, registry and the engines that have been loaded so far.
pub struct Work<'a> {
    desk: Desk<'a>,
    args: &'a WorkArgs,
    strictness: Strictness,
    /// SHA-256 of the script that answers in the place of models, in tests.
    script: Option<String>,
    engines: RefCell<HashMap<String, Rc<dyn Engine>>>,
}

impl<'a> Work<'a> {
    pub fn open(args: &'a WorkArgs, cli: &'a Cli) -> Result<Self> {
        let script = match &cli.scripted_engine {
            None => None,
            Some(path) => {
                let bytes = std::fs::read(path)
                    .with_context(|| format!("cannot read '{}'", path.display()))?;
                Some(Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect())
            }
        };
        Ok(Self {
            desk: Desk::open(&args.run, cli)?,
            args,
            strictness: strictness(args.strict),
            script,
            engines: RefCell::default(),
        })
    }

    /// Loads the models of summaries now, so that a worker's first record does not wait for them
    /// and a missing model is found before any work.
    pub fn warm_up(&self) -> Result<()> {
        for language in Language::ALL {
            if let Ok(Writer::Model(entry)) = self.desk.writer(language) {
                self.engine(&entry.name)?;
            }
        }
        self.desk.entailment()?;
        Ok(())
    }

    /// The work as `batch` wants it.
    pub fn tasks(&self) -> Tasks<'_> {
        Tasks {
            summary_recipe: Box::new(|language| self.summary_recipe(language)),
            summarise: Box::new(|articles, watch| self.summarise(articles, watch)),
            translation_recipe: Box::new(|from, to| self.translation_recipe(from, to)),
            translate: Box::new(|to, documents, watch| self.translate(to, documents, watch)),
        }
    }

    fn summary_recipe(&self, language: Language) -> Result<String> {
        let writer = self.desk.writer(language)?;
        let args = self.args;
        let options = self.desk.compose_options(&writer, args.style, args.length, self.strictness);
        let Writer::Model(entry) = writer else {
            let settings = ask::settings(&options, 0);
            return Ok(extractive(&rules(), self.strictness, language, &settings)
                + &self.desk.entailment_recipe()?);
        };
        let prompts = ask::Desk::open(&options, language)?.sha256().to_string();
        let part = Part {
            role: format!("summarise {language} {} {:?}", options.prompt, options.voice),
            model: entry,
            prompts: &prompts,
            settings: ask::settings(&options, options.generation.max_new_tokens),
            key_values: args.run.machine.kv_type,
        };
        self.recipe(&[part])
    }

    fn translation_recipe(&self, from: Language, to: Language) -> Result<String> {
        let route = self.desk.route(from, to)?;
        let second = self.desk.second_route(&route);
        let legs = route.legs().into_iter().map(|leg| ("translate", leg));
        let again = second.iter().flat_map(|route| route.legs()).map(|leg| ("again", leg));
        let mut translators = Vec::new();
        for (verb, leg) in legs.chain(again) {
            let role = format!("{verb} {}-{}", leg.from, leg.to);
            translators.push((
                role,
                self.desk.model(&leg.model)?,
                self.desk.translator(&leg.model)?,
            ));
        }
        let parts = translators.iter().map(|(role, model, translator)| Part {
            role: role.clone(),
            model,
            prompts: translator.prompt_sha256(),
            settings: translator.settings(),
            key_values: self.args.run.machine.kv_type,
        });
        self.recipe(&parts.collect::<Vec<_>>())
    }

    fn recipe(&self, parts: &[Part]) -> Result<String> {
        let judge = self.desk.entailment_recipe()?;
        Ok(recipe(&rules(), self.strictness, self.script.as_deref(), parts) + &judge)
    }

    fn engine(&self, name: &str) -> Result<Rc<dyn Engine>> {
        if let Some(engine) = self.engines.borrow().get(name) {
            return Ok(Rc::clone(engine));
        }
        let engine = self.desk.load(name)?;
        self.engines.borrow_mut().insert(name.to_string(), Rc::clone(&engine));
        Ok(engine)
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
            for (place, composed) in places.iter().zip(self.compose(language, &group, watch)?) {
                results[*place] = Some(made(language, composed));
            }
        }
        results.into_iter().map(|result| result.context("an article has no language")).collect()
    }

    fn compose(
        &self,
        language: Language,
        articles: &[Article],
        watch: &mut dyn FnMut(Event),
    ) -> Result<Vec<Composed>> {
        let writer = self.desk.writer(language)?;
        let args = self.args;
        let options = self.desk.compose_options(&writer, args.style, args.length, self.strictness);
        let strictness = self.strictness;
        let review = Review::new(&options).with_entailment(self.desk.entailment()?);
        let Writer::Model(entry) = writer else {
            return Ok(articles.iter().map(|one| self.desk.extracted(&review, one)).collect());
        };
        let engine = self.engine(&entry.name)?;
        let gate = Gate {
            judge: &|article, brief| review.judge(article, brief),
            extract: &|article, _| review.extract(article),
            strictness,
        };
        compose(articles, engine.as_ref(), &options, &gate, &mut |progress| watch(progress.event))
    }

    fn translate(
        &self,
        to: Language,
        documents: &[Document],
        watch: &mut dyn FnMut(Event),
    ) -> Result<Results> {
        self.drop_writers()?;
        let mut orders = Vec::with_capacity(documents.len());
        for document in documents {
            let from = document.article.language;
            let brief = home_brief(document).context("a document without a brief")?.clone();
            orders.push(self.desk.order(brief, self.desk.route(from, to)?));
        }
        let judge = Judge::new(self.desk.entailment()?);
        let translated = translate_briefs(
            &orders,
            self.strictness,
            &mut |name| {
                let engine = self.engine(name)?;
                let translator = self.desk.translator_for(name, engine.as_ref())?;
                Ok(Ready { engine, translator })
            },
            &|pair| judge.findings(pair),
            &mut |progress| watch(progress.event),
        )?;
        let translated = self.desk.judged(translated, self.strictness)?;
        let results = translated.into_iter().map(|translated| {
            let (brief, findings) = (translated.brief, translated.findings);
            Ok(Made { language: to, brief, findings })
        });
        Ok(results.collect())
    }

    /// All summaries come before all translations, so models that only write make room.
    fn drop_writers(&self) -> Result<()> {
        if self.args.to.is_empty() {
            return Ok(());
        }
        let translators: Vec<&String> = self.desk.profile.translate.values().collect();
        self.engines.borrow_mut().retain(|name, _| translators.contains(&name));
        Ok(())
    }
}

fn home_brief(document: &Document) -> Option<&Brief> {
    document.briefs.iter().find(|brief| brief.language == document.article.language)
}

/// An answer that is no brief is a result; a model that could not be asked is a failure, which
/// may be tried again.
fn made(language: Language, composed: Composed) -> Result<Made, String> {
    if composed.brief.is_none()
        && let Some(fault) = composed.findings.iter().find(|finding| finding.check == "engine")
    {
        return Err(fault.message.clone());
    }
    Ok(Made { language, brief: composed.brief, findings: composed.findings })
}

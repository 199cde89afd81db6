//! Articles → briefs, each in its article's language, and documents with translations.

use anyhow::{Context, Result};

use super::{Newsroom, TranslationOptions};
use crate::analysis::analysed::AnalysedArticle;
use crate::article::Article;
use crate::brief::ask::{ComposeOptions, Voice};
use crate::brief::compose::{Composed, compose};
use crate::brief::gate::Gate;
use crate::brief::review::Review;
use crate::document::form::{Length, Style};
use crate::document::{Check, Document, Finding, Severity, Strictness};
use crate::engine::Progress;
use crate::language::Language;
use crate::models::{ChatTemplate, EXTRACTIVE, ModelEntry};
use crate::translation::route::Route;

/// What a brief is to be like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// A paragraph, bullets or a headline alone.
    pub style: Style,
    /// How many sentences and words.
    pub length: Length,
    /// How much must be right.
    pub strictness: Strictness,
}

/// Who writes the briefs in a language.
#[derive(Clone, Copy, Debug)]
pub enum Writer<'a> {
    Model(&'a ModelEntry),
    /// Nobody: they are sentences of the article.
    Extractive,
}

impl Newsroom {
    /// Writes a brief of an article and carries it into each of `targets`, the article's own language aside. The
    /// document has the briefs that stand, and findings that say what is wrong with them and why one is missing.
    ///
    /// # Errors
    /// When the profile has no model for a language or no way into one, a model cannot be had, or a prompt is faulty.
    pub fn summarise(
        &self,
        article: Article,
        form: &Form,
        targets: &[Language],
        watch: &mut dyn FnMut(Progress),
    ) -> Result<Document> {
        let routes = self.routes(article.language, targets)?;
        let articles = std::slice::from_ref(&article);
        let composed = self.compose(article.language, articles, form, watch)?.remove(0);
        self.document(article, composed, routes, form, watch)
    }

    /// Like [`Self::summarise`], with a brief that is sentences of the article, whatever the profile says.
    ///
    /// # Errors
    /// As [`Self::summarise`].
    pub fn extract(
        &self,
        article: Article,
        form: &Form,
        targets: &[Language],
        watch: &mut dyn FnMut(Progress),
    ) -> Result<Document> {
        let routes = self.routes(article.language, targets)?;
        let composed =
            self.review(article.language, form)?.extracted(&AnalysedArticle::new(&article));
        self.document(article, composed, routes, form, watch)
    }

    /// The way to every language that is asked for, the article's own aside, in the order given.
    fn routes(&self, from: Language, targets: &[Language]) -> Result<Vec<Route>> {
        let mut once: Vec<Language> = Vec::new();
        for language in targets {
            if *language != from && !once.contains(language) {
                once.push(*language);
            }
        }
        once.into_iter().map(|to| self.route(from, to)).collect()
    }

    /// A brief and its translations as a document.
    fn document(
        &self,
        article: Article,
        composed: Composed,
        routes: Vec<Route>,
        form: &Form,
        watch: &mut dyn FnMut(Progress),
    ) -> Result<Document> {
        let mut findings = composed.findings;
        let mut briefs = Vec::new();
        if let Some(brief) = composed.brief {
            let orders = routes.into_iter().map(|route| self.order(brief.clone(), route));
            let orders: Vec<_> = orders.collect();
            briefs.push(brief);
            let options = TranslationOptions { strictness: form.strictness, ..Default::default() };
            for translated in self.translate_briefs(&orders, &options, watch)? {
                briefs.extend(translated.brief);
                findings.extend(translated.findings);
            }
        }
        Ok(Document::new(article, briefs, findings))
    }

    /// Briefs of articles that are all in `language`, in their order.
    pub(super) fn compose(
        &self,
        language: Language,
        articles: &[Article],
        form: &Form,
        watch: &mut dyn FnMut(Progress),
    ) -> Result<Vec<Composed>> {
        let review = self.review(language, form)?;
        let Writer::Model(entry) = self.writer(language)? else {
            return Ok(articles.iter().map(|article| self.extracted(&review, article)).collect());
        };
        let review = review.with_entailment(self.judge()?);
        let gate = Gate {
            judge: &|article, brief| review.judge(article, brief),
            extract: &|article, _| review.extract(article),
            strictness: form.strictness,
        };
        let options = self.compose_options(language, form)?;
        let engine = self.engine(&entry.name)?;
        compose(articles, engine.as_ref(), &options, &gate, watch)
    }

    fn review(&self, language: Language, form: &Form) -> Result<Review> {
        Ok(Review::new(&self.compose_options(language, form)?, self.checker.clone()))
    }

    /// A brief of the article's own sentences, which says why there is no other.
    fn extracted(&self, review: &Review, article: &Article) -> Composed {
        let mut composed = review.extracted(&AnalysedArticle::new(article));
        if composed.brief.is_some() {
            let language = article.language;
            let message = format!(
                "these are sentences of the article: the profile '{}' has no model whose own words \
                 in {} would be better",
                self.profile.name,
                language.name()
            );
            let note = Finding::new(Check::Path, Severity::Note, message).in_language(language);
            composed.findings.insert(0, note);
        }
        composed
    }

    /// Who writes briefs in `language`.
    ///
    /// # Errors
    /// When the profile names nobody.
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

    /// How briefs in `language` are asked for.
    pub(super) fn compose_options(
        &self,
        language: Language,
        form: &Form,
    ) -> Result<ComposeOptions> {
        let entry = match self.writer(language)? {
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
        Ok(ComposeOptions {
            prompts: self.prompts.clone(),
            prompt: entry
                .and_then(|entry| entry.summarise_prompt.clone())
                .unwrap_or_else(|| default.to_string()),
            voice,
            style: form.style,
            length: form.length,
            revision: entry.map_or_else(String::new, |entry| entry.revision.clone()),
            generation: entry.map_or_else(Default::default, |entry| self.generation(entry)),
        })
    }
}

//! What the desk holds a brief against: its evidence in the article, and all checks.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::ask::{ComposeOptions, Templates};
use super::compose::Composed;
use super::evidence;
use super::extractive::{self, Options};
use crate::analysis::analysed::AnalysedArticle;
use crate::checks::{self, CheckInput, Checker, Limits};
use crate::document::form::{HEADLINE_CHARACTERS, Length, Style};
use crate::document::{Brief, BriefPath, Check};
use crate::document::{Finding, Severity};
use crate::entailment::EntailmentJudge;
use crate::language::Language;

/// The usual review, for briefs of one form.
pub struct Review {
    style: Style,
    length: Length,
    /// What the model is told, by language; answers must not repeat it.
    wordings: BTreeMap<Language, String>,
    checker: Rc<Checker>,
    entailment: Option<Rc<EntailmentJudge>>,
}

impl Review {
    pub fn new(options: &ComposeOptions, checker: Rc<Checker>) -> Self {
        // A language without a prompt is one that is never asked in.
        let wording =
            |language| Some((language, Templates::open(options, language).ok()?.wording()));
        Self {
            style: options.style,
            length: options.length,
            wordings: Language::ALL.into_iter().filter_map(wording).collect(),
            checker,
            entailment: None,
        }
    }

    /// The same review with an entailment model, where there is one.
    pub fn with_entailment(self, entailment: Option<Rc<EntailmentJudge>>) -> Self {
        Self { entailment, ..self }
    }

    /// All that the checks find in a brief of `article`, in the article's language. The scores of
    /// the entailment model are written into the brief.
    pub fn judge(&self, article: &AnalysedArticle, brief: &mut Brief) -> Vec<Finding> {
        let mut findings = self.checked(article, brief);
        if let Some(entailment) = &self.entailment {
            findings.extend(entailment.brief(article.article, brief));
        }
        findings
    }

    fn checked(&self, article: &AnalysedArticle, brief: &Brief) -> Vec<Finding> {
        let sentences: Vec<String> =
            brief.sentences.iter().map(|sentence| sentence.text.clone()).collect();
        let evidence: Vec<_> =
            brief.sentences.iter().map(|sentence| sentence.evidence.clone()).collect();
        checks::run_with(
            &self.checker,
            &CheckInput {
                article,
                language: brief.language,
                headline: &brief.headline,
                sentences: &sentences,
                evidence: &evidence,
                limits: self.limits(),
                prompt: self.wordings.get(&brief.language).map(String::as_str),
            },
        )
    }

    /// A brief of the article's own sentences.
    pub fn extract(&self, article: &AnalysedArticle) -> Option<Brief> {
        let options = Options {
            sentences: *self.length.sentences().end(),
            words: *self.length.words().end(),
            ..Options::default()
        };
        let mut brief = extractive::brief(article, &options)?;
        if self.style == Style::Headline {
            brief.sentences.clear();
        }
        Some(brief)
    }

    /// A brief of the article's own sentences, with what the checks say of it; no model is asked.
    pub fn extracted(&self, article: &AnalysedArticle) -> Composed {
        match self.extract(article) {
            Some(mut brief) => {
                Composed { findings: self.judge(article, &mut brief), brief: Some(brief) }
            }
            None => {
                let message = "the article has no sentence that can stand in a brief";
                let finding = Finding::new(Check::Path, Severity::Error, message);
                Composed { brief: None, findings: vec![finding] }
            }
        }
    }

    /// Room above what is asked for, so that a good brief does not fail by a word.
    fn limits(&self) -> Limits {
        let (sentences, words) = (self.length.sentences(), self.length.words());
        Limits {
            headline_characters: HEADLINE_CHARACTERS + HEADLINE_CHARACTERS / 2,
            sentences: sentences.end() + 1,
            words: words.end() * 3 / 2,
            least_words: if self.style == Style::Headline { 0 } else { words.start() / 4 },
            ..Limits::default()
        }
    }
}

/// The brief with the places in the article that each sentence rests on.
pub fn with_evidence(article: &AnalysedArticle, mut brief: Brief) -> Brief {
    if brief.origin.path == BriefPath::Extractive || brief.language != article.source.language {
        return brief;
    }
    let texts: Vec<String> = brief.sentences.iter().map(|sentence| sentence.text.clone()).collect();
    for (sentence, places) in brief.sentences.iter_mut().zip(evidence::align(article, &texts)) {
        sentence.evidence = places;
    }
    brief
}

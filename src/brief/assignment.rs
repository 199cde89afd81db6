//! One article's way through the rounds of [`super::compose`]: its parts, its answers, and what
//! is made of them.

use anyhow::Result;

use super::ask::{ComposeOptions, Templates, answer_tokens, fence, settings, with_title};
use super::compose::Composed;
use super::gate::{Candidate, Gate, reasons};
use super::parse::parse;
use super::polish::{Measure, polish};
use super::{fit, shares};
use crate::analysis::analysed::AnalysedArticle;
use crate::article::Article;
use crate::document::form::{Style, words};
use crate::document::{Brief, BriefPath, BriefSentence, Check, Origin};
use crate::document::{Finding, Severity};
use crate::engine::{Engine, Generation, Input, Request, RequestError, otherwise};
use crate::segment::sentences_of;

/// One article on its way.
pub(super) struct Assignment<'a> {
    article: &'a Article,
    /// What its briefs are held against.
    analysed: AnalysedArticle<'a>,
    pub(super) templates: &'a Templates<'a>,
    fence: String,
    pub(super) max_new_tokens: usize,
    /// What is still to be briefed: parts of the article, later briefs of parts.
    pub(super) texts: Vec<String>,
    /// The parts in which the article was read.
    parts: Vec<String>,
    /// How often briefs have been briefed again.
    level: usize,
    pub(super) answer: Option<Result<Generation, RequestError>>,
    findings: Vec<Finding>,
}

/// What came of an answer: something to weigh, or the reasons why not.
pub(super) enum Weighed {
    Passed(Candidate),
    Failed(Option<Candidate>, Vec<Finding>),
}

impl<'a> Assignment<'a> {
    pub(super) fn plan(
        article: &'a Article,
        templates: &'a Templates<'a>,
        engine: &dyn Engine,
        options: &ComposeOptions,
    ) -> Result<Self> {
        let paragraphs = with_title(article.title.as_deref(), &article.paragraphs);
        let whole = paragraphs.join("\n\n");
        let mut assignment = Self {
            article,
            analysed: AnalysedArticle::new(article),
            templates,
            fence: fence(&whole),
            max_new_tokens: answer_tokens(&whole, options, engine)?,
            texts: Vec::new(),
            parts: Vec::new(),
            level: 0,
            answer: None,
            findings: Vec::new(),
        };
        assignment.texts = assignment.fitted(&paragraphs, engine)?;
        assignment.parts = assignment.texts.clone();
        if assignment.parts.len() > 1 {
            assignment.findings.push(Finding::new(
                Check::LongArticle,
                Severity::Note,
                format!(
                    "the article was read in {} parts, which were merged",
                    assignment.parts.len()
                ),
            ));
        }
        Ok(assignment)
    }

    /// What the model is asked about one of `texts`.
    pub(super) fn input(&self, text: &str) -> Result<Input> {
        match self.level {
            0 => self.templates.summarise(text, &self.fence),
            _ => self.templates.merge(text, &self.fence),
        }
    }

    /// Paragraphs joined into as few texts as the context allows.
    fn fitted(&self, paragraphs: &[String], engine: &dyn Engine) -> Result<Vec<String>> {
        let room = engine.context_tokens().saturating_sub(self.max_new_tokens);
        let frame = engine.count_tokens(&self.input("")?)?;
        let count = |text: &str| engine.count_tokens(&Input::Text(text.to_string()));
        let mut budget = room.saturating_sub(frame).max(1);
        loop {
            let texts = fit::split(paragraphs, self.article.language, budget, &count)?;
            let mut longest = 0;
            for text in &texts {
                longest = longest.max(engine.count_tokens(&self.input(text)?)?);
            }
            // Tokens at the seams may not add up; a little less text then fits.
            let excess = longest.saturating_sub(room);
            if excess == 0 || budget == 1 {
                return Ok(texts);
            }
            budget = budget.saturating_sub(excess.max(budget / 16)).max(1);
        }
    }

    /// Takes the answers about `texts`: the last one of all, or notes for the next round.
    pub(super) fn take(
        &mut self,
        mut answers: Vec<Result<Generation, RequestError>>,
        engine: &dyn Engine,
    ) -> Result<()> {
        if self.texts.len() == 1 {
            self.answer = answers.pop();
            return Ok(());
        }
        let mut notes = Vec::with_capacity(answers.len());
        for (index, answer) in answers.iter().enumerate() {
            notes.push(self.note(index, answer));
        }
        let before = self.texts.len();
        self.level += 1;
        self.texts = self.fitted(&notes, engine)?;
        if self.texts.len() >= before {
            self.answer = Some(Err(RequestError::Failed(format!(
                "the model's context of {} tokens is too small for the notes on this article",
                engine.context_tokens()
            ))));
        }
        Ok(())
    }

    /// The brief of one part as a note; the part's first sentences where there is none.
    fn note(&mut self, index: usize, answer: &Result<Generation, RequestError>) -> String {
        let language = self.article.language;
        let draft = answer
            .as_ref()
            .ok()
            .and_then(|generation| parse(&generation.text, language, Style::Wire));
        if let Some(draft) = draft {
            return draft.sentences.join(" ");
        }
        let why = match answer {
            Ok(_) => "the model's answer cannot be read".to_string(),
            Err(error) => error.to_string(),
        };
        self.findings.push(Finding::new(
            Check::LongArticle,
            Severity::Warning,
            format!("part {} is represented by its first sentences: {why}", index + 1),
        ));
        let mut sentences = sentences_of(&self.texts[index], language);
        sentences.truncate(2);
        sentences.join(" ")
    }

    fn measure(&self, options: &ComposeOptions) -> Measure {
        Measure {
            language: self.article.language,
            style: options.style,
            length: options.length,
            article_words: self.article.paragraphs.iter().map(|text| words(text)).sum(),
        }
    }

    pub(super) fn judged(
        &self,
        engine: &dyn Engine,
        options: &ComposeOptions,
        gate: &Gate,
    ) -> Weighed {
        let answer = self.answer.as_ref().expect("every round gives an answer");
        self.weighed(answer, BriefPath::Model, engine, options, gate)
    }

    /// An answer, read, polished and judged.
    pub(super) fn weighed(
        &self,
        answer: &Result<Generation, RequestError>,
        path: BriefPath,
        engine: &dyn Engine,
        options: &ComposeOptions,
        gate: &Gate,
    ) -> Weighed {
        let language = self.article.language;
        let fault = |check: Check, message: String| {
            let finding = Finding::new(check, Severity::Error, message).in_language(language);
            Weighed::Failed(None, vec![finding])
        };
        let generation = match answer {
            Ok(generation) => generation,
            Err(error) => return fault(Check::Engine, error.to_string()),
        };
        let polished = parse(&generation.text, language, options.style).and_then(|draft| {
            polish(draft, generation.stop, self.measure(options), self.article.title.as_deref())
        });
        let Some(polished) = polished else {
            return fault(Check::Unreadable, "the model's answer holds no brief".to_string());
        };
        let origin = Origin {
            model: engine.name().to_string(),
            revision: options.revision.clone(),
            prompt_sha256: self.templates.sha256().to_string(),
            settings: settings(options, self.max_new_tokens),
            route: vec![language],
            path,
        };
        let sentences = polished.sentences.into_iter().map(BriefSentence::new).collect();
        let brief = Brief { language, headline: polished.headline, sentences, origin };
        let candidate = gate.weigh(&self.analysed, brief, polished.findings);
        if gate.passes(&candidate) {
            Weighed::Passed(candidate)
        } else {
            let faults = gate.faults(&candidate);
            Weighed::Failed(Some(candidate), faults)
        }
    }

    /// The request for a second try, with the faults of the first named.
    pub(super) fn second_try(
        &self,
        first: &Weighed,
        options: &ComposeOptions,
    ) -> Result<Option<Request>> {
        let Weighed::Failed(candidate, faults) = first else {
            return Ok(None);
        };
        let draft = match (candidate, &self.answer) {
            (Some(candidate), _) => written(&candidate.brief),
            (None, Some(Ok(generation))) => generation.text.clone(),
            // The model has not answered at all; asking again will not help.
            (None, _) => return Ok(None),
        };
        let mut list: Vec<String> = Vec::new();
        for fault in faults {
            let line = format!("- {}", fault.message);
            if !list.contains(&line) {
                list.push(line);
            }
        }
        let text = self.texts.first().map_or("", String::as_str);
        let input = self.templates.repair(text, &draft, &list.join("\n"), &self.fence)?;
        let mut request = self.templates.request(input, self.max_new_tokens);
        request.options.sampling = otherwise(&options.generation.sampling);
        Ok(Some(request))
    }

    /// The best that there is, in the order that [`super::gate`] gives.
    pub(super) fn settle(
        &self,
        first: Weighed,
        second: Option<Weighed>,
        options: &ComposeOptions,
        gate: &Gate,
    ) -> Composed {
        let (candidate, faults) = match (first, second) {
            (Weighed::Passed(candidate), _) => return self.done(candidate),
            (Weighed::Failed(_, faults), Some(Weighed::Passed(mut candidate))) => {
                let faults: Vec<&Finding> = faults.iter().collect();
                let why = format!("repaired once, because {}", reasons(&faults));
                candidate.findings.push(
                    Finding::new(Check::Path, Severity::Note, why)
                        .in_language(self.article.language),
                );
                return self.done(candidate);
            }
            (Weighed::Failed(first, faults), None) => (first, faults),
            (Weighed::Failed(first, faults), Some(Weighed::Failed(second, more))) => {
                let better = gate.better(first, second);
                let faults = if better.is_some() || more.is_empty() { faults } else { more };
                (better, faults)
            }
        };
        let faults = candidate.as_ref().map_or(faults, |candidate| gate.faults(candidate));
        // What is left after trimming must still be a brief of the form that was asked for.
        let fewest =
            if options.style == Style::Headline { 0 } else { *options.length.sentences().start() };
        let trimmed = candidate
            .and_then(|candidate| gate.trimmed(&self.analysed, &candidate))
            .filter(|trimmed| trimmed.brief.sentences.len() >= fewest);
        let last = trimmed.or_else(|| gate.extracted(&self.analysed, options, &faults));
        match last {
            Some(candidate) => self.done(candidate),
            None => self.nothing(faults),
        }
    }

    fn done(&self, candidate: Candidate) -> Composed {
        let mut findings = self.findings.clone();
        findings.extend(shares::of_parts(&self.parts, self.article, &candidate.brief));
        findings.extend(candidate.findings);
        Composed { brief: Some(candidate.brief), findings }
    }

    fn nothing(&self, faults: Vec<Finding>) -> Composed {
        let mut findings = self.findings.clone();
        let reasons = reasons(&faults.iter().collect::<Vec<_>>());
        findings.push(Finding::new(
            Check::NoBrief,
            Severity::Error,
            format!("no brief of this article stood up to the checks: {reasons}"),
        ));
        Composed { brief: None, findings }
    }
}

/// A brief as a model would have written it.
fn written(brief: &Brief) -> String {
    let sentences: Vec<&str> =
        brief.sentences.iter().map(|sentence| sentence.text.as_str()).collect();
    format!("{}\n{}", brief.headline, sentences.join(" "))
}

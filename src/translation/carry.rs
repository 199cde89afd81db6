//! Several texts, each on its own route → the same texts in their target languages. Goes model by
//! model, so that each is loaded once and only one is in memory.

use std::rc::Rc;

use anyhow::Result;

use super::check::Pair;
use super::glossary::Glossary;
use super::legs::{SentenceJudge, Task, translate, weight};
use super::route::Route;
use super::translator::{Effort, Translator};
use crate::document::{Check, Finding, Severity};
use crate::engine::Engine;
use crate::engine::Progress;
use crate::language::Language;

/// A text to carry: its sentences in order, and the way they go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Load {
    /// The sentences in order.
    pub sentences: Vec<String>,
    /// The way they go.
    pub route: Route,
    /// The way for sentences that come out poorly on `route`.
    pub second: Option<Route>,
}

/// A sentence that has arrived.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrived {
    /// The sentence in the target language.
    pub text: String,
    /// The sentence as it set out.
    pub source: String,
    /// Mean natural log-probability of the tokens of the last leg.
    pub logprob: Option<f32>,
    /// What was found on all legs.
    pub findings: Vec<Finding>,
    /// The languages passed through.
    pub languages: Vec<Language>,
}

/// A model that is ready, with the way to ask it.
pub struct Ready {
    pub engine: Rc<dyn Engine>,
    pub translator: Translator,
}

/// A model that took part, for `origin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    pub model: String,
    pub revision: String,
    pub prompt_sha256: String,
    pub settings: serde_json::Value,
}

/// A text that has arrived, with the models of its legs in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivered {
    pub sentences: Vec<Arrived>,
    pub used: Vec<Used>,
    /// The languages passed through.
    pub languages: Vec<Language>,
}

/// Carries all texts; results are in their order, with one sentence for each that set out.
///
/// `open` makes the named model ready. The one before is dropped by then, unless `open` kept it.
///
/// # Errors
/// When a model cannot be opened, or a prompt is faulty.
pub fn carry(
    loads: &[Load],
    open: &mut dyn FnMut(&str) -> Result<Ready>,
    judge: SentenceJudge,
    watch: &mut dyn FnMut(Progress),
) -> Result<Vec<Delivered>> {
    let mut delivered = go(loads, open, judge, watch)?;
    let (places, again) = second_loads(loads, &delivered);
    let others = go(&again, open, judge, watch)?;
    for ((load, sentences), other) in places.into_iter().zip(others) {
        for (sentence, other) in sentences.into_iter().zip(other.sentences) {
            let first = &mut delivered[load].sentences[sentence];
            if weight(&other.findings) < weight(&first.findings) {
                *first = with_note(other);
            }
        }
    }
    Ok(delivered)
}

/// The sentences with errors on their second way, and where they are from: load and sentences.
fn second_loads(loads: &[Load], delivered: &[Delivered]) -> (Vec<(usize, Vec<usize>)>, Vec<Load>) {
    let (mut places, mut again) = (Vec::new(), Vec::new());
    for (index, (load, delivered)) in loads.iter().zip(delivered).enumerate() {
        let Some(second) = &load.second else { continue };
        let is_poor = |arrived: &Arrived| {
            arrived.findings.iter().any(|finding| finding.severity == Severity::Error)
        };
        let sentences = delivered.sentences.iter().enumerate();
        let poor: Vec<usize> =
            sentences.filter(|(_, arrived)| is_poor(arrived)).map(|(at, _)| at).collect();
        if !poor.is_empty() {
            let sentences = poor.iter().map(|at| load.sentences[*at].clone()).collect();
            again.push(Load { sentences, route: second.clone(), second: None });
            places.push((index, poor));
        }
    }
    (places, again)
}

fn with_note(mut arrived: Arrived) -> Arrived {
    let way: Vec<&str> = arrived.languages.iter().map(|language| language.name()).collect();
    let message = format!("the direct translation was poor; this one went {}", way.join(" → "));
    arrived.findings.push(Finding::new(Check::Route, Severity::Note, message));
    arrived
}

/// All loads on their first route.
fn go(
    loads: &[Load],
    open: &mut dyn FnMut(&str) -> Result<Ready>,
    judge: SentenceJudge,
    watch: &mut dyn FnMut(Progress),
) -> Result<Vec<Delivered>> {
    let mut travels: Vec<Travel> = loads.iter().map(Travel::begin).collect();
    while let Some(model) = travels.iter().find_map(Travel::next_model) {
        let ready = open(&model)?;
        // A pivot may need the same model for both legs; it is not loaded twice.
        while travels.iter().any(|travel| travel.waits_for(&model)) {
            go_on(&mut travels, &model, &ready, judge, watch)?;
        }
    }
    Ok(travels.into_iter().map(Travel::end).collect())
}

/// One text on its way.
struct Travel<'a> {
    route: &'a Route,
    legs_done: usize,
    sentences: Vec<Arrived>,
    used: Vec<Used>,
}

impl<'a> Travel<'a> {
    fn begin(load: &'a Load) -> Self {
        let sentences = load
            .sentences
            .iter()
            .map(|text| Arrived {
                text: text.clone(),
                source: text.clone(),
                logprob: None,
                findings: Vec::new(),
                languages: load.route.languages(),
            })
            .collect();
        Self { route: &load.route, legs_done: 0, sentences, used: Vec::new() }
    }

    fn next_model(&self) -> Option<String> {
        self.route.legs().get(self.legs_done).map(|leg| leg.model.clone())
    }

    fn waits_for(&self, model: &str) -> bool {
        self.next_model().is_some_and(|next| next == model)
    }

    fn tasks(&self) -> Vec<Task> {
        let leg = self.route.legs()[self.legs_done];
        let texts = self.sentences.iter().map(|sentence| sentence.text.clone());
        texts.map(|text| Task { text, from: leg.from, to: leg.to }).collect()
    }

    /// The languages of a pivot's ends, once it has arrived.
    fn ends(&self) -> Option<(Language, Language)> {
        match self.route {
            Route::Pivot(first, last) if self.legs_done == 2 => Some((first.from, last.to)),
            _ => None,
        }
    }

    /// Terms that only the ends of a pivot have: the legs could not know them.
    fn use_terms(&mut self, glossary: &Glossary) {
        let Some((from, to)) = self.ends() else { return };
        for sentence in &mut self.sentences {
            let (source, target) = (sentence.source.as_str(), sentence.text.as_str());
            let pair = Pair { source, target, from, to };
            let text = glossary.apply(pair);
            let findings = glossary.check(Pair { target: &text, ..pair });
            sentence.findings.retain(|finding| !finding.is(Check::Glossary));
            sentence.findings.extend(findings);
            sentence.text = text;
        }
    }

    /// Holds what came by a pivot against what set out: what each leg loses is little, and both together may be much.
    fn judge_ends(&mut self, translator: &Translator, judge: SentenceJudge) {
        let Some((from, to)) = self.ends() else { return };
        if translator.effort == Effort::FirstAnswer {
            return;
        }
        for sentence in
            self.sentences.iter_mut().filter(|sentence| sentence.text != sentence.source)
        {
            let (source, target) = (sentence.source.as_str(), sentence.text.as_str());
            let pair = Pair { source, target, from, to };
            let found = judge(pair, translator.quality).findings.into_iter();
            let fresh: Vec<Finding> =
                found.filter(|new| !sentence.findings.contains(new)).collect();
            sentence.findings.extend(fresh);
        }
    }

    fn end(self) -> Delivered {
        let languages = self.route.languages();
        Delivered { sentences: self.sentences, used: self.used, languages }
    }
}

/// The next leg of every text that waits for `model`, in one go.
fn go_on(
    travels: &mut [Travel],
    model: &str,
    ready: &Ready,
    judge: SentenceJudge,
    watch: &mut dyn FnMut(Progress),
) -> Result<()> {
    let waiting = travels.iter().filter(|travel| travel.waits_for(model));
    let tasks: Vec<Task> = waiting.flat_map(Travel::tasks).collect();
    let results = translate(&tasks, &ready.translator, ready.engine.as_ref(), judge, watch)?;
    let mut results = results.into_iter();
    for travel in travels.iter_mut().filter(|travel| travel.waits_for(model)) {
        for (sentence, result) in travel.sentences.iter_mut().zip(results.by_ref()) {
            sentence.text = result.text;
            sentence.logprob = result.logprob;
            sentence.findings.extend(result.findings);
        }
        travel.legs_done += 1;
        travel.use_terms(&ready.translator.glossary);
        travel.judge_ends(&ready.translator, judge);
        travel.used.push(Used {
            model: ready.engine.name().to_string(),
            revision: ready.translator.revision.clone(),
            prompt_sha256: ready.translator.prompt_sha256().to_string(),
            settings: ready.translator.settings(),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests;

//! Sentences and one model → their translations. One call for all, a second for those that came
//! out poorly; or one call for several candidates of each, of which the best is kept.

use std::collections::BTreeMap;

use anyhow::Result;

use super::candidates;
use super::check::{Pair, faults};
use super::figures;
use super::judge::Verdict;
use super::protect::Protection;
use super::translator::{Effort, Translator};
use crate::checks::adequacy::Quality;
use crate::document::{Check, Finding, Severity};
use crate::engine::otherwise;
use crate::engine::{Engine, Generation, Request, RequestError, Sampling};
use crate::engine::{Progress, Stage};
use crate::language::{Language, detect};
use crate::prompt::residue;

/// One sentence on one leg.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The sentence.
    pub text: String,
    /// The language that it is in.
    pub from: Language,
    /// The language to have it in.
    pub to: Language,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Translated {
    /// The translation; the source itself when there is none.
    pub text: String,
    /// Mean natural log-probability of the tokens; `None` when no model was asked.
    pub logprob: Option<f32>,
    /// How likely it is that it says what its source says, in hundredths; `None` where nobody judged.
    pub adequacy: Option<i64>,
    pub findings: Vec<Finding>,
}

/// Sentences put to an engine in one call, so that a long text needs no more memory than a short one.
const SENTENCES_AT_ONCE: usize = 256;

/// Longer ones go clause by clause, whatever the model takes: translators have seen sentences, and
/// lose their way in more. The longest of the 6012 sentences of NTREX-128 and FLORES-101 in the
/// development half has 458 characters.
const CHARACTERS_OF_A_SENTENCE: usize = 1000;

/// Finds what else is wrong between a sentence and its translation: numbers, names, meaning. It is told how far the
/// translator is to be trusted.
pub type SentenceJudge<'a> = &'a dyn Fn(Pair, Quality) -> Verdict;

/// Translates every task; results are in their order, one for each.
///
/// # Errors
/// When a template is faulty or tokens cannot be counted. A sentence that fails has a finding.
pub fn translate(
    tasks: &[Task],
    translator: &Translator,
    engine: &dyn Engine,
    judge: SentenceJudge,
    watch: &mut dyn FnMut(Progress),
) -> Result<Vec<Translated>> {
    let mut results: Vec<Option<Translated>> = tasks.iter().map(unasked).collect();
    // A long sentence is asked for clause by clause; `owners` says which task a piece is of.
    let (mut pieces, mut owners) = (Vec::new(), Vec::new());
    for (index, task) in tasks.iter().enumerate() {
        if results[index].is_none() {
            for piece in fitting(task, translator, engine)? {
                pieces.push(piece);
                owners.push(index);
            }
        }
    }
    let mut best = Vec::with_capacity(pieces.len());
    let count = pieces.len();
    let mut call = Call { translator, engine, judge, watch, count };
    for window in pieces.chunks(SENTENCES_AT_ONCE) {
        best.extend(call.best(window)?);
    }
    for (owner, piece) in owners.into_iter().zip(best) {
        results[owner] = Some(match results[owner].take() {
            None => piece,
            Some(before) => joined(before, piece),
        });
    }
    Ok(results.into_iter().map(|result| result.expect("every task has a result")).collect())
}

/// What needs no model: addresses, figures with their units, or the target language already.
fn unasked(task: &Task) -> Option<Translated> {
    let unchanged = |findings| kept_as_it_is(task, findings);
    let address = |word: &str| word.contains("://") || word.contains('@');
    let bare = |word: &str| address(word) || !word.chars().any(char::is_alphabetic);
    let mut words = task.text.split_whitespace();
    if words.clone().any(address) && words.all(bare) {
        return Some(unchanged(Vec::new()));
    }
    if let Some(text) = figures::carried(&task.text, task.from, task.to) {
        return Some(Translated { text, ..unchanged(Vec::new()) });
    }
    let detection = detect(&task.text);
    let already = detection.known() == Some(task.to)
        && detection.confidence >= 0.8
        && task.text.split_whitespace().count() >= 5;
    let message = format!("the sentence is in {} already and was kept", task.to.name());
    already.then(|| unchanged(vec![Finding::new(Check::Translation, Severity::Note, message)]))
}

/// The source in the place of a translation.
fn kept_as_it_is(task: &Task, findings: Vec<Finding>) -> Translated {
    Translated { text: task.text.clone(), logprob: None, adequacy: None, findings }
}

/// The task itself, or its clauses when it is longer than sentences are, or does not fit the model
/// with its answer.
fn fitting(task: &Task, translator: &Translator, engine: &dyn Engine) -> Result<Vec<Task>> {
    let long = task.text.chars().count() > CHARACTERS_OF_A_SENTENCE;
    if !long && translator.request(task, engine)?.1 <= engine.context_tokens() {
        return Ok(vec![task.clone()]);
    }
    let Some((left, right)) = halves(&task.text) else {
        // A single word; the engine will say that it is too long.
        return Ok(vec![task.clone()]);
    };
    let mut pieces = Vec::new();
    for text in [left, right] {
        let half = Task { text: text.to_string(), from: task.from, to: task.to };
        pieces.extend(fitting(&half, translator, engine)?);
    }
    Ok(pieces)
}

/// A sentence in two, at the border of clauses nearest to its middle, else between words.
fn halves(text: &str) -> Option<(&str, &str)> {
    let middle = text.len() / 2;
    for borders in [&["; ", ": ", " — ", " – "][..], &[", "][..], &[" "][..]] {
        let places = borders
            .iter()
            .flat_map(|border| text.match_indices(border).map(|(at, border)| at + border.len()));
        let nearest = places.filter(|at| *at < text.len()).min_by_key(|at| at.abs_diff(middle));
        if let Some(at) = nearest {
            let (left, right) = (text[..at].trim(), text[at..].trim());
            if !left.is_empty() && !right.is_empty() {
                return Some((left, right));
            }
        }
    }
    None
}

/// What calls to the engine have in common.
struct Call<'a> {
    translator: &'a Translator,
    engine: &'a dyn Engine,
    judge: SentenceJudge<'a>,
    watch: &'a mut dyn FnMut(Progress),
    /// Sentences of all windows, for progress.
    count: usize,
}

impl Call<'_> {
    /// The better of two attempts at each sentence; the second is made where the first was poor.
    fn best(&mut self, tasks: &[Task]) -> Result<Vec<Translated>> {
        let translator = self.translator;
        let count = translator.candidates();
        if count > 1 {
            return self.chosen(tasks, count);
        }
        let mut best = self.attempt(tasks, translator)?;
        if translator.effort == Effort::FirstAnswer {
            return Ok(best);
        }
        let poor: Vec<usize> =
            (0..tasks.len()).filter(|at| weight(&best[*at].findings) > 0).collect();
        let mut other = translator.clone();
        other.generation.sampling = otherwise(&translator.generation.sampling);
        let _span = tracing::info_span!("second attempts", sentences = poor.len()).entered();
        let again: Vec<Task> = poor.iter().map(|at| tasks[*at].clone()).collect();
        for (at, second) in poor.into_iter().zip(self.attempt(&again, &other)?) {
            if weight(&second.findings) < weight(&best[at].findings) {
                best[at] = second;
            }
        }
        Ok(best)
    }

    /// The best of `count` candidates for each task, all of which are asked for in one call. Those
    /// of a sentence follow each other, so that they share the pages of their prompt.
    fn chosen(&mut self, tasks: &[Task], count: usize) -> Result<Vec<Translated>> {
        let (usual, seed) = (&self.translator.generation.sampling, self.translator.seed);
        let samplings: Vec<Sampling> =
            (0..count).map(|number| candidates::sampling(usual, number, seed)).collect();
        let mut requests = Vec::with_capacity(tasks.len() * count);
        for task in tasks {
            let (first, _) = self.translator.request(task, self.engine)?;
            for sampling in &samplings {
                let mut request = first.clone();
                request.options.sampling = sampling.clone();
                requests.push((task, request));
            }
        }
        let mut all = self.ask(requests);
        let mut best = Vec::with_capacity(tasks.len());
        while !all.is_empty() {
            let rest = all.split_off(count);
            let place = candidates::best(&all);
            best.push(all.swap_remove(place));
            all = rest;
        }
        Ok(best)
    }

    /// One call of the engine for all tasks.
    fn attempt(&mut self, tasks: &[Task], translator: &Translator) -> Result<Vec<Translated>> {
        if tasks.is_empty() {
            return Ok(Vec::new());
        }
        let mut requests = Vec::with_capacity(tasks.len());
        for task in tasks {
            requests.push((task, translator.request(task, self.engine)?.0));
        }
        Ok(self.ask(requests))
    }

    /// Answers to requests, each read as a translation of its task.
    fn ask(&mut self, requests: Vec<(&Task, Request)>) -> Vec<Translated> {
        let (tasks, requests): (Vec<&Task>, Vec<Request>) = requests.into_iter().unzip();
        let (count, watch) = (self.count * self.translator.candidates(), &mut self.watch);
        let directions = directions(&tasks);
        let ways = directions.iter().map(|(from, to)| format!("{from}-{to}")).collect::<Vec<_>>();
        let ways = ways.join(" ");
        let answers = {
            let _span =
                tracing::info_span!("ask for translations", ways, requests = requests.len())
                    .entered();
            self.engine.generate(&requests, &mut |event| {
                watch(Progress { stage: Stage::Translating, requests: count, event });
            })
        };
        let _span =
            tracing::info_span!("check translations", ways, answers = answers.len()).entered();
        let protections: BTreeMap<(Language, Language), Protection> = directions
            .into_iter()
            .map(|way| (way, Protection::new(way.0, way.1, &self.translator.glossary)))
            .collect();
        let read = tasks.into_iter().zip(answers).map(|(task, answer)| {
            let protection = &protections[&(task.from, task.to)];
            read(task, answer, protection, self.translator, self.judge)
        });
        read.collect()
    }
}

/// Each direction of the tasks, once.
fn directions(tasks: &[&Task]) -> Vec<(Language, Language)> {
    let mut ways: Vec<_> = tasks.iter().map(|task| (task.from, task.to)).collect();
    ways.sort_unstable();
    ways.dedup();
    ways
}

/// An answer as a translation, with what is wrong with it.
fn read(
    task: &Task,
    answer: Result<Generation, RequestError>,
    protection: &Protection,
    translator: &Translator,
    judge: SentenceJudge,
) -> Translated {
    let generation = match answer {
        Ok(generation) => generation,
        Err(error) => {
            let finding = Finding::new(Check::Translation, Severity::Error, error.to_string());
            return kept_as_it_is(task, vec![finding]);
        }
    };
    let answered = bare(&generation.text, task);
    let logprob = mean(&generation.logprobs);
    if translator.effort == Effort::FirstAnswer {
        return Translated { text: answered, logprob, adequacy: None, findings: Vec::new() };
    }
    let pair = Pair { source: &task.text, target: &answered, from: task.from, to: task.to };
    let target = protection.mend(pair);
    let pair = Pair { target: &target, ..pair };
    let mut findings = faults(pair, generation.stop);
    let mut adequacy = Some(0);
    if !target.is_empty() {
        findings.extend(protection.check(pair));
        let verdict = judge(pair, translator.quality);
        findings.extend(verdict.findings);
        adequacy = verdict.adequacy;
    }
    let text = if target.is_empty() { task.text.clone() } else { target };
    Translated { text, logprob, adequacy, findings }
}

/// The translation without labels, control tokens and quotation marks that the source lacks.
fn bare(answer: &str, task: &Task) -> String {
    let (text, _) = residue::strip(answer);
    let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for label in [task.to.name(), "Translation", "Çeviri", "Перевод"] {
        let after = text.strip_prefix(label).and_then(|rest| rest.strip_prefix(':'));
        if let Some(after) = after.filter(|_| !task.text.starts_with(label)) {
            text = after.trim_start().to_string();
        }
    }
    for (open, close) in [('"', '"'), ('“', '”'), ('«', '»')] {
        let quoted_source = task.text.starts_with(['"', '“', '«', '„', '\'', '‘']);
        let inner = text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        if let Some(inner) = inner.filter(|inner| !quoted_source && !inner.contains(open)) {
            text = inner.to_string();
        }
    }
    text
}

/// Faults count by how bad they are; fewer is better.
pub(super) fn weight(findings: &[Finding]) -> usize {
    let weigh = |finding: &Finding| match finding.severity {
        Severity::Note => 0,
        Severity::Warning => 1,
        Severity::Error => 4,
    };
    findings.iter().map(weigh).sum()
}

/// Two clauses of one sentence.
fn joined(mut left: Translated, right: Translated) -> Translated {
    left.text = format!("{} {}", left.text, right.text);
    left.logprob = match (left.logprob, right.logprob) {
        (Some(left), Some(right)) => Some((left + right) / 2.0),
        (left, right) => left.or(right),
    };
    left.adequacy = left.adequacy.into_iter().chain(right.adequacy).min();
    let fresh = right.findings.into_iter().filter(|found| !left.findings.contains(found));
    let fresh: Vec<Finding> = fresh.collect();
    left.findings.extend(fresh);
    left
}

fn mean(logprobs: &[f32]) -> Option<f32> {
    (!logprobs.is_empty()).then(|| logprobs.iter().sum::<f32>() / logprobs.len() as f32)
}

#[cfg(test)]
mod tests;

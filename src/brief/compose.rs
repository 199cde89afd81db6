//! Articles and a model → briefs. Batch first: each round asks the model once for all articles.
//!
//! The rounds: briefs of all parts of all articles; briefs of briefs, for articles that came in
//! parts, until one is left of each; second tries for those that fail the gate.

use anyhow::Result;

use super::ask::{ComposeOptions, Templates};
use super::assignment::{Assignment, Weighed};
use super::gate::Gate;
use crate::article::Article;
use crate::document::Finding;
use crate::document::{Brief, BriefPath};
use crate::engine::{Engine, Generation, Progress, Request, RequestError, Stage};
use crate::language::Language;

/// What became of one article.
#[derive(Clone, Debug, PartialEq)]
pub struct Composed {
    /// `None` is an honest answer: nothing that stands could be made. `findings` say why.
    pub brief: Option<Brief>,
    pub findings: Vec<Finding>,
}

/// Writes a brief of each article, in its own language; results are in the order of `articles`.
///
/// # Errors
/// When a prompt is faulty, or the model cannot count tokens. What goes wrong with one article is
/// in its findings.
pub fn compose(
    articles: &[Article],
    engine: &dyn Engine,
    options: &ComposeOptions,
    gate: &Gate,
    watch: &mut dyn FnMut(Progress),
) -> Result<Vec<Composed>> {
    let mut by_language: Vec<(Language, Templates)> = Vec::new();
    for article in articles {
        if !by_language.iter().any(|(language, _)| *language == article.language) {
            by_language.push((article.language, Templates::open(options, article.language)?));
        }
    }
    let mut assignments = Vec::with_capacity(articles.len());
    for article in articles {
        let (_, templates) = by_language
            .iter()
            .find(|(language, _)| *language == article.language)
            .expect("templates were opened for each language");
        assignments.push(Assignment::plan(article, templates, engine, options)?);
    }
    let mut round = 0;
    while assignments.iter().any(|assignment| assignment.answer.is_none()) {
        let stage = if round == 0 { Stage::Summarising } else { Stage::Merging };
        ask_for_parts(&mut assignments, engine, stage, watch)?;
        round += 1;
    }
    let firsts: Vec<Weighed> = {
        let _span = tracing::info_span!("check briefs", briefs = assignments.len()).entered();
        assignments.iter().map(|assignment| assignment.judged(engine, options, gate)).collect()
    };
    let seconds = ask_again(&assignments, &firsts, engine, options, gate, watch)?;
    let settled = assignments.iter().zip(firsts).zip(seconds);
    Ok(settled
        .map(|((assignment, first), second)| assignment.settle(first, second, options, gate))
        .collect())
}

/// One round: all texts of all assignments that have no answer yet, in one call.
fn ask_for_parts(
    assignments: &mut [Assignment],
    engine: &dyn Engine,
    stage: Stage,
    watch: &mut dyn FnMut(Progress),
) -> Result<()> {
    let mut requests = Vec::new();
    for assignment in assignments.iter().filter(|assignment| assignment.answer.is_none()) {
        for text in &assignment.texts {
            requests.push(
                assignment.templates.request(assignment.input(text)?, assignment.max_new_tokens),
            );
        }
    }
    let mut answers = call(engine, &requests, stage, watch).into_iter();
    for assignment in assignments.iter_mut().filter(|assignment| assignment.answer.is_none()) {
        let own = answers.by_ref().take(assignment.texts.len()).collect();
        assignment.take(own, engine)?;
    }
    Ok(())
}

/// Second tries of all assignments that failed, in one call; `None` for those that need or get none.
fn ask_again(
    assignments: &[Assignment],
    firsts: &[Weighed],
    engine: &dyn Engine,
    options: &ComposeOptions,
    gate: &Gate,
    watch: &mut dyn FnMut(Progress),
) -> Result<Vec<Option<Weighed>>> {
    let mut requests = Vec::new();
    let mut asked = vec![false; assignments.len()];
    for (index, (assignment, first)) in assignments.iter().zip(firsts).enumerate() {
        if let Some(request) = assignment.second_try(first, options)? {
            let tokens = engine.count_tokens(&request.input)?;
            if tokens + assignment.max_new_tokens <= engine.context_tokens() {
                asked[index] = true;
                requests.push(request);
            }
        }
    }
    let mut answers = call(engine, &requests, Stage::Repairing, watch).into_iter();
    let outcomes = assignments.iter().zip(asked).map(|(assignment, asked)| {
        let answer = asked.then(|| answers.next()).flatten()?;
        Some(assignment.weighed(&answer, BriefPath::Repaired, engine, options, gate))
    });
    Ok(outcomes.collect())
}

/// All requests of a round; no call when there are none.
fn call(
    engine: &dyn Engine,
    requests: &[Request],
    stage: Stage,
    watch: &mut dyn FnMut(Progress),
) -> Vec<Result<Generation, RequestError>> {
    if requests.is_empty() {
        return Vec::new();
    }
    let count = requests.len();
    let _span = tracing::info_span!("ask for briefs", round = ?stage, requests = count).entered();
    engine.generate(requests, &mut |event| watch(Progress { stage, requests: count, event }))
}

#[cfg(test)]
mod tests;

//! Articles and a model → briefs. Batch first: each round asks the model once for all articles.
//!
//! The rounds: briefs of all parts of all articles; briefs of briefs, for articles that came in
//! parts, until one is left of each; second tries for those that fail the gate.

use anyhow::Result;

use super::ask::{ComposeOptions, Desk};
use super::gate::Gate;
use super::job::{Job, Weighed};
use crate::article::Article;
use crate::document::Finding;
use crate::document::{Brief, BriefPath};
use crate::engine::{Engine, Generation, Progress, Request, RequestError, Step};
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
    let mut desks: Vec<(Language, Desk)> = Vec::new();
    for article in articles {
        if !desks.iter().any(|(language, _)| *language == article.language) {
            desks.push((article.language, Desk::open(options, article.language)?));
        }
    }
    let mut jobs = Vec::with_capacity(articles.len());
    for article in articles {
        let (_, desk) = desks
            .iter()
            .find(|(language, _)| *language == article.language)
            .expect("a desk was opened for each language");
        jobs.push(Job::plan(article, desk, engine, options)?);
    }
    let mut round = 0;
    while jobs.iter().any(|job| job.answer.is_none()) {
        let step = if round == 0 { Step::Summarising } else { Step::Merging };
        ask_for_parts(&mut jobs, engine, step, watch)?;
        round += 1;
    }
    let firsts: Vec<Weighed> = {
        let _span = tracing::info_span!("check briefs", briefs = jobs.len()).entered();
        jobs.iter().map(|job| job.judged(engine, options, gate)).collect()
    };
    let seconds = ask_again(&jobs, &firsts, engine, options, gate, watch)?;
    let settled = jobs.iter().zip(firsts).zip(seconds);
    Ok(settled.map(|((job, first), second)| job.settle(first, second, options, gate)).collect())
}

/// One round: all texts of all jobs that have no answer yet, in one call.
fn ask_for_parts(
    jobs: &mut [Job],
    engine: &dyn Engine,
    step: Step,
    watch: &mut dyn FnMut(Progress),
) -> Result<()> {
    let mut requests = Vec::new();
    for job in jobs.iter().filter(|job| job.answer.is_none()) {
        for text in &job.texts {
            requests.push(job.desk.request(job.input(text)?, job.max_new_tokens));
        }
    }
    let mut answers = call(engine, &requests, step, watch).into_iter();
    for job in jobs.iter_mut().filter(|job| job.answer.is_none()) {
        let own = answers.by_ref().take(job.texts.len()).collect();
        job.take(own, engine)?;
    }
    Ok(())
}

/// Second tries of all jobs that failed, in one call; `None` for those that need or get none.
fn ask_again(
    jobs: &[Job],
    firsts: &[Weighed],
    engine: &dyn Engine,
    options: &ComposeOptions,
    gate: &Gate,
    watch: &mut dyn FnMut(Progress),
) -> Result<Vec<Option<Weighed>>> {
    let mut requests = Vec::new();
    let mut asked = vec![false; jobs.len()];
    for (index, (job, first)) in jobs.iter().zip(firsts).enumerate() {
        if let Some(request) = job.second_try(first, options)? {
            let tokens = engine.count_tokens(&request.input)?;
            if tokens + job.max_new_tokens <= engine.context_tokens() {
                asked[index] = true;
                requests.push(request);
            }
        }
    }
    let mut answers = call(engine, &requests, Step::Repairing, watch).into_iter();
    let outcomes = jobs.iter().zip(asked).map(|(job, asked)| {
        let answer = asked.then(|| answers.next()).flatten()?;
        Some(job.weighed(&answer, BriefPath::Repaired, engine, options, gate))
    });
    Ok(outcomes.collect())
}

/// All requests of a round; no call when there are none.
fn call(
    engine: &dyn Engine,
    requests: &[Request],
    step: Step,
    watch: &mut dyn FnMut(Progress),
) -> Vec<Result<Generation, RequestError>> {
    if requests.is_empty() {
        return Vec::new();
    }
    let count = requests.len();
    let _span = tracing::info_span!("ask for briefs", round = ?step, requests = count).entered();
    engine.generate(requests, &mut |event| watch(Progress { step, requests: count, event }))
}

#[cfg(test)]
mod tests;

//! Second half of a run: each brief → the other languages, one language pair after another.

use std::collections::HashMap;

use anyhow::{Result, ensure};

use crate::batch::journal::{Outcome, Record, Step};
use crate::batch::key::{Key, translation_key};
use crate::batch::made::{self, Made};
use crate::batch::progress::Progress;
use crate::batch::report::Failure;
use crate::batch::run::{Ended, Results, Run, Tasks};
use crate::batch::summaries::{Recalled, document_file, settle_results};
use crate::document::Document;
use crate::language::Language;

/// A document of the window and what is to be done with it.
struct DocumentInWork {
    /// Index of its item.
    item: usize,
    key: Key,
    document: Document,
    state: State,
}

enum State {
    /// The translation is in the document.
    There,
    /// It is in the document of an article with the same text.
    Elsewhere(Box<Made>),
    /// To be made: index of the work.
    Work(usize),
    Failed(String),
}

/// Translates the briefs of all items from `first` on into the languages that were asked for.
pub fn run(
    run: &mut Run,
    first: usize,
    tasks: &mut Tasks,
    progress: &mut Progress,
    stop: &dyn Fn() -> bool,
) -> Result<Ended> {
    for to in run.options.targets.clone() {
        for from in Language::ALL.into_iter().filter(|from| *from != to) {
            let items: Vec<usize> = (first..run.items.len())
                .filter(|&index| run.items[index].language == from)
                .collect();
            if items.is_empty() {
                continue;
            }
            progress.phase(&format!("translate {from} to {to}"), items.len());
            let recipe = match (tasks.translation_recipe)(from, to) {
                Ok(recipe) => recipe,
                Err(error) => {
                    refuse(run, &items, to, &format!("{error:#}"), progress);
                    continue;
                }
            };
            for window in items.chunks(run.options.window) {
                if stop() {
                    return Ok(Ended::Stopped);
                }
                run.lock.check()?;
                let places = look_up(run, window, to, &recipe, progress);
                let worked =
                    places.iter().filter(|place| matches!(place.state, State::Work(_))).count();
                let results = make(&places, to, tasks, progress)?;
                settle(run, places, results, to, progress)?;
                progress.advance(worked, window.len() - worked);
            }
        }
    }
    Ok(Ended::Finished)
}

/// There is no way into this language: that is the failure of each of the articles.
fn refuse(run: &mut Run, items: &[usize], to: Language, error: &str, progress: &mut Progress) {
    for &index in items {
        run.items[index].failed = true;
        let id = run.items[index].id.to_string();
        let source = run.store.document(&id).map_or(id.clone(), |it| it.article.source);
        run.fail(Failure::translating(&id, source, to, error.to_string()), progress);
    }
}

/// Loads the documents and finds out what is there already. Articles without a brief need nothing.
fn look_up(
    run: &mut Run,
    window: &[usize],
    to: Language,
    recipe: &str,
    progress: &mut Progress,
) -> Vec<DocumentInWork> {
    let mut places = Vec::with_capacity(window.len());
    let mut work: HashMap<Key, usize> = HashMap::new();
    for &item in window {
        let (id, language, content) =
            (run.items[item].id.clone(), run.items[item].language, run.items[item].content);
        let Some(document) = run.store.document(&id) else {
            run.items[item].failed = true;
            let error = "its result file was taken away while the run went on".to_string();
            run.fail(Failure::translating(&id, id.to_string(), to, error), progress);
            continue;
        };
        let summary = Made::from_document(&document, language).filter(|made| made.brief.is_some());
        let Some(summary) = summary else { continue };
        let key = translation_key(content, summary.key(), to, recipe);
        let state = match run.recall(key, to, Some(&document)) {
            Recalled::Made(made) if Made::from_document(&document, to).as_ref() == Some(&*made) => {
                State::There
            }
            Recalled::Made(made) => State::Elsewhere(made),
            Recalled::Failed(error) => State::Failed(error),
            Recalled::Nothing => {
                let next = work.len();
                State::Work(*work.entry(key).or_insert(next))
            }
        };
        places.push(DocumentInWork { item, key, document, state });
    }
    places
}

/// Asks for each brief once.
fn make(
    places: &[DocumentInWork],
    to: Language,
    tasks: &mut Tasks,
    progress: &mut Progress,
) -> Result<Results> {
    let mut documents: Vec<Document> = Vec::new();
    for place in places {
        if matches!(place.state, State::Work(index) if index == documents.len()) {
            documents.push(place.document.clone());
        }
    }
    let Some(first) = documents.first() else { return Ok(Vec::new()) };
    progress.working_on(&first.article.source);
    let results = (tasks.translate)(to, &documents, &mut |event| progress.event(event))?;
    ensure!(results.len() == documents.len(), "a model answered fewer briefs than it was given");
    settle_results(results)
}

/// Result files first, then the journal.
fn settle(
    run: &mut Run,
    places: Vec<DocumentInWork>,
    results: Results,
    to: Language,
    progress: &mut Progress,
) -> Result<()> {
    let (mut files, mut records) = (Vec::new(), Vec::new());
    let mut recorded = vec![false; results.len()];
    for mut place in places {
        let made = match place.state {
            State::There => continue,
            State::Elsewhere(made) => Ok(*made),
            State::Failed(error) => Err(error),
            State::Work(index) => {
                let result = &results[index];
                if !std::mem::replace(&mut recorded[index], true) {
                    records.push(record(&place.document.article.id, place.key, to, result));
                }
                run.items[place.item].worked = true;
                result.clone()
            }
        };
        let had = Made::from_document(&place.document, to).is_some();
        match made {
            Ok(made) => made::put(&mut place.document, made),
            Err(error) => {
                // A translation of an earlier summary must not stand beside the new one.
                made::remove(&mut place.document, to);
                run.items[place.item].failed = true;
                let article = &place.document.article;
                let failure = Failure::translating(&article.id, article.source.clone(), to, error);
                run.fail(failure, progress);
                if !had {
                    continue;
                }
            }
        }
        files.push(document_file(&place.document)?);
    }
    run.store.place(&files)?;
    run.journal.append(records)
}

fn record(id: &str, key: Key, to: Language, result: &Result<Made, String>) -> Record {
    let outcome = match result {
        Ok(made) => Outcome::Done { result: made.key() },
        Err(error) => Outcome::Failed { error: error.clone() },
    };
    Record { step: Step::Translate, id: id.to_string(), language: Some(to), key, outcome }
}

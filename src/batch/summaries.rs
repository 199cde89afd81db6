//! First half of a run: each article → a document with a brief in its own language.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use anyhow::{Result, ensure};

use crate::article::Article;
use crate::batch::intake::Taken;
use crate::batch::journal::{Outcome, Record, Step};
use crate::batch::key::{Key, content_key, summary_key};
use crate::batch::made::{self, Made};
use crate::batch::progress::Progress;
use crate::batch::report::Failure;
use crate::batch::run::{Ended, Failed, Item, Results, Run, Tasks};
use crate::batch::scan::{self, ScannedFile};
use crate::document::Document;
use crate::language::Language;
use crate::output::json;

/// An article of the window, with what is known of it.
struct ArticleInWork {
    article: Article,
    content: Key,
    key: Key,
    earlier: Option<Document>,
    state: State,
}

enum State {
    /// Made in an earlier run, and still in its place.
    Ready(Box<Made>),
    /// To be made, or made already for the same text under another name: index of the work.
    Work(usize),
    Failed(String),
}

/// Summarises the articles of `files`, a window at a time.
pub fn run(
    run: &mut Run,
    folder: &Path,
    files: &[ScannedFile],
    tasks: &mut Tasks,
    progress: &mut Progress,
    stop: &dyn Fn() -> bool,
) -> Result<Ended> {
    let base = scan::base(folder);
    let mut intake = run.intake(base, files);
    let expected = files.len() / run.options.shard.count().max(1) as usize;
    let limit = run.options.limit.unwrap_or(usize::MAX);
    let recipes = Language::ALL
        .map(|language| (tasks.summary_recipe)(language).map_err(|error| format!("{error:#}")));
    progress.phase("summarise", expected.min(limit));
    loop {
        if stop() {
            return Ok(Ended::Stopped);
        }
        run.lock.check()?;
        let room = run.options.window.min(limit.saturating_sub(run.taken));
        let mut window: Vec<Taken> = intake.by_ref().take(room).collect();
        if window.is_empty() {
            return Ok(Ended::Finished);
        }
        run.taken += window.len();
        run.spare(&mut window);
        run.forget_failures(&window);
        run.note_waiting(&window);
        let (places, unread) = look_up(run, window, &recipes, progress)?;
        let worked = places.iter().filter(|place| matches!(place.state, State::Work(_))).count();
        let free = places.len() - worked + unread;
        let results = make(&places, tasks, progress)?;
        settle(run, places, results, progress)?;
        progress.advance(worked, free);
    }
}

/// Finds out what is there already. The second result counts the articles that cannot be read.
fn look_up(
    run: &mut Run,
    window: Vec<Taken>,
    recipes: &[Result<String, String>],
    progress: &mut Progress,
) -> Result<(Vec<ArticleInWork>, usize)> {
    let (mut places, mut unread) = (Vec::with_capacity(window.len()), 0);
    let mut work: HashMap<Key, usize> = HashMap::new();
    for taken in window {
        let verdict = match &taken.article {
            Ok(article) => run.editions.verdict(&taken.id, article),
            Err(error) => taken.held.then(|| error.clone()),
        };
        if let Some(reason) = verdict {
            unread += 1;
            run.hold(&taken.id, &taken.source, reason, progress)?;
            continue;
        }
        run.store.adopt(&taken.earlier, &taken.id)?;
        let recipe = |article: Article| {
            let place = Language::ALL.iter().position(|language| *language == article.language);
            let recipe = recipes[place.unwrap_or(0)].clone()?;
            Ok((article, recipe))
        };
        let (article, recipe) = match taken.article.and_then(recipe) {
            Ok(both) => both,
            Err(error) => {
                unread += 1;
                let failure =
                    Failure { id: Some(taken.id), ..Failure::reading(taken.source, error) };
                run.fail(failure, progress);
                continue;
            }
        };
        let content = content_key(&article);
        let key = summary_key(content, &recipe);
        let earlier = run.store.document(&article.id);
        let state = match run.recall(key, article.language, earlier.as_ref()) {
            Recalled::Made(made) => State::Ready(made),
            Recalled::Failed(error) => State::Failed(error),
            Recalled::Nothing => {
                let next = work.len();
                State::Work(*work.entry(key).or_insert(next))
            }
        };
        places.push(ArticleInWork { article, content, key, earlier, state });
    }
    Ok((places, unread))
}

/// Asks for each text once.
fn make(places: &[ArticleInWork], tasks: &mut Tasks, progress: &mut Progress) -> Result<Results> {
    let mut articles: Vec<Article> = Vec::new();
    for place in places {
        if matches!(place.state, State::Work(index) if index == articles.len()) {
            articles.push(place.article.clone());
        }
    }
    let Some(first) = articles.first() else { return Ok(Vec::new()) };
    progress.working_on(&first.source);
    let results = (tasks.summarise)(&articles, &mut |event| progress.event(event))?;
    ensure!(results.len() == articles.len(), "a model answered fewer articles than it was given");
    settle_results(results)
}

/// Brings results into the form that they will have when they are read back.
pub(super) fn settle_results(results: Results) -> Result<Results> {
    results
        .into_iter()
        .map(|result| match result {
            Ok(made) => made.settled().map(Ok),
            Err(error) => Ok(Err(error)),
        })
        .collect()
}

/// Result files first, then the journal, then the memory of the run.
fn settle(
    run: &mut Run,
    places: Vec<ArticleInWork>,
    results: Results,
    progress: &mut Progress,
) -> Result<()> {
    let (mut files, mut records, mut items) = (Vec::new(), Vec::new(), Vec::new());
    let mut recorded = vec![false; results.len()];
    for place in places {
        let (made, worked) = match &place.state {
            State::Ready(made) => (Ok(Made::clone(made)), false),
            State::Failed(error) => (Err(error.clone()), false),
            State::Work(index) => {
                let result = &results[*index];
                if !std::mem::replace(&mut recorded[*index], true) {
                    records.push(record(&place, result));
                }
                (result.clone(), true)
            }
        };
        match made {
            Ok(made) => {
                items.push(item(&place, worked));
                files.extend(changed_document(place, made)?);
            }
            Err(error) => {
                let source = place.article.source.clone();
                let failure = Failure::summarising(&place.article.id, source, error);
                run.fail(failure, progress);
            }
        }
    }
    run.store.place(&files)?;
    run.journal.append(records)?;
    run.items.extend(items);
    Ok(())
}

fn item(place: &ArticleInWork, worked: bool) -> Item {
    Item {
        id: place.article.id.clone().into_boxed_str(),
        language: place.article.language,
        content: place.content,
        worked,
        failed: false,
    }
}

fn record(place: &ArticleInWork, result: &Result<Made, String>) -> Record {
    let (language, outcome) = match result {
        Ok(made) => (Some(made.language), Outcome::Done { result: made.key() }),
        Err(error) => (None, Outcome::Failed { error: error.clone() }),
    };
    Record {
        step: Step::Summarise,
        id: place.article.id.clone(),
        language,
        key: place.key,
        outcome,
    }
}

/// The document to write; `None` when it is there already. Translations of the same summary stay.
fn changed_document(place: ArticleInWork, made: Made) -> Result<Option<(String, Vec<u8>)>> {
    let home = place.article.language;
    let earlier = place.earlier.filter(|earlier| earlier.article.language == home);
    let same = earlier
        .as_ref()
        .is_some_and(|earlier| Made::from_document(earlier, home).as_ref() == Some(&made));
    let mut document = made::document(place.article, made);
    if let Some(earlier) = &earlier
        && same
    {
        made::keep_translations(&mut document, earlier);
    }
    if earlier.as_ref() == Some(&document) {
        return Ok(None);
    }
    document_file(&document).map(Some)
}

/// Name and bytes of a document's file.
pub(super) fn document_file(document: &Document) -> Result<(String, Vec<u8>)> {
    let text = json::render(document)?;
    Ok((format!("{}.json", document.article.id), text.into_bytes()))
}

/// What earlier runs left of a step.
pub(super) enum Recalled {
    Made(Box<Made>),
    Failed(String),
    Nothing,
}

impl Run<'_> {
    /// In watch mode an article that failed in an earlier round may come again.
    fn forget_failures(&mut self, window: &[Taken]) {
        if !self.held.is_empty() {
            let let_in = |id: &str| window.iter().any(|it| it.id == id && it.article.is_ok());
            let editions = &self.editions;
            let withdrawn = |id: &str| {
                window.iter().any(|it| {
                    it.id == id
                        && it.article.as_ref().is_ok_and(|it| editions.verdict(id, it).is_some())
                })
            };
            self.held.retain(|held| !let_in(&held.id) || withdrawn(&held.id));
        }
        if !self.failures.is_empty() {
            let ids: HashSet<&str> = window.iter().map(|taken| taken.id.as_str()).collect();
            self.failures.retain(|known| !known.id.as_deref().is_some_and(|id| ids.contains(id)));
        }
    }

    /// Looks a step up: in the journal, then in the article's own document, then in the one of an
    /// article with the same text. A result counts only when it is what the journal says it is.
    pub(super) fn recall(&self, key: Key, language: Language, own: Option<&Document>) -> Recalled {
        let Some(entry) = self.journal.entry(key) else { return Recalled::Nothing };
        let result = match &entry.outcome {
            Outcome::Failed { error } if self.options.failed == Failed::Keep => {
                return Recalled::Failed(format!(
                    "{error} (as before; --retry-failed tries again)"
                ));
            }
            Outcome::Failed { .. } => return Recalled::Nothing,
            Outcome::Done { result } => *result,
        };
        let find = |document: &Document| {
            Made::from_document(document, language).filter(|made| made.key() == result)
        };
        let own = own.and_then(find);
        own.or_else(|| self.store.document(&entry.id).as_ref().and_then(find))
            .map_or(Recalled::Nothing, |made| Recalled::Made(Box::new(made)))
    }
}

//! One run over a folder: what it needs, what it keeps in memory, and its order. All summaries come
//! first, then each language pair, so that each model is loaded once.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::article::admission::Admission;
use crate::article::{Article, Reader};
use crate::batch::editions::Editions;
use crate::batch::intake::{Intake, Taken};
use crate::batch::journal::Journal;
use crate::batch::key::Key;
use crate::batch::lock::{Lock, LockPolicy};
use crate::batch::made::Made;
use crate::batch::near::{Comparison, Dedupe, Stories};
use crate::batch::progress::Progress;
use crate::batch::report::{Failure, Held, LeftOut, Report};
use crate::batch::scan::{self, Scan, ScannedFile};
use crate::batch::shard::Shard;
use crate::batch::store::Store;
use crate::batch::{finish, legs, summaries};
use crate::document::Document;
use crate::engine::Event;
use crate::language::Language;

/// What became of each article of a call, in its order: a result, or why there is none.
pub type Results = Vec<Result<Made, String>>;

/// Summarises articles and tells what the engine does meanwhile.
pub type Summarise<'a> = Box<dyn FnMut(&[Article], &mut dyn FnMut(Event)) -> Result<Results> + 'a>;

/// Carries the briefs of documents into a language.
pub type Translate<'a> =
    Box<dyn FnMut(Language, &[Document], &mut dyn FnMut(Event)) -> Result<Results> + 'a>;

/// The work itself. An error of a call (not of one article) ends the run: the model cannot be
/// loaded, a prompt is faulty.
pub struct Tasks<'a> {
    /// Names the model with its revision, the prompts and all settings of summaries in a language.
    /// An error says why there can be none, and is the failure of each such article.
    pub summary_recipe: Box<dyn Fn(Language) -> Result<String> + 'a>,
    pub summarise: Summarise<'a>,
    /// Names the same of translations from one language into another, with errors of the same kind.
    pub translation_recipe: Box<dyn Fn(Language, Language) -> Result<String> + 'a>,
    /// Carries the brief in the article's language of each document into a language.
    pub translate: Translate<'a>,
}

/// A format that is written beside each JSON document.
pub struct SideFormat {
    /// Ending of the file's name.
    pub extension: &'static str,
    /// Makes the file's text.
    pub write: fn(&Document) -> String,
}

/// What to do with steps that failed in an earlier run, on the same text with the same settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failed {
    /// They would fail again: count them as failed.
    Keep,
    /// Try them once more.
    Retry,
}

/// What is wanted.
pub struct BatchOptions {
    /// The folder of results.
    pub out: PathBuf,
    /// Languages to have each brief in, besides its own.
    pub targets: Vec<Language>,
    /// What is written beside the JSON.
    pub formats: Vec<SideFormat>,
    /// Which part of the articles is this run's.
    pub shard: Shard,
    /// Articles in work at a time: more make better use of the model, and take more memory.
    pub window: usize,
    /// Only the first so many articles.
    pub limit: Option<usize>,
    /// How files are read.
    pub reader: Reader,
    /// Which articles are let in.
    pub admission: Admission,
    /// What becomes of earlier failures.
    pub failed: Failed,
    /// What to do with another run's lock.
    pub lock: LockPolicy,
    /// Most articles on the HTML page; `briefs.jsonl` has all.
    pub page_articles: usize,
    /// What to do with articles that tell the same story.
    pub dedupe: Dedupe,
}

/// How far a round came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Finished,
    /// It was asked to stop; what was done is kept.
    Stopped,
}

/// What is remembered of an article while the run goes on: about 150 bytes.
#[derive(Clone, Debug)]
pub struct Item {
    pub id: Box<str>,
    pub language: Language,
    /// Key of what it says.
    pub content: Key,
    /// Something had to be done for it in this run.
    pub worked: bool,
    pub failed: bool,
}

/// An open output folder and the state of a run.
pub struct Run<'a> {
    pub(super) options: &'a BatchOptions,
    pub(super) store: Store,
    pub(super) journal: Journal,
    pub(super) lock: Lock,
    pub(super) items: Vec<Item>,
    pub(super) failures: Vec<Failure>,
    /// Articles that were read well and are kept back on purpose.
    pub(super) held: Vec<Held>,
    pub(super) editions: Editions,
    /// Files with stories under embargo, and when each ends, in seconds since 1970.
    waiting: BTreeSet<(i64, PathBuf)>,
    /// Which articles are let in, judged at the time of the round.
    admission: Admission,
    left_out: Vec<(String, usize)>,
    /// With [`Dedupe::Skip`], the stories of the round.
    stories: Stories,
    /// Articles that were not briefed because an earlier one tells the same, with that one's id.
    pub(super) spared: Vec<(String, String)>,
    left_out_files: Vec<LeftOut>,
    /// Articles taken so far, the failed ones too.
    pub(super) taken: usize,
}

impl<'a> Run<'a> {
    /// Opens the output folder: lock, leftovers of a killed run, journal.
    pub fn open(options: &'a BatchOptions, progress: &mut Progress) -> Result<Self> {
        let store = Store::open(&options.out, options.shard)?;
        let lock = Lock::take(store.folder(), options.shard, options.lock)?;
        store.clear_leftovers()?;
        store.refuse_other_division(options.shard)?;
        let journal = Journal::open(&store.path(&options.shard.file_name("journal", "jsonl")))?;
        for note in lock.notes.iter().chain(&journal.notes) {
            progress.note(note);
        }
        let (stories, spared) = (Stories::default(), Vec::new());
        let editions = Editions::open(&store)?;
        Ok(Self {
            options,
            store,
            journal,
            lock,
            items: Vec::new(),
            failures: Vec::new(),
            held: Vec::new(),
            editions,
            waiting: BTreeSet::new(),
            admission: options.admission,
            left_out: Vec::new(),
            left_out_files: Vec::new(),
            stories,
            spared,
            taken: 0,
        })
    }

    /// Does all files of a scan of `folder`: summaries, then translations. Files of an earlier
    /// round of this run are done anew, which costs nothing where nothing changed.
    pub fn round(
        &mut self,
        folder: &Path,
        found: &Scan,
        tasks: &mut Tasks,
        progress: &mut Progress,
        stop: &dyn Fn() -> bool,
    ) -> Result<Ended> {
        self.left_out =
            found.left_out.iter().map(|(why, count)| (why.to_string(), *count)).collect();
        let named = |(path, reason): &(PathBuf, &'static str)| LeftOut {
            source: path.display().to_string(),
            reason: reason.to_string(),
        };
        self.left_out_files = found.left_out_files.iter().map(named).collect();
        for (path, error) in &found.unreadable {
            self.fail(Failure::reading(path.display().to_string(), error.clone()), progress);
        }
        self.learn_editions(scan::base(folder), &found.files, progress)?;
        if self.options.dedupe == Dedupe::Skip {
            self.stories = self.compare(folder, &found.files);
        }
        let first = self.items.len();
        if summaries::run(self, folder, &found.files, tasks, progress, stop)? == Ended::Stopped {
            return Ok(Ended::Stopped);
        }
        legs::run(self, first, tasks, progress, stop)
    }

    /// Writes the digest and the report.
    pub fn finish(&mut self, progress: &mut Progress) -> Result<Report> {
        self.forget_earlier_rounds();
        let shard = self.options.shard;
        let mut report = Report::new(shard, &self.items, &self.failures, &self.held);
        report.left_out_files = self.left_out_files.clone();
        report.left_out = self.left_out.iter().cloned().collect();
        report.add_spared(&self.spared);
        let ids: Vec<&str> = self.items.iter().map(|item| &*item.id).collect();
        finish::write(&self.store, &ids, self.options, &mut report, progress)?;
        Ok(report)
    }

    pub(super) fn intake<'b>(&self, base: &'b Path, files: &'b [ScannedFile]) -> Intake<'b>
    where
        'a: 'b,
    {
        let options = self.options;
        Intake::new(base, files, options.shard, &options.reader, self.admission)
    }

    /// Sets the time at which embargoes are judged, in seconds since 1970, and gives the files in
    /// which one has ended since they were read.
    pub(super) fn at_time(&mut self, now: i64) -> Vec<PathBuf> {
        self.admission.now = now;
        let later = self.waiting.split_off(&(now + 1, PathBuf::new()));
        let ended = std::mem::replace(&mut self.waiting, later);
        ended.into_iter().map(|(_, file)| file).collect()
    }

    /// Remembers the stories of a window that wait for the end of an embargo.
    pub(super) fn note_waiting(&mut self, window: &[Taken]) {
        let until = |taken: &Taken| Some((taken.embargo?, taken.file.clone()));
        self.waiting.extend(window.iter().filter_map(until));
    }

    /// Reads every article of the round, those of other shards too, so that all shards agree.
    fn compare(&self, folder: &Path, files: &[ScannedFile]) -> Stories {
        let mut comparison = Comparison::default();
        let base = scan::base(folder);
        let options = self.options;
        let whole = Shard::WHOLE;
        for taken in Intake::new(base, files, whole, &options.reader, self.admission) {
            // An edition that does not count must not stand for the one that does.
            if let Ok(article) = &taken.article
                && self.editions.verdict(&taken.id, article).is_none()
            {
                comparison.add(article);
            }
        }
        comparison.finish()
    }

    /// Takes out the articles whose story an earlier one tells.
    pub(super) fn spare(&mut self, window: &mut Vec<Taken>) {
        window.retain(|taken| match self.stories.first_of(&taken.id) {
            Some(first) => {
                let spared = (taken.id.clone(), first.to_string());
                if !self.spared.contains(&spared) {
                    self.spared.push(spared);
                }
                false
            }
            None => true,
        });
    }

    pub(super) fn fail(&mut self, failure: Failure, progress: &mut Progress) {
        progress.error(&failure.source, &failure.error);
        self.failures.push(failure);
    }

    /// In watch mode an article may have changed between two rounds: its last state counts.
    fn forget_earlier_rounds(&mut self) {
        let mut seen = std::collections::HashSet::new();
        let mut last: Vec<Item> = Vec::with_capacity(self.items.len());
        while let Some(item) = self.items.pop() {
            if seen.insert(item.id.clone()) {
                last.push(item);
            }
        }
        last.reverse();
        self.items = last;
    }
}

/// Scans `folder` and does everything in it once.
pub fn run(
    folder: &Path,
    scan_options: &scan::ScanOptions,
    options: &BatchOptions,
    tasks: &mut Tasks,
    progress: &mut Progress,
    stop: &dyn Fn() -> bool,
) -> Result<Option<Report>> {
    let found = scan::scan(folder, scan_options)?;
    let mut run = Run::open(options, progress)?;
    match run.round(folder, &found, tasks, progress, stop)? {
        Ended::Stopped => Ok(None),
        Ended::Finished => run.finish(progress).map(Some),
    }
}

#[cfg(test)]
mod tests;

//! Files of a scan → their articles with stable ids, one after another and never all at once.

use std::collections::{HashMap, VecDeque};
use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use crate::article::admission::Admission;
use crate::article::{Article, ArticleError, Format, Reader, timestamps};
use crate::batch::editions::Edition;
use crate::batch::key::{Key, earlier_item_id, earlier_stable_id, item_id, stable_id};
use crate::batch::lines::{self, Line};
use crate::batch::scan::ScannedFile;
use crate::batch::shard::Shard;

/// Longest line of a JSON Lines file, in bytes.
const LINE_LIMIT: usize = 16 << 20;

/// One article, or why there is none.
#[derive(Clone, Debug)]
pub struct Taken {
    pub id: String,
    /// The id that an earlier version of the program gave it.
    pub earlier: String,
    /// Path below the scanned folder, with what the file calls the article where it holds many.
    pub source: String,
    pub article: Result<Article, String>,
    /// It was read well and is kept back on purpose: killed, under embargo, no news. Then `article`
    /// says why.
    pub held: bool,
    /// What it says of its edition and of other stories.
    pub edition: Option<Edition>,
    /// The file that it stands in, below the scanned folder.
    pub file: PathBuf,
    /// When the embargo ends that it is kept back for, in seconds since 1970.
    pub embargo: Option<i64>,
}

/// Which articles are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    All,
    /// Only those of formats that speak of editions; pages and feeds do not.
    WithEditions,
}

/// Reads the articles of `shard` from files. A file that holds one article by its kind belongs to
/// a shard as a whole, and other shards need not open it; of feeds and JSON files each shard reads
/// all and takes its own articles.
pub struct Intake<'a> {
    base: &'a Path,
    files: std::slice::Iter<'a, ScannedFile>,
    shard: Shard,
    reader: &'a Reader,
    admission: Admission,
    wanted: Wanted,
    waiting: VecDeque<Taken>,
    lines: Option<LineFile>,
}

struct LineFile {
    relative: PathBuf,
    reader: BufReader<File>,
    number: usize,
    names: Names,
}

impl<'a> Intake<'a> {
    pub fn new(
        base: &'a Path,
        files: &'a [ScannedFile],
        shard: Shard,
        reader: &'a Reader,
        admission: Admission,
    ) -> Self {
        let (waiting, lines, wanted) = (VecDeque::new(), None, Wanted::All);
        Self { base, files: files.iter(), shard, reader, admission, wanted, waiting, lines }
    }

    /// Passes over what cannot speak of editions.
    pub fn with_editions(self) -> Self {
        Self { wanted: Wanted::WithEditions, ..self }
    }

    fn open(&mut self, file: &ScannedFile) {
        let relative = &file.relative;
        let earlier = earlier_stable_id(relative);
        let whole = is_one_article(relative);
        if whole && !self.shard.owns(&earlier) {
            return;
        }
        if is_lines(relative) {
            match File::open(self.base.join(relative)) {
                Ok(opened) => {
                    let reader = BufReader::new(opened);
                    let (relative, names) = (relative.clone(), Names::default());
                    self.lines = Some(LineFile { relative, reader, number: 0, names });
                }
                Err(error) => self.fail(relative, error.to_string(), Refused::Failed),
            }
            return;
        }
        match read_file(&self.base.join(relative), self.reader.limits.file) {
            Ok(bytes) => self.split(relative, whole, &bytes),
            Err(error) => self.fail(relative, error, Refused::Failed),
        }
    }

    fn split(&mut self, relative: &Path, whole: bool, bytes: &[u8]) {
        let source = shown(relative);
        let format = Format::of(&source, bytes);
        if self.wanted == Wanted::WithEditions && matches!(format, Format::Html | Format::Feed) {
            return;
        }
        let entries = match self.reader.read_many(&source, bytes) {
            Ok(entries) => entries,
            Err(error) => return self.fail(relative, error.to_string(), Refused::Failed),
        };
        if entries.is_empty() {
            // A quiet feed is no failure.
            let why = "it holds no articles at the moment".to_string();
            return self.fail(relative, why, Refused::Held);
        }
        let many = format.may_hold_many();
        let mut names = Names::default();
        for entry in entries {
            let taken = match many {
                true => named(relative, names.unique(entry.name)),
                false => file(relative),
            };
            if whole || self.shard.owns(&taken.earlier) {
                self.waiting.push_back(taken.with(entry.article, &self.admission));
            }
        }
    }

    /// The next line of the open JSON Lines file; `None` when it is at its end.
    fn next_line(&mut self) -> Option<Taken> {
        let file = self.lines.as_mut()?;
        let relative = file.relative.clone();
        loop {
            file.number += 1;
            let place = format!("line {}", file.number);
            let line = match lines::next(&mut file.reader, LINE_LIMIT) {
                Ok(Some(Line::Whole(line))) => line,
                Ok(Some(Line::TooLong(_))) => {
                    let error = format!("the line is longer than {} MB", LINE_LIMIT >> 20);
                    return Some(named(&relative, place).refused(error, Refused::Failed));
                }
                Ok(None) => {
                    self.lines = None;
                    return None;
                }
                Err(error) => {
                    self.lines = None;
                    return Some(
                        named(&relative, place).refused(error.to_string(), Refused::Failed),
                    );
                }
            };
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            for (taken, article) in
                read_line(&relative, &place, &line, self.reader, &mut file.names)
            {
                if self.shard.owns(&taken.earlier) {
                    self.waiting.push_back(taken.with(article, &self.admission));
                }
            }
            if let Some(taken) = self.waiting.pop_front() {
                return Some(taken);
            }
        }
    }

    fn fail(&mut self, relative: &Path, error: String, refused: Refused) {
        let taken = file(relative);
        if self.shard.owns(&taken.earlier) {
            self.waiting.push_back(taken.refused(error, refused));
        }
    }
}

impl Iterator for Intake<'_> {
    type Item = Taken;

    fn next(&mut self) -> Option<Taken> {
        loop {
            if let Some(taken) = self.waiting.pop_front().or_else(|| self.next_line()) {
                return Some(taken);
            }
            let file = self.files.next()?;
            self.open(file);
        }
    }
}

/// Names of the articles of one file, made different where the file repeats one.
#[derive(Default)]
struct Names(HashMap<Key, usize>);

impl Names {
    fn unique(&mut self, name: String) -> String {
        let count = self.0.entry(Key::of(&[name.as_bytes()])).or_default();
        *count += 1;
        match *count {
            1 => name,
            count => format!("{name} ({count})"),
        }
    }
}

fn read_line(
    relative: &Path,
    place: &str,
    line: &[u8],
    reader: &Reader,
    names: &mut Names,
) -> Vec<(Taken, Result<Article, ArticleError>)> {
    let unnamed = || named(relative, place.to_string());
    let entries = match reader.read_many(&shown(relative), line) {
        Ok(entries) => entries,
        // Bytes of nothing around the objects of other lines.
        Err(ArticleError::Empty) => return Vec::new(),
        Err(error) => return vec![(unnamed(), Err(error))],
    };
    let single = entries.len() <= 1;
    let numbered = entries.into_iter().map(|entry| {
        // An object without an id or a title of its own is known by its line.
        let name = match entry.name.strip_prefix("entry ") {
            Some(_) if single => place.to_string(),
            Some(number) => format!("{place}, object {number}"),
            None => names.unique(entry.name),
        };
        (named(relative, name), entry.article)
    });
    numbered.collect()
}

/// Whether what is not taken is a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refused {
    Failed,
    Held,
}

fn named(relative: &Path, name: String) -> Taken {
    Taken {
        id: item_id(relative, &name),
        earlier: earlier_item_id(relative, &name),
        source: format!("{}: {name}", shown(relative)),
        article: Err(String::new()),
        held: false,
        edition: None,
        file: relative.to_path_buf(),
        embargo: None,
    }
}

fn file(relative: &Path) -> Taken {
    Taken {
        id: stable_id(relative),
        earlier: earlier_stable_id(relative),
        source: shown(relative),
        article: Err(String::new()),
        held: false,
        edition: None,
        file: relative.to_path_buf(),
        embargo: None,
    }
}

impl Taken {
    /// With its article, which gets the id and the place, if it is let in.
    fn with(mut self, article: Result<Article, ArticleError>, admission: &Admission) -> Self {
        let article = article.and_then(|article| {
            self.edition = Edition::of(&self.id, &self.source, &article);
            admission.admit(&article)?;
            Ok(Article { id: self.id.clone(), source: self.source.clone(), ..article })
        });
        self.held = article.as_ref().is_err_and(ArticleError::is_held);
        if let Err(ArticleError::Embargoed { until }) = &article {
            self.embargo = timestamps::seconds(until);
            // Until then it takes no other edition's place.
            self.edition = None;
        }
        self.article = article.map_err(|error| error.to_string());
        self
    }

    fn refused(mut self, why: String, refused: Refused) -> Self {
        self.article = Err(why);
        self.held = refused == Refused::Held;
        self
    }
}

fn read_file(path: &Path, limit: u64) -> Result<Vec<u8>, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > limit {
        let size = fs::metadata(path).map_or(0, |metadata| metadata.len() >> 20);
        return Err(format!(
            "the file has {size} MB, and at most {} MB are read at once; make it JSON Lines",
            limit >> 20
        ));
    }
    Ok(bytes)
}

/// The path with `/` between its parts, whatever the system.
fn shown(relative: &Path) -> String {
    let parts: Vec<_> =
        relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

fn is_one_article(relative: &Path) -> bool {
    has_ending(relative, &["txt", "text", "html", "htm", "xhtml", "md", "markdown"])
}

fn is_lines(relative: &Path) -> bool {
    has_ending(relative, &["jsonl", "ndjson"])
}

fn has_ending(relative: &Path, endings: &[&str]) -> bool {
    let ending = relative.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    ending.is_some_and(|ending| endings.contains(&ending.as_str()))
}

#[cfg(test)]
mod tests;

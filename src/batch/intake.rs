//! Files of a scan → their articles with stable ids, one after another and never all at once.

use std::collections::{HashMap, VecDeque};
use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use crate::article::{Article, Format, ensure_substance, read_many};
use crate::batch::key::{Key, item_id, stable_id};
use crate::batch::lines::{self, Line};
use crate::batch::scan::ScannedFile;
use crate::batch::shard::Shard;
use crate::language::Language;

/// Largest file that is read whole, in bytes. JSON Lines may be of any size.
const FILE_LIMIT: u64 = 64 << 20;
/// Longest line of a JSON Lines file, in bytes.
const LINE_LIMIT: usize = 16 << 20;

/// One article, or why there is none.
#[derive(Clone, Debug)]
pub struct Taken {
    pub id: String,
    /// Path below the scanned folder, with what the file calls the article where it holds many.
    pub source: String,
    pub article: Result<Article, String>,
}

/// Reads the articles of `shard` from files. A file that holds one article by its kind belongs to
/// a shard as a whole, and other shards need not open it; of feeds and JSON files each shard reads
/// all and takes its own articles.
pub struct Intake<'a> {
    base: &'a Path,
    files: std::slice::Iter<'a, ScannedFile>,
    shard: Shard,
    language: Option<Language>,
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
    /// `language` is the user's word for what all articles are written in; `None` detects it.
    pub fn new(
        base: &'a Path,
        files: &'a [ScannedFile],
        shard: Shard,
        language: Option<Language>,
    ) -> Self {
        let (waiting, lines) = (VecDeque::new(), None);
        Self { base, files: files.iter(), shard, language, waiting, lines }
    }

    /// Files that have not been opened yet.
    pub fn files_left(&self) -> usize {
        self.files.len()
    }

    fn open(&mut self, file: &ScannedFile) {
        let relative = &file.relative;
        let id = stable_id(relative);
        let whole = is_one_article(relative);
        if whole && !self.shard.owns(&id) {
            return;
        }
        if is_lines(relative) {
            match File::open(self.base.join(relative)) {
                Ok(opened) => {
                    let reader = BufReader::new(opened);
                    let (relative, names) = (relative.clone(), Names::default());
                    self.lines = Some(LineFile { relative, reader, number: 0, names });
                }
                Err(error) => self.fail(id, relative, error.to_string()),
            }
            return;
        }
        match read_file(&self.base.join(relative)) {
            Ok(bytes) => self.split(relative, id, whole, &bytes),
            Err(error) => self.fail(id, relative, error),
        }
    }

    fn split(&mut self, relative: &Path, id: String, whole: bool, bytes: &[u8]) {
        let source = shown(relative);
        let entries = match read_many(&source, bytes, self.language) {
            Ok(entries) => entries,
            Err(error) => return self.fail(id, relative, error.to_string()),
        };
        if entries.is_empty() {
            return self.fail(id, relative, "it holds no articles".to_string());
        }
        let many = Format::of(&source, bytes).may_hold_many();
        let mut names = Names::default();
        for entry in entries {
            let article = entry.article.map_err(|error| error.to_string());
            let taken = match many {
                true => named(relative, names.unique(entry.name), article),
                false => Taken { id: id.clone(), source: source.clone(), article },
            };
            if whole || self.shard.owns(&taken.id) {
                self.waiting.push_back(finished(taken));
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
                    return Some(named(&relative, place, Err(error)));
                }
                Ok(None) => {
                    self.lines = None;
                    return None;
                }
                Err(error) => {
                    self.lines = None;
                    return Some(named(&relative, place, Err(error.to_string())));
                }
            };
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let taken = read_line(&relative, &place, &line, self.language, &mut file.names);
            if self.shard.owns(&taken.id) {
                return Some(finished(taken));
            }
        }
    }

    fn fail(&mut self, id: String, relative: &Path, error: String) {
        if self.shard.owns(&id) {
            self.waiting.push_back(Taken { id, source: shown(relative), article: Err(error) });
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
    language: Option<Language>,
    names: &mut Names,
) -> Taken {
    let entries = match read_many(&shown(relative), line, language) {
        Ok(entries) => entries,
        Err(error) => return named(relative, place.to_string(), Err(error.to_string())),
    };
    let Some(entry) = entries.into_iter().next() else {
        return named(relative, place.to_string(), Err("the line holds no article".to_string()));
    };
    // A line without an id or a title of its own is known by its number.
    let name = if entry.name == "entry 1" { place.to_string() } else { names.unique(entry.name) };
    named(relative, name, entry.article.map_err(|error| error.to_string()))
}

fn named(relative: &Path, name: String, article: Result<Article, String>) -> Taken {
    let source = format!("{}: {name}", shown(relative));
    Taken { id: item_id(relative, &name), source, article }
}

/// Gives the article its id and place, and refuses one with too little text.
fn finished(mut taken: Taken) -> Taken {
    if let Ok(article) = &mut taken.article {
        article.id = taken.id.clone();
        article.source = taken.source.clone();
    }
    taken.article = taken.article.and_then(|article| {
        ensure_substance(&article).map_err(|error| error.to_string())?;
        Ok(article)
    });
    taken
}

fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    file.take(FILE_LIMIT + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > FILE_LIMIT {
        let size = fs::metadata(path).map_or(0, |metadata| metadata.len() >> 20);
        return Err(format!(
            "the file has {size} MB, and at most {} MB are read at once; make it JSON Lines",
            FILE_LIMIT >> 20
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

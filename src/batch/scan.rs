//! A folder → the files in it that hold articles, in an order that never changes, and what was
//! left out and why.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result, bail};

use crate::batch::journal;
use crate::batch::shard::Shard;

/// Name endings of files that hold articles.
pub const EXTENSIONS: [&str; 28] = [
    "txt", "text", "html", "htm", "xhtml", "md", "markdown", "xml", "rss", "atom", "json", "jsonl",
    "ndjson", "nitf", "newsml", "ninjs", "eml", "mbox", "iptc", "anpa", "wire", "tst", "shtml",
    "jsonld", "gz", "zst", "zstd", "zip",
];

/// Name endings of files that another program is still writing.
const UNFINISHED: [&str; 8] =
    ["part", "partial", "tmp", "temp", "crdownload", "download", "swp", "incomplete"];

/// Which files are wanted.
#[derive(Clone, Debug, Default)]
pub struct ScanOptions {
    /// Only files changed at or after this time, in seconds since 1970.
    pub since: Option<i64>,
    /// Never looked into: the output folder, where it lies inside the scanned one.
    pub exclude: Option<PathBuf>,
}

/// A file that holds one article or more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ScannedFile {
    /// Path below the scanned folder.
    pub relative: PathBuf,
}

/// What a scan found.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    /// Sorted by path, part by part.
    pub files: Vec<ScannedFile>,
    /// Entries that could not be read: path below the folder, and why.
    pub unreadable: Vec<(PathBuf, String)>,
    /// Why entries were left out, and how many for each reason.
    pub left_out: BTreeMap<&'static str, usize>,
    /// Their paths below the folder with the reason, the first [`MOST_NAMED`] of them.
    pub left_out_files: Vec<(PathBuf, &'static str)>,
}

/// Files left out whose names are kept.
pub const MOST_NAMED: usize = 10_000;

/// Finds the files that hold articles under `folder`, which may also be one such file.
///
/// Rules: names that begin with a dot and names of unfinished files (`.part`, `.tmp`, a final `~`
/// and the like) are left out. A link to a folder is never followed, so no loop can arise; a link
/// to a file is followed when the file lies in `folder` and left out otherwise. Pipes, sockets and
/// devices are never opened. A folder that a run wrote its results into is left out, and is an
/// error as `folder` itself. What cannot be read is reported, and the rest goes on.
pub fn scan(folder: &Path, options: &ScanOptions) -> Result<Scan> {
    let metadata =
        fs::metadata(folder).with_context(|| format!("cannot read '{}'", folder.display()))?;
    if metadata.is_file() {
        let name = folder.file_name().with_context(|| format!("'{}'", folder.display()))?;
        let file = ScannedFile { relative: PathBuf::from(name) };
        return Ok(Scan { files: vec![file], ..Scan::default() });
    }
    if !metadata.is_dir() {
        bail!("'{}' is neither a folder nor a file", folder.display());
    }
    let root = fs::canonicalize(folder)
        .with_context(|| format!("cannot read the folder '{}'", folder.display()))?;
    fs::read_dir(&root).with_context(|| format!("cannot list '{}'", folder.display()))?;
    let exclude = options.exclude.as_ref().and_then(|path| fs::canonicalize(path).ok());
    if exclude.as_ref() == Some(&root) || holds_results(&root) {
        bail!(
            "'{}' is a folder of results, which would be read as articles; give the folder of the \
             articles, and keep results in another one",
            folder.display()
        );
    }
    let mut walk = Walk { root, exclude, since: options.since, found: Scan::default() };
    let mut pending = vec![PathBuf::new()];
    while let Some(relative) = pending.pop() {
        walk.list(&relative, &mut pending);
    }
    walk.found.files.sort();
    walk.found.unreadable.sort();
    walk.found.left_out_files.sort();
    Ok(walk.found)
}

/// Where the files of `folder` are: its parent when `folder` is one file.
pub fn base(folder: &Path) -> &Path {
    if folder.is_dir() { folder } else { folder.parent().unwrap_or(Path::new("")) }
}

struct Walk {
    root: PathBuf,
    exclude: Option<PathBuf>,
    since: Option<i64>,
    found: Scan,
}

impl Walk {
    fn list(&mut self, relative: &Path, pending: &mut Vec<PathBuf>) {
        let entries = match fs::read_dir(self.root.join(relative)) {
            Ok(entries) => entries,
            Err(error) => return self.unreadable(relative, &error),
        };
        for entry in entries {
            match entry {
                Ok(entry) => self.visit(relative.join(entry.file_name()), pending),
                Err(error) => self.unreadable(relative, &error),
            }
        }
    }

    fn visit(&mut self, relative: PathBuf, pending: &mut Vec<PathBuf>) {
        let name = relative.file_name().map(|name| name.to_string_lossy().into_owned());
        if let Some(reason) = name.as_deref().and_then(reason_in_name) {
            return self.leave_out(&relative, reason);
        }
        let path = self.root.join(&relative);
        match fs::symlink_metadata(&path) {
            Err(error) => self.unreadable(&relative, &error),
            Ok(kind) if kind.is_dir() => {
                if self.exclude.as_ref() == Some(&path) {
                    return;
                }
                match holds_results(&path) {
                    true => self.leave_out(&relative, "folder of results"),
                    false => pending.push(relative),
                }
            }
            Ok(kind) if kind.is_symlink() => self.follow(relative, &path),
            Ok(kind) if kind.is_file() => self.take(relative, &kind),
            Ok(_) => self.leave_out(&relative, "neither file nor folder"),
        }
    }

    fn follow(&mut self, relative: PathBuf, path: &Path) {
        let Ok(target) = fs::canonicalize(path) else {
            return self.leave_out(&relative, "broken link");
        };
        if !target.starts_with(&self.root) {
            return self.leave_out(&relative, "link out of the folder");
        }
        match fs::metadata(&target) {
            Ok(kind) if kind.is_file() => self.take(relative, &kind),
            Ok(_) => self.leave_out(&relative, "link to a folder"),
            Err(error) => self.unreadable(&relative, &error),
        }
    }

    fn take(&mut self, relative: PathBuf, metadata: &fs::Metadata) {
        let extension = relative.extension().map(|text| text.to_string_lossy().to_lowercase());
        if !extension.is_some_and(|extension| EXTENSIONS.contains(&extension.as_str())) {
            return self.leave_out(&relative, "not a kind of file that holds articles");
        }
        if self.since.is_some_and(|since| changed(metadata) < since) {
            return self.leave_out(&relative, "older than --since");
        }
        self.found.files.push(ScannedFile { relative });
    }

    fn leave_out(&mut self, relative: &Path, reason: &'static str) {
        if self.found.left_out_files.len() < MOST_NAMED {
            self.found.left_out_files.push((relative.to_path_buf(), reason));
        }
        *self.found.left_out.entry(reason).or_default() += 1;
    }

    fn unreadable(&mut self, relative: &Path, error: &std::io::Error) {
        self.found.unreadable.push((relative.to_path_buf(), error.to_string()));
    }
}

/// Whether a run has written its journal here.
fn holds_results(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| {
        let name = entry.file_name();
        Shard::from_file_name(&name.to_string_lossy(), "journal", "jsonl").is_some()
            && journal::is_one(&entry.path())
    })
}

fn reason_in_name(name: &str) -> Option<&'static str> {
    if name.starts_with('.') {
        return Some("hidden");
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let unfinished = ending.is_some_and(|ending| UNFINISHED.contains(&ending.as_str()));
    (unfinished || name.ends_with('~') || name.starts_with("~$"))
        .then_some("unfinished or temporary")
}

/// Time of the last change in seconds since 1970; a file from before has a negative one.
fn changed(metadata: &fs::Metadata) -> i64 {
    let seconds = |span: std::time::Duration| i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
    match metadata.modified().map(|time| time.duration_since(UNIX_EPOCH)) {
        Ok(Ok(after)) => seconds(after),
        Ok(Err(before)) => -seconds(before.duration()),
        // A file system without times cannot say that the file is old.
        Err(_) => i64::MAX,
    }
}

#[cfg(test)]
mod tests;

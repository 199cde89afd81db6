//! A folder that fills up → rounds over the files that have finished being written.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use anyhow::Result;

use crate::batch::progress::Progress;
use crate::batch::report::Report;
use crate::batch::run::{BatchOptions, Ended, Run, Tasks};
use crate::batch::scan::{self, Scan, ScanOptions, ScannedFile};

/// How long the loop sleeps before it looks whether it should stop.
const NAP: Duration = Duration::from_millis(50);

/// Size and time of change of a file: a file that keeps both from one look to the next is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    changed: Option<SystemTime>,
}

/// What was seen of a folder so far.
#[derive(Debug, Default)]
pub struct Watcher {
    seen: HashMap<PathBuf, Stamp>,
    taken: HashMap<PathBuf, Stamp>,
    reported: HashSet<PathBuf>,
}

impl Watcher {
    /// Files that are ready again though they did not change.
    fn look_again(&mut self, files: &[PathBuf]) {
        for file in files {
            self.taken.remove(file);
        }
    }

    /// The files of `found` that did not change since the last look and were not taken in this
    /// state before. Times are only compared for equality, so a clock that jumps is no trouble.
    pub fn ready(&mut self, folder: &Path, found: &Scan) -> Scan {
        let base = scan::base(folder);
        let mut ready = Scan {
            left_out: found.left_out.clone(),
            left_out_files: found.left_out_files.clone(),
            ..Scan::default()
        };
        let mut seen = HashMap::with_capacity(found.files.len());
        for file in &found.files {
            let Some(stamp) = stamp(&base.join(&file.relative)) else { continue };
            let settled = self.seen.get(&file.relative) == Some(&stamp);
            if settled && self.taken.get(&file.relative) != Some(&stamp) {
                self.taken.insert(file.relative.clone(), stamp);
                ready.files.push(ScannedFile { relative: file.relative.clone() });
            }
            seen.insert(file.relative.clone(), stamp);
        }
        self.taken.retain(|path, _| seen.contains_key(path));
        self.seen = seen;
        for (path, error) in &found.unreadable {
            if self.reported.insert(path.clone()) {
                ready.unreadable.push((path.clone(), error.clone()));
            }
        }
        ready
    }
}

/// Looks at `folder` every `pause` and does what is ready, until `stop` says to end. The result is
/// the report of the last round that was finished.
pub fn run(
    folder: &Path,
    scan_options: &ScanOptions,
    options: &BatchOptions,
    pause: Duration,
    tasks: &mut Tasks,
    progress: &mut Progress,
    stop: &dyn Fn() -> bool,
) -> Result<Option<Report>> {
    // A folder that is missing at the start is a slip of the user; one that is gone later may
    // come back.
    scan::scan(folder, scan_options)?;
    let mut run = Run::open(options, progress)?;
    let (mut watcher, mut report, mut lost) = (Watcher::default(), None, false);
    let begun = SystemTime::now();
    progress.note(&format!("watching '{}'; stop with Ctrl-C", folder.display()));
    while !stop() {
        // Embargoes end while the folder is watched.
        let passed = begun.elapsed().map_or(0, |span| span.as_secs());
        let now = options.admission.now.saturating_add_unsigned(passed);
        watcher.look_again(&run.at_time(now));
        match scan::scan(folder, scan_options) {
            Ok(found) => {
                lost = false;
                let ready = watcher.ready(folder, &found);
                if !ready.files.is_empty() || !ready.unreadable.is_empty() {
                    if run.round(folder, &ready, tasks, progress, stop)? == Ended::Stopped {
                        break;
                    }
                    report = Some(run.finish(progress)?);
                }
            }
            Err(error) if !lost => {
                lost = true;
                progress.note(&format!("{error:#}; looking again"));
            }
            Err(_) => {}
        }
        sleep(pause, stop);
    }
    Ok(report)
}

fn sleep(pause: Duration, stop: &dyn Fn() -> bool) {
    let start = Instant::now();
    while start.elapsed() < pause && !stop() {
        std::thread::sleep(NAP.min(pause));
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = std::fs::metadata(path).ok()?;
    Some(Stamp { bytes: metadata.len(), changed: metadata.modified().ok() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_file_is_taken_once_it_stops_changing_and_again_when_it_changed() {
        let folder = tempfile::tempdir().unwrap();
        let mut watcher = Watcher::default();
        let mut look = || {
            let found = scan::scan(folder.path(), &ScanOptions::default()).unwrap();
            watcher.ready(folder.path(), &found).files.len()
        };
        let path = folder.path().join("a.txt");
        fs::write(&path, "half").unwrap();
        assert_eq!(look(), 0, "taken at first sight");
        fs::write(&path, "half and half").unwrap();
        assert_eq!(look(), 0, "taken while it grew");
        assert_eq!(look(), 1);
        assert_eq!(look(), 0, "taken twice");
        let back = SystemTime::UNIX_EPOCH + Duration::from_secs(5);
        fs::File::options().write(true).open(&path).unwrap().set_modified(back).unwrap();
        assert_eq!(look(), 0);
        assert_eq!(look(), 1, "a file that went back in time was overlooked");
        fs::remove_file(&path).unwrap();
        assert_eq!(look(), 0);
        fs::write(&path, "half and half").unwrap();
        fs::File::options().write(true).open(&path).unwrap().set_modified(back).unwrap();
        assert_eq!(look() + look(), 1, "a file that came back was overlooked");
    }
}

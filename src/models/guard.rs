//! One process at a time fetches a model. The lock is the operating system's, so that it ends with
//! the process that holds it, however that ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result};

/// How often a waiting process asks again.
const PAUSE: Duration = Duration::from_millis(200);

/// Held while a model is being fetched.
pub(super) struct Guard {
    /// Without a file the file system has no locks, and nothing is known of other processes.
    held: Option<File>,
}

impl Guard {
    /// Takes the lock file at `path`. Calls `waiting` once if another process holds it, and then
    /// waits until that process ends or is done.
    pub(super) fn take(path: &Path, mut waiting: impl FnMut()) -> Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).with_context(|| {
                format!("cannot create the cache folder '{}'", folder.display())
            })?;
        }
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
            .with_context(|| format!("cannot write the lock file '{}'", path.display()))?;
        let mut announced = false;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { held: Some(file) }),
                Err(TryLockError::WouldBlock) => {
                    if !announced {
                        waiting();
                        announced = true;
                    }
                    sleep(PAUSE);
                }
                // Some network file systems have no locks. Two processes may then fetch the same
                // file twice; names of unfinished files keep them apart.
                Err(TryLockError::Error(error)) => {
                    tracing::debug!("no lock on '{}': {error}", path.display());
                    return Ok(Self { held: None });
                }
            }
        }
    }

    /// Whether no other process can be at the same work.
    pub(super) fn is_exclusive(&self) -> bool {
        self.held.is_some()
    }

    /// What keeps names of unfinished files apart: nothing under a lock, so that the next process
    /// goes on with them, and the process number without one.
    pub(super) fn suffix(&self) -> String {
        if self.is_exclusive() { String::new() } else { format!("-{}", std::process::id()) }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn the_second_waits_and_says_so_until_the_first_is_done() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("locks/model.lock");
        let first = Guard::take(&path, || panic!("nobody else is there")).unwrap();
        assert!(first.is_exclusive());
        let (says, hears) = mpsc::channel();
        let second = {
            let path = path.clone();
            std::thread::spawn(move || Guard::take(&path, || says.send(()).unwrap()).unwrap())
        };
        hears.recv().unwrap();
        assert!(!second.is_finished());
        drop(first);
        assert!(second.join().unwrap().is_exclusive());
        assert!(hears.recv().is_err(), "it is said once");
    }
}

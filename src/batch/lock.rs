//! One run at a time on an output folder (or on one shard of it): a small file that says who runs.
//!
//! No `flock`: on network file systems it may do nothing. The file is made by a hard link, which
//! is one indivisible step there too, and nothing ever waits for it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::batch::process::{self, Process};
use crate::batch::shard::Shard;
use crate::batch::store::temporary_prefix;

/// What to do about a lock of another run that may or may not be alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockPolicy {
    /// Refuse, unless the run is known to be gone.
    Respect,
    /// Take it away: the user knows that the other run is gone.
    Break,
}

/// What the file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Holder {
    #[serde(flatten)]
    process: Process,
    /// Seconds since 1970, for people; clocks jump, so nothing is decided by it.
    started: u64,
    /// Different in every run.
    token: String,
}

/// A held lock; let go when dropped.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    holder: Holder,
    /// Begin of the names of temporary files, which the store clears after a kill.
    temporary: String,
    /// What was odd on the way, for people.
    pub notes: Vec<String>,
}

impl Lock {
    /// Takes the lock of `shard` in `folder`, at once or not at all. A lock left by a run that is
    /// gone is taken over with a note. Fails when another run is alive, when it is on another host
    /// and nobody can tell, or when the folder is divided otherwise by another run.
    pub fn take(folder: &Path, shard: Shard, policy: LockPolicy) -> Result<Self> {
        let path = folder.join(shard.file_name("bulletin", "lock"));
        let temporary = temporary_prefix(shard);
        let mut lock = Self { path, holder: Holder::mine(), temporary, notes: Vec::new() };
        lock.refuse_other_division(folder, shard, policy)?;
        // Whoever loses a race sees the winner's lock in the next round.
        for _ in 0..5 {
            if lock.link(folder)? {
                return Ok(lock);
            }
            lock.clear(policy)?;
        }
        bail!("cannot take the lock '{}': other runs take it again and again", lock.path.display())
    }

    /// Fails when the lock is no longer this run's, because someone broke it.
    pub fn check(&self) -> Result<()> {
        match read(&self.path) {
            Ok(Some(holder)) if holder == self.holder => Ok(()),
            _ => bail!(
                "the lock '{}' was taken away by another run; this run stops, and what it finished \
                 is kept",
                self.path.display()
            ),
        }
    }

    /// Makes the file with its content in one step; `false` when there is one already.
    fn link(&self, folder: &Path) -> Result<bool> {
        let cannot = || format!("cannot write the lock '{}'", self.path.display());
        let mut temporary = tempfile::Builder::new()
            .prefix(&self.temporary)
            .tempfile_in(folder)
            .with_context(cannot)?;
        serde_json::to_writer(&mut temporary, &self.holder).with_context(cannot)?;
        match fs::hard_link(temporary.path(), &self.path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            // Some file systems know no hard links; there a new file that must not exist yet does.
            Err(_) => self.create(),
        }
    }

    fn create(&self) -> Result<bool> {
        let cannot = || format!("cannot write the lock '{}'", self.path.display());
        match fs::File::create_new(&self.path) {
            Ok(file) => {
                serde_json::to_writer(file, &self.holder).with_context(cannot).map(|()| true)
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error).with_context(cannot),
        }
    }

    /// Decides about the lock that is there: gone is taken away, alive or unknown is an error.
    fn clear(&mut self, policy: LockPolicy) -> Result<()> {
        let there = match read(&self.path) {
            Ok(None) => return Ok(()),
            Ok(Some(holder)) => Some(holder),
            Err(_) => None,
        };
        let note = match (&there, policy) {
            (_, LockPolicy::Break) => "broke the lock as asked".to_string(),
            (Some(holder), LockPolicy::Respect) => {
                holder.refuse_unless_gone(&self.path, &self.holder.process)?
            }
            (None, LockPolicy::Respect) => bail!(
                "the lock '{}' cannot be read; if no other run is at work, say --break-lock",
                self.path.display()
            ),
        };
        self.remove(there.as_ref())?;
        self.notes.push(note);
        Ok(())
    }

    /// Takes away the very lock that was judged: it is first renamed to a name of our own, so that
    /// of two runs only one gets it, and put back when it turns out to be another run's new one.
    fn remove(&self, judged: Option<&Holder>) -> Result<()> {
        let aside = self.path.with_file_name(format!("{}{}", self.temporary, self.holder.token));
        match fs::rename(&self.path, &aside) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => {
                return Err(error)
                    .with_context(|| format!("cannot break the lock '{}'", self.path.display()));
            }
        }
        if read(&aside).ok().flatten().as_ref() != judged {
            // Fails only if a third run has taken the lock meanwhile; the next round sees that.
            let _ = fs::hard_link(&aside, &self.path);
        }
        match fs::remove_file(&aside) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove '{}'", aside.display()))
            }
            _ => Ok(()),
        }
    }

    /// Undivided work and shards, or two different divisions, would do the same articles twice.
    fn refuse_other_division(&self, folder: &Path, shard: Shard, policy: LockPolicy) -> Result<()> {
        let listing =
            fs::read_dir(folder).with_context(|| format!("cannot list '{}'", folder.display()))?;
        for entry in listing {
            let name = entry?.file_name();
            let other = Shard::from_file_name(&name.to_string_lossy(), "bulletin", "lock");
            let Some(other) = other.filter(|other| other.count() != shard.count()) else {
                continue;
            };
            let path = folder.join(&name);
            if policy == LockPolicy::Break {
                continue;
            }
            if let Ok(Some(holder)) = read(&path) {
                holder.refuse_unless_gone(&path, &self.holder.process).with_context(|| {
                    format!("this run is shard {shard}, and another divides the folder as {other}")
                })?;
            }
        }
        Ok(())
    }
}

/// Lets the lock of this process go, if it holds one: for a program that has to end at once.
pub fn release(folder: &Path, shard: Shard) {
    let path = folder.join(shard.file_name("bulletin", "lock"));
    if let Ok(Some(holder)) = read(&path)
        && holder.process == Process::current()
    {
        // Left behind, it is found stale by the next run.
        let _ = fs::remove_file(&path);
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if self.check().is_ok() {
            // Left behind, it is found stale by the next run.
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl Holder {
    fn mine() -> Self {
        let process = Process::current();
        let started = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |span| span.as_secs());
        let nanoseconds = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |span| span.as_nanos());
        Self { token: format!("{}-{nanoseconds}", process.pid), process, started }
    }

    /// An error when the run is alive or out of sight, else a sentence that says why it is gone.
    fn refuse_unless_gone(&self, path: &Path, here: &Process) -> Result<String> {
        let (pid, host, path) = (self.process.pid, &self.process.host, path.display());
        match process::state(&self.process, here) {
            process::State::Running => bail!(
                "another run is at work on this output folder: process {pid} on this machine holds \
                 '{path}'; wait for it, or stop it with `kill {pid}`"
            ),
            process::State::OutOfSight => bail!(
                "process {pid} on '{host}' holds '{path}', and from here nobody can see whether it \
                 still runs; if it does not, start again with --break-lock"
            ),
            process::State::Gone(why) => {
                Ok(format!("took over the lock of an earlier run (process {pid}): {why}"))
            }
        }
    }
}

fn read(path: &Path) -> Result<Option<Holder>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests;

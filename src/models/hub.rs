//! A file of a hub repository → its place in the cache that all programs using the hub share
//! (`models--owner--name/{blobs,refs,snapshots}`), fetched if need be.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use hf_hub::{Cache, CacheRepo, Repo, RepoType};

use super::entry::ModelFile;
use super::guard::Guard;
use super::pins::{self, Pin, Pins};
use super::store::{Progress, Store};
use super::transfer::{Client, Remote};
use super::validate::is_hexadecimal;
use super::verify::{self, set_aside};

/// A repository at a revision.
#[derive(Clone, Copy, Debug)]
pub(super) struct Snapshot<'a> {
    pub repository: &'a str,
    pub revision: &'a str,
}

impl Snapshot<'_> {
    fn cache(self, store: &Store) -> CacheRepo {
        let repo = Repo::with_revision(
            self.repository.to_string(),
            RepoType::Model,
            self.revision.to_string(),
        );
        Cache::new(store.hub_folder.clone()).repo(repo)
    }

    /// The folder of the repository in the shared cache.
    pub(super) fn folder(self, store: &Store) -> PathBuf {
        store.hub_folder.join(Repo::model(self.repository.to_string()).folder_name())
    }

    /// The lock file that keeps two processes from fetching the repository at once.
    pub(super) fn lock(self, store: &Store) -> PathBuf {
        let name = Repo::model(self.repository.to_string()).folder_name();
        store.hub_folder.join(".locks").join(name).join("bulletin.lock")
    }

    /// Where the file `name` is, if it is in the cache: of the pinned commit, or else of the one
    /// that the revision was when some program last asked.
    pub(super) fn find(self, name: &str, pins: &Pins, store: &Store) -> Option<PathBuf> {
        let cache = self.cache(store);
        match self.commit(pins) {
            Some(commit) => {
                Some(cache.pointer_path(commit).join(name)).filter(|path| path.exists())
            }
            None => cache.get(name),
        }
    }

    /// The commit, as far as it is known without asking the hub.
    fn commit<'a>(&'a self, pins: &'a Pins) -> Option<&'a str> {
        if is_hexadecimal(self.revision, 40) {
            Some(self.revision)
        } else {
            pins.commit(self.repository, self.revision)
        }
    }

    /// The sum that `file` has to have, if it is known before the file is read: from the registry,
    /// from models.lock, or from the name of the blob, which is the sum of large files.
    pub(super) fn sum(
        self,
        file: &ModelFile,
        pins: &Pins,
        cached: Option<&Path>,
    ) -> Option<String> {
        let pinned = || pins.of(self.repository, self.revision, &file.name);
        let named = || {
            let blob = cached?.canonicalize().ok()?;
            let name = blob.file_name()?.to_str()?.to_string();
            is_hexadecimal(&name, 64).then_some(name)
        };
        file.sha256.clone().or_else(|| pinned().map(|pin| pin.sha256.clone())).or_else(named)
    }

    /// Fetches `file` into the cache and returns its path. The caller holds `guard`.
    pub(super) fn fetch(
        self,
        file: &ModelFile,
        store: &Store,
        guard: &Guard,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<PathBuf> {
        let pins = Pins::read(&store.lock_file)?;
        let client = Client::new(&store.endpoint, store.token.as_deref());
        let revision = self.commit(&pins).unwrap_or(self.revision);
        let remote = client.describe(&client.url(self.repository, revision, &file.name))?;
        let expected = self.expected(file, &pins, &remote)?;
        let cache = self.cache(store);
        let blob = cache.blob_path(&remote.etag);
        create_parent(&blob)?;
        if !blob.exists() {
            let partial =
                PathBuf::from(format!("{}.bulletin-part{}", blob.display(), guard.suffix()));
            let done = fs::metadata(&partial).map_or(0, |metadata| metadata.len());
            progress(Progress::Started { file: file.name.clone(), done, total: remote.size });
            // By commit, so that a branch that moves between two requests mixes no files.
            let url = client.url(self.repository, &remote.commit, &file.name);
            client.download(&url, remote.size, &partial, progress)?;
            put(&partial, &blob, &file.name, expected.as_deref(), progress)?;
        }
        let pointer = cache.pointer_path(&remote.commit).join(&file.name);
        link(&blob, &pointer).with_context(|| written(&pointer))?;
        if self.revision != remote.commit {
            cache.create_ref(&remote.commit).with_context(|| written(&pointer))?;
        }
        self.pin(file, &remote.commit, &blob, expected, store, progress)?;
        progress(Progress::Finished { file: file.name.clone() });
        Ok(pointer)
    }

    /// The sum that the download has to have. What the hub states must agree with what is known.
    fn expected(self, file: &ModelFile, pins: &Pins, remote: &Remote) -> Result<Option<String>> {
        let Snapshot { repository, revision } = self;
        if let Some(commit) = self.commit(pins) {
            ensure!(
                commit == remote.commit,
                "the hub answers with commit {} of '{repository}' instead of {commit}",
                remote.commit
            );
        }
        let stated = Some(&remote.etag).filter(|etag| is_hexadecimal(etag, 64));
        let known = self.sum(file, pins, None);
        if let (Some(known), Some(stated)) = (&known, stated)
            && known != stated
        {
            bail!(
                "'{}' of '{repository}' at {revision} has changed: the hub states sha256 {stated}, \
                 but the registry or models.lock says {known}; nothing was fetched",
                file.name
            );
        }
        if let (Some(known), Some(stated)) = (file.size, remote.size)
            && known != stated
        {
            bail!(
                "'{}' of '{repository}' at {revision} has {stated} bytes on the hub, but the \
                 registry says {known}; nothing was fetched",
                file.name
            );
        }
        Ok(known.or_else(|| stated.cloned()))
    }

    /// Pins `file`, which some other program has fetched to `path` and which was found right.
    pub(super) fn adopt(
        self,
        file: &ModelFile,
        path: &Path,
        pins: &Pins,
        store: &Store,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<()> {
        if pins.of(self.repository, self.revision, &file.name).is_some() {
            return Ok(());
        }
        let snapshots = self.folder(store).join("snapshots");
        let commit = path.strip_prefix(snapshots).ok().and_then(|inner| inner.iter().next());
        match commit.and_then(|commit| commit.to_str()) {
            Some(commit) => {
                let expected = self.sum(file, pins, Some(path));
                self.pin(file, commit, path, expected, store, progress)
            }
            None => Ok(()),
        }
    }

    /// Writes to models.lock what the registry does not say.
    fn pin(
        self,
        file: &ModelFile,
        commit: &str,
        blob: &Path,
        expected: Option<String>,
        store: &Store,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<()> {
        if file.sha256.is_some() && is_hexadecimal(self.revision, 40) {
            return Ok(());
        }
        let sha256 = match expected {
            Some(sum) => sum,
            None => verify::sum_of_file(blob, progress)?,
        };
        let pin = Pin {
            repository: self.repository.to_string(),
            revision: self.revision.to_string(),
            commit: commit.to_string(),
            name: file.name.clone(),
            sha256,
            size: fs::metadata(blob).with_context(|| written(blob))?.len(),
        };
        pins::add(&store.lock_file, pin)
    }
}

/// Moves a finished download to its place, if it has the sum `expected`; else out of the way.
fn put(
    partial: &Path,
    blob: &Path,
    name: &str,
    expected: Option<&str>,
    progress: &mut dyn FnMut(Progress),
) -> Result<()> {
    if let Some(expected) = expected {
        let found = verify::sum_of_file(partial, progress)?;
        if found != expected {
            return Err(set_aside(partial, blob, name, expected, &found));
        }
    }
    let moved = fs::File::open(partial)
        .and_then(|file| file.sync_all())
        .and_then(|()| fs::rename(partial, blob));
    moved.with_context(|| written(blob))
}

/// Makes `pointer` lead to `blob`, over whatever is there.
fn link(blob: &Path, pointer: &Path) -> Result<()> {
    create_parent(pointer)?;
    if pointer.exists() {
        return Ok(());
    }
    // A link that leads nowhere does not exist for `exists`, but is in the way.
    let _ = fs::remove_file(pointer);
    #[cfg(unix)]
    {
        let up = pointer_depth(blob, pointer);
        let target = PathBuf::from("../".repeat(up))
            .join("blobs")
            .join(blob.file_name().unwrap_or_default());
        if std::os::unix::fs::symlink(target, pointer).is_ok() {
            return Ok(());
        }
    }
    fs::hard_link(blob, pointer).or_else(|_| fs::copy(blob, pointer).map(|_| ()))?;
    Ok(())
}

/// Folders between `pointer` and the repository's folder, which holds `blobs`.
#[cfg(unix)]
fn pointer_depth(blob: &Path, pointer: &Path) -> usize {
    let repository = blob.parent().and_then(Path::parent).unwrap_or(blob);
    pointer.strip_prefix(repository).map_or(0, |inner| inner.components().count().saturating_sub(1))
}

fn create_parent(path: &Path) -> Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .with_context(|| format!("cannot create the cache folder '{}'", folder.display()))
}

fn written(path: &Path) -> String {
    format!("cannot write '{}' in the cache", path.display())
}

//! A model entry → paths of its checked files, fetched first if they are not there.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use super::entry::{Licence, ModelEntry, ModelFile, Source};
use super::guard::Guard;
use super::hub::Place;
use super::pins::Pins;
use super::store::{ModelFiles, Network, Progress, Store};
use super::verify::{self, Verdict, set_aside};
use super::wheel::WheelModel;

mod advice;
#[cfg(test)]
mod tests;

/// How much of a model is on this computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Some file is not there, or has another size than it should.
    Missing,
    /// Every file is there; the sums will be checked when the model is used.
    Present,
    /// Every file is there and was found to have the right sum.
    Verified,
}

/// Paths of the checked files of `entry` and its adapter. Fetches what is missing, as far as
/// `store` allows; without missing files no network is touched. No path is returned before the
/// sum of its file was found right, which is remembered so that later calls are quick.
pub fn obtain(
    entry: &ModelEntry,
    store: &Store,
    progress: &mut dyn FnMut(Progress),
) -> Result<ModelFiles> {
    let mut files = Bundle::of(entry)
        .obtain(store, progress)
        .with_context(|| format!("model '{}'", entry.name))?;
    if let Some(adapter) = Bundle::of_adapter(entry) {
        let adapter = adapter
            .obtain(store, progress)
            .with_context(|| format!("adapter of model '{}'", entry.name))?;
        files.adapter = Some(Box::new(adapter));
    }
    Ok(files)
}

/// Whether every file of `entry` is on this computer. Nothing is read but names and sizes.
pub fn cached(entry: &ModelEntry, store: &Store) -> bool {
    presence(entry, store) != Presence::Missing
}

/// How much of `entry` is on this computer. Nothing is read but names, sizes and stamps.
pub fn presence(entry: &ModelEntry, store: &Store) -> Presence {
    let own = Bundle::of(entry).presence(store);
    match Bundle::of_adapter(entry).map(|adapter| adapter.presence(store)) {
        Some(Presence::Missing) => Presence::Missing,
        Some(Presence::Present) if own == Presence::Verified => Presence::Present,
        _ => own,
    }
}

/// The folder that has to be copied to bring the files of `entry` to another computer.
pub fn folder(entry: &ModelEntry, store: &Store) -> PathBuf {
    Bundle::of(entry).folder(store)
}

/// Files that come together: those of a model or of its adapter.
#[derive(Clone, Copy)]
struct Bundle<'a> {
    name: &'a str,
    revision: &'a str,
    source: &'a Source,
    files: &'a [ModelFile],
    licence: &'a Licence,
}

impl<'a> Bundle<'a> {
    fn of(entry: &'a ModelEntry) -> Self {
        Self {
            name: &entry.name,
            revision: &entry.revision,
            source: &entry.source,
            files: &entry.files,
            licence: &entry.licence,
        }
    }

    fn of_adapter(entry: &'a ModelEntry) -> Option<Self> {
        let adapter = entry.adapter.as_ref()?;
        Some(Self { source: &adapter.source, files: &adapter.files, ..Self::of(entry) })
    }

    fn obtain(self, store: &Store, progress: &mut dyn FnMut(Progress)) -> Result<ModelFiles> {
        let pins = self.pins(store)?;
        if self.files.iter().any(|file| self.find(file, &pins, store).is_none()) {
            self.fetch(store, progress)?;
        }
        let pins = self.pins(store)?;
        let mut files = Vec::new();
        for file in self.files {
            let path = self
                .find(file, &pins, store)
                .with_context(|| format!("'{}' is not there after the fetch", file.name))?;
            self.check(file, &path, &pins, store, progress)?;
            self.adopt(file, &path, &pins, store, progress);
            files.push((file.name.clone(), path));
        }
        let weights = files.first().map(|(_, path)| path.clone()).context("it has no files")?;
        Ok(ModelFiles { weights, files, adapter: None })
    }

    /// Pins a hub file that another program has fetched. A cache that cannot be written, as on
    /// shared computers, is no reason not to use the file.
    fn adopt(
        self,
        file: &ModelFile,
        path: &Path,
        pins: &Pins,
        store: &Store,
        progress: &mut dyn FnMut(Progress),
    ) {
        let adopted = self.place().map(|place| place.adopt(file, path, pins, store, progress));
        if let Some(Err(error)) = adopted {
            tracing::warn!("'{}' is used but not pinned: {error:#}", file.name);
        }
    }

    fn pins(self, store: &Store) -> Result<Pins> {
        match self.source {
            Source::Hub { .. } => Pins::read(&store.lock_file),
            Source::Folder { .. } | Source::Wheel { .. } => Ok(Pins::default()),
        }
    }

    fn presence(self, store: &Store) -> Presence {
        let Ok(pins) = self.pins(store) else { return Presence::Missing };
        let mut presence = Presence::Verified;
        for file in self.files {
            let Some(path) = self.find(file, &pins, store) else { return Presence::Missing };
            let size = path.metadata().map(|metadata| metadata.len()).ok();
            if file.size.is_some() && size != file.size {
                return Presence::Missing;
            }
            let sum = self.sum(file, &pins, &path);
            if !sum.is_some_and(|sum| verify::is_stamped(&path, &sum, &store.stamps())) {
                presence = Presence::Present;
            }
        }
        presence
    }

    fn place(self) -> Option<Place<'a>> {
        match self.source {
            Source::Hub { repository, revision } => Some(Place { repository, revision }),
            Source::Folder { .. } | Source::Wheel { .. } => None,
        }
    }

    fn wheels(self) -> Option<WheelModel<'a>> {
        let Self { name, revision, files, licence, .. } = self;
        match self.source {
            Source::Wheel { packages } => {
                Some(WheelModel { name, revision, packages, files, licence })
            }
            Source::Hub { .. } | Source::Folder { .. } => None,
        }
    }

    fn folder(self, store: &Store) -> PathBuf {
        match (self.source, self.place(), self.wheels()) {
            (_, Some(place), _) => place.folder(store),
            (_, _, Some(wheels)) => wheels.folder(store),
            (Source::Folder { path }, _, _) => path.clone(),
            (_, None, None) => store.folder.clone(),
        }
    }

    /// Where `file` is, if it is there.
    fn find(self, file: &ModelFile, pins: &Pins, store: &Store) -> Option<PathBuf> {
        match self.place() {
            Some(place) => place.find(&file.name, pins, store),
            None => Some(self.folder(store).join(&file.name)).filter(|path| path.exists()),
        }
    }

    fn sum(self, file: &ModelFile, pins: &Pins, path: &Path) -> Option<String> {
        match self.place() {
            Some(place) => place.sum(file, pins, Some(path)),
            None => file.sha256.clone(),
        }
    }

    fn fetch(self, store: &Store, progress: &mut dyn FnMut(Progress)) -> Result<()> {
        let pins = self.pins(store)?;
        if let Source::Folder { path } = self.source {
            bail!("{} not in the folder '{}'", self.missing(&pins, store), path.display());
        }
        if store.network == Network::Forbidden {
            bail!(
                "{} not on this computer, and the network is switched off; {}",
                self.missing(&pins, store),
                self.elsewhere(store)
            );
        }
        self.fetch_over_network(store, progress).map_err(|error| self.advise(error, store))
    }

    fn fetch_over_network(self, store: &Store, progress: &mut dyn FnMut(Progress)) -> Result<()> {
        let lock = match self.place() {
            Some(place) => place.lock(store),
            None => store.folder.join("locks").join(format!("{}.lock", self.name)),
        };
        let waited_for = self.name.to_string();
        let guard =
            Guard::take(&lock, || progress(Progress::Waiting { file: waited_for.clone() }))?;
        // Another process may have fetched it in the meantime.
        let pins = self.pins(store)?;
        let missing = |file: &&ModelFile| self.find(file, &pins, store).is_none();
        let missing: Vec<&ModelFile> = self.files.iter().filter(missing).collect();
        if missing.is_empty() {
            return Ok(());
        }
        progress(Progress::Terms { model: self.name.to_string(), licence: self.licence.clone() });
        if let Some(wheels) = self.wheels() {
            return wheels.fetch(store, &guard, progress);
        }
        if let Some(place) = self.place() {
            for file in missing {
                place.fetch(file, store, &guard, progress)?;
            }
        }
        Ok(())
    }

    /// Checks size and sum of `file`, found at `path`.
    fn check(
        self,
        file: &ModelFile,
        path: &Path,
        pins: &Pins,
        store: &Store,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<()> {
        let Some(expected) = self.sum(file, pins, path) else {
            let reading = || format!("cannot read '{}'", path.display());
            let size = path.metadata().with_context(reading)?.len();
            ensure!(
                file.size.is_none_or(|stated| stated == size),
                "'{}' has {size} bytes instead of {}",
                path.display(),
                file.size.unwrap_or_default()
            );
            return Ok(());
        };
        match verify::check(path, &expected, &store.stamps(), progress)? {
            Verdict::Right => Ok(()),
            Verdict::Wrong { found } if matches!(self.source, Source::Folder { .. }) => bail!(
                "'{}' has sha256 {found} instead of {expected}; put the right file there, or \
                 correct the registry",
                path.display()
            ),
            Verdict::Wrong { found } => {
                // The blob, not the link to it.
                let real = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
                let error = set_aside(&real, &real, &file.name, &expected, &found);
                let _ = std::fs::remove_file(path);
                bail!("{error:#}; fetch it again with `bulletin models fetch {}`", self.name)
            }
        }
    }
}

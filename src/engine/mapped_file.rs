//! A model file → its bytes, which the system reads when they are touched.

use std::fs::File;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use memmap2::Mmap;

/// A file mapped for reading.
pub struct MappedFile {
    map: Mmap,
    file: File,
    path: PathBuf,
}

impl MappedFile {
    /// # Errors
    /// When the file cannot be opened or mapped; the message names it.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).with_context(|| format!("cannot open '{}'", path.display()))?;
        // SAFETY: the file is opened for reading and model files are replaced by rename, never
        // written in place; a file changed under us is the same hazard as for any mapped library.
        let map = unsafe { Mmap::map(&file) }
            .with_context(|| format!("cannot map '{}' into memory", path.display()))?;
        Ok(Self { map, file, path: path.to_path_buf() })
    }

    /// Gives the memory of `part` back to the system, as after its content was copied elsewhere; it
    /// is read again from the file should anyone ask. A part of another file changes nothing.
    pub fn release(&self, part: &[u8]) {
        let Some(offset) = self.offset_of(part) else { return };
        #[cfg(unix)]
        if !part.is_empty() {
            let advice = memmap2::UncheckedAdvice::DontNeed;
            // SAFETY: the mapping is private, read-only and file-backed: dropped pages come back
            // with the same content.
            let done = unsafe { self.map.unchecked_advise_range(advice, offset, part.len()) };
            if let Err(error) = done {
                tracing::debug!(%error, bytes = part.len(), "pages were not released");
            }
        }
    }

    /// Copies `part`, which must be of this file, into `buffer` and leaves it unmapped: touching a
    /// few bytes here and there would map up to two megabytes around each.
    ///
    /// # Errors
    /// When the file cannot be read; the message names it.
    pub fn copy(&self, part: &[u8], buffer: &mut Vec<u8>) -> Result<()> {
        let offset = self.offset_of(part).context("a part of another file was asked for")?;
        buffer.resize(part.len(), 0);
        self.read_at(offset, buffer)
            .with_context(|| format!("cannot read '{}'", self.path.display()))
    }

    #[cfg(unix)]
    fn read_at(&self, offset: usize, buffer: &mut [u8]) -> std::io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.file, buffer, offset as u64)
    }

    #[cfg(not(unix))]
    fn read_at(&self, offset: usize, buffer: &mut [u8]) -> std::io::Result<()> {
        buffer.copy_from_slice(&self.map[offset..offset + buffer.len()]);
        Ok(())
    }

    /// Whether `part` lies in this file's mapping.
    pub fn holds(&self, part: &[u8]) -> bool {
        self.offset_of(part).is_some()
    }

    fn offset_of(&self, part: &[u8]) -> Option<usize> {
        let offset = part.as_ptr().addr().checked_sub(self.map.as_ptr().addr())?;
        (offset + part.len() <= self.map.len()).then_some(offset)
    }
}

impl Deref for MappedFile {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.map
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_released_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let content: Vec<u8> = (0..100_000_u32).map(|index| index as u8).collect();
        let open = |name: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, &content).unwrap();
            MappedFile::open(&path).unwrap()
        };
        let (file, other) = (open("a.bin"), open("b.bin"));
        for part in [&file[..], &file[5..9], &file[4096..], &file[7..7], &other[..]] {
            file.release(part);
            assert_eq!(file[..], content[..]);
        }
        let mut copied = Vec::new();
        file.copy(&file[70_000..70_003], &mut copied).unwrap();
        assert_eq!(copied, content[70_000..70_003]);
        assert!(file.copy(&other[..5], &mut copied).is_err());
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = MappedFile::open(Path::new("no/such.gguf")).err().unwrap();
        assert!(format!("{error:#}").contains("cannot open 'no/such.gguf'"), "{error:#}");
    }
}

//! A file and the sum it should have → right or wrong. What was right once is remembered by size
//! and time of change in a stamp file, so that later runs need not read gigabytes again.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::store::Progress;

/// What a file turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Right,
    Wrong { found: String },
}

/// The record of one check. It holds as long as all of it is as it was.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    path: PathBuf,
    size: u64,
    /// Seconds and nanoseconds since 1970.
    modified: (u64, u32),
    sha256: String,
}

/// Checks that `path` has the sum `sha256`, by its stamp in the folder `stamps` or by reading it.
pub(super) fn check(
    path: &Path,
    sha256: &str,
    stamps: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<Verdict> {
    if is_stamped(path, sha256, stamps) {
        return Ok(Verdict::Right);
    }
    let found = sum_of_file(path, progress)?;
    if found == sha256 {
        stamp(path, sha256, stamps);
        Ok(Verdict::Right)
    } else {
        Ok(Verdict::Wrong { found })
    }
}

/// Whether `path` was found to have the sum `sha256` and has not changed since.
pub(super) fn is_stamped(path: &Path, sha256: &str, stamps: &Path) -> bool {
    let Ok(now) = describe(path, sha256) else { return false };
    let Ok(text) = fs::read(stamp_path(&now.path, stamps)) else { return false };
    serde_json::from_slice::<Stamp>(&text).is_ok_and(|then| then == now)
}

/// Remembers that `path` has the sum `sha256`. A cache that cannot be written costs only time.
pub(super) fn stamp(path: &Path, sha256: &str, stamps: &Path) {
    let written = describe(path, sha256).and_then(|stamp| {
        fs::create_dir_all(stamps)?;
        crate::files::write_atomically(
            &stamp_path(&stamp.path, stamps),
            &serde_json::to_vec(&stamp)?,
        )
    });
    if let Err(error) = written {
        tracing::debug!("the check of '{}' is not remembered: {error:#}", path.display());
    }
}

/// sha256 of the file at `path` in lower-case hexadecimal digits.
pub fn sum_of_file(path: &Path, progress: &mut dyn FnMut(Progress)) -> Result<String> {
    let reading = || format!("cannot read '{}'", path.display());
    let mut file = fs::File::open(path).with_context(reading)?;
    let total = file.metadata().with_context(reading)?.len();
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    progress(Progress::Verifying { file: name, total });
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    let mut done = 0;
    loop {
        let count = file.read(&mut buffer).with_context(reading)?;
        if count == 0 {
            return Ok(hexadecimal(hasher));
        }
        hasher.update(&buffer[..count]);
        done += count as u64;
        progress(Progress::Advanced { done });
    }
}

/// sha256 of `content` in lower-case hexadecimal digits.
pub(super) fn sum_of(content: &[u8]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(content);
    hexadecimal(hasher)
}

/// Moves a file with a wrong sum out of the way, beside `place`, and says so with both sums.
pub(super) fn set_aside(
    file: &Path,
    place: &Path,
    name: &str,
    expected: &str,
    found: &str,
) -> anyhow::Error {
    let start = found.get(..12).unwrap_or(found);
    let rejected = PathBuf::from(format!("{}.rejected-{start}", place.display()));
    let kept = match fs::rename(file, &rejected) {
        Ok(()) => format!("it was set aside as '{}'", rejected.display()),
        Err(error) => format!("it could not be set aside ({error}); remove '{}'", file.display()),
    };
    anyhow::anyhow!("'{name}' has sha256 {found} instead of {expected}; {kept}")
}

/// The digits of a finished sum.
pub(super) fn hexadecimal(hasher: Sha256) -> String {
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn describe(path: &Path, sha256: &str) -> Result<Stamp> {
    let path = path.canonicalize()?;
    let metadata = fs::metadata(&path)?;
    let modified = metadata.modified()?.duration_since(UNIX_EPOCH)?;
    Ok(Stamp {
        path,
        size: metadata.len(),
        modified: (modified.as_secs(), modified.subsec_nanos()),
        sha256: sha256.to_string(),
    })
}

fn stamp_path(path: &Path, stamps: &Path) -> PathBuf {
    let mut hasher = Sha256::new();
    hasher.update(path.as_os_str().as_encoded_bytes());
    stamps.join(format!("{}.json", &hexadecimal(hasher)[..32]))
}

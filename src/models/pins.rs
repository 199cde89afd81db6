//! `models.lock`: commit and sum of each hub file that the registry does not pin, written when the
//! file is first fetched. From then on the file has to be that one.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::guard::Guard;

const HEADER: &str = "\
# Written by bulletin: what the models without a pinned commit or sha256 were when they were first
# fetched. A model that changes on the hub is refused; to take the new one, delete its tables here.
";

/// One file of one repository at one revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pin {
    pub repository: String,
    pub revision: String,
    pub commit: String,
    pub name: String,
    pub sha256: String,
    pub size: u64,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LockFile {
    #[serde(default)]
    files: Vec<Pin>,
}

/// The pins of a lock file; a missing file has none.
#[derive(Debug, Default)]
pub(super) struct Pins(Vec<Pin>);

impl Pins {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read '{}'", path.display()));
            }
        };
        let file: LockFile = toml::from_str(&text).map_err(|error| {
            anyhow::anyhow!("'{}' is damaged ({}); delete it", path.display(), error.message())
        })?;
        Ok(Self(file.files))
    }

    /// The pin of the file `name`.
    pub(super) fn of(&self, repository: &str, revision: &str, name: &str) -> Option<&Pin> {
        self.0.iter().find(|pin| {
            pin.repository == repository && pin.revision == revision && pin.name == name
        })
    }

    /// The commit that `revision` was when the first of its files was fetched.
    pub(super) fn commit(&self, repository: &str, revision: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|pin| pin.repository == repository && pin.revision == revision)
            .map(|pin| pin.commit.as_str())
    }
}

/// Adds `pin` to the lock file at `path`, unless the file is pinned already.
pub(super) fn add(path: &Path, pin: Pin) -> Result<()> {
    let mut beside = PathBuf::from(path).into_os_string();
    beside.push(".lock");
    let _guard = Guard::take(Path::new(&beside), || {})?;
    let Pins(mut files) = Pins::read(path)?;
    let same = |known: &Pin| {
        (&known.repository, &known.revision, &known.name)
            == (&pin.repository, &pin.revision, &pin.name)
    };
    if files.iter().any(same) {
        return Ok(());
    }
    files.push(pin);
    files.sort_by(|left, right| {
        (&left.repository, &left.revision, &left.name).cmp(&(
            &right.repository,
            &right.revision,
            &right.name,
        ))
    });
    let text = toml::to_string(&LockFile { files }).context("models.lock")?;
    crate::files::write_atomically(path, format!("{HEADER}\n{text}").as_bytes())
}

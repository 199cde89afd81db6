//! A fetch that failed → what the user can do about it.

use anyhow::anyhow;

use super::Bundle;
use crate::models::pins::Pins;
use crate::models::store::{Store, Unreachable};

impl Bundle<'_> {
    /// Adds to an error of a fetch what can be done about it.
    pub(super) fn advise(self, error: anyhow::Error, store: &Store) -> anyhow::Error {
        if error.chain().any(is_full) {
            let (folder, means) = match self.place() {
                Some(_) => (&store.hub_folder, "HF_HOME"),
                None => (&store.folder, "--cache-dir"),
            };
            return error.context(format!(
                "the disk of '{}' is full; make room, or keep models elsewhere with {means}",
                folder.display()
            ));
        }
        if error.chain().any(|cause| cause.is::<Unreachable>()) {
            return anyhow!("{error:#}; {}", self.elsewhere(store));
        }
        error
    }

    /// The files that are not there, as the beginning of a sentence.
    pub(super) fn missing(self, pins: &Pins, store: &Store) -> String {
        let names: Vec<String> = self
            .files
            .iter()
            .filter(|file| self.find(file, pins, store).is_none())
            .map(|file| format!("'{}'", file.name))
            .collect();
        let verb = if names.len() == 1 { "is" } else { "are" };
        format!("{} {verb}", names.join(", "))
    }

    /// How to bring the files from another computer.
    pub(super) fn elsewhere(self, store: &Store) -> String {
        format!(
            "to bring it from another computer, run `bulletin models fetch {}` there and copy the \
             folder '{}' to the same place here",
            self.name,
            self.folder(store).display()
        )
    }
}

/// Whether a cause of an error is a full disk or a quota.
fn is_full(cause: &(dyn std::error::Error + 'static)) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    cause
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| matches!(error.kind(), StorageFull | QuotaExceeded))
}

//! What must not stand: older editions, killed and withheld stories, and what was written of them.

use std::path::Path;

use anyhow::Result;

use crate::batch::progress::Progress;
use crate::batch::report::Held;
use crate::batch::run::Run;
use crate::batch::scan::ScannedFile;
use crate::batch::store::Store;

impl Run<'_> {
    /// Learns of all editions in `files` before anything is made of them, and takes away what
    /// earlier runs, or other shards, wrote of stories that no longer count.
    pub(super) fn learn_editions(
        &mut self,
        base: &Path,
        files: &[ScannedFile],
        progress: &mut Progress,
    ) -> Result<()> {
        let editions = self.intake(base, files).with_editions();
        let editions = editions.filter_map(|taken| taken.edition).collect();
        self.editions.add(&self.store, self.options.shard, editions)?;
        if self.editions.is_empty() {
            return Ok(());
        }
        let ids = match self.editions.names_others() {
            // A story that is only named may be any.
            true => self.store.ids()?,
            false => self.editions.ids().map(str::to_string).collect(),
        };
        for id in ids {
            let Some(document) = self.store.document(&id) else { continue };
            if let Some(reason) = self.editions.verdict(&id, &document.article) {
                self.hold(&id, &document.article.source, reason, progress)?;
            }
        }
        Ok(())
    }

    /// Keeps an article back, and takes away what was written of it.
    pub(super) fn hold(
        &mut self,
        id: &str,
        source: &str,
        reason: String,
        progress: &mut Progress,
    ) -> Result<()> {
        let reason = match self.store.remove(id)? {
            true => format!("{reason}; its brief was withdrawn"),
            false => reason,
        };
        progress.note(&format!("{source}: {reason}"));
        self.items.retain(|item| &*item.id != id);
        let earlier = self.held.iter().position(|held| held.id == id);
        // The first reason of a run says that a brief was withdrawn.
        if earlier.is_none() {
            self.held.push(Held { id: id.to_string(), source: source.to_string(), reason });
        }
        Ok(())
    }
}

impl Store {
    /// Ids of all documents in the folder.
    pub fn ids(&self) -> Result<Vec<String>> {
        let mut ids = Vec::new();
        for entry in std::fs::read_dir(self.folder())? {
            let name = entry?.file_name();
            let id = name.to_str().and_then(|name| name.strip_suffix(".json"));
            ids.extend(id.filter(|id| !id.starts_with("report")).map(str::to_string));
        }
        ids.sort();
        Ok(ids)
    }
}

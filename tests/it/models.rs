//! Models on this computer and on a hub: what is fetched, kept, refused, and said about it.

mod commands;
mod hub;
mod server;
mod sources;
mod wheels;

use std::path::{Path, PathBuf};

use bulletin::internals::models::{Network, Registry, Store};
use tempfile::TempDir;

use server::{Hub, large, small};

/// Larger than any buffer on the way, so that a connection can break in the middle.
fn weights() -> Vec<u8> {
    (0..1_500_000_u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

const CONFIG: &[u8] = b"{\"layers\": 2}";

/// A cache of its own for each test.
struct OwnCache {
    folder: TempDir,
}

impl OwnCache {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn store(&self, hub: &Hub) -> Store {
        Store {
            folder: self.path("cache"),
            hub_folder: self.path("hub"),
            lock_file: self.path("models.lock"),
            endpoint: hub.endpoint(),
            token: None,
            network: Network::Allowed,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn blob(&self, name: &str) -> PathBuf {
        self.path("hub/models--owner--tiny/blobs").join(name)
    }
}

fn registry_text(revision: &str, more: &str) -> String {
    format!(
        r#"[models.tiny]
architecture = "llama"
source.hub = {{ repository = "owner/tiny", revision = "{revision}" }}
files = [{{ name = "tiny.gguf"{more} }}, {{ name = "config.json" }}]
languages = ["en"]
licence = {{ name = "MIT", url = "https://example.org/mit" }}
"#
    )
}

fn registry(revision: &str, more: &str) -> Registry {
    Registry::parse(&registry_text(revision, more), "models.toml", Path::new(".")).unwrap()
}

fn hub() -> Hub {
    Hub::with(&[("tiny.gguf", large(&weights())), ("config.json", small(CONFIG))])
}

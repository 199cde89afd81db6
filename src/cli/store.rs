//! Flags that say where models come from and where they are kept.

use std::path::PathBuf;

use bulletin::internals::models::{Network, Places};
use clap::Args;

/// Where models come from and where they are kept.
#[derive(Args, Clone, Debug, Default)]
pub struct StoreArgs {
    /// Take models and profiles from FILE instead of the registry that is built in
    #[arg(long, value_name = "FILE", global = true)]
    pub models: Option<PathBuf>,

    /// Keep models in DIR [env: BULLETIN_CACHE; hub models: HF_HUB_CACHE or HF_HOME]
    #[arg(long, value_name = "DIR", global = true)]
    pub cache_dir: Option<PathBuf>,

    /// Touch no network; what is not in the cache is an error [env: HF_HUB_OFFLINE]
    #[arg(long, global = true)]
    pub offline: bool,
}

impl StoreArgs {
    /// The same for the library.
    pub fn places(&self) -> Places {
        Places {
            registry: self.models.clone(),
            cache: self.cache_dir.clone(),
            network: if self.offline { Network::Forbidden } else { Network::Allowed },
        }
    }
}

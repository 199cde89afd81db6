//! Arguments of `bulletin models`.

use clap::{Args, Subcommand, ValueEnum};

use super::store::StoreArgs;

#[derive(Args, Clone, Debug)]
pub struct ModelsArgs {
    #[command(subcommand)]
    pub action: ModelsAction,

    #[command(flatten)]
    pub store: StoreArgs,
}

#[derive(Subcommand, Clone, Debug)]
pub enum ModelsAction {
    /// List the models that the registry knows
    List {
        /// A table to read, or JSON for programs
        #[arg(long, value_enum, default_value_t = ListFormat::Text)]
        format: ListFormat,
    },
    /// Fetch models into the cache, so that later runs need no network
    Fetch {
        /// Models to fetch; without any, those of the profile
        #[arg(value_name = "NAME")]
        names: Vec<String>,

        /// Fetch every model of this profile [default: starter]
        #[arg(long, value_name = "PROFILE", conflicts_with = "names")]
        profile: Option<String>,
    },
    /// Print the path of a model's weight file
    Path {
        #[arg(value_name = "NAME")]
        name: String,
    },
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFormat {
    Text,
    Json,
}

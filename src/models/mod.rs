//! What may be loaded: the registry (`models.toml`), where files come from, and that they are
//! what they should be. A name goes in, paths of checked files come out.

mod builtin;
mod document;
mod entry;
mod guard;
mod hub;
mod obtain;
mod pins;
mod pip;
mod places;
mod registry;
mod store;
#[cfg(test)]
mod tests;
mod transfer;
mod validate;
mod verify;
mod wheel;

#[cfg(test)]
pub use entry::Source;
pub use entry::{Architecture, ChatTemplate, Licence, ModelEntry};
pub use obtain::{Presence, cached, obtain, presence};
pub use pip::find_pip;
pub use places::Places;
pub use registry::{Direction, EXTRACTIVE, Profile, Registry, SELF_JUDGE};
pub use store::{AdapterFiles, ModelFiles, Network, Progress, Store};
pub use verify::sum_of_file;

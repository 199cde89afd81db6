//! Arguments of `bulletin doctor`.

use clap::Args;

use super::models::ListFormat;
use super::store::StoreArgs;

#[derive(Args, Clone, Debug)]
pub struct DoctorArgs {
    /// A table to read, or JSON for programs
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub format: ListFormat,

    #[command(flatten)]
    pub store: StoreArgs,
}

//! Arguments of `bulletin worker`.

use clap::Args;

use super::work::WorkArgs;

#[derive(Args, Clone, Debug)]
#[command(after_help = "A line in is an object with `id`, `title` and `text` (or any other JSON \
    article that bulletin reads), and optionally `language` and `to`. A line out is a bulletin/1 \
    document with the same `id`, or has `error` with `code` and `retryable`.")]
pub struct WorkerArgs {
    /// Most records that are put before the model together
    #[arg(long, value_name = "N", default_value_t = 16,
          value_parser = clap::value_parser!(u16).range(1..))]
    pub batch: u16,

    /// Longest time that a record waits for others, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 200)]
    pub latency: u64,

    /// Longest line, in bytes
    #[arg(long, value_name = "N", default_value_t = 8 << 20,
          value_parser = clap::value_parser!(u32).range(64..))]
    pub max_line: u32,

    #[command(flatten)]
    pub work: WorkArgs,
}

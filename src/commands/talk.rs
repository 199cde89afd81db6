//! What is said beside the results: log lines on standard error, and the trace of `--trace`.

use std::fs::File;
use std::path::Path;

use anyhow::{Context, Result};
use tracing::level_filters::LevelFilter;
use tracing_chrome::{ChromeLayerBuilder, FlushGuard};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::result;
use crate::cli::{Cli, TalkArgs};

/// Sets up both. The trace is complete when the guard is dropped.
///
/// # Errors
/// When the file of the trace cannot be written.
pub fn begin(cli: &Cli) -> Result<Option<FlushGuard>> {
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(result::has_colours(&std::io::stderr()))
        .without_time()
        .with_target(false)
        .with_filter(level(cli.talk));
    let (layer, guard) = cli.trace.as_deref().map(trace).transpose()?.unzip();
    tracing_subscriber::registry().with(lines).with(layer).init();
    Ok(guard)
}

fn level(talk: TalkArgs) -> LevelFilter {
    match (talk.quiet, talk.verbose) {
        (true, _) => LevelFilter::ERROR,
        (false, 0) => LevelFilter::WARN,
        (false, 1) => LevelFilter::INFO,
        (false, _) => LevelFilter::DEBUG,
    }
}

/// Spans as Chrome's trace events, which Perfetto and browsers show.
fn trace<S>(path: &Path) -> Result<(impl Layer<S>, FlushGuard)>
where
    S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a> + Send + Sync,
{
    let file = File::create(path)
        .with_context(|| format!("cannot write the trace '{}'", path.display()))?;
    let (layer, guard) = ChromeLayerBuilder::new().writer(file).include_args(true).build();
    Ok((layer.with_filter(LevelFilter::INFO), guard))
}

//! Events of a fetch → a bar on a terminal, plain lines elsewhere; both on stderr.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use bulletin::internals::models::{self, Licence, ModelEntry, ModelFiles, Progress, Store};
use indicatif::{ProgressBar, ProgressStyle};

/// Files below this size, in bytes, are checked without a word.
const QUICK: u64 = 64 << 20;
/// Time between two plain lines about one file.
const LINE_PAUSE: Duration = Duration::from_secs(10);

/// Makes `entry` ready for use and shows on stderr what that takes. `profile` is the profile that
/// asked for it, for the error message.
pub fn obtain(entry: &ModelEntry, profile: Option<&str>, store: &Store) -> Result<ModelFiles> {
    let mut display = Display::new();
    let files = models::obtain(entry, store, &mut |event| display.show(event));
    match profile {
        Some(profile) => files.with_context(|| format!("profile '{profile}'")),
        None => files,
    }
}

/// The events of one fetch; what is still shown is cleared when it ends.
pub enum Display {
    Bar(Option<ProgressBar>),
    Lines(Option<Line>),
}

/// The file that plain lines are about.
pub struct Line {
    file: String,
    start: u64,
    total: Option<u64>,
    begun: Instant,
    shown: Instant,
}

impl Display {
    pub fn new() -> Self {
        if std::io::stderr().is_terminal() { Self::Bar(None) } else { Self::Lines(None) }
    }

    pub fn show(&mut self, event: Progress) {
        match event {
            Progress::Terms { model, licence } => self.say(&terms(&model, &licence)),
            Progress::Waiting { file } => {
                self.say(&format!("Another process is fetching {file}; waiting for it"));
            }
            Progress::Started { file, done, total } => self.start("Fetching", file, done, total),
            Progress::Verifying { file, total } if total >= QUICK => {
                self.start("Checking", file, 0, Some(total));
            }
            Progress::Verifying { .. } => self.clear(),
            Progress::Advanced { done } => self.advance(done),
            Progress::Finished { file } => {
                self.clear();
                self.say(&format!("Fetched {file}"));
            }
            Progress::NextSource { failure, next } => {
                self.clear();
                self.say(&format!("Not from {failure}\nTrying {next}"));
            }
            Progress::Resuming { file, reason } => self.say(&format!("Resuming {file}: {reason}")),
        }
    }

    fn say(&self, message: &str) {
        match self {
            Self::Bar(Some(bar)) => bar.suspend(|| eprintln!("{message}")),
            Self::Bar(None) | Self::Lines(_) => eprintln!("{message}"),
        }
    }

    fn start(&mut self, verb: &str, file: String, done: u64, total: Option<u64>) {
        self.clear();
        match self {
            Self::Bar(bar) => *bar = Some(new_bar(format!("{verb} {file}"), done, total)),
            Self::Lines(line) => {
                let size = total.map(|total| format!(" ({})", size_text(total)));
                let kept =
                    if done > 0 { format!(", from {}", size_text(done)) } else { String::new() };
                eprintln!("{verb} {file}{}{kept}", size.unwrap_or_default());
                let now = Instant::now();
                *line = Some(Line { file, start: done, total, begun: now, shown: now });
            }
        }
    }

    fn advance(&mut self, done: u64) {
        match self {
            Self::Bar(Some(bar)) => bar.set_position(done),
            Self::Lines(Some(line)) if line.shown.elapsed() >= LINE_PAUSE => {
                line.shown = Instant::now();
                eprintln!("{}", line.text(done, line.shown));
            }
            Self::Bar(None) | Self::Lines(_) => {}
        }
    }

    fn clear(&mut self) {
        match self {
            Self::Bar(bar) => {
                if let Some(bar) = bar.take() {
                    bar.finish_and_clear();
                }
            }
            Self::Lines(line) => *line = None,
        }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Line {
    /// How far the file is, how fast it comes, and how long it will take.
    fn text(&self, done: u64, now: Instant) -> String {
        let seconds = now.saturating_duration_since(self.begun).as_secs_f64().max(0.001);
        let rate = done.saturating_sub(self.start) as f64 / seconds;
        let so_far = format!("{}: {}", self.file, size_text(done));
        let rate_text = size_text(rate as u64);
        match self.total {
            Some(total) if rate > 0.0 => {
                let left = total.saturating_sub(done) as f64 / rate;
                format!("{so_far} of {}, {rate_text}/s, {left:.0} s left", size_text(total))
            }
            _ => format!("{so_far}, {rate_text}/s"),
        }
    }
}

fn new_bar(message: String, done: u64, total: Option<u64>) -> ProgressBar {
    let template = match total {
        Some(_) => "{msg} [{bar:24}] {bytes}/{total_bytes} {bytes_per_sec}, {eta} left",
        None => "{msg} {spinner} {bytes} {bytes_per_sec}",
    };
    let bar = total.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_message(message);
    bar.set_position(done);
    // What was there before counts neither for the rate nor for the time left.
    bar.reset_eta();
    bar
}

/// The terms under which a model is fetched.
fn terms(model: &str, licence: &Licence) -> String {
    let notice = licence.notice.as_ref().map(|notice| format!("\n  {notice}"));
    format!("{model}: licence {} ({}){}", licence.name, licence.url, notice.unwrap_or_default())
}

/// Bytes as people say them, in powers of 1,000.
pub fn size_text(bytes: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match units.iter().find(|(size, _)| bytes >= *size) {
        Some((size, unit)) => {
            let value = bytes as f64 / *size as f64;
            if value < 10.0 { format!("{value:.1} {unit}") } else { format!("{value:.0} {unit}") }
        }
        None => format!("{bytes} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_well() {
        let texts: Vec<String> = [0, 999, 1_000, 98_362_432, 4_280_405_216].map(size_text).to_vec();
        assert_eq!(texts, ["0 B", "999 B", "1.0 kB", "98 MB", "4.3 GB"]);
    }

    #[test]
    fn lines_tell_rate_and_time_left() {
        let begun = Instant::now();
        let line = Line { file: "m".into(), start: 0, total: Some(400), begun, shown: begun };
        let now = begun + Duration::from_secs(10);
        assert_eq!(line.text(100, now), "m: 100 B of 400 B, 10 B/s, 30 s left");
    }
}

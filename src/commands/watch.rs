//! What a model is doing → a bar on standard error, when that is a terminal.

use std::io::IsTerminal;

use bulletin::internals::engine::Event;
use bulletin::internals::engine::{Progress, Stage};
use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::TalkArgs;

/// A bar for one call after another.
pub struct Watch {
    shown: bool,
    bar: Option<(Stage, ProgressBar)>,
    tokens: u64,
}

impl Watch {
    /// Shows nothing in a pipe or with `--quiet`.
    pub fn new(talk: TalkArgs) -> Self {
        Self { shown: std::io::stderr().is_terminal() && !talk.quiet, bar: None, tokens: 0 }
    }

    /// Takes one event in.
    pub fn see(&mut self, progress: Progress) {
        if !self.shown {
            return;
        }
        if self.bar.as_ref().is_none_or(|(stage, _)| *stage != progress.stage) {
            self.finish();
            self.bar = Some((progress.stage, bar(progress)));
        }
        let Some((_, bar)) = &self.bar else { return };
        match progress.event {
            Event::Prefilled(tokens) | Event::Decoded(tokens) => self.tokens += tokens as u64,
            Event::Finished(_) => bar.inc(1),
        }
        bar.set_message(format!("{} tokens", self.tokens));
    }

    /// Takes the bar off the terminal.
    pub fn finish(&mut self) {
        if let Some((_, bar)) = self.bar.take() {
            bar.finish_and_clear();
        }
        self.tokens = 0;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.finish();
    }
}

fn bar(progress: Progress) -> ProgressBar {
    let verb = match progress.stage {
        Stage::Summarising => "Summarising",
        Stage::Merging => "Merging",
        Stage::Repairing => "Repairing",
        Stage::Translating => "Translating",
    };
    let bar = ProgressBar::new(progress.requests as u64);
    if let Ok(style) = ProgressStyle::with_template("{prefix} [{bar:24}] {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    bar.set_prefix(verb);
    bar
}

//! What happens during a run → something to look at: a bar, plain lines, JSON lines or nothing.

use std::io::Write;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::engine::Event;
use crate::engine::measure::peak_memory_bytes;
use crate::output::harmless;

/// How a run shows that it goes on. All but `Quiet` write to stderr.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgressMode {
    /// A bar that redraws itself, for terminals.
    Bar,
    /// A line now and then, for logs.
    Lines,
    /// One JSON object a line, for programs.
    Json,
    /// Errors only.
    Quiet,
}

/// Pause between two plain lines: a log of a night should stay readable.
const LINE_PAUSE: Duration = Duration::from_secs(10);
/// Pause between two JSON lines.
const JSON_PAUSE: Duration = Duration::from_secs(1);

/// The state of a run. Clocks here only measure spans, so a clock that jumps changes nothing.
pub struct Progress {
    mode: ProgressMode,
    bar: ProgressBar,
    phase: String,
    phase_started: Instant,
    done: usize,
    /// Articles that were done before and cost no time; they do not make the estimate look good.
    free: usize,
    total: usize,
    current: String,
    started: Instant,
    prompt_tokens: usize,
    new_tokens: usize,
    last_line: Option<Instant>,
}

/// What a run took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Effort {
    pub seconds: f64,
    /// Tokens read.
    pub prompt_tokens: usize,
    /// Tokens written.
    pub new_tokens: usize,
    /// Largest resident set of the process, model and all; `None` where the system does not say.
    pub peak_memory_bytes: Option<u64>,
}

impl Effort {
    /// Read and written together.
    pub fn tokens_per_second(&self) -> f64 {
        (self.prompt_tokens + self.new_tokens) as f64 / self.seconds.max(0.001)
    }

    /// How many of `articles` there were in a minute.
    pub fn per_minute(&self, articles: usize) -> f64 {
        articles as f64 * 60.0 / self.seconds.max(0.001)
    }
}

impl Progress {
    /// Nothing is shown before the first event.
    pub fn new(mode: ProgressMode) -> Self {
        let bar = match mode {
            ProgressMode::Bar => ProgressBar::new(0).with_style(style()),
            _ => ProgressBar::hidden(),
        };
        let now = Instant::now();
        Self {
            mode,
            bar,
            phase: String::new(),
            phase_started: now,
            done: 0,
            free: 0,
            total: 0,
            current: String::new(),
            started: now,
            prompt_tokens: 0,
            new_tokens: 0,
            last_line: None,
        }
    }

    /// Begins a phase of `total` articles; a total that turns out larger grows.
    pub fn phase(&mut self, name: &str, total: usize) {
        self.phase = name.to_string();
        (self.done, self.free, self.total) = (0, 0, total);
        self.phase_started = Instant::now();
        self.last_line = None;
        self.current.clear();
        self.bar.set_length(total as u64);
        self.bar.set_position(0);
        self.bar.enable_steady_tick(Duration::from_millis(200));
        self.show();
    }

    /// Articles are in work now; `first` is one of them.
    pub fn working_on(&mut self, first: &str) {
        self.current = first.to_string();
        self.show();
    }

    /// The engine did something.
    pub fn event(&mut self, event: Event) {
        match event {
            Event::Prefilled(tokens) => self.prompt_tokens += tokens,
            Event::Decoded(tokens) => self.new_tokens += tokens,
            Event::Finished(_) => {}
        }
        self.show();
    }

    /// Articles were finished, and others needed nothing.
    pub fn advance(&mut self, worked: usize, free: usize) {
        self.done += worked + free;
        self.free += free;
        if self.done > self.total {
            self.total = self.done;
            self.bar.set_length(self.total as u64);
        }
        self.bar.set_position(self.done as u64);
        self.show();
    }

    /// Something that people should know; never hidden by a bar.
    pub fn note(&mut self, text: &str) {
        match self.mode {
            ProgressMode::Bar => self.bar.suspend(|| line(text)),
            ProgressMode::Lines => line(text),
            ProgressMode::Json => line(&json!({"type": "note", "message": text}).to_string()),
            ProgressMode::Quiet => {}
        }
    }

    /// An article failed; said in every mode.
    pub fn error(&mut self, source: &str, message: &str) {
        let text = format!("{source}: {message}");
        match self.mode {
            ProgressMode::Bar => self.bar.suspend(|| line(&text)),
            ProgressMode::Json => {
                line(&json!({"type": "error", "source": source, "message": message}).to_string());
            }
            ProgressMode::Lines | ProgressMode::Quiet => line(&text),
        }
    }

    /// Takes the bar away.
    pub fn finish(&mut self) {
        self.bar.finish_and_clear();
    }

    /// What the run took so far.
    pub fn effort(&self) -> Effort {
        Effort {
            seconds: self.started.elapsed().as_secs_f64(),
            prompt_tokens: self.prompt_tokens,
            new_tokens: self.new_tokens,
            peak_memory_bytes: peak_memory_bytes(),
        }
    }

    fn show(&mut self) {
        let (mode, rate) = (self.mode, self.rate());
        match mode {
            ProgressMode::Quiet => {}
            ProgressMode::Bar => {
                let left = self
                    .seconds_left(Instant::now())
                    .map_or(String::new(), |left| format!(", {} left", span(left)));
                self.bar.set_prefix(self.phase.clone());
                let current = harmless(&self.current);
                self.bar.set_message(format!("{rate:.0} tokens/s{left}  {current}"));
            }
            ProgressMode::Lines if self.is_due(LINE_PAUSE) => {
                let left = self
                    .seconds_left(Instant::now())
                    .map_or(String::new(), |left| format!(", {} left", span(left)));
                line(&format!(
                    "{}: {}/{} articles, {rate:.0} tokens/s{left}",
                    self.phase, self.done, self.total
                ));
            }
            ProgressMode::Json if self.is_due(JSON_PAUSE) => line(
                &json!({
                    "type": "status",
                    "phase": self.phase,
                    "done": self.done,
                    "total": self.total,
                    "tokens_per_second": (rate * 10.0).round() / 10.0,
                    "seconds_left": self.seconds_left(Instant::now()).map(f64::round),
                    "current": self.current,
                })
                .to_string(),
            ),
            ProgressMode::Lines | ProgressMode::Json => {}
        }
    }

    /// Tokens a second, read and written, over the whole run.
    fn rate(&self) -> f64 {
        let seconds = self.started.elapsed().as_secs_f64().max(0.001);
        (self.prompt_tokens + self.new_tokens) as f64 / seconds
    }

    fn seconds_left(&self, now: Instant) -> Option<f64> {
        let worked = self.done - self.free;
        let left = self.total.checked_sub(self.done)?;
        let passed = now.saturating_duration_since(self.phase_started).as_secs_f64();
        (worked > 0).then(|| passed / worked as f64 * left as f64)
    }

    fn is_due(&mut self, pause: Duration) -> bool {
        let finished = self.total > 0 && self.done == self.total;
        let due = finished || self.last_line.is_none_or(|last| last.elapsed() >= pause);
        if due {
            self.last_line = Some(Instant::now());
        }
        due
    }
}

/// `45 s`, `12 min`, `3 h 20 min`.
pub fn span(seconds: f64) -> String {
    let seconds = seconds.max(0.0).round() as u64;
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        _ => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
    }
}

/// A stderr that is closed must not end a run, and a file's name must not steer a terminal.
fn line(text: &str) {
    let _ = writeln!(std::io::stderr(), "{}", harmless(text));
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{prefix} {bar:24} {pos}/{len}  {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("█▉▊▋▌▍▎▏ ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_for_people() {
        assert_eq!(span(45.2), "45 s");
        assert_eq!(span(725.0), "12 min");
        assert_eq!(span(12_000.0), "3 h 20 min");
        assert_eq!(span(-3.0), "0 s");
    }

    #[test]
    fn what_cost_nothing_does_not_flatter_the_estimate() {
        let mut progress = Progress::new(ProgressMode::Quiet);
        progress.phase("summarise", 100);
        progress.advance(0, 50);
        let later = progress.phase_started + Duration::from_secs(2);
        assert_eq!(progress.seconds_left(later), None);
        progress.advance(1, 0);
        assert_eq!(progress.seconds_left(later), Some(98.0));
        progress.advance(60, 0);
        assert_eq!((progress.done, progress.total), (111, 111));
    }
}

//! Translated sentences → which lines do not stand, on standard error and in a file.

use anyhow::Result;
use bulletin::internals::document::{Finding, Severity};
use bulletin::internals::newsroom::Window;
use serde_json::json;

use crate::cli::TranslateArgs;
use crate::commands::interrupt::Interrupt;
use crate::commands::result;

/// What is told of the lines of a text, window by window.
#[derive(Default)]
pub(super) struct LineReport {
    /// Whether a file is asked for; a long text's sentences are not kept otherwise.
    is_written: bool,
    lines_before: usize,
    sentences_before: usize,
    /// One JSON object a sentence.
    rows: String,
    /// Lines with an error, the first being 1.
    bad: Vec<usize>,
}

impl LineReport {
    pub(super) fn new(args: &TranslateArgs) -> Self {
        Self { is_written: args.report.is_some(), ..Self::default() }
    }

    /// Takes the next window of the text.
    pub(super) fn add(&mut self, window: &Window) {
        let Window { layout, sentences, findings, .. } = window;
        for (at, (line, arrived)) in layout.line_numbers().into_iter().zip(sentences).enumerate() {
            let number = self.sentences_before + at;
            let own = findings
                .iter()
                .filter(|finding| finding.span.is_some_and(|span| span.sentence == Some(number)));
            let own: Vec<&Finding> = own.collect();
            let line = self.lines_before + line + 1;
            let is_bad = own.iter().any(|finding| finding.severity == Severity::Error);
            if is_bad && self.bad.last() != Some(&line) {
                self.bad.push(line);
            }
            if !self.is_written {
                continue;
            }
            let row = json!({
                "line": line,
                "source": arrived.source,
                "text": arrived.text,
                "findings": own,
            });
            self.rows.push_str(&format!("{row}\n"));
        }
        self.lines_before += layout.line_count();
        self.sentences_before += sentences.len();
    }

    /// Names the bad lines where lines count, and writes the file of `--report`.
    pub(super) fn deliver(&self, args: &TranslateArgs, interrupt: &Interrupt) -> Result<()> {
        if args.lines && !self.bad.is_empty() {
            let numbers: Vec<String> = self.bad.iter().map(usize::to_string).collect();
            eprintln!("lines that do not stand: {}", numbers.join(", "));
        }
        match &args.report {
            Some(path) => result::write(&self.rows, Some(path), interrupt),
            None => Ok(()),
        }
    }
}

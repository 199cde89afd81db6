//! A document and its findings → standard output or a file, standard error, and an outcome.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use bulletin::internals::document::{Check, Document};
use bulletin::internals::document::{Finding, Severity};
use bulletin::internals::output::{self, Format, Paper};

use super::Ending;
use super::interrupt::Interrupt;
use super::models::print;
use crate::cli::{OutputArgs, TalkArgs};

/// Columns of a terminal that text is wrapped to.
const COLUMNS: usize = 80;

/// What standard output is.
pub fn paper() -> Paper {
    if !std::io::stdout().is_terminal() {
        return Paper::Pipe;
    }
    match has_colours(&std::io::stdout()) {
        true => Paper::Terminal { columns: COLUMNS },
        false => Paper::PlainTerminal { columns: COLUMNS },
    }
}

/// Whether a stream is a terminal whose user wants more than plain letters.
pub fn has_colours(stream: &impl IsTerminal) -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    stream.is_terminal() && !unwanted
}

/// Finds out before the work whether `--out` can be written.
pub fn check_out(out: Option<&PathBuf>) -> Result<()> {
    let Some(path) = out else { return Ok(()) };
    if path.is_dir() {
        bail!("'{}' is a folder; give --out the name of a file", path.display());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        bail!("there is no folder '{}' for --out; make it first", folder.display());
    }
    Ok(())
}

/// Writes the document and shows the findings; the outcome is that of the findings.
pub fn deliver(
    document: &Document,
    output: &OutputArgs,
    talk: TalkArgs,
    interrupt: &Interrupt,
) -> Result<Ending> {
    let paper = if output.out.is_some() { Paper::Pipe } else { paper() };
    let text = output::render(document, output.format, paper)?;
    write(&text, output.out.as_deref(), interrupt)?;
    if output.format != Format::Json {
        show(&document.findings, talk);
    }
    Ok(outcome(&document.findings))
}

/// Writes text to a file, whole or not at all, or to standard output.
pub fn write(text: &str, out: Option<&Path>, interrupt: &Interrupt) -> Result<()> {
    match out {
        Some(path) => interrupt
            .hold_during(|| bulletin::internals::files::write_atomically(path, text.as_bytes())),
        None => print(text),
    }
}

/// Findings on standard error: errors always, warnings unless quiet, notes when verbose.
pub fn show(findings: &[Finding], talk: TalkArgs) {
    let least = match (talk.quiet, talk.verbose) {
        (true, _) => Severity::Error,
        (false, 0) => Severity::Warning,
        (false, _) => Severity::Note,
    };
    // What marks a result is shown even though it is no warning.
    let marks = |finding: &Finding| !talk.quiet && finding.is(Check::Path);
    for finding in findings {
        if finding.severity >= least || marks(finding) {
            eprintln!("{}", output::text::finding(finding));
        }
    }
}

/// Findings make the exit code 1 when one of them is an error.
pub fn outcome(findings: &[Finding]) -> Ending {
    match findings.iter().any(|finding| finding.severity >= Severity::Error) {
        true => Ending::Findings,
        false => Ending::Success,
    }
}

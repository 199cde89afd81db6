//! What became of every article of a run: counts for people, `report.json` for programs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::batch::progress::{Effort, span};
use crate::batch::run::Item;
use crate::batch::shard::Shard;
use crate::checks::Severity;
use crate::language::Language;

/// The version of `report.json`.
pub const REPORT_SCHEMA: &str = "bulletin-report/1";

/// A step that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// `None` when not even a name for the article is known.
    pub id: Option<String>,
    pub source: String,
    /// `read`, `summarise` or `translate`.
    pub step: String,
    /// Language that was wanted, for a translation.
    pub language: Option<Language>,
    pub error: String,
}

impl Failure {
    pub fn reading(source: String, error: String) -> Self {
        Self { id: None, source, step: "read".into(), language: None, error }
    }

    pub fn summarising(id: &str, source: String, error: String) -> Self {
        Self { id: Some(id.into()), source, step: "summarise".into(), language: None, error }
    }

    pub fn translating(id: &str, source: String, to: Language, error: String) -> Self {
        Self { id: Some(id.into()), source, step: "translate".into(), language: Some(to), error }
    }
}

/// How an article came out of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ItemOutcome {
    /// All that was wanted is there, and something of it was made in this run.
    Done,
    /// All that was wanted was there before.
    Skipped,
    /// Something that was wanted could not be made.
    Failed,
}

/// An article with a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportItem {
    pub id: String,
    pub outcome: ItemOutcome,
}

/// The content of `report.json`. It has no times, so that equal runs give equal reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub schema: String,
    /// Which part of the work it speaks of, such as `1/1`.
    pub shard: String,
    pub articles: usize,
    pub done: usize,
    pub skipped: usize,
    pub failed: usize,
    /// Findings of each check in the documents of this report.
    pub findings: BTreeMap<String, usize>,
    /// The same by severity.
    pub severities: BTreeMap<Severity, usize>,
    /// Files that were left out, by reason.
    pub left_out: BTreeMap<String, usize>,
    pub failures: Vec<Failure>,
    pub items: Vec<ReportItem>,
}

impl Report {
    /// Counts items, and failures of articles that never became one.
    pub fn new(shard: Shard, items: &[Item], failures: &[Failure]) -> Self {
        let mut report = Self::empty(shard);
        report.failures = failures.to_vec();
        report.items = items.iter().map(report_item).collect();
        let known: BTreeSet<&str> = items.iter().map(|item| &*item.id).collect();
        let strangers = failures.iter().filter_map(|failure| match &failure.id {
            Some(id) if known.contains(id.as_str()) => None,
            Some(id) => Some(id.as_str()),
            None => Some(failure.source.as_str()),
        });
        let strangers = strangers.collect::<BTreeSet<_>>().len();
        let count = |wanted| report.items.iter().filter(|item| item.outcome == wanted).count();
        report.done = count(ItemOutcome::Done);
        report.skipped = count(ItemOutcome::Skipped);
        report.failed = count(ItemOutcome::Failed) + strangers;
        report.articles = report.items.len() + strangers;
        report
    }

    /// Adds up the reports of all shards.
    pub fn merged(reports: Vec<Report>) -> Self {
        let mut merged = Self::empty(Shard::WHOLE);
        for report in reports {
            merged.articles += report.articles;
            merged.done += report.done;
            merged.skipped += report.skipped;
            merged.failed += report.failed;
            for (why, count) in report.left_out {
                // Each shard scans the whole folder, so each has left out the same files.
                let known = merged.left_out.entry(why).or_default();
                *known = count.max(*known);
            }
            merged.failures.extend(report.failures);
            merged.items.extend(report.items);
        }
        merged.items.sort_by(|one, other| one.id.cmp(&other.id));
        merged
    }

    fn empty(shard: Shard) -> Self {
        Self {
            schema: REPORT_SCHEMA.to_string(),
            shard: shard.to_string(),
            articles: 0,
            done: 0,
            skipped: 0,
            failed: 0,
            findings: BTreeMap::new(),
            severities: BTreeMap::new(),
            left_out: BTreeMap::new(),
            failures: Vec::new(),
            items: Vec::new(),
        }
    }

    /// Whether everything went well: the exit code is 0 then, and 1 otherwise.
    pub fn is_clean(&self) -> bool {
        self.failed == 0 && !self.severities.contains_key(&Severity::Error)
    }

    /// The counts as one JSON line, for programs that read the progress.
    pub fn summary_line(&self, effort: Effort) -> String {
        serde_json::json!({
            "type": "summary", "articles": self.articles, "done": self.done,
            "skipped": self.skipped, "failed": self.failed, "findings": self.findings,
            "seconds": (effort.seconds * 10.0).round() / 10.0,
            "prompt_tokens": effort.prompt_tokens, "new_tokens": effort.new_tokens,
        })
        .to_string()
    }

    /// The table at the end of a run.
    pub fn table(&self, effort: Option<Effort>) -> String {
        let mut table = String::new();
        let mut row = |name: &str, value: String| {
            let _ = writeln!(table, "{name:<12} {value:>8}");
        };
        row("articles", self.articles.to_string());
        row("  done", self.done.to_string());
        row("  skipped", self.skipped.to_string());
        row("  failed", self.failed.to_string());
        row("findings", self.findings.values().sum::<usize>().to_string());
        for (check, count) in &self.findings {
            row(&format!("  {check}"), count.to_string());
        }
        if let Some(effort) = effort {
            let tokens = effort.prompt_tokens + effort.new_tokens;
            row("time", span(effort.seconds));
            row("tokens/s", format!("{:.0}", tokens as f64 / effort.seconds.max(0.001)));
        }
        table
    }
}

fn report_item(item: &Item) -> ReportItem {
    let outcome = match (item.failed, item.worked) {
        (true, _) => ItemOutcome::Failed,
        (false, true) => ItemOutcome::Done,
        (false, false) => ItemOutcome::Skipped,
    };
    ReportItem { id: item.id.to_string(), outcome }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::key::Key;

    fn item(id: &str, worked: bool, failed: bool) -> Item {
        let content = Key::of(&[id.as_bytes()]);
        Item { id: id.into(), language: Language::English, content, worked, failed }
    }

    #[test]
    fn every_article_is_counted_once() {
        let items = [item("a", true, false), item("b", false, false), item("c", true, true)];
        let failures = [
            Failure::translating("c", "c.txt".into(), Language::Turkish, "no".into()),
            Failure::translating("c", "c.txt".into(), Language::Russian, "no".into()),
            Failure::summarising("d", "d.txt".into(), "no".into()),
            Failure::reading("e".into(), "no".into()),
        ];
        let report = Report::new(Shard::WHOLE, &items, &failures);
        let counts = (report.articles, report.done, report.skipped, report.failed);
        assert_eq!(counts, (5, 1, 1, 3));
        assert!(!report.is_clean());
        let merged = Report::merged(vec![report.clone(), report.clone()]);
        assert_eq!((merged.articles, merged.failed, merged.failures.len()), (10, 6, 8));
        let table = report.table(None);
        assert!(table.lines().any(|row| row.split_whitespace().eq(["failed", "3"])), "{table}");
    }

    #[test]
    fn an_error_among_the_findings_is_not_clean() {
        let mut report = Report::new(Shard::WHOLE, &[item("a", true, false)], &[]);
        report.severities.insert(Severity::Warning, 3);
        assert!(report.is_clean());
        report.severities.insert(Severity::Error, 1);
        assert!(!report.is_clean());
    }
}

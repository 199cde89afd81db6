//! What became of every article of a run: counts for people, `report.json` for programs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::batch::progress::{Effort, span};
use crate::batch::run::Item;
use crate::batch::shard::Shard;
use crate::document::Severity;
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
    /// The earliest article that tells the same story.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_story_as: Option<String>,
    /// Where it came from, if nothing was made of it on purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Why nothing was made of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// An article that was read well and is kept back on purpose: killed, superseded, under embargo,
/// no news story. It counts as skipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub id: String,
    pub source: String,
    pub reason: String,
}

/// A file that was not read, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub source: String,
    pub reason: String,
}

/// The content of `report.json`. All but `effort` is the same for equal runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Name and version of the report's form.
    pub schema: String,
    /// Which part of the work it speaks of, such as `1/1`.
    pub shard: String,
    /// Articles that were taken.
    pub articles: usize,
    /// Of these, made in this run with all that was asked for.
    pub done: usize,
    /// Of these, done in an earlier run, or told by an earlier article.
    pub skipped: usize,
    /// Of these, with something that failed.
    pub failed: usize,
    /// What the run took. Of all shards: seconds and tokens together, and the largest peak.
    #[serde(default)]
    pub effort: Effort,
    /// Findings of each check in the documents of this report.
    pub findings: BTreeMap<String, usize>,
    /// The same by severity.
    pub severities: BTreeMap<Severity, usize>,
    /// Files that were left out, by reason.
    pub left_out: BTreeMap<String, usize>,
    /// The same files by name, as many as a scan names.
    #[serde(default)]
    pub left_out_files: Vec<LeftOut>,
    /// What failed, and why.
    pub failures: Vec<Failure>,
    /// Every article that has an id, and what became of it.
    pub items: Vec<ReportItem>,
}

impl Report {
    /// Counts items, and failures of articles that never became one.
    pub fn new(shard: Shard, items: &[Item], failures: &[Failure], held: &[Held]) -> Self {
        let mut report = Self::empty(shard);
        report.failures = failures.to_vec();
        report.items = items.iter().map(report_item).chain(held.iter().map(held_item)).collect();
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

    /// Counts articles that were not briefed because an earlier one tells the same story.
    pub fn add_spared(&mut self, spared: &[(String, String)]) {
        for (id, first) in spared {
            self.items.push(ReportItem {
                id: id.clone(),
                outcome: ItemOutcome::Skipped,
                same_story_as: Some(first.clone()),
                source: None,
                reason: Some(format!("it tells the same story as {first}")),
            });
        }
        self.skipped += spared.len();
        self.articles += spared.len();
    }

    /// Adds up the reports of all shards.
    pub fn merged(reports: Vec<Report>) -> Self {
        let mut merged = Self::empty(Shard::WHOLE);
        for report in reports {
            merged.articles += report.articles;
            merged.done += report.done;
            merged.skipped += report.skipped;
            merged.failed += report.failed;
            merged.effort.seconds += report.effort.seconds;
            merged.effort.prompt_tokens += report.effort.prompt_tokens;
            merged.effort.new_tokens += report.effort.new_tokens;
            let peak = &mut merged.effort.peak_memory_bytes;
            *peak = report.effort.peak_memory_bytes.max(*peak);
            for (why, count) in report.left_out {
                // Each shard scans the whole folder, so each has left out the same files.
                let known = merged.left_out.entry(why).or_default();
                *known = count.max(*known);
            }
            if merged.left_out_files.is_empty() {
                merged.left_out_files = report.left_out_files;
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
            effort: Effort::default(),
            findings: BTreeMap::new(),
            severities: BTreeMap::new(),
            left_out: BTreeMap::new(),
            left_out_files: Vec::new(),
            failures: Vec::new(),
            items: Vec::new(),
        }
    }

    /// Whether everything went well: the exit code is 0 then, and 1 otherwise.
    pub fn is_clean(&self) -> bool {
        self.failed == 0 && !self.severities.contains_key(&Severity::Error)
    }

    /// The counts as one JSON line, for programs that read the progress.
    pub fn summary_line(&self) -> String {
        let tenth = |number: f64| (number * 10.0).round() / 10.0;
        let effort = &self.effort;
        serde_json::json!({
            "type": "summary", "articles": self.articles, "done": self.done,
            "skipped": self.skipped, "failed": self.failed, "findings": self.findings,
            "seconds": tenth(effort.seconds),
            "prompt_tokens": effort.prompt_tokens, "new_tokens": effort.new_tokens,
            "articles_per_minute": tenth(effort.per_minute(self.done)),
            "tokens_per_second": tenth(effort.tokens_per_second()),
            "peak_memory_bytes": effort.peak_memory_bytes,
        })
        .to_string()
    }

    /// The table at the end of a run.
    pub fn table(&self) -> String {
        let mut table = String::new();
        let mut row = |name: &str, value: String| {
            let _ = writeln!(table, "{name:<14} {value:>8}");
        };
        row("articles", self.articles.to_string());
        row("  done", self.done.to_string());
        row("  skipped", self.skipped.to_string());
        row("  failed", self.failed.to_string());
        row("findings", self.findings.values().sum::<usize>().to_string());
        for (check, count) in &self.findings {
            row(&format!("  {check}"), count.to_string());
        }
        let effort = &self.effort;
        row("time", span(effort.seconds));
        row("articles/min", format!("{:.1}", effort.per_minute(self.done)));
        row("tokens/s", format!("{:.0}", effort.tokens_per_second()));
        if let Some(bytes) = effort.peak_memory_bytes {
            row("peak memory", format!("{} MiB", bytes >> 20));
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
    ReportItem { id: item.id.to_string(), outcome, same_story_as: None, source: None, reason: None }
}

fn held_item(held: &Held) -> ReportItem {
    ReportItem {
        id: held.id.clone(),
        outcome: ItemOutcome::Skipped,
        same_story_as: None,
        source: Some(held.source.clone()),
        reason: Some(held.reason.clone()),
    }
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
        let report = Report::new(Shard::WHOLE, &items, &failures, &[]);
        let counts = (report.articles, report.done, report.skipped, report.failed);
        assert_eq!(counts, (5, 1, 1, 3));
        assert!(!report.is_clean());
        let merged = Report::merged(vec![report.clone(), report.clone()]);
        assert_eq!((merged.articles, merged.failed, merged.failures.len()), (10, 6, 8));
        let effort = Effort {
            seconds: 30.0,
            prompt_tokens: 500,
            new_tokens: 100,
            peak_memory_bytes: Some(7 << 20),
        };
        let report = Report { effort, ..report };
        let merged = Report::merged(vec![report.clone(), report.clone()]).effort;
        assert_eq!((merged.seconds, merged.new_tokens), (60.0, 200));
        assert_eq!(merged.peak_memory_bytes, Some(7 << 20));
        let table = report.table();
        for row in [["articles/min", "2.0"], ["tokens/s", "20"]] {
            assert!(table.lines().any(|line| line.split_whitespace().eq(row)), "{table}");
        }
        assert!(table.contains("7 MiB"), "{table}");
        assert!(table.lines().any(|row| row.split_whitespace().eq(["failed", "3"])), "{table}");
    }

    #[test]
    fn an_error_among_the_findings_is_not_clean() {
        let mut report = Report::new(Shard::WHOLE, &[item("a", true, false)], &[], &[]);
        report.severities.insert(Severity::Warning, 3);
        assert!(report.is_clean());
        report.severities.insert(Severity::Error, 1);
        assert!(!report.is_clean());
    }
}

//! Lines of a case file → precision and recall of each check, in each language.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::analysis::analysed::AnalysedArticle;
use crate::article::Article;
use crate::checks::registry::Subject;
use crate::checks::{Check, CheckInput, Checker, Limits, run_sentence_with, run_with};
use crate::document::Finding;
use crate::language::Language;

/// One line of a case file: an article that cases name, or a case.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Text(Text),
    Case(Case),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    /// Name under which cases refer to it.
    article: String,
    language: Language,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    published: Option<String>,
    /// Paragraphs divided by line breaks.
    text: String,
}

/// A brief or a translated sentence, and whether it is true to its source.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub id: String,
    /// Name of the check that must speak, or must not.
    pub check: String,
    /// Language of the brief or of the translation.
    pub language: Language,
    /// True: the check must stay silent.
    pub faithful: bool,
    /// Name of the article, for a brief.
    #[serde(default)]
    pub source: Option<String>,
    /// Source sentence and its language, for a translation.
    #[serde(default)]
    pub original: Option<String>,
    #[serde(default)]
    pub original_language: Option<Language>,
    /// The sentences of the brief, or the translated sentence alone.
    pub sentences: Vec<String>,
}

/// What became of one case.
pub struct Judged {
    pub case: Case,
    /// The check of the case spoke.
    pub flagged: bool,
    pub findings: Vec<Finding>,
}

impl Judged {
    pub fn is_right(&self) -> bool {
        self.flagged != self.case.faithful
    }
}

/// Cases by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Score {
    pub caught: usize,
    pub missed: usize,
    pub passed: usize,
    pub false_alarms: usize,
}

impl Score {
    /// Share of the flagged cases that were changed; 1 when nothing was flagged.
    pub fn precision(&self) -> f64 {
        share(self.caught, self.caught + self.false_alarms)
    }

    /// Share of the changed cases that were flagged; 1 when there were none.
    pub fn recall(&self) -> f64 {
        share(self.caught, self.caught + self.missed)
    }

    fn count(&mut self, outcome: &Judged) {
        match (outcome.case.faithful, outcome.flagged) {
            (true, false) => self.passed += 1,
            (true, true) => self.false_alarms += 1,
            (false, true) => self.caught += 1,
            (false, false) => self.missed += 1,
        }
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// Runs every case of a case file. The file has one JSON object a line: articles
/// (`article`, `language`, `text`) and cases (see `Case`).
pub fn outcomes(lines: &str) -> Result<Vec<Judged>> {
    let mut articles: BTreeMap<String, Article> = BTreeMap::new();
    let mut cases = Vec::new();
    for (at, line) in lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let parsed: Line = serde_json::from_str(line)
            .with_context(|| format!("line {} is neither an article nor a case", at + 1))?;
        match parsed {
            Line::Text(text) => {
                articles.insert(text.article.clone(), article(text));
            }
            Line::Case(case) => cases.push(case),
        }
    }
    let checker = Checker::new();
    cases.into_iter().map(|case| outcome(case, &articles, &checker)).collect()
}

fn article(text: Text) -> Article {
    Article {
        id: text.article.clone(),
        title: text.title,
        published: text.published,
        source: text.article,
        paragraphs: text.text.lines().map(str::to_string).collect(),
        ..Article::empty(text.language)
    }
}

fn outcome(case: Case, articles: &BTreeMap<String, Article>, checker: &Checker) -> Result<Judged> {
    let findings = match (&case.source, &case.original, case.original_language) {
        (Some(source), None, None) => {
            let article = articles
                .get(source)
                .with_context(|| format!("case {} names the unknown article {source}", case.id))?;
            run_with(
                checker,
                &CheckInput {
                    article: &AnalysedArticle::new(article),
                    language: case.language,
                    headline: "",
                    sentences: &case.sentences,
                    evidence: &[],
                    limits: Limits::default(),
                    prompt: None,
                },
            )
        }
        (None, Some(original), Some(from)) => {
            run_sentence_with(checker, original, from, &case.sentences.join(" "), case.language)
        }
        _ => bail!("case {} needs either source, or original and original_language", case.id),
    };
    let subject = if case.source.is_some() { Subject::Brief } else { Subject::Translation };
    let (check, least) = Check::of_cell(&case.check, subject)
        .with_context(|| format!("case {} is about the unknown check '{}'", case.id, case.check))?;
    let flagged = findings.iter().any(|found| found.is(check) && found.severity >= least);
    Ok(Judged { case, flagged, findings })
}

/// Scores by check, kind (brief or translation) and language.
pub fn scores(outcomes: &[Judged]) -> BTreeMap<(String, &'static str, Language), Score> {
    let mut scores = BTreeMap::new();
    for outcome in outcomes {
        let kind = if outcome.case.source.is_some() { "brief" } else { "translation" };
        let key = (outcome.case.check.clone(), kind, outcome.case.language);
        let score: &mut Score = scores.entry(key).or_default();
        score.count(outcome);
    }
    scores
}

/// The scores as a table in plain text.
pub fn table(outcomes: &[Judged]) -> String {
    let mut text =
        String::from("check         kind         language  changed  faithful  precision  recall\n");
    for ((check, kind, language), score) in scores(outcomes) {
        let _ = writeln!(
            text,
            "{check:<13} {kind:<12} {:<8} {:>8} {:>9} {:>10.3} {:>7.3}",
            language.code(),
            score.caught + score.missed,
            score.passed + score.false_alarms,
            score.precision(),
            score.recall()
        );
    }
    text
}

/// The cases that were judged wrongly, with what the check said.
pub fn mistakes(outcomes: &[Judged]) -> String {
    let mut text = String::new();
    for outcome in outcomes.iter().filter(|outcome| !outcome.is_right()) {
        let fault = if outcome.case.faithful { "false alarm" } else { "missed" };
        let _ = writeln!(text, "\n{} {fault}", outcome.case.id);
        if let Some(original) = &outcome.case.original {
            let _ = writeln!(text, "  source: {original}");
        }
        for sentence in &outcome.case.sentences {
            let _ = writeln!(text, "  result: {sentence}");
        }
        for found in outcome.findings.iter().filter(|found| found.check == outcome.case.check) {
            let _ = writeln!(text, "  {:?}: {}", found.severity, found.message);
        }
    }
    text
}

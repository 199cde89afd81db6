//! A text beside its source → what is wrong with it, whoever wrote it.

use anyhow::Result;
use serde_json::json;

use super::Newsroom;
use crate::article::Article;
use crate::checks::adequacy::Quality;
use crate::comparison::{self, Report};
use crate::document::{Brief, BriefPath, BriefSentence, Finding, Origin};
use crate::entailment::EntailmentJudge;
use crate::language::Language;

impl Newsroom {
    /// Checks a brief of `article`, in its language. Places count characters.
    ///
    /// # Errors
    /// When the judge cannot be loaded.
    pub fn check_brief(&self, article: &Article, text: (&str, Language)) -> Result<Report> {
        let mut report = comparison::check_brief(self.checker(), article, text);
        if let Some(judge) = self.judge()? {
            judge_brief(&mut report, article, text, &judge);
        }
        Ok(report)
    }

    /// Checks a translation, by what is known of whoever made it. Places count characters.
    ///
    /// # Errors
    /// When the judge cannot be loaded.
    pub fn check_translation(
        &self,
        source: (&str, Language),
        text: (&str, Language),
        quality: Quality,
    ) -> Result<Report> {
        let mut report = comparison::check_translation(self.checker(), source, text, quality);
        if let Some(judge) = self.judge()? {
            for pair in &mut report.pairs {
                let (one, two) = (cut(source.0, pair.source), cut(text.0, pair.text));
                if !one.is_empty() && !two.is_empty() {
                    pair.findings.extend(judge.pair(&one, &two));
                }
            }
        }
        Ok(report)
    }

    /// Checks one line and its translation: how likely it is that they say the same, from 0 to 1, and what is wrong.
    ///
    /// # Errors
    /// When the judge cannot be loaded.
    pub fn check_line(
        &self,
        source: (&str, Language),
        text: (&str, Language),
        quality: Quality,
    ) -> Result<(Option<f64>, Vec<Finding>)> {
        let (adequacy, mut findings) =
            comparison::check_line(self.checker(), source, text, quality);
        if let Some(judge) = self.judge()?.filter(|_| adequacy.is_some_and(|it| it > 0.0)) {
            findings.extend(judge.pair(source.0, text.0));
        }
        Ok((adequacy, findings))
    }
}

/// What the judge says of each sentence of a brief.
fn judge_brief(
    report: &mut Report,
    article: &Article,
    (text, language): (&str, Language),
    judge: &EntailmentJudge,
) {
    let sentences = report.pairs.iter().map(|pair| BriefSentence::new(cut(text, pair.text)));
    let mut brief = Brief {
        language,
        headline: String::new(),
        sentences: sentences.collect(),
        origin: Origin {
            model: String::new(),
            revision: String::new(),
            prompt_sha256: String::new(),
            settings: json!({}),
            route: vec![language],
            path: BriefPath::Model,
        },
    };
    for finding in judge.brief(article, &mut brief) {
        let place = finding.span.and_then(|span| span.sentence);
        match place.and_then(|at| report.pairs.get_mut(at)) {
            Some(pair) => pair.findings.push(finding),
            None => report.findings.push(finding),
        }
    }
}

/// A part of a text, between two characters.
pub fn cut(text: &str, place: (usize, usize)) -> String {
    text.chars().skip(place.0).take(place.1 - place.0).collect()
}

//! A brief and what the checks say of it → whether it may go out, and what to do when not.
//!
//! The order of what is tried: the model's answer; its second answer, with the faults named; the
//! better of the two without the sentences that fail; sentences of the article itself; no brief.

use super::ask::ComposeOptions;
use super::review::with_evidence;
use crate::analysis::analysed::AnalysedArticle;
use crate::document::Strictness;
use crate::document::form::{Style, fit_headline};
use crate::document::{Brief, BriefPath, Check};
use crate::document::{Finding, Severity};

/// The functions that judge briefs and replace them; chosen by whoever composes.
pub struct Gate<'a> {
    /// What is wrong with a brief of an article; scores that it comes by are written into the brief.
    pub judge: &'a dyn Fn(&AnalysedArticle, &mut Brief) -> Vec<Finding>,
    /// A brief of the article's own sentences, or `None` where there is no making one.
    pub extract: &'a dyn Fn(&AnalysedArticle, &ComposeOptions) -> Option<Brief>,
    pub strictness: Strictness,
}

/// A brief with what is known against it.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    pub brief: Brief,
    pub findings: Vec<Finding>,
}

impl Gate<'_> {
    /// Adds what the checks find to `findings`, which making the brief has brought up already.
    pub fn weigh(
        &self,
        article: &AnalysedArticle,
        brief: Brief,
        mut findings: Vec<Finding>,
    ) -> Candidate {
        let mut brief = with_evidence(article, brief);
        findings.extend((self.judge)(article, &mut brief));
        for finding in &mut findings {
            finding.language.get_or_insert(brief.language);
        }
        Candidate { brief, findings }
    }

    /// Whether the brief may go out.
    pub fn passes(&self, candidate: &Candidate) -> bool {
        !candidate.findings.iter().any(|finding| self.strictness.refuses(finding))
    }

    /// The one with fewer reasons against it; the first when they are level.
    pub fn better(&self, first: Option<Candidate>, second: Option<Candidate>) -> Option<Candidate> {
        let faults = |candidate: &Candidate| {
            candidate.findings.iter().filter(|finding| self.strictness.refuses(finding)).count()
        };
        match (first, second) {
            (Some(first), Some(second)) if faults(&second) < faults(&first) => Some(second),
            (Some(first), _) => Some(first),
            (None, second) => second,
        }
    }

    /// The brief without the sentences that fail, if what is left stands.
    pub fn trimmed(&self, article: &AnalysedArticle, candidate: &Candidate) -> Option<Candidate> {
        let faults: Vec<&Finding> =
            candidate.findings.iter().filter(|finding| self.strictness.refuses(finding)).collect();
        let mut failing = Vec::new();
        let mut headline_fails = false;
        for fault in &faults {
            match fault.span {
                Some(span) => match span.sentence {
                    Some(index) => failing.push(index),
                    None => headline_fails = true,
                },
                // A fault of the whole does not go away with a sentence.
                None => return None,
            }
        }
        let mut brief = candidate.brief.clone();
        let mut index = 0;
        brief.sentences.retain(|_| {
            index += 1;
            !failing.contains(&(index - 1))
        });
        let first = brief.sentences.first()?;
        if headline_fails {
            brief.headline = fit_headline(first.text.trim_end_matches('.'));
        }
        brief.origin.path = BriefPath::Trimmed;
        let dropped = candidate.brief.sentences.len() - brief.sentences.len();
        let what = match (dropped, headline_fails) {
            (0, _) => "the headline was made anew".to_string(),
            (1, false) => "one sentence was left out".to_string(),
            (1, true) => "one sentence was left out and the headline made anew".to_string(),
            (_, false) => format!("{dropped} sentences were left out"),
            (_, true) => format!("{dropped} sentences were left out and the headline made anew"),
        };
        let note = Finding::new(
            Check::Path,
            Severity::Note,
            format!("{what}, because {}", reasons(&faults)),
        );
        // Findings with spans are found again, with the new numbers of the sentences.
        let kept = candidate.findings.iter().filter(|finding| finding.span.is_none());
        let kept = kept.filter(|finding| !self.strictness.refuses(finding)).cloned();
        let judged = self.weigh(article, brief, Vec::new());
        let mut findings: Vec<Finding> = kept.collect();
        findings
            .extend(judged.findings.into_iter().filter(|new| !candidate.findings.contains(new)));
        findings.push(note.in_language(article.source.language));
        let trimmed = Candidate { brief: judged.brief, findings };
        self.passes(&trimmed).then_some(trimmed)
    }

    /// The article's own sentences, marked as such; `faults` say why they are needed.
    pub fn extracted(
        &self,
        article: &AnalysedArticle,
        options: &ComposeOptions,
        faults: &[Finding],
    ) -> Option<Candidate> {
        if options.style == Style::Headline && article.article.title.is_none() {
            return None;
        }
        let mut brief = (self.extract)(article, options)?;
        brief.origin.path = BriefPath::Extractive;
        let faults: Vec<&Finding> = faults.iter().collect();
        let why = format!(
            "these are sentences of the article, because the model's brief did not stand: {}",
            reasons(&faults)
        );
        // Marked, but no warning in the eyes of --strict: nothing in it is the model's.
        let note = Finding::new(Check::Path, Severity::Note, why);
        let candidate = self.weigh(article, brief, vec![note]);
        self.passes(&candidate).then_some(candidate)
    }

    /// The faults of a candidate, in the order in which they were found.
    pub fn faults(&self, candidate: &Candidate) -> Vec<Finding> {
        candidate.findings.iter().filter(|found| self.strictness.refuses(found)).cloned().collect()
    }
}

/// Messages in one line, each once.
pub fn reasons(faults: &[&Finding]) -> String {
    let mut messages: Vec<&str> = Vec::new();
    for fault in faults {
        if !messages.contains(&fault.message.as_str()) {
            messages.push(&fault.message);
        }
    }
    messages.join("; ")
}

#[cfg(test)]
mod tests;

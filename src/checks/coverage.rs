//! Whole brief and source → findings on what the brief leaves out.

use crate::analysis::calendar::Moment;
use crate::analysis::name_index::NameIndex;
use crate::analysis::name_marks::{is_surely_name, name_marks};
use crate::analysis::passage::{Passage, Source};
use crate::checks::registry::Whole;
use crate::checks::{Check, Draft};
use crate::document::Evidence;
use crate::document::Severity;

/// A longer article than this has parts that a model may never have looked at.
const LONG_ARTICLE_PARAGRAPHS: usize = 15;

/// Compares the lead's who, where and when with the brief, and looks where the evidence lies.
pub fn check(told: &Whole) -> Vec<Draft> {
    let Whole { article: source, evidence, knowledge, .. } = told;
    if source.language != told.own.language || told.sentences.is_empty() {
        return Vec::new();
    }
    let brief = &told.own.passages;
    let brief_index = &NameIndex::new(told.own, knowledge);
    let mut found = Vec::new();
    let lead: Vec<&Passage> =
        source.passages.iter().filter(|passage| passage.place.0 == 0).take(2).collect();
    let mut names = 0;
    let mut kept = 0;
    for passage in &lead {
        let marks = name_marks(passage, &knowledge.lexicon);
        for mark in &marks {
            if is_surely_name(passage, mark, &marks, &knowledge.lexicon) {
                names += 1;
                kept += usize::from(brief_index.has(&passage.tokens[mark.token], &mark.things));
            }
        }
    }
    if names >= 2 && kept == 0 {
        let message = "the brief names nobody and no place that the article's lead names";
        found.push(Draft::new(Check::Coverage, Severity::Warning, message));
    }
    let dated = |passage: &Passage| {
        passage.moments.iter().any(|dated| !matches!(dated.moment, Moment::Year(_)))
    };
    if lead.into_iter().any(dated) && !brief.iter().any(dated) {
        found.push(Draft::new(
            Check::Coverage,
            Severity::Note,
            "the brief does not say when, as the lead does",
        ));
    }
    found.extend(one_part(source, evidence));
    found
}

/// All evidence for a long article lies in its first quarter.
fn one_part(source: &Source, evidence: &[Vec<Evidence>]) -> Option<Draft> {
    let last = evidence.iter().flatten().map(|place| place.paragraph).max()?;
    let quarter = source.paragraphs / 4;
    (source.paragraphs > LONG_ARTICLE_PARAGRAPHS && last < quarter.max(1)).then(|| {
        let message = format!(
            "the brief rests on the first {} of {} paragraphs only",
            last + 1,
            source.paragraphs
        );
        Draft::new(Check::Coverage, Severity::Note, message)
    })
}

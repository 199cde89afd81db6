//! Briefs on their routes → briefs in other languages, each sentence with the one that it says.

use anyhow::Result;
use serde_json::json;

use super::carry::{Arrived, Delivered, Load, Ready, Used, carry};
use super::legs::SentenceJudge;
use super::route::Route;
use crate::analysis::passage::{Knowledge, Passage, passage};
use crate::checks::{Check, Given};
use crate::document::Strictness;
use crate::document::form::{HEADLINE_CHARACTERS, fit_headline};
use crate::document::{Brief, BriefSentence, Origin};
use crate::document::{Finding, Severity, Span};
use crate::engine::Progress;
use crate::entailment::EntailmentJudge;
use crate::language::Language;

/// A brief to translate and the way it goes.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    pub brief: Brief,
    pub route: Route,
    /// The way for sentences that come out poorly on `route`.
    pub second: Option<Route>,
}

/// A translated brief with what was found.
#[derive(Clone, Debug, PartialEq)]
pub struct TranslatedBrief {
    /// `None` under `--strict` when a sentence has a fault.
    pub brief: Option<Brief>,
    /// What was found in its sentences and as a whole.
    pub findings: Vec<Finding>,
}

/// Translates briefs; results are in the order of `orders`.
///
/// # Errors
/// When a model cannot be opened, or a prompt is faulty.
pub fn translate_briefs(
    orders: &[Order],
    strictness: Strictness,
    open: &mut dyn FnMut(&str) -> Result<Ready>,
    judge: SentenceJudge,
    watch: &mut dyn FnMut(Progress),
) -> Result<Vec<TranslatedBrief>> {
    let loads: Vec<Load> = orders
        .iter()
        .map(|order| {
            let sentences = order.brief.sentences.iter().map(|sentence| sentence.text.clone());
            let headline = std::iter::once(order.brief.headline.clone());
            Load {
                sentences: headline.chain(sentences).collect(),
                route: order.route.clone(),
                second: order.second.clone(),
            }
        })
        .collect();
    let delivered = carry(&loads, open, judge, watch)?;
    let briefs = orders.iter().zip(delivered);
    Ok(briefs.map(|(order, delivered)| put_together(order, delivered, strictness)).collect())
}

fn put_together(order: &Order, delivered: Delivered, strictness: Strictness) -> TranslatedBrief {
    let to = order.route.legs().last().map_or(order.brief.language, |leg| leg.to);
    let Delivered { sentences, used, .. } = delivered;
    let mut findings = Vec::new();
    let analysed = |text: &str, language| passage(text, Knowledge::of(language));
    let around: Vec<Passage> =
        sentences.iter().map(|one| analysed(&one.source, order.brief.language)).collect();
    let given = Given::by(&around);
    for (index, sentence) in sentences.iter().enumerate() {
        // The headline travels in front of the sentences.
        let place = index.checked_sub(1);
        findings.extend(placed(sentence, place, to));
        let beyond = given.beyond(&analysed(&sentence.text, to), &sentence.findings);
        findings.extend(placed(&Arrived { findings: beyond, ..sentence.clone() }, place, to));
    }
    let mut sentences = sentences.into_iter();
    let headline = sentences.next().map_or(String::new(), |arrived| arrived.text);
    let fitted = headline_of(&headline, to, &mut findings);
    let sentences = sentences
        .zip(&order.brief.sentences)
        .map(|(arrived, original)| BriefSentence {
            text: arrived.text,
            evidence: original.evidence.clone(),
            source: Some(arrived.source),
            logprob: arrived.logprob,
            entailment: None,
        })
        .collect();
    let origin = origin(order, &used);
    let brief = Brief { language: to, headline: fitted, sentences, origin };
    let refused = findings.iter().any(|finding| strictness.refuses(finding));
    if strictness == Strictness::Warnings && refused {
        findings.push(refusal(to));
        return TranslatedBrief { brief: None, findings };
    }
    TranslatedBrief { brief: Some(brief), findings }
}

fn refusal(to: Language) -> Finding {
    let message =
        format!("the {} brief did not pass the checks, and --strict was given", to.name());
    Finding::new(Check::NoTranslation, Severity::Error, message).in_language(to)
}

/// The brief with the scores of an entailment model, each sentence held against the one that it
/// says. What the model finds is added where it was not found on the way already; on a way through
/// another language only the legs were judged.
pub fn with_entailment(
    translated: TranslatedBrief,
    strictness: Strictness,
    judge: &EntailmentJudge,
) -> TranslatedBrief {
    let TranslatedBrief { brief: Some(mut brief), mut findings } = translated else {
        return translated;
    };
    let place = |finding: &Finding| finding.span.and_then(|span| span.sentence);
    let known: Vec<Option<usize>> =
        findings.iter().filter(|found| found.is(Check::Entailment)).map(place).collect();
    let fresh = judge.translation(&mut brief).into_iter();
    let fresh: Vec<Finding> = fresh.filter(|found| !known.contains(&place(found))).collect();
    let refused = fresh.iter().any(|finding| strictness.refuses(finding));
    findings.extend(fresh);
    if strictness == Strictness::Warnings && refused {
        findings.push(refusal(brief.language));
        return TranslatedBrief { brief: None, findings };
    }
    TranslatedBrief { brief: Some(brief), findings }
}

/// A sentence's findings with their place, and with the source where something is wrong.
pub fn placed(arrived: &Arrived, sentence: Option<usize>, to: Language) -> Vec<Finding> {
    let end = arrived.text.chars().count();
    let place = |finding: &Finding| {
        let mut finding = finding.clone().in_language(to);
        if finding.severity > Severity::Note {
            let source = shortened(&arrived.source);
            finding.message = format!("{}; the source says: {source}", finding.message);
        }
        // Whoever judged the sentence saw it alone and could not know its number.
        let span = finding.span.unwrap_or(Span { sentence, start: 0, end });
        finding.span = Some(Span { sentence, ..span });
        finding
    };
    arrived.findings.iter().map(place).collect()
}

/// A source sentence as a finding quotes it.
fn shortened(source: &str) -> String {
    const CHARACTERS: usize = 300;
    match source.char_indices().nth(CHARACTERS) {
        Some((end, _)) => format!("{}…", source[..end].trim_end()),
        None => source.to_string(),
    }
}

fn headline_of(headline: &str, to: Language, findings: &mut Vec<Finding>) -> String {
    let headline = headline.trim_end_matches('.');
    let fitted = fit_headline(headline);
    if fitted != headline {
        let message = format!(
            "the translated headline had {} characters and was shortened to at most \
             {HEADLINE_CHARACTERS}",
            headline.chars().count()
        );
        findings.push(Finding::new(Check::Headline, Severity::Note, message).in_language(to));
    }
    fitted
}

/// The last model is the writer; all of them, and what they were given, are in the settings.
fn origin(order: &Order, used: &[Used]) -> Origin {
    let original = &order.brief.origin;
    let legs: Vec<serde_json::Value> = order
        .route
        .legs()
        .iter()
        .zip(used)
        .map(|(leg, used)| {
            json!({
                "from": leg.from, "to": leg.to, "model": used.model, "revision": used.revision,
                "prompt_sha256": used.prompt_sha256, "settings": used.settings,
            })
        })
        .collect();
    let last = used.last();
    let text = |of: fn(&Used) -> &String| last.map_or(String::new(), |used| of(used).clone());
    Origin {
        model: text(|used| &used.model),
        revision: text(|used| &used.revision),
        prompt_sha256: text(|used| &used.prompt_sha256),
        settings: json!({"legs": legs, "original": original}),
        route: order.route.languages(),
        path: original.path,
    }
}

#[cfg(test)]
mod tests;

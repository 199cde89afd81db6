//! One window of a text on its way: sentences by language, each language on its route, and put together again.

use anyhow::Result;

use super::{TextOptions, TextRun, languages};
use crate::document::{Finding, Severity, Strictness};
use crate::engine::Progress;
use crate::language::Language;
use crate::translation::briefs::placed;
use crate::translation::carry::{Arrived, Load, Used, carry};
use crate::translation::layout::Layout;

/// A part of a text that has arrived.
pub struct Window {
    /// The translated text, laid out like its source.
    pub text: String,
    /// How the source is laid out.
    pub layout: Layout,
    /// Its sentences in order.
    pub sentences: Vec<Arrived>,
    /// What was found, with the numbers of sentences in the whole text, from 0. Under [`Strictness::Warnings`] a
    /// warning is an error, since the source stands in the place.
    pub findings: Vec<Finding>,
    /// The models of the text's own language.
    pub(super) used: Vec<Used>,
    pub(super) languages: Vec<Language>,
}

impl TextRun<'_> {
    /// Translates a window before which `before` sentences came.
    pub(super) fn window(
        &self,
        text: &str,
        before: usize,
        watch: &mut dyn FnMut(Progress),
    ) -> Result<Window> {
        let options = &self.plan.options;
        let layout = Layout::of(text, self.plan.from, options.cut);
        let sentences: Vec<String> = layout.sentences().map(str::to_string).collect();
        let (loads, places) = self.loads(&sentences)?;
        let delivered = carry(
            &loads,
            &mut |name| self.plan.newsroom.ready(name, &self.glossary),
            &|pair, quality| self.judge.verdict(pair, quality),
            &mut |event| watch(Progress { requests: self.count, ..event }),
        )?;
        let mut arrived: Vec<Option<Arrived>> = vec![None; sentences.len()];
        let (mut used, mut languages) = (Vec::new(), Vec::new());
        for (delivered, places) in delivered.into_iter().zip(places) {
            for (place, sentence) in places.into_iter().zip(delivered.sentences) {
                arrived[place] = Some(sentence);
            }
            // The first load is that of the text's own language.
            if languages.is_empty() {
                (used, languages) = (delivered.used, delivered.languages);
            }
        }
        let arrived = arrived.into_iter().zip(&sentences);
        let kept = |own: &str| kept(own, options.to);
        let sentences: Vec<Arrived> =
            arrived.map(|(one, own)| one.unwrap_or_else(|| kept(own))).collect();
        let shown: Vec<String> = sentences.iter().map(|one| shown(one, options)).collect();
        let text = layout.filled(&shown);
        let findings = findings(&sentences, before, options);
        Ok(Window { text, layout, sentences, findings, used, languages })
    }

    /// The sentences by language, each language on its route, and the places of each load's
    /// sentences. The text's own language comes first, even when it has none; the target language
    /// has no load.
    fn loads(&self, sentences: &[String]) -> Result<(Vec<Load>, Vec<Vec<usize>>)> {
        let (from, options, newsroom) = (self.plan.from, &self.plan.options, self.plan.newsroom);
        let own = |sentence: &String| languages::of_sentence(sentence, from, options, newsroom);
        let languages: Vec<Language> = sentences.iter().map(own).collect();
        let others = Language::ALL.into_iter().filter(|language| *language != from);
        let (mut loads, mut places) = (Vec::new(), Vec::new());
        for language in std::iter::once(from).chain(others) {
            let here: Vec<usize> =
                (0..sentences.len()).filter(|at| languages[*at] == language).collect();
            if language == options.to || (here.is_empty() && language != from) {
                continue;
            }
            let route = newsroom.route(language, options.to)?;
            let second = newsroom.second_route(&route);
            let sentences = here.iter().map(|at| sentences[*at].clone()).collect();
            loads.push(Load { sentences, route, second });
            places.push(here);
        }
        Ok((loads, places))
    }
}

/// A sentence of a text in the target language, as it is.
fn kept(sentence: &str, language: Language) -> Arrived {
    Arrived {
        text: sentence.to_string(),
        source: sentence.to_string(),
        logprob: None,
        findings: Vec::new(),
        languages: vec![language],
    }
}

fn findings(sentences: &[Arrived], before: usize, options: &TextOptions) -> Vec<Finding> {
    let numbered = sentences.iter().enumerate();
    let mut findings: Vec<Finding> = numbered
        .flat_map(|(index, arrived)| placed(arrived, Some(before + index), options.to))
        .collect();
    if options.strictness == Strictness::Warnings {
        for finding in findings.iter_mut().filter(|found| found.severity == Severity::Warning) {
            finding.severity = Severity::Error;
        }
    }
    findings
}

/// The sentence as it is printed: under [`Strictness::Warnings`], rather the source, marked, than a poor
/// translation.
pub(super) fn shown(arrived: &Arrived, options: &TextOptions) -> String {
    let poor = arrived.findings.iter().any(|finding| finding.severity >= Severity::Warning);
    match poor && options.strictness == Strictness::Warnings {
        true => format!("[not translated] {}", arrived.source),
        false => arrived.text.clone(),
    }
}

//! A text in one language → the same text in another, window by window, so that a long one needs
//! little memory and its beginning is there before its end is done.

mod languages;
mod whole;
mod window;

use std::rc::Rc;

use anyhow::Result;

use super::Newsroom;
use crate::document::{Check, Document, Finding, Severity, Strictness};
use crate::engine::Progress;
use crate::language::Language;
use crate::translation::glossary::Glossary;
use crate::translation::judge::Judge;
use crate::translation::layout::{Cut, Layout};
use crate::translation::route::Route;

pub use window::Window;

use whole::Whole;

/// Bytes of text that are translated before they are given out. A route with two models takes the
/// whole text at once, since each model is loaded once.
const WINDOW: usize = 32 * 1024;

/// What is to be kept of the windows until all have arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Nothing: each is written when it arrives.
    Nothing,
    /// The text and the findings.
    Text,
    /// Every sentence with its source, for a [`Document`].
    Document,
}

/// How a text is to be translated.
#[derive(Clone, Copy, Debug)]
pub struct TextOptions {
    /// The language of all of it, when it should not be detected.
    pub from: Option<Language>,
    /// The language to have it in.
    pub to: Language,
    /// What one sentence is.
    pub cut: Cut,
    /// Under [`Strictness::Warnings`] the source stands, marked, in the place of a poor sentence.
    pub strictness: Strictness,
    /// What to keep until the end.
    pub kept: Kept,
}

/// A text whose language and way are known.
pub struct TextPlan<'a> {
    newsroom: &'a Newsroom,
    text: &'a str,
    options: TextOptions,
    from: Language,
    note: Option<Finding>,
    way: Option<(Language, Route)>,
}

impl Newsroom {
    /// Finds the language of a text and its way; `shown` is what messages call it.
    ///
    /// # Errors
    /// When the language is none of the three or cannot be told, or the profile has no way.
    pub fn plan_text<'a>(
        &'a self,
        text: &'a str,
        shown: &str,
        options: TextOptions,
    ) -> Result<TextPlan<'a>> {
        let from = languages::of_text(text, shown, &options)?;
        let plan = |note, way| TextPlan { newsroom: self, text, options, from, note, way };
        if from != options.to {
            return Ok(plan(None, Some((from, self.route(from, options.to)?))));
        }
        // A text in the target language may have sentences in another one.
        let foreign = languages::foreign(text, &options, self);
        let way = match foreign.first() {
            Some((language, _)) => Some((*language, self.route(*language, options.to)?)),
            None => None,
        };
        Ok(plan(Some(already(from, &foreign)), way))
    }
}

impl<'a> TextPlan<'a> {
    /// What there is to say beforehand of a text that is in the target language.
    pub fn note(&self) -> Option<&Finding> {
        self.note.as_ref()
    }

    /// The language of what is translated, and its way; `None` where nothing is.
    pub fn way(&self) -> Option<(Language, &Route)> {
        self.way.as_ref().map(|(language, route)| (*language, route))
    }

    /// Begins to translate.
    ///
    /// # Errors
    /// When the judge cannot be loaded.
    pub fn begin(self, glossary: Rc<Glossary>) -> Result<TextRun<'a>> {
        let windows = match self.way() {
            Some((_, route)) => windows(self.text, route),
            None => Vec::new(),
        };
        // Window by window, so that the sentences of the whole text are never there at once.
        let (from, cut) = (self.from, self.options.cut);
        let counts = windows.iter().map(|window| Layout::of(window, from, cut).sentences().count());
        Ok(TextRun {
            count: counts.sum(),
            windows: windows.into_iter(),
            judge: self.newsroom.sentence_judge()?,
            glossary,
            whole: Whole::default(),
            plan: self,
        })
    }
}

/// A text that is being translated.
pub struct TextRun<'a> {
    plan: TextPlan<'a>,
    judge: Judge,
    glossary: Rc<Glossary>,
    /// Sentences of the whole text.
    count: usize,
    windows: std::vec::IntoIter<&'a str>,
    whole: Whole,
}

impl TextRun<'_> {
    /// The next part of the text; `None` after the last.
    ///
    /// # Errors
    /// When a model cannot be had or loaded, or a prompt is faulty.
    pub fn next_window(&mut self, watch: &mut dyn FnMut(Progress)) -> Result<Option<Window>> {
        let Some(text) = self.windows.next() else { return Ok(None) };
        let window = self.window(text, self.whole.sentence_count, watch)?;
        self.whole.add(&window, &self.plan.options);
        Ok(Some(window))
    }

    /// Whether a finding of the windows so far is an error.
    pub fn has_errors(&self) -> bool {
        self.whole.has_errors
    }

    /// The text and the findings of the windows so far, where [`Kept::Text`] asked for them.
    pub fn kept(&self) -> (&str, &[Finding]) {
        (&self.whole.text, &self.whole.findings)
    }

    /// All windows as a document: the text's lines are paragraphs, and every sentence points at the one that it says.
    /// `source` is the name of the file, `bytes` are what was in it. For [`Kept::Document`].
    pub fn into_document(self, source: &str, bytes: &[u8]) -> Document {
        self.whole.document(source, bytes, self.plan.from, self.plan.options.to)
    }
}

/// What is said of a text or brief that is in the target language and stays as it is.
pub fn same_language(language: Language) -> Finding {
    let message = format!("the text is in {} already and was left as it is", language.name());
    Finding::new(Check::Translation, Severity::Note, message).in_language(language)
}

fn already(language: Language, foreign: &[(Language, usize)]) -> Finding {
    if foreign.is_empty() {
        return same_language(language);
    }
    let others: Vec<String> =
        foreign.iter().map(|(other, count)| format!("{count} in {}", other.name())).collect();
    let message = format!(
        "the text is in {} already; only its sentences in other languages are translated: {}",
        language.name(),
        others.join(", ")
    );
    Finding::new(Check::Translation, Severity::Note, message).in_language(language)
}

/// The text in pieces of whole lines.
fn windows<'a>(text: &'a str, route: &Route) -> Vec<&'a str> {
    let legs = route.legs();
    if legs.iter().any(|leg| leg.model != legs[0].model) {
        return vec![text];
    }
    let (mut windows, mut start, mut end) = (Vec::new(), 0, 0);
    for line in text.split_inclusive('\n') {
        end += line.len();
        if end - start >= WINDOW {
            windows.push(&text[start..end]);
            start = end;
        }
    }
    if start < end {
        windows.push(&text[start..]);
    }
    windows
}

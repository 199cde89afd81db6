//! A user's list of terms → what a sentence's translation has to call them, and whether it does.
//!
//! Two forms are read. TSV: a header of language codes (`en<TAB>tr<TAB>ru`, at least two), or no
//! header and two columns, source and target. TBX: `termEntry` or `conceptEntry` with a `langSet`
//! or `langSec` for each language and `term` in it. In a TSV field, and in TBX as further terms of
//! one language, the first form is the one to use and the others, after `|`, are ones to replace.

use std::collections::BTreeMap;

use anyhow::{Result, bail, ensure};

use super::check::Pair;
use super::names::replaced;
use crate::analysis::inflection::same_word;
use crate::analysis::tokens::{Token, tokens};
use crate::document::{Check, Finding, Severity};
use crate::language::Language;

mod tbx;

/// One thing under the names that the user wants, by language: the first is used.
type Entry = BTreeMap<Language, Vec<String>>;

/// A list of terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Glossary {
    entries: Vec<Entry>,
}

/// A term of the glossary that a sentence has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term<'a> {
    pub source: &'a str,
    /// What it has to be called.
    pub target: &'a str,
    /// What it is not to be called.
    others: &'a [String],
}

impl Glossary {
    /// Reads `text`; `file` is its name for messages, and `direction` what the two columns of a
    /// TSV without a header are.
    ///
    /// # Errors
    /// A line that is no entry: the message names the file, the line and what is wrong.
    pub fn read(text: &str, file: &str, direction: (Language, Language)) -> Result<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let entries = match text.trim_start().starts_with('<') {
            true => tbx::entries(text, file)?,
            false => lines(text, file, direction)?,
        };
        ensure!(!entries.is_empty(), "the glossary '{file}' has no terms");
        Ok(Self { entries })
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it has no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The terms that stand in `source` and have a name in `to`, in order; a term inside a longer
    /// one does not count.
    pub fn terms(&self, source: &str, from: Language, to: Language) -> Vec<Term<'_>> {
        if self.entries.is_empty() {
            return Vec::new();
        }
        let words = tokens(source, from);
        let mut taken = vec![false; words.len()];
        let mut candidates: Vec<(Vec<Token>, Term)> = Vec::new();
        for entry in &self.entries {
            let (Some(sources), Some(targets)) = (entry.get(&from), entry.get(&to)) else {
                continue;
            };
            for source in sources {
                let term = Term { source, target: &targets[0], others: &targets[1..] };
                candidates.push((tokens(source, from), term));
            }
        }
        candidates.sort_by_key(|(own, _)| std::cmp::Reverse(own.len()));
        let mut found: Vec<(usize, Term)> = Vec::new();
        for (own, term) in candidates {
            for start in places(&words, &own, from) {
                let place = start..start + own.len();
                if taken[place.clone()].iter().any(|taken| *taken) {
                    continue;
                }
                taken[place].fill(true);
                if !found.iter().any(|(_, known)| known.target == term.target) {
                    found.push((start, term.clone()));
                }
            }
        }
        found.sort_by_key(|(start, _)| *start);
        found.into_iter().map(|(_, term)| term).collect()
    }

    /// The translation with the glossary's names in the place of ones that it rules out, or of the
    /// source's own word.
    pub fn apply(&self, pair: Pair) -> String {
        let mut text = pair.target.to_string();
        for term in self.terms(pair.source, pair.from, pair.to) {
            if is_used(&text, term.target, pair.to) {
                continue;
            }
            let ruled_out = term.others.iter().map(String::as_str).chain([term.source]);
            for other in ruled_out.filter(|other| *other != term.target) {
                text = replaced(&text, other, term.target, pair.to);
            }
        }
        text
    }

    /// A finding for each term that the translation calls otherwise.
    pub fn check(&self, pair: Pair) -> Vec<Finding> {
        let terms = self.terms(pair.source, pair.from, pair.to).into_iter();
        let missing = terms.filter(|term| !is_used(pair.target, term.target, pair.to));
        missing
            .map(|term| {
                let message = format!(
                    "the glossary has \"{}\" for \"{}\", and the translation does not use it",
                    term.target, term.source
                );
                Finding::new(Check::Glossary, Severity::Error, message)
            })
            .collect()
    }
}

/// Whether `term` stands in `text` with any case ending.
fn is_used(text: &str, term: &str, language: Language) -> bool {
    text.contains(term)
        || !places(&tokens(text, language), &tokens(term, language), language).is_empty()
}

/// Where the words `own` begin in `words`, case endings aside.
fn places(words: &[Token], own: &[Token], language: Language) -> Vec<usize> {
    if own.is_empty() || own.len() > words.len() {
        return Vec::new();
    }
    // A term in capitals is an abbreviation, and one with a capital a name: "IS" is not "is".
    let fits = |word: &Token, term: &Token| match term.is_acronym() {
        true => word.text == term.text,
        false => {
            (!term.is_capitalised() || word.is_capitalised())
                && same_word(&word.lower, &term.lower, language)
        }
    };
    let starts = 0..=words.len() - own.len();
    starts
        .filter(|start| words[*start..].iter().zip(own).all(|(word, term)| fits(word, term)))
        .collect()
}

fn lines(text: &str, file: &str, direction: (Language, Language)) -> Result<Vec<Entry>> {
    let mut columns: Option<Vec<Language>> = None;
    let mut entries = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let fields: Vec<&str> = line.split('\t').map(str::trim).collect();
        if columns.is_none() {
            let header: Result<Vec<Language>, _> =
                fields.iter().map(|field| field.parse()).collect();
            if let Ok(header) = header {
                ensure!(
                    header.len() >= 2,
                    "{file}, line {number}: the header names one language; name two or three, with tabs between them"
                );
                columns = Some(header);
                continue;
            }
            columns = Some(vec![direction.0, direction.1]);
        }
        let columns = columns.as_deref().unwrap_or_default();
        if fields.len() != columns.len() {
            bail!(
                "{file}, line {number}: {} columns where {} were expected ({}), with tabs between them",
                fields.len(),
                columns.len(),
                columns.iter().map(|language| language.code()).collect::<Vec<_>>().join(", ")
            );
        }
        let mut entry = Entry::new();
        for (language, field) in columns.iter().zip(&fields) {
            let forms: Vec<String> = field
                .split('|')
                .map(str::trim)
                .filter(|form| !form.is_empty())
                .map(String::from)
                .collect();
            if !forms.is_empty() {
                entry.insert(*language, forms);
            }
        }
        ensure!(entry.len() >= 2, "{file}, line {number}: the term stands in one language alone");
        entries.push(entry);
    }
    Ok(entries)
}

#[cfg(test)]
mod tests;

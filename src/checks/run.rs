//! Brief and article, or brief and translation → all findings.

use std::collections::HashSet;

use crate::analysis::analysed::AnalysedArticle;
use crate::analysis::lengths::unusual_ratio;
use crate::analysis::passage::{Knowledge, Passage, Source, passage};
use crate::checks::adequacy::{Adequacy, Group, Quality, Seen, Side};
use crate::checks::registry::{self, Sentence, Whole};
use crate::checks::{Check, Draft, Limits};
use crate::document::Evidence;
use crate::document::{Finding, Severity};
use crate::language::Language;

/// A brief in the language of its article.
pub struct CheckInput<'a> {
    pub article: &'a AnalysedArticle<'a>,
    pub language: Language,
    pub headline: &'a str,
    pub sentences: &'a [String],
    /// One list a sentence; empty when it is not known.
    pub evidence: &'a [Vec<Evidence>],
    pub limits: Limits,
    /// What the model was asked, to find copied pieces of it.
    pub prompt: Option<&'a str>,
}

/// The checks with the tables of all three languages, read once.
pub struct Checker {
    adequacy: Adequacy,
}

impl Default for Checker {
    fn default() -> Self {
        Self::new()
    }
}

impl Checker {
    /// Reads the tables that are compiled in.
    pub fn new() -> Self {
        Self { adequacy: Adequacy::new() }
    }

    pub(crate) fn of(&self, language: Language) -> &Knowledge {
        Knowledge::of(language)
    }

    /// Which sentences of a translation stand for which of its source.
    pub(crate) fn aligned(&self, source: &[Side], target: &[Side]) -> Vec<Group> {
        self.adequacy.aligned(source, target)
    }

    pub(crate) fn lexicons(&self) -> [&crate::analysis::lexicon::Lexicon; 3] {
        Language::ALL.map(|language| &self.of(language).lexicon)
    }
}

/// Checks a brief against its article. The brief must be in the article's language for the checks
/// that compare words; when it is not, only the brief itself is looked at.
pub fn run_with(tables: &Checker, input: &CheckInput) -> Vec<Finding> {
    let knowledge = tables.of(input.language);
    let AnalysedArticle { article, source, names } = input.article;
    let compared = (article.language == input.language).then_some((source, names));
    let brief: Vec<Passage> = input.sentences.iter().map(|text| passage(text, knowledge)).collect();
    let headline = passage(input.headline, knowledge);
    let drafts = registry::of_article(article).into_iter();
    let mut found: Vec<Finding> = drafts.map(|draft| draft.of_whole(None)).collect();
    let mut look = |passage, earlier, place: Option<usize>| {
        let is_headline = place.is_none();
        let prompt = input.prompt;
        let told = Sentence { passage, is_headline, earlier, source: Some(source), prompt, tables };
        let drafts = whole_sentence(registry::of_brief(&told, compared), passage).into_iter();
        found.extend(drafts.map(|draft| draft.in_sentence(place, input.language)));
    };
    for (at, sentence) in brief.iter().enumerate() {
        look(sentence, &brief[..at], Some(at));
    }
    if !input.headline.is_empty() {
        look(&headline, &[], None);
    }
    let own = Source {
        language: input.language,
        passages: brief.into_iter().chain([headline]).collect(),
        published: None,
        paragraphs: 1,
        ordered: HashSet::new(),
    };
    let drafts = registry::of_whole(&Whole {
        sentences: &own.passages[..input.sentences.len()],
        own: &own,
        headline: input.headline,
        article: source,
        evidence: input.evidence,
        limits: &input.limits,
        knowledge,
    });
    found.extend(drafts.into_iter().map(|draft| draft.of_whole(Some(input.language))));
    found
}

/// Findings without a range of their own are about the whole sentence.
fn whole_sentence(drafts: Vec<Draft>, sentence: &Passage) -> Vec<Draft> {
    let length = sentence.text.chars().count();
    drafts
        .into_iter()
        .map(|draft| if draft.range.is_some() { draft } else { draft.at(0, length) })
        .collect()
}

/// Checks one translated sentence of a plain text against its source sentence. Spans have the
/// sentence index 0.
pub fn run_sentence_with(
    tables: &Checker,
    source: &str,
    source_language: Language,
    translation: &str,
    language: Language,
) -> Vec<Finding> {
    let (source, text) = ((source, source_language), (translation, language));
    assess_sentence(tables, source, text, Quality::Good).findings
}

/// A translated sentence beside its source, with all that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessed {
    /// How likely it is that it says what its source says, in hundredths; `None` for two texts in one language.
    pub adequacy: Option<i64>,
    /// What that was told from, in the order of [`crate::checks::adequacy::NAMES`].
    pub features: Vec<i64>,
    pub findings: Vec<Finding>,
}

/// `run_sentence_with` with the adequacy that the findings follow, by what is known of whoever translated.
pub fn assess_sentence(
    tables: &Checker,
    source: (&str, Language),
    text: (&str, Language),
    quality: Quality,
) -> Assessed {
    let sentence = passage(text.0, tables.of(text.1));
    let Across { drafts, adequacy, features } = across(source, &sentence, quality, tables);
    let placed = whole_sentence(drafts, &sentence).into_iter();
    let findings = placed.map(|draft| draft.in_sentence(Some(0), text.1)).collect();
    Assessed { adequacy, features, findings }
}

/// What is found between a source and its translation.
struct Across {
    drafts: Vec<Draft>,
    adequacy: Option<i64>,
    features: Vec<i64>,
}

fn across(
    (text, from): (&str, Language),
    translation: &Passage,
    quality: Quality,
    tables: &Checker,
) -> Across {
    let (theirs, mine) = (tables.of(from), tables.of(translation.language));
    let source = passage(text, theirs);
    let around = Source::of_text(text, theirs);
    let (one, two) = (
        Side { passage: &source, knowledge: theirs },
        Side { passage: translation, knowledge: mine },
    );
    let mut drafts = registry::of_text(&Sentence {
        passage: translation,
        is_headline: false,
        earlier: &[],
        source: Some(&around),
        prompt: None,
        tables,
    });
    drafts.extend(registry::of_translation(one, two));
    if translation.text.trim().is_empty() && !text.trim().is_empty() {
        drafts.push(Draft::new(Check::Length, Severity::Error, "the translation is empty"));
        return Across { drafts, adequacy: Some(0), features: Vec::new() };
    }
    let Some(judged) = tables.adequacy.judge(one, two, seen(&drafts), quality) else {
        drafts.extend(cut(&source, translation));
        return Across { drafts, adequacy: None, features: Vec::new() };
    };
    let mut drafts = judged.settled(drafts);
    match judged.draft() {
        Some(draft) => drafts.push(draft),
        None => drafts.extend(cut(&source, translation)),
    }
    Across { drafts, adequacy: Some(judged.score), features: judged.values.to_vec() }
}

/// What the single checks found, counted for the judgement of the whole.
fn seen(drafts: &[Draft]) -> Seen {
    let count = |checks: &[Check], least: Severity| {
        let of = |draft: &&Draft| checks.contains(&draft.check);
        let found = drafts.iter().filter(of);
        found.filter(|draft| draft.severity >= least).count()
    };
    Seen {
        figures: count(&[Check::Numbers, Check::Dates], Severity::Error),
        names: count(&[Check::Names], Severity::Warning),
        denials: count(&[Check::Polarity], Severity::Warning),
        unknown: count(&[Check::Spelling], Severity::Warning),
        claims: count(&[Check::Claims], Severity::Warning),
    }
}

/// Characters of a source from which on lengths alone tell: a clause, not a name or a title.
const CHARACTERS_TO_COMPARE: usize = 40;

/// A translation far shorter or longer than its source has lost or made up something.
fn cut(source: &Passage, translation: &Passage) -> Option<Draft> {
    if source.text.chars().count() < CHARACTERS_TO_COMPARE {
        return None;
    }
    unusual_ratio(&source.text, &translation.text).map(|ratio| {
        let percent = (100.0 * ratio).round();
        let message = format!("the translation is {percent} % as long as its source");
        Draft::new(Check::Length, Severity::Warning, message)
    })
}

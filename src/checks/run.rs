//! Brief and article, or brief and translation → all findings.

use std::collections::HashSet;

use crate::analysis::name_index::NameIndex;
use crate::analysis::passage::{Knowledge, Passage, Source, passage};
use crate::article::Article;
use crate::checks::adequacy::{Adequacy, Group, Seen, Side};
use crate::checks::registry::{Sentence, alone, compared};
use crate::checks::{
    Draft, Limits, coverage, endings, length, meta, names_across, numbers_across, polarity_across,
    quotes, repetition,
};
use crate::document::{Brief, Evidence};
use crate::document::{Finding, Severity};
use crate::language::Language;

/// A brief in the language of its article.
pub struct CheckInput<'a> {
    pub article: &'a Article,
    pub language: Language,
    pub headline: &'a str,
    pub sentences: &'a [String],
    /// One list a sentence; empty when it is not known.
    pub evidence: &'a [Vec<Evidence>],
    pub limits: Limits,
    /// What the model was asked, to find copied pieces of it.
    pub prompt: Option<&'a str>,
}

/// A brief and its translation, sentence by sentence.
pub struct TranslationInput<'a> {
    pub source_language: Language,
    pub source_headline: &'a str,
    pub source_sentences: &'a [String],
    pub language: Language,
    pub headline: &'a str,
    pub sentences: &'a [String],
}

/// The checks with the tables of all three languages, read once. The functions of this file that
/// take none make one for a single use.
pub struct Checker {
    english: Knowledge,
    turkish: Knowledge,
    russian: Knowledge,
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
        Self {
            english: Knowledge::new(Language::English),
            turkish: Knowledge::new(Language::Turkish),
            russian: Knowledge::new(Language::Russian),
            adequacy: Adequacy::new(),
        }
    }

    pub(crate) fn of(&self, language: Language) -> &Knowledge {
        match language {
            Language::English => &self.english,
            Language::Turkish => &self.turkish,
            Language::Russian => &self.russian,
        }
    }

    /// Which sentences of a translation stand for which of its source.
    pub(crate) fn aligned(&self, source: &[Side], target: &[Side]) -> Vec<Group> {
        self.adequacy.aligned(source, target)
    }

    pub(crate) fn lexicons(&self) -> [&crate::analysis::lexicon::Lexicon; 3] {
        [&self.english.lexicon, &self.turkish.lexicon, &self.russian.lexicon]
    }
}

/// Checks a brief against its article. The brief must be in the article's language for the checks
/// that compare words; when it is not, only the brief itself is looked at.
pub fn run(input: &CheckInput) -> Vec<Finding> {
    run_with(&Checker::new(), input)
}

/// [`run`] with tables that are there already.
pub fn run_with(tables: &Checker, input: &CheckInput) -> Vec<Finding> {
    let knowledge = tables.of(input.language);
    let same_language = input.article.language == input.language;
    let source = Source::of_article(input.article, tables.of(input.article.language));
    let brief: Vec<Passage> = input.sentences.iter().map(|text| passage(text, knowledge)).collect();
    let headline = passage(input.headline, knowledge);
    let mut found = super::injection(input.article);
    let mut add = |drafts: Vec<Draft>, sentence: Option<usize>| {
        found.extend(drafts.into_iter().map(|draft| draft.in_sentence(sentence, input.language)));
    };
    let index = NameIndex::new(&source, tables.of(input.article.language));
    let of = |passage, before, is_headline| Sentence {
        passage,
        is_headline,
        before,
        source: Some(&source),
        prompt: input.prompt,
        tables,
    };
    for (at, sentence) in brief.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| &brief[before]);
        let told = of(sentence, before, false);
        let mut drafts = alone(&told);
        drafts.extend(endings::check(sentence, &knowledge.lexicon));
        drafts.extend(meta::check(sentence, Some(&source)));
        drafts.extend(repetition::repeated(&brief, at));
        if same_language {
            drafts.extend(compared(&told, &source, &index));
        }
        add(whole_sentence(drafts, sentence), Some(at));
    }
    if !input.headline.is_empty() {
        let told = of(&headline, None, true);
        let mut drafts = alone(&told);
        drafts.extend(endings::check_headline(&headline, &knowledge.lexicon));
        drafts.extend(meta::check(&headline, Some(&source)));
        if same_language {
            drafts.extend(compared(&told, &source, &index));
        }
        add(whole_sentence(drafts, &headline), None);
    }
    let whole = as_a_whole(input, brief, headline, &source, knowledge);
    found.extend(whole.into_iter().map(|draft| draft.of_whole(Some(input.language))));
    found
}

/// What is said of no single sentence: lengths, and what the brief leaves out of the article.
fn as_a_whole(
    input: &CheckInput,
    brief: Vec<Passage>,
    headline: Passage,
    source: &Source,
    knowledge: &Knowledge,
) -> Vec<Draft> {
    let mut drafts = length::body(&brief, &input.limits);
    drafts.extend(length::headline(input.headline, &input.limits));
    if source.language == input.language && !brief.is_empty() {
        let own = Source {
            language: input.language,
            passages: brief.into_iter().chain([headline]).collect(),
            published: None,
            paragraphs: 1,
            ordered: HashSet::new(),
        };
        let index = NameIndex::new(&own, knowledge);
        drafts.extend(coverage::check(&own.passages, source, &index, input.evidence, knowledge));
    }
    drafts
}

/// Checks a brief against its article within the usual limits.
pub fn judge(article: &Article, brief: &Brief) -> Vec<Finding> {
    let sentences: Vec<String> = brief.sentences.iter().map(|s| s.text.clone()).collect();
    let evidence: Vec<Vec<Evidence>> = brief.sentences.iter().map(|s| s.evidence.clone()).collect();
    run(&CheckInput {
        article,
        language: brief.language,
        headline: &brief.headline,
        sentences: &sentences,
        evidence: &evidence,
        limits: Limits::default(),
        prompt: None,
    })
}

/// Findings without a range of their own are about the whole sentence.
fn whole_sentence(drafts: Vec<Draft>, sentence: &Passage) -> Vec<Draft> {
    let length = sentence.text.chars().count();
    drafts
        .into_iter()
        .map(|draft| if draft.range.is_some() { draft } else { draft.at(0, length) })
        .collect()
}

/// Checks a translated brief against the brief that it was made from.
pub fn run_translation(input: &TranslationInput) -> Vec<Finding> {
    let tables = Checker::new();
    let mut found = Vec::new();
    let translated: Vec<Passage> =
        input.sentences.iter().map(|text| passage(text, tables.of(input.language))).collect();
    if input.sentences.len() != input.source_sentences.len() {
        let message = format!(
            "the translation has {} sentences, its source {}",
            input.sentences.len(),
            input.source_sentences.len()
        );
        let draft = Draft::new("coverage", Severity::Warning, message);
        found.push(draft.of_whole(Some(input.language)));
    }
    let everything = input.source_sentences.join(" ");
    for (at, sentence) in translated.iter().enumerate() {
        let aligned = input.sentences.len() == input.source_sentences.len();
        let text = if aligned { &input.source_sentences[at] } else { &everything };
        let mut drafts = across(text, input.source_language, sentence, &tables).drafts;
        drafts.extend(repetition::repeated(&translated, at));
        drafts.extend(endings::check(sentence, &tables.of(input.language).lexicon));
        let drafts = whole_sentence(drafts, sentence);
        found.extend(drafts.into_iter().map(|draft| draft.in_sentence(Some(at), input.language)));
    }
    if !input.headline.is_empty() {
        let headline = passage(input.headline, tables.of(input.language));
        let text = format!("{} {}", input.source_headline, everything);
        let drafts = across(&text, input.source_language, &headline, &tables).drafts;
        let drafts = whole_sentence(drafts, &headline);
        found.extend(drafts.into_iter().map(|draft| draft.in_sentence(None, input.language)));
    }
    found
}

/// Checks one translated sentence of a plain text against its source sentence. Spans have the
/// sentence index 0.
pub fn run_sentence(
    source: &str,
    source_language: Language,
    translation: &str,
    language: Language,
) -> Vec<Finding> {
    run_sentence_with(&Checker::new(), source, source_language, translation, language)
}

/// [`run_sentence`] with tables that are there already.
pub fn run_sentence_with(
    tables: &Checker,
    source: &str,
    source_language: Language,
    translation: &str,
    language: Language,
) -> Vec<Finding> {
    assess_sentence(tables, source, source_language, translation, language).findings
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

/// [`run_sentence_with`] with the adequacy that the findings follow.
pub fn assess_sentence(
    tables: &Checker,
    source: &str,
    source_language: Language,
    translation: &str,
    language: Language,
) -> Assessed {
    let sentence = passage(translation, tables.of(language));
    let Across { drafts, adequacy, features } = across(source, source_language, &sentence, tables);
    let placed = whole_sentence(drafts, &sentence).into_iter();
    let findings = placed.map(|draft| draft.in_sentence(Some(0), language)).collect();
    Assessed { adequacy, features, findings }
}

/// What is found between a source and its translation.
struct Across {
    drafts: Vec<Draft>,
    adequacy: Option<i64>,
    features: Vec<i64>,
}

fn across(text: &str, from: Language, translation: &Passage, tables: &Checker) -> Across {
    let (theirs, mine) = (tables.of(from), tables.of(translation.language));
    let source = passage(text, theirs);
    let around = Source::of_text(text, theirs);
    let mut drafts = alone(&Sentence {
        passage: translation,
        is_headline: false,
        before: None,
        source: Some(&around),
        prompt: None,
        tables,
    });
    drafts.extend(numbers_across::numbers(&source, translation));
    drafts.extend(numbers_across::dates(&source, translation));
    drafts.extend(names_across::check(&source, translation, theirs, mine));
    drafts.extend(quotes::check_across(&source, translation));
    let (one, two) = (
        Side { passage: &source, knowledge: theirs },
        Side { passage: translation, knowledge: mine },
    );
    drafts.extend(polarity_across::check(one, two));
    if translation.text.trim().is_empty() && !text.trim().is_empty() {
        drafts.push(Draft::new("length", Severity::Error, "the translation is empty"));
        return Across { drafts, adequacy: Some(0), features: Vec::new() };
    }
    let Some(judged) = tables.adequacy.judge(one, two, seen(&drafts)) else {
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
    let count = |checks: &[&str], least: Severity| {
        let found = drafts.iter().filter(|draft| checks.contains(&draft.check));
        found.filter(|draft| draft.severity >= least).count()
    };
    Seen {
        figures: count(&["numbers", "dates"], Severity::Error),
        names: count(&["names"], Severity::Warning),
        denials: count(&["polarity"], Severity::Warning),
        unknown: count(&["spelling"], Severity::Warning),
    }
}

/// A translation far shorter or longer than its source has lost or made up something.
fn cut(source: &Passage, translation: &Passage) -> Option<Draft> {
    let (theirs, mine) =
        (source.text.chars().count() as f64, translation.text.chars().count() as f64);
    let ratio = mine / theirs.max(1.0);
    (theirs >= 40.0 && !(0.4..=2.5).contains(&ratio)).then(|| {
        let percent = (100.0 * ratio).round();
        let message = format!("the translation is {percent} % as long as its source");
        Draft::new("length", Severity::Warning, message)
    })
}

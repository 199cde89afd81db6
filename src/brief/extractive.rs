//! Article → a brief made of its own best sentences, without a model.

use serde_json::json;

use crate::analysis::analysed::AnalysedArticle;
use crate::analysis::lexicon::Lexicon;
use crate::analysis::passage::{Knowledge, Passage, Source};
use crate::analysis::tokens::Kind;
use crate::article::Article;
use crate::document::{Brief, BriefPath, BriefSentence, Evidence, Origin};
use crate::language::Language;

mod context;

use context::Context;

/// What a sentence loses for each thing that makes it read badly by itself, of a score between 0 and 1.
const READS_BADLY: f64 = 0.15;

/// How an extractive brief is cut.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Most sentences.
    pub sentences: usize,
    /// All sentences together, in words; the first is taken even when it is longer.
    pub words: usize,
    /// How much standing early in the article counts against being central, 0 to 1.
    pub position: f64,
    /// How much likeness to a chosen sentence counts against a candidate, 0 to 1.
    pub redundancy: f64,
    /// The headline, in characters, when it has to be made from the first sentence.
    pub headline_characters: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { sentences: 3, words: 70, position: 0.5, redundancy: 0.5, headline_characters: 90 }
    }
}

/// A brief of sentences of the article, in its order, each with itself as evidence; `None` when the
/// article has no sentence of six words or more.
pub fn brief(analysed: &AnalysedArticle, options: &Options) -> Option<Brief> {
    let AnalysedArticle { article, source, .. } = analysed;
    let knowledge = Knowledge::of(article.language);
    let candidates = candidates(source);
    let mut chosen = choose(&candidates, source, &knowledge.lexicon, options);
    chosen.sort_unstable();
    let first = candidates.get(*chosen.first()?)?;
    Some(Brief {
        language: article.language,
        headline: headline(article, first, options),
        sentences: chosen
            .iter()
            .map(|at| {
                let (paragraph, start, end) = candidates[*at].place;
                let mut sentence = BriefSentence::new(candidates[*at].text.clone());
                sentence.evidence = vec![Evidence { paragraph, start, end }];
                sentence
            })
            .collect(),
        origin: origin(article.language, options),
    })
}

fn origin(language: Language, options: &Options) -> Origin {
    Origin {
        model: "extractive".to_string(),
        revision: env!("CARGO_PKG_VERSION").to_string(),
        prompt_sha256: String::new(),
        settings: json!({
            "sentences": options.sentences,
            "words": options.words,
            "position": options.position,
            "redundancy": options.redundancy,
        }),
        route: vec![language],
        path: BriefPath::Extractive,
    }
}

/// What may stand: sentences that the article itself says, and only where it has none, what someone says.
fn candidates(source: &Source) -> Vec<&Passage> {
    let standing = source.passages.iter().filter(|passage| may_stand(passage, source));
    let (spoken, told): (Vec<_>, Vec<_>) = standing.partition(|passage| passage.spoken);
    if told.is_empty() { spoken } else { told }
}

/// Whole sentences of some length that speak to readers; the title and orders to models do not.
fn may_stand(passage: &Passage, source: &Source) -> bool {
    let ends =
        passage.text.trim_end_matches(['"', '”', '»', '’', '\'', ')']).ends_with(['.', '!', '…']);
    let begins = passage.text.chars().find(|letter| letter.is_alphanumeric());
    passage.place.0 != usize::MAX
        && words(passage) >= 6
        && ends
        && begins.is_some_and(|letter| letter.is_uppercase() || letter.is_numeric())
        && passage.content.intersection(&source.ordered).count() < 2
}

fn words(passage: &Passage) -> usize {
    passage.tokens.iter().filter(|token| token.kind != Kind::Mark).count()
}

/// Takes the best sentence, then the best that is least like those taken and leans on nothing that was left behind.
fn choose(
    candidates: &[&Passage],
    source: &Source,
    lexicon: &Lexicon,
    options: &Options,
) -> Vec<usize> {
    let scores = scores(candidates, options);
    let context = Context::new(candidates, source, lexicon);
    let mut chosen: Vec<usize> = Vec::new();
    let mut room = options.words;
    while chosen.len() < options.sentences {
        let alike = |at: usize| {
            let likeness = |other: &usize| likeness(candidates[at], candidates[*other]);
            chosen.iter().map(likeness).fold(0.0, f64::max)
        };
        let value =
            |at: usize| scores[at] - options.redundancy * alike(at) - context.cost(at, &chosen);
        let best = (0..candidates.len())
            .filter(|at| !chosen.contains(at))
            .filter(|at| chosen.is_empty() || words(candidates[*at]) <= room)
            .filter(|at| alike(*at) < 0.6 && context.is_there(*at, &chosen))
            .max_by(|left, right| value(*left).total_cmp(&value(*right)).then(right.cmp(left)));
        let Some(at) = best else { break };
        room = room.saturating_sub(words(candidates[at]));
        chosen.push(at);
    }
    if chosen.is_empty() && !candidates.is_empty() { vec![0] } else { chosen }
}

/// Centrality and position, both scaled to 0…1, and a little less for quotations and questions, which read
/// badly alone.
fn scores(candidates: &[&Passage], options: &Options) -> Vec<f64> {
    let central = centrality(candidates);
    let highest = central.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    central
        .iter()
        .enumerate()
        .map(|(at, central)| {
            let early = 1.0 / (1.0 + at as f64).sqrt();
            let quotes =
                candidates[at].tokens.first().is_some_and(|token| token.is_mark("\"“«'‘—–"));
            let asks = candidates[at].text.contains('?');
            let alone = READS_BADLY * f64::from(u8::from(quotes) + u8::from(asks));
            options.position * early + (1.0 - options.position) * central / highest - alone
        })
        .collect()
}

/// Share of common stems, by the geometric mean of the two lengths.
fn likeness(left: &Passage, right: &Passage) -> f64 {
    let shared = left.content.intersection(&right.content).count() as f64;
    let sizes = (left.content.len() * right.content.len()) as f64;
    if sizes == 0.0 { 0.0 } else { shared / sizes.sqrt() }
}

/// TextRank: the stationary weight of sentences that recommend each other by common stems, with
/// the usual damping of 0.85 (Mihalcea and Tarau 2004).
fn centrality(candidates: &[&Passage]) -> Vec<f64> {
    let count = candidates.len();
    let weights: Vec<Vec<f64>> = (0..count)
        .map(|from| {
            (0..count)
                .map(|to| if from == to { 0.0 } else { likeness(candidates[from], candidates[to]) })
                .collect()
        })
        .collect();
    let sums: Vec<f64> = weights.iter().map(|row| row.iter().sum()).collect();
    let mut ranks = vec![1.0; count];
    for _ in 0..40 {
        ranks = (0..count)
            .map(|to| {
                let received: f64 = (0..count)
                    .filter(|from| sums[*from] > 0.0)
                    .map(|from| ranks[from] * weights[from][to] / sums[from])
                    .sum();
                0.15 + 0.85 * received
            })
            .collect();
    }
    ranks
}

/// The article's title, else the first sentence, cut at a clause when it is too long. Every word
/// is the article's own.
fn headline(article: &Article, first: &Passage, options: &Options) -> String {
    if let Some(title) = article.title.as_deref().map(str::trim).filter(|title| !title.is_empty()) {
        return title.to_string();
    }
    let sentence = first.text.trim_end_matches('.').trim();
    let limit = options.headline_characters;
    if sentence.chars().count() <= limit {
        return sentence.to_string();
    }
    let letters: Vec<char> = sentence.chars().take(limit).collect();
    let clause =
        (limit / 3..letters.len()).rev().find(|at| matches!(letters[*at], ',' | ';' | ':'));
    if let Some(end) = clause {
        return letters[..end].iter().collect();
    }
    let space = letters.iter().rposition(|letter| letter.is_whitespace()).unwrap_or(limit);
    let cut: String = letters[..space].iter().collect();
    format!("{} …", cut.trim_end())
}

#[cfg(test)]
mod tests;

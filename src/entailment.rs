//! A brief and its article, or a translation and its source → how surely an entailment model says
//! that the one bears the other out, sentence by sentence.
//!
//! As in SummaC's zero-shot form (Laban et al. 2022, <https://arxiv.org/abs/2111.09525>) the score of
//! a sentence is the highest that any part of the source gives it. The parts are all windows of one,
//! two and three sentences in a row.

use serde_json::json;

use crate::article::Article;
use crate::checks::entailment::{Against, check};
use crate::document::{Brief, BriefPath, Check, Entailment, Evidence};
use crate::document::{Finding, Severity, Span};
use crate::engine::RequestError;
use crate::engine::classifier::EntailmentScores;
use crate::segment::placed_sentences;

/// Sentences of the longest window. What a brief's sentence joins seldom stands further apart.
const LONGEST_WINDOW: usize = 3;
/// A window that is so sure ends the search: no other could change the verdict. The sentences that
/// share most words with the brief's come first, then the windows around them, so that this spares
/// most of the work.
const SURE: f32 = 0.9;

/// Windows are looked at in so many steps.
const ROUNDS: usize = 3;

/// One result for each pair of premise and hypothesis.
pub type Score = dyn Fn(&[(&str, &str)]) -> Vec<Result<EntailmentScores, RequestError>>;

/// An entailment model with what `origin` says of it.
pub struct EntailmentJudge {
    pub model: String,
    pub revision: String,
    pub scope: Scope,
    pub score: Box<Score>,
}

/// What of an article the model is shown at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Each run of one to three sentences: classifiers read few tokens and judge short texts best.
    Windows,
    /// All of it.
    WholeArticle,
}

impl EntailmentJudge {
    /// Holds a brief against its article: writes the scores into the sentences that have none yet,
    /// and gives what is wrong. Sentences of the article itself are not judged.
    pub fn brief(&self, article: &Article, brief: &mut Brief) -> Vec<Finding> {
        if brief.origin.path == BriefPath::Extractive || brief.sentences.is_empty() {
            return Vec::new();
        }
        self.sign(brief);
        let windows = match self.scope {
            Scope::Windows => windows(article),
            Scope::WholeArticle => vec![whole(article)],
        };
        let mut searches: Vec<Search> = brief
            .sentences
            .iter()
            .enumerate()
            .filter(|(_, sentence)| sentence.entailment.is_none())
            .map(|(at, sentence)| Search::new(at, &sentence.text, &sentence.evidence, &windows))
            .collect();
        for round in 0..ROUNDS {
            self.look(&mut searches, &windows, round);
        }
        let found: Vec<_> =
            searches.into_iter().map(|search| (search.at, search.result(&windows))).collect();
        let mut unread = 0;
        let mut failures = Vec::new();
        for (at, (result, cut)) in found {
            unread = unread.max(cut);
            match result {
                Ok(entailment) => brief.sentences[at].entailment = Some(entailment),
                Err(error) => failures.push((at, error)),
            }
        }
        let mut findings = findings(brief, Against::Article, &failures);
        if unread > 0 {
            let message = format!(
                "sentences of the article that are longer than the entailment model reads: \
                 {unread}; their ends were not compared"
            );
            findings.push(Finding::new(Check::Entailment, Severity::Note, message));
        }
        findings
    }

    /// Holds each sentence of a translated brief against the sentence that it translates, whatever
    /// the languages. Scores and findings as for [`Self::brief`].
    pub fn translation(&self, brief: &mut Brief) -> Vec<Finding> {
        self.sign(brief);
        let sources: Vec<(usize, String, String)> = brief
            .sentences
            .iter()
            .enumerate()
            .filter_map(|(at, one)| Some((at, one.source.clone()?, one.text.clone())))
            .collect();
        let pairs: Vec<(&str, &str)> =
            sources.iter().map(|(_, source, text)| (source.as_str(), text.as_str())).collect();
        let mut failures = Vec::new();
        for ((at, ..), result) in sources.iter().zip((self.score)(&pairs)) {
            match read_whole(result) {
                Ok(scores) => {
                    brief.sentences[*at].entailment = Some(rounded(&scores, Vec::new()));
                }
                Err(error) => failures.push((*at, error)),
            }
        }
        findings(brief, Against::Original, &failures)
    }

    /// Holds one translated sentence against its source.
    pub fn pair(&self, source: &str, translation: &str) -> Option<Finding> {
        match read_whole((self.score)(&[(source, translation)]).pop()?) {
            Ok(scores) => check(&rounded(&scores, Vec::new()), Against::Original),
            Err(error) => Some(unjudged(&error)),
        }
    }

    /// The model is one of the things that decide which brief comes out.
    fn sign(&self, brief: &mut Brief) {
        if brief.origin.settings.is_object() {
            brief.origin.settings["entailment"] =
                json!({ "model": self.model, "revision": self.revision });
        }
    }

    /// One call for the windows of a round, of all searches that are not over.
    fn look(&self, searches: &mut [Search], windows: &[Window], round: usize) {
        let mut pairs = Vec::new();
        let mut owners = Vec::new();
        for (owner, search) in searches.iter().enumerate().filter(|(_, search)| !search.is_over()) {
            for &window in &search.rounds[round] {
                pairs.push((windows[window].text.as_str(), search.text.as_str()));
                owners.push((owner, window));
            }
        }
        let results = (self.score)(&pairs);
        for ((owner, window), result) in owners.into_iter().zip(results) {
            searches[owner].take(window, &windows[window], result);
        }
    }
}

/// Sentences in a row.
struct Window {
    text: String,
    places: Vec<Evidence>,
}

/// All windows of the article: its title, and each run of one to three sentences of its body.
fn windows(article: &Article) -> Vec<Window> {
    let mut body: Vec<(&str, Evidence)> = Vec::new();
    for (paragraph, text) in article.paragraphs.iter().enumerate() {
        for (sentence, start, end) in placed_sentences(text, article.language) {
            body.push((sentence, Evidence { paragraph, start, end }));
        }
    }
    let title = article.title.iter();
    let mut windows: Vec<Window> =
        title.map(|title| Window { text: title.clone(), places: Vec::new() }).collect();
    for start in 0..body.len() {
        for length in 1..=LONGEST_WINDOW.min(body.len() - start) {
            let run = &body[start..start + length];
            let texts: Vec<&str> = run.iter().map(|(text, _)| *text).collect();
            let places = run.iter().map(|(_, place)| place.clone()).collect();
            windows.push(Window { text: texts.join(" "), places });
        }
    }
    windows
}

/// Title and body in one.
fn whole(article: &Article) -> Window {
    let lines = article.title.iter().chain(&article.paragraphs);
    let lines: Vec<&str> = lines.map(String::as_str).collect();
    Window { text: lines.join("\n"), places: Vec::new() }
}

/// The search for the window that bears a sentence of the brief out.
struct Search {
    /// Index of the sentence in the brief.
    at: usize,
    text: String,
    /// The sentences that the brief's sentence rests on by its words; the longer windows with one of
    /// them; all others.
    rounds: [Vec<usize>; ROUNDS],
    /// Window and its entailment.
    best: Option<(usize, f32)>,
    /// The highest of the windows near by. What is far speaks of other things, and models of this
    /// kind easily take other things for a contradiction.
    contradiction: Option<f32>,
    error: Option<RequestError>,
    /// Sentences of the article that the model could not read to their end.
    cut: usize,
}

impl Search {
    fn new(at: usize, text: &str, evidence: &[Evidence], windows: &[Window]) -> Self {
        let rests_on = |window: &Window| evidence.iter().any(|place| window.places.contains(place));
        let (near, far): (Vec<usize>, Vec<usize>) =
            (0..windows.len()).partition(|&window| rests_on(&windows[window]));
        let (single, longer) = near.into_iter().partition(|&near| windows[near].places.len() == 1);
        Self {
            at,
            text: text.to_string(),
            rounds: [single, longer, far],
            best: None,
            contradiction: None,
            error: None,
            cut: 0,
        }
    }

    fn is_over(&self) -> bool {
        self.best.is_some_and(|(_, entailment)| entailment >= SURE)
    }

    fn take(&mut self, at: usize, window: &Window, result: Result<EntailmentScores, RequestError>) {
        let scores = match result {
            Ok(scores) => scores,
            Err(error) => {
                self.error = Some(error);
                return;
            }
        };
        if scores.cut > 0 {
            if window.places.len() > 1 {
                // Its sentences are judged one by one.
                return;
            }
            self.cut += 1;
        }
        if self.best.is_none_or(|(_, best)| scores.entailment > best) {
            self.best = Some((at, scores.entailment));
        }
        if self.rounds[0].contains(&at) || self.rounds[1].contains(&at) {
            let before = self.contradiction.unwrap_or(0.0);
            self.contradiction = scores.contradiction.map(|found| found.max(before));
        }
    }

    /// What was found, and how many sentences of the article were too long.
    fn result(self, windows: &[Window]) -> (Result<Entailment, RequestError>, usize) {
        let result = match (self.best, self.error) {
            (_, Some(error)) => Err(error),
            (None, None) => Err(RequestError::Failed("the article has no sentences".into())),
            (Some((at, entailment)), None) => Ok(Entailment {
                entailment: places(entailment),
                contradiction: self.contradiction.map(places),
                premise: windows[at].places.clone(),
            }),
        };
        (result, self.cut)
    }
}

/// Half a source sentence says nothing of its translation.
fn read_whole(
    result: Result<EntailmentScores, RequestError>,
) -> Result<EntailmentScores, RequestError> {
    match result {
        Ok(scores) if scores.cut > 0 => {
            Err(RequestError::Failed("its source is longer than the model reads".into()))
        }
        other => other,
    }
}

fn rounded(scores: &EntailmentScores, premise: Vec<Evidence>) -> Entailment {
    Entailment {
        entailment: places(scores.entailment),
        contradiction: scores.contradiction.map(places),
        premise,
    }
}

/// Four places; what comes behind them depends on how pairs share a batch.
fn places(share: f32) -> f32 {
    (share * 10_000.0).round() / 10_000.0
}

/// The findings about all sentences, with their places.
fn findings(brief: &Brief, against: Against, failures: &[(usize, RequestError)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, sentence) in brief.sentences.iter().enumerate() {
        let failure = failures.iter().find(|(failed, _)| *failed == at);
        let found = match (failure, &sentence.entailment) {
            (Some((_, error)), _) => Some(unjudged(error)),
            (None, Some(entailment)) => check(entailment, against),
            (None, None) => None,
        };
        let end = sentence.text.chars().count();
        findings.extend(found.map(|mut finding| {
            finding.span = Some(Span { sentence: Some(at), start: 0, end });
            finding.in_language(brief.language)
        }));
    }
    findings
}

fn unjudged(error: &RequestError) -> Finding {
    let message = format!("the entailment model did not judge the sentence: {error}");
    Finding::new(Check::Entailment, Severity::Warning, message)
}

#[cfg(test)]
mod tests;

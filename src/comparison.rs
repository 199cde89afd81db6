//! A text and its source → what is wrong, sentence by sentence, whoever wrote them: the library behind
//! `bulletin check`.

use std::ops::Range;

use serde::Serialize;

use crate::analysis::analysed::AnalysedArticle;
use crate::analysis::passage::{Passage, passage};
use crate::article::Article;
use crate::brief::evidence;
use crate::checks::adequacy::{Quality, Side};
use crate::checks::{Assessed, CheckInput, Checker, Given, Limits, assess_sentence, run_with};
use crate::document::{Check, Finding, Severity, Span};
use crate::language::Language;
use crate::segment::placed_sentences;

/// Words of a sentence that is too short to be missed when it is left out.
const WORDS_TO_MISS: usize = 3;

/// What was found in a text beside its source.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The sentences of the text in order; of a translation, the source's that it leaves out, too.
    pub pairs: Vec<Pair>,
    /// What is about no single sentence.
    pub findings: Vec<Finding>,
}

/// A sentence of the text and what it stands for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pair {
    /// First and past-the-last character in the source; the same twice where it has nothing for this sentence.
    pub source: (usize, usize),
    /// The same in the text.
    pub text: (usize, usize),
    /// How likely it is that the translation says what its source says, from 0 to 1; `None` in a brief.
    pub adequacy: Option<f64>,
    /// What is wrong with this sentence.
    pub findings: Vec<Finding>,
}

impl Report {
    /// All findings: those of the sentences, then those of the whole.
    pub fn all(&self) -> impl Iterator<Item = &Finding> {
        self.pairs.iter().flat_map(|pair| &pair.findings).chain(&self.findings)
    }
}

/// A sentence with its place in the text.
struct Placed {
    passage: Passage,
    place: (usize, usize),
}

fn placed(text: &str, language: Language, tables: &Checker) -> Vec<Placed> {
    let knowledge = tables.of(language);
    let sentences = placed_sentences(text, language).into_iter();
    let analysed = sentences.map(|(sentence, start, end)| Placed {
        passage: passage(sentence, knowledge),
        place: (start, end),
    });
    analysed.collect()
}

/// Checks a whole translation. The sentences are put together first: other people split them in other ways.
pub fn check_translation(
    tables: &Checker,
    source: (&str, Language),
    text: (&str, Language),
    quality: Quality,
) -> Report {
    let (theirs, mine) = (placed(source.0, source.1, tables), placed(text.0, text.1, tables));
    let groups = tables.aligned(&sides(&theirs, source.1, tables), &sides(&mine, text.1, tables));
    let given = Given::by(theirs.iter().map(|one| &one.passage));
    let pairs = groups.into_iter().map(|group| {
        let (one, two) = (group.source, group.target);
        let places = (span(&theirs, &one), span(&mine, &two));
        let (source_text, own) = (joined(&theirs, &one), joined(&mine, &two));
        let assessed = if two.is_empty() {
            alone(&theirs[one.start].passage, "the translation leaves this sentence out", text.1)
        } else if one.is_empty() {
            alone(&mine[two.start].passage, "the source has no such sentence", text.1)
        } else {
            let mut assessed =
                assess_sentence(tables, (&source_text, source.1), (&own, text.1), quality);
            let whole = passage(&own, tables.of(text.1));
            assessed.findings.extend(given.beyond(&whole, &assessed.findings));
            assessed
        };
        let numbered = assessed.findings.into_iter().map(|finding| at_sentence(finding, two.start));
        Pair {
            source: places.0,
            text: places.1,
            adequacy: assessed.adequacy.map(share),
            findings: numbered.collect(),
        }
    });
    Report { pairs: pairs.collect(), findings: Vec::new() }
}

/// Hundredths as a share of 1.
pub fn share(hundredths: i64) -> f64 {
    hundredths as f64 / 100.0
}

fn sides<'a>(sentences: &'a [Placed], language: Language, tables: &'a Checker) -> Vec<Side<'a>> {
    let knowledge = tables.of(language);
    sentences.iter().map(|one| Side { passage: &one.passage, knowledge }).collect()
}

fn span(sentences: &[Placed], range: &Range<usize>) -> (usize, usize) {
    match sentences.get(range.clone()) {
        Some([first, .., last]) => (first.place.0, last.place.1),
        Some([one]) => one.place,
        // Where the sentence is missing: behind the one before.
        _ => {
            let before = range.start.checked_sub(1).and_then(|at| sentences.get(at));
            let end = before.map_or(0, |sentence| sentence.place.1);
            (end, end)
        }
    }
}

fn joined(sentences: &[Placed], range: &Range<usize>) -> String {
    let texts: Vec<&str> =
        sentences[range.clone()].iter().map(|sentence| sentence.passage.text.as_str()).collect();
    texts.join(" ")
}

/// A sentence that only one side has.
fn alone(passage: &Passage, message: &str, language: Language) -> Assessed {
    let short = passage.text.split_whitespace().count() < WORDS_TO_MISS;
    let severity = if short { Severity::Warning } else { Severity::Error };
    let message = format!("{message}: {}", passage.text);
    let finding = Finding::new(Check::Adequacy, severity, message).in_language(language);
    Assessed { adequacy: Some(0), features: Vec::new(), findings: vec![finding] }
}

fn at_sentence(mut finding: Finding, sentence: usize) -> Finding {
    finding.span = finding.span.map(|span| Span { sentence: Some(sentence), ..span });
    finding
}

/// Checks one line and its translation. A line that is empty on one side alone is an error.
pub fn check_line(
    tables: &Checker,
    source: (&str, Language),
    text: (&str, Language),
    quality: Quality,
) -> (Option<f64>, Vec<Finding>) {
    match (source.0.trim().is_empty(), text.0.trim().is_empty()) {
        (true, true) => (None, Vec::new()),
        (true, false) => (Some(0.0), vec![empty("the line of the source is empty", text.1)]),
        (false, true) => (Some(0.0), vec![empty("the line is empty, its source is not", text.1)]),
        (false, false) => {
            let assessed = assess_sentence(tables, source, text, quality);
            (assessed.adequacy.map(share), assessed.findings)
        }
    }
}

fn empty(message: &str, language: Language) -> Finding {
    Finding::new(Check::Adequacy, Severity::Error, message).in_language(language)
}

/// Checks a brief in the language of its article. A first line without a full stop is its headline. Places in the
/// source count characters of the article's paragraphs, joined by line breaks.
pub fn check_brief(tables: &Checker, article: &Article, text: (&str, Language)) -> Report {
    let (headline, body_start) = headline(text.0);
    let body: String = text.0.chars().skip(body_start).collect();
    let placed = placed_sentences(&body, text.1);
    let sentences: Vec<String> = placed.iter().map(|(text, ..)| text.to_string()).collect();
    let analysed = AnalysedArticle::new(article);
    let evidence = match article.language == text.1 {
        true => evidence::align(&analysed, &sentences),
        false => vec![Vec::new(); sentences.len()],
    };
    let most = usize::MAX;
    let limits = Limits {
        headline_characters: most,
        sentences: most,
        words: most,
        least_words: 0,
        ..Limits::default()
    };
    let input = CheckInput {
        article: &analysed,
        language: text.1,
        headline,
        sentences: &sentences,
        evidence: &evidence,
        limits,
        prompt: None,
    };
    let found = run_with(tables, &input);
    let offsets = offsets(article);
    let pairs = placed.iter().zip(evidence).enumerate().map(|(at, ((_, start, end), evidence))| {
        let source = evidence.first().map_or((0, 0), |place| {
            let offset = offsets[place.paragraph];
            (offset + place.start, offset + place.end)
        });
        let here = |finding: &&Finding| finding.span.is_some_and(|span| span.sentence == Some(at));
        Pair {
            source,
            text: (body_start + start, body_start + end),
            adequacy: None,
            findings: found.iter().filter(here).cloned().collect(),
        }
    });
    let pairs = pairs.collect();
    let whole = |finding: &Finding| finding.span.is_none_or(|span| span.sentence.is_none());
    Report { pairs, findings: found.into_iter().filter(whole).collect() }
}

/// The first line where it ends like a headline and more follows, and the character at which the rest begins.
fn headline(text: &str) -> (&str, usize) {
    let first = text.trim_start().lines().next().unwrap_or_default().trim_end();
    let Some(start) = text.find(first) else { return ("", 0) };
    let rest = &text[start + first.len()..];
    let closed = first.ends_with(['.', '!', '?', '…', '"', '»', '”']);
    if closed || rest.trim().is_empty() {
        return ("", 0);
    }
    (first, text[..start + first.len()].chars().count())
}

fn offsets(article: &Article) -> Vec<usize> {
    let mut offset = 0;
    let lengths = article.paragraphs.iter().map(|text| text.chars().count() + 1);
    lengths
        .map(|length| {
            offset += length;
            offset - length
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language::{English, Turkish};

    const SOURCE: &str = "The water was clean. About 450 people work in the new office in Ankara. \
                          Users can change their password in the settings.";

    #[test]
    fn a_translation_is_paired_and_what_is_left_out_is_an_error() {
        let tables = Checker::new();
        let good = "Su temizdi. Ankara'daki yeni ofiste yaklaşık 450 kişi çalışıyor. Kullanıcılar \
                    parolalarını ayarlardan değiştirebilir.";
        let report = check_translation(&tables, (SOURCE, English), (good, Turkish), Quality::Good);
        assert_eq!(report.pairs.len(), 3);
        assert!(report.all().all(|finding| finding.severity < Severity::Error));
        let place = report.pairs[1].text;
        let text: String = good.chars().skip(place.0).take(place.1 - place.0).collect();
        assert!(text.starts_with("Ankara'daki") && text.ends_with("çalışıyor."), "{text}");

        let short = "Su temizdi. Kullanıcılar parolalarını ayarlardan değiştirebilir.";
        let report = check_translation(&tables, (SOURCE, English), (short, Turkish), Quality::Good);
        let errors: Vec<&Finding> =
            report.all().filter(|finding| finding.severity == Severity::Error).collect();
        assert_eq!(errors.len(), 1);
        assert!(errors[0].message.contains("450"), "{}", errors[0].message);
    }

    #[test]
    fn lines_must_both_be_there() {
        let tables = Checker::new();
        let line =
            |source, text| check_line(&tables, (source, English), (text, Turkish), Quality::Good);
        assert_eq!(line("", " "), (None, Vec::new()));
        assert_eq!(line("The water was clean.", "").1[0].severity, Severity::Error);
        assert_eq!(line("", "Su temizdi.").1[0].severity, Severity::Error);
        assert!(line("The water was clean.", "Su temizdi.").0.unwrap() > 0.5);
    }

    #[test]
    fn a_headline_is_a_first_line_without_a_full_stop() {
        assert_eq!(headline("New office\nIt opened."), ("New office", 10));
        assert_eq!(headline("It opened.\nAll came."), ("", 0));
        assert_eq!(headline("New office"), ("", 0));
    }
}

//! Headline and sentences → findings on lengths.

use crate::analysis::passage::Passage;
use crate::analysis::tokens::Kind;
use crate::checks::{Check, Draft};
use crate::document::Severity;

/// What a brief may measure. The defaults follow news practice: a headline of at most 64
/// characters, two or three sentences, 40 to 70 words; the limits leave room above that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub headline_characters: usize,
    pub sentences: usize,
    pub words: usize,
    pub least_words: usize,
    pub sentence_words: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            headline_characters: 90,
            sentences: 4,
            words: 110,
            least_words: 8,
            sentence_words: 45,
        }
    }
}

/// The headline's length, in characters.
pub fn headline(headline: &str, limits: &Limits) -> Option<Draft> {
    let length = headline.chars().count();
    if length == 0 {
        return Some(Draft::new(Check::Length, Severity::Warning, "there is no headline"));
    }
    (length > limits.headline_characters).then(|| {
        let most = limits.headline_characters;
        let message = format!("the headline has {length} characters; {most} are the limit");
        Draft::new(Check::Length, Severity::Warning, message)
    })
}

/// The number of sentences and words, and words of each sentence.
pub fn body(sentences: &[Passage], limits: &Limits) -> Vec<Draft> {
    let counts: Vec<usize> = sentences
        .iter()
        .map(|s| s.tokens.iter().filter(|token| token.kind != Kind::Mark).count())
        .collect();
    let words: usize = counts.iter().sum();
    let mut found = Vec::new();
    let mut push =
        |severity, message: String| found.push(Draft::new(Check::Length, severity, message));
    if words == 0 {
        push(Severity::Error, "the brief is empty".to_string());
        return found;
    }
    if words < limits.least_words {
        push(Severity::Warning, format!("the brief has only {words} words"));
    }
    if words > limits.words {
        push(
            Severity::Warning,
            format!("the brief has {words} words; {} are the limit", limits.words),
        );
    }
    if sentences.len() > limits.sentences {
        let (count, most) = (sentences.len(), limits.sentences);
        push(Severity::Warning, format!("the brief has {count} sentences; {most} are the limit"));
    }
    for count in counts.into_iter().filter(|count| *count > limits.sentence_words) {
        push(Severity::Note, format!("a sentence has {count} words"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::passage::{Knowledge, passage};
    use crate::language::Language;

    /// Messages about a brief of one sentence of `words` words, `sentences` times.
    fn messages(words: usize, sentences: usize) -> Vec<String> {
        let knowledge = Knowledge::new(Language::English);
        let text = format!("{}.", vec!["word"; words].join(" "));
        let brief: Vec<Passage> = (0..sentences).map(|_| passage(&text, &knowledge)).collect();
        body(&brief, &Limits::default()).into_iter().map(|draft| draft.message).collect()
    }

    #[test]
    fn each_limit_is_kept_and_named() {
        assert!(messages(20, 3).is_empty() && messages(8, 1).is_empty());
        assert_eq!(messages(7, 1), ["the brief has only 7 words"]);
        assert_eq!(messages(10, 5), ["the brief has 5 sentences; 4 are the limit"]);
        assert_eq!(messages(37, 3), ["the brief has 111 words; 110 are the limit"]);
        assert_eq!(messages(46, 1), ["a sentence has 46 words"]);
        assert_eq!(messages(0, 0), ["the brief is empty"]);
    }

    #[test]
    fn headlines_are_measured_in_letters() {
        let limits = Limits::default();
        assert!(headline(&"ж".repeat(90), &limits).is_none());
        let long = headline(&"ж".repeat(91), &limits).unwrap();
        assert_eq!(long.message, "the headline has 91 characters; 90 are the limit");
        assert_eq!(headline("", &limits).unwrap().message, "there is no headline");
    }
}

//! Sentence and its translation → a finding when one negates and the other does not.

use crate::analysis::common_words::is_common;
use crate::analysis::lexicon::Lexicon;
use crate::analysis::passage::Passage;
use crate::analysis::stems::{stem, stemmer};
use crate::analysis::tokens::Kind;
use crate::checks::adequacy::Side;
use crate::checks::polarity::{is_cue, negations, unsupported_pronoun};
use crate::checks::{Check, Draft};
use crate::document::Severity;
use crate::language::Language;

/// Source and translation: one negates, the other has neither a negation nor a word that says as much.
pub fn check(source: Side, translation: Side) -> Option<Draft> {
    let cues = |side: Side| {
        let tokens = &side.passage.tokens;
        (0..tokens.len()).filter(|at| is_cue(tokens, *at, &side.knowledge.lexicon)).count()
    };
    let privatives = |side: Side| {
        let places = 0..side.passage.tokens.len();
        places.filter(|at| is_privative(side.passage, *at, &side.knowledge.lexicon)).count()
    };
    let denied = |side: Side| negations(side.passage, &side.knowledge.lexicon);
    let (theirs, mine) = (privatives(source), privatives(translation));
    // "не знает" may be "unfamiliar"; a privative that both have makes up for nothing.
    let message = if !denied(source).is_empty() && cues(translation) == 0 && mine <= theirs {
        "the source negates something, the translation nothing"
    } else if !denied(translation).is_empty() && cues(source) == 0 && theirs <= mine {
        "the translation negates something, the source nothing"
    } else {
        return unsupported_pronoun(translation.passage, &translation.knowledge.lexicon);
    };
    Some(Draft::new(Check::Polarity, Severity::Error, message))
}

/// A word that holds a negation: unknown, неизвестно, belirsiz, or one of the list.
fn is_privative(passage: &Passage, at: usize, lexicon: &Lexicon) -> bool {
    let (token, language) = (&passage.tokens[at], lexicon.language);
    if token.kind != Kind::Word {
        return false;
    }
    let word = token.lower.as_str();
    let common = |rest: &str| {
        let stem = stem(rest, &stemmer(language), language);
        rest.chars().count() >= 4 && (is_common(&stem, language) || is_common(rest, language))
    };
    let prefixed = |prefix: &str| word.strip_prefix(prefix).is_some_and(common);
    let excepted = lexicon.list("unprivative").iter().any(|other| word.starts_with(other.as_str()));
    let formed = match language {
        Language::English => prefixed("un"),
        Language::Russian => prefixed("не") || prefixed("без") || prefixed("бес"),
        Language::Turkish => ["sız", "siz", "suz", "süz"].iter().any(|ending| {
            word.split_once(ending).is_some_and(|(stem, _)| {
                stem.chars().count() >= 3
                    && is_common(&stem.chars().take(6).collect::<String>(), language)
            })
        }),
    };
    lexicon.list("privative").iter().any(|other| other == word) || (formed && !excepted)
}

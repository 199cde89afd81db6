//! Sentence and its translation → a finding when one negates and the other does not.

use crate::analysis::common_words::is_common;
use crate::analysis::lexicon::Lexicon;
use crate::analysis::passage::Passage;
use crate::analysis::stems::{stem, stemmer};
use crate::analysis::tokens::Kind;
use crate::checks::Draft;
use crate::checks::adequacy::{BilingualLexicon, Side};
use crate::checks::polarity::{Negation, is_cue, negations, places, unsupported_pronoun};
use crate::document::Severity;
use crate::language::Language;

/// Source and translation: one negates, the other has neither a negation nor a word that says as much. An error
/// where the word that is negated has its counterpart on the other side, else a doubt: "did not mind" is "был за".
pub fn check(source: Side, translation: Side, lexicon: &BilingualLexicon) -> Option<Draft> {
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
    let (message, affirmed) =
        if !denied(source).is_empty() && cues(translation) == 0 && mine <= theirs {
            let affirmed = is_affirmed(&denied(source), source, translation, lexicon);
            ("the source negates something, the translation nothing", affirmed)
        } else if !denied(translation).is_empty() && cues(source) == 0 && theirs <= mine {
            let affirmed = is_affirmed(&denied(translation), translation, source, lexicon);
            ("the translation negates something, the source nothing", affirmed)
        } else {
            return unsupported_pronoun(translation.passage, &translation.knowledge.lexicon);
        };
    let severity = if affirmed { Severity::Error } else { Severity::Warning };
    Some(Draft::new("polarity", severity, message))
}

/// Thousandths of a nat from which two words are taken for one another.
const COUNTERPART: i64 = 2500;

/// The other side has a word for one that this side negates.
fn is_affirmed(denied: &[Negation], side: Side, other: Side, lexicon: &BilingualLexicon) -> bool {
    let languages = (side.passage.language, other.passage.language);
    let Some(there) = lexicon.direction(languages.0, languages.1) else { return false };
    let Some(back) = lexicon.direction(languages.1, languages.0) else { return false };
    let facing: Vec<_> = other.passage.stems.iter().filter_map(|stem| back.id(stem)).collect();
    let words = denied.iter().flat_map(|negation| places(side.passage, &negation.of));
    let mut ids = words.filter_map(|at| there.id(&side.passage.stems[at]));
    ids.any(|id| facing.iter().any(|other| there.ratio(id, *other) >= COUNTERPART))
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

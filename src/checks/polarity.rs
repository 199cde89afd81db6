//! Brief sentence and the passages it repeats → findings on statements turned to their opposite.

use std::sync::LazyLock;

use crate::analysis::lexicon::{Lexicon, phrases};
use crate::analysis::passage::{Passage, Source};
use crate::analysis::table::{Alternatives, Table};
use crate::analysis::tokens::{Kind, Token};
use crate::checks::particles;
use crate::checks::{Check, Draft};
use crate::document::Severity;
use crate::language::Language;

static ANTONYMS: LazyLock<Alternatives> = LazyLock::new(|| TABLE.alternatives());
const TABLE: Table = Table {
    name: "antonyms.tsv",
    text: include_str!("../analysis/tables/antonyms.tsv"),
    fields: (3, 3),
};

/// Tokens around a word in which a negation reaches it.
const REACH: usize = 4;

/// A negation and the word that it negates.
pub struct Negation {
    token: usize,
    /// Stem, or in Turkish the beginning of the verb.
    pub of: String,
}

/// Compares the sentence with the passages that hold most of its words.
pub fn check(sentence: &Passage, source: &Source, lexicon: &Lexicon) -> Vec<Draft> {
    let close = closest(sentence, source);
    if close.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for negation in negations(sentence, lexicon) {
        let stands = close.iter().any(|passage| !places(passage, &negation.of).is_empty());
        let negated = close.iter().any(|passage| negates(passage, &negation.of, lexicon));
        if stands && !negated {
            let token = &sentence.tokens[negation.token];
            let message = format!("\"{}\" negates what the article affirms", token.text);
            found.push(
                Draft::new(Check::Polarity, Severity::Error, message).at(token.start, token.end),
            );
        }
    }
    found.extend(lost_negation(sentence, &close, lexicon));
    found.extend(unsupported_pronoun(sentence, lexicon));
    if found.is_empty() {
        found.extend(particles::check(sentence, &close, lexicon));
    }
    found.extend(opposites(sentence, &close, lexicon));
    found
}

/// Russian negates the verb, too, beside никто and никогда: without `не` the sentence has lost it.
pub fn unsupported_pronoun(sentence: &Passage, lexicon: &Lexicon) -> Option<Draft> {
    let tokens = &sentence.tokens;
    let pronouns = lexicon.list("negative_pronoun");
    let at = tokens.iter().position(|token| pronouns.contains(&token.lower))?;
    // "как никогда" stands alone, and so does an answer without a verb.
    let alone = at > 0 && tokens[at - 1].lower == "как";
    let negated = (0..tokens.len()).any(|cue| is_cue(tokens, cue, lexicon));
    (!alone && !negated && tokens.len() >= 5).then(|| {
        let message = format!("\"{}\" stands without a negated verb", tokens[at].text);
        Draft::new(Check::Polarity, Severity::Error, message).at(tokens[at].start, tokens[at].end)
    })
}

/// Passages with the greatest overlap, at least half of the sentence's content words.
fn closest<'a>(sentence: &Passage, source: &'a Source) -> Vec<&'a Passage> {
    let overlap = |passage: &Passage| sentence.content.intersection(&passage.content).count();
    let close = source.close_passages(sentence, 0.5);
    let most = close.iter().map(|passage| overlap(passage)).max().unwrap_or_default();
    close.into_iter().filter(|passage| overlap(passage) + 1 >= most).collect()
}

/// The article negates a word that the sentence has without negation.
fn lost_negation(sentence: &Passage, close: &[&Passage], lexicon: &Lexicon) -> Option<Draft> {
    for passage in close {
        for negation in negations(passage, lexicon) {
            let here = places(sentence, &negation.of);
            let affirmed_elsewhere = close.iter().any(|other| {
                !places(other, &negation.of).is_empty() && !negates(other, &negation.of, lexicon)
            });
            if here.is_empty() || affirmed_elsewhere || negates(sentence, &negation.of, lexicon) {
                continue;
            }
            let token = &sentence.tokens[here[0]];
            let message = format!("the article negates \"{}\"", token.text);
            return Some(
                Draft::new(Check::Polarity, Severity::Error, message).at(token.start, token.end),
            );
        }
    }
    None
}

/// Where the word stands: by stem, or in Turkish by the beginning of the verb.
pub fn places(passage: &Passage, of: &str) -> Vec<usize> {
    (0..passage.tokens.len())
        .filter(|at| {
            let token = &passage.tokens[*at];
            token.kind == Kind::Word
                && (passage.stems[*at] == of
                    || (passage.language == Language::Turkish && begins(&token.lower, of)))
        })
        .collect()
}

/// A Turkish verb begins with this root; `et` becomes `ed` before vowels, `git` becomes `gid`.
fn begins(word: &str, root: &str) -> bool {
    let softened = root.strip_suffix('t').map(|rest| format!("{rest}d"));
    root.chars().count() >= 2
        && (word.starts_with(root) || softened.is_some_and(|soft| word.starts_with(&soft)))
}

/// A negation bears on the word: its own syllable or a particle after it in Turkish, a particle
/// before it elsewhere.
fn negates(passage: &Passage, of: &str, lexicon: &Lexicon) -> bool {
    let tokens = &passage.tokens;
    places(passage, of).into_iter().any(|place| match lexicon.language {
        Language::Turkish => {
            negated_root(&tokens[place].lower).is_some()
                || (place + 1..tokens.len().min(place + 3))
                    .any(|at| is_particle(passage, at, lexicon))
        }
        _ => (place.saturating_sub(REACH)..place).any(|at| is_cue(tokens, at, lexicon)),
    })
}

pub fn is_cue(tokens: &[Token], at: usize, lexicon: &Lexicon) -> bool {
    let token = &tokens[at];
    if token.kind != Kind::Word || is_idiom(tokens, at, lexicon.language) {
        return false;
    }
    let listed = lexicon.list("negation").contains(&token.lower);
    match lexicon.language {
        Language::English => {
            listed
                || (token.suffix == "t" && token.lower.ends_with('n'))
                || is_refusal(&token.lower)
        }
        Language::Russian => listed || is_refusal(&token.lower),
        Language::Turkish => listed || negated_root(&token.lower).is_some(),
    }
}

/// What is written like a negation and is none: «тем не менее», «не только», "iyileşip iyileşmeyeceği", "not least".
fn is_idiom(tokens: &[Token], at: usize, language: Language) -> bool {
    let before = at.checked_sub(1).map_or("", |before| tokens[before].lower.as_str());
    let after = tokens.get(at + 1).map_or("", |next| next.lower.as_str());
    match language {
        Language::Russian => {
            let behind = ["только", "просто", "раз", "позднее", "позже", "лишь"];
            (before == "тем" && after == "менее")
                || (tokens[at].lower == "не"
                    && (behind.contains(&after) || ["пока", "чуть", "едва"].contains(&before)))
        }
        Language::Turkish => {
            let word = tokens[at].lower.as_str();
            let shared = before.chars().zip(word.chars()).take_while(|(a, b)| a == b);
            let shared = shared.count();
            let gerund = ["ıp", "ip", "up", "üp"].iter().any(|end| before.ends_with(end));
            (gerund && (shared >= 3 || (before == "olup" && word.starts_with("olma"))))
                || word.starts_with("kaçınılmaz")
        }
        Language::English => {
            matches!(tokens[at].lower.as_str(), "not" | "no")
                && ["only", "least", "just", "doubt", "matter"].contains(&after)
        }
    }
}

/// A word that negates what follows without a particle.
fn is_refusal(word: &str) -> bool {
    phrases("refusal").any(|beginning| word.starts_with(beginning))
}

/// All negations with the word they bear on.
pub fn negations(passage: &Passage, lexicon: &Lexicon) -> Vec<Negation> {
    let tokens = &passage.tokens;
    let content = |at: &usize| {
        tokens[*at].kind == Kind::Word
            && tokens[*at].lower.chars().count() > 2
            && !lexicon.function_words.contains(&tokens[*at].lower)
            && !lexicon.list("negation").contains(&tokens[*at].lower)
    };
    let mut found = Vec::new();
    for at in (0..tokens.len()).filter(|at| !is_idiom(tokens, *at, lexicon.language)) {
        let particle = lexicon.list("negation").contains(&tokens[at].lower)
            || (lexicon.language == Language::English
                && tokens[at].suffix == "t"
                && tokens[at].lower.ends_with('n'));
        let of = match (lexicon.language, particle) {
            (Language::Turkish, true) => (at.saturating_sub(2)..at)
                .rev()
                .find(content)
                .map(|place| passage.stems[place].clone()),
            (Language::Turkish, false) => negated_root(&tokens[at].lower),
            (_, true) => (at + 1..(at + REACH).min(tokens.len()))
                .take_while(|place| !tokens[*place].is_mark(".,;:!?"))
                .find(content)
                .map(|place| passage.stems[place].clone()),
            _ => None,
        };
        found.extend(of.map(|of| Negation { token: at, of }));
    }
    found
}

/// The root of a negated Turkish verb: `yap` of *yapmadı*, `gel` of *gelmiyor*.
fn negated_root(word: &str) -> Option<String> {
    let letters: Vec<char> = word.chars().collect();
    for at in 2..letters.len().saturating_sub(1) {
        let rest: String = letters[at..].iter().collect();
        let continuous = ["mıyor", "miyor", "muyor", "müyor"].iter().any(|m| rest.starts_with(m));
        let aorist = ["maz", "mez"].iter().any(|m| {
            rest.strip_prefix(m).is_some_and(|end| {
                matches!(end, "" | "lar" | "ler" | "dı" | "di" | "sa" | "se" | "lardı" | "lerdi")
            })
        }) && letters.len() > 4;
        let past = ["ma", "me"].iter().any(|m| {
            rest.strip_prefix(m).is_some_and(|after| {
                phrases("after_negation").any(|next| {
                    after.strip_prefix(next).is_some_and(|end| end.chars().count() <= 7)
                })
            })
        });
        let noun = ["maması", "memesi", "mama", "meme", "mamak", "memek"]
            .iter()
            .any(|m| rest.strip_prefix(m).is_some_and(|end| end.chars().count() <= 6));
        if continuous || aorist || past || (noun && at >= 3) {
            // Inability: yapamadı, gelemez; the vowel belongs to the ending.
            let root: String = letters[..at].iter().collect();
            let short = root.trim_end_matches(['a', 'e']);
            let root = if short.chars().count() >= 2 { short.to_string() } else { root };
            let root = root.trim_end_matches('y').to_string();
            return Some(root);
        }
    }
    None
}

/// The sentence has a word of one pole where the article has the other pole only.
fn opposites(sentence: &Passage, close: &[&Passage], lexicon: &Lexicon) -> Option<Draft> {
    let language = lexicon.language;
    for (_, poles_of) in ANTONYMS.iter().filter(|(of, _)| *of == language) {
        for (pole, other) in [(&poles_of[0], &poles_of[1]), (&poles_of[1], &poles_of[0])] {
            let here = poles(sentence, pole);
            let Some(at) = here.first().copied() else { continue };
            let clear = poles(sentence, other).is_empty()
                && close.iter().all(|p| poles(p, pole).is_empty())
                && close.iter().any(|p| !poles(p, other).is_empty());
            let negated = (0..sentence.tokens.len())
                .any(|cue| cue.abs_diff(at) <= REACH && is_cue(&sentence.tokens, cue, lexicon));
            if clear && !negated {
                let token = &sentence.tokens[at];
                let message =
                    format!("\"{}\" is the opposite of what the article says", token.text);
                return Some(
                    Draft::new(Check::Polarity, Severity::Error, message)
                        .at(token.start, token.end),
                );
            }
        }
    }
    None
}

fn is_particle(passage: &Passage, at: usize, lexicon: &Lexicon) -> bool {
    lexicon.list("negation").contains(&passage.tokens[at].lower)
}

/// Tokens that begin like one of the words; words of up to five letters must be whole.
fn poles(passage: &Passage, words: &[&str]) -> Vec<usize> {
    (0..passage.tokens.len())
        .filter(|at| {
            let lower = &passage.tokens[*at].lower;
            words.iter().any(|word| match word.split_once(' ') {
                Some((first, second)) => {
                    lower == first
                        && passage.tokens.get(at + 1).is_some_and(|t| t.lower.starts_with(second))
                }
                None if passage.language == Language::English && word.len() <= 5 => lower == *word,
                None if word.chars().count() <= 3 && passage.language == Language::Russian => {
                    lower == *word
                }
                None => lower.starts_with(word),
            })
        })
        .collect()
}

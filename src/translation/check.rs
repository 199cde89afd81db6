//! A sentence and its translation → what is wrong between them. Pure.
//!
//! These are the faults that show without understanding the text; numbers and names are the
//! business of [`crate::checks`].

use crate::analysis::lengths::unusual_ratio;
use crate::analysis::loops::{loops, plain};
use crate::document::form::words;
use crate::document::{Check, Finding, Severity};
use crate::engine::StopReason;
use crate::language::{Detected, Language, detect};

/// From so many words on, a sentence that comes back as it went in was not translated; shorter
/// ones may be names.
const WORDS_TO_CALL_COPIED: usize = 4;
/// From so many words on, the language of a sentence can be told.
const WORDS_TO_TELL_LANGUAGE: usize = 4;
/// From so many characters on, lengths can be compared.
const CHARACTERS_TO_COMPARE: usize = 20;

/// A sentence on one leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair<'a> {
    pub source: &'a str,
    pub target: &'a str,
    pub from: Language,
    pub to: Language,
}

/// What shows at a glance. Empty when nothing does.
pub fn faults(pair: Pair, stop: StopReason) -> Vec<Finding> {
    if pair.target.trim().is_empty() {
        return vec![fault(Severity::Error, "the model gave no translation")];
    }
    let mut faults = Vec::new();
    match stop {
        StopReason::TokenLimit => {
            faults.push(fault(Severity::Warning, "the translation was cut by the token limit"));
        }
        StopReason::Repetition => faults.push(fault(Severity::Error, "the model went in circles")),
        StopReason::EndOfText | StopReason::StopString => {}
    }
    if loops(pair.target) && !loops(pair.source) && stop != StopReason::Repetition {
        faults.push(fault(Severity::Error, "the translation repeats itself"));
    }
    let copied = plain(pair.source, pair.from) == plain(pair.target, pair.from);
    if copied && words(pair.source) >= WORDS_TO_CALL_COPIED {
        faults.push(fault(Severity::Error, "the source was copied, not translated"));
    } else if let Some(found) = other_language(pair) {
        let wanted = pair.to.name();
        let message = format!("the translation is in {found} where {wanted} was asked for");
        faults.push(fault(Severity::Error, &message));
    }
    let longest = pair.source.chars().count().max(pair.target.chars().count());
    if longest >= CHARACTERS_TO_COMPARE
        && let Some(ratio) = unusual_ratio(pair.source, pair.target)
    {
        let message = format!("the translation is {ratio:.1} times as long as the source");
        faults.push(fault(Severity::Warning, &message));
    }
    faults
}

fn other_language(pair: Pair) -> Option<&'static str> {
    if wrong_script(pair.target, pair.to) {
        return Some("another script");
    }
    if words(pair.target) < WORDS_TO_TELL_LANGUAGE {
        return None;
    }
    match detect(pair.target).language {
        Detected::Known(language) if language != pair.to => Some(language.name()),
        Detected::Other(name) => Some(name),
        Detected::Known(_) | Detected::Undetermined => None,
    }
}

/// Whether fewer than half of the letters are of the language's script. Latin names in Russian
/// text are common, so a few words decide nothing.
fn wrong_script(text: &str, language: Language) -> bool {
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphabetic()).collect();
    let cyrillic = letters.iter().filter(|c| matches!(c, '\u{400}'..='\u{52f}')).count();
    let latin = letters.iter().filter(|c| matches!(**c as u32, 0x41..=0x24f)).count();
    let own = match language {
        Language::Russian => cyrillic,
        Language::English | Language::Turkish => latin,
    };
    letters.len() >= 12 && own * 2 < letters.len()
}

fn fault(severity: Severity, message: &str) -> Finding {
    Finding::new(Check::Translation, severity, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(source: &str, target: &str, from: Language, to: Language) -> Vec<String> {
        let pair = Pair { source, target, from, to };
        faults(pair, StopReason::EndOfText).into_iter().map(|finding| finding.message).collect()
    }

    const ENGLISH: &str = "The bridge will stay closed to lorries until the first of March.";
    const TURKISH: &str = "Köprü, 1 Mart'a kadar kamyonlara kapalı kalacak ve sonra açılacak.";
    const RUSSIAN: &str = "Мост останется закрытым для грузовиков до первого марта.";

    #[test]
    fn good_translations_have_no_faults() {
        use Language::{English, Russian, Turkish};
        for (source, target, from, to) in [
            (ENGLISH, TURKISH, English, Turkish),
            (ENGLISH, RUSSIAN, English, Russian),
            (RUSSIAN, TURKISH, Russian, Turkish),
            ("Istanbul", "İstanbul", English, Turkish),
            ("BBC", "BBC", English, Russian),
            ("Yes.", "Да.", English, Russian),
        ] {
            assert_eq!(messages(source, target, from, to), Vec::<String>::new(), "{target}");
        }
    }

    #[test]
    fn faults_that_show_are_found() {
        use Language::{English, Russian, Turkish};
        let cases = [
            (ENGLISH, "", English, Turkish, "no translation"),
            (ENGLISH, ENGLISH, English, Turkish, "copied"),
            (ENGLISH, TURKISH, English, Russian, "another script"),
            (RUSSIAN, ENGLISH, Russian, Turkish, "in English where Turkish"),
            (ENGLISH, "Köprü.", English, Turkish, "0.1 times"),
            (ENGLISH, "Köprü köprü köprü köprü kapalı kalacak diyor", English, Turkish, "repeats"),
        ];
        for (source, target, from, to, expected) in cases {
            let found = messages(source, target, from, to).join("; ");
            assert!(found.contains(expected), "{expected}: {found}");
        }
    }
}

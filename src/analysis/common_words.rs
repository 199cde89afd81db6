//! Stem → whether it is an ordinary word of a language, and so no name for certain.

use crate::analysis::inflection::turkish_ending;
use crate::language::Language;

// One stem a line, sorted by bytes; made by tests/reference/make_common_words.py, which names the sources.
const ENGLISH: &str = include_str!("tables/common.en.txt");
const TURKISH: &str = include_str!("tables/common.tr.txt");
const RUSSIAN: &str = include_str!("tables/common.ru.txt");

fn table(language: Language) -> &'static str {
    match language {
        Language::English => ENGLISH,
        Language::Turkish => TURKISH,
        Language::Russian => RUSSIAN,
    }
}

/// Whether a spelling dictionary has a word with this stem in small letters. Stems are those of
/// [`super::stems::stem`].
pub fn is_common(stem: &str, language: Language) -> bool {
    first_from(table(language), stem) == Some(stem)
}

/// Whether a stem of the table begins so.
pub fn is_beginning(beginning: &str, language: Language) -> bool {
    first_from(table(language), beginning).is_some_and(|stem| stem.starts_with(beginning))
}

/// The first line of the table that is not before `wanted`.
fn first_from<'a>(table: &'a str, wanted: &str) -> Option<&'a str> {
    // Bytes, so that a cut inside a letter is no cut inside a character; lines begin and end at one.
    let bytes = table.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = (low + high) / 2;
        let start = bytes[..middle].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let end = bytes[middle..]
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(bytes.len(), |at| middle + at);
        if &bytes[start..end] < wanted.as_bytes() {
            low = end + 1;
        } else {
            high = start;
        }
    }
    table.get(low..)?.lines().next()
}

/// Whether the beginning of a long word, six letters or five, is such a stem: derived words that no dictionary
/// lists begin like the words they come from.
pub fn begins_common(lower: &str, language: Language) -> bool {
    let letters: Vec<char> = lower.chars().collect();
    (5..=7).filter(|length| *length < letters.len()).any(|length| {
        let beginning: String = letters[..length].iter().collect();
        is_common(&beginning, language)
    })
}

/// Endings that make Turkish nouns of nouns: rapçi, kimsesiz, koloniciler.
const TURKISH_DERIVATIONS: [&str; 28] = [
    "cı", "ci", "cu", "cü", "çı", "çi", "çu", "çü", "lık", "lik", "luk", "lük", "lığı", "liği",
    "luğu", "lüğü", "sız", "siz", "suz", "süz", "sal", "sel", "daş", "cılar", "ciler", "çılar",
    "çiler", "nin",
];

/// Whether a Turkish word is an ordinary one with a case ending or a derivation behind it.
pub fn is_derived(lower: &str, language: Language) -> bool {
    if language != Language::Turkish {
        return false;
    }
    let letters: Vec<char> = lower.chars().collect();
    (3..letters.len()).any(|length| {
        let ending: String = letters[length..].iter().collect();
        let stem: String = letters[..length.min(6)].iter().collect();
        (TURKISH_DERIVATIONS.contains(&ending.as_str()) || turkish_ending(&ending))
            && is_common(&stem, language)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_and_every_line_is_found() {
        for (table, language) in [
            (ENGLISH, Language::English),
            (TURKISH, Language::Turkish),
            (RUSSIAN, Language::Russian),
        ] {
            let lines: Vec<&str> = table.lines().collect();
            assert!(lines.windows(2).all(|pair| pair[0] < pair[1]));
            assert!(lines.iter().step_by(97).all(|line| is_common(line, language)));
            assert!(is_common(lines[0], language) && is_common(lines[lines.len() - 1], language));
            assert!(!is_common("", language) && !is_common("zzzzzz", language));
        }
    }

    #[test]
    fn words_are_common_and_names_are_not() {
        assert!(
            is_common("bottl", Language::English) && !is_common("mickelson", Language::English)
        );
        assert!(is_common("tekrar", Language::Turkish) && !is_common("manche", Language::Turkish));
        assert!(is_common("нагорн", Language::Russian) && !is_common("колорад", Language::Russian));
    }
}

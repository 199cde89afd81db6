//! A sentence that is too long for a model → pieces that fit, divided where clauses meet.

use super::tables;
use crate::language::Language;

/// Divides a sentence until `measure` of every piece is at most `limit`, at the strongest seam near
/// the middle: a semicolon, colon or dash; a comma before a conjunction; another comma; a
/// conjunction; any space. The pieces are trimmed slices in order with only space between them. A
/// single word that is longer than the limit stays whole.
pub fn clauses(
    sentence: &str,
    language: Language,
    limit: usize,
    measure: impl Fn(&str) -> usize,
) -> Vec<&str> {
    let mut finished = Vec::new();
    // A stack, so that a hostile text of any length cannot exhaust the call stack.
    let mut waiting = vec![sentence.trim()];
    while let Some(piece) = waiting.pop() {
        if piece.is_empty() {
            continue;
        }
        match (measure(piece) > limit).then(|| best_seam(piece, language)).flatten() {
            Some(seam) => {
                waiting.push(piece[seam..].trim());
                waiting.push(piece[..seam].trim());
            }
            None => finished.push(piece),
        }
    }
    finished
}

/// How well a sentence divides at a space: smaller is better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Seam {
    Strong,
    CommaAndConjunction,
    Comma,
    Conjunction,
    Space,
    /// Between two words in capitals, which may be one name.
    Name,
}

/// The byte offset of the space to divide at.
fn best_seam(piece: &str, language: Language) -> Option<usize> {
    let middle = piece.len() / 2;
    let outer = piece.len() / 5;
    let seams = piece
        .match_indices(char::is_whitespace)
        .map(|(place, _)| (seam_at(piece, place, language), place.abs_diff(middle), place));
    let (inner, edge): (Vec<_>, Vec<_>) =
        seams.partition(|(_, _, place)| *place > outer && *place < piece.len() - outer);
    inner.into_iter().min().or_else(|| edge.into_iter().min()).map(|(_, _, place)| place)
}

fn seam_at(piece: &str, place: usize, language: Language) -> Seam {
    let before = piece[..place].trim_end();
    let after = piece[place..].trim_start();
    let word: String = after.chars().take_while(|letter| letter.is_alphanumeric()).collect();
    let conjunction = tables::is_conjunction(language, &word);
    if before.ends_with([';', ':', '…', '!', '?', '—', '–']) {
        Seam::Strong
    } else if after.starts_with(['—', '–']) {
        // A clause does not begin with the dash that sets it off.
        Seam::Comma
    } else if before.ends_with(',') {
        if conjunction { Seam::CommaAndConjunction } else { Seam::Comma }
    } else if conjunction {
        Seam::Conjunction
    } else if in_capital(before.rsplit(char::is_whitespace).next()) && in_capital(Some(&word)) {
        Seam::Name
    } else {
        Seam::Space
    }
}

fn in_capital(word: Option<&str>) -> bool {
    word.and_then(|word| word.chars().next()).is_some_and(char::is_uppercase)
}

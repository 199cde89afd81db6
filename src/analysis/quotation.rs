//! Tokens → what stands between quotation marks.

use std::ops::Range;

use crate::analysis::tokens::{Kind, Token};

/// The words between quotation marks, as ranges of tokens without the marks.
pub fn quoted(tokens: &[Token]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Vec<(usize, &str)> = Vec::new();
    for (at, token) in tokens.iter().enumerate().filter(|(_, token)| token.kind == Kind::Mark) {
        let mark = token.text.as_str();
        let closes = open.iter().rposition(|(_, opening)| matches_pair(opening, mark));
        match (closes, mark) {
            (Some(level), _) => {
                let (start, _) = open[level];
                open.truncate(level);
                if at > start + 1 {
                    found.push(start + 1..at);
                }
            }
            (None, "\"" | "«" | "“" | "„" | "”") => open.push((at, mark)),
            (None, "'" | "‘") if opens_single(tokens, at) => open.push((at, "'")),
            _ => {}
        }
    }
    found.retain(|range| tokens[range.clone()].iter().any(|token| token.kind != Kind::Mark));
    found
}

fn matches_pair(opening: &str, mark: &str) -> bool {
    match opening {
        "\"" => mark == "\"",
        "«" => mark == "»",
        "“" | "”" => mark == "”" || mark == "\"",
        "„" => mark == "“" || mark == "”",
        _ => mark == "'" || mark == "’",
    }
}

fn opens_single(tokens: &[Token], at: usize) -> bool {
    let spaced = !tokens[at].glued || at == 0;
    spaced && tokens.get(at + 1).is_some_and(|next| next.glued && next.kind != Kind::Mark)
}

//! Raised pieces of a line: the mark of a footnote, or a power.

/// What becomes of a raised piece.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Raised {
    /// Part of the text.
    Text(String),
    /// The mark of a footnote.
    Note,
}

/// Decides by what stands before it: "10" + "6" and "m" + "2" are powers, "morning" + "1" is not.
pub(super) fn raised(before: &str, mark: &str) -> Raised {
    let bare = mark.trim().trim_matches(['[', ']', '(', ')', '*', '†', '‡', ',', ' ']);
    let number = bare.chars().all(|character| character.is_ascii_digit());
    if !(number && bare.len() <= 3) && bare.chars().count() > 1 {
        return Raised::Text(mark.to_string());
    }
    let word = before.rsplit(char::is_whitespace).next().unwrap_or("");
    let unit = matches!(word, "m" | "km" | "cm" | "mm" | "м" | "км" | "см" | "мм" | "ft" | "in");
    if number && !bare.is_empty() && (word.ends_with(|last: char| last.is_ascii_digit()) || unit) {
        const POWERS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
        let digits = bare.bytes().map(|digit| POWERS[usize::from(digit - b'0')]);
        return Raised::Text(digits.collect());
    }
    if number || bare.is_empty() { Raised::Note } else { Raised::Text(mark.to_string()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_go_and_powers_stay() {
        assert_eq!(raised("in the morning", "1"), Raised::Note);
        assert_eq!(raised("the end.", "[12]"), Raised::Note);
        assert_eq!(raised("the end", "*"), Raised::Note);
        assert_eq!(raised("about 10", "6"), Raised::Text("⁶".into()));
        assert_eq!(raised("40 м", "2"), Raised::Text("²".into()));
        assert_eq!(raised("the 5", "th"), Raised::Text("th".into()));
    }
}

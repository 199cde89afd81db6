//! What a brief should look like: its style, its length, and the headline that fits.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

/// Longest headline, in characters (Reuters' handbook asks for about 64).
pub const HEADLINE_CHARACTERS: usize = 64;

/// How a brief is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// A headline and a paragraph, the news first.
    #[default]
    Wire,
    /// A headline and one point a line.
    Bullets,
    /// A headline alone.
    Headline,
}

impl Style {
    /// The name on the command line, in prompts and in `settings`.
    pub fn name(self) -> &'static str {
        match self {
            Style::Wire => "wire",
            Style::Bullets => "bullets",
            Style::Headline => "headline",
        }
    }
}

/// How long a brief is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Length {
    /// 20 to 40 words.
    Short,
    /// 40 to 70 words.
    #[default]
    Normal,
    /// 70 to 120 words.
    Long,
}

impl Length {
    /// The name on the command line, in prompts and in `settings`.
    pub fn name(self) -> &'static str {
        match self {
            Length::Short => "short",
            Length::Normal => "normal",
            Length::Long => "long",
        }
    }

    /// How many sentences are asked for.
    pub fn sentences(self) -> RangeInclusive<usize> {
        match self {
            Length::Short => 1..=2,
            Length::Normal => 2..=3,
            Length::Long => 4..=5,
        }
    }

    /// How many words are asked for, headline aside.
    pub fn words(self) -> RangeInclusive<usize> {
        match self {
            Length::Short => 20..=40,
            Length::Normal => 40..=70,
            Length::Long => 70..=120,
        }
    }
}

/// Words of a text, for limits: stretches between white space that hold a letter or digit.
pub fn words(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}

/// A headline of at most [`HEADLINE_CHARACTERS`]: the text itself, its first clause, or its first
/// words with an ellipsis. No word is ever cut.
pub fn fit_headline(text: &str) -> String {
    let text = text.trim();
    if text.chars().count() <= HEADLINE_CHARACTERS {
        return text.to_string();
    }
    if let Some(clause) = first_clause(text) {
        return clause.to_string();
    }
    let mut headline = String::new();
    for word in text.split_whitespace() {
        // One character is kept for the ellipsis, one for the space.
        if headline.chars().count() + word.chars().count() + 2 > HEADLINE_CHARACTERS {
            break;
        }
        if !headline.is_empty() {
            headline.push(' ');
        }
        headline.push_str(word);
    }
    let headline = headline.trim_end_matches([',', ';', ':', '-', '–', '—', ' ']);
    format!("{headline}…")
}

/// The longest beginning of `text` that ends before a dash, semicolon, colon or comma, fits, and
/// says something by itself (half of the limit at least).
fn first_clause(text: &str) -> Option<&str> {
    const SEPARATORS: [&str; 7] = [" — ", " – ", " - ", "; ", ": ", ", ", " ("];
    let mut best = None;
    for separator in SEPARATORS {
        for (start, _) in text.match_indices(separator) {
            let clause = text[..start].trim_end();
            let length = clause.chars().count();
            let fits = (HEADLINE_CHARACTERS / 2..=HEADLINE_CHARACTERS).contains(&length);
            if fits && best.is_none_or(|known: &str| known.len() < clause.len()) {
                best = Some(clause);
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headlines_are_shortened_at_clauses_or_words() {
        let short = "Ellerby closes its swing bridge";
        assert_eq!(fit_headline(short), short);
        let clause = "Karadere'de eski asma köprü kamyonlara kapatılıyor, onarım yedi ay sürecek";
        assert_eq!(fit_headline(clause), "Karadere'de eski asma köprü kamyonlara kapatılıyor");
        let long = "В Заречинске с первого марта закроют старый разводной мост для всех грузовиков";
        let fitted = fit_headline(long);
        assert!(fitted.chars().count() <= HEADLINE_CHARACTERS, "{fitted}");
        assert_eq!(fitted, "В Заречинске с первого марта закроют старый разводной мост для…");
    }

    #[test]
    fn words_are_counted_without_dashes() {
        assert_eq!(words("Эрдоган — президент Турции, 65 лет"), 5);
    }
}

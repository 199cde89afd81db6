//! A full stop, question or exclamation mark with what stands around it → whether a sentence ends.

use super::tables;
use crate::language::{Language, lowercase};

/// Letters of a word that are looked at on either side of a mark.
const LONGEST_WORD: usize = 80;

pub(super) fn is_terminator(character: char) -> bool {
    matches!(character, '.' | '!' | '?' | '…' | '‽' | '⁈' | '⁉')
}

/// A quote or bracket that closes. A straight one closes when no letter follows it.
pub(super) fn is_closing(characters: &[(usize, char)], place: usize) -> bool {
    match characters[place].1 {
        '”' | '’' | '»' | '›' | ')' | ']' => true,
        '"' | '\'' | '“' | '‘' => characters
            .get(place + 1)
            .is_none_or(|(_, next)| next.is_whitespace() || "\"'”’»)],".contains(*next)),
        _ => false,
    }
}

/// Scraped text loses the space between sentences: "came home.Then". Addresses have small letters
/// or more stops and slashes in the same word.
pub(super) fn is_glued(characters: &[(usize, char)], mark: usize, place: usize) -> bool {
    let visible = |(_, letter): &&(usize, char)| !letter.is_whitespace();
    let near = |side: &mut dyn Iterator<Item = &(usize, char)>| -> Vec<char> {
        side.take_while(visible).take(LONGEST_WORD).map(|(_, letter)| *letter).collect()
    };
    let before = near(&mut characters[..mark].iter().rev());
    let after = near(&mut characters[place..].iter());
    let word_before = before.iter().take_while(|letter| letter.is_lowercase()).count();
    let capital = after.first().is_some_and(|letter| letter.is_uppercase());
    let word_after = after.iter().skip(1).take_while(|letter| letter.is_lowercase()).count();
    let address = |letters: &[char]| {
        let (last, inner) =
            letters.split_last().map_or((' ', letters), |(last, rest)| (*last, rest));
        inner.iter().any(|letter| "./@:_#".contains(*letter)) || "/@_#".contains(last)
    };
    place == mark + 1
        && word_before >= 3
        && capital
        && word_after >= 1
        && !address(&before)
        && !address(&after)
}

/// A possible end of a sentence. Places count characters of the line.
pub(super) struct Context<'t> {
    pub characters: &'t [(usize, char)],
    /// Where the running sentence starts.
    pub start: usize,
    /// The first terminator.
    pub mark: usize,
    /// Behind the last terminator.
    pub marks_end: usize,
    /// Behind the closing quotes; white space stands here.
    pub end: usize,
    pub language: Language,
}

impl Context<'_> {
    pub fn ends_sentence(&self) -> bool {
        let Some(next) = self.next_start() else { return true };
        let next_character = self.characters[next].1;
        if next_character.is_lowercase() {
            return false;
        }
        if self.is_single_stop() {
            return self.stop_ends_sentence(next);
        }
        // "Why?" Smith asked.
        let asked = matches!(self.characters[self.marks_end - 1].1, '?' | '!');
        !(asked && self.end > self.marks_end && self.reporting_verb_follows(next))
    }

    /// First letter or digit of what follows, behind quotes, brackets and dashes; `None` when
    /// nothing follows.
    fn next_start(&self) -> Option<usize> {
        (self.end..self.characters.len()).find(|place| self.characters[*place].1.is_alphanumeric())
    }

    /// One full stop with no quote behind it, which alone can belong to an abbreviation.
    fn is_single_stop(&self) -> bool {
        self.marks_end == self.mark + 1
            && self.characters[self.mark].1 == '.'
            && self.end == self.marks_end
    }

    fn stop_ends_sentence(&self, next: usize) -> bool {
        let word = self.word_before();
        let next_word = self.word_at(next);
        let starts_sentence = word.start <= self.start;
        let letters = word.text.chars().filter(|character| character.is_alphabetic()).count();
        if !word.text.is_empty() && word.text.bytes().all(|byte| byte.is_ascii_digit()) {
            return self.number_ends_sentence(&word.text, starts_sentence);
        }
        let capital = word.text.chars().all(char::is_uppercase);
        if letters == 1 && capital {
            return self.letter_ends_sentence(&next_word, word.start);
        }
        let lowered = lowercase(&word.text, self.language);
        if self.language == Language::Russian && matches!(lowered.as_str(), "г" | "гг" | "см")
        {
            // "в 2018 г. Президент" and "10 см. Для" end, "в г. Москве" does not.
            return self.number_stands_before(word.start);
        }
        if tables::is_month(self.language, &lowered) {
            return !self.characters[next].1.is_numeric();
        }
        if tables::joins_next(self.language, &lowered) {
            return false;
        }
        if tables::may_end(self.language, &lowered) {
            return match self.language {
                Language::English => tables::starts_sentence(&next_word),
                _ => !self.characters[next].1.is_numeric(),
            };
        }
        if self.language == Language::Turkish && is_roman(&word.text) {
            return false;
        }
        if word.text.contains('.') && is_dotted_letters(&word.text) {
            // "U.S. The": one stop serves both.
            let other_script = word.text.is_ascii() && !next_word.is_ascii();
            return tables::starts_sentence(&next_word)
                || (other_script && self.language == Language::Russian);
        }
        true
    }

    /// "2018." ends, "5. Cadde" does not in Turkish; "1. The" is the number of a list.
    fn number_ends_sentence(&self, digits: &str, starts_sentence: bool) -> bool {
        let ordinal = self.language == Language::Turkish && digits.len() <= 3;
        !starts_sentence && !ordinal
    }

    /// A single capital is an initial; "Vitamin C. The" is none, since no name begins so.
    fn letter_ends_sentence(&self, next_word: &str, start: usize) -> bool {
        let label = start > self.start && tables::starts_sentence(next_word);
        label && self.language == Language::English
    }

    fn number_stands_before(&self, start: usize) -> bool {
        let before = self.characters[self.start..start].iter().rev();
        let mut visible = before
            .map(|(_, character)| *character)
            .skip_while(|character| character.is_whitespace());
        visible.next().is_some_and(|character| character.is_ascii_digit())
    }

    fn reporting_verb_follows(&self, next: usize) -> bool {
        let rest: String =
            self.characters[next..].iter().take(60).map(|(_, letter)| *letter).collect();
        rest.split_whitespace().take(4).any(|word| {
            let bare = word.trim_matches(|character: char| !character.is_alphanumeric());
            // A comma or stop before the verb begins something else.
            tables::is_reporting_verb(self.language, bare)
        })
    }

    /// The word in front of the full stop, with stops inside it ("U.S", "т.е").
    fn word_before(&self) -> Word {
        let mut start = self.mark;
        while start > self.start && self.mark - start < LONGEST_WORD {
            let character = self.characters[start - 1].1;
            if !(character.is_alphanumeric()
                || matches!(character, '.' | '-' | '/' | ':' | ',' | '%'))
            {
                break;
            }
            start -= 1;
        }
        // "и т. д": the abbreviation goes on over a space.
        let text = self.text(start, self.mark);
        let before = self.text(self.start, start);
        let spaced = before.trim_end();
        if let Some(first) = spaced.rsplit(char::is_whitespace).next()
            && first.ends_with('.')
            && first.chars().count() <= 3
            && spaced.len() < before.len()
            && text.chars().count() <= 2
            && tables::is_pair(self.language, &lowercase(&format!("{first}{text}"), self.language))
        {
            return Word {
                text: format!("{first}{text}"),
                start: start.saturating_sub(first.chars().count() + 1),
            };
        }
        Word { text, start }
    }

    fn word_at(&self, start: usize) -> String {
        let letters = self.characters[start..].iter().map(|(_, character)| *character);
        letters.take_while(|character| character.is_alphanumeric()).collect()
    }

    fn text(&self, start: usize, end: usize) -> String {
        self.characters[start..end].iter().map(|(_, character)| *character).collect()
    }
}

struct Word {
    text: String,
    start: usize,
}

fn is_roman(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|character| "IVXLC".contains(character))
}

/// "U.S", "a.m", "т.е": single letters with stops between.
fn is_dotted_letters(word: &str) -> bool {
    word.split('.').all(|part| part.chars().count() == 1)
}

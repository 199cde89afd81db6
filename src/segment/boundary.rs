//! A full stop, question or exclamation mark with what stands around it → whether a sentence ends.

use super::abbreviations::{self, Abbreviation};
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
    /// The first character of the running sentence.
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
        if self.characters[next].1.is_lowercase() && !self.is_camel_case(next) {
            return false;
        }
        if self.is_single_stop() {
            return self.stop_ends_sentence(next);
        }
        let quoted = self.end > self.marks_end;
        let asked = matches!(self.characters[self.marks_end - 1].1, '?' | '!' | '…');
        if asked && self.dash_follows() && (quoted || self.is_reply()) {
            // «Куда?» — Иванов обернулся. — Домой! — Пётр засмеялся.
            return false;
        }
        // "Why?" Smith asked.
        !(asked && quoted && self.reporting_verb_follows(next))
    }

    /// "iPhone", "eBay", "e-Devlet" begin sentences in small letters.
    fn is_camel_case(&self, next: usize) -> bool {
        let mut behind = self.characters[next + 1..].iter().map(|(_, letter)| *letter);
        match behind.next() {
            Some('-') => behind.next().is_some_and(char::is_uppercase),
            letter => letter.is_some_and(char::is_uppercase),
        }
    }

    fn dash_follows(&self) -> bool {
        let mut visible = self.characters[self.end..].iter().map(|(_, letter)| *letter);
        visible.find(|letter| !letter.is_whitespace()).is_some_and(is_dash)
    }

    /// A line of a dialogue, which begins with a dash.
    fn is_reply(&self) -> bool {
        let mut visible = self.characters[self.start..].iter().map(|(_, letter)| *letter);
        visible.find(|letter| !letter.is_whitespace()).is_some_and(is_dash)
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
        let numeric = self.characters[next].1.is_numeric();
        let starter = tables::starts_sentence(self.language, &next_word) && !self.is_initial(next);
        if !word.text.is_empty() && word.text.bytes().all(|byte| byte.is_ascii_digit()) {
            return self.number_ends_sentence(&word, starter);
        }
        let capital = word.text.chars().next().is_some_and(char::is_uppercase);
        if capital && word.text.chars().count() == 1 {
            // An initial; "Vitamin C. The" is none, since no name begins so.
            return word.start > self.start && starter;
        }
        let lowered = lowercase(&word.text, self.language);
        if tables::is_month(self.language, &lowered) {
            return !numeric;
        }
        if matches!(lowered.as_str(), "a.m" | "p.m") {
            return !numeric && !tables::goes_on_after_time(&next_word);
        }
        let counted = self.number_stands_before(word.start);
        for kind in abbreviations::kinds(self.language, &lowered) {
            match kind {
                Abbreviation::Inner if !(counted && lowered == "см") => return false,
                Abbreviation::Unit if counted => return !numeric,
                Abbreviation::BeforeNumber if numeric => return false,
                Abbreviation::BeforeName => {
                    return self.ends_before_name(&lowered, word.start, next, starter, counted);
                }
                Abbreviation::BeforeNameWithCapital if capital => return starter,
                Abbreviation::Either => {
                    return match self.language {
                        Language::English => starter,
                        _ => !numeric,
                    };
                }
                _ => {}
            }
        }
        if self.language == Language::Turkish && is_roman(&word.text) {
            return starter;
        }
        if word.text.contains('.') && is_dotted_letters(&word.text) {
            // "U.S. The": one stop serves both.
            let other_script = word.text.is_ascii() && !next_word.is_ascii();
            return starter || (other_script && self.language == Language::Russian);
        }
        // One small Cyrillic letter is short for something; only "я" is a word that ends a sentence.
        let short = self.language == Language::Russian && lowered.chars().count() == 1;
        !(short && lowered != "я" && !counted && lowered.chars().all(char::is_alphabetic))
    }

    /// Abbreviations before names that are words, too.
    fn ends_before_name(
        &self,
        word: &str,
        start: usize,
        next: usize,
        starter: bool,
        counted: bool,
    ) -> bool {
        match (self.language, word) {
            // "5 т. Груз", "32 м. Найдена" are units, "на 300 кв. м. Причину" as well.
            (Language::Russian, "м" | "т" | "р" | "с") => {
                let square = matches!(self.word_in_front(start).as_str(), "кв" | "куб" | "пог");
                (counted || square) && !self.characters[next].1.is_numeric()
            }
            // "и пр. Потом" and "пр. Мира".
            (Language::Russian, "пр") => self.word_in_front(start) == "и",
            // "театр им. Пушкина", but "он помог им. Пётр ушёл".
            (Language::Russian, "им") => starter || !self.is_genitive(next),
            _ => starter,
        }
    }

    /// A surname as "им." has it, initials, a quotation or a number.
    fn is_genitive(&self, next: usize) -> bool {
        let word = self.word_at(next);
        let quoted =
            self.characters[self.end..next].iter().any(|(_, mark)| "«\"„“".contains(*mark));
        quoted
            || self.is_initial(next)
            || word.chars().any(char::is_numeric)
            || ["а", "я", "ого", "его", "ой", "ей", "ых", "их", "ы", "и"]
                .iter()
                .any(|end| word.ends_with(end))
    }

    /// One capital with a stop behind it.
    fn is_initial(&self, place: usize) -> bool {
        let letter = |offset: usize| self.characters.get(place + offset).map(|(_, letter)| *letter);
        letter(0).is_some_and(char::is_uppercase) && letter(1) == Some('.')
    }

    /// "2018." ends, "5. Cadde" does not in Turkish; "1. The" and "Madde 5. Bu" are labels.
    fn number_ends_sentence(&self, word: &Word, starter: bool) -> bool {
        let label = tables::is_label(self.language, &self.word_in_front(word.start));
        let first = self.text(self.start, word.start);
        if first.trim().is_empty() || (label && first.split_whitespace().count() == 1) {
            return false;
        }
        let counted = label || self.number_stands_before(word.start);
        let ordinal =
            self.language == Language::Turkish && word.text.len() <= 3 && !starter && !counted;
        !ordinal
    }

    /// Whether the word in front is a number: "2018 г.", "90-х гг.", "XIX в.", "4,6 млн руб.".
    fn number_stands_before(&self, start: usize) -> bool {
        let word = self.word_in_front(start);
        let magnitude =
            matches!(word.as_str(), "млн" | "млрд" | "тыс" | "трлн" | "million" | "milyon");
        magnitude
            || word.starts_with(|letter: char| letter.is_ascii_digit())
            || word.split(['-', '–', '—']).all(is_roman)
    }

    /// The word before the one that starts there, without marks at its ends.
    fn word_in_front(&self, start: usize) -> String {
        let from = start.saturating_sub(LONGEST_WORD).max(self.start);
        let text = self.text(from, start);
        let word = text.split_whitespace().next_back().unwrap_or("");
        word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_string()
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
        let before = self.text(start.saturating_sub(LONGEST_WORD).max(self.start), start);
        let spaced = before.trim_end();
        if let Some(first) = spaced.rsplit(char::is_whitespace).next()
            && first.ends_with('.')
            && first.chars().count() <= 3
            && spaced.len() < before.len()
            && text.chars().count() <= 2
            && abbreviations::is_pair(
                self.language,
                &lowercase(&format!("{first}{text}"), self.language),
            )
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

fn is_dash(character: char) -> bool {
    matches!(character, '—' | '–' | '-')
}

fn is_roman(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|character| "IVXLCХІ".contains(character))
}

/// "U.S", "a.m", "т.е": single letters with stops between.
fn is_dotted_letters(word: &str) -> bool {
    word.split('.').all(|part| part.chars().count() == 1)
}

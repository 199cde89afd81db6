//! Text → words, numbers and marks with their places, in characters.

use crate::language::Language;

/// What a token is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Word,
    /// Digits with the points, commas, colons and spaces that group them.
    Number,
    Mark,
}

/// A piece of text. `start` and `end` count Unicode scalar values from the start of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: Kind,
    /// As written, without what follows an apostrophe.
    pub text: String,
    /// In lower case by the rules of the language; Russian `ё` is written `е`.
    pub lower: String,
    /// What follows an apostrophe, in lower case: `s` in *Turkey's*, `e` in *Putin'e*.
    pub suffix: String,
    pub start: usize,
    pub end: usize,
    /// Nothing stands between this token and the one before.
    pub glued: bool,
}

impl Token {
    /// The first letter is a capital one.
    pub fn is_capitalised(&self) -> bool {
        self.text.chars().next().is_some_and(char::is_uppercase)
    }

    /// Two capital letters or more and no small one, as in `UN` or `США`.
    pub fn is_acronym(&self) -> bool {
        let capitals = self.text.chars().filter(|letter| letter.is_uppercase()).count();
        capitals >= 2 && !self.text.chars().any(char::is_lowercase)
    }

    pub fn is_mark(&self, marks: &str) -> bool {
        self.kind == Kind::Mark && marks.contains(self.text.as_str())
    }
}

/// Lower case by the rules of the language: Turkish `İ` gives `i` and `I` gives `ı`.
pub fn lower_case(text: &str, language: Language) -> String {
    let mut lowered = String::with_capacity(text.len());
    for letter in text.chars() {
        match (letter, language) {
            ('İ', _) => lowered.push('i'),
            ('I', Language::Turkish) => lowered.push('ı'),
            ('Ё' | 'ё', _) => lowered.push('е'),
            ('\u{301}' | '\u{ad}' | '\u{200b}', _) => {}
            _ => lowered.extend(letter.to_lowercase()),
        }
    }
    lowered
}

/// Marks that stand for an apostrophe inside a word.
pub fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '’' | 'ʼ' | '`' | '´' | '‘')
}

/// Cuts a text into tokens; white space is dropped.
pub fn tokens(text: &str, language: Language) -> Vec<Token> {
    let letters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut position = 0;
    let mut previous_end = usize::MAX;
    while position < letters.len() {
        let letter = letters[position];
        if letter.is_whitespace() || letter == '\u{200b}' || letter == '\u{feff}' {
            position += 1;
            continue;
        }
        let (kind, end) = if letter.is_numeric() && letter.is_ascii_digit() {
            (Kind::Number, number_end(&letters, position, language))
        } else if letter.is_alphabetic() {
            (Kind::Word, word_end(&letters, position))
        } else {
            (Kind::Mark, position + 1)
        };
        let written: String = letters[position..end].iter().collect();
        let (suffix, after) = match kind {
            Kind::Mark => (String::new(), end),
            _ => suffix_after(&letters, position, end, language),
        };
        found.push(Token {
            kind,
            lower: lower_case(&written, language),
            text: written,
            suffix,
            start: position,
            end: after,
            glued: previous_end == position,
        });
        previous_end = after;
        position = after;
    }
    found
}

/// Numbers swallow a separator only when digits follow it: `1,000.5`, `07:00`, `12.05.2019`.
fn number_end(letters: &[char], start: usize, language: Language) -> usize {
    let digits_from = |from: usize| {
        letters[from.min(letters.len())..].iter().take_while(|c| c.is_ascii_digit()).count()
    };
    let mut end = start + digits_from(start);
    let mut last_group = end - start;
    while end < letters.len() {
        let next = digits_from(end + 1);
        let joined = match letters[end] {
            '.' | ',' | ':' => next > 0,
            '\u{a0}' | '\u{202f}' | '\u{2009}' => next == 3 && last_group <= 3,
            ' ' => language == Language::Russian && next == 3 && last_group <= 3,
            _ => false,
        };
        // A list such as "in 2018,100 people" is not one number; only groups of three follow a comma
        // after more than three digits.
        if !joined || (letters[end] == ',' && last_group > 3) {
            break;
        }
        last_group = next;
        end += 1 + next;
    }
    end
}

fn word_end(letters: &[char], start: usize) -> usize {
    let mut end = start + 1;
    while end < letters.len()
        && (letters[end].is_alphanumeric()
            || matches!(letters[end], '\u{301}' | '\u{307}' | '\u{ad}'))
    {
        end += 1;
    }
    // O'Brien, d'Ivoire, N'Golo: one letter before the apostrophe belongs to the name.
    let name_follows = end + 1 < letters.len()
        && end - start == 1
        && is_apostrophe(letters[end])
        && letters[end + 1].is_uppercase();
    if name_follows { word_end(letters, end + 1) } else { end }
}

/// What follows an apostrophe: a case ending in Turkish, `s` or `t` in English.
fn suffix_after(letters: &[char], start: usize, end: usize, language: Language) -> (String, usize) {
    let none = (String::new(), end);
    if end + 1 >= letters.len() || !is_apostrophe(letters[end]) || !letters[end + 1].is_lowercase()
    {
        return none;
    }
    let length = letters[end + 1..].iter().take_while(|letter| letter.is_alphabetic()).count();
    // Outside Turkish, a long run after the mark is a new quoted word and no ending.
    if length > 3 && (language != Language::Turkish || end - start == 1) {
        return none;
    }
    let suffix: String = letters[end + 1..end + 1 + length].iter().collect();
    (lower_case(&suffix, language), end + 1 + length)
}

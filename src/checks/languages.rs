//! Sentence → findings when it, or a part of it, is in another language or script.

use crate::analysis::common_words::is_common;
use crate::analysis::lexicon::Lexicon;
use crate::analysis::passage::{Passage, Source};
use crate::analysis::stems::{stem, stemmer};
use crate::analysis::tokens::{Kind, Token};
use crate::checks::{Check, Draft};
use crate::document::Severity;
use crate::language::{Detected, Language, detect};

/// Words of a stretch that is judged by itself.
const WINDOW: usize = 7;

/// The whole sentence, then its parts. What stands so in the source (a title, a quotation in
/// another language) is let through.
pub fn check(sentence: &Passage, source: Option<&Source>, lexicons: &[&Lexicon; 3]) -> Vec<Draft> {
    // A sentence left untranslated stands in its source, too: only a source in the same language excuses.
    let told = source.filter(|source| source.language == sentence.language);
    let whole = whole(sentence).filter(|_| !stands_in(&sentence.text, told));
    if let Some(draft) = whole {
        return vec![draft];
    }
    let mut found: Vec<Draft> = Vec::new();
    found.extend(foreign_script(sentence, source));
    if found.is_empty() {
        found.extend(foreign_stretch(sentence, told, lexicons));
    }
    found
}

fn stands_in(text: &str, source: Option<&Source>) -> bool {
    source.is_some_and(|source| source.passages.iter().any(|passage| passage.text.contains(text)))
}

fn error(message: String) -> Draft {
    Draft::new(Check::Language, Severity::Error, message)
}

fn whole(sentence: &Passage) -> Option<Draft> {
    let words: Vec<&Token> =
        sentence.tokens.iter().filter(|token| token.kind == Kind::Word).collect();
    let wanted = sentence.language;
    // Names keep their letters; small words tell the language.
    let small = words.iter().filter(|token| !token.is_capitalised()).count();
    let answer = detect(&sentence.text);
    let headline = words.len() >= 5 && answer.confidence >= 0.9;
    if words.len() < 3 || (small < 2 && !headline) {
        return None;
    }
    match answer.language {
        Detected::Known(language) if language != wanted => {
            let sure = answer.confidence >= 0.5 || words.len() >= 6;
            sure.then(|| {
                error(format!("the sentence is {}, not {}", language.name(), wanted.name()))
            })
        }
        Detected::Other(name) if answer.confidence >= 0.5 => {
            Some(error(format!("the sentence is {name}, not {}", wanted.name())))
        }
        _ => None,
    }
}

/// The script of a word: Latin, Cyrillic, or another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    Other,
}

fn script(letter: char) -> Option<Script> {
    match letter {
        _ if !letter.is_alphabetic() => None,
        '\u{400}'..='\u{52f}' => Some(Script::Cyrillic),
        '\u{41}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Some(Script::Latin),
        // Greek letters stand in formulas and names of variants.
        '\u{370}'..='\u{3ff}' | '\u{250}'..='\u{36f}' => None,
        _ => Some(Script::Other),
    }
}

/// Letters that no word of the language has: another script in small words, two scripts in one.
fn foreign_script(sentence: &Passage, source: Option<&Source>) -> Option<Draft> {
    let own = match sentence.language {
        Language::Russian => Script::Cyrillic,
        _ => Script::Latin,
    };
    let words_of = |sentence: &Passage, wanted: Script| {
        let has = |token: &&Token| token.text.chars().filter_map(script).any(|s| s == wanted);
        sentence.tokens.iter().filter(|token| token.kind == Kind::Word).filter(has).count()
    };
    let words = sentence.tokens.iter().filter(|token| token.kind == Kind::Word).count();
    let mut small_words = 0;
    for token in sentence.tokens.iter().filter(|token| token.kind == Kind::Word) {
        let scripts: Vec<Script> = token.text.chars().filter_map(script).collect();
        let foreign = scripts.iter().any(|script| *script != own);
        if !foreign || stands_in(&token.text, source) {
            small_words = 0;
            continue;
        }
        let mixed = scripts.contains(&Script::Latin) && scripts.contains(&Script::Cyrillic);
        let alien = scripts.contains(&Script::Other)
            || (own == Script::Latin && scripts.contains(&Script::Cyrillic));
        small_words = if token.is_capitalised() { 0 } else { small_words + 1 };
        let nothing_own = own == Script::Cyrillic && words_of(sentence, own) == 0 && words >= 4;
        if mixed || alien || nothing_own || small_words >= 3 {
            let message =
                format!("\"{}\" is not in the letters of {}", token.text, sentence.language.name());
            return Some(error(message).at(token.start, token.end));
        }
    }
    None
}

/// Seven words in a row of which three or more are small words of another language, or have its
/// letters, and none is of this one: the model has slipped.
fn foreign_stretch(
    sentence: &Passage,
    source: Option<&Source>,
    lexicons: &[&Lexicon; 3],
) -> Option<Draft> {
    let words: Vec<&Token> =
        sentence.tokens.iter().filter(|token| token.kind == Kind::Word).collect();
    let own = lexicons.iter().find(|lexicon| lexicon.language == sentence.language)?;
    let count = |window: &[&Token], lexicon: &Lexicon| {
        window.iter().filter(|token| lexicon.function_words.contains(&token.lower)).count()
    };
    if let Some(draft) = foreign_words(sentence, source, lexicons) {
        return Some(draft);
    }
    for window in words.windows(WINDOW.min(words.len().max(1))).filter(|w| w.len() >= 5) {
        for other in lexicons.iter().filter(|lexicon| lexicon.language != sentence.language) {
            let lettered = window.iter().filter(|token| has_letters_of(token, other)).count();
            let foreign = count(window, other) + lettered;
            if foreign >= 3 && count(window, own) == 0 {
                let (start, end) = (window[0].start, window[window.len() - 1].end);
                let text: String = sentence.text.chars().skip(start).take(end - start).collect();
                if stands_in(&text, source) {
                    continue;
                }
                let message = format!("a part of the sentence is {}", other.language.name());
                return Some(error(message).at(start, end));
            }
        }
    }
    None
}

/// Words in a row that only another language's dictionary has.
const FOREIGN_WORDS: usize = 4;

/// Four words in small letters, with no word of this language between them, that are ordinary words of another
/// language alone; or a whole sentence of such words, whatever its capitals.
fn foreign_words(
    sentence: &Passage,
    source: Option<&Source>,
    lexicons: &[&Lexicon; 3],
) -> Option<Draft> {
    let own = sentence.language;
    let places: Vec<usize> = (0..sentence.tokens.len())
        .filter(|at| sentence.tokens[*at].kind == Kind::Word)
        .filter(|at| sentence.tokens[*at].text.chars().count() > 1)
        .collect();
    let is_word = |at: usize, lexicon: &Lexicon| {
        let lower = &sentence.tokens[at].lower;
        let stem = stem(lower, &stemmer(lexicon.language), lexicon.language);
        lexicon.function_words.contains(lower) || is_common(&stem, lexicon.language)
    };
    let mine = lexicons.iter().find(|lexicon| lexicon.language == own)?;
    for other in lexicons.iter().filter(|lexicon| lexicon.language != own) {
        let mut run: Vec<usize> = Vec::new();
        let (mut foreign, mut native) = (0, 0);
        for at in &places {
            let name = sentence.tokens[*at].is_capitalised();
            if is_word(*at, mine) {
                native += 1;
                run.clear();
            } else if is_word(*at, other) {
                foreign += 1;
                if !name {
                    run.push(*at);
                }
            }
            if run.len() >= FOREIGN_WORDS {
                let (start, end) = (sentence.tokens[run[0]].start, sentence.tokens[*at].end);
                let text: String = sentence.text.chars().skip(start).take(end - start).collect();
                if !stands_in(&text, source) {
                    let message = format!("a part of the sentence is {}", other.language.name());
                    return Some(error(message).at(start, end));
                }
            }
        }
        if foreign >= FOREIGN_WORDS && foreign > 3 * native && !stands_in(&sentence.text, source) {
            let message = format!("the sentence is {}, not {}", other.language.name(), own.name());
            return Some(error(message));
        }
    }
    None
}

/// A small word with letters that only Turkish has among the three; names keep theirs anywhere.
fn has_letters_of(token: &Token, lexicon: &Lexicon) -> bool {
    lexicon.language == Language::Turkish
        && !token.is_capitalised()
        && !lexicon.function_words.contains(&token.lower)
        && token.lower.contains(['ı', 'ğ', 'ş', 'ç', 'ö', 'ü'])
}

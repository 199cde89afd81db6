//! Text → how likely its letters follow each other, which tells text from text that was read in a
//! wrong encoding, and one language from another.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Language;

/// -2 log2 of the probability of each pair of letters; see the head of the file.
const PAIRS: &str = include_str!("letter_pairs.txt");

/// Costs are in half bits. A pair that no table has costs this much.
const UNKNOWN: u32 = 35;

/// A letter of the same script that the three languages do not use.
const FOREIGN_LETTER: u32 = 24;

/// A small letter before a capital inside a word, or behind two of them: "пРИВЕТ", "ПРИВЕт".
const MIXED_CASE: u32 = 20;

/// A quotation mark or dash beside a plain letter or another mark, which says little.
const MARK: u32 = 8;

/// Marks that print uses in all three languages.
const MARKS: &str =
    "\u{85}“”„‘’‚«»‹›–—−…•·№§°©®™€£₺₽¥½¼¾×\u{A0}\u{AD}\u{2009}\u{202F}\u{200B}\u{FEFF}";

/// Those of them that do not stand beside a letter.
const SYMBOLS: &str = "•·№§°©®™€£₺₽¥½¼¾×";

/// Those that open or close a quotation, and so never stand between two letters.
const QUOTATION: &str = "“”„‚«»‹›";

/// Those that only open one in the three languages, and so never stand behind a letter, and those
/// that only close one.
const OPENING: &str = "„‚«‹";
const CLOSING: &str = "”»›";

static TABLES: LazyLock<[HashMap<(char, char), u32>; 3]> = LazyLock::new(|| {
    Language::ALL.map(|language| {
        let rows: Vec<(char, &str)> = PAIRS
            .lines()
            .filter_map(|line| {
                let row = line.strip_prefix(language.code())?.strip_prefix(' ')?;
                let (first, costs) = row.split_once(' ')?;
                Some((first.chars().next()?, costs))
            })
            .collect();
        let letters: Vec<char> = rows.iter().map(|(first, _)| *first).collect();
        let cells = rows.iter().flat_map(|(first, costs)| {
            let costs = costs.chars().map(|cost| cost.to_digit(36).unwrap_or(UNKNOWN));
            letters.iter().zip(costs).map(|(second, cost)| ((*first, *second), cost))
        });
        cells.collect()
    })
});

/// How the letters outside ASCII sit in their words.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Legibility {
    /// Pairs of neighbouring characters of which one is outside ASCII.
    pub pairs: usize,
    /// Their costs in half bits, all together.
    cost: u64,
    /// Words with a character outside ASCII, and all words.
    pub touched: usize,
    pub words: usize,
}

impl Legibility {
    /// Looks at Latin words as Turkish and at Cyrillic ones as Russian: English has no letter
    /// outside ASCII that could show anything.
    pub fn of(text: &str) -> Self {
        let mut found = Legibility::default();
        for word in
            text.split(|character: char| character.is_ascii() && !character.is_alphanumeric())
        {
            if word.is_empty() {
                continue;
            }
            found.words += 1;
            if !word.is_ascii() {
                found.touched += 1;
                found.add_word(word);
            }
        }
        found
    }

    /// Mean cost of a pair in half bits: about 8 for sound text, above 14 for any other.
    pub fn mean(&self) -> f64 {
        if self.pairs == 0 { 0.0 } else { self.cost as f64 / self.pairs as f64 }
    }

    /// The two together.
    pub fn and(self, other: Legibility) -> Legibility {
        Legibility {
            pairs: self.pairs + other.pairs,
            cost: self.cost + other.cost,
            touched: self.touched + other.touched,
            words: self.words + other.words,
        }
    }

    fn add_word(&mut self, word: &str) {
        let (mut earlier, mut before) = (' ', ' ');
        for character in word.chars().chain([' ']) {
            if !(before.is_ascii() && character.is_ascii()) {
                self.pairs += 1;
                let cost = pair_cost(before, character) + triple_cost(earlier, before, character);
                self.cost += u64::from(cost);
            }
            (earlier, before) = (before, character);
        }
    }
}

/// Mean cost, in half bits, of the letter pairs of a text in a language; `None` without letters.
pub fn pair_cost_of(text: &str, language: Language) -> Option<f64> {
    let table = &TABLES[language as usize];
    let (mut pairs, mut cost) = (0u32, 0u32);
    for word in text.split(|character: char| !character.is_alphabetic()) {
        if word.is_empty() {
            continue;
        }
        let mut before = '_';
        for character in super::lowercase(word, language).chars().map(folded).chain(['_']) {
            pairs += 1;
            cost += table.get(&(before, character)).copied().unwrap_or(UNKNOWN);
            before = character;
        }
    }
    (pairs > 0).then(|| f64::from(cost) / f64::from(pairs))
}

fn pair_cost(first: char, second: char) -> u32 {
    if is_broken(first) || is_broken(second) {
        return UNKNOWN;
    }
    if !first.is_alphabetic() || !second.is_alphabetic() {
        let letter = if first.is_alphabetic() { first } else { second };
        if letter.is_alphabetic() && [first, second].iter().any(|mark| SYMBOLS.contains(*mark)) {
            return UNKNOWN;
        }
        // The mark itself is sound; whether a letter may stand at the edge of a word, tables say.
        if letter.is_ascii() || !letter.is_alphabetic() {
            return MARK;
        }
    }
    let mixed = first.is_lowercase() && second.is_uppercase();
    let extra = if mixed { MIXED_CASE } else { 0 };
    let cyrillic = is_cyrillic(first) || is_cyrillic(second);
    let table = &TABLES[if cyrillic { Language::Russian } else { Language::Turkish } as usize];
    match table.get(&(key(first, cyrillic), key(second, cyrillic))) {
        Some(cost) => cost + extra,
        None if script(first) != script(second) => UNKNOWN,
        None => FOREIGN_LETTER + extra,
    }
}

/// What the last of three neighbouring characters costs beyond its pair.
fn triple_cost(first: char, second: char, third: char) -> u32 {
    let capital = |letter: char| letter.is_uppercase();
    let between = first.is_alphabetic() && third.is_alphabetic();
    if between && (QUOTATION.contains(second) || second.is_ascii_digit())
        || second.is_alphabetic() && OPENING.contains(third)
        || CLOSING.contains(second) && first == ' ' && third.is_alphabetic()
        || OPENING.contains(second) && third == ' '
    {
        UNKNOWN
    } else if capital(first) && capital(second) && third.is_lowercase() {
        MIXED_CASE
    } else {
        0
    }
}

/// What no text has: undecodable characters, the second set of controls, frames, private ones,
/// letters' parts.
fn is_broken(character: char) -> bool {
    match character {
        '\u{FFFD}' | '\u{80}'..='\u{84}' | '\u{86}'..='\u{9F}' | '\u{2190}'..='\u{25FF}' => true,
        '\u{E000}'..='\u{F8FF}' => true,
        _ if character.is_ascii() || character.is_alphabetic() => false,
        _ => !MARKS.contains(character) && ('\u{A0}'..'\u{2190}').contains(&character),
    }
}

fn is_cyrillic(character: char) -> bool {
    ('\u{400}'..='\u{52F}').contains(&character)
}

/// Latin, Cyrillic or another, which do not meet inside a word; `None` for what is no letter.
fn script(character: char) -> Option<u8> {
    match character {
        _ if !character.is_alphabetic() => None,
        ..'\u{250}' => Some(0),
        _ if is_cyrillic(character) => Some(1),
        _ => Some(2),
    }
}

/// The letter's name in the tables: everything but a letter is the edge of a word.
fn key(character: char, cyrillic: bool) -> char {
    if !character.is_alphabetic() {
        return '_';
    }
    let lowered = match character {
        'I' if !cyrillic => 'ı',
        'İ' => 'i',
        other => other.to_lowercase().next().unwrap_or(other),
    };
    folded(lowered)
}

fn folded(letter: char) -> char {
    match letter {
        'â' => 'a',
        'î' => 'i',
        'û' => 'u',
        'ё' => 'е',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_text_is_told_from_text_in_a_wrong_encoding() {
        let sound = [
            "Министр подал в отставку, сообщили в правительстве.",
            "МИНИСТР ПОДАЛ В ОТСТАВКУ",
            "Başbakan yarın yeni kararı açıklayacak.",
            "BAŞBAKAN YARIN YENİ KARARI AÇIKLAYACAK",
            "The “old” ferry – it’s gone…",
        ];
        for text in sound {
            assert!(Legibility::of(text).mean() < 12.0, "{text}: {:?}", Legibility::of(text));
        }
        let broken = [
            "лХМХЯРП ОНДЮК Б НРЯРЮБЙС",
            "РњРёРЅРёСЃС‚СЂ РїРѕРґР°Р» РІ РѕС‚СЃС‚Р°РІРєСѓ",
            "Baþbakan yarýn yeni kararý",
            "BaÅŸbakan yarÄ±n yeni kararÄ±",
            "The â€œoldâ€\u{9d} ferry",
        ];
        for text in broken {
            assert!(Legibility::of(text).mean() > 14.0, "{text}: {:?}", Legibility::of(text));
        }
        assert_eq!(Legibility::of("plain words").mean(), 0.0);
    }

    #[test]
    fn pairs_tell_english_from_turkish() {
        let turkish = "Kabul edilen kanun yeni kurallar getiriyor";
        let cost = |language| pair_cost_of(turkish, language).unwrap();
        assert!(cost(Language::Turkish) < cost(Language::English));
        assert_eq!(pair_cost_of("12", Language::English), None);
    }
}

//! Text that was once read in a wrong encoding → the text that was meant, when that is certain.

use super::Decoded;
use super::encodings::{
    Charset, IBM437, IBM850, IBM857, IBM866, KOI8_R, MAC_CYRILLIC, MAC_TURKISH, MACINTOSH, UTF_8,
    WINDOWS_1251, WINDOWS_1252, WINDOWS_1254,
};
use crate::language::letters::Legibility;

/// What the text was read as, and what it was, as people meet them: UTF-8 read as any 8-bit
/// encoding of the desk, and the 8-bit ones taken for one another.
const MISREADINGS: [Misreading; 26] = [
    (WINDOWS_1252, UTF_8),
    (WINDOWS_1251, UTF_8),
    (WINDOWS_1254, UTF_8),
    (KOI8_R, UTF_8),
    (IBM866, UTF_8),
    (MACINTOSH, UTF_8),
    (MAC_CYRILLIC, UTF_8),
    (MAC_TURKISH, UTF_8),
    (IBM437, UTF_8),
    (IBM850, UTF_8),
    (IBM857, UTF_8),
    (WINDOWS_1252, MAC_TURKISH),
    (WINDOWS_1254, MAC_TURKISH),
    (MACINTOSH, WINDOWS_1254),
    (MACINTOSH, MAC_TURKISH),
    (WINDOWS_1252, IBM857),
    (WINDOWS_1254, IBM857),
    (MACINTOSH, MAC_CYRILLIC),
    (WINDOWS_1252, WINDOWS_1254),
    (WINDOWS_1252, WINDOWS_1251),
    (WINDOWS_1252, KOI8_R),
    (KOI8_R, WINDOWS_1251),
    (WINDOWS_1251, KOI8_R),
    (WINDOWS_1251, IBM866),
    (IBM866, WINDOWS_1251),
    (IBM866, KOI8_R),
];

/// Mean costs of a pair, in half bits: text above the first is looked at, a repair must come
/// below the second, and be better by the third.
const SUSPECT: f64 = 13.5;
const REPAIRED: f64 = 12.0;
const GAIN: f64 = 3.0;

/// Between 8-bit encodings so many words of a line in a hundred must have such letters: a foreign
/// name in English text ("Guðmundur") is none.
const TOUCHED: usize = 12;

/// Fewest pairs of letters that an 8-bit misreading is told from: sound lines such as "13 авг. 2024
/// г." look unlikely, too.
const FEWEST_PAIRS: usize = 24;

/// The same for Turkish, which has few letters outside ASCII.
const FEWEST_LATIN: usize = 6;

/// Bytes of suspect text that the misreading is told from.
const SAMPLE: usize = 4_000;

/// Puts misread text right and says so; other text stays as it is.
pub(in crate::article) fn repair(text: &str) -> Decoded {
    let Some((chain, repaired)) = best_repair(text) else { return with_marks_for_controls(text) };
    let steps: Vec<String> = chain
        .iter()
        .map(|(read, meant)| format!("read as {} where it was {}", read.name(), meant.name()))
        .collect();
    let steps = steps.join(", and before that ");
    let note = format!("The text had been {steps}; its letters were put right.");
    Decoded { text: repaired, notes: vec![note] }
}

/// Quotation marks and dashes of windows-1252 that were read as the controls of Latin-1. A lone
/// U+0085 is a line end.
fn with_marks_for_controls(text: &str) -> Decoded {
    let is_control = |character: char| ('\u{80}'..='\u{9F}').contains(&character);
    if !text.chars().any(|character| is_control(character) && character != '\u{85}') {
        return Decoded { text: text.to_string(), notes: Vec::new() };
    }
    let mark = |character: char| {
        if !is_control(character) {
            return character;
        }
        let byte = [character as u8];
        WINDOWS_1252.decode(&byte).chars().next().unwrap_or(character)
    };
    let note =
        "Quotation marks and dashes had been read as control characters; they were put right.";
    Decoded { text: text.chars().map(mark).collect(), notes: vec![note.to_string()] }
}

type Misreading = (Charset, Charset);

/// Every single misreading; and text of which UTF-8 was misread, misread once more.
fn chains() -> impl Iterator<Item = Vec<Misreading>> {
    let later = MISREADINGS.iter().filter(|(_, meant)| *meant == UTF_8);
    let twice = later.flat_map(|last| MISREADINGS.iter().map(|first| vec![*last, *first]));
    MISREADINGS.iter().map(|only| vec![*only]).chain(twice)
}

/// The chain of misreadings whose reversal makes the suspect pieces most legible, and the text
/// without them.
fn best_repair(text: &str) -> Option<(Vec<Misreading>, String)> {
    if text.is_ascii() {
        return None;
    }
    let pieces = pieces(text);
    let mut taken = 0;
    let sample: Vec<Piece<'_>> = pieces
        .iter()
        .filter(|piece| piece.is_suspect())
        .map(|piece| Piece::of(&piece.text[..piece.text.floor_char_boundary(SAMPLE)]))
        .take_while(|piece| {
            let fits = taken < SAMPLE;
            taken += piece.text.len();
            fits
        })
        .collect();
    let sum = |parts: &mut dyn Iterator<Item = Legibility>| {
        parts.fold(Legibility::default(), Legibility::and).mean()
    };
    let before = sum(&mut sample.iter().map(|piece| piece.legibility));
    let repairs = chains().filter_map(|chain| {
        // What was lost in between may keep a few pieces from being put right.
        let after = sum(&mut sample.iter().map(|piece| {
            piece.undone(&chain).map_or(piece.legibility, |fixed| Legibility::of(&fixed))
        }));
        (after <= REPAIRED && before - after > GAIN).then_some((chain, after))
    });
    let (chain, _) = repairs.min_by(|first, second| first.1.total_cmp(&second.1))?;
    let fixed = pieces.iter().map(|piece| piece.undone(&chain).unwrap_or(piece.text.to_string()));
    Some((chain.clone(), fixed.collect()))
}

/// A line, or what stands between two tags: a page may be misread in one place only.
struct Piece<'t> {
    text: &'t str,
    legibility: Legibility,
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    text.split_inclusive(['\n', '<', '>']).map(Piece::of).collect()
}

impl<'t> Piece<'t> {
    fn of(text: &'t str) -> Self {
        let legibility = if text.is_ascii() { Legibility::default() } else { Legibility::of(text) };
        Self { text, legibility }
    }

    fn is_suspect(&self) -> bool {
        self.legibility.pairs > 0 && self.legibility.mean() > SUSPECT
    }

    /// The piece with the misreadings undone, the last one first, when that makes it better.
    fn undone(&self, chain: &[Misreading]) -> Option<String> {
        if !self.is_suspect() {
            return None;
        }
        let mut fixed = self.text.to_string();
        for (read, meant) in chain {
            fixed = if *meant == UTF_8 {
                undo_runs(&fixed, *read)?
            } else {
                let words = Legibility::of(&fixed);
                let latin = [WINDOWS_1254, MAC_TURKISH, IBM857].contains(meant);
                let fewest = if latin { FEWEST_LATIN } else { FEWEST_PAIRS };
                if words.touched * 100 < words.words * TOUCHED || words.pairs < fewest {
                    return None;
                }
                meant.decode(&bytes_of(&fixed, *read)?)
            };
        }
        (Legibility::of(&fixed).mean() + GAIN < self.legibility.mean()).then_some(fixed)
    }
}

/// Every run of characters outside ASCII is undone by itself: a lost one spoils no other.
fn undo_runs(text: &str, read: Charset) -> Option<String> {
    let mut fixed = String::with_capacity(text.len());
    let mut changed = false;
    let mut rest = text;
    while let Some(start) = rest.find(|character: char| !character.is_ascii()) {
        fixed.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find(|character: char| character.is_ascii()).unwrap_or(rest.len());
        let run = &rest[..end];
        let undone = bytes_of(run, read).and_then(|bytes| String::from_utf8(bytes).ok());
        changed |= undone.is_some();
        fixed.push_str(undone.as_deref().unwrap_or(run));
        rest = &rest[end..];
    }
    fixed.push_str(rest);
    changed.then_some(fixed)
}

/// The bytes that an encoding reads as this text. Latin-1 readers keep the controls that
/// windows-125x has no character for.
fn bytes_of(text: &str, charset: Charset) -> Option<Vec<u8>> {
    let keeps_controls = [WINDOWS_1251, WINDOWS_1252, WINDOWS_1254].contains(&charset);
    let mut bytes = Vec::with_capacity(text.len());
    for character in text.chars() {
        match u32::from(character) {
            code @ 0..=0x9F if code < 0x80 || keeps_controls => bytes.push(code as u8),
            _ => charset.push_bytes(character, &mut bytes)?,
        }
    }
    Some(bytes)
}

/// How much of a text in one of the three languages cannot be what its writer wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::article) enum Damage {
    /// Some words, with one of them for the note.
    Some { example: String },
    /// Too many to read the rest.
    Most { example: String },
}

/// Looks for words that a wrong encoding spoilt for good. The text must be known to be in one of
/// the three languages: the letters of others look spoilt.
pub(in crate::article) fn damage(text: &str) -> Option<Damage> {
    let mut spoilt = 0usize;
    let mut words = 0usize;
    let mut first: Option<&str> = None;
    for word in text.split_whitespace() {
        words += 1;
        if is_spoilt(word) {
            spoilt += 1;
            first = first.or(Some(word));
        }
    }
    let example = first?.to_string();
    if spoilt * 5 > words {
        Some(Damage::Most { example })
    } else if spoilt >= 3 && spoilt * 100 > words {
        Some(Damage::Some { example })
    } else {
        None
    }
}

/// "g?n", "kapatýyor", a word of frames and undecodable characters.
fn is_spoilt(word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    let between = letters.windows(3).any(|three| {
        matches!(three[1], '?' | '\u{FFFD}')
            && three[0].is_lowercase()
            && three[2].is_lowercase()
            && !word.contains(['/', '='])
    });
    let misread = word.chars().any(|letter| {
        matches!(letter, 'ý' | 'þ' | 'ð' | 'Ý' | 'Þ' | 'Ð' | '\u{80}'..='\u{9F}' | '\u{2500}'..='\u{259F}')
    });
    between
        || misread
        || (!word.is_ascii()
            && Legibility::of(word).pairs >= 6
            && Legibility::of(word).mean() > 22.0)
}

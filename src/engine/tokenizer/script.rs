//! A language → the tokens with which its text can be written, for output that must not drift into
//! another script.

use super::Tokenizer;
use crate::language::Language;

/// The letters of a text. Languages that are written with the same ones share what is made for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Letters {
    Latin,
    /// Latin too, for names.
    Cyrillic,
}

impl Letters {
    pub const COUNT: usize = 2;
}

impl From<Language> for Letters {
    fn from(language: Language) -> Self {
        match language {
            Language::English | Language::Turkish => Self::Latin,
            Language::Russian => Self::Cyrillic,
        }
    }
}

impl Tokenizer {
    /// Sorted ids of the tokens that a text in `letters` may have: those whose characters are such
    /// letters, digits, punctuation, symbols or white space, and the tokens that end an answer.
    ///
    /// A token may hold a part of a character. Its last bytes may begin one only if every character
    /// that they can begin is allowed (rare scripts aside); then whatever continues it is too.
    pub fn allowed_tokens(&self, letters: Letters) -> Vec<u32> {
        (0..self.vocab_len() as u32)
            .filter(|&id| {
                self.end_tokens().binary_search(&id).is_ok()
                    || (!self.is_control(id) && may_write(self.token_bytes(id), letters))
            })
            .collect()
    }
}

/// Whether a token that writes these bytes may be in a text in `letters`; see
/// [`Tokenizer::allowed_tokens`].
pub fn may_write(bytes: &[u8], letters: Letters) -> bool {
    let continuation = bytes.iter().take_while(|&&byte| byte & 0xC0 == 0x80).count();
    if bytes.is_empty() || continuation > 3 {
        return false;
    }
    let whole = &bytes[continuation..];
    match std::str::from_utf8(whole) {
        Ok(text) => text.chars().all(|character| is_allowed(character, letters)),
        Err(error) => {
            let (text, begun) = whole.split_at(error.valid_up_to());
            let text = String::from_utf8_lossy(text);
            error.error_len().is_none()
                && text.chars().all(|character| is_allowed(character, letters))
                && may_begin(begun, letters)
        }
    }
}

/// The first byte of quotation marks, dashes, currency signs, № and other symbols. It also begins
/// U+2C00 to U+2FFF, scripts so rare that they are no reason to do without quotation marks.
const PUNCTUATION_LEAD: u8 = 0xE2;

/// Whether every character whose UTF-8 form begins with `begun` is allowed.
fn may_begin(begun: &[u8], letters: Letters) -> bool {
    let Some((&lead, followers)) = begun.split_first() else { return true };
    if begun == [PUNCTUATION_LEAD] {
        return true;
    }
    let (missing, bits) = match lead {
        0xC2..=0xDF => (1, lead & 0x1F),
        0xE0..=0xEF => (2, lead & 0x0F),
        0xF0..=0xF4 => (3, lead & 0x07),
        _ => return false,
    };
    let prefix =
        followers.iter().fold(u32::from(bits), |code, &byte| (code << 6) | u32::from(byte & 0x3F));
    let open_bits = 6 * (missing - followers.len() as u32);
    // Codes that would be written shorter are no completions.
    let least = [0, 0x80, 0x800, 0x1_0000][missing as usize];
    let first = (prefix << open_bits).max(least);
    let last = (prefix << open_bits) | ((1 << open_bits) - 1);
    (first..=last).filter_map(char::from_u32).all(|character| is_allowed(character, letters))
}

/// By block of the Unicode standard.
fn is_allowed(character: char, letters: Letters) -> bool {
    match u32::from(character) {
        0x09 | 0x0A | 0x0D => true,
        0x20..=0x7E
        | 0xA0..=0x24F // Latin-1, Latin Extended-A and -B
        | 0x2B0..=0x36F // modifier letters, combining marks
        | 0x1E00..=0x1EFF // Latin Extended Additional
        | 0x2000..=0x2BFF // punctuation, currency, №, arrows, mathematics, symbols
        | 0xFE00..=0xFE0F // variation selectors
        | 0x1_F000..=0x1_FFFF => true, // pictographs
        0x80..=0x9F => false,
        0x400..=0x52F => letters == Letters::Cyrillic,
        _ => false,
    }
}

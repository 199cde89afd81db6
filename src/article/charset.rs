//! Bytes → Unicode text. Every encoding that may be meant is tried, and the one whose text has the
//! likeliest letters is taken; what a page declares counts, but less than what it holds.

mod declared;
mod encodings;
mod mojibake;
mod utf16;
mod utf32;
mod utf7;

pub(in crate::article) use mojibake::{Damage, damage, repair};

use std::borrow::Cow;

use encoding_rs::Encoding;
use encodings::{
    BIG5, Charset, EUC_JP, EUC_KR, GB18030, IBM855, IBM857, IBM866, ISO_8859_3, ISO_8859_5, KOI8_R,
    MAC_CYRILLIC, MAC_TURKISH, MACINTOSH, SHIFT_JIS, UTF_8, WINDOWS_1251, WINDOWS_1252,
    WINDOWS_1254,
};

use super::ArticleError;
use crate::language::letters::Legibility;

/// Text with what was noticed on the way, one sentence each, for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Decoded {
    pub text: String,
    pub notes: Vec<String>,
}

/// Every encoding that has all letters of one of the three languages, the usual ones first; those
/// of East Asia have the letters of Russian.
const CANDIDATES: [Charset; 17] = [
    WINDOWS_1252,
    WINDOWS_1254,
    WINDOWS_1251,
    KOI8_R,
    IBM866,
    ISO_8859_5,
    MAC_CYRILLIC,
    MACINTOSH,
    MAC_TURKISH,
    IBM857,
    IBM855,
    ISO_8859_3,
    GB18030,
    BIG5,
    SHIFT_JIS,
    EUC_JP,
    EUC_KR,
];

/// Bytes that the encoding of a file is told from.
const SAMPLE: usize = 256 * 1024;

/// Half bits a pair that the declared encoding is believed to be better than it looks, and all of
/// them together at most: a long text shows by itself what it is.
const TRUST_IN_DECLARATION: f64 = 1.5;
const MOST_TRUST: f64 = 40.0;

/// Half bits a pair that single Cyrillic letters in Latin text are worse than they look.
const STRAY: f64 = 8.0;

/// Mean cost of a pair, in half bits, up to which text is taken for sound. Bounds were chosen on
/// sentences of three languages in all encodings; see `every_encoding_is_found`.
const SOUND: f64 = 13.0;

/// Mean cost above which no reading is text of a page, which may hold a few odd letters.
const UNREADABLE: f64 = 17.0;

/// How much better than any other reading one must be, in half bits for the text as a whole: 8
/// bits are odds of 256 to 1.
const MARGIN: f64 = 16.0;

/// One NUL in so many bytes and a file is no text.
const NUL_SHARE: usize = 20;

/// Decodes a text file: byte-order mark, UTF-8, UTF-16 without a mark, then 8-bit encodings when one
/// of them is certain.
///
/// # Errors
/// `Binary` for files that hold no text, `NotUtf8` (with the likely encoding) when none is certain.
pub(super) fn decode_text(bytes: &[u8]) -> Result<Decoded, ArticleError> {
    let bytes = match unambiguous(bytes)? {
        Unambiguous::Text(decoded) => return Ok(decoded),
        Unambiguous::Bytes(bytes) => bytes,
    };
    let offset = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(utf7::decode(text).unwrap_or_else(|| repair(text))),
        Err(error) => error.valid_up_to(),
    };
    let best = likeliest(bytes, None);
    if !best.is_certain() {
        // What does not look like text in any of them is in none of them.
        let guess = (best.cost <= SOUND).then(|| best.charset.name());
        return Err(ArticleError::NotUtf8 { offset, guess });
    }
    let note = format!("The file is not UTF-8; it was read as {}.", best.charset.name());
    Ok(best.decoded(bytes, note))
}

/// Decodes a web page or feed: as a text file, but what it declares is believed unless its letters
/// say otherwise, and the likeliest reading is taken even when it is not certain.
///
/// # Errors
/// `Binary` for files that hold no text, `NotUtf8` where no reading looks like text.
pub(super) fn decode_page(bytes: &[u8]) -> Result<Decoded, ArticleError> {
    let bytes = match unambiguous(bytes)? {
        Unambiguous::Text(decoded) => return Ok(decoded),
        Unambiguous::Bytes(bytes) => bytes,
    };
    let declared = declared::find(bytes);
    // 8-bit text in these languages is never valid UTF-8 by chance, so validity beats declarations.
    if let Ok(text) = std::str::from_utf8(bytes) {
        let stateful = declared.filter(|charset| charset.is_stateful());
        return Ok(match stateful {
            Some(charset) => repair(&charset.decode(bytes)),
            None => utf7::decode(text).unwrap_or_else(|| repair(text)),
        });
    }
    let best = likeliest(bytes, declared);
    if best.is_unreadable() {
        let offset = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
        return Err(ArticleError::NotUtf8 { offset, guess: None });
    }
    let name = best.charset.name();
    let note = match declared {
        Some(declared) if declared != best.charset => format!(
            "The page says that it is {}, but its letters are {name}; it was read as that.",
            declared.name()
        ),
        Some(_) if !best.is_certain() => {
            format!("The page says that it is {name}, which its letters do not show for certain.")
        }
        None if !best.is_certain() => {
            format!(
                "The page does not say its encoding; it was read as {name}, which may be wrong."
            )
        }
        _ => String::new(),
    };
    Ok(best.decoded(bytes, note))
}

/// What the bytes themselves leave no doubt about.
enum Unambiguous<'b> {
    Text(Decoded),
    /// Still to be decoded, without NUL bytes at the end.
    Bytes(&'b [u8]),
}

fn unambiguous(bytes: &[u8]) -> Result<Unambiguous<'_>, ArticleError> {
    // The mark of UTF-32 begins with that of UTF-16.
    if let Some(text) = utf32::decode(bytes) {
        return Ok(Unambiguous::Text(repair(&text)));
    }
    if let Some(text) = decode_marked(bytes) {
        return Ok(Unambiguous::Text(repair(&text)));
    }
    if let Some(text) = utf16::decode_unmarked(bytes) {
        let mut decoded = repair(&text);
        decoded.notes.push("The file was read as UTF-16, though it has no byte-order mark.".into());
        return Ok(Unambiguous::Text(decoded));
    }
    refuse_binary(bytes)?;
    let end = bytes.iter().rposition(|byte| !matches!(byte, 0 | 0x1A)).map_or(0, |last| last + 1);
    Ok(Unambiguous::Bytes(&bytes[..end]))
}

/// Text behind a byte-order mark; without one `None`.
fn decode_marked(bytes: &[u8]) -> Option<String> {
    let (encoding, mark) = Encoding::for_bom(bytes)?;
    let (text, broken) = encoding.decode_without_bom_handling(&bytes[mark..]);
    // A mark of UTF-8 before text that is none is a file put together from two.
    (encoding != encoding_rs::UTF_8 || !broken).then(|| text.into_owned())
}

/// Beginnings of common files that are not text.
const SIGNATURES: [(&[u8], &str); 12] = [
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"\xD0\xCF\x11\xE0", "an old office document"),
    (b"\x1F\x8B", "gzip"),
    (b"\x89PNG", "a PNG image"),
    (b"\xFF\xD8\xFF", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"GGUF", "a GGUF model"),
    (b"\x7FELF", "a program"),
    (b"7z\xBC\xAF", "a 7z archive"),
    (b"BZh", "bzip2"),
    (b"{\\rtf", "RTF"),
];

fn refuse_binary(bytes: &[u8]) -> Result<(), ArticleError> {
    if let Some((_, kind)) = SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)) {
        return Err(ArticleError::Binary { kind });
    }
    let head = &bytes[..bytes.len().min(65_536)];
    // The space of EBCDIC is the at sign of ASCII.
    let count = |wanted: u8| head.iter().filter(|byte| **byte == wanted).count();
    if count(0x40) * 20 > head.len() && count(b' ') * 10 < count(0x40) && !head.is_ascii() {
        return Err(ArticleError::Binary { kind: "EBCDIC text of a mainframe" });
    }
    let nul = head.iter().filter(|byte| **byte == 0).count();
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    if end == 0
        || bytes[..end.min(head.len())].iter().filter(|byte| **byte == 0).count() * NUL_SHARE > end
    {
        return Err(ArticleError::Binary { kind: "it is full of NUL bytes" });
    }
    let controls = head.iter().filter(|byte| matches!(byte, 1..=8 | 14..=26 | 28..=31)).count();
    if controls * 50 > head.len() - nul.min(head.len()) {
        return Err(ArticleError::Binary { kind: "unknown kind" });
    }
    Ok(())
}

/// One way to read the bytes.
struct Reading {
    charset: Charset,
    /// The text of the sample.
    text: String,
    pairs: usize,
    cost: f64,
    /// Cost of the best reading that gives another text.
    next: f64,
}

impl Reading {
    fn is_certain(&self) -> bool {
        self.cost <= SOUND && (self.next - self.cost) * self.pairs as f64 >= MARGIN
    }

    /// Whether much of the text is spoilt in every reading: pages of other encodings are refused,
    /// a page with a few odd bytes is not.
    fn is_unreadable(&self) -> bool {
        let found = Legibility::of(&self.text);
        found.mean() > UNREADABLE && found.touched * 10 > found.words
    }

    fn decoded(&self, bytes: &[u8], note: String) -> Decoded {
        let mut decoded = repair(&self.charset.decode(bytes));
        if !note.is_empty() {
            decoded.notes.insert(0, note);
        }
        decoded
    }
}

/// The reading with the likeliest letters, of UTF-8 (with some broken bytes), the 8-bit encodings
/// and the declared one.
fn likeliest(bytes: &[u8], declared: Option<Charset>) -> Reading {
    let sample = sample(bytes);
    let all = CANDIDATES.into_iter().chain([UTF_8]).chain(declared);
    let mut readings: Vec<Reading> = all
        .map(|charset| {
            let text = charset.decode(&sample);
            let found = Legibility::of(&text);
            let most = MOST_TRUST / found.pairs.max(1) as f64;
            let trust = TRUST_IN_DECLARATION.min(most);
            let trust = if Some(charset) == declared { trust } else { 0.0 };
            let stray = if strays(&text) { STRAY } else { 0.0 };
            let cost = found.mean() - trust + stray;
            Reading { charset, text, pairs: found.pairs, cost, next: f64::INFINITY }
        })
        .collect();
    // Stable: of equal readings the declared one, else the earlier in the list stays first.
    readings.sort_by(|first, second| first.cost.total_cmp(&second.cost));
    let mut best = readings.remove(0);
    let others = readings.iter().filter(|other| differs(&best.text, &other.text));
    best.next = others.map(|other| other.cost).fold(f64::INFINITY, f64::min);
    best
}

/// Whether text in Latin letters has a few Cyrillic ones.
fn strays(text: &str) -> bool {
    let latin = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let cyrillic = text.chars().filter(|it| ('\u{400}'..='\u{4FF}').contains(it)).count();
    (1..=latin / 10).contains(&cyrillic)
}

/// Short files whole, of long ones the first lines that are not ASCII.
fn sample(bytes: &[u8]) -> Cow<'_, [u8]> {
    if bytes.len() <= SAMPLE {
        return Cow::Borrowed(bytes);
    }
    let mut sample = Vec::with_capacity(SAMPLE);
    for line in bytes.split_inclusive(|byte| *byte == b'\n').filter(|line| !line.is_ascii()) {
        sample.extend_from_slice(&line[..line.len().min(SAMPLE - sample.len())]);
        if sample.len() == SAMPLE {
            break;
        }
    }
    Cow::Owned(sample)
}

/// Whether two readings differ in a letter, or in more than one of ten characters outside ASCII.
/// Encodings that share all letters of a text leave no doubt about it.
fn differs(one: &str, other: &str) -> bool {
    let pairs = || {
        one.chars().zip(other.chars()).filter(|(one, other)| !(one.is_ascii() && other.is_ascii()))
    };
    let unlike = || pairs().filter(|(one, other)| one != other);
    let letter = |(one, other): (char, char)| one.is_alphabetic() || other.is_alphabetic();
    unlike().any(letter) || unlike().count() * 10 > pairs().count()
}

#[cfg(test)]
mod tests;

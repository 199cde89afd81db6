//! Bytes → Unicode text. Every encoding that may be meant is tried, and the one whose text has the
//! likeliest letters is taken; what a page declares counts, but less than what it holds.

mod declared;
mod mojibake;
mod utf16;
mod utf32;

pub(in crate::article) use mojibake::{Damage, damage, repair};

use encoding_rs::{
    Encoding, IBM866, ISO_8859_5, KOI8_R, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251, WINDOWS_1252,
    WINDOWS_1254, X_MAC_CYRILLIC,
};

use super::ArticleError;
use crate::language::letters::Legibility;

/// Text with what was noticed on the way, one sentence each, for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Decoded {
    pub text: String,
    pub notes: Vec<String>,
}

/// What 8-bit files of this desk are in. ISO-8859-9 is windows-1254, as the encoding standard has it.
const SINGLE_BYTE: [&Encoding; 7] =
    [WINDOWS_1252, WINDOWS_1254, WINDOWS_1251, KOI8_R, IBM866, ISO_8859_5, X_MAC_CYRILLIC];

/// Half bits a pair that the declared encoding is believed to be better than it looks.
const TRUST_IN_DECLARATION: f64 = 1.5;

/// Mean cost of a pair, in half bits, up to which text is taken for sound. Bounds were chosen on
/// sentences of three languages in all encodings; see `every_encoding_is_found`.
const SOUND: f64 = 13.0;

/// Mean cost above which no reading is text of a page, which may hold a few odd letters.
const UNREADABLE: f64 = 17.0;

/// How much better than any other reading one must be, in half bits a pair.
const MARGIN: f64 = 1.0;

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
        Ok(text) => return Ok(repair(text)),
        Err(error) => error.valid_up_to(),
    };
    let best = likeliest(bytes, None);
    if !best.is_certain() {
        // What does not look like text in any of them is in none of them.
        let guess = (best.cost <= SOUND).then(|| best.encoding.name());
        return Err(ArticleError::NotUtf8 { offset, guess });
    }
    Ok(best.decoded(format!("The file is not UTF-8; it was read as {}.", best.encoding.name())))
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
        let stateful = declared.filter(|encoding| !encoding.is_ascii_compatible());
        return Ok(
            match stateful.filter(|encoding| *encoding != UTF_16LE && *encoding != UTF_16BE) {
                Some(encoding) => repair(&encoding.decode_without_bom_handling(bytes).0),
                None => repair(text),
            },
        );
    }
    let best = likeliest(bytes, declared);
    if best.is_unreadable() {
        let offset = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
        return Err(ArticleError::NotUtf8 { offset, guess: None });
    }
    let name = best.encoding.name();
    let note = match declared {
        Some(declared) if declared != best.encoding => format!(
            "The page says that it is {}, but its letters are {name}; it was read as that.",
            declared.name()
        ),
        _ => String::new(),
    };
    Ok(best.decoded(note))
}

/// What the bytes themselves leave no doubt about.
enum Unambiguous<'b> {
    Text(Decoded),
    /// Still to be decoded, without NUL bytes at the end.
    Bytes(&'b [u8]),
}

fn unambiguous(bytes: &[u8]) -> Result<Unambiguous<'_>, ArticleError> {
    // The mark of UTF-32 begins with that of UTF-16.
    if let Some(text) = utf32::decode_marked(bytes) {
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
    (encoding != UTF_8 || !broken).then(|| text.into_owned())
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
    encoding: &'static Encoding,
    text: String,
    cost: f64,
    /// Cost of the best reading that gives another text.
    next: f64,
}

impl Reading {
    fn is_certain(&self) -> bool {
        self.cost <= SOUND && self.next - self.cost >= MARGIN
    }

    /// Whether much of the text is spoilt in every reading: pages of other encodings are refused,
    /// a page with a few odd bytes is not.
    fn is_unreadable(&self) -> bool {
        let found = Legibility::of(&self.text);
        found.mean() > UNREADABLE && found.touched * 10 > found.words
    }

    fn decoded(&self, note: String) -> Decoded {
        let mut decoded = repair(&self.text);
        if !note.is_empty() {
            decoded.notes.insert(0, note);
        }
        decoded
    }
}

/// The reading with the likeliest letters, of UTF-8 (with some broken bytes), the 8-bit encodings
/// and the declared one.
fn likeliest(bytes: &[u8], declared: Option<&'static Encoding>) -> Reading {
    let all = SINGLE_BYTE.into_iter().chain([UTF_8]).chain(declared);
    let mut readings: Vec<Reading> = all
        .map(|encoding| {
            let text = encoding.decode_without_bom_handling(bytes).0.into_owned();
            let trust = if Some(encoding) == declared { TRUST_IN_DECLARATION } else { 0.0 };
            let cost = Legibility::of(&text).mean() - trust;
            Reading { encoding, text, cost, next: f64::INFINITY }
        })
        .collect();
    // Stable: of equal readings the declared one, else the earlier in the list stays first.
    readings.sort_by(|first, second| first.cost.total_cmp(&second.cost));
    let mut best = readings.remove(0);
    let others = readings.iter().filter(|other| differs(&best.text, &other.text));
    best.next = others.map(|other| other.cost).fold(f64::INFINITY, f64::min);
    best
}

/// Whether two readings differ in more than one of ten letters outside ASCII. Encodings that share
/// nearly all letters, as those of DOS and of the Macintosh share the capitals of Russian, leave no
/// doubt about the text.
fn differs(one: &str, other: &str) -> bool {
    let pairs = || {
        one.chars().zip(other.chars()).filter(|(one, other)| !(one.is_ascii() && other.is_ascii()))
    };
    let unlike = pairs().filter(|(one, other)| one != other).count();
    unlike * 10 > pairs().count()
}

#[cfg(test)]
mod tests;

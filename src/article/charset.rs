//! Bytes → Unicode text. Plain text must be UTF-8 or carry a byte-order mark; a web page may be in
//! any encoding that it declares, or one of the three 8-bit ones of this desk when it lies.

use encoding_rs::{
    Encoding, KOI8_R, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251, WINDOWS_1252, WINDOWS_1254,
};

use super::ArticleError;

/// How far into a page a charset declaration is looked for, in bytes (the HTML standard says 1024;
/// pages with long comments put it later).
const DECLARATION_WINDOW: usize = 4096;

/// Decodes a text file.
///
/// # Errors
/// `Binary` for files that hold no text, `NotUtf8` (with the likely encoding) for 8-bit text.
pub(super) fn decode_text(bytes: &[u8]) -> Result<String, ArticleError> {
    if let Some(text) = decode_marked(bytes) {
        return Ok(text);
    }
    refuse_binary(bytes)?;
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_string()),
        Err(error) => Err(ArticleError::NotUtf8 {
            offset: error.valid_up_to(),
            guess: guess_single_byte(bytes).name(),
        }),
    }
}

/// Decodes a web page or feed: byte-order mark, then UTF-8 if it is valid, then what the page
/// declares, then the likeliest of windows-1251, KOI8-R, windows-1254 and windows-1252.
///
/// # Errors
/// `Binary` for files that hold no text.
pub(super) fn decode_page(bytes: &[u8]) -> Result<String, ArticleError> {
    if let Some(text) = decode_marked(bytes) {
        return Ok(text);
    }
    refuse_binary(bytes)?;
    let declared = declared_encoding(bytes);
    // 8-bit text in these languages is never valid UTF-8 by chance, so validity beats declarations.
    if let Ok(text) = std::str::from_utf8(bytes) {
        let stateful = declared.is_some_and(|encoding| !encoding.is_ascii_compatible());
        if !stateful {
            return Ok(text.to_string());
        }
    }
    let encoding = match declared {
        Some(encoding) if encoding != UTF_8 => encoding,
        _ if mostly_utf8(bytes) => UTF_8,
        _ => guess_single_byte(bytes),
    };
    Ok(encoding.decode_without_bom_handling(bytes).0.into_owned())
}

/// Text behind a byte-order mark; without one `None`.
fn decode_marked(bytes: &[u8]) -> Option<String> {
    let (encoding, mark) = Encoding::for_bom(bytes)?;
    let known = encoding == UTF_8 || encoding == UTF_16LE || encoding == UTF_16BE;
    let (text, broken) = encoding.decode_without_bom_handling(&bytes[mark..]);
    (known && !broken).then(|| text.into_owned())
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
    let controls = head.iter().filter(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31)).count();
    if head.contains(&0) || controls * 50 > head.len() {
        return Err(ArticleError::Binary { kind: "unknown kind" });
    }
    Ok(())
}

/// `charset=` of a meta element or `encoding=` of an XML declaration.
fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(DECLARATION_WINDOW)];
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let after = ["charset", "encoding"].iter().find_map(|key| {
        head.match_indices(key).find_map(|(place, _)| {
            head[place + key.len()..].trim_start().strip_prefix('=').map(str::trim_start)
        })
    })?;
    let label: String = after
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|character| character.is_ascii_alphanumeric() || "-_:.".contains(*character))
        .collect();
    Encoding::for_label(label.as_bytes())
}

/// True when all but a few stray bytes are UTF-8: a page cut in the middle of a character.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let high = bytes.iter().filter(|byte| **byte >= 0x80).count();
    let broken = String::from_utf8_lossy(bytes).matches('\u{FFFD}').count();
    broken * 20 < high
}

/// The likeliest 8-bit encoding of English, Turkish or Russian text.
fn guess_single_byte(bytes: &[u8]) -> &'static Encoding {
    let mut high = 0usize;
    let mut in_runs = 0usize;
    let mut low_half = 0usize;
    let mut turkish = 0usize;
    for run in bytes.split(|byte| *byte < 0x80).filter(|run| !run.is_empty()) {
        high += run.len();
        // Cyrillic words are runs of high bytes; accented Latin letters stand alone.
        if run.len() >= 3 {
            in_runs += run.len();
        }
        low_half += run.iter().filter(|byte| (0xC0..=0xDF).contains(*byte)).count();
        // ğ ı ş İ Ğ Ş of windows-1254, which are ð ý þ Ý Ð Þ of windows-1252.
        turkish += run
            .iter()
            .filter(|byte| matches!(byte, 0xF0 | 0xFD | 0xFE | 0xDD | 0xD0 | 0xDE))
            .count();
    }
    if in_runs * 2 > high {
        // Small letters are the upper half in windows-1251 and the lower half in KOI8-R.
        if low_half * 2 > high { KOI8_R } else { WINDOWS_1251 }
    } else if turkish * 5 > high {
        WINDOWS_1254
    } else {
        WINDOWS_1252
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_obeyed() {
        let mut utf16 = vec![0xFF, 0xFE];
        utf16.extend("İzmir".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(decode_text(&utf16).unwrap(), "İzmir");
        assert_eq!(decode_text("\u{feff}Москва".as_bytes()).unwrap(), "Москва");
    }

    #[test]
    fn eight_bit_text_is_refused_with_its_likely_name() {
        let russian = WINDOWS_1251.encode("Министр подал в отставку").0;
        let error = decode_text(&russian).unwrap_err();
        assert_eq!(error, ArticleError::NotUtf8 { offset: 0, guess: "windows-1251" });
        let turkish = WINDOWS_1254.encode("Başbakan yarın açıklayacak").0;
        let error = decode_text(&turkish).unwrap_err();
        assert_eq!(error, ArticleError::NotUtf8 { offset: 2, guess: "windows-1254" });
    }

    #[test]
    fn binary_files_are_named() {
        let pdf = decode_text(b"%PDF-1.7 ...").unwrap_err();
        assert_eq!(pdf, ArticleError::Binary { kind: "PDF" });
        assert!(matches!(decode_page(b"ab\0cd"), Err(ArticleError::Binary { .. })));
    }

    #[test]
    fn pages_follow_their_declaration_and_survive_a_wrong_one() {
        let body = "<p>Погода в Москве испортилась";
        for (declaration, encoding) in [
            ("<meta charset=windows-1251>", WINDOWS_1251),
            ("<meta charset=\"utf-8\">", WINDOWS_1251),
            ("", KOI8_R),
            ("<META HTTP-EQUIV='Content-Type' CONTENT='text/html; charset=koi8-r'>", KOI8_R),
            ("<meta charset='windows-1251'>", UTF_8),
        ] {
            let mut bytes = declaration.as_bytes().to_vec();
            bytes.extend_from_slice(&encoding.encode(body).0);
            assert!(decode_page(&bytes).unwrap().ends_with(body), "{declaration}");
        }
    }
}

//! The head of a page or feed → the encoding that it declares.

use encoding_rs::Encoding;

use super::encodings::{
    Charset, IBM437, IBM850, IBM855, IBM857, IBM866, KOI8_R, MAC_CYRILLIC, MAC_TURKISH, MACINTOSH,
    UTF_8, WINDOWS_1251, WINDOWS_1252, WINDOWS_1254,
};

/// How far into a page a declaration is looked for, in bytes (the HTML standard says 1024; pages
/// with long comments put it later).
const WINDOW: usize = 4096;

/// `charset=` of a meta element or `encoding=` of an XML declaration.
pub(super) fn find(bytes: &[u8]) -> Option<Charset> {
    let head = &bytes[..bytes.len().min(WINDOW)];
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
    named(&label)
}

/// An encoding by its label, or by one that the standard does not have: "cp857", "cp-1251", "win1251", "koi8r", "latin-5".
pub(in crate::article) fn named(label: &str) -> Option<Charset> {
    if let Some(encoding) = Encoding::for_label(label.as_bytes()) {
        return Some(Charset::Standard(encoding));
    }
    let plain: String =
        label.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let known = [
        ("1251", WINDOWS_1251),
        ("1254", WINDOWS_1254),
        ("1252", WINDOWS_1252),
        ("88599", WINDOWS_1254),
        ("88591", WINDOWS_1252),
        ("latin5", WINDOWS_1254),
        ("latin1", WINDOWS_1252),
        ("koi8", KOI8_R),
        ("866", IBM866),
        ("437", IBM437),
        ("850", IBM850),
        ("855", IBM855),
        ("857", IBM857),
        ("macturkish", MAC_TURKISH),
        ("maccyrillic", MAC_CYRILLIC),
        ("macroman", MACINTOSH),
        ("utf8", UTF_8),
    ];
    known.iter().find(|(part, _)| plain.contains(part)).map(|(_, encoding)| *encoding)
}

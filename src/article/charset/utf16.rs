//! UTF-16 without a byte-order mark: every second byte is one of few.

use encoding_rs::{UTF_16BE, UTF_16LE};

use crate::language::letters::Legibility;

/// Share of the units, in percent, whose high byte is that of Latin, Cyrillic or of marks.
const HIGH_BYTES: usize = 95;

/// The text, when the bytes can be nothing else.
pub(super) fn decode_unmarked(bytes: &[u8]) -> Option<String> {
    let (units, _) = bytes.as_chunks::<2>();
    let window = &units[..units.len().min(4096)];
    if window.len() < 2 {
        return None;
    }
    // ASCII spaces, digits and line ends stand in any text and have a zero beside them.
    let fits = |high: usize| {
        let zeros = window.iter().filter(|unit| unit[high] == 0 && unit[1 - high] != 0).count();
        let known = window.iter().filter(|unit| matches!(unit[high], 0 | 1 | 4 | 0x20)).count();
        zeros * 20 >= window.len() && known * 100 >= window.len() * HIGH_BYTES
    };
    let encoding = match (fits(1), fits(0)) {
        (true, false) => UTF_16LE,
        (false, true) => UTF_16BE,
        _ => return None,
    };
    let text = encoding.decode_without_bom_handling(bytes).0;
    (Legibility::of(&text).mean() < 16.0).then(|| text.into_owned())
}

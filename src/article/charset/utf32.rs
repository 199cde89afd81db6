//! UTF-32, which browsers, and so `encoding_rs`, do not read.

/// The text, behind its byte-order mark or without one; `None` for what is in another encoding.
pub(super) fn decode(bytes: &[u8]) -> Option<String> {
    let (units, rest) = bytes.as_chunks::<4>();
    let (read, marked): (fn([u8; 4]) -> u32, bool) = match units.first()? {
        [0xFF, 0xFE, 0, 0] => (u32::from_le_bytes, true),
        [0, 0, 0xFE, 0xFF] => (u32::from_be_bytes, true),
        [letter, _, 0, 0] if *letter != 0 => (u32::from_le_bytes, false),
        [0, 0, _, letter] if *letter != 0 => (u32::from_be_bytes, false),
        _ => return None,
    };
    if !rest.is_empty() {
        return None;
    }
    let text = units[usize::from(marked)..].iter().map(|unit| char::from_u32(read(*unit)));
    let plain = |letter: &Option<char>| letter.is_some_and(|letter| letter != '\0');
    (marked || text.clone().all(|letter| plain(&letter))).then(|| text.collect())?
}

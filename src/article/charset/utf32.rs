//! UTF-32 with its byte-order mark, which browsers, and so `encoding_rs`, do not read.

/// The text behind the mark; `None` without one, or where a unit is no character.
pub(super) fn decode_marked(bytes: &[u8]) -> Option<String> {
    let (units, rest) = bytes.as_chunks::<4>();
    let read: fn([u8; 4]) -> u32 = match units.first()? {
        [0xFF, 0xFE, 0, 0] => u32::from_le_bytes,
        [0, 0, 0xFE, 0xFF] => u32::from_be_bytes,
        _ => return None,
    };
    if !rest.is_empty() {
        return None;
    }
    units[1..].iter().map(|unit| char::from_u32(read(*unit))).collect()
}

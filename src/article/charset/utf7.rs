//! UTF-7 (RFC 2152), which some mail gateways leave in text: letters outside ASCII stand as base64 of
//! UTF-16 between `+` and `-`.

use super::Decoded;
use crate::language::letters::Legibility;

/// Mean cost of these pairs, in half bits, up to which they are letters.
const SOUND: f64 = 13.0;

/// The text that was meant, when every `+` in it begins such a run and the letters are likely.
pub(super) fn decode(text: &str) -> Option<Decoded> {
    if !text.is_ascii() || !text.contains('+') {
        return None;
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('+') {
        decoded.push_str(before);
        let end = after.find(|it: char| value(it).is_none()).unwrap_or(after.len());
        if end == 0 {
            decoded.push('+');
            rest = after.strip_prefix('-')?;
            continue;
        }
        decoded.push_str(&letters(&after[..end])?);
        rest = after[end..].strip_prefix('-').unwrap_or(&after[end..]);
    }
    decoded.push_str(rest);
    let found = Legibility::of(&decoded);
    if found.pairs == 0 || found.mean() > SOUND {
        return None;
    }
    let notes = vec!["The text is in UTF-7; it was read as that.".to_string()];
    Some(Decoded { text: decoded, notes })
}

/// The UTF-16 of a run; `None` where bits are left over or it is none.
fn letters(run: &str) -> Option<String> {
    let (mut bits, mut held) = (0u32, 0u32);
    let mut units = Vec::with_capacity(run.len() / 2);
    for digit in run.chars() {
        bits = bits << 6 | value(digit)?;
        held += 6;
        if held >= 16 {
            held -= 16;
            units.push((bits >> held) as u16);
            bits &= (1 << held) - 1;
        }
    }
    if units.is_empty() || held >= 6 || bits != 0 {
        return None;
    }
    // Letters of Latin and Cyrillic, and the marks and currencies of print.
    let known = |unit: &u16| matches!(unit, 0xA0..=0x24F | 0x400..=0x4FF | 0x2010..=0x2122);
    units.iter().all(known).then(|| String::from_utf16(&units).ok())?
}

/// Of a digit of base64.
fn value(digit: char) -> Option<u32> {
    match digit {
        'A'..='Z' => Some(digit as u32 - u32::from(b'A')),
        'a'..='z' => Some(digit as u32 - u32::from(b'a') + 26),
        '0'..='9' => Some(digit as u32 - u32::from(b'0') + 52),
        '+' => Some(62),
        '/' => Some(63),
        _ => None,
    }
}

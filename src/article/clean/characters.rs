//! Text → text in composed letters, without invisible characters, with single plain spaces.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// Decodes entities that survived, drops what cannot be seen (soft hyphens, zero-width and
/// direction marks, tag characters, controls), makes every space a plain one, composes letters
/// (NFC). Quotation marks and dashes stay as the source has them.
pub(in crate::article) fn normalise(text: &str) -> String {
    let decoded = decode_entities(&without_escapes(text));
    let visible = decoded.chars().filter_map(|character| match character {
        character if is_invisible(character) => None,
        character if character.is_whitespace() || character == '\u{2800}' => Some(' '),
        character if character.is_control() => None,
        character => Some(character),
    });
    let composed: String = visible.nfc().collect();
    composed.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Without the control sequences of terminals (ECMA-48): ESC, `[`, parameters, one letter.
fn without_escapes(text: &str) -> Cow<'_, str> {
    if !text.contains("\u{1b}[") {
        return Cow::Borrowed(text);
    }
    let mut pieces = text.split("\u{1b}[");
    let mut plain = pieces.next().unwrap_or("").to_string();
    for piece in pieces {
        let end = piece.find(|letter: char| ('@'..='~').contains(&letter));
        plain.push_str(end.map_or("", |end| &piece[end + 1..]));
    }
    Cow::Owned(plain)
}

fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{180E}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}'
    )
}

/// Closes the space before a mark that belongs to the word before it, and those inside brackets.
pub(super) fn close_spaces(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut closed = String::with_capacity(text.len());
    for (place, character) in characters.iter().copied().enumerate() {
        if character == ' ' {
            let next = characters.get(place + 1).copied();
            let after = characters.get(place + 2).copied();
            let mark =
                matches!(next, Some('.' | ',' | ';' | ':' | '!' | '?' | '…' | ')' | ']' | '»'));
            // `.com`, `:)` and ` ...` begin something of their own.
            let ends = after.is_none_or(|after| after == ' ' || "\"”»)]'’".contains(after));
            let smiley = matches!((next, after), (Some(':' | ';'), Some(')')));
            if (mark && ends && !smiley) || closed.ends_with(['(', '[', '«']) {
                continue;
            }
        }
        closed.push(character);
    }
    closed
}

/// `&amp;`, `&#8217;`, `&#x2019;` in text that was escaped twice.
fn decode_entities(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        decoded.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.char_indices().take(10).find(|(_, character)| *character == ';');
        match end.and_then(|(end, _)| Some((end, entity(&rest[1..end])?))) {
            Some((end, character)) => {
                decoded.push(character);
                rest = &rest[end + 1..];
            }
            None => {
                decoded.push('&');
                rest = &rest[1..];
            }
        }
    }
    decoded.push_str(rest);
    decoded
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "shy" => '\u{AD}',
        "laquo" => '«',
        "raquo" => '»',
        "ldquo" => '“',
        "rdquo" => '”',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "euro" => '€',
        "pound" => '£',
        _ => return None,
    })
}

//! A stream of bytes → its lines, none of them longer than a limit, so that no input can fill the
//! memory.

use std::io::{BufRead, Read, Result};

/// One line of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// Without its line break.
    Whole(Vec<u8>),
    /// Longer than the limit; its beginning, and the rest was read over.
    TooLong(Vec<u8>),
}

/// Bytes kept of a line that is too long: enough to find its id.
const KEPT: usize = 4096;

/// The next line of at most `limit` bytes; `None` at the end of the stream.
pub fn next(reader: &mut impl BufRead, limit: usize) -> Result<Option<Line>> {
    let mut line = Vec::new();
    let read = reader.by_ref().take(limit as u64 + 1).read_until(b'\n', &mut line)?;
    if read == 0 {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if line.len() > limit {
        line.truncate(KEPT);
        line.shrink_to_fit();
        skip_line(reader)?;
        return Ok(Some(Line::TooLong(line)));
    }
    Ok(Some(Line::Whole(line)))
}

fn skip_line(reader: &mut impl BufRead) -> Result<()> {
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(());
        }
        let (end, length) = match buffer.iter().position(|&byte| byte == b'\n') {
            Some(place) => (true, place + 1),
            None => (false, buffer.len()),
        };
        reader.consume(length);
        if end {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &[u8], limit: usize) -> Vec<Line> {
        let mut reader = std::io::BufReader::with_capacity(3, text);
        std::iter::from_fn(|| next(&mut reader, limit).unwrap()).collect()
    }

    #[test]
    fn lines_end_where_they_should() {
        let whole = |text: &str| Line::Whole(text.as_bytes().to_vec());
        assert_eq!(all(b"", 5), []);
        assert_eq!(all(b"a\n\nb", 5), [whole("a"), whole(""), whole("b")]);
        assert_eq!(all(b"12345\n12345", 5), [whole("12345"), whole("12345")]);
        let too_long = Line::TooLong(b"123456".to_vec());
        assert_eq!(all(b"1234567890\nb\n", 5), [too_long.clone(), whole("b")]);
        assert_eq!(all(b"b\n1234567890", 5), [whole("b"), too_long]);
    }
}

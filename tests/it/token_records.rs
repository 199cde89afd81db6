//! What llama.cpp makes of a vocabulary, and a tokenizer held against it.

use std::path::Path;

use bulletin::internals::engine::formats::gguf::GgufFile;
use bulletin::internals::engine::tokenizer::{Special, Tokenizer};
use serde::Deserialize;

/// What llama.cpp makes of one vocabulary; one row for each text.
#[derive(Deserialize)]
pub struct Record {
    tokens: usize,
    start: Option<u32>,
    ends: Vec<u32>,
    pub rows: Vec<Row>,
}

#[derive(Deserialize)]
pub struct Row {
    pub plain: Vec<u32>,
    /// Only where recognising control tokens makes a difference.
    special: Option<Vec<u32>>,
    /// Only where the text does not come back.
    decoded: Option<String>,
}

pub fn open(path: &Path) -> Tokenizer {
    Tokenizer::from_gguf(&GgufFile::open(path).unwrap()).unwrap()
}

pub fn compare(name: &str, tokenizer: &Tokenizer, texts: &[String], record: &Record) {
    assert_eq!(tokenizer.vocab_len(), record.tokens, "{name}");
    assert_eq!(tokenizer.start_token(), record.start, "{name}");
    assert_eq!(tokenizer.end_tokens(), record.ends, "{name}");
    assert_eq!(texts.len(), record.rows.len(), "{name}");
    for (text, row) in texts.iter().zip(&record.rows) {
        let plain = tokenizer.encode(text, Special::PlainText);
        assert_eq!(plain, row.plain, "{name}: {text:?}");
        let special = row.special.as_ref().unwrap_or(&row.plain);
        assert_eq!(&tokenizer.encode(text, Special::Recognised), special, "{name}: {text:?}");
        let decoded = row.decoded.as_ref().unwrap_or(text);
        assert_eq!(&tokenizer.decode(&plain), decoded, "{name}: {text:?}");
        let mut stream = tokenizer.decode_stream();
        let streamed: String = plain.iter().map(|&token| stream.push(token)).collect();
        let streamed = streamed + &stream.finish();
        assert_eq!(streamed.trim_start(), decoded.trim_start(), "{name}: {text:?}");
    }
}

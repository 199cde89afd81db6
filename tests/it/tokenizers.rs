//! Tokenizers from GGUF files against llama.cpp: `tests/reference/tokenizer_fixtures.py` wrote the values.

use std::collections::BTreeMap;

use bulletin::internals::engine::formats::gguf::GgufFile;
use bulletin::internals::engine::tokenizer::Tokenizer;

use crate::support::{fixture, read_fixture};
use crate::token_records::{Record, compare, open};

/// `byte_pairs.gguf` with another name in `tokenizer.ggml.pre`. No tensors follow the header, so
/// nothing else moves.
fn with_word_splitter(name: &str) -> Vec<u8> {
    let file = std::fs::read(fixture("tokenizer/byte_pairs.gguf")).unwrap();
    let key = b"tokenizer.ggml.pre";
    let start = file.windows(key.len()).position(|window| window == key).unwrap() + key.len() + 4;
    let end = start + 8 + b"gpt-2".len();
    assert!(file[..end].ends_with(b"gpt-2"));
    let length = (name.len() as u64).to_le_bytes();
    [&file[..start], &length, name.as_bytes(), &file[end..]].concat()
}

/// The texts of `small.json`: those that were not taken from a corpus come first.
fn cases(rows: usize) -> Vec<String> {
    let mut texts: Vec<String> = read_fixture("tokenizer/texts.json");
    texts.truncate(rows);
    texts
}

#[test]
fn word_splitters_equal_llama_cpp() {
    let records: BTreeMap<String, Record> = read_fixture("tokenizer/small.json");
    let folder = tempfile::tempdir().unwrap();
    let mut seen = Vec::new();
    for (name, record) in records.iter().filter(|(name, _)| *name != "llama") {
        let path = folder.path().join(format!("{name}.gguf"));
        std::fs::write(&path, with_word_splitter(name)).unwrap();
        compare(name, &open(&path), &cases(record.rows.len()), record);
        // Each splitter must draw some boundary that no other one draws.
        let ids: Vec<_> = record.rows.iter().map(|row| row.plain.clone()).collect();
        assert!(!seen.contains(&ids), "{name} equals another splitter on every text");
        seen.push(ids);
    }
    assert_eq!(seen.len(), 7);
}

#[test]
fn scored_pieces_with_a_space_before_the_text_equal_llama_cpp() {
    let records: BTreeMap<String, Record> = read_fixture("tokenizer/small.json");
    let record = &records["llama"];
    let tokenizer = open(&fixture("tokenizer/llama.gguf"));
    compare("llama", &tokenizer, &cases(record.rows.len()), record);
}

#[test]
fn an_unknown_word_splitter_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("odd.gguf");
    std::fs::write(&path, with_word_splitter("klingon")).unwrap();
    let error = Tokenizer::from_gguf(&GgufFile::open(&path).unwrap()).err().unwrap();
    let message = format!("{error:#}");
    assert!(message.contains("odd.gguf") && message.contains("klingon"), "{message}");
}

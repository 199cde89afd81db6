use super::pre_tokenizer::PreTokenizer;
use super::special_tokens::TokenKind;
use super::*;
use crate::engine::formats::gguf::{Metadata, Value};

fn words<'a>(name: &str, text: &'a str) -> Vec<&'a str> {
    let splitter = PreTokenizer::named(name).unwrap();
    splitter.split(text).into_iter().map(|range| &text[range]).collect()
}

#[test]
fn word_splitters_draw_the_boundaries_of_their_families() {
    let text = "It's 2031'e  kadar\n\n %3,2";
    let table = [
        ("gpt-2", vec!["It", "'s", " 2031", "'", "e", " ", " kadar", "\n\n", " %", "3", ",", "2"]),
        (
            "smollm",
            vec![
                "It", "'s", " ", "2", "0", "3", "1", "'", "e", " ", " kadar", "\n\n", " %", "3",
                ",", "2",
            ],
        ),
        (
            "llama-bpe",
            vec!["It", "'s", " ", "203", "1", "'e", " ", " kadar", "\n\n", " %", "3", ",", "2"],
        ),
        (
            "qwen2",
            vec![
                "It", "'s", " ", "2", "0", "3", "1", "'e", " ", " kadar", "\n\n", " %", "3", ",",
                "2",
            ],
        ),
        (
            "hunyuan-dense",
            vec!["It", "'s", " ", "203", "1", "'e", " ", " kadar", "\n\n", " %", "3", ",", "2"],
        ),
    ];
    for (name, expected) in table {
        assert_eq!(words(name, text), expected, "{name}");
    }
}

#[test]
fn splitting_loses_nothing() {
    for name in ["gpt-2", "smollm", "llama-bpe", "qwen2", "qwen35", "hunyuan-dense", "default"] {
        for text in ["", " ", "  a \u{1}\u{2} ~~ 漢字 123456 \r\n\t", "\u{a0}\u{a0}x\u{301}"] {
            assert_eq!(words(name, text).concat(), text, "{name}");
        }
    }
}

fn vocabulary(pieces: &[&str]) -> Vocabulary {
    let pieces: Vec<String> = pieces.iter().map(|piece| piece.to_string()).collect();
    Vocabulary::new(&pieces).unwrap()
}

#[test]
fn vocabulary_finds_every_piece_and_refuses_doubles() {
    let pieces: Vec<String> = (0..5000).map(|number| format!("piece {number}")).collect();
    let mut found = Vocabulary::with_capacity(4);
    for (id, piece) in pieces.iter().enumerate() {
        assert_eq!(found.insert(piece.as_bytes()).unwrap(), id as u32);
    }
    for (id, piece) in pieces.iter().enumerate() {
        assert_eq!(found.find(piece.as_bytes()), Some(id as u32));
        assert_eq!(found.get(id as u32), Some(piece.as_bytes()));
    }
    assert_eq!(found.find(b"piece"), None);
    let twice = ["a".to_string(), "b".to_string(), "a".to_string()];
    let error = Vocabulary::new(&twice).err().unwrap().to_string();
    assert!(error.contains("'a'") && error.contains("0 and 2"), "{error}");
}

#[test]
fn the_longest_special_token_is_cut_out_first() {
    let vocabulary = vocabulary(&["<a>", "<a><b>", "<b>", "\n\n", "\n"]);
    let kinds = [
        TokenKind::Control,
        TokenKind::Control,
        TokenKind::Control,
        TokenKind::UserDefined,
        TokenKind::UserDefined,
    ];
    let partition = Partition::new(&vocabulary, &kinds);
    let text = "x<a><b><b>\n\n\n<a>";
    let whole = Range { start: 0, end: text.len() };
    let fragments = partition.split(text, &[whole], &vocabulary, &kinds);
    let expected = [
        Fragment::Text(0..1),
        Fragment::Token(1),
        Fragment::Token(2),
        Fragment::Token(3),
        Fragment::Token(4),
        Fragment::Token(0),
    ];
    assert_eq!(fragments, expected);
    // A control token counts only where it lies wholly inside a trusted stretch.
    let fragments = partition.split(text, &[1..5, 8..10], &vocabulary, &kinds);
    let expected = [
        Fragment::Text(0..1),
        Fragment::Token(0),
        Fragment::Text(4..10),
        Fragment::Token(3),
        Fragment::Token(4),
        Fragment::Text(13..16),
    ];
    assert_eq!(fragments, expected);
}

#[test]
fn gpt2_letters_stand_for_every_byte_once() {
    let letters: std::collections::BTreeSet<char> = (0..=255).map(byte_pairs::char_of).collect();
    assert_eq!(letters.len(), 256);
    for byte in 0..=255 {
        assert_eq!(byte_pairs::byte_of(byte_pairs::char_of(byte)), Some(byte));
    }
    assert_eq!(byte_pairs::char_of(b' '), 'Ġ');
    assert_eq!(byte_pairs::byte_of('漢'), None);
}

fn special(pre: &str, end: u64, codes: Vec<i64>, pieces: &[&str]) -> Vec<u32> {
    let mut metadata = Metadata::default();
    metadata.insert("tokenizer.ggml.pre".into(), Value::String(pre.into()));
    metadata.insert("tokenizer.ggml.eos_token_id".into(), Value::U64(end));
    metadata.insert("tokenizer.ggml.eot_token_id".into(), Value::U64(1));
    metadata.insert("tokenizer.ggml.token_type".into(), Value::Integers(codes));
    let defaults = Defaults { start: None, end: None, add_start: StartRule::Omit };
    special_tokens::read(&metadata, &vocabulary(pieces), &defaults).unwrap().ends
}

/// The published Hy-MT2 7B has `$` for its end of text, and `<|eos|>` for its end of turn.
#[test]
fn an_ordinary_token_ends_no_answer() {
    let pieces = ["$", "<|eos|>", "<|extra_5|>", "word"];
    assert_eq!(special("hunyuan", 0, vec![1, 3, 3, 1], &pieces), [1, 2]);
    assert_eq!(special("qwen2", 0, vec![1, 3, 3, 1], &pieces), [1]);
    assert_eq!(special("qwen2", 0, vec![1, 1, 1, 1], &pieces), [0, 1], "no kinds are known");
}

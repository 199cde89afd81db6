//! Tokenizers of translation models against SentencePiece and transformers:
//! `tests/reference/tokenizer_fixtures.py` wrote the values.

use bulletin::internals::engine::tokenizer::{SentencePiece, T5Tokenizer};
use serde::Deserialize;

use crate::support::{fixture, marian, read_fixture};

#[derive(Deserialize)]
struct PieceRow {
    ids: Vec<u32>,
    decoded: String,
}

#[derive(Deserialize)]
struct MarianRow {
    source: Vec<u32>,
    russian: Vec<u32>,
    target: Vec<u32>,
    decoded: String,
}

#[derive(Deserialize)]
struct PieceRecords {
    unigram: Vec<PieceRow>,
    bpe: Vec<PieceRow>,
    marian: Vec<MarianRow>,
    t5: Vec<PieceRow>,
}

fn compare_pieces(name: &str, path: &str, rows: &[PieceRow]) {
    let model = SentencePiece::open(&fixture(path)).unwrap();
    let texts: Vec<String> = read_fixture("tokenizer/plain.json");
    assert_eq!(texts.len(), rows.len());
    for (text, row) in texts.iter().zip(rows) {
        let ids: Vec<u32> = model.encode(text).iter().map(|piece| piece.id).collect();
        assert_eq!(ids, row.ids, "{name}: {text:?}");
        assert_eq!(model.decode(&ids), row.decoded, "{name}: {text:?}");
    }
}

#[test]
fn spm_files_equal_sentencepiece() {
    let records: PieceRecords = read_fixture("tokenizer/pieces.json");
    compare_pieces("unigram", "tokenizer/marian/source.spm", &records.unigram);
    compare_pieces("bpe", "tokenizer/bpe.spm", &records.bpe);
}

#[test]
fn marian_equals_transformers() {
    let records: PieceRecords = read_fixture("tokenizer/pieces.json");
    let texts: Vec<String> = read_fixture("tokenizer/plain.json");
    let tokenizer = marian(&fixture("tokenizer/marian"));
    assert_eq!(texts.len(), records.marian.len());
    for (text, row) in texts.iter().zip(&records.marian) {
        assert_eq!(tokenizer.encode_source(None, text).unwrap(), row.source, "{text:?}");
        let russian = tokenizer.encode_source(Some(">>rus<<"), text).unwrap();
        assert_eq!(russian, row.russian, "{text:?}");
        assert_eq!(tokenizer.encode_target(text), row.target, "{text:?}");
        assert_eq!(tokenizer.decode(&row.target), row.decoded, "{text:?}");
    }
    let error = tokenizer.encode_source(Some(">>deu<<"), "x").unwrap_err().to_string();
    assert!(error.contains(">>deu<<"), "{error}");
}

#[test]
fn marian_takes_special_tokens_in_a_text_for_text() {
    let tokenizer = marian(&fixture("tokenizer/marian"));
    let special = tokenizer.special_ids();
    let ids = tokenizer.encode_source(None, "</s> <pad> >>rus<< x").unwrap();
    assert_eq!(ids.iter().filter(|&&id| id == special.end).count(), 1);
    assert!(!ids.contains(&special.padding));
    assert!(!ids.contains(&tokenizer.encode_source(Some(">>rus<<"), "").unwrap()[0]));
}

#[test]
fn t5_json_equals_transformers() {
    let records: PieceRecords = read_fixture("tokenizer/pieces.json");
    let texts: Vec<String> = read_fixture("tokenizer/plain.json");
    let tokenizer = T5Tokenizer::from_file(&fixture("tokenizer/t5/tokenizer.json")).unwrap();
    for (text, row) in texts.iter().zip(&records.t5) {
        let ids = tokenizer.encode(text).unwrap();
        assert_eq!(ids, row.ids, "{text:?}");
        assert_eq!(tokenizer.decode(&ids).unwrap(), row.decoded.trim(), "{text:?}");
    }
}

#[test]
fn damaged_spm_files_are_errors_that_name_the_file() {
    let whole = std::fs::read(fixture("tokenizer/bpe.spm")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("damaged.spm");
    let mut failures = 0;
    for length in (0..whole.len()).step_by(97) {
        std::fs::write(&path, &whole[..length]).unwrap();
        if let Err(error) = SentencePiece::open(&path) {
            assert!(format!("{error:#}").contains("damaged.spm"));
            failures += 1;
        }
    }
    // Every cut loses pieces that byte fallback needs, or the trainer's settings.
    assert!(failures > 10, "{failures}");
    for index in (0..whole.len()).step_by(31) {
        let mut changed = whole.clone();
        changed[index] ^= 0xFF;
        if let Ok(model) = SentencePiece::from_bytes(&changed) {
            let ids: Vec<u32> =
                model.encode("ﬁ Ａb -- Пример…").iter().map(|piece| piece.id).collect();
            model.decode(&ids);
        }
    }
}

use super::*;

mod fuzz;

/// A header with one metadata entry and one F32 tensor of four values, then its data.
fn small_file() -> Vec<u8> {
    let mut bytes = b"GGUF".to_vec();
    bytes.extend(3u32.to_le_bytes());
    bytes.extend(1u64.to_le_bytes());
    bytes.extend(1u64.to_le_bytes());
    push_string(&mut bytes, "general.architecture");
    bytes.extend(8u32.to_le_bytes());
    push_string(&mut bytes, "llama");
    push_string(&mut bytes, "t");
    bytes.extend(1u32.to_le_bytes());
    bytes.extend(4u64.to_le_bytes());
    bytes.extend(0u32.to_le_bytes());
    bytes.extend(0u64.to_le_bytes());
    bytes.resize(bytes.len().next_multiple_of(32), 0);
    bytes.extend([1.0f32, 2.0, 3.0, 4.0].iter().flat_map(|value| value.to_le_bytes()));
    bytes
}

fn push_string(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u64).to_le_bytes());
    bytes.extend(text.as_bytes());
}

fn message(bytes: &[u8]) -> String {
    format!("{:#}", read_header(bytes).expect_err("the header is damaged"))
}

#[test]
fn a_sound_file_is_read() {
    let (metadata, tensors) = read_header(&small_file()).unwrap();
    assert_eq!(metadata.string("general.architecture").unwrap(), "llama");
    assert_eq!(tensors["t"].shape, [4]);
    assert_eq!(tensors["t"].length, 16);
}

#[test]
fn every_cut_is_an_error_and_none_a_panic() {
    let bytes = small_file();
    for length in 0..bytes.len() {
        assert!(read_header(&bytes[..length]).is_err(), "cut at {length}");
    }
}

#[test]
fn every_changed_byte_is_survived() {
    let sound = small_file();
    for position in 0..sound.len() {
        for value in [0, 1, 0x7f, 0x80, 0xff] {
            let mut bytes = sound.clone();
            bytes[position] = value;
            let _ = read_header(&bytes);
        }
    }
}

#[test]
fn absurd_counts_name_their_field() {
    let mut bytes = small_file();
    bytes[8..16].copy_from_slice(&(1u64 << 60).to_le_bytes());
    assert!(message(&bytes).contains("tensor_count"));
    let mut bytes = small_file();
    bytes[16..24].copy_from_slice(&(1u64 << 60).to_le_bytes());
    assert!(message(&bytes).contains("metadata_kv_count"));
}

#[test]
fn missing_and_mistyped_keys_are_named() {
    let (metadata, _) = read_header(&small_file()).unwrap();
    assert!(
        metadata.u32("llama.block_count").unwrap_err().to_string().contains("llama.block_count")
    );
    let error = metadata.u32("general.architecture").unwrap_err().to_string();
    assert!(error.contains("general.architecture") && error.contains("whole number"), "{error}");
}

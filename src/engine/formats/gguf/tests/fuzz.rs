//! Thousands of damaged headers: each is refused or read, none makes the reader panic or allocate
//! more than the file could hold.

use super::{push_string, small_file};
use crate::engine::formats::gguf::read_header;

/// Xorshift64* (Marsaglia 2003; Vigna 2016), so that a failure can be repeated.
struct Generator(u64);

impl Generator {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

/// A header with a value of every type and several tensors.
fn rich_file() -> Vec<u8> {
    let mut bytes = b"GGUF".to_vec();
    bytes.extend(3u32.to_le_bytes());
    bytes.extend(3u64.to_le_bytes());
    bytes.extend(16u64.to_le_bytes());
    let sizes = [1usize, 1, 2, 2, 4, 4, 4, 1];
    for (kind, size) in sizes.into_iter().enumerate() {
        push_string(&mut bytes, &format!("scalar.{kind}"));
        bytes.extend((kind as u32).to_le_bytes());
        bytes.extend(std::iter::repeat_n(1, size));
    }
    push_string(&mut bytes, "text");
    bytes.extend(8u32.to_le_bytes());
    push_string(&mut bytes, "a word");
    for kind in [10u32, 11, 12] {
        push_string(&mut bytes, &format!("long.{kind}"));
        bytes.extend(kind.to_le_bytes());
        bytes.extend(7u64.to_le_bytes());
    }
    for (kind, size) in [(5u32, 4usize), (6, 4), (7, 1)] {
        push_string(&mut bytes, &format!("list.{kind}"));
        bytes.extend(9u32.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(3u64.to_le_bytes());
        bytes.extend(std::iter::repeat_n(1, 3 * size));
    }
    push_string(&mut bytes, "words");
    bytes.extend(9u32.to_le_bytes());
    bytes.extend(8u32.to_le_bytes());
    bytes.extend(2u64.to_le_bytes());
    push_string(&mut bytes, "one");
    push_string(&mut bytes, "two");
    for (name, offset) in [("a", 0u64), ("b", 32), ("c", 64)] {
        push_string(&mut bytes, name);
        bytes.extend(2u32.to_le_bytes());
        bytes.extend(4u64.to_le_bytes());
        bytes.extend(2u64.to_le_bytes());
        bytes.extend(0u32.to_le_bytes());
        bytes.extend(offset.to_le_bytes());
    }
    bytes.resize(bytes.len().next_multiple_of(32) + 96, 0);
    bytes
}

/// Values at which counts and sizes go wrong.
const EDGES: [u64; 10] =
    [0, 1, 0x7f, 0xff, 0xffff, 0x7fff_ffff, 0xffff_ffff, 1 << 60, i64::MAX as u64, u64::MAX];

fn mutate(bytes: &mut Vec<u8>, generator: &mut Generator) {
    let at = generator.below(bytes.len());
    match generator.below(6) {
        0 => bytes[at] ^= 1 << generator.below(8),
        1 => bytes[at] = generator.next() as u8,
        2 => bytes.truncate(at.max(1)),
        3 => {
            let edge = EDGES[generator.below(EDGES.len())].to_le_bytes();
            let end = (at + 8).min(bytes.len());
            bytes[at..end].copy_from_slice(&edge[..end - at]);
        }
        4 => {
            let edge = EDGES[generator.below(EDGES.len())] as u32;
            let end = (at + 4).min(bytes.len());
            bytes[at..end].copy_from_slice(&edge.to_le_bytes()[..end - at]);
        }
        _ => {
            let from = generator.below(bytes.len());
            let length = generator.below(24).min(bytes.len() - at.max(from));
            let copied = bytes[from..from + length].to_vec();
            bytes.splice(at..at, copied);
        }
    }
}

#[test]
fn the_rich_file_is_sound() {
    let (metadata, tensors) = read_header(&rich_file()).unwrap();
    assert_eq!((metadata.keys().count(), tensors.len()), (16, 3));
}

#[test]
fn twenty_thousand_damaged_headers_are_survived() {
    let mut generator = Generator(0x5eed);
    let (mut refused, mut read) = (0, 0);
    for case in 0..20_000 {
        let mut bytes = if case % 4 == 0 { small_file() } else { rich_file() };
        for _ in 0..=generator.below(4) {
            mutate(&mut bytes, &mut generator);
        }
        match read_header(&bytes) {
            Ok((_, tensors)) => {
                read += 1;
                for info in tensors.values() {
                    assert!(info.start + info.length <= bytes.len(), "case {case}");
                }
            }
            Err(error) => {
                refused += 1;
                assert!(!error.to_string().is_empty(), "case {case}");
            }
        }
    }
    // The mutations do reach both sides.
    assert!(refused > 5_000 && read > 500, "{refused} refused, {read} read");
}

#[test]
fn a_key_or_tensor_that_is_there_twice_is_named() {
    let twice = |from: &str, to: &str| {
        let mut bytes = rich_file();
        let at = bytes.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
        format!("{:#}", read_header(&bytes).unwrap_err())
    };
    assert!(twice("scalar.1", "scalar.0").contains("'scalar.0' is there twice"));
    // The name of tensor b: a length of 1 before it.
    assert!(twice("\u{1}\0\0\0\0\0\0\0b", "\u{1}\0\0\0\0\0\0\0a").contains("'a' is there twice"));
}

#[test]
fn alignments_that_are_no_powers_of_two_are_refused() {
    for alignment in [0u32, 3, 48, 1 << 21, u32::MAX] {
        let mut bytes = b"GGUF".to_vec();
        bytes.extend(3u32.to_le_bytes());
        bytes.extend(0u64.to_le_bytes());
        bytes.extend(1u64.to_le_bytes());
        push_string(&mut bytes, "general.alignment");
        bytes.extend(4u32.to_le_bytes());
        bytes.extend(alignment.to_le_bytes());
        let error = format!("{:#}", read_header(&bytes).unwrap_err());
        assert!(error.contains("general.alignment"), "{alignment}: {error}");
    }
}

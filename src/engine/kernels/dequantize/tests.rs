use serde::Deserialize;

use super::*;

/// Written by `tests/reference/dequantize_fixtures.py`.
const FIXTURES: &str = include_str!("../../../../tests/fixtures/dequantize.json");

#[derive(Deserialize)]
struct Fixture {
    r#type: String,
    bytes: String,
    /// Bits of single-precision numbers.
    values: Vec<u32>,
}

fn bytes_of(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn values_equal_those_of_the_gguf_package() {
    let fixtures: Vec<Fixture> = serde_json::from_str(FIXTURES).unwrap();
    for kind in TensorType::all().filter(|&kind| kind != TensorType::F32) {
        let fixture = fixtures.iter().find(|fixture| fixture.r#type == kind.name()).unwrap();
        let mut values = vec![0.0; fixture.values.len()];
        dequantize_row(kind, &bytes_of(&fixture.bytes), &mut values);
        for (i, (value, &bits)) in values.iter().zip(&fixture.values).enumerate() {
            assert_eq!(*value, f32::from_bits(bits), "{} value {i}", kind.name());
        }
    }
}

#[test]
fn floats_are_read_as_they_are() {
    let mut values = [0.0; 2];
    dequantize_row(TensorType::F32, &[0, 0, 128, 63, 0, 0, 0, 192], &mut values);
    assert_eq!(values, [1.0, -2.0]);
}

#[test]
#[should_panic(expected = "one place for each value")]
fn a_row_of_another_length_is_refused() {
    dequantize_row(TensorType::Q4_0, &[0; 18], &mut [0.0; 31]);
}

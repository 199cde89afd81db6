use std::path::PathBuf;

use safetensors::tensor::{Dtype, TensorView, serialize_to_file};

use super::*;

fn write(folder: &Path, tensors: &[(&str, Dtype, &[usize], &[u8])]) -> PathBuf {
    let path = folder.join("model.safetensors");
    let views = tensors.iter().map(|(name, kind, shape, bytes)| {
        (name.to_string(), TensorView::new(*kind, shape.to_vec(), bytes).unwrap())
    });
    serialize_to_file(views, None, &path).unwrap();
    path
}

fn message<T>(result: Result<T>) -> String {
    match result {
        Ok(_) => panic!("an error was expected"),
        Err(error) => format!("{error:#}"),
    }
}

#[test]
fn every_float_kind_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let single: Vec<u8> = [1.5f32, -2.0].iter().flat_map(|value| value.to_le_bytes()).collect();
    let half: Vec<u8> =
        [1.5, -2.0].map(half::f16::from_f32).iter().flat_map(|v| v.to_le_bytes()).collect();
    let brain: Vec<u8> =
        [1.5, -2.0].map(half::bf16::from_f32).iter().flat_map(|v| v.to_le_bytes()).collect();
    let path = write(
        folder.path(),
        &[
            ("single", Dtype::F32, &[1, 2], &single),
            ("half", Dtype::F16, &[2, 1], &half),
            ("brain", Dtype::BF16, &[2], &brain),
            ("whole", Dtype::I32, &[1], &[0; 4]),
        ],
    );
    let weights = Weights::open(&[path]).unwrap();
    for name in ["single", "half", "brain"] {
        assert_eq!(weights.values(name, &[2]).unwrap(), [1.5, -2.0]);
    }
    let table = weights.table("half", 2, 1).unwrap();
    let mut row = [0.0];
    table.read_row(1, &mut row).unwrap();
    assert_eq!(row, [-2.0]);
    assert!(message(table.read_row(2, &mut row)).contains("row 2"));
    let error = message(weights.values("whole", &[1]));
    assert!(error.contains("whole") && error.contains("I32"), "{error}");
}

#[test]
fn errors_name_file_and_tensor() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), &[("fc1.weight", Dtype::F32, &[2, 3], &[0; 24])]);
    let weights = Weights::open(std::slice::from_ref(&path)).unwrap();
    let missing = message(weights.values("fc2.weight", &[2, 3]));
    assert!(missing.contains("model.safetensors") && missing.contains("fc2.weight"), "{missing}");
    let shape = message(weights.values("fc1.weight", &[3, 2]));
    assert!(
        shape.contains("model.safetensors")
            && shape.contains("fc1.weight")
            && shape.contains("[2, 3]"),
        "{shape}"
    );
    assert!(message(weights.first_of(&["a", "b"])).contains("'a'"));
    assert!(message(Weights::open(&[])).contains("model.safetensors"));
}

#[test]
fn damaged_files_and_pickles_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), &[("fc1.weight", Dtype::F32, &[2, 3], &[0; 24])]);
    let sound = std::fs::read(&path).unwrap();
    for length in [0, 4, 8, 20, sound.len() - 1] {
        std::fs::write(&path, &sound[..length]).unwrap();
        let error = message(Weights::open(std::slice::from_ref(&path)));
        assert!(error.contains("model.safetensors"), "{length}: {error}");
    }
    for start in [&b"PK\x03\x04archive/data.pkl"[..], b"\x80\x02}q\x00."] {
        std::fs::write(&path, start).unwrap();
        let error = message(Weights::open(std::slice::from_ref(&path)));
        assert!(error.contains("pickle"), "{error}");
    }
}

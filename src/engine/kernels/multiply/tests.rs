use super::super::tests::{Random, random_tensor};
use super::super::{Activations, Matrix, Precision, ThreadPool, multiply};
use crate::engine::formats::gguf::TensorType;

#[test]
fn selected_rows_are_those_of_the_whole() {
    let pool = ThreadPool::new(2);
    let selected = [99, 0, 5, 5, 31, 32, 7, 64, 98, 1, 2, 3, 4, 6, 8, 9, 10, 50];
    for kind in TensorType::all() {
        let bytes = random_tensor(kind, 100, 256, 11);
        let whole = Matrix::pack(kind, &bytes, 100, 256, &pool).unwrap();
        let part =
            Matrix::pack_and_release(kind, &bytes, (100, 256), Some(&selected), &mut |_| {}, &pool);
        let part = part.unwrap();
        assert_eq!(part.rows(), selected.len());
        let activations = Activations::new(&Random(2).floats(2 * 256), 2, 256, &pool);
        let mut of_whole = vec![0.0; 2 * 100];
        let mut of_part = vec![0.0; 2 * selected.len()];
        multiply(&[&whole], &activations, &mut of_whole, &pool);
        multiply(&[&part], &activations, &mut of_part, &pool);
        for (i, &value) in of_part.iter().enumerate() {
            let row = selected[i % selected.len()] as usize;
            assert_eq!(value, of_whole[i / selected.len() * 100 + row], "{}", kind.name());
        }
    }
}

#[test]
fn several_matrices_of_different_types_share_one_call() {
    let pool = ThreadPool::new(2);
    let kinds = [TensorType::Q5_0, TensorType::Q8_0, TensorType::Q4K, TensorType::F16];
    let rows = [20, 33, 7, 16];
    let matrices: Vec<Matrix> = kinds
        .iter()
        .zip(rows)
        .map(|(&kind, n)| {
            Matrix::pack(kind, &random_tensor(kind, n, 256, 5), n, 256, &pool).unwrap()
        })
        .collect();
    for m in [1, 6, 40] {
        let activations = Activations::new(&Random(4).floats(m * 256), m, 256, &pool);
        let mut together = vec![0.0; m * 76];
        multiply(&matrices.iter().collect::<Vec<_>>(), &activations, &mut together, &pool);
        let mut column = 0;
        for (matrix, n) in matrices.iter().zip(rows) {
            let mut alone = vec![0.0; m * n];
            multiply(&[matrix], &activations, &mut alone, &pool);
            for (row, alone) in alone.chunks_exact(n).enumerate() {
                assert_eq!(alone, &together[row * 76 + column..][..n]);
            }
            column += n;
        }
    }
}

#[test]
fn a_row_has_the_same_product_alone_and_among_others() {
    let pool = ThreadPool::new(2);
    for kind in TensorType::all() {
        let matrix = Matrix::pack(kind, &random_tensor(kind, 50, 512, 5), 50, 512, &pool).unwrap();
        let inputs = Random(8).floats(37 * 512);
        let mut together = vec![0.0; 37 * 50];
        let activations = Activations::new(&inputs, 37, 512, &pool);
        multiply(&[&matrix], &activations, &mut together, &pool);
        for (row, inputs) in inputs.chunks_exact(512).enumerate() {
            let mut alone = vec![0.0; 50];
            let activations = Activations::new(inputs, 1, 512, &pool);
            multiply(&[&matrix], &activations, &mut alone, &pool);
            assert_eq!(alone, together[row * 50..][..50], "{} row {row}", kind.name());
        }
    }
}

#[test]
fn inputs_that_are_not_numbers_are_not_lost() {
    let pool = ThreadPool::new(1);
    let bytes = random_tensor(TensorType::Q8_0, 4, 64, 5);
    let matrix = Matrix::pack(TensorType::Q8_0, &bytes, 4, 64, &pool).unwrap();
    for bad in [f32::NAN, f32::INFINITY] {
        let mut inputs = vec![0.5; 64];
        inputs[40] = bad;
        let mut outputs = vec![0.0; 4];
        let activations = Activations::new(&inputs, 1, 64, &pool);
        multiply(&[&matrix], &activations, &mut outputs, &pool);
        assert!(outputs.iter().all(|output| !output.is_finite()), "{outputs:?}");
    }
}

#[test]
fn wrong_sizes_are_errors() {
    let pool = ThreadPool::new(1);
    let error = |kind, length, rows, columns| {
        let bytes = vec![0; length];
        Matrix::pack(kind, &bytes, rows, columns, &pool).err().unwrap().to_string()
    };
    assert!(error(TensorType::Q4K, 144, 1, 128).contains("rows of 128"));
    assert!(error(TensorType::Q4_0, 19, 1, 32).contains("19 are there"));
    assert!(error(TensorType::Q4_0, 18, usize::MAX, 32).contains("18 are there"));
    let rows =
        Matrix::pack_and_release(TensorType::F32, &[0; 8], (2, 1), Some(&[2]), &mut |_| {}, &pool);
    assert!(rows.err().unwrap().to_string().contains("row 2"));
}

#[test]
fn empty_products_are_empty() {
    let pool = ThreadPool::new(2);
    let matrix = Matrix::pack(TensorType::Q4_0, &[], 0, 64, &pool).unwrap();
    let activations = Activations::new(&[0.0; 64], 1, 64, &pool);
    multiply(&[&matrix], &activations, &mut [], &pool);
    let matrix = Matrix::from_f32(&[1.0; 64], 1, 64, Precision::Int8, &pool);
    multiply(&[&matrix], &Activations::new(&[], 0, 64, &pool), &mut [], &pool);
}

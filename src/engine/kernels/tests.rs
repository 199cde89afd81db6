//! Products of all types, shapes and kernels that this processor has, against sums in double precision.

use half::f16;

use super::activations::{Activations, Form};
use super::blocks::BLOCK;
use super::level::Level;
use super::multiply::multiply_with;
use super::{Matrix, Precision, ThreadPool, dequantize_row};
use crate::engine::formats::gguf::TensorType;

/// A small generator (splitmix64): the same numbers on every machine.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ value >> 31
    }

    /// Between -1 and 1.
    pub fn float(&mut self) -> f32 {
        (self.next() >> 40) as f32 / 8_388_608.0 - 1.0
    }

    pub fn floats(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.float()).collect()
    }
}

/// Where a block's half-precision numbers are.
fn halves_of(kind: TensorType) -> &'static [usize] {
    match kind {
        TensorType::Q4_0 | TensorType::Q5_0 | TensorType::Q8_0 => &[0],
        TensorType::Q4_1 | TensorType::Q5_1 | TensorType::Q4K | TensorType::Q5K => &[0, 2],
        TensorType::Q2K => &[80, 82],
        TensorType::Q3K => &[108],
        TensorType::Q6K => &[208],
        TensorType::F32 | TensorType::F16 | TensorType::Bf16 => &[],
    }
}

/// Any bits for the integers and inner scales, and small numbers, some negative, for the outer scales.
pub fn random_tensor(kind: TensorType, rows: usize, columns: usize, seed: u64) -> Vec<u8> {
    let mut random = Random(seed);
    let values = rows * columns;
    match kind {
        TensorType::F32 => random.floats(values).iter().flat_map(|v| v.to_le_bytes()).collect(),
        TensorType::F16 => {
            random.floats(values).iter().flat_map(|&v| f16::from_f32(v).to_le_bytes()).collect()
        }
        TensorType::Bf16 => random
            .floats(values)
            .iter()
            .flat_map(|&v| half::bf16::from_f32(v).to_le_bytes())
            .collect(),
        _ => {
            let size = values / kind.block_len() * kind.block_bytes();
            let mut bytes: Vec<u8> = (0..size).map(|_| random.next() as u8).collect();
            for block in bytes.chunks_exact_mut(kind.block_bytes()) {
                for &at in halves_of(kind) {
                    let d = f16::from_f32(random.float() * 0.1).to_le_bytes();
                    block[at..at + 2].copy_from_slice(&d);
                }
            }
            bytes
        }
    }
}

fn dequantize(kind: TensorType, bytes: &[u8], rows: usize, columns: usize) -> Vec<f32> {
    let mut values = vec![0.0; rows * columns];
    dequantize_row(kind, bytes, &mut values);
    values
}

/// The inputs as the kernels see them: scale × integer.
fn quantised_values(activations: &Activations) -> Vec<f64> {
    let columns = activations.columns();
    let mut values = vec![0.0; activations.rows() * columns];
    for panel in activations.panels() {
        for row in 0..panel.rows {
            for column in 0..columns {
                let block = panel.start * activations.blocks() + column / BLOCK * panel.width + row;
                let quant = activations.quants[block][column % BLOCK];
                let scale = f64::from(activations.scales[block]);
                values[(panel.first + row) * columns + column] = scale * f64::from(quant);
            }
        }
    }
    values
}

/// Weights × inputs and |weights| × |inputs|.
fn products(weights: &[f32], inputs: &[f64]) -> (f64, f64) {
    let terms = weights.iter().zip(inputs).map(|(&weight, &input)| f64::from(weight) * input);
    terms.fold((0.0, 0.0), |(sum, size), term| (sum + term, size + term.abs()))
}

struct Case {
    label: String,
    weights: Vec<f32>,
    inputs: Vec<f32>,
    rows: usize,
    columns: usize,
}

impl Case {
    /// Rounding of the inputs aside, nothing but single-precision sums may differ; with it, each input
    /// may be off by half a step, which is a 254th of the largest of its block.
    fn check(&self, matrix: &Matrix, level: Level, pool: &ThreadPool) {
        let (n, k) = (self.rows, self.columns);
        let m = self.inputs.len() / k;
        let mut activations = Activations::default();
        activations.fill(&self.inputs, m, k, matrix.form(), pool);
        let exact: Vec<f64> = self.inputs.iter().map(|&input| f64::from(input)).collect();
        let seen = if matrix.form() == Form::Float {
            exact.clone()
        } else {
            quantised_values(&activations)
        };
        let mut outputs = vec![f32::NAN; m * n];
        multiply_with(level, &[matrix], &activations, &mut outputs, pool);
        for (i, &output) in outputs.iter().enumerate() {
            let label =
                || format!("{} {level:?} m={m} n={n} k={k} at {},{}", self.label, i / n, i % n);
            let weights = &self.weights[i % n * k..][..k];
            let (expected, size) = products(weights, &seen[i / n * k..][..k]);
            let error = (f64::from(output) - expected).abs();
            assert!(error <= 4e-6 * size + 1e-6, "{}: {output}, not {expected}", label());
            let (expected, _) = products(weights, &exact[i / n * k..][..k]);
            let rounding: f64 = weights.iter().map(|weight| f64::from(weight.abs())).sum();
            let error = (f64::from(output) - expected).abs();
            assert!(error <= rounding / 254.0 * 1.01 + 4e-6 * size + 1e-6, "{}: inputs", label());
        }
    }
}

fn available() -> impl Iterator<Item = Level> {
    Level::available().into_iter()
}

#[test]
fn all_types_and_kernels_multiply_odd_shapes() {
    let pool = ThreadPool::new(2);
    for kind in TensorType::all() {
        let long = kind.block_len() * if kind.block_len() == 256 { 3 } else { 7 };
        for (n, k) in [(1, 256), (15, long), (16, 256), (17, long), (33, 512), (100, long)] {
            let bytes = random_tensor(kind, n, k, 7);
            let weights = dequantize(kind, &bytes, n, k);
            let matrix = Matrix::pack(kind, &bytes, n, k, &pool).unwrap();
            for m in [1, 2, 3, 5, 7, 16, 33] {
                let inputs = Random(m as u64).floats(m * k);
                let label = kind.name().to_owned();
                let case = Case { label, weights: weights.clone(), inputs, rows: n, columns: k };
                available().for_each(|level| case.check(&matrix, level, &pool));
            }
        }
    }
}

#[test]
fn large_integers_do_not_saturate() {
    let pool = ThreadPool::new(1);
    for kind in TensorType::INTEGERS {
        for byte in [0x00, 0x7f, 0x80, 0xff] {
            let mut bytes = random_tensor(kind, 16, 256, 1);
            for block in bytes.chunks_exact_mut(kind.block_bytes()) {
                let halves = halves_of(kind);
                for (at, value) in block.iter_mut().enumerate() {
                    let half = halves.iter().any(|&half| at == half || at == half + 1);
                    *value = if half { *value } else { byte };
                }
            }
            let weights = dequantize(kind, &bytes, 16, 256);
            let matrix = Matrix::pack(kind, &bytes, 16, 256, &pool).unwrap();
            for value in [1.0, -1.0] {
                let inputs = vec![value; 2 * 256];
                let label = format!("{} of {byte:#x}", kind.name());
                let case = Case { label, weights: weights.clone(), inputs, rows: 16, columns: 256 };
                available().for_each(|level| case.check(&matrix, level, &pool));
            }
        }
    }
}

#[test]
fn matrices_made_of_floats() {
    let pool = ThreadPool::new(2);
    for (n, k) in [(5, 1), (16, 31), (40, 64), (17, 100)] {
        let values = Random(3).floats(n * k);
        for (precision, error) in
            [(Precision::F32, 0.0), (Precision::F16, 5e-4), (Precision::Int8, 1.0 / 250.0)]
        {
            let matrix = Matrix::from_f32(&values, n, k, precision, &pool);
            assert_eq!((matrix.rows(), matrix.columns()), (n, k));
            for level in available() {
                let weights = weights_of(&matrix, level, &pool);
                for (&kept, &value) in weights.iter().zip(&values) {
                    assert!(
                        (kept - value).abs() <= error,
                        "{precision:?} {level:?}: {kept} {value}"
                    );
                }
                let inputs = Random(9).floats(3 * k);
                let label = format!("{precision:?}");
                Case { label, weights, inputs, rows: n, columns: k }.check(&matrix, level, &pool);
            }
        }
    }
}

#[test]
fn a_bias_is_added_to_every_row() {
    let pool = ThreadPool::new(2);
    let (n, k, m) = (53, 96, 11);
    let (weights, inputs, bias) =
        (Random(1).floats(n * k), Random(2).floats(m * k), Random(3).floats(n));
    for precision in [Precision::F32, Precision::F16, Precision::Int8] {
        let product = |matrix: &Matrix, level| {
            let mut activations = Activations::default();
            activations.fill(&inputs, m, k, matrix.form(), &pool);
            let mut outputs = vec![f32::NAN; m * n];
            multiply_with(level, &[matrix], &activations, &mut outputs, &pool);
            outputs
        };
        let matrix = || Matrix::from_f32(&weights, n, k, precision, &pool);
        let (plain, biased) = (matrix(), matrix().with_bias(&bias));
        for level in available() {
            let sums = product(&plain, level).into_iter().zip(product(&biased, level));
            for (index, (plain, biased)) in sums.enumerate() {
                assert!((plain + bias[index % n] - biased).abs() < 1e-5, "{level:?} {index}");
            }
        }
    }
}

/// The weights that a matrix keeps, by multiplying with the unit vectors.
fn weights_of(matrix: &Matrix, level: Level, pool: &ThreadPool) -> Vec<f32> {
    let (n, k) = (matrix.rows(), matrix.columns());
    let mut unit = vec![0.0; k * k];
    (0..k).for_each(|i| unit[i * k + i] = 1.0);
    let activations = Activations::new(&unit, k, k, pool);
    let mut outputs = vec![0.0; k * n];
    multiply_with(level, &[matrix], &activations, &mut outputs, pool);
    (0..n * k).map(|i| outputs[i % k * n + i / k]).collect()
}

//! Products of matrices in every encoding, at the widths of decoding, batches and prompts; packing; the
//! cost of a parallel region; and what a layer does between its matrices.
//!
//! `cargo bench --bench kernels` for all, `-- 'multiply/Q4_K'` for one. Elements are operations (two for
//! each weight and input), bytes are those of the packed weights or of the file. Two threads, or
//! `BENCH_THREADS`.

use std::hint::black_box;

use bulletin::internals::engine::formats::gguf::TensorType;
use bulletin::internals::engine::kernels::{
    Activations, Matrix, Precision, ThreadPool, gelu_tanh_glu, multiply, rms_norm, swiglu,
};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

mod support;

use support::{inputs, pool, settings};

/// A feed-forward matrix of a model of 0.6 billion weights.
const COLUMNS: usize = 1024;
const ROWS: usize = 3072;

/// Bytes that are small positive numbers wherever a block keeps its scales.
fn tensor(kind: TensorType, rows: usize) -> Vec<u8> {
    let bytes = rows * COLUMNS / kind.block_len() * kind.block_bytes();
    (0..bytes).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8 & 0x3b).collect()
}

fn multiply_all(criterion: &mut Criterion) {
    let pool = pool();
    for kind in TensorType::all() {
        let matrix = Matrix::pack(kind, &tensor(kind, ROWS), ROWS, COLUMNS, &pool).unwrap();
        multiply_one(criterion, kind.name(), &matrix, &pool);
    }
    let matrix = Matrix::from_f32(&inputs(ROWS * COLUMNS), ROWS, COLUMNS, Precision::Int8, &pool);
    multiply_one(criterion, "Int8", &matrix, &pool);
}

/// Inputs are quantised within the time, as they are in a model.
fn multiply_one(criterion: &mut Criterion, name: &str, matrix: &Matrix, pool: &ThreadPool) {
    let mut group = criterion.benchmark_group(format!("multiply/{name}"));
    for m in [1, 4, 16, 32, 128, 512] {
        let x = inputs(m * COLUMNS);
        let mut activations = Activations::default();
        let mut out = vec![0.0; m * ROWS];
        group.throughput(Throughput::Elements((2 * m * COLUMNS * ROWS) as u64));
        group.bench_function(BenchmarkId::from_parameter(m), |bencher| {
            bencher.iter(|| {
                activations.fill(&x, m, COLUMNS, matrix.form(), pool);
                multiply(&[matrix], &activations, &mut out, pool);
                black_box(&out);
            });
        });
    }
}

/// Decoding with weights far larger than the caches: the bandwidth of memory is the ceiling.
fn multiply_from_memory(criterion: &mut Criterion) {
    let pool = pool();
    let rows = 131_072;
    let mut group = criterion.benchmark_group("multiply-from-memory");
    for kind in [
        TensorType::Q4_0,
        TensorType::Q4_1,
        TensorType::Q5_0,
        TensorType::Q4K,
        TensorType::Q6K,
        TensorType::Q8_0,
        TensorType::F16,
    ] {
        let matrix = Matrix::pack(kind, &tensor(kind, rows), rows, COLUMNS, &pool).unwrap();
        let activations = Activations::new(&inputs(COLUMNS), 1, COLUMNS, &pool);
        let mut out = vec![0.0; rows];
        group.throughput(Throughput::Bytes(matrix.bytes() as u64));
        group.bench_function(kind.name(), |bencher| {
            bencher.iter(|| multiply(&[&matrix], &activations, black_box(&mut out), &pool));
        });
    }
}

fn pack(criterion: &mut Criterion) {
    let pool = pool();
    let mut group = criterion.benchmark_group("pack");
    for kind in TensorType::all() {
        let bytes = tensor(kind, ROWS);
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(kind.name(), |bencher| {
            bencher.iter(|| Matrix::pack(kind, black_box(&bytes), ROWS, COLUMNS, &pool).unwrap());
        });
    }
}

fn region(criterion: &mut Criterion) {
    let pool = pool();
    criterion.bench_function("pool/empty region", |bencher| {
        bencher.iter(|| pool.for_each(pool.threads(), |task| _ = black_box(task)));
    });
}

fn rows(criterion: &mut Criterion) {
    let pool = pool();
    let mut group = criterion.benchmark_group("rows");
    for m in [1, 512] {
        let (x, weight) = (inputs(m * COLUMNS), inputs(COLUMNS));
        let mut out = vec![0.0; m * COLUMNS];
        group.throughput(Throughput::Elements((m * COLUMNS) as u64));
        group.bench_function(BenchmarkId::new("rms_norm", m), |bencher| {
            bencher.iter(|| rms_norm(&x, &weight, 1e-6, (m, COLUMNS), black_box(&mut out), &pool));
        });
        let both = inputs(2 * m * ROWS);
        let mut out = vec![0.0; m * ROWS];
        group.throughput(Throughput::Elements((m * ROWS) as u64));
        group.bench_function(BenchmarkId::new("swiglu", m), |bencher| {
            bencher.iter(|| swiglu(&both, ROWS, black_box(&mut out), &pool));
        });
        group.bench_function(BenchmarkId::new("gelu_tanh_glu", m), |bencher| {
            bencher.iter(|| gelu_tanh_glu(&both, ROWS, black_box(&mut out), &pool));
        });
    }
}

criterion_group! {
    name = benches;
    config = settings();
    targets = multiply_all, multiply_from_memory, pack, region, rows
}
criterion_main!(benches);

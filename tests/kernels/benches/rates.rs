//! Products of one thread, level by level: the least time of many short turns, which other work on the machine
//! disturbs little. `cargo bench --manifest-path tests/kernels/Cargo.toml -- avx2 [Q4_K …]`; without a level the
//! processor's best. Prints operations a second (two for each weight and input), inputs quantised already.

use std::time::{Duration, Instant};

use bulletin_kernels::engine::formats::gguf::TensorType;
use bulletin_kernels::engine::kernels::{
    Activations, Form, Level, Matrix, Precision, ThreadPool, multiply,
};

/// A matrix that stays in the second-level cache, so that the kernels are measured and not the memory.
const COLUMNS: usize = 1024;
const ROWS: usize = 256;
/// Inputs at a time: one text, a few, a batch, a prompt.
const INPUTS: [usize; 5] = [1, 4, 8, 16, 64];
/// Turns of each product, and how long one takes about.
const TURNS: usize = 60;
const TURN: Duration = Duration::from_millis(2);

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let mut wanted = arguments.as_slice();
    if let [level, rest @ ..] = wanted {
        Level::choose(level).expect("the first argument is a level that this processor has");
        wanted = rest;
    }
    let pool = ThreadPool::new(1);
    println!("{}, GOP/s\t{}", Level::current().name(), INPUTS.map(|m| m.to_string()).join("\t"));
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|kind| kind == name);
    for kind in TensorType::all().filter(|kind| is_wanted(kind.name())) {
        let matrix = Matrix::pack(kind, &tensor(kind), ROWS, COLUMNS, &pool).unwrap();
        print(kind.name(), &matrix, &pool);
    }
    if is_wanted("Int8") {
        let weights = inputs(ROWS * COLUMNS);
        let matrix = Matrix::from_f32(&weights, ROWS, COLUMNS, Precision::Int8, &pool);
        print("Int8", &matrix, &pool);
    }
}

fn print(name: &str, matrix: &Matrix, pool: &ThreadPool) {
    let rates = INPUTS.map(|m| {
        let mut activations = Activations::default();
        let form: Form = matrix.form();
        activations.fill(&inputs(m * COLUMNS), m, COLUMNS, form, pool);
        let mut outputs = vec![0.0; m * ROWS];
        let least = least_time(|| multiply(&[matrix], &activations, &mut outputs, pool));
        format!("{:.0}", (2 * m * COLUMNS * ROWS) as f64 / least.as_nanos() as f64)
    });
    println!("{name}\t{}", rates.join("\t"));
}

/// Of one call, over [`TURNS`] turns.
fn least_time(mut call: impl FnMut()) -> Duration {
    let mut least = Duration::MAX;
    let begin = Instant::now();
    call();
    let calls = (TURN.as_nanos() / begin.elapsed().as_nanos().max(1)).clamp(1, 10_000) as u32;
    for _ in 0..TURNS {
        let begin = Instant::now();
        (0..calls).for_each(|_| call());
        least = least.min(begin.elapsed() / calls);
    }
    least
}

/// Bytes that are small positive numbers wherever a block keeps its scales.
fn tensor(kind: TensorType) -> Vec<u8> {
    let bytes = ROWS * COLUMNS / kind.block_len() * kind.block_bytes();
    (0..bytes).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8 & 0x3b).collect()
}

/// Numbers between -1 and 1.
fn inputs(count: usize) -> Vec<f32> {
    (0..count).map(|i| (i * 7919 % 1000) as f32 / 500.0 - 1.0).collect()
}

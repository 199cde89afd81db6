//! In: rows of floats. Out: rows of floats: what a layer does between its matrices. Rows are shared out
//! over the pool when there is enough to do.

use super::ThreadPool;
use super::elementary::{exp, gelu_tanh, silu};
use super::pool::Disjoint;

#[cfg(test)]
mod tests;

/// Values that one thread works through in about the time that a parallel region takes to set up.
const SHARE: usize = 8192;

/// Partial sums, as many as fill two of the widest vectors.
const LANES: usize = 32;

/// `out[i] = x[i] · weight[i] / √(mean(x²) + epsilon)` for each row of `columns` values
/// (Zhang and Sennrich 2019).
///
/// # Panics
/// If `x` and `out` are not `rows` × `columns`, or `weight` not `columns` long.
pub fn rms_norm(
    x: &[f32],
    weight: &[f32],
    epsilon: f32,
    (rows, columns): (usize, usize),
    out: &mut [f32],
    pool: &ThreadPool,
) {
    assert_eq!((x.len(), weight.len()), (rows * columns, columns), "x and weight must fit");
    for_rows(out, (rows, columns), pool, |row, out| Operation::RmsNorm {
        x: &x[row * columns..][..columns],
        weight,
        epsilon,
        out,
    });
}

/// `out[i] = (x[i] - mean) · weight[i] / √(variance + epsilon) + bias[i]` for each row.
///
/// # Panics
/// If `x` and `out` are not `rows` × `columns`, or `weight` and `bias` not `columns` long.
pub fn layer_norm(
    x: &[f32],
    (weight, bias): (&[f32], &[f32]),
    epsilon: f32,
    (rows, columns): (usize, usize),
    out: &mut [f32],
    pool: &ThreadPool,
) {
    assert_eq!(x.len(), rows * columns, "x must be rows × columns");
    assert_eq!((weight.len(), bias.len()), (columns, columns), "weight and bias must fit");
    for_rows(out, (rows, columns), pool, |row, out| Operation::LayerNorm {
        x: &x[row * columns..][..columns],
        weight,
        bias,
        epsilon,
        out,
    });
}

/// `gate_up` is rows × 2f, in each row the gate and then the values; `out[i] = silu(gate[i]) · up[i]`,
/// rows × f.
///
/// # Panics
/// If `gate_up` is not twice as long as `out`, or `out` not rows × `features`.
pub fn swiglu(gate_up: &[f32], features: usize, out: &mut [f32], pool: &ThreadPool) {
    glu(gate_up, features, out, pool, Gate::Silu);
}

/// As [`swiglu`], with the tanh form of GELU for the gate.
///
/// # Panics
/// As [`swiglu`].
pub fn gelu_tanh_glu(gate_up: &[f32], features: usize, out: &mut [f32], pool: &ThreadPool) {
    glu(gate_up, features, out, pool, Gate::GeluTanh);
}

fn glu(gate_up: &[f32], features: usize, out: &mut [f32], pool: &ThreadPool, gate: Gate) {
    assert_eq!(gate_up.len(), 2 * out.len(), "gate and values are twice as many as results");
    let rows = out.len().checked_div(features).unwrap_or(0);
    for_rows(out, (rows, features), pool, |row, out| {
        let (gates, up) = gate_up[row * 2 * features..][..2 * features].split_at(features);
        Operation::Glu { gate, gates, up, out }
    });
}

/// `x[i] += y[i]`.
///
/// # Panics
/// If the lengths differ.
pub fn add_in_place(x: &mut [f32], y: &[f32], pool: &ThreadPool) {
    assert_eq!(x.len(), y.len(), "both must be equally long");
    // Addition is bound by memory: larger pieces.
    let piece = 4 * SHARE;
    let length = x.len();
    let x = Disjoint::new(x);
    pool.for_each(length.div_ceil(piece), |task| {
        let start = task * piece;
        let y = &y[start..length.min(start + piece)];
        // SAFETY: pieces do not overlap.
        run(Operation::Add { x: unsafe { x.slice(start, y.len()) }, y });
    });
}

/// Replaces a row by `exp(x[i] - max) / Σ exp(x - max)`. A row of nothing but -∞ becomes zeros.
pub fn softmax_in_place(x: &mut [f32]) {
    run(Operation::Softmax { x });
}

/// `ln Σ exp(x)`; -∞ for no values.
pub fn log_sum_exp(x: &[f32]) -> f32 {
    let mut result = f32::NEG_INFINITY;
    run(Operation::LogSumExp { x, result: &mut result });
    result
}

#[derive(Clone, Copy)]
enum Gate {
    Silu,
    GeluTanh,
}

/// What is done with one row. Being one type, all operations are compiled for an instruction set by one
/// function.
enum Operation<'a> {
    RmsNorm { x: &'a [f32], weight: &'a [f32], epsilon: f32, out: &'a mut [f32] },
    LayerNorm { x: &'a [f32], weight: &'a [f32], bias: &'a [f32], epsilon: f32, out: &'a mut [f32] },
    Glu { gate: Gate, gates: &'a [f32], up: &'a [f32], out: &'a mut [f32] },
    Add { x: &'a mut [f32], y: &'a [f32] },
    Softmax { x: &'a mut [f32] },
    LogSumExp { x: &'a [f32], result: &'a mut f32 },
}

fn for_rows<'a>(
    out: &'a mut [f32],
    (rows, columns): (usize, usize),
    pool: &ThreadPool,
    operation: impl Fn(usize, &'a mut [f32]) -> Operation<'a> + Sync,
) {
    assert_eq!(out.len(), rows * columns, "the results must be rows × columns");
    if columns == 0 {
        return;
    }
    let step = (SHARE / columns).max(1);
    let out = Disjoint::new(out);
    pool.for_each(rows.div_ceil(step), |task| {
        for row in task * step..rows.min((task + 1) * step) {
            // SAFETY: each row is in one task.
            let out = unsafe { out.slice(row * columns, columns) };
            run(operation(row, out));
        }
    });
}

fn run(operation: Operation) {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512dq") {
            // SAFETY: the instructions were found.
            return unsafe { run_avx512(operation) };
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: as above.
            return unsafe { run_avx2(operation) };
        }
    }
    run_body(operation);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
fn run_avx512(operation: Operation) {
    run_body(operation);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn run_avx2(operation: Operation) {
    run_body(operation);
}

#[inline(always)]
fn run_body(operation: Operation) {
    match operation {
        Operation::RmsNorm { x, weight, epsilon, out } => {
            let mean = sum(x, |value| value * value) / x.len() as f32;
            let factor = 1.0 / (mean + epsilon).sqrt();
            for ((out, x), weight) in out.iter_mut().zip(x).zip(weight) {
                *out = x * factor * weight;
            }
        }
        Operation::LayerNorm { x, weight, bias, epsilon, out } => {
            let mean = sum(x, |value| value) / x.len() as f32;
            let variance = sum(x, |value| (value - mean) * (value - mean)) / x.len() as f32;
            let factor = 1.0 / (variance + epsilon).sqrt();
            for (((out, x), weight), bias) in out.iter_mut().zip(x).zip(weight).zip(bias) {
                *out = (x - mean) * factor * weight + bias;
            }
        }
        Operation::Glu { gate: Gate::Silu, gates, up, out } => {
            for ((out, &gate), up) in out.iter_mut().zip(gates).zip(up) {
                *out = silu(gate) * up;
            }
        }
        Operation::Glu { gate: Gate::GeluTanh, gates, up, out } => {
            for ((out, &gate), up) in out.iter_mut().zip(gates).zip(up) {
                *out = gelu_tanh(gate) * up;
            }
        }
        Operation::Add { x, y } => {
            for (x, y) in x.iter_mut().zip(y) {
                *x += y;
            }
        }
        Operation::Softmax { x } => softmax(x),
        Operation::LogSumExp { x, result } => {
            let largest = largest(x);
            if largest > f32::NEG_INFINITY {
                *result = largest + sum(x, |value| exp(value - largest)).ln();
            }
        }
    }
}

#[inline(always)]
fn softmax(x: &mut [f32]) {
    let largest = largest(x);
    if largest == f32::NEG_INFINITY {
        return x.fill(0.0);
    }
    for value in x.iter_mut() {
        // The exponential of a masked score is not zero but the smallest normal number.
        *value = if *value == f32::NEG_INFINITY { 0.0 } else { exp(*value - largest) };
    }
    let factor = 1.0 / sum(x, |value| value);
    x.iter_mut().for_each(|value| *value *= factor);
}

#[inline(always)]
fn largest(x: &[f32]) -> f32 {
    let mut largest = [f32::NEG_INFINITY; LANES];
    for chunk in x.chunks(LANES) {
        for (largest, &value) in largest.iter_mut().zip(chunk) {
            *largest = if value > *largest { value } else { *largest };
        }
    }
    largest.iter().fold(f32::NEG_INFINITY, |largest, &value| largest.max(value))
}

/// Σ f(x), in as many partial sums as keep vector units busy; the same ones on every processor.
#[inline(always)]
fn sum(x: &[f32], f: impl Fn(f32) -> f32) -> f32 {
    let mut sums = [0.0; LANES];
    let (chunks, rest) = x.as_chunks::<LANES>();
    for chunk in chunks {
        for (sum, &value) in sums.iter_mut().zip(chunk) {
            *sum += f(value);
        }
    }
    for (sum, &value) in sums.iter_mut().zip(rest) {
        *sum += f(value);
    }
    sums.iter().sum()
}

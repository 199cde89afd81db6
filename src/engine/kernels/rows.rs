//! In: rows of floats. Out: rows of floats: what a layer does between its matrices. Rows are shared out
//! over the pool when there is enough to do.

use super::ThreadPool;
use super::elementary::{exp, gelu, gelu_tanh, sigmoid, silu, tanh};
use super::lanes::Lanes;
use super::level::{Level, Work};
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

/// As [`rms_norm`], in place, for each row of as many values as `weight` has; on the caller's thread.
pub fn rms_norm_in_place(x: &mut [f32], weight: &[f32], epsilon: f32) {
    run(Operation::RmsNormInPlace { x, weight, epsilon });
}

/// `x[i] = (x[i] - mean) · weight[i] / √(variance + epsilon) + bias[i]`, in place, for each row of as many values as
/// `weight` has; on the caller's thread.
pub fn layer_norm_in_place(x: &mut [f32], (weight, bias): (&[f32], &[f32]), epsilon: f32) {
    run(Operation::LayerNormInPlace { x, weight, bias, epsilon });
}

/// What stands between the layers of a feed-forward block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    Relu,
    /// x · sigmoid(x), also published as "swish".
    Silu,
    /// x · Φ(x) with the error function.
    Gelu,
    /// The approximation of GELU by tanh.
    GeluTanh,
    Tanh,
    Sigmoid,
    Linear,
}

impl Activation {
    /// Replaces each value by its function's; on the caller's thread.
    pub fn apply(self, values: &mut [f32]) {
        run(Operation::Activate { activation: self, values });
    }
}

/// `gate_up` is rows × 2f, in each row the gate and then the values; `out[i] = silu(gate[i]) · up[i]`,
/// rows × f.
///
/// # Panics
/// If `gate_up` is not twice as long as `out`, or `out` not rows × `features`.
pub fn swiglu(gate_up: &[f32], features: usize, out: &mut [f32], pool: &ThreadPool) {
    glu(gate_up, features, out, pool, Activation::Silu);
}

/// As [`swiglu`], with the tanh form of GELU for the gate.
///
/// # Panics
/// As [`swiglu`].
pub fn gelu_tanh_glu(gate_up: &[f32], features: usize, out: &mut [f32], pool: &ThreadPool) {
    glu(gate_up, features, out, pool, Activation::GeluTanh);
}

fn glu(gate_up: &[f32], features: usize, out: &mut [f32], pool: &ThreadPool, gate: Activation) {
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

/// `ln Σ exp(x)`; -∞ for no values.
pub fn log_sum_exp(x: &[f32]) -> f32 {
    let mut result = f32::NEG_INFINITY;
    run(Operation::LogSumExp { x, result: &mut result });
    result
}

/// What is done with one row. Being one type, all operations are compiled for a level by one function.
enum Operation<'a> {
    RmsNorm { x: &'a [f32], weight: &'a [f32], epsilon: f32, out: &'a mut [f32] },
    RmsNormInPlace { x: &'a mut [f32], weight: &'a [f32], epsilon: f32 },
    LayerNormInPlace { x: &'a mut [f32], weight: &'a [f32], bias: &'a [f32], epsilon: f32 },
    Activate { activation: Activation, values: &'a mut [f32] },
    Glu { gate: Activation, gates: &'a [f32], up: &'a [f32], out: &'a mut [f32] },
    Add { x: &'a mut [f32], y: &'a [f32] },
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
    Level::current().run(operation);
}

impl Work for Operation<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Lanes>(self) {
        run_body(self);
    }
}

#[inline(always)]
fn run_body(operation: Operation) {
    match operation {
        Operation::RmsNorm { x, weight, epsilon, out } => {
            let factor = rms_factor(x, epsilon);
            for ((out, x), weight) in out.iter_mut().zip(x).zip(weight) {
                *out = x * factor * weight;
            }
        }
        Operation::RmsNormInPlace { x, weight, epsilon } => {
            for row in x.chunks_exact_mut(weight.len()) {
                let factor = rms_factor(row, epsilon);
                for (x, weight) in row.iter_mut().zip(weight) {
                    *x = *x * factor * weight;
                }
            }
        }
        Operation::LayerNormInPlace { x, weight, bias, epsilon } => {
            for row in x.chunks_exact_mut(weight.len()) {
                let (mean, factor) = mean_and_factor(row, epsilon);
                for ((x, weight), bias) in row.iter_mut().zip(weight).zip(bias) {
                    *x = (*x - mean) * factor * weight + bias;
                }
            }
        }
        Operation::Activate { activation, values } => activate(activation, values),
        // The activations of gated blocks, each with a loop of its own.
        Operation::Glu { gate, gates, up, out } => match gate {
            Activation::Silu => gated(silu, gates, up, out),
            Activation::GeluTanh => gated(gelu_tanh, gates, up, out),
            other => {
                out.copy_from_slice(gates);
                activate(other, out);
                out.iter_mut().zip(up).for_each(|(out, up)| *out *= up);
            }
        },
        Operation::Add { x, y } => {
            for (x, y) in x.iter_mut().zip(y) {
                *x += y;
            }
        }
        Operation::LogSumExp { x, result } => {
            let largest = largest(x);
            if largest > f32::NEG_INFINITY {
                *result = largest + sum(x, |value| exp(value - largest)).ln();
            }
        }
    }
}

/// 1 / √(mean(x²) + epsilon).
#[inline(always)]
fn rms_factor(x: &[f32], epsilon: f32) -> f32 {
    1.0 / (sum(x, |value| value * value) / x.len() as f32 + epsilon).sqrt()
}

/// The mean, and 1 / √(variance + epsilon).
#[inline(always)]
fn mean_and_factor(x: &[f32], epsilon: f32) -> (f32, f32) {
    let mean = sum(x, |value| value) / x.len() as f32;
    let variance = sum(x, |value| (value - mean) * (value - mean)) / x.len() as f32;
    (mean, 1.0 / (variance + epsilon).sqrt())
}

#[inline(always)]
fn activate(activation: Activation, values: &mut [f32]) {
    match activation {
        Activation::Relu => change(values, |x| if x > 0.0 { x } else { 0.0 }),
        Activation::Silu => change(values, silu),
        Activation::Gelu => change(values, gelu),
        Activation::GeluTanh => change(values, gelu_tanh),
        Activation::Tanh => change(values, tanh),
        Activation::Sigmoid => change(values, sigmoid),
        Activation::Linear => {}
    }
}

#[inline(always)]
fn change(values: &mut [f32], function: impl Fn(f32) -> f32) {
    values.iter_mut().for_each(|value| *value = function(*value));
}

#[inline(always)]
fn gated(activation: impl Fn(f32) -> f32, gates: &[f32], up: &[f32], out: &mut [f32]) {
    for ((out, &gate), up) in out.iter_mut().zip(gates).zip(up) {
        *out = activation(gate) * up;
    }
}

/// Replaces a row by `exp(x[i] - max) / Σ exp(x - max)`; a row of nothing but -∞ becomes zeros. For code that is itself
/// compiled for a level.
#[inline(always)]
pub fn softmax(x: &mut [f32]) {
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

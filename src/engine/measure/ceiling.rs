//! A thread pool → the most that this processor can give it: bytes read from memory, and integer
//! and float operations in registers. Measured, not looked up, since neighbours and clocks differ.

use std::hint::black_box;
use std::sync::Mutex;
use std::time::Instant;

use serde::Serialize;

use super::super::kernels::ThreadPool;

/// Rates of all threads together. An operation is one multiplication or one addition.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Ceiling {
    /// Bytes that all threads together read from memory in a second.
    pub read_bytes_per_second: f64,
    /// On 8-bit integers.
    pub integer_operations_per_second: f64,
    /// On 32-bit floats.
    pub float_operations_per_second: f64,
}

/// Far more than the last cache of one core's share; what large server caches hold makes the
/// figure too high, never too low.
const READ_BYTES: usize = 512 << 20;
const ROUNDS: usize = 5;
const STEPS: usize = 4_000_000;

/// The best of several rounds of each; takes about two seconds and half a gigabyte.
pub fn ceiling(pool: &ThreadPool) -> Ceiling {
    let peak = peak::operations();
    Ceiling {
        read_bytes_per_second: read_rate(pool),
        integer_operations_per_second: rate(pool, &*peak.integers),
        float_operations_per_second: rate(pool, &*peak.floats),
    }
}

fn best(mut round: impl FnMut() -> f64) -> f64 {
    (0..ROUNDS).map(|_| round()).fold(0.0, f64::max)
}

fn read_rate(pool: &ThreadPool) -> f64 {
    let words = vec![1u64; READ_BYTES / 8];
    let parts: Vec<&[u64]> = words.chunks(1 << 17).collect();
    best(|| {
        let started = Instant::now();
        pool.for_each(parts.len(), |part| {
            // Eight sums that do not wait for each other.
            let mut sums = [0u64; 8];
            for words in parts[part].as_chunks::<8>().0 {
                for (sum, word) in sums.iter_mut().zip(words) {
                    *sum = sum.wrapping_add(*word);
                }
            }
            black_box(sums);
        });
        READ_BYTES as f64 / started.elapsed().as_secs_f64()
    })
}

/// A loop without memory: runs so many steps and gives the operations that it did.
type Loop = dyn Fn(usize) -> u64 + Sync;

fn rate(pool: &ThreadPool, run: &Loop) -> f64 {
    best(|| {
        let done = Mutex::new(0);
        let started = Instant::now();
        pool.for_each(pool.threads(), |_| {
            let operations = run(STEPS);
            if let Ok(mut done) = done.lock() {
                *done += operations;
            }
        });
        let seconds = started.elapsed().as_secs_f64();
        done.into_inner().map_or(0.0, |operations: u64| operations as f64 / seconds)
    })
}

mod peak;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_threads_read_and_compute() {
        let ceiling = ceiling(&ThreadPool::new(2));
        assert!(ceiling.read_bytes_per_second > 1e8, "{ceiling:?}");
        assert!(ceiling.integer_operations_per_second > 1e8, "{ceiling:?}");
        assert!(ceiling.float_operations_per_second > 1e8, "{ceiling:?}");
    }
}

//! What the micro-benchmarks share: threads, inputs and how long they measure.

use std::time::Duration;

use bulletin::internals::engine::kernels::ThreadPool;
use criterion::Criterion;

/// Two threads, or `BENCH_THREADS`.
pub fn pool() -> ThreadPool {
    let threads = std::env::var("BENCH_THREADS").ok().and_then(|count| count.parse().ok());
    ThreadPool::new(threads.unwrap_or(2))
}

/// Numbers between -1 and 1.
pub fn inputs(count: usize) -> Vec<f32> {
    (0..count).map(|i| (i * 7919 % 1000) as f32 / 500.0 - 1.0).collect()
}

pub fn settings() -> Criterion {
    Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(800))
}

//! Rows of one buffer → shared out among the threads of the pool.

use std::sync::Mutex;

use crate::engine::kernels::ThreadPool;

/// Tasks for each thread: enough that a late thread does not hold up the others.
const TASKS_PER_THREAD: usize = 4;

/// Runs `run(first row, rows)` on runs of whole rows of `width` values, which together are `values`.
pub(super) fn for_each_rows(
    pool: &ThreadPool,
    values: &mut [f32],
    width: usize,
    run: impl Fn(usize, &mut [f32]) + Sync,
) {
    let rows = values.len() / width.max(1);
    if rows < 2 || pool.threads() < 2 {
        run(0, values);
        return;
    }
    let rows_per_task = rows.div_ceil(pool.threads() * TASKS_PER_THREAD);
    let parts: Vec<Mutex<&mut [f32]>> =
        values.chunks_mut(rows_per_task * width).map(Mutex::new).collect();
    pool.for_each(parts.len(), |task| {
        // Each part is taken by one task alone, so no lock is ever waited for or poisoned.
        if let Ok(mut part) = parts[task].lock() {
            run(task * rows_per_task, &mut part);
        }
    });
}

/// The results of `run(row, values)` for each row of `width` values.
pub(super) fn map_rows<T: Send>(
    pool: &ThreadPool,
    values: &mut [f32],
    width: usize,
    run: impl Fn(usize, &mut [f32]) -> T + Sync,
) -> Vec<T> {
    let parts: Vec<Mutex<(&mut [f32], Option<T>)>> =
        values.chunks_mut(width).map(|row| Mutex::new((row, None))).collect();
    pool.for_each(parts.len(), |row| {
        if let Ok(mut part) = parts[row].lock() {
            let result = run(row, part.0);
            part.1 = Some(result);
        }
    });
    parts.into_iter().filter_map(|part| part.into_inner().ok()?.1).collect()
}

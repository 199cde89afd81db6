use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::{Disjoint, ThreadPool};

fn counts_of(pool: &ThreadPool, tasks: usize) -> Vec<usize> {
    let counts: Vec<_> = (0..tasks).map(|_| AtomicUsize::new(0)).collect();
    pool.for_each(tasks, |task| {
        counts[task].fetch_add(1, Ordering::Relaxed);
    });
    counts.into_iter().map(AtomicUsize::into_inner).collect()
}

#[test]
fn every_task_runs_once() {
    for threads in [0, 1, 2, 3, 8] {
        let pool = ThreadPool::new(threads);
        assert_eq!(pool.threads(), threads.max(1));
        for tasks in [0, 1, 2, 3, 100] {
            assert_eq!(counts_of(&pool, tasks), vec![1; tasks], "{threads} threads");
        }
    }
}

#[test]
fn ten_thousand_tiny_regions() {
    let pool = ThreadPool::new(3);
    let total = AtomicUsize::new(0);
    for _ in 0..10_000 {
        pool.for_each(4, |task| {
            total.fetch_add(task, Ordering::Relaxed);
        });
    }
    assert_eq!(total.into_inner(), 60_000);
}

#[test]
fn regions_after_a_pause_find_parked_workers() {
    let pool = ThreadPool::new(2);
    for _ in 0..20 {
        std::thread::sleep(Duration::from_millis(1));
        assert_eq!(counts_of(&pool, 5), vec![1; 5]);
    }
}

#[test]
fn workers_take_part() {
    let pool = ThreadPool::new(2);
    let both = std::sync::Barrier::new(2);
    // Neither task can end before the other has begun.
    pool.for_each(2, |_| {
        both.wait();
    });
}

#[test]
fn a_region_inside_a_region_runs_on_its_own_thread() {
    let pool = ThreadPool::new(2);
    let total = AtomicUsize::new(0);
    pool.for_each(4, |_| {
        let thread = std::thread::current().id();
        pool.for_each(8, |_| {
            assert_eq!(std::thread::current().id(), thread);
            total.fetch_add(1, Ordering::Relaxed);
        });
    });
    assert_eq!(total.into_inner(), 32);
}

#[test]
fn callers_on_several_threads_do_not_disturb_each_other() {
    let pool = ThreadPool::new(2);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..500 {
                    assert_eq!(counts_of(&pool, 7), vec![1; 7]);
                }
            });
        }
    });
}

#[test]
fn a_panic_reaches_the_caller_and_the_pool_goes_on() {
    let pool = ThreadPool::new(3);
    for panicking in [0, 5, 63] {
        let result = catch_unwind(AssertUnwindSafe(|| {
            pool.for_each(64, |task| assert!(task != panicking, "task {task} failed"));
        }));
        let message = *result.unwrap_err().downcast::<String>().unwrap();
        assert_eq!(message, format!("task {panicking} failed"));
        assert_eq!(counts_of(&pool, 9), vec![1; 9]);
    }
}

#[test]
fn disjoint_parts_are_written() {
    let pool = ThreadPool::new(2);
    let mut values = vec![0; 30];
    let parts = Disjoint::new(&mut values);
    pool.for_each(10, |task| {
        // SAFETY: each task has three elements of its own.
        unsafe { parts.slice(task * 3, 3) }.fill(task);
    });
    assert!(values.iter().enumerate().all(|(i, &value)| value == i / 3));
}

#[test]
#[should_panic]
fn parts_outside_the_slice_are_refused() {
    let mut values = vec![0; 4];
    // SAFETY: it is the only part.
    unsafe { Disjoint::new(&mut values).slice(2, 3) };
}

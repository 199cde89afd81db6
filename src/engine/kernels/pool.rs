//! In: a number of tasks and a function of a task's index. Out: the function ran once for each index,
//! on the caller's thread and on the pool's own.

use std::any::Any;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle, Thread};
use std::time::{Duration, Instant};

#[cfg(test)]
mod tests;

/// How long an idle worker looks for the next region before it parks: longer than the serial work
/// between two layers' matrices, far shorter than a scheduler's time slice.
const SPIN: Duration = Duration::from_micros(60);

/// In `Shared::state`: the low 32 bits count workers inside the region, then two flags, then the
/// region's number.
const OPEN: u64 = 1 << 32;
const CALLER_SLEEPS: u64 = 1 << 33;
const INSIDE: u64 = OPEN - 1;
const NUMBER: u64 = 1 << 34;

/// Keeps counters that different threads write on cache lines of their own (two, as they are
/// fetched in pairs).
#[repr(align(128))]
struct Line<T>(T);

type Task = dyn Fn(usize) + Sync;

/// What the open region runs. The pointer is read only by threads that are counted in `state`, and the
/// caller leaves `for_each` only after closing the region and seeing that count fall to zero.
struct Region {
    run: Mutex<Option<RunPointer>>,
    tasks: AtomicUsize,
}

#[derive(Clone, Copy)]
struct RunPointer(*const Task);

// SAFETY: the pointee is `Sync`, and `Region` describes why it outlives every use.
unsafe impl Send for RunPointer {}

struct Shared {
    state: Line<AtomicU64>,
    /// The next task of each thread's part, the caller's first.
    next: Vec<Line<AtomicUsize>>,
    region: Line<Region>,
    parked: Vec<Line<AtomicBool>>,
    quit: AtomicBool,
    caller: Mutex<Option<Thread>>,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

/// A fixed number of threads for short parallel regions. Each thread has a part of the tasks, one after
/// another, so that what it fetched ahead is its own; who is through with it helps the others. Nobody
/// waits for a thread that has not arrived, so a busy neighbour costs its share of the machine and no
/// more. Idle threads park.
pub struct ThreadPool {
    shared: Arc<Shared>,
    workers: Vec<JoinHandle<()>>,
    busy: AtomicBool,
}

impl ThreadPool {
    /// `threads` counts the caller: one fewer is started. Zero counts as one; if the system refuses
    /// a thread, the pool goes on with those that it has.
    pub fn new(threads: usize) -> Self {
        let count = threads.max(1) - 1;
        let shared = Arc::new(Shared {
            state: Line(AtomicU64::new(0)),
            next: (0..=count).map(|_| Line(AtomicUsize::new(0))).collect(),
            region: Line(Region { run: Mutex::new(None), tasks: AtomicUsize::new(0) }),
            parked: (0..count).map(|_| Line(AtomicBool::new(false))).collect(),
            quit: AtomicBool::new(false),
            caller: Mutex::new(None),
            panic: Mutex::new(None),
        });
        let workers = (0..count)
            .map_while(|index| {
                let shared = Arc::clone(&shared);
                thread::Builder::new()
                    .name(format!("kernel-{index}"))
                    .spawn(move || work(&shared, index))
                    .ok()
            })
            .collect();
        Self { shared, workers, busy: AtomicBool::new(false) }
    }

    /// Threads that take part, the caller among them.
    pub fn threads(&self) -> usize {
        self.workers.len() + 1
    }

    /// Runs `run(0)`, …, `run(tasks - 1)`, each once, in no fixed order, and returns when all are done.
    /// A call from inside a task, or while another thread's call is going on, runs on its own thread
    /// alone. The first panic of a task is carried to the caller; tasks not yet begun are then dropped.
    pub fn for_each(&self, tasks: usize, run: impl Fn(usize) + Sync) {
        let alone = tasks < 2 || self.workers.is_empty();
        if alone || self.busy.swap(true, Ordering::Acquire) {
            (0..tasks).for_each(run);
            return;
        }
        self.open(tasks, &run);
        self.shared.take_tasks(0, &run, tasks);
        self.close();
        let panic = lock(&self.shared.panic).take();
        self.busy.store(false, Ordering::Release);
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    }

    fn open(&self, tasks: usize, run: &(dyn Fn(usize) + Sync)) {
        let shared = &*self.shared;
        // SAFETY: only the lifetime changes; `close` ends every use before `run` goes out of scope.
        let run = unsafe { std::mem::transmute::<*const (dyn Fn(usize) + Sync), *const Task>(run) };
        *lock(&shared.region.0.run) = Some(RunPointer(run));
        shared.region.0.tasks.store(tasks, Ordering::Relaxed);
        for (part, next) in shared.next.iter().enumerate() {
            next.0.store(shared.first_of(part, tasks), Ordering::Relaxed);
        }
        let number = shared.state.0.load(Ordering::Relaxed) & !(NUMBER - 1);
        shared.state.0.store(number.wrapping_add(NUMBER) | OPEN, Ordering::SeqCst);
        for (parked, worker) in shared.parked.iter().zip(&self.workers).take(tasks - 1) {
            if parked.0.load(Ordering::SeqCst) && parked.0.swap(false, Ordering::SeqCst) {
                worker.thread().unpark();
            }
        }
    }

    fn close(&self) {
        let state = &self.shared.state.0;
        let mut inside = state.fetch_and(!OPEN, Ordering::AcqRel) & INSIDE;
        let mut begin = None;
        while inside > 0 && begin.get_or_insert_with(Instant::now).elapsed() < SPIN {
            for _ in 0..32 {
                std::hint::spin_loop();
                inside = state.load(Ordering::Acquire) & INSIDE;
                if inside == 0 {
                    break;
                }
            }
        }
        if inside > 0 {
            *lock(&self.shared.caller) = Some(thread::current());
            state.fetch_or(CALLER_SLEEPS, Ordering::AcqRel);
            while state.load(Ordering::Acquire) & INSIDE > 0 {
                thread::park();
            }
        }
        *lock(&self.shared.region.0.run) = None;
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.shared.quit.store(true, Ordering::SeqCst);
        for worker in self.workers.drain(..) {
            worker.thread().unpark();
            // A worker catches its tasks' panics, so joining cannot fail.
            let _ = worker.join();
        }
    }
}

impl Shared {
    /// Where a thread's part of the tasks begins; the first parts are the longer ones.
    fn first_of(&self, part: usize, tasks: usize) -> usize {
        (part * tasks).div_ceil(self.next.len())
    }

    /// Runs what is left of `thread`'s own part, then of the parts after it.
    fn take_tasks(&self, thread: usize, run: &(dyn Fn(usize) + Sync), tasks: usize) {
        let result = catch_unwind(AssertUnwindSafe(|| {
            for part in (thread..self.next.len()).chain(0..thread) {
                let end = self.first_of(part + 1, tasks);
                loop {
                    let task = self.next[part].0.fetch_add(1, Ordering::Relaxed);
                    if task >= end {
                        break;
                    }
                    run(task);
                }
            }
        }));
        if let Err(panic) = result {
            self.next.iter().for_each(|next| next.0.store(tasks, Ordering::Relaxed));
            lock(&self.panic).get_or_insert(panic);
        }
    }

    /// Joins the region `state` if it is still open.
    fn enter(&self, state: u64) -> bool {
        let entered =
            self.state.0.compare_exchange(state, state + 1, Ordering::AcqRel, Ordering::Relaxed);
        entered.is_ok()
    }

    fn run_region(&self, thread: usize) {
        let run = *lock(&self.region.0.run);
        if let Some(RunPointer(run)) = run {
            let tasks = self.region.0.tasks.load(Ordering::Relaxed);
            // SAFETY: this thread is counted in `state`, so the caller waits for it.
            self.take_tasks(thread, unsafe { &*run }, tasks);
        }
        let before = self.state.0.fetch_sub(1, Ordering::AcqRel);
        if before & CALLER_SLEEPS != 0
            && before & INSIDE == 1
            && let Some(caller) = lock(&self.caller).take()
        {
            caller.unpark();
        }
    }
}

fn work(shared: &Shared, index: usize) {
    let mut done = 0;
    let mut idle_since = Instant::now();
    while !shared.quit.load(Ordering::Acquire) {
        let state = shared.state.0.load(Ordering::SeqCst);
        let number = state & !(NUMBER - 1);
        if state & OPEN != 0 && number != done {
            if shared.enter(state) {
                done = number;
                shared.run_region(index + 1);
                idle_since = Instant::now();
            }
        } else if idle_since.elapsed() < SPIN {
            (0..16).for_each(|_| std::hint::spin_loop());
        } else {
            park(shared, index, state);
            idle_since = Instant::now();
        }
    }
}

/// Parks unless a region was opened after `state` was read. The flag is set before `state` is read
/// again and the caller writes `state` before it reads the flag, so one of the two sees the other.
fn park(shared: &Shared, index: usize, state: u64) {
    let parked = &shared.parked[index].0;
    parked.store(true, Ordering::SeqCst);
    while shared.state.0.load(Ordering::SeqCst) == state
        && parked.load(Ordering::SeqCst)
        && !shared.quit.load(Ordering::SeqCst)
    {
        thread::park();
    }
    parked.store(false, Ordering::SeqCst);
}

/// No lock here is held while foreign code runs, so a poisoned one still holds a whole value.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// A slice that tasks write in parts which do not overlap.
pub struct Disjoint<'a, T> {
    start: *mut T,
    length: usize,
    slice: PhantomData<&'a mut [T]>,
}

// SAFETY: access is by `slice`, whose caller promises that no two parts overlap.
unsafe impl<T: Send> Sync for Disjoint<'_, T> {}

impl<'a, T> Disjoint<'a, T> {
    pub fn new(slice: &'a mut [T]) -> Self {
        Self { start: slice.as_mut_ptr(), length: slice.len(), slice: PhantomData }
    }

    /// For kernels that write rows with a stride; the caller sees to it that tasks write different ones.
    pub fn pointer(&self, index: usize) -> *mut T {
        assert!(index < self.length);
        // SAFETY: inside the slice.
        unsafe { self.start.add(index) }
    }

    /// # Safety
    /// No element may be in two slices that live at the same time.
    #[allow(clippy::mut_from_ref)]
    pub unsafe fn slice(&self, start: usize, length: usize) -> &'a mut [T] {
        assert!(start <= self.length && length <= self.length - start);
        // SAFETY: inside the slice, and not aliased as the caller promises.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(start), length) }
    }
}

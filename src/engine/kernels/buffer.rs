//! In: a size in bytes. Out: memory aligned for whole cache lines, on large pages where the system has them.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::mem::MaybeUninit;
use std::ptr::NonNull;
use std::sync::{Arc, Mutex, PoisonError, Weak};

const LINE: usize = 64;
const LARGE_PAGE: usize = 2 << 20;

/// What small buffers are cut from.
const CHUNK: usize = 16 << 20;

/// Memory from the system.
struct Chunk {
    start: NonNull<u8>,
    layout: Layout,
}

/// Bytes that do not move. They come uninitialised, so that each thread touches the part that it fills first.
pub struct Buffer {
    start: NonNull<u8>,
    length: usize,
    _memory: Arc<Chunk>,
}

// SAFETY: buffers own their parts of the memory, which do not overlap, and hand them out under the
// borrow rules.
unsafe impl Send for Chunk {}
unsafe impl Sync for Chunk {}
unsafe impl Send for Buffer {}
unsafe impl Sync for Buffer {}

/// The chunk that small buffers are cut from, for as long as one of them lives, and where it is free.
static OPEN: Mutex<(Weak<Chunk>, usize)> = Mutex::new((Weak::new(), 0));

impl Chunk {
    fn new(bytes: usize) -> Self {
        let align = if bytes >= 2 * LARGE_PAGE { LARGE_PAGE } else { LINE };
        let layout = Layout::from_size_align(bytes.max(1), align).expect("the size is checked");
        // SAFETY: the layout's size is not zero.
        let start = unsafe { alloc(layout) };
        let Some(start) = NonNull::new(start) else { handle_alloc_error(layout) };
        ask_for_large_pages(start, layout);
        Self { start, layout }
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with this layout.
        unsafe { dealloc(self.start.as_ptr(), self.layout) }
    }
}

impl Buffer {
    /// `bytes` must be below `isize::MAX` less a large page, which sizes taken from files in memory are.
    pub fn new(bytes: usize) -> Self {
        if bytes >= CHUNK / 4 {
            let memory = Arc::new(Chunk::new(bytes));
            return Self { start: memory.start, length: bytes, _memory: memory };
        }
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |chunk: &Arc<Chunk>| open.1 + bytes <= chunk.layout.size();
        let (memory, offset) = match open.0.upgrade().filter(fits) {
            Some(chunk) => (chunk, open.1),
            None => (Arc::new(Chunk::new(CHUNK)), 0),
        };
        *open = (Arc::downgrade(&memory), (offset + bytes).next_multiple_of(LINE));
        // SAFETY: inside the chunk, and `open` moves past it.
        let start = unsafe { memory.start.add(offset) };
        Self { start, length: bytes, _memory: memory }
    }

    pub fn len(&self) -> usize {
        self.length
    }

    pub fn as_ptr(&self) -> *const u8 {
        self.start.as_ptr()
    }

    /// The bytes must be written before they are read.
    pub fn as_mut_slice(&mut self) -> &mut [MaybeUninit<u8>] {
        // SAFETY: this is the allocation, borrowed for as long as the slice lives.
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr().cast(), self.length) }
    }
}

/// Writes zeros.
pub fn zeroed(bytes: &mut [MaybeUninit<u8>]) -> &mut [u8] {
    bytes.fill(MaybeUninit::new(0));
    // SAFETY: all of it was just written.
    unsafe { std::slice::from_raw_parts_mut(bytes.as_mut_ptr().cast(), bytes.len()) }
}

/// Weights are read from end to end for every token: with pages of 2 MiB the address translation
/// stays cached, and filling takes 512 times fewer page faults. A refusal costs only speed.
#[cfg(target_os = "linux")]
fn ask_for_large_pages(start: NonNull<u8>, layout: Layout) {
    if layout.align() == LARGE_PAGE {
        // SAFETY: the range is this allocation; the advice changes no content.
        unsafe { libc::madvise(start.as_ptr().cast(), layout.size(), libc::MADV_HUGEPAGE) };
    }
}

#[cfg(not(target_os = "linux"))]
fn ask_for_large_pages(_start: NonNull<u8>, _layout: Layout) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_of_all_sizes_are_aligned_and_apart() {
        let sizes = [0, 1, 63, 64, 65, 1 << 20, 3 << 20, CHUNK / 4, 5 << 20, 3 << 20, 3 << 20, 7];
        let mut buffers: Vec<Buffer> =
            sizes.iter().cycle().take(60).map(|&size| Buffer::new(size)).collect();
        for (index, buffer) in buffers.iter_mut().enumerate() {
            assert_eq!(buffer.as_ptr().addr() % LINE, 0);
            buffer.as_mut_slice().fill(MaybeUninit::new(index as u8));
        }
        for (index, buffer) in buffers.iter().enumerate() {
            // SAFETY: filled above.
            let bytes = unsafe { std::slice::from_raw_parts(buffer.as_ptr(), buffer.len()) };
            assert_eq!(buffer.len(), sizes[index % sizes.len()]);
            assert!(bytes.iter().all(|&byte| byte == index as u8));
        }
    }
}

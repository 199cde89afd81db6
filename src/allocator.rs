//! How the C library's allocator keeps memory between a model's steps.

/// Every step of a model takes megabytes for its activations and frees them. By default glibc hands
/// large blocks back to the system at once, which must then clear them page by page for the next
/// step: a fifth of the processor time of a small model (docs/performance.md). Kept instead, they
/// are used again. Weights and caches beyond 1 GiB stay mapped by themselves. See mallopt(3).
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn keep_freed_memory() {
    const KEPT: i32 = 1 << 30;
    const STEP: i32 = 64 << 20;
    /// The most that older versions of glibc take for the threshold.
    const OLD_MOST: i32 = 32 << 20;
    // SAFETY: mallopt only sets numbers, and no other thread runs yet.
    unsafe {
        if libc::mallopt(libc::M_MMAP_THRESHOLD, KEPT) == 0 {
            libc::mallopt(libc::M_MMAP_THRESHOLD, OLD_MOST);
        }
        libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT);
        libc::mallopt(libc::M_TOP_PAD, STEP);
    }
}

/// Other allocators keep what was freed by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn keep_freed_memory() {}

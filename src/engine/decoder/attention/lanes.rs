//! Rows of [`PAGE`] values: the one product that attention is made of.

use half::f16;

use crate::engine::decoder::cache::PAGE;
use crate::engine::kernels::{Lanes, Portable};

/// Values that a product reads as F32.
pub(super) trait Source: Copy {
    /// # Safety
    /// As [`Lanes`]; a vector must be there at index `at`.
    unsafe fn read<V: Lanes>(self, at: usize) -> V;

    /// Has what will be read after this, at the same index, brought closer.
    ///
    /// # Safety
    /// As [`Lanes`].
    #[inline(always)]
    unsafe fn fetch_next<V: Lanes>(self, _at: usize) {}
}

impl Source for *const f32 {
    #[inline(always)]
    unsafe fn read<V: Lanes>(self, at: usize) -> V {
        // SAFETY: the caller's promise.
        unsafe { V::load(self.add(at)) }
    }
}

/// Values as they lie in the cache, and those that will be read after them.
#[derive(Clone, Copy)]
pub(super) struct Cached {
    pub values: *const f16,
    pub next: *const f16,
}

impl Source for Cached {
    #[inline(always)]
    unsafe fn read<V: Lanes>(self, at: usize) -> V {
        // SAFETY: the caller's promise.
        unsafe { V::widen(self.values.add(at)) }
    }

    #[inline(always)]
    unsafe fn fetch_next<V: Lanes>(self, at: usize) {
        // SAFETY: any address may be fetched.
        unsafe { V::prefetch(self.next.wrapping_add(at).cast()) };
    }
}

/// Most vectors of one row of a page: [`Portable`]'s.
const VECTORS: usize = PAGE / Portable::COUNT;

/// `sums[i][j] = keep[i] · sums[i][j] + Σ_n left[i · left_stride + n] · right[right_start + n · right_stride + j]`
/// for `BLOCK` rows i, `count` values n and [`PAGE`] columns j; the rows of `sums` are
/// `sums_stride` apart.
///
/// # Safety
/// As [`Lanes`]; and every index that the formula names must be inside its buffer.
#[inline(always)]
pub(super) unsafe fn multiply<V: Lanes, const BLOCK: usize>(
    (left, left_stride): (*const f32, usize),
    (right, right_start, right_stride): (impl Source, usize, usize),
    count: usize,
    keep: &[f32; BLOCK],
    (sums, sums_stride): (*mut f32, usize),
) {
    let vectors = PAGE / V::COUNT;
    // SAFETY: the caller's promise.
    unsafe {
        let mut local = [[V::splat(0.0); VECTORS]; BLOCK];
        for (row, local) in local.iter_mut().enumerate() {
            for (column, local) in local.iter_mut().take(vectors).enumerate() {
                let before = V::load(sums.add(row * sums_stride + column * V::COUNT));
                *local = V::splat(0.0).add_product(before, V::splat(keep[row]));
            }
        }
        for n in 0..count {
            right.fetch_next::<V>(right_start + n * right_stride);
            for (row, local) in local.iter_mut().enumerate() {
                let factor = V::splat(*left.add(row * left_stride + n));
                for (column, local) in local.iter_mut().take(vectors).enumerate() {
                    let right = right.read::<V>(right_start + n * right_stride + column * V::COUNT);
                    *local = local.add_product(factor, right);
                }
            }
        }
        for (row, local) in local.iter().enumerate() {
            for (column, local) in local.iter().take(vectors).enumerate() {
                local.store(sums.add(row * sums_stride + column * V::COUNT));
            }
        }
    }
}

/// Half-precision values to F32; the length must be a multiple of [`PAGE`].
///
/// # Safety
/// As [`Lanes`]; `target` must be as long as `source`.
#[inline(always)]
pub(super) unsafe fn widen<V: Lanes>(source: &[f16], target: &mut [f32]) {
    debug_assert!(source.len() == target.len() && source.len().is_multiple_of(PAGE));
    for index in (0..source.len()).step_by(V::COUNT) {
        // SAFETY: `index + COUNT` is inside both by the caller's promise.
        unsafe { V::widen(source.as_ptr().add(index)).store(target.as_mut_ptr().add(index)) };
    }
}

//! A row of [`PAGE`] values as the processor's widest vectors, and the one product that attention
//! is made of.

use half::f16;

use crate::engine::decoder::cache::PAGE;

/// A vector of F32 values.
///
/// # Safety
/// The functions of a type may only run on processors that have its instructions, and inside a
/// function that enables them.
pub(super) unsafe trait Lanes: Copy {
    /// Values in a vector; divides [`PAGE`].
    const COUNT: usize;

    unsafe fn splat(value: f32) -> Self;
    unsafe fn load(from: *const f32) -> Self;
    unsafe fn store(self, to: *mut f32);
    unsafe fn add_product(self, a: Self, b: Self) -> Self;
    /// Reads `COUNT` half-precision values.
    unsafe fn widen(from: *const f16) -> Self;
}

#[cfg(target_arch = "x86_64")]
pub(super) mod x86 {
    use std::arch::x86_64::*;

    use half::f16;

    use super::Lanes;

    // SAFETY: callers keep the trait's promise; each function is one instruction or two.
    unsafe impl Lanes for __m512 {
        const COUNT: usize = 16;

        #[inline(always)]
        unsafe fn splat(value: f32) -> Self {
            unsafe { _mm512_set1_ps(value) }
        }

        #[inline(always)]
        unsafe fn load(from: *const f32) -> Self {
            unsafe { _mm512_loadu_ps(from) }
        }

        #[inline(always)]
        unsafe fn store(self, to: *mut f32) {
            unsafe { _mm512_storeu_ps(to, self) }
        }

        #[inline(always)]
        unsafe fn add_product(self, a: Self, b: Self) -> Self {
            unsafe { _mm512_fmadd_ps(a, b, self) }
        }

        #[inline(always)]
        unsafe fn widen(from: *const f16) -> Self {
            unsafe { _mm512_cvtph_ps(_mm256_loadu_si256(from.cast())) }
        }
    }

    // SAFETY: as above.
    unsafe impl Lanes for __m256 {
        const COUNT: usize = 8;

        #[inline(always)]
        unsafe fn splat(value: f32) -> Self {
            unsafe { _mm256_set1_ps(value) }
        }

        #[inline(always)]
        unsafe fn load(from: *const f32) -> Self {
            unsafe { _mm256_loadu_ps(from) }
        }

        #[inline(always)]
        unsafe fn store(self, to: *mut f32) {
            unsafe { _mm256_storeu_ps(to, self) }
        }

        #[inline(always)]
        unsafe fn add_product(self, a: Self, b: Self) -> Self {
            unsafe { _mm256_fmadd_ps(a, b, self) }
        }

        #[inline(always)]
        unsafe fn widen(from: *const f16) -> Self {
            unsafe { _mm256_cvtph_ps(_mm_loadu_si128(from.cast())) }
        }
    }
}

/// Four values that the compiler turns into what the processor has (NEON and others).
#[derive(Clone, Copy)]
pub(super) struct Portable([f32; 4]);

// SAFETY: plain Rust runs everywhere.
unsafe impl Lanes for Portable {
    const COUNT: usize = 4;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        Self([value; 4])
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        unsafe { Self(from.cast::<[f32; 4]>().read_unaligned()) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        unsafe { to.cast::<[f32; 4]>().write_unaligned(self.0) }
    }

    #[inline(always)]
    unsafe fn add_product(self, a: Self, b: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane] + a.0[lane] * b.0[lane]))
    }

    #[inline(always)]
    unsafe fn widen(from: *const f16) -> Self {
        let halves = unsafe { from.cast::<[f16; 4]>().read_unaligned() };
        Self(halves.map(f16::to_f32))
    }
}

/// Most vectors of one row of a page: [`Portable`]'s.
const VECTORS: usize = PAGE / Portable::COUNT;

/// `sums[i][j] = keep[i] · sums[i][j] + Σ_n left[i · left_stride + n] · right[n · right_stride + j]`
/// for `BLOCK` rows i, `count` values n and [`PAGE`] columns j; the rows of `sums` are
/// `sums_stride` apart.
///
/// # Safety
/// As [`Lanes`]; and every index that the formula names must be inside its buffer.
#[inline(always)]
pub(super) unsafe fn multiply<V: Lanes, const BLOCK: usize>(
    (left, left_stride): (*const f32, usize),
    (right, right_stride): (*const f32, usize),
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
            for (row, local) in local.iter_mut().enumerate() {
                let factor = V::splat(*left.add(row * left_stride + n));
                for (column, local) in local.iter_mut().take(vectors).enumerate() {
                    let right = V::load(right.add(n * right_stride + column * V::COUNT));
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

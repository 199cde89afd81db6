//! In: floats in memory. Out: the same in vectors as wide as the processor has them: what attention is
//! written in.

use half::f16;

/// A vector of F32 values.
///
/// # Safety
/// The functions of a type may only run on processors that have its instructions, and inside a
/// function that enables them.
pub unsafe trait Lanes: Copy {
    /// Values in a vector: 1, 4, 8 or 16.
    const COUNT: usize;

    unsafe fn splat(value: f32) -> Self;
    unsafe fn load(from: *const f32) -> Self;
    unsafe fn store(self, to: *mut f32);
    unsafe fn add_product(self, a: Self, b: Self) -> Self;
    unsafe fn add(self, other: Self) -> Self;
    /// The larger values; `other` where either is not a number.
    unsafe fn max(self, other: Self) -> Self;
    /// The smaller values; `other` where either is not a number.
    unsafe fn min(self, other: Self) -> Self;
    /// 2ⁿ for whole numbers n from -126 to 127, and the numbers: `self` rounded to the nearest.
    unsafe fn powers(self) -> (Self, Self);
    /// The sum of the values, halves folded onto each other.
    unsafe fn total(self) -> f32;
    /// The largest value.
    unsafe fn largest(self) -> f32;
    /// Fetches the cache line at `from` into the caches, where the processor can be told to; any
    /// address will do.
    unsafe fn prefetch(_from: *const f32) {}
    /// Reads `COUNT` half-precision values.
    unsafe fn widen(from: *const f16) -> Self;
}

/// Four values that the compiler turns into what the processor has (NEON and others).
#[derive(Clone, Copy)]
pub struct Portable([f32; 4]);

// SAFETY: plain Rust runs everywhere.
unsafe impl Lanes for Portable {
    const COUNT: usize = 4;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        Self([value; 4])
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Self(from.cast::<[f32; 4]>().read_unaligned()) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller's promise.
        unsafe { to.cast::<[f32; 4]>().write_unaligned(self.0) }
    }

    #[inline(always)]
    unsafe fn add_product(self, a: Self, b: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane] + a.0[lane] * b.0[lane]))
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane] + other.0[lane]))
    }

    #[inline(always)]
    unsafe fn max(self, other: Self) -> Self {
        let larger =
            |lane: usize| if self.0[lane] > other.0[lane] { self.0[lane] } else { other.0[lane] };
        Self(std::array::from_fn(larger))
    }

    #[inline(always)]
    unsafe fn min(self, other: Self) -> Self {
        let smaller =
            |lane: usize| if self.0[lane] < other.0[lane] { self.0[lane] } else { other.0[lane] };
        Self(std::array::from_fn(smaller))
    }

    #[inline(always)]
    unsafe fn powers(self) -> (Self, Self) {
        let powers = self.0.map(power_of_two);
        (Self(powers.map(|(power, _)| power)), Self(powers.map(|(_, n)| n)))
    }

    #[inline(always)]
    unsafe fn largest(self) -> f32 {
        self.0.into_iter().fold(f32::NEG_INFINITY, f32::max)
    }

    #[inline(always)]
    unsafe fn total(self) -> f32 {
        let [a, b, c, d] = self.0;
        (a + c) + (b + d)
    }

    #[inline(always)]
    unsafe fn widen(from: *const f16) -> Self {
        // SAFETY: the caller's promise.
        let halves = unsafe { from.cast::<[f16; 4]>().read_unaligned() };
        Self(halves.map(f16::to_f32))
    }
}

/// One value: what is written for vectors serves scalars, too, and loops over scalars become vectors.
// SAFETY: plain Rust runs everywhere.
unsafe impl Lanes for f32 {
    const COUNT: usize = 1;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        value
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller's promise.
        unsafe { from.read_unaligned() }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller's promise.
        unsafe { to.write_unaligned(self) }
    }

    #[inline(always)]
    unsafe fn add_product(self, a: Self, b: Self) -> Self {
        self + a * b
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        self + other
    }

    #[inline(always)]
    unsafe fn max(self, other: Self) -> Self {
        if self > other { self } else { other }
    }

    #[inline(always)]
    unsafe fn min(self, other: Self) -> Self {
        if self < other { self } else { other }
    }

    #[inline(always)]
    unsafe fn powers(self) -> (Self, Self) {
        power_of_two(self)
    }

    #[inline(always)]
    unsafe fn largest(self) -> f32 {
        self
    }

    #[inline(always)]
    unsafe fn total(self) -> f32 {
        self
    }

    #[inline(always)]
    unsafe fn widen(from: *const f16) -> Self {
        // SAFETY: the caller's promise.
        unsafe { from.read_unaligned() }.to_f32()
    }
}

/// 2ⁿ and n, `value` rounded to the nearest, for |value| ≤ 127.
#[inline(always)]
fn power_of_two(value: f32) -> (f32, f32) {
    // 1.5 · 2²³: added to a small number it leaves the nearest whole number in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    let shifted = value + ROUND;
    let power = shifted.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127) << 23;
    (f32::from_bits(power), shifted - ROUND)
}

/// eˣ to 2 units in the last place, as [`exp_of_negative`], and e⁸⁸ above 88.
///
/// # Safety
/// As [`Lanes`].
#[inline(always)]
pub unsafe fn exp<V: Lanes>(x: V) -> V {
    // SAFETY: the caller's promise.
    unsafe { exp_of_negative(V::splat(88.0).min(x)) }
}

/// eˣ for x ≤ 88 to 2 units in the last place, and e⁻⁸⁷ below −87. Cody and Waite's reduction with a Taylor
/// polynomial. NaN stays NaN. The one exponential of this program: all others are made of it.
///
/// # Safety
/// As [`Lanes`].
#[inline(always)]
pub unsafe fn exp_of_negative<V: Lanes>(x: V) -> V {
    // SAFETY: the caller's promise.
    unsafe {
        let clamped = V::splat(-87.0).max(x);
        let zero = V::splat(0.0);
        let (power, n) = zero.add_product(clamped, V::splat(std::f32::consts::LOG2_E)).powers();
        // ln 2 in two parts: the first has so few bits that its product with n is exact.
        let r = clamped.add_product(n, V::splat(-0.693_359_4));
        let r = r.add_product(n, V::splat(2.121_944_4e-4));
        let mut series = V::splat(1.0 / 720.0);
        for inverse_factorial in [1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
            series = V::splat(inverse_factorial).add_product(series, r);
        }
        zero.add_product(series, power)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::kernels::level::{Level, Work};

    /// The exponential of the first lane, which stands for all.
    struct First(f32);

    impl Work for First {
        type Output = f32;

        #[inline(always)]
        unsafe fn run<V: Lanes>(self) -> f32 {
            let mut values = [0.0; 16];
            // SAFETY: the caller's promise; no vector is longer than the array.
            unsafe { exp_of_negative(V::splat(self.0)).store(values.as_mut_ptr()) };
            values[0]
        }
    }

    #[test]
    fn the_exponential_is_close() {
        for level in Level::available() {
            let ours = |x: f32| level.run(First(x));
            for step in 0..8700 {
                let x = -(step as f32) / 100.0;
                let exact = f64::from(x).exp();
                assert!((f64::from(ours(x)) - exact).abs() <= 3e-7 * exact, "{level:?} {x}");
            }
            assert!(ours(f32::NEG_INFINITY) < 2e-38 && ours(f32::NAN).is_nan());
        }
    }
}

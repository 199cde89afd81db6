//! The processor's features → loops that do nothing but multiply and add in registers.

use std::hint::black_box;

use crate::engine::kernels::Level;
#[cfg(target_arch = "x86_64")]
use crate::engine::kernels::level::Avx2;

/// Loops with the instructions of the level that the kernels compute with.
pub struct Operations {
    pub integers: Box<super::Loop>,
    pub floats: Box<super::Loop>,
}

pub fn operations() -> Operations {
    match Level::current() {
        #[cfg(target_arch = "x86_64")]
        Level::Avx512Vnni(level) => Operations {
            integers: Box::new(move |steps| x86::integers_512(level, steps)),
            floats: Box::new(move |steps| x86::floats_512(level.into(), steps)),
        },
        #[cfg(target_arch = "x86_64")]
        Level::Avx512(level) => Operations {
            integers: Box::new(move |steps| x86::integers_256(level.into(), steps)),
            floats: Box::new(move |steps| x86::floats_512(level, steps)),
        },
        #[cfg(target_arch = "x86_64")]
        Level::AvxVnni(level) => narrow(level.into()),
        #[cfg(target_arch = "x86_64")]
        Level::Avx2(level) => narrow(level),
        #[cfg(target_arch = "aarch64")]
        Level::NeonDotProduct(_) => {
            Operations { integers: Box::new(integers), floats: Box::new(floats) }
        }
        Level::Portable => Operations { integers: Box::new(integers), floats: Box::new(floats) },
    }
}

#[cfg(target_arch = "x86_64")]
fn narrow(level: Avx2) -> Operations {
    Operations {
        integers: Box::new(move |steps| x86::integers_256(level, steps)),
        floats: Box::new(move |steps| x86::floats_256(level, steps)),
    }
}

/// What the compiler makes of it for the processor that the program was built for.
fn integers(steps: usize) -> u64 {
    const LANES: usize = 64;
    let (left, right) = (black_box([3i8; LANES]), black_box([5i8; LANES]));
    let mut sums = [0i32; LANES];
    for _ in 0..steps {
        for ((sum, left), right) in sums.iter_mut().zip(black_box(&left)).zip(&right) {
            *sum = sum.wrapping_add(i32::from(*left) * i32::from(*right));
        }
    }
    black_box(sums);
    (steps * LANES * 2) as u64
}

fn floats(steps: usize) -> u64 {
    const LANES: usize = 64;
    let (left, right) = (black_box([0.5f32; LANES]), black_box([0.25f32; LANES]));
    let mut sums = [0f32; LANES];
    for _ in 0..steps {
        for ((sum, left), right) in sums.iter_mut().zip(&left).zip(&right) {
            *sum = *sum * *left + *right;
        }
        black_box(&mut sums);
    }
    (steps * LANES * 2) as u64
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;
    use std::hint::black_box;

    use crate::engine::kernels::level::{
        Avx2, Avx512, Avx512Vnni, for_avx2, for_avx512, for_avx512_vnni,
    };

    /// Sums that do not wait for each other: more than the latency of any multiply-add here.
    const SUMS: usize = 12;

    /// One loop for each kind of register. `$step` takes a sum and two operands; `$values` are
    /// the products of one step.
    macro_rules! register_loop {
        (
            $name:ident, $inner:ident, $level:ident, $compile:ident,
            $set:expr, $values:expr, $step:expr
        ) => {
            pub fn $name(_: $level, steps: usize) -> u64 {
                // SAFETY: the level is the proof that the processor has what `$compile` enables.
                unsafe { $inner(steps) }
            }

            $compile! {
                fn $inner(steps: usize) -> u64 {
                    let (left, right) = black_box(($set, $set));
                    let mut sums = [$set; SUMS];
                    for _ in 0..steps {
                        for sum in &mut sums {
                            *sum = $step(*sum, left, right);
                        }
                    }
                    black_box(sums);
                    (steps * SUMS * $values * 2) as u64
                }
            }
        };
    }

    register_loop!(
        floats_512,
        floats_512_loop,
        Avx512,
        for_avx512,
        _mm512_set1_ps(0.5),
        16,
        |sum, left, right| _mm512_fmadd_ps(sum, left, right)
    );
    register_loop!(
        floats_256,
        floats_256_loop,
        Avx2,
        for_avx2,
        _mm256_set1_ps(0.5),
        8,
        |sum, left, right| _mm256_fmadd_ps(sum, left, right)
    );
    register_loop!(
        integers_512,
        integers_512_loop,
        Avx512Vnni,
        for_avx512_vnni,
        _mm512_set1_epi8(3),
        64,
        |sum, left, right| _mm512_dpbusd_epi32(sum, left, right)
    );
    register_loop!(
        integers_256,
        integers_256_loop,
        Avx2,
        for_avx2,
        _mm256_set1_epi8(3),
        32,
        |sum, left, right| {
            // The products must depend on the sum, or they would be computed once.
            let pairs = _mm256_maddubs_epi16(_mm256_xor_si256(left, sum), right);
            _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)))
        }
    );
}

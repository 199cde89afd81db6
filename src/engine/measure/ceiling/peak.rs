//! The processor's features → loops that do nothing but multiply and add in registers.

use std::hint::black_box;

/// The loops with the widest instructions that are here.
pub struct Operations {
    pub integers: super::Loop,
    pub floats: super::Loop,
}

pub fn operations() -> Operations {
    #[cfg(target_arch = "x86_64")]
    {
        let wide = is_x86_feature_detected!("avx512f");
        let narrow = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        let integers = if wide && is_x86_feature_detected!("avx512vnni") {
            x86::integers_512
        } else if narrow {
            x86::integers_256
        } else {
            integers
        };
        let floats = if wide {
            x86::floats_512
        } else if narrow {
            x86::floats_256
        } else {
            floats
        };
        Operations { integers, floats }
    }
    #[cfg(not(target_arch = "x86_64"))]
    Operations { integers, floats }
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

    /// Sums that do not wait for each other: more than the latency of any multiply-add here.
    const SUMS: usize = 12;

    /// One loop for each kind of register. `$step` takes a sum and two operands; `$values` are
    /// the products of one step.
    macro_rules! register_loop {
        ($name:ident, $inner:ident, $features:literal, $set:expr, $values:expr, $step:expr) => {
            pub fn $name(steps: usize) -> u64 {
                // SAFETY: `operations` has seen that the processor has these features.
                unsafe { $inner(steps) }
            }

            #[target_feature(enable = $features)]
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
        };
    }

    register_loop!(
        floats_512,
        floats_512_loop,
        "avx512f",
        _mm512_set1_ps(0.5),
        16,
        |sum, left, right| _mm512_fmadd_ps(sum, left, right)
    );
    register_loop!(
        floats_256,
        floats_256_loop,
        "avx2,fma",
        _mm256_set1_ps(0.5),
        8,
        |sum, left, right| _mm256_fmadd_ps(sum, left, right)
    );
    register_loop!(
        integers_512,
        integers_512_loop,
        "avx512f,avx512vnni",
        _mm512_set1_epi8(3),
        64,
        |sum, left, right| _mm512_dpbusd_epi32(sum, left, right)
    );
    register_loop!(
        integers_256,
        integers_256_loop,
        "avx2,fma",
        _mm256_set1_epi8(3),
        32,
        |sum, left, right| {
            // The products must depend on the sum, or they would be computed once.
            let pairs = _mm256_maddubs_epi16(_mm256_xor_si256(left, sum), right);
            _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)))
        }
    );
}

//! The processor → levels of instructions. A level is a proof: only detection makes one, and what was
//! compiled for it can only be reached through it, so that nothing runs that the processor does not have.

use std::sync::OnceLock;

use super::lanes::{Lanes, Portable};

/// Defines a level: the proof `$name`, and the macro `$compile` that has an item compiled with exactly
/// the instructions that the proof stands for. One list serves detection and compilation.
#[cfg(target_arch = "x86_64")]
macro_rules! level {
    ($d:tt $(#[$about:meta])* $name:ident, $compile:ident, [$($feature:tt),+]) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name(());

        impl $name {
            pub fn detect() -> Option<Self> {
                $(if !is_x86_feature_detected!($feature) {
                    return None;
                })+
                Some(Self(()))
            }
        }

        macro_rules! $compile {
            ($d($d item:tt)*) => {
                #[target_feature($(enable = $feature),+)]
                $d($d item)*
            };
        }
        pub(in crate::engine) use $compile;
    };
}

#[cfg(target_arch = "x86_64")]
level!($
    /// 256-bit vectors of floats and integers, fused multiply-add, half-precision conversion.
    Avx2, for_avx2, ["avx2", "fma", "f16c", "bmi2"]);
#[cfg(target_arch = "x86_64")]
level!($
    /// [`Avx2`] with `vpdpbusd` on 256 bits.
    AvxVnni, for_avx_vnni, ["avx2", "fma", "f16c", "bmi2", "avxvnni"]);
#[cfg(target_arch = "x86_64")]
level!($
    /// 512-bit vectors, without the integer dot product.
    Avx512, for_avx512,
    ["avx2", "fma", "f16c", "bmi2", "avx512f", "avx512bw", "avx512vl", "avx512dq"]);
#[cfg(target_arch = "x86_64")]
level!($
    /// [`Avx512`] with `vpdpbusd` on 512 bits.
    Avx512Vnni, for_avx512_vnni,
    ["avx2", "fma", "f16c", "bmi2", "avx512f", "avx512bw", "avx512vl", "avx512dq", "avx512vnni"]);

#[cfg(target_arch = "x86_64")]
impl From<Avx512> for Avx2 {
    fn from(_: Avx512) -> Self {
        Self(())
    }
}

#[cfg(target_arch = "x86_64")]
impl From<AvxVnni> for Avx2 {
    fn from(_: AvxVnni) -> Self {
        Self(())
    }
}

#[cfg(target_arch = "x86_64")]
impl From<Avx512Vnni> for Avx512 {
    fn from(_: Avx512Vnni) -> Self {
        Self(())
    }
}

/// `sdot` on 128 bits.
#[cfg(target_arch = "aarch64")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NeonDotProduct(());

#[cfg(target_arch = "aarch64")]
impl NeonDotProduct {
    pub fn detect() -> Option<Self> {
        std::arch::is_aarch64_feature_detected!("dotprod").then_some(Self(()))
    }
}

/// Something to be compiled for each level. `run` must be `#[inline(always)]`, and so must be what it
/// calls in its loops: what is not inlined is compiled without the level's instructions.
pub trait Work {
    type Output;

    /// # Safety
    /// The processor has the instructions of `V`.
    unsafe fn run<V: Lanes>(self) -> Self::Output;
}

/// A level, as a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// AVX-512 with products of bytes.
    #[cfg(target_arch = "x86_64")]
    Avx512Vnni(Avx512Vnni),
    /// AVX-512 without them.
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
    /// AVX2 with products of bytes.
    #[cfg(target_arch = "x86_64")]
    AvxVnni(AvxVnni),
    /// AVX2 with fused products.
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    #[cfg(target_arch = "aarch64")]
    NeonDotProduct(NeonDotProduct),
    /// What every processor has.
    Portable,
}

/// What this process computes with; set once, at the first product or before.
static CURRENT: OnceLock<Level> = OnceLock::new();

impl Level {
    /// All that this processor has, best first.
    pub fn available() -> Vec<Self> {
        let mut levels: Vec<Self> = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            levels.extend(Avx512Vnni::detect().map(Self::Avx512Vnni));
            levels.extend(Avx512::detect().map(Self::Avx512));
            levels.extend(AvxVnni::detect().map(Self::AvxVnni));
            levels.extend(Avx2::detect().map(Self::Avx2));
        }
        #[cfg(target_arch = "aarch64")]
        levels.extend(NeonDotProduct::detect().map(Self::NeonDotProduct));
        levels.push(Self::Portable);
        levels
    }

    /// The best that this processor has, or the one that was chosen.
    pub fn current() -> Self {
        *CURRENT.get_or_init(|| Self::available()[0])
    }

    /// Has this process compute with the level called `key` from now on: to measure and to test lower
    /// levels on a better processor. Candle's own operations keep choosing for themselves.
    ///
    /// # Errors
    /// When this processor has no level of that name, or the process has begun with another one.
    pub fn choose(key: &str) -> anyhow::Result<()> {
        let levels = Self::available();
        let Some(level) = levels.iter().copied().find(|level| level.key() == key) else {
            let keys: Vec<&str> = levels.into_iter().map(Self::key).collect();
            anyhow::bail!("this processor has no level '{key}'; it has {}", keys.join(", "));
        };
        let current = *CURRENT.get_or_init(|| level);
        anyhow::ensure!(current == level, "the level is '{}' already", current.key());
        Ok(())
    }

    /// The name on the command line.
    pub fn key(self) -> &'static str {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Vnni(_) => "avx512-vnni",
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => "avx512",
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni(_) => "avx-vnni",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => "avx2",
            #[cfg(target_arch = "aarch64")]
            Self::NeonDotProduct(_) => "neon-dotprod",
            Self::Portable => "portable",
        }
    }

    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Vnni(_) => "AVX-512 VNNI",
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => "AVX-512",
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni(_) => "AVX-VNNI",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => "AVX2",
            #[cfg(target_arch = "aarch64")]
            Self::NeonDotProduct(_) => "NEON dot product",
            Self::Portable => "portable",
        }
    }

    /// What the float kernels of this level use.
    pub fn float_name(self) -> &'static str {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Vnni(_) | Self::Avx512(_) => "AVX-512",
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni(_) | Self::Avx2(_) => "AVX2",
            #[cfg(target_arch = "aarch64")]
            Self::NeonDotProduct(_) => "portable",
            Self::Portable => "portable",
        }
    }

    /// Does `work`, compiled for this level.
    pub fn run<W: Work>(self, work: W) -> W::Output {
        match self {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the level is the proof that the processor has what it enables.
            Self::Avx512Vnni(_) | Self::Avx512(_) => unsafe { x86::run_avx512(work) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as above.
            Self::AvxVnni(_) | Self::Avx2(_) => unsafe { x86::run_avx2(work) },
            // SAFETY: plain Rust.
            #[cfg(target_arch = "aarch64")]
            Self::NeonDotProduct(_) => unsafe { work.run::<Portable>() },
            // SAFETY: plain Rust.
            Self::Portable => unsafe { work.run::<Portable>() },
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{__m256, __m512};

    use super::Work;

    for_avx512! {
        pub fn run_avx512<W: Work>(work: W) -> W::Output {
            // SAFETY: this function is compiled for, and only reached with, AVX-512.
            unsafe { work.run::<__m512>() }
        }
    }

    for_avx2! {
        pub fn run_avx2<W: Work>(work: W) -> W::Output {
            // SAFETY: this function is compiled for, and only reached with, AVX2.
            unsafe { work.run::<__m256>() }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_have_names_of_their_own_and_the_last_is_portable() {
        let levels = Level::available();
        assert_eq!(levels.last(), Some(&Level::Portable));
        let mut keys: Vec<&str> = levels.iter().map(|level| level.key()).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), levels.len());
    }

    #[test]
    fn an_unknown_level_is_refused_with_those_that_are_there() {
        let error = Level::choose("avx9").unwrap_err().to_string();
        assert!(error.contains("'avx9'") && error.contains("portable"), "{error}");
    }
}

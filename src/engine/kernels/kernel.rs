//! In: one packed tile and one panel of inputs. Out: 16 × width products. What each instruction set's
//! kernels take, and which instruction set this processor has.

use super::activations::{Activations, Panel};
use super::layout::{Packing, Planes};

#[cfg(target_arch = "aarch64")]
use super::aarch64;
use super::portable;
#[cfg(target_arch = "x86_64")]
use super::x86::{avx2, avx512};

/// Encodings of matrices that are kept as floats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloatKind {
    F32,
    F16,
    Bf16,
}

/// 16 rows of weights.
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
#[derive(Clone, Copy)]
pub struct Tile {
    pub start: *const u8,
    /// Bytes from this tile to the next.
    pub bytes: usize,
    /// Whether to fetch the next tile meanwhile.
    pub prefetch: bool,
    /// Columns; for integers rounded up to whole blocks.
    pub columns: usize,
    /// Of integer tiles: where the planes lie.
    pub planes: Planes,
    /// Added to the products, a value for each of the 16 rows.
    pub bias: *const f32,
}

#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
/// Rows of inputs. The pointers are those of `Activations`, moved to the panel.
#[derive(Clone, Copy)]
pub struct Inputs {
    pub rows: usize,
    pub width: usize,
    pub quants: *const i8,
    pub scales: *const f32,
    pub sums: *const i32,
    pub half_sums: *const [i32; 2],
    pub scaled_sums: *const f32,
    pub floats: *const f32,
}

/// Where the products go: `lanes` (up to 16) values from `start` for the first row, and `stride` values
/// further on for each other row.
#[derive(Clone, Copy)]
pub struct Output {
    pub start: *mut f32,
    pub stride: usize,
    pub lanes: usize,
}

/// # Safety
/// The pointers cover what their documentation says, and the processor has the kernel's instructions.
pub type Kernel = unsafe fn(&Tile, &Inputs, &Output);

impl Inputs {
    /// The pointers are in bounds for the form that the activations were filled with.
    pub fn new(activations: &Activations, panel: Panel) -> Self {
        let block = panel.start * activations.blocks();
        let float = panel.start * activations.columns();
        Self {
            rows: panel.rows,
            width: panel.width,
            quants: activations.quants.as_ptr().wrapping_add(block).cast(),
            scales: activations.scales.as_ptr().wrapping_add(block),
            sums: activations.sums.as_ptr().wrapping_add(block),
            half_sums: activations.half_sums.as_ptr().wrapping_add(block),
            scaled_sums: activations.scaled_sums.as_ptr().wrapping_add(block),
            floats: activations.floats.as_ptr().wrapping_add(float),
        }
    }
}

/// What the kernels are written for, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstructionSet {
    Avx512Vnni,
    AvxVnni,
    Avx2,
    NeonDotProduct,
    Portable,
}

impl InstructionSet {
    pub const ALL: [Self; 5] =
        [Self::Avx512Vnni, Self::AvxVnni, Self::Avx2, Self::NeonDotProduct, Self::Portable];

    pub fn name(self) -> &'static str {
        match self {
            Self::Avx512Vnni => "AVX-512 VNNI",
            Self::AvxVnni => "AVX-VNNI",
            Self::Avx2 => "AVX2",
            Self::NeonDotProduct => "NEON dot product",
            Self::Portable => "portable",
        }
    }

    /// What the float kernels of this set use.
    pub fn float_name(self) -> &'static str {
        match self {
            Self::Avx512Vnni => "AVX-512",
            Self::AvxVnni | Self::Avx2 => "AVX2",
            Self::NeonDotProduct | Self::Portable => "portable",
        }
    }

    #[cfg(target_arch = "x86_64")]
    pub fn is_available(self) -> bool {
        let avx2 = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("fma")
            && is_x86_feature_detected!("f16c");
        match self {
            Self::Avx512Vnni => {
                avx2 && is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vnni")
            }
            Self::AvxVnni => avx2 && is_x86_feature_detected!("avxvnni"),
            Self::Avx2 => avx2,
            Self::NeonDotProduct => false,
            Self::Portable => true,
        }
    }

    #[cfg(target_arch = "aarch64")]
    pub fn is_available(self) -> bool {
        match self {
            Self::NeonDotProduct => std::arch::is_aarch64_feature_detected!("dotprod"),
            Self::Portable => true,
            Self::Avx512Vnni | Self::AvxVnni | Self::Avx2 => false,
        }
    }

    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    pub fn is_available(self) -> bool {
        self == Self::Portable
    }

    /// The best that this processor has.
    pub fn detect() -> Self {
        Self::ALL.into_iter().find(|set| set.is_available()).unwrap_or(Self::Portable)
    }

    /// The kernel for integer tiles and panels of `width` rows.
    #[cfg_attr(not(target_arch = "x86_64"), allow(unused_variables))]
    pub fn integer_kernel(self, packing: Packing, width: usize) -> Kernel {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Vnni => avx512::integer_kernel(packing, width),
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni => avx2::vnni_kernel(packing),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => avx2::integer_kernel(packing),
            #[cfg(target_arch = "aarch64")]
            Self::NeonDotProduct => aarch64::integer_kernel(packing),
            _ => portable::integer_kernel(packing),
        }
    }

    /// The kernel for float tiles and panels of `width` rows.
    #[cfg_attr(not(target_arch = "x86_64"), allow(unused_variables))]
    pub fn float_kernel(self, kind: FloatKind, width: usize) -> Kernel {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Vnni => avx512::float_kernel(kind, width),
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni | Self::Avx2 => avx2::float_kernel(kind),
            _ => portable::float_kernel(kind),
        }
    }
}

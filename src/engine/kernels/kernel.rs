//! In: one packed tile and one panel of inputs. Out: 16 × width products. What each instruction set's
//! kernels take, and which kernel serves which level.

use super::activations::{Activations, Panel};
use super::layout::{Packing, Planes};
use super::level::Level;

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

/// A product. Kernels are handed out for a [`Level`], which proves that the processor has their instructions.
///
/// # Safety
/// The pointers cover what their documentation says.
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

impl Level {
    /// The kernel for integer tiles and panels of `width` rows.
    #[cfg_attr(not(target_arch = "x86_64"), allow(unused_variables))]
    pub fn integer_kernel(self, packing: Packing, width: usize) -> Kernel {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Vnni(level) => avx512::integer_kernel(level, packing, width),
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni(level) => avx2::vnni_kernel(level, packing),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(level) => avx2::integer_kernel(level.into(), packing),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(level) => avx2::integer_kernel(level, packing),
            #[cfg(target_arch = "aarch64")]
            Self::NeonDotProduct(level) => aarch64::integer_kernel(level, packing),
            Self::Portable => portable::integer_kernel(packing),
        }
    }

    /// The kernel for float tiles and panels of `width` rows.
    #[cfg_attr(not(target_arch = "x86_64"), allow(unused_variables))]
    pub fn float_kernel(self, kind: FloatKind, width: usize) -> Kernel {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Vnni(level) => avx512::float_kernel(level.into(), kind, width),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(level) => avx512::float_kernel(level, kind, width),
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni(level) => avx2::float_kernel(level.into(), kind),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(level) => avx2::float_kernel(level, kind),
            #[cfg(target_arch = "aarch64")]
            Self::NeonDotProduct(_) => portable::float_kernel(kind),
            Self::Portable => portable::float_kernel(kind),
        }
    }
}

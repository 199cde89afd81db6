//! A weight matrix on a device → its product with activations. Quantised weights stay quantised, and
//! floats stay in the type that the file has them in.

use std::borrow::Cow;

use anyhow::{Context, Result};
use candle_core::quantized::{GgmlDType, QMatMul, QStorage, QTensor};
use candle_core::{D, DType, Device, Module, Tensor};

use super::checkpoint::Weight;
use crate::engine::formats::gguf::TensorType;

/// One matrix, (outputs, columns).
pub enum DeviceMatrix {
    Quantised(QMatMul),
    Float {
        weight: Tensor,
        /// The type that the product is made in.
        product: DType,
    },
}

impl DeviceMatrix {
    /// # Errors
    /// When the device cannot hold it.
    pub fn new(weight: &Weight<'_>, device: &Device) -> Result<Self> {
        let context = || format!("tensor '{}' on {:?}", weight.name, device.location());
        let float = match weight.kind {
            TensorType::F32 => DType::F32,
            TensorType::F16 => DType::F16,
            TensorType::Bf16 => DType::BF16,
            kind => return quantised(weight, quantised_type(kind), device).with_context(context),
        };
        let weight = Tensor::from_raw_buffer(&weight.bytes, float, &weight.shape, device)
            .with_context(context)?;
        // Candle's CPU backend has no product in BF16, and it serves to compare: F32 is exact there.
        let product = if device.is_cpu() { DType::F32 } else { float };
        Ok(Self::Float { weight, product })
    }

    /// (rows, columns) in F32 → (rows, outputs) in F32.
    ///
    /// # Errors
    /// When the device fails.
    pub fn forward(&self, input: &Tensor) -> candle_core::Result<Tensor> {
        match self {
            Self::Quantised(matrix) => matrix.forward(input),
            Self::Float { weight, product } => {
                let transposed = weight.to_dtype(*product)?.t()?;
                let multiply = |input: &Tensor| {
                    input.to_dtype(*product)?.matmul(&transposed)?.to_dtype(DType::F32)
                };
                match product {
                    DType::F16 => within_unit_range(input, multiply),
                    _ => multiply(input),
                }
            }
        }
    }
}

/// Runs a product on rows that are scaled to largest values of 1: F16 ends at 65,504, which
/// activations of some models exceed.
fn within_unit_range(
    input: &Tensor,
    multiply: impl Fn(&Tensor) -> candle_core::Result<Tensor>,
) -> candle_core::Result<Tensor> {
    // A row of zeros stays one.
    let largest = (input.abs()?.max_keepdim(D::Minus1)? + 1e-30)?;
    multiply(&input.broadcast_div(&largest)?)?.broadcast_mul(&largest)
}

fn quantised(
    weight: &Weight<'_>,
    kind: GgmlDType,
    device: &Device,
) -> candle_core::Result<DeviceMatrix> {
    let storage = QStorage::from_data(Cow::Borrowed(&weight.bytes), device, kind)?;
    let tensor = QTensor::new(storage, weight.shape.clone())?;
    Ok(DeviceMatrix::Quantised(QMatMul::from_qtensor(tensor)?))
}

fn quantised_type(kind: TensorType) -> GgmlDType {
    match kind {
        TensorType::F32 => GgmlDType::F32,
        TensorType::F16 => GgmlDType::F16,
        TensorType::Bf16 => GgmlDType::BF16,
        TensorType::Q4_0 => GgmlDType::Q4_0,
        TensorType::Q4_1 => GgmlDType::Q4_1,
        TensorType::Q5_0 => GgmlDType::Q5_0,
        TensorType::Q5_1 => GgmlDType::Q5_1,
        TensorType::Q8_0 => GgmlDType::Q8_0,
        TensorType::Q2K => GgmlDType::Q2K,
        TensorType::Q3K => GgmlDType::Q3K,
        TensorType::Q4K => GgmlDType::Q4K,
        TensorType::Q5K => GgmlDType::Q5K,
        TensorType::Q6K => GgmlDType::Q6K,
    }
}

#[cfg(test)]
mod tests {
    use half::{bf16, f16};

    use super::*;

    /// 2 × 3, exact in every float type.
    const WEIGHTS: [f32; 6] = [1.0, -2.0, 0.5, 4.0, 0.25, -1.0];

    fn matrix(kind: TensorType, bytes: Vec<u8>) -> DeviceMatrix {
        let (name, shape) = ("weight".to_string(), vec![2, 3]);
        let weight = Weight { name, kind, shape, bytes: Cow::Owned(bytes) };
        DeviceMatrix::new(&weight, &Device::Cpu).unwrap()
    }

    fn half_precision() -> [DeviceMatrix; 2] {
        let brain = WEIGHTS.iter().flat_map(|&value| bf16::from_f32(value).to_le_bytes());
        let half = WEIGHTS.iter().flat_map(|&value| f16::from_f32(value).to_le_bytes());
        [matrix(TensorType::Bf16, brain.collect()), matrix(TensorType::F16, half.collect())]
    }

    fn product(matrix: &DeviceMatrix, input: [f32; 3]) -> Vec<f32> {
        let input = Tensor::from_slice(&input, (1, 3), &Device::Cpu).unwrap();
        matrix.forward(&input).unwrap().to_vec2::<f32>().unwrap().remove(0)
    }

    #[test]
    fn floats_stay_in_their_type_and_multiply_exactly_on_the_cpu() {
        for (matrix, kind) in half_precision().iter().zip([DType::BF16, DType::F16]) {
            let DeviceMatrix::Float { weight, .. } = matrix else { panic!("not kept as floats") };
            assert_eq!(weight.dtype(), kind);
            assert_eq!(product(matrix, [1.0, 2.0, 4.0]), [-1.0, 0.5]);
        }
    }

    #[test]
    fn a_product_in_half_precision_bears_inputs_beyond_its_range() {
        let [_, DeviceMatrix::Float { weight, .. }] = half_precision() else { panic!("no floats") };
        let matrix = DeviceMatrix::Float { weight, product: DType::F16 };
        let expected = [3e5 - 2.0 * 1e5 + 0.5 * 2e5, 4.0 * 3e5 + 0.25 * 1e5 - 2e5];
        for (value, expected) in product(&matrix, [3e5, 1e5, 2e5]).iter().zip(expected) {
            assert!((value - expected).abs() < 2e-3 * expected, "{value}, not {expected}");
        }
        assert_eq!(product(&matrix, [0.0; 3]), [0.0; 2]);
    }
}

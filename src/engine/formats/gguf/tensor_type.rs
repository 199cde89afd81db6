//! How a tensor's values are encoded (`enum ggml_type` of ggml.h).

/// The encodings that bulletin reads. Blocks run along a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TensorType {
    /// Single precision.
    F32,
    /// Half precision.
    F16,
    /// Brain floating point.
    Bf16,
    /// 4 bits, a scale for 32.
    Q4_0,
    /// 4 bits, a scale and a least value for 32.
    Q4_1,
    /// 5 bits, a scale for 32.
    Q5_0,
    /// 5 bits, a scale and a least value for 32.
    Q5_1,
    /// 8 bits, a scale for 32.
    Q8_0,
    /// 2 bits, in blocks of 256 with scales for 16.
    Q2K,
    /// 3 bits, in blocks of 256 with scales for 16.
    Q3K,
    /// 4 bits, in blocks of 256 with scales for 32.
    Q4K,
    /// 5 bits, in blocks of 256 with scales for 32.
    Q5K,
    /// 6 bits, in blocks of 256 with scales for 16.
    Q6K,
}

/// Code in the file, values in a block, bytes of a block, name.
const TABLE: [(TensorType, u32, usize, usize, &str); 13] = [
    (TensorType::F32, 0, 1, 4, "F32"),
    (TensorType::F16, 1, 1, 2, "F16"),
    (TensorType::Q4_0, 2, 32, 18, "Q4_0"),
    (TensorType::Q4_1, 3, 32, 20, "Q4_1"),
    (TensorType::Q5_0, 6, 32, 22, "Q5_0"),
    (TensorType::Q5_1, 7, 32, 24, "Q5_1"),
    (TensorType::Q8_0, 8, 32, 34, "Q8_0"),
    (TensorType::Q2K, 10, 256, 84, "Q2_K"),
    (TensorType::Q3K, 11, 256, 110, "Q3_K"),
    (TensorType::Q4K, 12, 256, 144, "Q4_K"),
    (TensorType::Q5K, 13, 256, 176, "Q5_K"),
    (TensorType::Q6K, 14, 256, 210, "Q6_K"),
    (TensorType::Bf16, 30, 1, 2, "BF16"),
];

impl TensorType {
    /// Those whose weights are integers with scales, from the plainest blocks to the largest.
    pub const INTEGERS: [Self; 10] = [
        Self::Q4_0,
        Self::Q4_1,
        Self::Q5_0,
        Self::Q5_1,
        Self::Q8_0,
        Self::Q2K,
        Self::Q3K,
        Self::Q4K,
        Self::Q5K,
        Self::Q6K,
    ];
    /// Those whose weights are floating-point numbers, the smallest first.
    pub const FLOATS: [Self; 3] = [Self::F16, Self::Bf16, Self::F32];

    /// All that is read.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::INTEGERS.into_iter().chain(Self::FLOATS)
    }

    /// The type of a number in the file; `None` for one that is not read.
    pub fn from_code(code: u32) -> Option<Self> {
        TABLE.iter().find(|row| row.1 == code).map(|row| row.0)
    }

    fn row(self) -> &'static (TensorType, u32, usize, usize, &'static str) {
        TABLE.iter().find(|row| row.0 == self).expect("every type has a row")
    }

    /// Its number in the file.
    pub fn code(self) -> u32 {
        self.row().1
    }

    /// Values in one block.
    pub fn block_len(self) -> usize {
        self.row().2
    }

    /// Bytes of one block.
    pub fn block_bytes(self) -> usize {
        self.row().3
    }

    /// Its name as people write it.
    pub fn name(self) -> &'static str {
        self.row().4
    }
}

//! Little-endian fields out of untrusted bytes.

use anyhow::{Context, Result, anyhow, ensure};

/// A cursor that never reads past its bytes and names the field that was cut.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    pub fn position(&self) -> usize {
        self.position
    }

    pub fn remaining(&self) -> usize {
        self.bytes.len() - self.position
    }

    pub fn take(&mut self, length: usize, field: &str) -> Result<&'a [u8]> {
        ensure!(length <= self.remaining(), "the file ends inside {field}");
        let taken = &self.bytes[self.position..self.position + length];
        self.position += length;
        Ok(taken)
    }

    pub fn array<const N: usize>(&mut self, field: &str) -> Result<[u8; N]> {
        Ok(self.take(N, field)?.try_into()?)
    }

    pub fn u32(&mut self, field: &str) -> Result<u32> {
        Ok(u32::from_le_bytes(self.array(field)?))
    }

    pub fn u64(&mut self, field: &str) -> Result<u64> {
        Ok(u64::from_le_bytes(self.array(field)?))
    }

    /// A number of entries of at least `least_bytes` each, refused when they cannot all be there.
    pub fn count(&mut self, field: &str, least_bytes: usize) -> Result<usize> {
        let count = self.u64(field)?;
        usize::try_from(count)
            .ok()
            .filter(|&count| {
                count.checked_mul(least_bytes).is_some_and(|least| least <= self.remaining())
            })
            .ok_or_else(|| anyhow!("{field} is {count}, more than the file can hold"))
    }

    pub fn string(&mut self, field: &str) -> Result<&'a str> {
        let length = self.count(field, 1)?;
        std::str::from_utf8(self.take(length, field)?)
            .with_context(|| format!("{field} is not UTF-8"))
    }
}

//! How much of a file is read at most.

/// Caps against files that are larger than any story, by accident or on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a file that is read whole. JSON Lines may be of any size.
    pub file: u64,
    /// Bytes that a packed file may unpack to; all files of an archive together four times that.
    pub unpacked: u64,
    /// Files in an archive.
    pub members: usize,
}

impl Default for Limits {
    /// 64 MiB for each file, packed or not, and 10,000 files in an archive.
    fn default() -> Self {
        Self { file: 64 << 20, unpacked: 64 << 20, members: 10_000 }
    }
}

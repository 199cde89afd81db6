//! How much of a file is read at most. What is over is an error of that file or item alone.

/// Elements of XML in one another, and all of a document.
pub(super) const DEPTH_OF_XML: usize = 256;
pub(super) const ELEMENTS_OF_XML: usize = 2_000_000;

/// Elements of HTML in one another, and all of a page; a stray `<` counts as one.
pub(super) const DEPTH_OF_HTML: usize = 1_000;
pub(super) const ELEMENTS_OF_HTML: usize = 500_000;

/// Ampersands of a page, each of which a parser looks at by itself.
pub(super) const REFERENCES_OF_HTML: usize = 2_000_000;

/// Attributes of an element of HTML.
pub(super) const ATTRIBUTES: usize = 1_000;

/// Articles in one file, but for JSON Lines that are read line by line.
pub(super) const ITEMS: usize = 200_000;

/// Parts of a message.
pub(super) const PARTS_OF_MAIL: usize = 500;

/// Packed files inside packed files.
pub(super) const PACKED: usize = 3;

/// Caps against files that are larger than any story, by accident or on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a file that is read whole. JSON Lines may be of any size.
    pub file: u64,
    /// Bytes that a packed file may unpack to; all files of an archive, and of those inside it,
    /// together four times that.
    pub unpacked: u64,
    /// Bytes of one article's text.
    pub item: u64,
    /// Files in an archive.
    pub members: usize,
}

impl Default for Limits {
    /// 64 MiB for each file, packed or not, 4 MiB for an article, and 10,000 files in an archive.
    fn default() -> Self {
        Self { file: 64 << 20, unpacked: 64 << 20, item: 4 << 20, members: 10_000 }
    }
}

//! Keys and values of all running sequences, in pages of [`PAGE`] positions.
//!
//! Pages are shared: sequences that begin alike (the same instructions before every article)
//! point to the same pages. A page goes back to the free list when its last user lets go.

use super::config::DecoderConfig;
use super::layer_cache::{KeyValueType, LayerCache};

/// Positions in a page. With half-precision values a row of a transposed key page is 64 bytes.
pub const PAGE: usize = 32;

/// Fewest positions of a page that are worth copying it for, and waiting until they are computed.
const LEAST_COPIED: usize = 8;

/// Number of a page.
pub type PageId = u32;

/// A sequence's place in the cache: its pages in order, and how many positions they hold.
#[derive(Debug, Default)]
pub struct Pages {
    ids: Vec<PageId>,
}

impl Pages {
    /// The pages in the order of the sequence.
    pub fn ids(&self) -> &[PageId] {
        &self.ids
    }

    /// Positions that fit.
    pub fn capacity(&self) -> usize {
        self.ids.len() * PAGE
    }
}

/// The cache of one call.
pub struct Cache {
    /// One cache a layer.
    pub layers: Vec<LayerCache>,
    /// Values of one head in one page: padded head_dim · PAGE.
    block: usize,
    heads: usize,
    free: Vec<PageId>,
    users: Vec<u32>,
}

impl Cache {
    /// Room for `tokens` positions, rounded up to whole pages. Memory is only taken from the
    /// system when a page is first written.
    pub fn new(config: &DecoderConfig, tokens: usize, kind: KeyValueType) -> Self {
        let mut cache = Self::pages_only(config, tokens);
        let length = cache.users.len() * config.key_value_heads * cache.block;
        cache.layers = config.layers.iter().map(|_| LayerCache::new(length, kind)).collect();
        cache
    }

    /// The bookkeeping alone, for keys and values that are kept on a device.
    pub fn pages_only(config: &DecoderConfig, tokens: usize) -> Self {
        let pages = tokens.div_ceil(PAGE);
        Self {
            layers: Vec::new(),
            block: config.padded_head_dim() * PAGE,
            heads: config.key_value_heads,
            free: (0..pages as PageId).rev().collect(),
            users: vec![0; pages],
        }
    }

    /// Bytes that one position takes in all layers.
    pub fn bytes_per_token(config: &DecoderConfig, kind: KeyValueType) -> usize {
        let values = config.key_value_heads * config.padded_head_dim();
        2 * config.layers.len() * kind.bytes(values)
    }

    /// Where head `head` of page `page` starts in a layer's keys and values.
    pub fn offset(&self, page: PageId, head: usize) -> usize {
        (page as usize * self.heads + head) * self.block
    }

    /// Pages that no sequence holds.
    pub fn free_pages(&self) -> usize {
        self.free.len()
    }

    /// Makes `pages` hold `positions`, or changes nothing and says `false` when too few are free.
    #[must_use]
    pub fn reserve(&mut self, pages: &mut Pages, positions: usize) -> bool {
        let missing = positions.div_ceil(PAGE).saturating_sub(pages.ids.len());
        if missing > self.free.len() {
            return false;
        }
        for _ in 0..missing {
            let id = self.free.pop().expect("counted above");
            self.users[id as usize] = 1;
            pages.ids.push(id);
        }
        true
    }

    /// How many of the first `count` positions of a sequence another one can take over: whole pages are
    /// shared, and the rest is copied where keys and values are here and it is worth while.
    pub fn shareable(&self, count: usize) -> usize {
        let rest = count % PAGE;
        if self.layers.is_empty() || rest < LEAST_COPIED { count - rest } else { count }
    }

    /// One more user of the pages that hold the first `count` positions.
    pub fn hold(&mut self, pages: &Pages, count: usize) -> Pages {
        let ids = pages.ids[..count.div_ceil(PAGE)].to_vec();
        for &id in &ids {
            self.users[id as usize] += 1;
        }
        Pages { ids }
    }

    /// A new sequence that begins with the first `count` positions of `pages`, and how many of them it
    /// has: it shares whole pages, and gets a copy of what it will write on.
    pub fn share(&mut self, pages: &Pages, count: usize) -> (Pages, usize) {
        let count = self.shareable(count);
        let whole = count / PAGE;
        let mut shared = self.hold(pages, whole * PAGE);
        if count == whole * PAGE || !self.reserve(&mut shared, count) {
            return (shared, whole * PAGE);
        }
        let page = self.heads * self.block;
        let (from, to) = (pages.ids[whole] as usize * page, shared.ids[whole] as usize * page);
        for layer in &mut self.layers {
            layer.copy(from, to, page);
        }
        (shared, count)
    }

    /// Gives all pages of a sequence back.
    pub fn release(&mut self, pages: Pages) {
        for id in pages.ids {
            let users = &mut self.users[id as usize];
            *users -= 1;
            if *users == 0 {
                self.free.push(id);
            }
        }
    }
}

//! Beginnings of prompts that later requests can reuse.

use super::sequence::{Sequence, common};
use crate::engine::decoder::{Cache, Pages};

/// Different beginnings kept at a time: more than the kinds of prompts in one call.
const MOST: usize = 8;

/// Computed beginnings, the oldest first.
#[derive(Default)]
pub(super) struct SharedPrefixes {
    entries: Vec<(Vec<u32>, Pages)>,
}

impl SharedPrefixes {
    /// Pages with the longest known beginning of `tokens`, and its length.
    pub fn share(&mut self, tokens: &[u32], cache: &mut Cache) -> (Pages, usize) {
        let best = (self.entries.iter())
            .map(|(known, pages)| (common(known, tokens), pages))
            .max_by_key(|(count, _)| *count);
        match best {
            Some((count, pages)) => cache.share(pages, count),
            None => (Pages::default(), 0),
        }
    }

    /// Keeps what `sequence` has in common with the request that comes next.
    pub fn remember(
        &mut self,
        sequence: &Sequence<'_>,
        next: Option<&Sequence<'_>>,
        cache: &mut Cache,
    ) {
        let Some(next) = next else { return };
        let count = cache.shareable(common(sequence.prompt(), &next.tokens));
        let prefix = &sequence.prompt()[..count];
        let computed = sequence.computed() >= prefix.len();
        if count == 0
            || !computed
            || self.entries.iter().any(|(known, _)| known.starts_with(prefix))
        {
            return;
        }
        if self.entries.len() == MOST {
            self.forget_oldest(cache);
        }
        self.entries.push((prefix.to_vec(), sequence.hold_pages(count, cache)));
    }

    /// Frees the oldest beginning; `false` when there is none.
    pub fn forget_oldest(&mut self, cache: &mut Cache) -> bool {
        if self.entries.is_empty() {
            return false;
        }
        let (_, pages) = self.entries.remove(0);
        cache.release(pages);
        true
    }
}

//! Token ids → encoder states, and decoder states → scores of the next token, for every family.
//!
//! Sentences of a batch lie one after another in one buffer, without padding: products run over
//! all their tokens at once, attention over each sentence by itself. That gives what padding and
//! masks give in other implementations, and costs nothing for the padding.

use std::ops::Range;

use anyhow::{Context, Result, ensure};

use super::attention::{Entries, Order, Placed, attend};
use super::cache::Cache;
use super::layers::{CrossAttention, FeedForward, Gate, Network, NormOrder, Stack};
use super::norm::Norm;
use super::parallel::for_each_rows;
use super::positions::Positions;

/// Below so many values a parallel region costs more than adding and normalising them.
const FEW_VALUES: usize = 1 << 15;

/// What the decoder keeps of the sources of a batch.
pub(super) struct Memory {
    /// For each decoder layer, keys and values of every source token.
    layers: Vec<Vec<f32>>,
    /// The tokens of each source.
    spans: Vec<Range<usize>>,
}

/// One hypothesis at its next step.
#[derive(Clone, Copy)]
pub(super) struct StepRow<'a> {
    pub token: u32,
    /// The index of its source in the batch.
    pub source: usize,
    /// A cell for each token so far, this one's last.
    pub cells: &'a [u32],
}

impl Network {
    /// States of the sources' tokens, one source after another, `hidden` values each.
    ///
    /// # Errors
    /// When a source is empty or has a token that the model does not know.
    pub fn encode(&self, sources: &[&[u32]]) -> Result<Vec<f32>> {
        ensure!(sources.iter().all(|source| !source.is_empty()), "a source has no tokens");
        let tokens = sources.iter().flat_map(|source| source.iter().copied().enumerate());
        let spans = spans(sources);
        let mut states = self.encoder.embed(tokens)?;
        let places: Vec<usize> = (0..spans.len()).flat_map(|s| vec![s; spans[s].len()]).collect();
        let heads = self.encoder.heads;
        for block in &self.encoder.blocks {
            self.sublayer(&self.encoder, &block.own.norm, &mut states, |input| {
                let projected = block.own.input.apply(input, &self.pool);
                let read = self.attend_rows(&self.encoder, places.len(), |row| {
                    let span = &spans[places[row]];
                    let stride = 3 * heads.total();
                    let entries = Entries {
                        values: &projected[span.start * stride..],
                        order: Order::Consecutive(span.len()),
                        stride,
                        key_offset: heads.total(),
                    };
                    (&projected[row * stride..][..heads.total()], entries, Some(row - span.start))
                });
                block.own.output.apply(&read, &self.pool)
            });
            self.feed_forward(&self.encoder, &block.feed_forward, &mut states);
        }
        self.encoder.finish(&mut states);
        Ok(states)
    }

    /// Keys and values of the sources for every step of the decoder.
    pub fn remember(&self, sources: &[&[u32]], states: &[f32]) -> Memory {
        let layers = self.decoder.blocks.iter().filter_map(|block| block.cross.as_ref());
        let layers = layers.map(|cross| cross.memory.apply(states, &self.pool)).collect();
        Memory { layers, spans: spans(sources) }
    }

    /// A cache for decoding, with room for `cells` tokens before it grows.
    pub fn new_cache(&self, cells: usize) -> Cache {
        Cache::new(self.decoder.blocks.len(), 2 * self.decoder.heads.total(), cells)
    }

    /// Decoder states of the rows, `hidden` values each; their keys and values go into the cache.
    ///
    /// # Errors
    /// When a token is not in the target vocabulary.
    pub fn step(
        &self,
        rows: &[StepRow<'_>],
        memory: &Memory,
        cache: &mut Cache,
    ) -> Result<Vec<f32>> {
        let stack = &self.decoder;
        let total = stack.heads.total();
        let mut states = stack.embed(rows.iter().map(|row| (row.cells.len() - 1, row.token)))?;
        for (layer, block) in stack.blocks.iter().enumerate() {
            self.sublayer(stack, &block.own.norm, &mut states, |input| {
                let projected = block.own.input.apply(input, &self.pool);
                for (row, values) in rows.iter().zip(projected.chunks_exact(3 * total)) {
                    cache.write(layer, row.cells[row.cells.len() - 1], &values[total..]);
                }
                let read = self.attend_rows(stack, rows.len(), |row| {
                    let entries = Entries {
                        values: cache.layer(layer),
                        order: Order::Listed(rows[row].cells),
                        stride: 2 * total,
                        key_offset: 0,
                    };
                    (&projected[row * 3 * total..][..total], entries, Some(entries.len() - 1))
                });
                block.own.output.apply(&read, &self.pool)
            });
            if let Some(cross) = &block.cross {
                self.read_source(cross, &memory.layers[layer], rows, memory, &mut states);
            }
            self.feed_forward(stack, &block.feed_forward, &mut states);
        }
        stack.finish(&mut states);
        Ok(states)
    }

    /// Replaces `scores` by those of the target vocabulary for each row of decoder states.
    pub fn score(&self, mut states: Vec<f32>, scores: &mut Vec<f32>) {
        if self.head_scale != 1.0 {
            states.iter_mut().for_each(|value| *value *= self.head_scale);
        }
        self.head.apply_into(&states, scores, &self.pool);
    }

    fn read_source(
        &self,
        cross: &CrossAttention,
        values: &[f32],
        rows: &[StepRow<'_>],
        memory: &Memory,
        states: &mut [f32],
    ) {
        let total = self.decoder.heads.total();
        self.sublayer(&self.decoder, &cross.norm, states, |input| {
            let queries = cross.query.apply(input, &self.pool);
            let read = self.attend_rows(&self.decoder, rows.len(), |row| {
                let span = &memory.spans[rows[row].source];
                let entries = Entries {
                    values: &values[span.start * 2 * total..],
                    order: Order::Consecutive(span.len()),
                    stride: 2 * total,
                    key_offset: 0,
                };
                (&queries[row * total..][..total], entries, None)
            });
            cross.output.apply(&read, &self.pool)
        });
    }

    /// What the heads of each row read; `view` gives a row's query, the entries that it sees, and
    /// its position among them where that counts.
    fn attend_rows<'a>(
        &self,
        stack: &Stack,
        rows: usize,
        view: impl Fn(usize) -> (&'a [f32], Entries<'a>, Option<usize>) + Sync,
    ) -> Vec<f32> {
        let total = stack.heads.total();
        let bias = match &stack.positions {
            Positions::Relative(bias) => Some(bias),
            Positions::Table(_) => None,
        };
        let mut read = vec![0f32; rows * total];
        for_each_rows(&self.pool, &mut read, total, |first, outputs| {
            let mut scores = Vec::new();
            for (row, output) in outputs.chunks_exact_mut(total).enumerate() {
                let (query, entries, position) = view(first + row);
                let placed = bias.zip(position).map(|(bias, position)| Placed { bias, position });
                attend(stack.heads, query, entries, placed, &mut scores, output);
            }
        });
        read
    }

    fn feed_forward(&self, stack: &Stack, block: &FeedForward, states: &mut [f32]) {
        self.sublayer(stack, &block.norm, states, |input| {
            let mut inner = block.input.apply(input, &self.pool);
            let width = block.input.outputs();
            if block.gate == Gate::Absent {
                for_each_rows(&self.pool, &mut inner, width, |_, rows| {
                    block.activation.apply(rows)
                });
                return block.output.apply(&inner, &self.pool);
            }
            let mut gated = vec![0f32; inner.len() / 2];
            for_each_rows(&self.pool, &mut gated, width / 2, |first, rows| {
                for (row, target) in rows.chunks_exact_mut(width / 2).enumerate() {
                    let (gate, values) =
                        inner[(first + row) * width..][..width].split_at(width / 2);
                    target.copy_from_slice(gate);
                    block.activation.apply(target);
                    target.iter_mut().zip(values).for_each(|(gate, value)| *gate *= value);
                }
            });
            block.output.apply(&gated, &self.pool)
        });
    }

    /// Adds what `part` makes of the states to them, and normalises where the model does.
    fn sublayer(
        &self,
        stack: &Stack,
        norm: &Norm,
        states: &mut [f32],
        part: impl FnOnce(&[f32]) -> Vec<f32>,
    ) {
        let added = match stack.order {
            NormOrder::After => part(states),
            NormOrder::Before => {
                let mut input = states.to_vec();
                norm.apply(&mut input);
                part(&input)
            }
        };
        let finish = |first: usize, rows: &mut [f32]| {
            let added = &added[first * stack.hidden..][..rows.len()];
            rows.iter_mut().zip(added).for_each(|(state, added)| *state += added);
            if stack.order == NormOrder::After {
                norm.apply(rows);
            }
        };
        if states.len() < FEW_VALUES {
            finish(0, states);
        } else {
            for_each_rows(&self.pool, states, stack.hidden, finish);
        }
    }
}

impl Stack {
    /// Tokens that can be embedded.
    pub fn vocabulary(&self) -> usize {
        self.embedding.rows()
    }

    /// One row of states for each position and token.
    fn embed(&self, tokens: impl Iterator<Item = (usize, u32)>) -> Result<Vec<f32>> {
        let mut states = Vec::new();
        for (position, token) in tokens {
            let start = states.len();
            states.resize(start + self.hidden, 0.0);
            let state = &mut states[start..];
            self.embedding.read_row(token as usize, state)?;
            state.iter_mut().for_each(|value| *value *= self.embedding_scale);
            if let Positions::Table(table) = &self.positions {
                let place = table
                    .get(position * self.hidden..(position + 1) * self.hidden)
                    .with_context(|| format!("the model has no position {position}"))?;
                state.iter_mut().zip(place).for_each(|(value, place)| *value += place);
            }
        }
        Ok(states)
    }

    fn finish(&self, states: &mut [f32]) {
        if let Some(norm) = &self.final_norm {
            norm.apply(states);
        }
    }
}

fn spans(sources: &[&[u32]]) -> Vec<Range<usize>> {
    let mut end = 0;
    let span = |source: &&[u32]| {
        let start = end;
        end += source.len();
        start..end
    };
    sources.iter().map(span).collect()
}

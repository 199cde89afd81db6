//! Ragged attention on the CPU: the queries of many sequences, each against its own pages.
//!
//! Every query goes through its keys page by page with a running maximum and sum (Milakov and
//! Gimelshein 2018; Dao et al. 2022). The order of operations for one query depends on its position
//! alone, so results are the same bits in every batch, chunk and thread count.

use std::ops::Range;

use super::cache::{Cache, PAGE, PageId};
use super::config::{DecoderConfig, HeadNorm, LayerAttention};
use super::layer_cache::{LayerCache, PageBuffer};
use super::rope::RopeTable;
use crate::engine::kernels::{Disjoint, ThreadPool, rms_norm_in_place};

mod lanes;
mod tile;

use tile::Tile;

/// The rows of one sequence in a step.
pub struct Segment<'a> {
    /// Where its keys and values are kept.
    pub pages: &'a [PageId],
    /// Position of the first row.
    pub start: usize,
    /// Rows of the step that belong to this sequence, in the order of positions.
    pub rows: Range<usize>,
}

/// What one layer's attention needs beside the activations.
pub struct LayerInput<'a> {
    /// The shape of the model.
    pub config: &'a DecoderConfig,
    /// What this layer looks at.
    pub layer: LayerAttention,
    /// Its rotations.
    pub table: &'a RopeTable,
    /// Per-head norm weights, head_dim values each.
    pub query_norm: Option<&'a [f32]>,
    /// The same for keys.
    pub key_norm: Option<&'a [f32]>,
    /// The sequences of the batch, in the order of the rows.
    pub segments: &'a [Segment<'a>],
}

/// Values of the queries (position, head) that one task handles together: they stay in the first-level
/// cache beside a page.
const TILE_VALUES: usize = 48 * 64;
/// Fewest queries of a task that has so many: a page is read and widened for all of them.
const TILE_QUERIES: usize = 24;

/// Attends with the queries of `projected`, (rows, query width + 2 · key-value width), that
/// [`prepare_and_store`] has been through; `output` is (rows, query width).
pub fn attend(
    input: &LayerInput<'_>,
    layer: usize,
    cache: &Cache,
    projected: &[f32],
    output: &mut [f32],
    pool: &ThreadPool,
) {
    let tasks = plan_tasks(input, pool.threads());
    let width = input.config.query_width();
    let output = Disjoint::new(output);
    pool.for_each(tasks.len(), |index| {
        let task = &tasks[index];
        let mut tile =
            Tile::new(input.config.padded_head_dim(), task.rows.len() * task.heads.len());
        load_queries(input, task, projected, &mut tile);
        run_pages(input, task, cache, &cache.layers[layer], &mut tile);
        for (query, (row, head)) in task.queries().enumerate() {
            let start = row * width + head * input.config.head_dim;
            // SAFETY: each (row, head) is in exactly one task.
            let target = unsafe { output.slice(start, input.config.head_dim) };
            tile.finish(query, target);
        }
    });
}

/// Rows × query heads of one segment that share a key-value head.
#[derive(Clone)]
struct Task {
    segment: usize,
    rows: Range<usize>,
    heads: Range<usize>,
}

impl Task {
    fn queries(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.rows.clone().flat_map(|row| self.heads.clone().map(move |head| (row, head)))
    }
}

fn plan_tasks(input: &LayerInput<'_>, threads: usize) -> Vec<Task> {
    let config = input.config;
    let mut tasks = Vec::new();
    let single_rows = input.segments.iter().all(|segment| segment.rows.len() == 1);
    let by_head = input.segments.len() * config.key_value_heads;
    // A lone sequence with few key-value heads would leave threads idle: split its query heads.
    let parts = if single_rows && by_head < threads { threads.div_ceil(by_head) } else { 1 };
    let heads_per_task = config.group().div_ceil(parts);
    let queries = (TILE_VALUES / config.padded_head_dim()).max(TILE_QUERIES);
    let rows_per_task = (queries / heads_per_task).max(1);
    for (index, segment) in input.segments.iter().enumerate() {
        for group in 0..config.key_value_heads {
            let group_heads = group * config.group()..(group + 1) * config.group();
            for first_head in group_heads.clone().step_by(heads_per_task) {
                let heads = first_head..(first_head + heads_per_task).min(group_heads.end);
                for first in segment.rows.clone().step_by(rows_per_task) {
                    let rows = first..(first + rows_per_task).min(segment.rows.end);
                    tasks.push(Task { segment: index, rows, heads: heads.clone() });
                }
            }
        }
    }
    // The last rows of a long prompt see the most keys: start with them, in each thread's part.
    tasks.reverse();
    (0..threads).flat_map(|part| tasks.iter().skip(part).step_by(threads)).cloned().collect()
}

fn load_queries(input: &LayerInput<'_>, task: &Task, projected: &[f32], tile: &mut Tile) {
    let config = input.config;
    let row_width = config.query_width() + 2 * config.key_value_width();
    for (query, (row, head)) in task.queries().enumerate() {
        let start = row * row_width + head * config.head_dim;
        tile.load_query(query, &projected[start..start + config.head_dim], config.attention_scale);
    }
}

fn run_pages(
    input: &LayerInput<'_>,
    task: &Task,
    cache: &Cache,
    layer: &LayerCache,
    tile: &mut Tile,
) {
    let segment = &input.segments[task.segment];
    let head = task.heads.start / input.config.group();
    let position = |row: usize| segment.start + (row - segment.rows.start);
    let (first, last) = (position(task.rows.start), position(task.rows.end - 1));
    let first_key = |position: usize| match input.layer.window {
        Some(window) => (position + 1).saturating_sub(window),
        None => 0,
    };
    let visible: Vec<Range<usize>> =
        task.queries().map(|(row, _)| first_key(position(row))..position(row) + 1).collect();
    let padded = input.config.padded_head_dim();
    let mut buffer = PageBuffer::default();
    let last = last / PAGE;
    let offset = |page: usize| cache.offset(segment.pages[page], head);
    for page in first_key(first) / PAGE..=last {
        let next = layer.stored_page(offset((page + 1).min(last)), padded);
        let current = layer.page(offset(page), padded, &mut buffer);
        tile.visit_page(page * PAGE, current, next.unwrap_or(current), &visible);
    }
}

/// Normalises and rotates queries (in place) and keys, and stores keys and values in the cache.
/// `projected` is (rows, query width + 2 · key-value width), as the fused projection leaves it.
pub fn prepare_and_store(
    input: &LayerInput<'_>,
    layer: usize,
    cache: &mut Cache,
    projected: &mut [f32],
    pool: &ThreadPool,
) {
    let config = input.config;
    let row_width = config.query_width() + 2 * config.key_value_width();
    let row_count = projected.len() / row_width;
    let places = places_of_rows(input.segments, cache, row_count);
    let (dim, padded) = (config.head_dim, config.padded_head_dim());
    let writer = cache.layers[layer].writer();
    let shared = Disjoint::new(projected);
    // A few rows a task: a single row is too little work to hand out.
    const ROWS: usize = 8;
    pool.for_each(row_count.div_ceil(ROWS), |task| {
        let rows = places.iter().enumerate().skip(task * ROWS).take(ROWS);
        for (row, &(offset, slot)) in rows {
            // SAFETY: each row is in exactly one task.
            let values = unsafe { shared.slice(row * row_width, row_width) };
            let (queries, stored) = values.split_at_mut(config.query_width());
            let (keys, values) = stored.split_at_mut(config.key_value_width());
            for head in queries.chunks_exact_mut(dim) {
                prepare_head(input, row, input.query_norm, head);
            }
            let heads = keys.chunks_exact_mut(dim).zip(values.chunks_exact(dim));
            for (head, (key, value)) in heads.enumerate() {
                prepare_head(input, row, input.key_norm, key);
                // SAFETY: each row has a place of its own.
                unsafe { writer.write((offset + head * padded * PAGE, slot), padded, key, value) };
            }
        }
    });
}

/// Where the first head of each row is stored: its offset, and the slot in its page.
fn places_of_rows(
    segments: &[Segment<'_>],
    cache: &Cache,
    row_count: usize,
) -> Vec<(usize, usize)> {
    let mut places = vec![(0, 0); row_count];
    for segment in segments {
        for (position, place) in (segment.start..).zip(&mut places[segment.rows.clone()]) {
            *place = (cache.offset(segment.pages[position / PAGE], 0), position % PAGE);
        }
    }
    places
}

fn prepare_head(input: &LayerInput<'_>, row: usize, norm: Option<&[f32]>, head: &mut [f32]) {
    let layout = input.config.rope_layout;
    match (input.config.head_norm, norm) {
        (HeadNorm::BeforeRope, Some(weight)) => {
            rms_norm_in_place(head, weight, input.config.norm_epsilon);
            input.table.rotate(row, layout, head);
        }
        (HeadNorm::AfterRope, Some(weight)) => {
            input.table.rotate(row, layout, head);
            rms_norm_in_place(head, weight, input.config.norm_epsilon);
        }
        _ => input.table.rotate(row, layout, head),
    }
}

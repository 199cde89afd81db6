//! Attention of one layer, for heads of the sizes that models have: one query after many positions, and a
//! whole prompt.
//!
//! `cargo bench --bench attention`. Elements are pairs of a query (of one head) and a key that it sees.
//! Two threads, or `BENCH_THREADS`.

use std::hint::black_box;

use bulletin::internals::engine::decoder::attention::{
    LayerInput, Segment, attend, prepare_and_store,
};
use bulletin::internals::engine::decoder::config::{
    Activation, BlockNorm, DecoderConfig, HeadNorm, LayerAttention, Rope, RopeLayout,
};
use bulletin::internals::engine::decoder::{Cache, KeyValueType, Pages, RopeTable};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

mod support;

use support::{inputs, pool, settings};

/// (query heads, key-value heads, values of a head): of SmolLM2 135M, Qwen3 0.6B and Gemma 3 270M.
const SHAPES: [(usize, usize, usize); 3] = [(9, 3, 64), (16, 8, 128), (4, 1, 256)];
const PROMPT: usize = 512;
const LONG: usize = 1500;

fn config((heads, key_value_heads, head_dim): (usize, usize, usize)) -> DecoderConfig {
    DecoderConfig {
        hidden: heads * head_dim,
        heads,
        key_value_heads,
        head_dim,
        feed_forward: 1,
        context: LONG + 1,
        norm_epsilon: 1e-6,
        activation: Activation::Silu,
        head_norm: HeadNorm::None,
        block_norm: BlockNorm::Before,
        rope_layout: RopeLayout::Halves,
        ropes: vec![Rope { base: 10_000.0, position_scale: 1.0, factors: None }],
        layers: vec![LayerAttention { window: None, rope: 0 }],
        attention_scale: (head_dim as f32).powf(-0.5),
        embedding_scale: 1.0,
    }
}

/// Attention of `rows` queries that come after `start` positions.
fn bench_rows(
    criterion: &mut Criterion,
    shape: (usize, usize, usize),
    kind: KeyValueType,
    (start, rows): (usize, usize),
) {
    let (pool, config) = (pool(), config(shape));
    let mut cache = Cache::new(&config, start + rows, kind);
    let mut pages = Pages::default();
    assert!(cache.reserve(&mut pages, start + rows), "there is room for all positions");
    let width = config.query_width() + 2 * config.key_value_width();
    let mut projected = inputs((start + rows) * width);
    let fill = |cache: &mut Cache, (start, rows): (usize, usize), projected: &mut [f32]| {
        let table = RopeTable::new(&config.ropes[0], config.head_dim, start..start + rows);
        let segments = [Segment { pages: pages.ids(), start, rows: 0..rows }];
        prepare_and_store(&input(&config, &table, &segments), 0, cache, projected, &pool);
    };
    let (before, queries) = projected.split_at_mut(start * width);
    if start > 0 {
        fill(&mut cache, (0, start), before);
    }
    fill(&mut cache, (start, rows), queries);
    let table = RopeTable::new(&config.ropes[0], config.head_dim, start..start + rows);
    let segments = [Segment { pages: pages.ids(), start, rows: 0..rows }];
    let input = input(&config, &table, &segments);
    let mut output = vec![0.0; rows * config.query_width()];
    let mut group = criterion.benchmark_group(format!("attention/{}/{kind:?}", shape.2));
    let seen: usize = (start + 1..=start + rows).sum();
    group.throughput(Throughput::Elements((seen * config.heads) as u64));
    group.bench_function(BenchmarkId::from_parameter(format!("{start}+{rows}")), |bencher| {
        bencher.iter(|| attend(&input, 0, &cache, queries, black_box(&mut output), &pool));
    });
}

fn input<'a>(
    config: &'a DecoderConfig,
    table: &'a RopeTable,
    segments: &'a [Segment<'a>],
) -> LayerInput<'a> {
    let layer = config.layers[0];
    LayerInput { config, layer, table, query_norm: None, key_norm: None, segments }
}

fn attention(criterion: &mut Criterion) {
    for shape in SHAPES {
        for kind in [KeyValueType::F16, KeyValueType::Q8] {
            for place in [(PROMPT, 1), (LONG, 1), (0, PROMPT)] {
                bench_rows(criterion, shape, kind, place);
            }
        }
    }
}

criterion_group! {
    name = benches;
    config = settings();
    targets = attention
}
criterion_main!(benches);

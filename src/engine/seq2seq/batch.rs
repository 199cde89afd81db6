//! Sources with their search settings → outputs in the same order, decoded many at a time.
//!
//! Sources of like length share a batch, so that its rows end together; a row that ends leaves it.

use anyhow::{Context, Result, anyhow};

use super::cache::Cache;
use super::candidates::{Candidate, best};
use super::layers::Network;
use super::network::{Memory, StepRow};
use super::parallel::map_rows;
use super::rules::Rules;
use super::search::{Output, Search, Strategy};
use crate::engine::Event;

/// Source tokens of one batch: enough to fill the processor, few enough for the cache.
const SOURCE_TOKENS: usize = 4096;
/// Hypotheses of one batch.
const ROWS: usize = 128;
/// Tokens of a hypothesis for which the cache has room before it grows.
const EXPECTED_TOKENS: usize = 48;

/// One source to decode.
pub(super) struct SearchInput {
    pub source: Vec<u32>,
    pub strategy: Strategy,
    pub rules: Rules,
}

/// One result for each input, in the order of the inputs. `start` is the decoder's first token.
pub(super) fn decode(
    network: &Network,
    start: u32,
    inputs: &[SearchInput],
    watch: &mut dyn FnMut(Event),
) -> Vec<Result<Output>> {
    let mut results: Vec<Option<Result<Output>>> = inputs.iter().map(|_| None).collect();
    for batch in group(inputs) {
        match decode_batch(network, start, inputs, &batch, watch) {
            Ok(outputs) => {
                for (&index, output) in batch.iter().zip(outputs) {
                    results[index] = Some(output.context("the search found no output"));
                }
            }
            Err(error) => {
                let message = format!("{error:#}");
                batch
                    .iter()
                    .for_each(|&index| results[index] = Some(Err(anyhow!(message.clone()))));
            }
        }
    }
    let missing = || Err(anyhow!("the sentence was not decoded"));
    results.into_iter().map(|result| result.unwrap_or_else(missing)).collect()
}

/// Numbers of inputs, long sources first, in batches within the limits.
fn group(inputs: &[SearchInput]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..inputs.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(inputs[index].source.len()));
    let mut batches: Vec<Vec<usize>> = Vec::new();
    let (mut tokens, mut rows) = (usize::MAX, usize::MAX);
    for index in order {
        let (more_tokens, more_rows) = (inputs[index].source.len(), inputs[index].strategy.width());
        tokens = tokens.saturating_add(more_tokens);
        rows = rows.saturating_add(more_rows);
        match batches.last_mut() {
            Some(batch) if tokens <= SOURCE_TOKENS && rows <= ROWS => batch.push(index),
            _ => {
                (tokens, rows) = (more_tokens, more_rows);
                batches.push(vec![index]);
            }
        }
    }
    batches
}

fn decode_batch(
    network: &Network,
    start: u32,
    inputs: &[SearchInput],
    batch: &[usize],
    watch: &mut dyn FnMut(Event),
) -> Result<Vec<Option<Output>>> {
    let sources: Vec<&[u32]> = batch.iter().map(|&index| &inputs[index].source[..]).collect();
    let states = network.encode(&sources)?;
    let memory = network.remember(&sources, &states);
    drop(states);
    watch(Event::Prefilled(sources.iter().map(|source| source.len()).sum()));
    let mut searches: Vec<Search> = batch
        .iter()
        .map(|&index| Search::new(inputs[index].strategy, inputs[index].rules.clone()))
        .collect();
    let rows: usize = searches.iter().map(|search| search.strategy().width()).sum();
    let mut cache = network.new_cache(rows * EXPECTED_TOKENS);
    let mut scores = Vec::new();
    while searches.iter().any(|search| !search.done()) {
        let offers = step((network, start), &mut searches, &memory, &mut cache, &mut scores)?;
        let mut offers = offers.into_iter();
        watch(Event::Decoded(searches.iter().filter(|search| !search.done()).count()));
        for (search, &index) in searches.iter_mut().zip(batch) {
            if search.done() {
                continue;
            }
            let own: Vec<_> = offers.by_ref().take(search.running.len()).collect();
            search.advance(&own, &mut cache);
            if search.done() {
                watch(Event::Finished(index));
            }
        }
    }
    Ok(searches.into_iter().map(Search::into_output).collect())
}

/// The candidates of every running hypothesis, search by search. `scores` is scratch space.
fn step(
    (network, start): (&Network, u32),
    searches: &mut [Search],
    memory: &Memory,
    cache: &mut Cache,
    scores: &mut Vec<f32>,
) -> Result<Vec<Vec<Candidate>>> {
    for search in searches.iter_mut() {
        search.running.iter_mut().for_each(|hypothesis| hypothesis.cells.push(cache.take()));
    }
    let (mut rows, mut owners) = (Vec::new(), Vec::new());
    for (source, search) in searches.iter().enumerate() {
        for hypothesis in &search.running {
            let token = hypothesis.tokens.last().copied().unwrap_or(start);
            rows.push(StepRow { token, source, cells: &hypothesis.cells });
            owners.push((search, hypothesis));
        }
    }
    network.score(network.step(&rows, memory, cache)?, scores);
    let width = network.head.outputs();
    Ok(map_rows(&network.pool, scores, width, |row, scores| {
        let (search, hypothesis) = owners[row];
        let ranking = search.strategy().ranking();
        best(scores, &hypothesis.tokens, search.rules(), ranking, search.breadth())
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_keep_the_limits_and_lose_nobody() {
        let input = |length: usize, width: usize| {
            let strategy = match width {
                1 => Strategy::Greedy,
                _ => Strategy::Beam { width, length_penalty: 1.0, stopping: Default::default() },
            };
            SearchInput { source: vec![1; length], strategy, rules: Rules::default() }
        };
        let inputs: Vec<SearchInput> =
            (0..200).map(|index| input(1 + index * 37 % 500, 1 + index % 2 * 3)).collect();
        let batches = group(&inputs);
        let mut seen: Vec<usize> = batches.concat();
        for batch in &batches {
            assert!(batch.iter().map(|&index| inputs[index].source.len()).sum::<usize>() <= 4096);
            assert!(
                batch.iter().map(|&index| inputs[index].strategy.width()).sum::<usize>() <= 128
            );
        }
        assert!(batches.len() < 20, "{} batches", batches.len());
        seen.sort_unstable();
        assert_eq!(seen, (0..200).collect::<Vec<_>>());
        // One source above the limit has a batch of its own.
        assert_eq!(group(&[input(5000, 1), input(2, 1)]), [vec![0], vec![1]]);
    }
}

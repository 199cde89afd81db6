//! Hidden states of a step's output rows → what the choices of their successors are made from. From
//! a device a few numbers for each greedy row, and all that comes back of a step comes in one copy.

use anyhow::{Result, bail};
use candle_core::{D, DType, Tensor};

use super::cpu_scores::{self, Wanted};
use super::sequence::Sequence;
use super::{Schedule, Share};
use crate::engine::device::Compute;
use crate::engine::sampling::{Scores, Summary};

/// Longest row whose entries can be numbered and marked in F32.
const LONGEST_NUMBERED: usize = 1 << 23;

/// A row whose successor is wanted.
struct OutputRow {
    /// In the hidden states.
    row: u32,
    share: usize,
    /// Entries that a summary must name, ascending; `None` where the choice needs every logit.
    named: Option<Vec<usize>>,
}

/// Rows of results on the device, all of one width, before they are fetched.
struct Piece {
    rows: Vec<OutputRow>,
    values: Tensor,
}

impl Schedule<'_, '_> {
    /// For each share the scores of its output rows; each head runs once over all rows that want it.
    pub(super) fn scores(&mut self, hidden: &Tensor, shares: &[Share]) -> Result<Vec<Vec<Scores>>> {
        let mut scores: Vec<Vec<Scores>> = shares.iter().map(|_| Vec::new()).collect();
        let mut pieces = Vec::new();
        for (number, head) in self.heads.iter().enumerate() {
            let (rows, count) = self.rows_of_head(number, shares);
            if rows.is_empty() {
                continue;
            }
            let selected = match rows.len() == count {
                true => hidden.clone(),
                false => select(hidden, rows.iter().map(|row| row.row))?,
            };
            match (&self.numbers, self.decoder.compute()) {
                (Some(numbers), _) => {
                    let logits = head.matrix.forward(&selected)?;
                    pieces.extend(device_pieces(rows, &logits, numbers)?);
                }
                (None, Compute::Kernels(pool)) => {
                    let places: Vec<usize> = rows.iter().map(|row| row.share).collect();
                    let mut wanted = wanted(rows, shares, &mut self.running, head.ids);
                    let buffers = &mut self.buffers;
                    let made =
                        cpu_scores::scores(head.matrix, &selected, &mut wanted, buffers, pool)?;
                    places.into_iter().zip(made).for_each(|(share, made)| scores[share].push(made));
                }
                (None, Compute::Device(_)) => bail!("the device has nothing to count with"),
            }
        }
        fetch(pieces, &mut scores)?;
        Ok(scores)
    }

    /// The rows that want one head, and how many rows there are in all.
    fn rows_of_head(&self, number: usize, shares: &[Share]) -> (Vec<OutputRow>, usize) {
        let head = &self.heads[number];
        let mut rows = Vec::new();
        let mut count = 0;
        for (index, share) in shares.iter().enumerate() {
            let sequence = &self.running[share.sequence];
            for output in 0..share.outputs {
                if sequence.head() == number {
                    let summarise =
                        self.numbers.is_none() || head.matrix.outputs() <= LONGEST_NUMBERED;
                    let mut named =
                        if summarise { sequence.penalised_entries(output, head.ids) } else { None };
                    if let Some(named) = &mut named {
                        named.retain(|&entry| entry < head.matrix.outputs());
                    }
                    rows.push(OutputRow { row: count as u32, share: index, named });
                }
                count += 1;
            }
        }
        (rows, count)
    }
}

/// What the CPU is to make of each row: a sequence that samples has one row, and chooses there.
fn wanted<'a>(
    rows: Vec<OutputRow>,
    shares: &[Share],
    running: &'a mut [Sequence<'_>],
    ids: Option<&'a [u32]>,
) -> Vec<Wanted<'a>> {
    let mut running: Vec<_> = running.iter_mut().map(Some).collect();
    let of_row = |row: OutputRow| match row.named {
        Some(named) => Wanted::Summary(named),
        None => {
            let sequence = running[shares[row.share].sequence].take();
            Wanted::Choice(sequence.expect("drafts are for greedy sequences").chooser(ids))
        }
    };
    rows.into_iter().map(of_row).collect()
}

/// Counts from 0 on the device, as far as any head has rows: (length). `None` for the CPU's kernels,
/// which find a largest entry by themselves.
pub(super) fn numbers(compute: &Compute, longest: usize) -> Result<Option<Tensor>> {
    match compute {
        Compute::Kernels(_) => Ok(None),
        Compute::Device(device) => {
            Ok(Some(Tensor::arange(0.0, longest.min(LONGEST_NUMBERED) as f32, device)?))
        }
    }
}

fn select(matrix: &Tensor, rows: impl Iterator<Item = u32>) -> candle_core::Result<Tensor> {
    let rows: Vec<u32> = rows.collect();
    let count = rows.len();
    matrix.index_select(&Tensor::from_vec(rows, count, matrix.device())?, 0)
}

/// Rows that go back whole, and summaries of the others.
fn device_pieces(
    rows: Vec<OutputRow>,
    logits: &Tensor,
    numbers: &Tensor,
) -> candle_core::Result<Vec<Piece>> {
    let places: Vec<u32> = (0..rows.len() as u32).collect();
    let (greedy, whole): (Vec<_>, Vec<_>) =
        rows.into_iter().zip(places).partition(|(row, _)| row.named.is_some());
    let mut pieces = Vec::new();
    for (group, summarised) in [(whole, false), (greedy, true)] {
        if group.is_empty() {
            continue;
        }
        let (rows, places): (Vec<OutputRow>, Vec<u32>) = group.into_iter().unzip();
        let all = rows.len() == logits.dim(0)?;
        let logits = if all { logits.clone() } else { select(logits, places.into_iter())? };
        let named: Vec<&[usize]> = rows.iter().filter_map(|row| row.named.as_deref()).collect();
        let values = if summarised { summarise(&logits, &named, numbers)? } else { logits };
        pieces.push(Piece { rows, values });
    }
    Ok(pieces)
}

/// (rows, entries) → (rows, 3 + most named entries of a row): index and value of the largest entry
/// that is not named, logarithm of the sum of exponentials, values of the named entries. The logits
/// are used up.
fn summarise(logits: &Tensor, named: &[&[usize]], numbers: &Tensor) -> candle_core::Result<Tensor> {
    let (rows, entries) = logits.dims2()?;
    let total = logits.log_sum_exp(D::Minus1)?.reshape((rows, 1))?;
    let values = hide_named(logits, named)?;
    let largest = logits.max_keepdim(D::Minus1)?;
    // The first of equals, which a device's own arg-max does not promise: the least number of those
    // that are as large, the others' numbers being moved behind the end.
    let numbers = numbers.narrow(0, 0, entries)?.reshape((1, entries))?;
    let behind = logits.broadcast_eq(&largest)?.to_dtype(DType::F32)?;
    let behind = behind.affine(-(entries as f64), entries as f64)?;
    let index = behind.broadcast_add(&numbers)?.min_keepdim(D::Minus1)?;
    let mut parts = vec![index, largest, total];
    parts.extend(values);
    Tensor::cat(&parts, 1)
}

/// Gives the values of the named entries, (rows, most of a row), and hides them in `logits`.
fn hide_named(logits: &Tensor, named: &[&[usize]]) -> candle_core::Result<Option<Tensor>> {
    let width = named.iter().map(|named| named.len()).max().unwrap_or(0);
    if width == 0 {
        return Ok(None);
    }
    let (mut indexes, mut hiding) = (Vec::new(), Vec::new());
    for named in named {
        // Shorter lists are filled up: by their own first entry, or by one that stays as it is.
        let (filling, hides) = match named.first() {
            Some(&first) => (first, f32::NEG_INFINITY),
            None => (0, 0.0),
        };
        let filled = named.iter().copied().chain(std::iter::repeat(filling));
        indexes.extend(filled.take(width).map(|index| index as u32));
        hiding.extend(std::iter::repeat_n(hides, width));
    }
    let shape = (named.len(), width);
    let indexes = Tensor::from_vec(indexes, shape, logits.device())?;
    let values = logits.gather(&indexes, 1)?;
    let hidden = (&values + Tensor::from_vec(hiding, shape, logits.device())?)?;
    logits.scatter_set(&indexes, &hidden, 1)?;
    Ok(Some(values))
}

/// Brings all pieces to the host in one copy.
fn fetch(pieces: Vec<Piece>, scores: &mut [Vec<Scores>]) -> Result<()> {
    if pieces.is_empty() {
        return Ok(());
    }
    let flat: Vec<Tensor> = pieces
        .iter()
        .map(|piece| piece.values.flatten_all())
        .collect::<candle_core::Result<_>>()?;
    let values = Tensor::cat(&flat, 0)?.to_vec1::<f32>()?;
    let mut rest = values.as_slice();
    for piece in pieces {
        let width = piece.values.dim(1)?;
        for row in piece.rows {
            let (values, behind) = rest.split_at(width);
            rest = behind;
            scores[row.share].push(match row.named {
                None => Scores::Whole(values.to_vec()),
                Some(named) => Scores::Summary(summary(values, named)),
            });
        }
    }
    Ok(())
}

/// Reads a row that [`summarise`] made.
fn summary(values: &[f32], named: Vec<usize>) -> Summary {
    Summary {
        index: values[0] as usize,
        logit: values[1],
        log_sum_exp: values[2],
        penalised: named.into_iter().zip(values[3..].iter().copied()).collect(),
    }
}

#[cfg(test)]
mod tests;

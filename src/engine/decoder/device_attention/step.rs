//! The segments of one pass → what every layer's attention needs of them on the device. All of it
//! travels there in two copies, one of numbers and one of floats, before the first layer.

use std::ops::Range;

use candle_core::{Device, Result, Tensor, WithDType};

use super::super::attention::Segment;
use super::super::cache::PAGE;
use super::super::config::{DecoderConfig, LayerAttention};
use super::super::rope::RopeTable;
#[cfg(feature = "flash-attn")]
use super::flash::FlashStep;

/// What hides a key: so low a score that its weight is 0 whatever the others are.
const HIDDEN: f64 = -1e30;

/// One pass, on the device.
pub struct DeviceStep {
    /// For each rotation of the model, cosines and sines: (rows, head_dim / 2) each.
    tables: Vec<(Tensor, Tensor)>,
    /// The cache row that each value of a row's keys and values goes to: (rows, 2 · width).
    places: Tensor,
    /// None where the flash kernels serve.
    runs: Vec<Run>,
    #[cfg(feature = "flash-attn")]
    flash: Option<FlashStep>,
    /// The windows that the model's layers have.
    windows: Vec<Option<usize>>,
    /// Rows that go on behind the last attention; `None`: all.
    outputs: Option<Tensor>,
}

/// Segments that attend together: many of one row each, or one of many rows.
pub struct Run {
    pub rows: Range<usize>,
    pub segments: usize,
    /// Keys of each segment, in whole pages.
    pub keys: usize,
    /// (segments · keys / PAGE)
    pub pages: Tensor,
    /// To be added to scores, (segments, 1, 1, rows of each, keys): one for each window.
    masks: Vec<Tensor>,
}

/// Values that travel together.
struct Parcel<T>(Vec<T>);

impl<T: WithDType> Parcel<T> {
    /// Where in the parcel `values` are.
    fn add(&mut self, values: impl IntoIterator<Item = T>) -> Range<usize> {
        let start = self.0.len();
        self.0.extend(values);
        start..self.0.len()
    }

    fn send(self, device: &Device) -> Result<Tensor> {
        let length = self.0.len();
        Tensor::from_vec(self.0, length, device)
    }
}

fn part(parcel: &Tensor, range: &Range<usize>) -> Result<Tensor> {
    parcel.narrow(0, range.start, range.len())
}

/// A run before its tensors are made: ranges of the parcels.
struct RunPlan {
    rows: Range<usize>,
    segments: usize,
    pages: Range<usize>,
    positions: Range<usize>,
}

impl DeviceStep {
    /// `tables` are those of the step's rows, one for each of `config.ropes`; `outputs` the rows
    /// that go on behind the last attention (the first where none do, since devices compute no
    /// empty matrices).
    ///
    /// # Errors
    /// When the device fails.
    pub fn new(
        config: &DecoderConfig,
        tables: &[RopeTable],
        segments: &[Segment<'_>],
        outputs: &[usize],
        device: &Device,
    ) -> Result<Self> {
        let (mut numbers, mut floats) = (Parcel(Vec::new()), Parcel(Vec::new()));
        let rows = segments.last().map_or(0, |segment| segment.rows.end);
        let places = numbers.add(segments.iter().flat_map(slots));
        let kept = if outputs.is_empty() { &[0] } else { outputs };
        let all = kept.iter().copied().eq(0..rows);
        let kept = (!all).then(|| numbers.add(kept.iter().map(|&row| row as u32)));
        let turns: Vec<_> = tables.iter().map(|table| add_table(table, &mut floats)).collect();
        #[cfg(feature = "flash-attn")]
        let flash = FlashStep::new(config, segments, device)?;
        #[cfg(feature = "flash-attn")]
        let segments = if flash.is_some() { &[] } else { segments };
        let plans = plan_runs(segments, &mut numbers, &mut floats);
        let most = plans.iter().map(RunPlan::keys).max().unwrap_or(0);
        let keys = floats.add((0..most).map(|key| key as f32));
        let (numbers, floats) = (numbers.send(device)?, floats.send(device)?);
        let windows = windows(config);
        let table = |range: &Range<usize>| part(&floats, range)?.reshape((rows, ()));
        let width = 2 * config.key_value_width();
        let places = part(&numbers, &places)?.reshape((rows, 1))?;
        Ok(Self {
            tables: (turns.iter())
                .map(|(cosines, sines)| Ok((table(cosines)?, table(sines)?)))
                .collect::<Result<_>>()?,
            places: places.broadcast_as((rows, width))?.contiguous()?,
            outputs: kept.map(|range| part(&numbers, &range)).transpose()?,
            runs: (plans.into_iter())
                .map(|plan| plan.make(&windows, &numbers, &floats, &keys))
                .collect::<Result<_>>()?,
            windows,
            #[cfg(feature = "flash-attn")]
            flash,
        })
    }

    #[cfg(feature = "flash-attn")]
    pub fn flash(&self) -> Option<&FlashStep> {
        self.flash.as_ref()
    }

    pub fn table(&self, layer: LayerAttention) -> &(Tensor, Tensor) {
        &self.tables[layer.rope]
    }

    pub fn places(&self) -> &Tensor {
        &self.places
    }

    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    pub fn mask<'a>(&self, run: &'a Run, layer: LayerAttention) -> &'a Tensor {
        let window = self.windows.iter().position(|&window| window == layer.window);
        &run.masks[window.expect("every layer's window is in the list")]
    }

    /// The rows of a matrix that go on behind the last attention.
    ///
    /// # Errors
    /// When the device fails.
    pub fn select(&self, matrix: &Tensor) -> Result<Tensor> {
        match &self.outputs {
            Some(rows) => matrix.index_select(rows, 0),
            None => Ok(matrix.clone()),
        }
    }
}

impl RunPlan {
    fn keys(&self) -> usize {
        self.pages.len() / self.segments * PAGE
    }

    /// `keys` is where `floats` counts from 0.
    fn make(
        self,
        windows: &[Option<usize>],
        numbers: &Tensor,
        floats: &Tensor,
        keys: &Range<usize>,
    ) -> Result<Run> {
        let (segments, count) = (self.segments, self.keys());
        let rows = self.rows.len() / segments;
        let positions = part(floats, &self.positions)?.reshape((segments, 1, 1, rows, 1))?;
        let keys = floats.narrow(0, keys.start, count)?.reshape((1, 1, 1, 1, count))?;
        // Positions that a key is ahead of its query: hidden from 1 on, and from -window down.
        let ahead = keys.broadcast_sub(&positions)?;
        let mask = |window: &Option<usize>| match *window {
            None => ahead.relu()? * HIDDEN,
            Some(window) => {
                let behind = ahead.affine(-1.0, 1.0 - window as f64)?;
                (ahead.relu()? + behind.relu()?)? * HIDDEN
            }
        };
        Ok(Run {
            segments,
            keys: count,
            pages: part(numbers, &self.pages)?,
            masks: windows.iter().map(mask).collect::<Result<_>>()?,
            rows: self.rows,
        })
    }
}

/// Where cosines and sines are.
fn add_table(table: &RopeTable, floats: &mut Parcel<f32>) -> (Range<usize>, Range<usize>) {
    let mut add = |values: &[f32]| floats.add(values.iter().copied());
    (add(table.cosines()), add(table.sines()))
}

fn plan_runs(
    segments: &[Segment<'_>],
    numbers: &mut Parcel<u32>,
    floats: &mut Parcel<f32>,
) -> Vec<RunPlan> {
    let single = |segment: &Segment<'_>| segment.rows.len() == 1;
    let used = |segment: &Segment<'_>| (segment.start + segment.rows.len()).div_ceil(PAGE);
    let mut plans = Vec::new();
    for run in segments.chunk_by(|a, b| single(a) && single(b)) {
        let most = run.iter().map(used).max().unwrap_or(0);
        // A shorter segment sees its last page again and again, behind the mask.
        let pages = run.iter().flat_map(|segment| {
            let last = used(segment) - 1;
            (0..most).map(move |page| segment.pages[page.min(last)])
        });
        let positions = run.iter().flat_map(|segment| {
            (segment.start..segment.start + segment.rows.len()).map(|position| position as f32)
        });
        plans.push(RunPlan {
            rows: run[0].rows.start..run[run.len() - 1].rows.end,
            segments: run.len(),
            pages: numbers.add(pages),
            positions: floats.add(positions),
        });
    }
    plans
}

/// The cache row of each of a segment's rows.
fn slots<'a>(segment: &'a Segment<'a>) -> impl Iterator<Item = u32> + 'a {
    (segment.start..segment.start + segment.rows.len()).map(|position| {
        let page = segment.pages[position / PAGE];
        page * PAGE as u32 + (position % PAGE) as u32
    })
}

/// Every window that a layer has, once.
fn windows(config: &DecoderConfig) -> Vec<Option<usize>> {
    let mut windows: Vec<_> = config.layers.iter().map(|layer| layer.window).collect();
    windows.sort_unstable();
    windows.dedup();
    windows
}

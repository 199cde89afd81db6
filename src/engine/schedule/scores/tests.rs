use candle_core::Device;

use super::*;
use crate::engine::GenerationOptions;
use crate::engine::sampling::Picker;

const ENTRIES: usize = 300;

/// Whole numbers from -3 to 3, so that the largest is often there several times.
fn coarse_logits(seed: usize) -> Vec<f32> {
    (0..ENTRIES).map(|entry| ((entry * 7919 + seed * 104_729) % 1009 % 7) as f32 - 3.0).collect()
}

fn summaries(rows: &[Vec<f32>], named: &[Vec<usize>]) -> Vec<Summary> {
    let logits = Tensor::new(rows.to_vec(), &Device::Cpu).unwrap();
    let numbers = Tensor::arange(0.0, 500f32, &Device::Cpu).unwrap();
    let borrowed: Vec<&[usize]> = named.iter().map(Vec::as_slice).collect();
    let values = summarise(&logits, &borrowed, &numbers).unwrap().to_vec2::<f32>().unwrap();
    values.iter().zip(named).map(|(values, named)| summary(values, named.clone())).collect()
}

/// Rows with different numbers of recent tokens in one batch, some outside of the head's letters.
#[test]
fn a_summary_leads_to_the_choice_of_the_whole_row() {
    let ids: Vec<u32> = (0..ENTRIES as u32).map(|entry| 3 * entry + 1).collect();
    for penalty in [1.0, 1.3, 4.0, 0.8] {
        for ids in [None, Some(ids.as_slice())] {
            let options =
                GenerationOptions { repetition_penalty: penalty, ..GenerationOptions::default() };
            let mut picker = Picker::new(&options);
            let rows: Vec<Vec<f32>> = (0..40).map(coarse_logits).collect();
            let outputs: Vec<Vec<u32>> = (0..40u32)
                .map(|row| (0..row % 9 * 5).map(|step| (step * 31 + row) % 290).collect())
                .collect();
            let named: Vec<_> =
                outputs.iter().map(|output| picker.penalised_entries(ids, output)).collect();
            let summaries = summaries(&rows, &named);
            for ((row, output), summary) in rows.iter().zip(&outputs).zip(summaries) {
                let expected = picker.choose(&mut row.clone(), ids, output);
                let choice = picker.choose_from(&mut Scores::Summary(summary), ids, output);
                assert_eq!(choice.token, expected.token, "penalty {penalty}, after {output:?}");
                assert!((choice.logprob - expected.logprob).abs() < 1e-5);
            }
        }
    }
}

#[test]
fn a_row_all_of_whose_entries_are_penalised_has_a_choice() {
    let options = GenerationOptions { repetition_penalty: 2.0, ..GenerationOptions::default() };
    let mut picker = Picker::new(&options);
    let row = vec![-1.0, 3.0, 2.0];
    let named = picker.penalised_entries(None, &[2, 0, 1, 0]);
    assert_eq!(named, [0, 1, 2]);
    let summary = summaries(std::slice::from_ref(&row), &[named]).remove(0);
    let choice = picker.choose_from(&mut Scores::Summary(summary), None, &[2, 0, 1, 0]);
    assert_eq!(choice.token, picker.choose(&mut row.clone(), None, &[2, 0, 1, 0]).token);
}

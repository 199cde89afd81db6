//! Features → the probability that a translation is adequate, by a logistic model in whole numbers.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::analysis::table::Table;
use crate::checks::adequacy::features::NAMES;
use crate::language::Language;

/// Made by `lexicon/calibrate.py`, which tells on what.
static WEIGHTS: LazyLock<Vec<Vec<&'static str>>> = LazyLock::new(|| TABLE.rows());
const TABLE: Table =
    Table { name: "weights.tsv", text: include_str!("weights.tsv"), fields: (44, 44) };

/// How far the translations of a model are to be trusted before they are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quality {
    /// Most sentences are right, as those of people and of good systems are.
    #[default]
    Good,
    /// About half of the sentences are wrong, as those of very small models are.
    Draft,
}

impl Quality {
    /// Both, the usual first.
    pub const ALL: [Self; 2] = [Self::Good, Self::Draft];

    /// As tables and the registry write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Draft => "draft",
        }
    }
}

/// The model of one direction and one kind of translator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calibration {
    /// Characters of a faithful translation for a thousand of its source.
    pub mean_length: i64,
    /// Adequacy, in hundredths, below which a finding is an error, and below which it is a warning.
    pub error_below: i64,
    pub warn_below: i64,
    /// Adequacy from which the doubts of other checks are no more than notes.
    pub doubts_below: i64,
    /// Thousandths of a logit, and the same for each unit of each feature.
    bias: i64,
    weights: Vec<i64>,
}

impl Calibration {
    /// The model of a direction; `None` for one language twice.
    pub fn of(from: Language, to: Language, quality: Quality) -> Option<Self> {
        WEIGHTS.iter().find_map(|fields| {
            let [pair, kind, numbers @ ..] = fields.as_slice() else { return None };
            let numbers: Vec<i64> = numbers.iter().filter_map(|it| it.parse().ok()).collect();
            let [mean_length, error_below, warn_below, doubts_below, bias, weights @ ..] =
                numbers.as_slice()
            else {
                return None;
            };
            let is_meant =
                *pair == format!("{}-{}", from.code(), to.code()) && *kind == quality.name();
            is_meant.then(|| Self {
                mean_length: *mean_length,
                error_below: *error_below,
                warn_below: *warn_below,
                doubts_below: *doubts_below,
                bias: *bias,
                weights: weights.to_vec(),
            })
        })
    }

    /// How likely it is that the translation says what its source says, in hundredths.
    pub fn adequacy(&self, values: &[i64; NAMES.len()]) -> i64 {
        let products = self.weights.iter().zip(values).map(|(weight, value)| weight * value);
        let logit = self.bias + products.sum::<i64>() / 1000;
        LOGITS.iter().take_while(|bound| **bound <= logit).count() as i64
    }
}

/// Thousandths of a logit from which a probability is one, two, … ninety-nine hundredths.
const LOGITS: [i64; 99] = [
    -4595, -3892, -3476, -3178, -2944, -2752, -2587, -2442, -2314, -2197, -2091, -1992, -1901,
    -1815, -1735, -1658, -1586, -1516, -1450, -1386, -1325, -1266, -1208, -1153, -1099, -1046,
    -995, -944, -895, -847, -800, -754, -708, -663, -619, -575, -532, -490, -447, -405, -364, -323,
    -282, -241, -201, -160, -120, -80, -40, 0, 40, 80, 120, 160, 201, 241, 282, 323, 364, 405, 447,
    490, 532, 575, 619, 663, 708, 754, 800, 847, 895, 944, 995, 1046, 1099, 1153, 1208, 1266, 1325,
    1386, 1450, 1516, 1586, 1658, 1735, 1815, 1901, 1992, 2091, 2197, 2314, 2442, 2587, 2752, 2944,
    3178, 3476, 3892, 4595,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_direction_has_a_weight_for_every_feature() {
        for from in Language::ALL {
            for to in Language::ALL.into_iter().filter(|to| *to != from) {
                for quality in Quality::ALL {
                    let calibration = Calibration::of(from, to, quality).unwrap();
                    assert_eq!(calibration.weights.len(), NAMES.len());
                    assert!(calibration.error_below < calibration.warn_below);
                }
            }
            assert_eq!(Calibration::of(from, from, Quality::Good), None);
        }
        assert!(LOGITS.windows(2).all(|pair| pair[0] < pair[1]));
    }
}

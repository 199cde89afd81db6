//! Translations and their references → scores. Pure.

pub mod bleu;
pub mod chrf;

/// A score of a whole corpus, from 0 to 100, with what it takes to compute it again.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// The name of the metric.
    pub name: &'static str,
    /// From 0 to 100, higher is better.
    pub value: f64,
    /// In sacrebleu's form, without the version of sacrebleu.
    pub signature: &'static str,
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Case {
        name: String,
        translations: Vec<String>,
        references: Vec<String>,
        scores: std::collections::BTreeMap<String, f64>,
    }

    #[test]
    fn scores_are_those_of_sacrebleu() {
        let text = include_str!("../../tests/fixtures/evaluation/scores.json");
        let cases: Vec<Case> = serde_json::from_str(text).unwrap();
        assert!(cases.len() >= 5);
        for case in cases {
            let (own, their) = (&case.translations, &case.references);
            for score in
                [bleu::bleu(own, their), chrf::chrf(own, their, 0), chrf::chrf(own, their, 2)]
            {
                let expected = case.scores[score.name];
                let difference = (score.value - expected).abs();
                assert!(
                    difference < 1e-9,
                    "{} {}: {} {expected}",
                    case.name,
                    score.name,
                    score.value
                );
            }
        }
    }
}

//! What an entailment model said of a sentence and its source → a finding when the source does not
//! bear the sentence out. The model itself runs elsewhere.

use crate::document::{Check, Entailment, Finding, Severity};

/// Below this the model holds it for likelier that the source does not say what the sentence says.
const DOUBTFUL: f32 = 0.5;
/// The published models are wrong about one pair in five in Turkish and Russian (accuracy on XNLI
/// .81, by the card of mDeBERTa-v3-base-mnli-xnli), so doubt alone keeps nothing back. An error
/// needs two clear answers: no window entails the sentence even faintly, and one that the sentence
/// rests on contradicts it rather than not.
const NOT_ENTAILED: f32 = 0.1;
const CONTRADICTED: f32 = 0.5;

/// What a sentence is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// The article that it is about.
    Article,
    /// The sentence that it translates.
    Original,
}

/// The finding about a sentence with these probabilities, without its place.
pub fn check(found: &Entailment, against: Against) -> Option<Finding> {
    let percent = |share: f32| (share * 100.0).round();
    let most = percent(found.entailment);
    let contradicted = found.contradiction.unwrap_or(0.0);
    if found.entailment < NOT_ENTAILED && contradicted >= CONTRADICTED {
        let who = match against {
            Against::Article => "the article says the opposite of the sentence",
            Against::Original => "the translation says the opposite of its source",
        };
        let message = format!(
            "{who} (contradiction {} %, entailment at most {most} %)",
            percent(contradicted)
        );
        return Some(Finding::new(Check::Entailment, Severity::Error, message));
    }
    (found.entailment < DOUBTFUL).then(|| {
        let message = match against {
            Against::Article => {
                format!("no part of the article clearly bears the sentence out (entailment at most {most} %)")
            }
            Against::Original => {
                format!("the translation does not clearly follow from its source (entailment {most} %)")
            }
        };
        Finding::new(Check::Entailment, Severity::Warning, message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn severity(entailment: f32, contradiction: Option<f32>) -> Option<Severity> {
        let found = Entailment { entailment, contradiction, premise: Vec::new() };
        check(&found, Against::Article).map(|finding| finding.severity)
    }

    #[test]
    fn doubt_warns_and_two_clear_answers_are_an_error() {
        assert_eq!(severity(0.97, Some(0.9)), None);
        assert_eq!(severity(0.5, Some(0.4)), None);
        assert_eq!(severity(0.49, Some(0.5)), Some(Severity::Warning));
        assert_eq!(severity(0.02, Some(0.3)), Some(Severity::Warning));
        assert_eq!(severity(0.02, Some(0.5)), Some(Severity::Error));
        assert_eq!(severity(0.1, Some(0.9)), Some(Severity::Warning));
        // A model of two labels cannot say that something is contradicted.
        assert_eq!(severity(0.02, None), Some(Severity::Warning));
    }
}

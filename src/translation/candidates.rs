//! Several translations of one sentence → the one to keep.
//!
//! Minimum Bayes risk (Kumar and Byrne 2004; Eikema and Aziz 2020): the candidate that is most like
//! all others, by chrF, since what the model says again and again in other words is what it means.
//! One with a hard fault is taken only where all have one.

use serde_json::{Value, json};

use super::legs::Translated;
use crate::document::{Check, Finding, Severity};
use crate::engine::Sampling;
use crate::engine::decimal;
use crate::evaluation::chrf::Segment;

/// How candidates after the first are drawn: from the model's own probabilities, without tokens
/// that are far less likely than the best (Freitag et al. 2023 cut them by a fixed bound).
const TEMPERATURE: f32 = 0.8;
const MIN_P: f32 = 0.08;
/// A nat more a token counts as much as so many points of chrF.
const POINTS_OF_A_NAT: f64 = 5.0;
/// What a warning costs, in points of chrF.
const POINTS_OF_A_WARNING: f64 = 5.0;
/// What it is worth that a candidate certainly says what its source says, in points of chrF.
const POINTS_OF_ADEQUACY: f64 = 20.0;

/// Seeds of one call; the next `--seed` has others.
const SEEDS: u64 = 64;

/// How candidate `number`, counted from 0, is found: the first as the model usually answers, the
/// others are drawn, each from a seed of its own.
pub fn sampling(usual: &Sampling, number: usize, seed: u64) -> Sampling {
    if number == 0 {
        return usual.clone();
    }
    Sampling::Random {
        temperature: TEMPERATURE,
        top_k: None,
        top_p: None,
        min_p: Some(MIN_P),
        seed: seed.wrapping_mul(SEEDS).wrapping_add(number as u64),
    }
}

/// How `count` candidates are drawn and chosen, for `origin`.
pub fn described(count: usize, seed: u64) -> Value {
    json!({
        "count": count, "seed": seed, "temperature": decimal(TEMPERATURE), "min_p": decimal(MIN_P),
        "chosen": "minimum Bayes risk, chrF; adequacy",
    })
}

/// The place of the best; of equals the first. `candidates` are translations of one sentence.
pub fn best(candidates: &[Translated]) -> usize {
    let segments: Vec<Segment> =
        candidates.iter().map(|candidate| Segment::new(&candidate.text, 0)).collect();
    let mut best = 0;
    let mut best_rank = (usize::MAX, f64::NEG_INFINITY);
    for (place, candidate) in candidates.iter().enumerate() {
        let rank = (hard_faults(&candidate.findings), score(place, candidate, &segments));
        if rank.0 < best_rank.0 || (rank.0 == best_rank.0 && rank.1 > best_rank.1) {
            (best, best_rank) = (place, rank);
        }
    }
    best
}

/// Mean likeness to the others, in points of chrF, with what likelihood, adequacy and warnings add.
fn score(place: usize, candidate: &Translated, segments: &[Segment]) -> f64 {
    let own = &segments[place];
    let others = segments.iter().enumerate().filter(|(other, _)| *other != place);
    let likeness: f64 = others.map(|(_, other)| own.score(other)).sum();
    let mean = likeness / (segments.len() - 1).max(1) as f64;
    let warnings = candidate.findings.iter().filter(|it| it.severity == Severity::Warning).count();
    mean + POINTS_OF_A_NAT * f64::from(candidate.logprob.unwrap_or(0.0))
        + POINTS_OF_ADEQUACY * candidate.adequacy.unwrap_or(0) as f64 / 100.0
        - POINTS_OF_A_WARNING * warnings as f64
}

/// Errors but that of adequacy, which counts by its degree, and numbers that are lost or made up, whatever their severity.
fn hard_faults(findings: &[Finding]) -> usize {
    let is_hard = |finding: &&Finding| {
        let is_error = finding.severity == Severity::Error && !finding.is(Check::Adequacy);
        is_error || finding.is(Check::Numbers)
    };
    findings.iter().filter(is_hard).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(text: &str, findings: &[(Check, Severity)]) -> Translated {
        let findings =
            findings.iter().map(|(check, severity)| Finding::new(*check, *severity, "x")).collect();
        Translated { text: text.into(), logprob: Some(-0.5), adequacy: None, findings }
    }

    #[test]
    fn what_is_most_like_the_others_is_kept() {
        let candidates = [
            candidate("Kedi bahçede uyudu.", &[]),
            candidate("Köprü salı günü kapandı.", &[]),
            candidate("Köprü salı günü kapatıldı.", &[]),
            candidate("Köprü salı kapandı.", &[]),
        ];
        assert_eq!(best(&candidates), 1);
        assert_eq!(best(&candidates[..1]), 0);
    }

    #[test]
    fn hard_faults_count_first_and_warnings_a_little() {
        let faulty = candidate("Köprü salı günü kapandı.", &[(Check::Numbers, Severity::Warning)]);
        let alike = candidate("Köprü salı günü kapandı.", &[(Check::Names, Severity::Error)]);
        let other = candidate("Kedi bahçede uyudu.", &[(Check::Names, Severity::Warning)]);
        assert_eq!(best(&[faulty.clone(), alike, other, faulty]), 2);
        let warned = candidate("Köprü salı günü kapandı.", &[(Check::Names, Severity::Warning)]);
        let clean = candidate("Köprü salı günü kapatıldı.", &[]);
        assert_eq!(best(&[warned.clone(), clean.clone()]), 1);
        assert_eq!(best(&[clean.clone(), clean]), 0, "of equals the first");
    }

    #[test]
    fn the_more_likely_of_two_is_kept() {
        let mut unlikely = candidate("Köprü salı günü kapandı.", &[]);
        unlikely.logprob = Some(-2.0);
        assert_eq!(best(&[unlikely, candidate("Köprü salı günü kapatıldı.", &[])]), 1);
    }

    #[test]
    fn the_more_adequate_of_two_is_kept() {
        let says = |text: &str, adequacy| {
            let error = [(Check::Adequacy, Severity::Error)];
            Translated { adequacy: Some(adequacy), ..candidate(text, &error) }
        };
        let candidates = [says("Köprü salı günü kapandı.", 3), says("Kedi bahçede uyudu.", 40)];
        assert_eq!(best(&candidates), 1);
    }

    #[test]
    fn the_first_is_the_usual_answer_and_each_other_has_its_own_seed() {
        let usual = Sampling::Greedy;
        assert_eq!(sampling(&usual, 0, 5), usual);
        let drawn: Vec<Sampling> = (1..64).map(|number| sampling(&usual, number, 5)).collect();
        assert_ne!(drawn[0], drawn[1]);
        assert!(!drawn.contains(&sampling(&usual, 1, 6)));
        assert_eq!(drawn[0], sampling(&usual, 1, 5));
    }
}

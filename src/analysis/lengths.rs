//! Lengths of a source and its translation → whether one has too little for the other. Pure.

use std::ops::RangeInclusive;

/// In characters, a translation is this many times as long as its source, or something is lost or added. Among the
/// three languages the mean is near 1; single sentences reach from 0.6 to 1.7.
const USUAL: RangeInclusive<f64> = 0.4..=2.5;
/// Characters that both sides are given more: the lengths of short sentences say less.
const GIVEN: i64 = 20;

/// Characters of the translation for one of the source, where that is out of the usual.
pub fn unusual_ratio(source: &str, translation: &str) -> Option<f64> {
    let [source, translation] = [source, translation].map(|text| text.chars().count() as f64);
    Some(translation / source.max(1.0)).filter(|ratio| !USUAL.contains(ratio))
}

/// How much longer than usual a translation of `found` characters is, against the sum of both; of one that is
/// shorter, below zero. `mean` is the usual length for a thousand characters of the source; the result counts in
/// parts of `whole`.
pub fn excess(source: i64, found: i64, mean: i64, whole: i64) -> i64 {
    let expected = source * mean / 1000;
    whole * (found - expected) / (found + expected + 2 * GIVEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_out_of_the_usual_are_told() {
        assert_eq!(unusual_ratio("ж".repeat(10).as_str(), "bridge"), None);
        assert_eq!(unusual_ratio("ж".repeat(10).as_str(), "bri"), Some(0.3));
        assert_eq!(unusual_ratio("", "bridge"), Some(6.0));
    }

    #[test]
    fn excess_counts_from_the_usual_length() {
        assert_eq!(excess(100, 90, 900, 1000), 0);
        assert_eq!(excess(100, 200, 1000, 1000), 294);
        assert_eq!(excess(100, 0, 1000, 1000), -714);
        assert_eq!(excess(100, 0, 1000, 3000), -2142);
    }
}

//! Brief sentence and source → findings on numbers that the source does not give.

use crate::analysis::lexicon::Hedge;
use crate::analysis::passage::{Passage, Source};
use crate::analysis::quantities::{Quantity, Style, equal};
use crate::checks::{Check, Draft};
use crate::document::Severity;

/// Every number of the sentence must be in the source, with the same unit, and of the same thing
/// where that can be told.
pub fn check(sentence: &Passage, source: &Source) -> Vec<Draft> {
    let close = source.close_passages(sentence, 0.6);
    let mut found = Vec::new();
    for quantity in &sentence.quantities {
        if matches!(quantity.style, Style::Loose | Style::Vague) {
            continue;
        }
        let same: Vec<&Quantity> =
            source.quantities().filter(|other| same_or_rounded(quantity, other)).collect();
        let problem = if same.is_empty() {
            missing(quantity, source)
        } else {
            wrong_unit(quantity, &same)
                .or_else(|| elsewhere(quantity, sentence, &close))
                .or_else(|| wrong_thing(quantity, &same, source))
                .or_else(|| wrong_hedge(quantity, &same))
        };
        found.extend(problem.map(|(severity, message)| {
            Draft::new(Check::Numbers, severity, message).at(quantity.start, quantity.end)
        }));
    }
    found
}

type Problem = Option<(Severity, String)>;

/// The same value, or a rounding of it that the brief announces with "about" or "nearly".
fn same_or_rounded(brief: &Quantity, other: &Quantity) -> bool {
    if brief.same_value(other) {
        return true;
    }
    let (Some(rounded), Some(exact)) = (brief.readings.first(), other.readings.first()) else {
        return false;
    };
    let direction = match brief.hedge {
        Some(Hedge::About) => true,
        Some(Hedge::Less) => exact < rounded,
        Some(Hedge::More) => exact > rounded,
        None => false,
    };
    // A rounding drops digits: 1,987 → "about 2,000", never 1,987 → "about 1,950".
    let digits = format!("{rounded:.0}").trim_end_matches('0').len();
    direction && digits <= 2 && *exact >= 20.0 && (rounded - exact).abs() <= 0.06 * exact
}

fn missing(quantity: &Quantity, source: &Source) -> Problem {
    let value = quantity.readings.first().copied().unwrap_or_default();
    if has_published(value, source) {
        return None;
    }
    // "The two leaders": people count what a text lists.
    if quantity.style == Style::Words && equal(value, 2.0) {
        return Some((
            Severity::Note,
            format!("\"{}\" is not a number of the article; check the count", quantity.written),
        ));
    }
    Some((
        Severity::Error,
        format!("the article does not give the number \"{}\"", quantity.written),
    ))
}

fn has_published(value: f64, source: &Source) -> bool {
    source
        .published
        .is_some_and(|(year, _, day)| equal(value, year as f64) || equal(value, f64::from(day)))
}

/// Percent of one side must be percent on the other; two currencies or measures must agree.
fn wrong_unit(quantity: &Quantity, same: &[&Quantity]) -> Problem {
    let kind = |quantity: &Quantity| {
        quantity.unit.as_ref().map(|unit| unit.kind.clone()).unwrap_or_default()
    };
    if quantity.is_percent() && same.iter().all(|other| !other.is_percent()) {
        let message = format!("\"{}\" is no percentage in the article", quantity.written);
        return Some((Severity::Error, message));
    }
    let unit = quantity.unit.as_ref()?;
    let conflict = same.iter().all(|other| {
        other.unit.as_ref().is_some_and(|theirs| theirs.name != unit.name)
            && (kind(other) == unit.kind || quantity.is_money() || other.is_money())
    });
    conflict.then(|| {
        let message = format!("\"{}\" has another unit in the article", quantity.written);
        (Severity::Error, message)
    })
}

/// The sentence nearly repeats one of the article that has another number in this place.
fn elsewhere(quantity: &Quantity, sentence: &Passage, close: &[&Passage]) -> Problem {
    if close.is_empty() {
        return None;
    }
    let there =
        |passage: &&Passage| passage.quantities.iter().any(|q| same_or_rounded(quantity, q));
    if close.iter().any(there) {
        return None;
    }
    let displaced = close.iter().flat_map(|passage| &passage.quantities).find(|other| {
        matches!(other.style, Style::Digits | Style::Words)
            && other.unit.as_ref().map(|u| &u.kind) == quantity.unit.as_ref().map(|u| &u.kind)
            && !sentence.quantities.iter().any(|mine| mine.same_value(other))
    })?;
    let message = format!(
        "the article has \"{}\" where the brief says \"{}\"",
        displaced.written, quantity.written
    );
    Some((Severity::Error, message))
}

/// The article counts this thing, but only with other numbers.
fn wrong_thing(quantity: &Quantity, same: &[&Quantity], source: &Source) -> Problem {
    let thing = quantity.things.first()?;
    if quantity.style != Style::Digits && quantity.readings.iter().all(|value| *value < 10.0) {
        return None;
    }
    if same.iter().any(|other| other.things.is_empty() || other.things.contains(thing)) {
        return None;
    }
    let other = source.quantities().find(|other| other.things.first() == Some(thing))?;
    let message = format!(
        "the article counts \"{}\" and not \"{}\" of this",
        other.written, quantity.written
    );
    Some((Severity::Warning, message))
}

fn wrong_hedge(quantity: &Quantity, same: &[&Quantity]) -> Problem {
    let hedges: Vec<Option<Hedge>> = same.iter().map(|other| other.hedge).collect();
    if hedges.contains(&quantity.hedge) {
        return None;
    }
    let opposed = matches!(quantity.hedge, Some(Hedge::More)) && !hedges.contains(&None)
        || matches!(quantity.hedge, Some(Hedge::Less))
            && hedges.iter().all(|h| *h == Some(Hedge::More));
    let written = &quantity.written;
    match (quantity.hedge, hedges.iter().all(Option::is_some)) {
        _ if opposed => Some((
            Severity::Error,
            format!("\"{written}\" is bounded the other way in the article"),
        )),
        (Some(Hedge::More | Hedge::Less), _) => Some((
            Severity::Warning,
            format!("the article does not bound \"{written}\" in this way"),
        )),
        (None, true) => {
            Some((Severity::Warning, format!("the article gives \"{written}\" with a reserve")))
        }
        _ => None,
    }
}

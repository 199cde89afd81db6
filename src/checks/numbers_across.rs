//! Sentence and its translation → findings on numbers and dates that differ.

use crate::analysis::calendar::{Dated, Moment};
use crate::analysis::passage::Passage;
use crate::analysis::quantities::{Quantity, Style, equal};
use crate::checks::{Check, Draft};
use crate::document::Severity;

/// Every number of the translation must be one of the source sentence, as written or converted.
pub fn numbers(source: &Passage, translation: &Passage) -> Vec<Draft> {
    let mut found = Vec::new();
    let replaces = source.quantities.iter().any(|quantity| {
        !matches!(quantity.style, Style::Loose | Style::Vague)
            && !translation.quantities.iter().any(|mine| agrees(mine, quantity))
            && !in_moment(quantity, &source.moments, &translation.moments)
    });
    for quantity in &translation.quantities {
        if matches!(quantity.style, Style::Loose | Style::Vague)
            || source.quantities.iter().any(|other| agrees(quantity, other))
            || in_moment(quantity, &translation.moments, &source.moments)
            || in_decades(quantity, translation, source)
            || in_years(quantity, translation, source)
        {
            continue;
        }
        let small =
            quantity.style == Style::Words && quantity.readings.iter().all(|value| *value <= 2.0);
        // A word for a number, where none of the source is gone, may be one that the translator made explicit.
        let severity = match quantity.style {
            _ if small => Severity::Note,
            Style::Words if !replaces => Severity::Warning,
            _ => Severity::Error,
        };
        let message = format!("the source does not give the number \"{}\"", quantity.written);
        found.push(Draft::new(Check::Numbers, severity, message).at(quantity.start, quantity.end));
    }
    for quantity in &source.quantities {
        let dropped = quantity.style == Style::Digits
            && !translation.quantities.iter().any(|mine| agrees(mine, quantity))
            && !in_moment(quantity, &source.moments, &translation.moments);
        if dropped && found.is_empty() {
            let message = format!("the number \"{}\" of the source is missing", quantity.written);
            found.push(Draft::new(Check::Numbers, Severity::Warning, message));
        }
    }
    found
}

/// Beginnings of the words for ten years.
const DECADES: [&str; 3] = ["decade", "onyıl", "десятилет"];

/// "Two decades" are twenty years.
fn in_decades(quantity: &Quantity, own: &Passage, other: &Passage) -> bool {
    let speaks = |passage: &Passage| {
        passage.tokens.iter().any(|token| DECADES.iter().any(|word| token.lower.starts_with(word)))
    };
    let has = |value: f64| {
        other.quantities.iter().any(|it| it.readings.iter().any(|one| equal(*one, value)))
    };
    let Some(value) = quantity.readings.first() else { return false };
    speaks(other) && (equal(*value, 10.0) || has(value / 10.0)) || speaks(own) && has(value * 10.0)
}

/// "1950-53" ends in 1953.
fn in_years(quantity: &Quantity, own: &Passage, other: &Passage) -> bool {
    let Some(value) = quantity.readings.first().map(|value| *value as i64) else { return false };
    let shortened = |passage: &Passage, year: i64| {
        ["-", "–"].iter().any(|dash| passage.text.contains(&format!("{dash}{:02}", year % 100)))
    };
    let years = 1000..2100;
    let is_end = |year: &f64| years.contains(&(*year as i64)) && *year as i64 % 100 == value;
    let ends = || other.quantities.iter().any(|it| it.readings.iter().any(is_end));
    years.contains(&value) && shortened(other, value)
        || value < 100 && shortened(own, value) && ends()
}

/// The same value, the same measure in other units, or a rounding of a conversion.
fn agrees(mine: &Quantity, theirs: &Quantity) -> bool {
    if mine.same_value(theirs) {
        let (Some(a), Some(b)) = (&mine.unit, &theirs.unit) else { return true };
        return a.name == b.name || a.kind != b.kind || a.kind == "temperature" || a.kind == "time";
    }
    let (Some(a), Some(b)) = (&mine.unit, &theirs.unit) else { return false };
    let plain_degrees = a.name == "degree" && b.name == "degree";
    if a.kind != b.kind
        || (a.name == b.name && !plain_degrees)
        || a.kind == "money"
        || a.kind == "percent"
    {
        return false;
    }
    mine.readings.iter().any(|value| {
        theirs.readings.iter().any(|other| match a.kind.as_str() {
            "temperature" => {
                let converts = |celsius: f64, fahrenheit: f64| {
                    (celsius * 1.8 + 32.0 - fahrenheit).abs() <= 2.0
                };
                let (mine, theirs) = (a.name.as_str(), b.name.as_str());
                (mine != "fahrenheit" && theirs != "celsius" && converts(*value, *other))
                    || (mine != "celsius" && theirs != "fahrenheit" && converts(*other, *value))
            }
            _ => {
                let (left, right) = (value * a.factor, other * b.factor);
                (left - right).abs() <= 0.07 * left.max(right)
            }
        })
    })
}

/// The number is part of a date that the other side says in its own way.
fn in_moment(quantity: &Quantity, mine: &[Dated], theirs: &[Dated]) -> bool {
    mine.iter().any(|dated| {
        dated.start <= quantity.start
            && quantity.end <= dated.end
            && theirs.iter().any(|other| other.moment == dated.moment)
            && matches!(dated.moment, Moment::Day(..) | Moment::Year(_))
    })
}

/// Months, weekdays and years must be the same on both sides.
pub fn dates(source: &Passage, translation: &Passage) -> Vec<Draft> {
    let mut found = Vec::new();
    for dated in &translation.moments {
        if dated.titled || says(source, &dated.moment) {
            continue;
        }
        let kind = std::mem::discriminant(&dated.moment);
        let other = source.moments.iter().find(|other| {
            std::mem::discriminant(&other.moment) == kind && !says(translation, &other.moment)
        });
        let (severity, message) = match (&dated.moment, other) {
            (Moment::Relative(_), None) => continue,
            (_, Some(other)) => (
                Severity::Error,
                format!("\"{}\" stands where the source has \"{}\"", dated.written, other.written),
            ),
            (_, None) => (
                Severity::Error,
                format!("the source does not give the date \"{}\"", dated.written),
            ),
        };
        found.push(Draft::new(Check::Dates, severity, message).at(dated.start, dated.end));
    }
    found
}

fn says(passage: &Passage, moment: &Moment) -> bool {
    passage.moments.iter().any(|other| other.moment == *moment)
        || match moment {
            Moment::Year(year) => passage
                .quantities
                .iter()
                .any(|quantity| quantity.readings.iter().any(|v| equal(*v, f64::from(*year)))),
            _ => false,
        }
}

//! Brief sentence and source → findings on dates, weekdays and relative dates.

use crate::analysis::calendar::{Dated, Moment, day_number, weekday};
use crate::analysis::passage::{Passage, Source};
use crate::checks::{Check, Draft};
use crate::document::Severity;

/// Every date of the sentence must be one of the source, or follow from its printed date.
pub fn check(sentence: &Passage, source: &Source) -> Vec<Draft> {
    let close = source.close_passages(sentence, 0.6);
    let mut found = Vec::new();
    for dated in &sentence.moments {
        let present = source.moments().any(|other| other.moment == dated.moment);
        let problem = if present {
            elsewhere(dated, sentence, &close)
        } else if follows_from_published(&dated.moment, source) {
            None
        } else {
            missing(dated, source)
        };
        found.extend(problem.map(|(severity, message)| {
            Draft::new(Check::Dates, severity, message).at(dated.start, dated.end)
        }));
    }
    found
}

type Problem = Option<(Severity, String)>;

fn missing(dated: &Dated, source: &Source) -> Problem {
    let written = &dated.written;
    let error = |message: String| Some((Severity::Error, message));
    match &dated.moment {
        Moment::Relative(name) if name == "day0" => {
            // "Today" also means "nowadays".
            let other = source.moments().any(|other| {
                matches!(&other.moment, Moment::Weekday(_))
                    || matches!(&other.moment, Moment::Relative(name) if name.starts_with("day"))
            });
            let severity = if other { Severity::Error } else { Severity::Warning };
            Some((severity, format!("the article does not say \"{written}\"")))
        }
        Moment::Relative(name) if name.starts_with("day") => {
            error(format!("the article does not say \"{written}\""))
        }
        Moment::Relative(name) => {
            let unit = name.trim_end_matches(|letter: char| !letter.is_alphabetic());
            let opposed = source.moments().any(
                |other| matches!(&other.moment, Moment::Relative(other) if other.starts_with(unit)),
            );
            let severity = if opposed { Severity::Error } else { Severity::Warning };
            Some((severity, format!("the article does not say \"{written}\"")))
        }
        Moment::Year(year) => {
            let number = f64::from(*year);
            let counted = source.quantities().any(|quantity| quantity.readings.contains(&number));
            if counted { None } else { error(format!("the article does not name the year {year}")) }
        }
        Moment::Day(day, _) => {
            // The number may stand apart from the month: "the 15th".
            let apart = source.quantities().any(|q| q.readings.contains(&f64::from(*day)));
            let month = source.moments().any(|other| matches!(other.moment, Moment::Month(_)));
            if apart && !month {
                None
            } else {
                error(format!("the article does not give the date \"{written}\""))
            }
        }
        Moment::Month(_) | Moment::Weekday(_) => {
            error(format!("the article does not give the date \"{written}\""))
        }
    }
}

/// The sentence nearly repeats one of the article that has another date in this place.
fn elsewhere(dated: &Dated, sentence: &Passage, close: &[&Passage]) -> Problem {
    let kind = std::mem::discriminant(&dated.moment);
    if close.is_empty()
        || close.iter().any(|passage| passage.moments.iter().any(|m| m.moment == dated.moment))
    {
        return None;
    }
    let displaced = close.iter().flat_map(|passage| &passage.moments).find(|other| {
        std::mem::discriminant(&other.moment) == kind
            && !sentence.moments.iter().any(|mine| mine.moment == other.moment)
    })?;
    let message = format!(
        "the article has \"{}\" where the brief says \"{}\"",
        displaced.written, dated.written
    );
    Some((Severity::Error, message))
}

/// The printed date, and the weekdays of the week before it and the week after, are not invented:
/// an article of 2020-02-21 that says "on Friday" allows 21 February and its year.
fn follows_from_published(moment: &Moment, source: &Source) -> bool {
    let Some((year, month, day)) = source.published else { return false };
    let published = day_number(year, month, day);
    let says = |wanted: &Moment| source.moments().any(|other| other.moment == *wanted);
    let offset = |name: &str| says(&Moment::Relative(name.to_string()));
    let days: Vec<i64> = (-7..=1)
        .filter(|distance| {
            *distance == 0
                || says(&Moment::Weekday(weekday(published + distance)))
                || (*distance == -1 && offset("day-1"))
                || (*distance == 1 && offset("day+1"))
        })
        .map(|distance| published + distance)
        .collect();
    match moment {
        Moment::Year(wanted) => i64::from(*wanted) == year,
        Moment::Month(wanted) => *wanted == month,
        Moment::Day(wanted, of) => {
            (1..=31).contains(wanted) && days.contains(&day_number(year, *of, *wanted))
        }
        Moment::Weekday(wanted) => {
            weekday(published) == *wanted || (offset("day-1") && weekday(published - 1) == *wanted)
        }
        Moment::Relative(_) => false,
    }
}

//! The text after `--since` → a point in time, in seconds since 1970 (UTC).

/// The text names no time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is no time; write a date (2026-11-20), a date with a time in UTC (2026-11-20T06:30), \
     or how long ago (90m, 24h, 7d)"
)]
pub struct BadTime(pub String);

/// Seconds since 1970 of a date at midnight UTC, of a date and time in UTC, or of so long before
/// `now`.
pub fn parse(text: &str, now: i64) -> Result<i64, BadTime> {
    let text = text.trim();
    ago(text)
        .map(|seconds| now.saturating_sub(seconds))
        .or_else(|| moment(text))
        .ok_or_else(|| BadTime(text.to_string()))
}

fn ago(text: &str) -> Option<i64> {
    let (number, seconds) = match text.char_indices().next_back()? {
        (end, 'm') => (&text[..end], 60),
        (end, 'h') => (&text[..end], 3_600),
        (end, 'd') => (&text[..end], 86_400),
        _ => return None,
    };
    number.parse::<u32>().ok().map(|number| i64::from(number) * seconds)
}

fn moment(text: &str) -> Option<i64> {
    let text = text.strip_suffix('Z').unwrap_or(text);
    let (date, time) = match text.split_once(['T', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let seconds = match time {
        Some(time) => seconds_of_day(time)?,
        None => 0,
    };
    Some(days(date)? * 86_400 + seconds)
}

fn seconds_of_day(time: &str) -> Option<i64> {
    let parts: Vec<i64> = time.split(':').map(number).collect::<Option<_>>()?;
    let (hour, minute, second) = match parts[..] {
        [hour, minute] => (hour, minute, 0),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    (hour < 24 && minute < 60 && second < 60).then_some(hour * 3_600 + minute * 60 + second)
}

/// Days from 1970-01-01 in the Gregorian calendar.
fn days(date: &str) -> Option<i64> {
    let parts: Vec<i64> = date.split('-').map(number).collect::<Option<_>>()?;
    let [year, month, day] = parts[..] else { return None };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let length = *lengths.get(usize::try_from(month).ok()?.checked_sub(1)?)?;
    if !(1..=length).contains(&day) || !(1970..=9999).contains(&year) {
        return None;
    }
    let past = year - 1;
    // 719,162 days lie between 0001-01-01 and 1970-01-01.
    let before_year = past * 365 + past / 4 - past / 100 + past / 400 - 719_162;
    let before_month: i64 = lengths[..month as usize - 1].iter().sum();
    Some(before_year + before_month + day - 1)
}

fn number(text: &str) -> Option<i64> {
    (!text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_times_and_spans() {
        // Checked against `date -u -d … +%s`.
        assert_eq!(parse("1970-01-01", 0), Ok(0));
        assert_eq!(parse("2000-02-29", 0), Ok(951_782_400));
        assert_eq!(parse("2026-11-22T15:30", 0), Ok(1_795_361_400));
        assert_eq!(parse("2026-11-22 15:30:05", 0), Ok(1_795_361_405));
        assert_eq!(parse("2026-11-22T15:30Z", 0), Ok(1_795_361_400));
        assert_eq!(parse("24h", 100_000), Ok(13_600));
        assert_eq!(parse("7d", 700_000), Ok(95_200));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in
            ["", "yesterday", "2026-02-29", "2026-13-01", "2026-1", "h", "-3d", "ğ", "12:30"]
        {
            assert!(parse(text, 0).is_err(), "{text}");
        }
    }
}

//! Times as machines write them → one form, and that form → seconds since 1970.

use super::dates::find_date;

/// `2024-03-05T18:40:00+01:00` from ISO 8601 with or without separators, fractions and a colon in
/// the zone, as wire formats write it; else the date that [`find_date`] sees in the text.
pub(super) fn normalise(text: &str) -> Option<String> {
    let text = text.trim();
    let shown = |text: &str| parse(text).map(Moment::shown);
    shown(text)
        .or_else(|| find_date(text).map(|date| shown(&date).unwrap_or(date)))
        .or_else(|| find_date(&with_century(text)?).map(|date| shown(&date).unwrap_or(date)))
}

/// The same for fields of feeds and of programs, which may also count seconds or milliseconds from
/// 1970.
pub(super) fn normalise_field(text: &str) -> Option<String> {
    normalise(text).or_else(|| {
        let count: i64 = text.trim().parse().ok()?;
        let seconds = match text.trim().len() {
            10 => count,
            13 => count / 1000,
            _ => return None,
        };
        Some(Moment::at(seconds).shown())
    })
}

/// `5 Mar 24 18:40:00 GMT` with its year in full: RFC 822 has years of two digits, and the time
/// behind it shows that it is one.
fn with_century(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let time = words.iter().position(|word| word.contains(':')).filter(|place| *place >= 3)?;
    let year = words[time - 1];
    let short = year.len() == 2 && year.bytes().all(|digit| digit.is_ascii_digit());
    let month = words[time - 2].chars().all(char::is_alphabetic);
    (short && month).then(|| {
        let year = format!("20{year}");
        [&words[..time - 1], &[year.as_str()], &words[time..]].concat().join(" ")
    })
}

/// Seconds since 1970 of a time as `normalise` gives it; a time without a zone is in UTC, and a
/// date is its midnight.
pub fn seconds(text: &str) -> Option<i64> {
    parse(text.trim()).map(|moment| moment.seconds())
}

#[derive(Clone, Copy, Debug)]
struct Moment {
    date: [u32; 3],
    time: Option<[u32; 3]>,
    /// Minutes east of Greenwich.
    zone: Option<i32>,
}

impl Moment {
    /// The moment so many seconds after 1970, in UTC.
    fn at(seconds: i64) -> Self {
        let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        // Days since March 1 of the year 0 in the Gregorian calendar, in eras of 400 years.
        let days = days + 719_468;
        let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let date = [
            era * 400 + year + i64::from(month >= 10),
            if month < 10 { month + 3 } else { month - 9 },
            day - (153 * month + 2) / 5 + 1,
        ];
        let time = [rest / 3_600, rest / 60 % 60, rest % 60];
        let small = |number: i64| u32::try_from(number).unwrap_or(0);
        Self { date: date.map(small), time: Some(time.map(small)), zone: Some(0) }
    }

    fn shown(self) -> String {
        let [year, month, day] = self.date;
        let date = format!("{year:04}-{month:02}-{day:02}");
        let Some([hour, minute, second]) = self.time else { return date };
        let zone = match self.zone {
            None => String::new(),
            Some(0) => "Z".to_string(),
            Some(minutes) => {
                let sign = if minutes < 0 { '-' } else { '+' };
                format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
            }
        };
        format!("{date}T{hour:02}:{minute:02}:{second:02}{zone}")
    }

    fn seconds(self) -> i64 {
        let [year, month, day] = self.date.map(i64::from);
        // Days from 1970-01-01 in the Gregorian calendar, with years that begin in March.
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let day_of_year = (153 * month + 2) / 5 + day - 1;
        let days = year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468;
        let [hour, minute, second] = self.time.unwrap_or_default().map(i64::from);
        let zone = i64::from(self.zone.unwrap_or(0)) * 60;
        days * 86_400 + hour * 3_600 + minute * 60 + second - zone
    }
}

fn parse(text: &str) -> Option<Moment> {
    let (date, rest) = digits(text, &[4, 2, 2], '-')?;
    let date = [date[0], date[1], date[2]];
    let plausible = (1900..=2200).contains(&date[0])
        && (1..=12).contains(&date[1])
        && (1..=31).contains(&date[2]);
    if !plausible {
        return None;
    }
    if rest.is_empty() {
        return Some(Moment { date, time: None, zone: None });
    }
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (time, rest) = digits(rest, &[2, 2, 2], ':').or_else(|| digits(rest, &[2, 2], ':'))?;
    let time = [time[0], time[1], time.get(2).copied().unwrap_or(0)];
    if time[0] > 23 || time[1] > 59 || time[2] > 60 {
        return None;
    }
    let fraction = rest.strip_prefix(['.', ',']);
    let rest =
        fraction.map_or(rest, |rest| rest.trim_start_matches(|it: char| it.is_ascii_digit()));
    Some(Moment { date, time: Some(time), zone: zone(rest.trim())? })
}

/// The zone at the end: none, `Z`, `+0100`, `+01:00`, `+01`; `None` when it is something else.
fn zone(text: &str) -> Option<Option<i32>> {
    if text.is_empty() {
        return Some(None);
    }
    if matches!(text, "Z" | "z" | "UTC" | "GMT") {
        return Some(Some(0));
    }
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' | '\u{2212}' => -1,
        _ => return None,
    };
    let text = text.trim_start_matches(['+', '-', '\u{2212}']);
    let (parts, rest) = digits(text, &[2, 2], ':').or_else(|| digits(text, &[2], ':'))?;
    let minutes = parts[0] * 60 + parts.get(1).copied().unwrap_or(0);
    let minutes = i32::try_from(minutes).ok().filter(|minutes| *minutes <= 15 * 60)?;
    rest.is_empty().then_some(Some(sign * minutes))
}

/// Numbers of the given lengths with `separator` between all of them or none.
fn digits<'t>(text: &'t str, lengths: &[usize], separator: char) -> Option<(Vec<u32>, &'t str)> {
    let mut numbers = Vec::with_capacity(lengths.len());
    let mut rest = text;
    let separated = text.get(lengths[0]..).is_some_and(|rest| rest.starts_with(separator));
    for (place, length) in lengths.iter().enumerate() {
        if place > 0 && separated {
            rest = rest.strip_prefix(separator)?;
        }
        let number =
            rest.get(..*length).filter(|part| part.bytes().all(|it| it.is_ascii_digit()))?;
        numbers.push(number.parse().ok()?);
        rest = &rest[*length..];
    }
    Some((numbers, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_comes_of_many() {
        let cases = [
            ("20240305T184000+0100", Some("2024-03-05T18:40:00+01:00")),
            ("20240305T184000Z", Some("2024-03-05T18:40:00Z")),
            ("2022-06-26T23:54:25+0000", Some("2022-06-26T23:54:25Z")),
            ("2014-07-17T00:24:11.000Z", Some("2014-07-17T00:24:11Z")),
            ("2019-04-15T13:49:15", Some("2019-04-15T13:49:15")),
            ("20240305", Some("2024-03-05")),
            ("2024-03-05 18:40", Some("2024-03-05T18:40:00")),
            ("2016-10-21T16:25:32-05:00", Some("2016-10-21T16:25:32-05:00")),
            ("Tue, 05 Mar 2024 18:44:00 +0300", Some("2024-03-05T18:44:00+03:00")),
            ("Tue, 05 Mar 24 18:44:00 +0300", Some("2024-03-05T18:44:00+03:00")),
            ("20241399", None),
            ("é0240305", None),
            ("soon", None),
        ];
        for (text, expected) in cases {
            assert_eq!(normalise(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn seconds_follow_the_zone() {
        assert_eq!(seconds("1970-01-01"), Some(0));
        assert_eq!(seconds("2024-02-29T12:00:00Z"), Some(1_709_208_000));
        assert_eq!(seconds("2024-02-29T13:00:00+01:00"), Some(1_709_208_000));
        assert_eq!(seconds("1999-12-31T23:59:59"), Some(946_684_799));
        assert_eq!(seconds("tomorrow"), None);
    }

    #[test]
    fn counts_of_seconds_are_times_in_fields_only() {
        assert_eq!(normalise_field("1709664000").as_deref(), Some("2024-03-05T18:40:00Z"));
        assert_eq!(normalise_field("1709164799123").as_deref(), Some("2024-02-28T23:59:59Z"));
        assert_eq!(normalise_field("5 Mar 2024").as_deref(), Some("2024-03-05"));
        assert_eq!((normalise("1709664000"), normalise_field("112")), (None, None));
        for days in (0..40_000).step_by(13) {
            let shown = Moment::at(days * 86_400 + 61).shown();
            assert_eq!(seconds(&shown), Some(days * 86_400 + 61), "{shown}");
        }
    }
}

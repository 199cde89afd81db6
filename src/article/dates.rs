//! A printed date → ISO 8601, in the three languages.

use crate::language::{Language, lowercase};

/// Stems of the month names, January first: inflected forms begin with them.
const MONTHS: [[&str; 12]; 3] = [
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    [
        "ocak", "şubat", "mart", "nisan", "mayıs", "haziran", "temmuz", "ağustos", "eylül", "ekim",
        "kasım", "aralık",
    ],
    [
        "январ",
        "феврал",
        "март",
        "апрел",
        "ма",
        "июн",
        "июл",
        "август",
        "сентябр",
        "октябр",
        "ноябр",
        "декабр",
    ],
];

/// The first date in a short line: `2018-09-03` (with its time, if one follows), `03.09.2018`,
/// `September 3, 2018`, `3 Eylül 2018`, `3 сент. 2018 г.`. `None` when there is none.
pub(super) fn find_date(text: &str) -> Option<String> {
    find_dates(text).into_iter().next().map(|(_, _, date)| date)
}

/// Every date of a short line with its first and past-the-last byte. A time of day is kept when
/// its zone is told, too.
pub(super) fn find_dates(text: &str) -> Vec<(usize, usize, String)> {
    let words = words(text);
    let mut found = Vec::new();
    let mut place = 0;
    while place < words.len() {
        match date_at(text, &words, place) {
            Some((used, date)) => {
                let (start, last) = (words[place].0, words[place + used - 1]);
                let end = last.0 + last.1.len();
                let time =
                    if date.contains('T') { String::new() } else { time_after(&text[end..]) };
                found.push((start, end, date + &time));
                place += used;
            }
            None => place += 1,
        }
    }
    found
}

/// Words with their places, without the marks that stand between the parts of a date.
fn words(text: &str) -> Vec<(usize, &str)> {
    let divides = |character: char| character.is_whitespace() || ",;()|·[]—–".contains(character);
    let pieces = text.split(divides).filter(|word| !word.is_empty());
    pieces.map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word)).collect()
}

/// The date that begins at a word, and how many words it has.
fn date_at(text: &str, words: &[(usize, &str)], place: usize) -> Option<(usize, String)> {
    let word = words[place].1;
    if let Some(date) = find_iso(word) {
        let zoned = date.contains('T');
        let next = text[words[place].0 + word.len()..].trim_start();
        let time = if zoned { String::new() } else { time_after(next) };
        return Some((1, date + &time));
    }
    if let Some(date) = dotted_date(word).or_else(|| hyphened_date(word)) {
        return Some((1, date));
    }
    let after = |offset: usize| words.get(place + offset).map(|(_, word)| *word);
    // 3 Eylül 2018
    if let Some(day) = day_number(word)
        && let Some(month) = after(1).and_then(month_number)
        && let Some(year) = after(2).and_then(year_number)
    {
        return iso_date(year, month, day).map(|date| (3, date));
    }
    // September 3, 2018
    let month = month_number(word)?;
    let day = after(1).and_then(day_number)?;
    if let Some(date) = unix_date(month, day, [after(2), after(3), after(4)]) {
        return Some((5, date));
    }
    let year = after(2).and_then(year_number)?;
    iso_date(year, month, day).map(|date| (3, date))
}

/// `18:40:00 UTC 2024` behind a month and a day, as the Unix command `date` prints it.
fn unix_date(month: u32, day: u32, behind: [Option<&str>; 3]) -> Option<String> {
    let [Some(time), Some(zone), Some(year)] = behind else { return None };
    let date = iso_date(year_number(year)?, month, day)?;
    let time = time_after(&format!("{time} {zone}"));
    (!time.is_empty()).then(|| date + &time)
}

/// `05-Mar-2024`.
fn hyphened_date(word: &str) -> Option<String> {
    let mut parts = word.split('-');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    iso_date(year_number(year)?, month_number(month)?, day_number(day)?)
}

/// Zones that pages name, with their distance from UTC.
const ZONES: [(&str, &str); 17] = [
    ("z", "Z"),
    ("gmt", "Z"),
    ("utc", "Z"),
    ("bst", "+01:00"),
    ("cet", "+01:00"),
    ("cest", "+02:00"),
    ("eet", "+02:00"),
    ("tsi", "+03:00"),
    ("tsİ", "+03:00"),
    ("trt", "+03:00"),
    ("msk", "+03:00"),
    ("мск", "+03:00"),
    ("est", "-05:00"),
    ("edt", "-04:00"),
    ("et", "-05:00"),
    ("pst", "-08:00"),
    ("pdt", "-07:00"),
];

/// Words between a date and its time.
const BETWEEN: [&str; 7] = ["года", "году", "г", "y", "at", "saat", "в"];

/// `T09:30:00+03:00` when a time and its zone follow; seconds as the text has them.
fn time_after(text: &str) -> String {
    let skipped = |character: char| character.is_whitespace() || ",;|·—–-.".contains(character);
    let mut rest = text.trim_start_matches(skipped);
    while let Some(behind) = BETWEEN
        .iter()
        .find_map(|word| rest.strip_prefix(word).filter(|behind| behind.starts_with(skipped)))
    {
        rest = behind.trim_start_matches(skipped);
    }
    let digits = |text: &str| -> Option<u32> { text.get(..2)?.parse().ok() };
    let Some((hour, minute)) = digits(rest).zip(rest.get(3..).and_then(digits)) else {
        return String::new();
    };
    let mark = rest.as_bytes()[2];
    if hour > 23 || minute > 59 || !(mark == b':' || mark == b'.') {
        return String::new();
    }
    let mut behind = &rest[5..];
    let mut second = String::new();
    if let Some(seconds) = behind.strip_prefix(':').filter(|text| digits(text).is_some()) {
        second = format!(":{}", &seconds[..2]);
        behind = &seconds[2..];
    }
    let mut hour = hour;
    let mut behind = behind.trim_start();
    let halves = [("a.m.", 0), ("am", 0), ("p.m.", 12), ("pm", 12)];
    if let Some((rest, half)) = halves.iter().find_map(|(mark, half)| {
        let begins = behind.get(..mark.len()).is_some_and(|it| it.eq_ignore_ascii_case(mark));
        begins.then(|| (&behind[mark.len()..], *half))
    }) {
        hour = hour % 12 + half;
        behind = rest.trim_start();
    }
    let behind = behind.trim_start_matches('(');
    let word: String = behind
        .chars()
        .take_while(|letter| letter.is_alphabetic())
        .flat_map(char::to_lowercase)
        .collect();
    let named = ZONES.iter().find(|(name, _)| *name == word || (*name == "tsi" && word == "tsi̇"));
    let signed = offset(behind);
    match named.map(|(_, zone)| zone.to_string()).or(signed) {
        Some(zone) => format!("T{hour:02}:{minute:02}{second}{zone}"),
        None => String::new(),
    }
}

/// `+0300` or `+03:00`.
fn offset(text: &str) -> Option<String> {
    let sign = text.chars().next().filter(|sign| "+-".contains(*sign))?;
    let digits: String = text[1..].chars().filter(|mark| *mark != ':').take(4).collect();
    let plausible = digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_digit());
    plausible.then(|| format!("{sign}{}:{}", &digits[..2], &digits[2..]))
}

/// `2018-09-03` or `2018-09-03T10:20:30+03:00`, wherever it stands; `20180903`.
fn find_iso(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u32>().ok();
    if bytes.len() == 8 && bytes.iter().all(u8::is_ascii_digit) {
        return iso_date(number(0..4)?, number(4..6)?, number(6..8)?);
    }
    let shape = |start: usize| {
        bytes[start..].len() >= 10
            && bytes[start..start + 10].iter().enumerate().all(|(place, byte)| match place {
                4 | 7 => *byte == b'-',
                _ => byte.is_ascii_digit(),
            })
            && (start == 0 || !bytes[start - 1].is_ascii_digit())
    };
    let start = (0..bytes.len().saturating_sub(9)).find(|start| shape(*start))?;
    iso_date(
        number(start..start + 4)?,
        number(start + 5..start + 7)?,
        number(start + 8..start + 10)?,
    )?;
    let rest = &text[start + 10..];
    let time: String = match rest.strip_prefix('T') {
        Some(time) => time
            .chars()
            .take_while(|character| character.is_ascii_digit() || ":+-.Z".contains(*character))
            .collect(),
        None => String::new(),
    };
    let day = &text[start..start + 10];
    if time.len() >= 5 { Some(format!("{day}T{time}")) } else { Some(day.to_string()) }
}

/// `03.09.2018` or `03/09/2018`, day first as Turkish and Russian pages print it. With a slash the
/// order is known only when one of the two cannot be a month.
fn dotted_date(word: &str) -> Option<String> {
    let word = word.trim_matches(|character: char| !character.is_ascii_digit());
    let separator = if word.contains('.') { '.' } else { '/' };
    let parts: Vec<u32> = word.split(separator).map(str::parse).collect::<Result<_, _>>().ok()?;
    let [first, second, year] = parts[..] else { return None };
    // 2024/03/05
    if first > 31 {
        return iso_date(first, second, year);
    }
    if separator == '/' && second > 12 {
        return iso_date(year, first, second);
    }
    if separator == '/' && first <= 12 {
        return None;
    }
    iso_date(year, second, first)
}

fn month_number(word: &str) -> Option<u32> {
    let word = word.trim_matches(['.', ':']);
    if let Some(month) = abbreviated_month(word) {
        return Some(month);
    }
    let letters = word.chars().count();
    if !word.chars().all(char::is_alphabetic) {
        return None;
    }
    for (names, language) in MONTHS.iter().zip(Language::ALL) {
        let lowered = lowercase(word, language);
        let found = names.iter().rposition(|stem| {
            let exact = match language {
                Language::English => letters == 3 || letters == 4 || is_english_month(&lowered),
                Language::Turkish => lowered == *stem,
                Language::Russian => letters <= stem.chars().count() + 2,
            };
            lowered.starts_with(stem) && exact
        });
        if let Some(place) = found {
            return Some(place as u32 + 1);
        }
    }
    None
}

/// Short names as pages print them, which are no stems of the long ones in every language.
fn abbreviated_month(word: &str) -> Option<u32> {
    const SHORT: [&str; 2] = [
        "oca şub mar nis may haz tem ağu eyl eki kas ara",
        "янв фев мар апр май июн июл авг сен окт ноя дек",
    ];
    let listed = |list: &str, word: &str| list.split(' ').position(|short| short == word);
    let turkish = listed(SHORT[0], &lowercase(word, Language::Turkish));
    let russian = || {
        let lowered = lowercase(word, Language::Russian);
        let short = matches!(lowered.as_str(), "февр" | "сент" | "нояб" | "июнь" | "июль");
        let stem: String = lowered.chars().take(3).collect();
        (short || lowered.chars().count() == 3).then(|| listed(SHORT[1], &stem)).flatten()
    };
    turkish.or_else(russian).map(|place| place as u32 + 1)
}

fn is_english_month(word: &str) -> bool {
    matches!(
        word,
        "january"
            | "february"
            | "march"
            | "april"
            | "august"
            | "september"
            | "october"
            | "november"
            | "december"
    )
}

fn day_number(word: &str) -> Option<u32> {
    let digits = word.trim_end_matches(|character: char| !character.is_ascii_digit());
    let day: u32 = digits.parse().ok()?;
    (1..=31).contains(&day).then_some(day)
}

fn year_number(word: &str) -> Option<u32> {
    let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
    let year: u32 = digits.parse().ok()?;
    (1900..=2100).contains(&year).then_some(year)
}

fn iso_date(year: u32, month: u32, day: u32) -> Option<String> {
    let plausible = (1900..=2100).contains(&year) && (1..=12).contains(&month);
    (plausible && (1..=31).contains(&day)).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_three_languages() {
        let cases = [
            ("2018-09-03", Some("2018-09-03")),
            ("By Newsroom staff 2018-09-03", Some("2018-09-03")),
            ("2020-01-15T10:20:30+03:00", Some("2020-01-15T10:20:30+03:00")),
            ("03.09.2018, 14:20", Some("2018-09-03")),
            ("25/12/2018", Some("2018-12-25")),
            ("12/25/2018", Some("2018-12-25")),
            ("04/05/2018", None),
            ("Sunday, September 3, 2018", Some("2018-09-03")),
            ("3rd Sept 2018", Some("2018-09-03")),
            ("3 Eylül 2018 Pazartesi", Some("2018-09-03")),
            ("3 сентября 2018 г.", Some("2018-09-03")),
            ("5 мая 2019 года", Some("2019-05-05")),
            ("1 Mayıs 2021", Some("2021-05-01")),
            ("March of 2,000 people", None),
            ("45 May 2018", None),
            ("Pages 2018", None),
            ("13 авг. 2024 г., 19:13", Some("2024-08-13")),
            ("пн, 5 февр. 2024", Some("2024-02-05")),
            ("12 нояб. 2023 г., 08:05 (МСК)", Some("2023-11-12T08:05+03:00")),
            ("12 Ağu 2024 - 09.30 TSİ", Some("2024-08-12T09:30+03:00")),
            ("5 Şub 2024", Some("2024-02-05")),
            ("Tue, 12 Mar 2024 09:30:00 GMT", Some("2024-03-12T09:30:00Z")),
            ("March 12, 2024 at 9:30 p.m.", Some("2024-03-12")),
            ("March 12, 2024 at 9:30 p.m. EST", Some("2024-03-12")),
            ("March 12, 2024, 09:30 PM EST", Some("2024-03-12T21:30-05:00")),
            ("2024-03-12 09:30:00 +0300", Some("2024-03-12T09:30:00+03:00")),
            ("13 августа 2024 года, 10:20 МСК", Some("2024-08-13T10:20+03:00")),
            ("5 марта 2024 г. в 18:40 (МСК)", Some("2024-03-05T18:40+03:00")),
            ("Tue Mar 05 18:40:12 UTC 2024", Some("2024-03-05T18:40:12Z")),
            ("05-Mar-2024 18:40", Some("2024-03-05")),
            ("2024/03/05 18:40", Some("2024-03-05")),
            ("20240312", Some("2024-03-12")),
            ("13 августа, 19:13", None),
        ];
        for (text, expected) in cases {
            assert_eq!(find_date(text).as_deref(), expected, "{text}");
        }
    }
}

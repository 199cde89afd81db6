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
/// `September 3, 2018`, `3 Eylül 2018`, `3 сентября 2018 г.`. `None` when there is none.
pub(super) fn find_date(text: &str) -> Option<String> {
    if let Some(date) = find_iso(text) {
        return Some(date);
    }
    let words: Vec<&str> = text
        .split(|character: char| character.is_whitespace() || ",;()|·".contains(character))
        .filter(|word| !word.is_empty())
        .collect();
    for (place, word) in words.iter().enumerate() {
        if let Some(date) = dotted_date(word) {
            return Some(date);
        }
        let Some(month) = month_number(word) else { continue };
        let before = place.checked_sub(1).and_then(|before| day_number(words[before]));
        let after = words.get(place + 1).copied();
        let date = match (before, after.and_then(year_number)) {
            (Some(day), Some(year)) => Some((year, day)),
            _ => {
                let day = after.and_then(day_number);
                let year = words.get(place + 2).and_then(|word| year_number(word));
                year.zip(day)
            }
        };
        if let Some((year, day)) = date {
            return iso_date(year, month, day);
        }
    }
    None
}

/// `2018-09-03` or `2018-09-03T10:20:30+03:00`, wherever it stands.
fn find_iso(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let shape = |start: usize| {
        bytes[start..].len() >= 10
            && bytes[start..start + 10].iter().enumerate().all(|(place, byte)| match place {
                4 | 7 => *byte == b'-',
                _ => byte.is_ascii_digit(),
            })
            && (start == 0 || !bytes[start - 1].is_ascii_digit())
    };
    let start = (0..bytes.len().saturating_sub(9)).find(|start| shape(*start))?;
    let number = |range: std::ops::Range<usize>| text[range].parse::<u32>().ok();
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
    if separator == '/' && second > 12 {
        return iso_date(year, first, second);
    }
    if separator == '/' && first <= 12 {
        return None;
    }
    iso_date(year, second, first)
}

fn month_number(word: &str) -> Option<u32> {
    let word = word.trim_matches('.');
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
        ];
        for (text, expected) in cases {
            assert_eq!(find_date(text).as_deref(), expected, "{text}");
        }
    }
}

//! Words of wire services about a story itself → its state: killed, withheld, corrected, embargoed,
//! which edition it is. English, Turkish and Russian.

use std::sync::LazyLock;

use regex::Regex;

use super::{Draft, Kind, Status};
use crate::language::{Language, lowercase};

/// Beginnings of signals, in lower case, with what they mean.
const WITHDRAWN: [&str; 19] = [
    "kill",
    "mandatory kill",
    "bulletin kill",
    "story kill",
    "withdraw",
    "withdrawn",
    "withdrawal",
    "story withdrawn",
    "story removed",
    "retraction",
    "retracted",
    "cancel",
    "do not use",
    "iptal",
    "haber iptal",
    "geri çek",
    "аннулир",
    "снято",
    "отзыв материала",
];
const WITHHELD: [&str; 8] = [
    "withhold",
    "withheld",
    "hold for release",
    "hold story",
    "mandatory hold",
    "bekletin",
    "kullanmayın",
    "придержать",
];
const CORRECTED: [&str; 11] = [
    "correct",
    "corrects",
    "corrected",
    "correction",
    "mandatory correction",
    "refile",
    "düzeltme",
    "düzeltiyor",
    "исправлен",
    "уточнен",
    "поправка",
];
/// Signals that only say how urgent or how long something is.
const OTHER: [&str; 22] = [
    "extra",
    "flash",
    "urgent",
    "bulletin",
    "newsalert",
    "alert",
    "advisory",
    "attention",
    "roundup",
    "repetition",
    "repeat",
    "update",
    "lead",
    "summary",
    "feature",
    "writethru",
    "embargo",
    "acil",
    "son dakika",
    "срочно",
    "молния",
    "экстренно",
];

/// `1ST LEAD`, `2nd Ld-Writethru`, `3RD UPDATE`, `UPDATE 2`.
static EDITION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(\d{1,2})(?:st|nd|rd|th)[ -]?(?:ld|lead|update|add)|\bupdate (\d{1,2})\b")
        .ok()
});

/// A time, perhaps with `am` or `pm`, perhaps with its zone.
static TIME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(\d{1,2})[:.](\d{2})(?:\s*(am|pm|a\.m\.|p\.m\.))?\s*(GMT|UTC|BST|CET|CEST|MSK|МСК|TRT|TSI|TSİ|EST|EDT|ET|Z)?|\b(\d{2})(\d{2})\s?(GMT|UTC|MSK|МСК|TRT|TSI|TSİ)\b").ok()
});

/// Whether a line is a signal and not a headline: short, without small letters, a known word.
pub(super) fn is_signal(line: &str) -> bool {
    let line = line.trim();
    let capitals = !line.chars().any(char::is_lowercase);
    let words = line.split_whitespace().count();
    capitals
        && words <= 6
        && (edition(line).is_some()
            || [&WITHDRAWN[..], &WITHHELD, &CORRECTED, &OTHER].iter().any(|set| begins(line, set)))
}

/// Whether a part of a slug only says which edition of a story it is: `1st Ld-Writethru`.
pub(crate) fn names_edition(part: &str) -> bool {
    edition(part).is_some() || part.trim().eq_ignore_ascii_case("writethru")
}

/// The number of the edition that a line names.
pub(super) fn edition(line: &str) -> Option<String> {
    let found = LazyLock::force(&EDITION).as_ref()?.captures(line)?;
    found.get(1).or(found.get(2)).map(|number| number.as_str().to_string())
}

/// Takes the state from `signals` and the note to editors, and the embargo from them, too.
pub(super) fn obey(draft: &mut Draft, signals: &[String]) {
    let parts = signals.iter().flat_map(|line| line.split([',', ';', '|']));
    let parts: Vec<String> = parts.map(|part| part.trim().to_string()).collect();
    let says = |set: &[&str]| parts.iter().any(|part| begins(part, set));
    if says(&["advisory"]) {
        draft.kind.get_or_insert(Kind::Advisory);
    }
    let status = if says(&WITHDRAWN) {
        Status::Canceled
    } else if says(&WITHHELD) {
        Status::Withheld
    } else if says(&CORRECTED) {
        Status::Corrected
    } else {
        Status::Usable
    };
    if draft.details.status.is_usable() {
        draft.details.status = status;
    }
    let note = draft.details.editors_note.clone();
    if draft.details.embargo.is_none() {
        draft.details.embargo = signals.iter().chain(&note).find_map(|line| embargo(line));
    }
    if !draft.details.status.is_usable() {
        name_others(draft);
    }
}

/// The same for a text without a header: its headline and its first lines may say it. Lines that
/// are signals alone are taken off.
pub(super) fn obey_lines(draft: &mut Draft) {
    let mut signals: Vec<String> = Vec::new();
    let is_state = |line: &str| {
        let bare = line.trim_matches(|it: char| !it.is_alphanumeric());
        is_signal(bare) || embargo(bare).is_some()
    };
    while let Some(title) = draft.title.take_if(|title| is_state(title)) {
        signals.push(title);
        let headline = |text: &String| !text.trim_end().ends_with(['.', ':']);
        if draft.paragraphs.len() > 1 && draft.paragraphs.first().is_some_and(headline) {
            draft.title = Some(draft.paragraphs.remove(0));
        }
    }
    while signals.len() < 4
        && draft.paragraphs.len() > 1
        && draft.paragraphs[0].split_whitespace().count() <= 14
        && is_state(&draft.paragraphs[0])
    {
        signals.push(draft.paragraphs.remove(0));
    }
    // `KILL: Bridge opens` and `CORRECTED-Bridge opens`.
    if let Some(title) = &draft.title {
        let split = title.find([':', '-', '—', '–']).filter(|place| *place < 30);
        let prefix = split.map(|place| title[..place].trim().to_string());
        if let Some(prefix) = prefix.filter(|prefix| is_signal(prefix)) {
            signals.push(prefix);
        }
    }
    if !signals.is_empty() {
        draft.notes.push(format!("Read as signals: “{}”.", signals.join("”, “")));
        obey(draft, &signals);
    }
}

fn begins(line: &str, set: &[&str]) -> bool {
    let trimmed = line.trim_start_matches(|it: char| !it.is_alphanumeric());
    [Language::English, Language::Turkish].iter().any(|language| {
        let line = lowercase(trimmed, *language);
        set.iter().any(|word| line.starts_with(word))
    })
}

/// The time until which a line forbids to use a story; the line itself where it names none that
/// can be read.
pub(super) fn embargo(line: &str) -> Option<String> {
    let lowered = line.to_lowercase();
    let start = lowered.trim_start_matches(|it: char| !it.is_alphanumeric());
    let begins = [
        "embargo",
        "strictly embargo",
        "under embargo",
        "not for release before",
        "not for release until",
        "not for publication before",
        "not for publication until",
        "hold for release until",
        "эмбарго",
        "не публиковать до",
        "ambargo",
    ];
    let until =
        ["until", "till", "before", "embargoed for", "embargoed to", "embargo:", "до ", "kadar"];
    let said = begins.iter().any(|begin| start.starts_with(begin))
        && until.iter().any(|word| lowered.contains(word))
        && line.contains(|it: char| it.is_ascii_digit());
    if !said || lowered.contains("lifted") {
        return None;
    }
    let moment = super::timestamps::normalise(line.split_whitespace().last().unwrap_or(""))
        .filter(|moment| moment.contains('T'))
        .or_else(|| moment(line));
    Some(moment.unwrap_or_else(|| line.trim().to_string()))
}

/// Date and time of a line in words: `00:01 GMT on 5 March 2024`.
fn moment(line: &str) -> Option<String> {
    let date = super::timestamps::normalise(line)?;
    if date.contains('T') {
        return Some(date);
    }
    let Some(found) = LazyLock::force(&TIME).as_ref().and_then(|time| time.captures(line)) else {
        return Some(date);
    };
    let number = |place: usize| found.get(place).and_then(|it| it.as_str().parse::<u32>().ok());
    let (hour, minute) = (number(1).or(number(5))?, number(2).or(number(6))?);
    let half = found.get(3).map(|it| it.as_str().to_lowercase());
    let hour = match half {
        Some(half) if half.starts_with('p') && hour < 12 => hour + 12,
        Some(half) if half.starts_with('a') && hour == 12 => 0,
        _ => hour,
    };
    if hour > 23 || minute > 59 {
        return Some(date);
    }
    let zone = found.get(4).or(found.get(7)).map_or("", |zone| match zone.as_str() {
        "BST" | "CET" => "+01:00",
        "CEST" => "+02:00",
        "MSK" | "МСК" | "TRT" | "TSI" | "TSİ" => "+03:00",
        "EST" | "ET" => "-05:00",
        "EDT" => "-04:00",
        _ => "Z",
    });
    Some(format!("{date}T{hour:02}:{minute:02}:00{zone}"))
}

/// Stories that a kill or a correction speaks of: numbers of the wire and quoted headlines.
fn name_others(draft: &mut Draft) {
    let own = draft.details.item.clone();
    let text =
        draft.title.iter().chain(&draft.details.editors_note).chain(&draft.paragraphs).take(6);
    let mut named: Vec<String> = Vec::new();
    for line in text {
        named.extend(wire_numbers(line));
        if draft.details.status == Status::Canceled {
            named.extend(quoted(line));
        }
    }
    named.retain(|name| Some(name) != own.as_ref());
    named.dedup();
    draft.details.replaces.extend(named);
}

/// `eca0124`, `W2870`: letters, then three to five digits.
fn wire_numbers(line: &str) -> Vec<String> {
    let words = line.split(|letter: char| !letter.is_ascii_alphanumeric());
    let is_number = |word: &&str| {
        let digits = word.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
        let letters = word.len() - digits.len();
        (1..=4).contains(&letters)
            && (3..=5).contains(&digits.len())
            && digits.bytes().all(|digit| digit.is_ascii_digit())
    };
    words.filter(is_number).map(str::to_string).collect()
}

/// Headlines of three words or more in quotation marks.
fn quoted(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(start) = rest.find(['“', '"', '«', '‘']) {
        let opening = rest[start..].chars().next().map_or(1, char::len_utf8);
        let inside = &rest[start + opening..];
        let Some(end) = inside.find(['”', '"', '»', '’']) else { break };
        if inside[..end].split_whitespace().count() >= 3 {
            found.push(inside[..end].trim().to_string());
        }
        let closing = inside[end..].chars().next().map_or(1, char::len_utf8);
        rest = &inside[end + closing..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(title: &str, paragraphs: &[&str]) -> Draft {
        let mut draft = Draft {
            title: Some(title.into()),
            paragraphs: paragraphs.iter().map(|text| text.to_string()).collect(),
            ..Draft::default()
        };
        obey_lines(&mut draft);
        draft
    }

    #[test]
    fn states_in_words() {
        let kill =
            plain("KILL", &["Kill “Velmar bridge opens again”, number eca0123.", "It was wrong."]);
        assert_eq!(kill.details.status, Status::Canceled);
        assert_eq!(kill.details.replaces, ["eca0123", "Velmar bridge opens again"]);
        assert_eq!(plain("WITHHOLD: Bridge", &["Text."]).details.status, Status::Withheld);
        assert_eq!(plain("DÜZELTME: Köprü açıldı", &["Metin."]).details.status, Status::Corrected);
        assert_eq!(plain("АННУЛИРОВАНО", &["Текст.", "Ещё."]).details.status, Status::Canceled);
        for story in [
            "Kill switch found in phones",
            "Correct answer wins",
            "Embargo on oil to end in 2025",
            "LEAD PIPES FOUND",
            "Update on the bridge",
        ] {
            let draft = plain(story, &["Text of it.", "More."]);
            assert_eq!(
                (draft.details.status, draft.details.embargo),
                (Status::Usable, None),
                "{story}"
            );
        }
    }

    #[test]
    fn embargoes_in_words() {
        let cases = [
            ("EMBARGOED UNTIL 00:01 GMT on 5 March 2030", Some("2030-03-05T00:01:00Z")),
            ("EMBARGO: not before 6:30 pm EST, March 5, 2030", Some("2030-03-05T18:30:00-05:00")),
            ("Embargoed until 2030-03-05T10:00:00+03:00", Some("2030-03-05T10:00:00+03:00")),
            ("ЭМБАРГО до 18:00 МСК 5 марта 2030 года", Some("2030-03-05T18:00:00+03:00")),
            ("AMBARGO: 5 Mart 2030 saat 10.00 TSİ'ye kadar", Some("2030-03-05T10:00:00+03:00")),
            ("EMBARGOED UNTIL 6 tomorrow", Some("EMBARGOED UNTIL 6 tomorrow")),
            ("Embargo lifted before 2030", None),
            ("Embargo on oil of 2022 holds", None),
        ];
        for (line, expected) in cases {
            assert_eq!(embargo(line).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn signals_are_told_from_headlines_and_editions_are_counted() {
        for line in ["EXTRA", "1ST LEAD", "2ND UPDATE", "REFILE", "KILL KILL KILL", "СРОЧНО"]
        {
            assert!(is_signal(line), "{line}");
        }
        for line in ["Extra", "KESTREL BAY CLOSES ITS OLD FERRY TERMINAL, MAYOR SAYS", "BBC"] {
            assert!(!is_signal(line), "{line}");
        }
        assert_eq!(edition("BC-BKN--Heat-Hawks, 1st Ld-Writethru").as_deref(), Some("1"));
        assert_eq!(edition("UPDATE 3").as_deref(), Some("3"));
    }
}

//! A message of ANPA 1312: keyword line, header lines that begin with `^`, story, trailer.

use super::without_controls;
use crate::article::dates::find_date;
use crate::article::nitf::person;
use crate::article::signals;
use crate::article::text::read_plain;
use crate::article::{Details, Draft};

pub(super) fn read(message: &str, number: &str) -> Draft {
    let (header, text) = message.split_once('\u{2}').unwrap_or((message, ""));
    let (text, trailer) = text.split_once('\u{3}').unwrap_or((text, ""));
    let lines: Vec<String> = text.lines().map(without_controls).collect();
    let mut head = Head::default();
    let mut body = Vec::new();
    for line in &lines {
        match line.trim_start().strip_prefix('^') {
            Some(line) if body.is_empty() => head.take(bare(line)),
            Some(line) => body.push(bare(line).to_string()),
            // A paragraph begins with a tab or three spaces, and lines may be wrapped.
            None if line.trim().is_empty() && body.is_empty() => {}
            None if line.starts_with(['\t', ' ']) => {
                body.push(String::new());
                body.push(typography(line.trim()));
            }
            None => body.push(typography(line.trim())),
        }
    }
    let times = body.iter().map(String::as_str).chain(trailer.lines());
    let published = times.clone().find_map(trailer_time);
    let end = body.iter().position(|line| is_trailer(line)).unwrap_or(body.len());
    let plain = read_plain(&body[..end].join("\n"));
    let slug = head.slug.or_else(|| keyword(header));
    let mut draft = Draft {
        id: Some(number.to_string()),
        title: head.title,
        published: published.or(plain.published),
        details: Details {
            byline: head.byline,
            item: Some(number.to_string()),
            version: slug.as_deref().and_then(signals::edition),
            editors_note: head.note,
            ..Details::default()
        },
        paragraphs: plain.title.into_iter().chain(plain.paragraphs).collect(),
        ..Draft::default()
    };
    let signal: Vec<String> = slug.iter().cloned().collect();
    draft.details.slug = slug;
    signals::obey(&mut draft, &signal);
    draft
}

/// What the lines above the story say.
#[derive(Default)]
struct Head {
    slug: Option<String>,
    title: Option<String>,
    byline: Option<String>,
    note: Option<String>,
    places: usize,
}

impl Head {
    fn take(&mut self, line: &str) {
        let lowered = line.to_ascii_lowercase();
        if self.places == 0 {
            // `BC-LT--Argentina-Cancer Beauty,466`: the number is that of the words.
            let slug = match line.rsplit_once(',') {
                Some((slug, words)) if words.trim().bytes().all(|it| it.is_ascii_digit()) => slug,
                _ => line,
            };
            self.slug = Some(slug.trim().to_string()).filter(|slug| !slug.is_empty());
        } else if lowered.starts_with("eds:") || lowered.starts_with("eds.") {
            self.note.get_or_insert_with(|| line.to_string());
        } else if lowered.starts_with("by ") {
            self.byline.get_or_insert_with(|| person(line));
        } else if self.places == 1 && !line.is_empty() {
            self.title = Some(line.to_string());
        }
        self.places += 1;
    }
}

/// Without the marks at the end of a header line: `<` and `=`.
fn bare(line: &str) -> &str {
    line.trim().trim_end_matches(['<', '=', '>', ' '])
}

/// The keyword of the second header line, without its date and time.
fn keyword(header: &str) -> Option<String> {
    let line = header.lines().nth(1)?;
    let line = line.rsplit(['\u{11}', '\u{13}']).next().map(without_controls)?;
    let words: Vec<&str> = line.split_whitespace().collect();
    let named =
        words.iter().take_while(|word| !word.starts_with(|letter: char| letter.is_ascii_digit()));
    let keyword = named.copied().collect::<Vec<_>>().join(" ");
    (!keyword.is_empty()).then_some(keyword)
}

/// Typewriter's marks: `_` for a dash between spaces, doubled quotation marks.
fn typography(line: &str) -> String {
    line.replace(" _ ", " — ").replace("``", "“").replace("''", "”")
}

/// `AP-WF-11-13-13 1049GMT` → `2013-11-13T10:49:00Z`; `02-20-15 0500EST` has its zone, too.
fn trailer_time(line: &str) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (date, time) = words.windows(2).find_map(|pair| {
        let date: Vec<&str> = pair[0].rsplit('-').take(3).collect();
        let numbers =
            date.len() == 3 && date.iter().all(|it| it.len() == 2 && it.parse::<u8>().is_ok());
        let time = pair[1].get(..4)?.parse::<u16>().ok().filter(|_| numbers)?;
        Some((format!("20{}-{}-{}", date[0], date[2], date[1]), (time, &pair[1][4..])))
    })?;
    let zone = match time.1.trim_end_matches(['<', '>']) {
        "GMT" | "UTC" => "Z",
        "EST" => "-05:00",
        "EDT" => "-04:00",
        _ => "",
    };
    let date = find_date(&date)?;
    Some(format!("{date}T{:02}:{:02}:00{zone}", time.0 / 100, time.0 % 100))
}

fn is_trailer(line: &str) -> bool {
    let agency =
        line.starts_with("AP-") || line.starts_with("(Copyright") || line.starts_with("(c) 20");
    agency || (trailer_time(line).is_some() && line.len() < 40)
}

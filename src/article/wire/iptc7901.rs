//! A message of IPTC 7901: header, keyword line, headline up to `=`, story, trailer.

use super::without_controls;
use crate::article::nitf::person;
use crate::article::signals;
use crate::article::text::read_plain;
use crate::article::{Details, Draft};

/// Lines in which keywords, signals and headline stand, at most.
const HEADER_LINES: usize = 14;

/// Beginnings of lines behind which nothing is for print, in lower case.
const ENDS: [&str; 8] = [
    "notebook",
    "dpa notebook",
    "internet links",
    "the following information is not",
    "note to editors",
    "notes to editors",
    "not for publication",
    "editors:",
];

pub(super) fn read(message: &str, number: Option<&str>) -> Draft {
    let message = message.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<String> = message.lines().map(without_controls).collect();
    // Telex frames a message with ZCZC and NNNN.
    let framed = |line: &String| line.trim().is_empty() || line.starts_with("ZCZC");
    let first = lines.iter().position(|line| !framed(line)).unwrap_or(0);
    let header = Header::of(&lines[(first + 1).min(lines.len())..]);
    let body = &lines[(first + 1 + header.length).min(lines.len())..];
    let end = trailer_at(body);
    let plain = read_plain(&body[..end].join("\n"));
    let paragraphs: Vec<String> = plain.title.into_iter().chain(plain.paragraphs).collect();
    let published = body[end..].iter().rev().find_map(|line| trailer_time(line));
    let mut draft = Draft {
        id: number.map(str::to_string),
        title: header.title,
        published: published.or(plain.published),
        details: Details {
            byline: header.byline,
            slug: header.slug,
            item: number.map(str::to_string),
            version: header.version,
            ..Details::default()
        },
        paragraphs,
        ..Draft::default()
    };
    if end < body.len() {
        draft.notes.push("Left out the lines below the story that are for editors.".to_string());
    }
    signals::obey(&mut draft, &header.signals);
    draft
}

#[derive(Default)]
struct Header {
    title: Option<String>,
    byline: Option<String>,
    slug: Option<String>,
    version: Option<String>,
    /// Lines that say what to do with the story: `EXTRA`, `KILL`, `1ST LEAD`.
    signals: Vec<String>,
    length: usize,
}

impl Header {
    fn of(lines: &[String]) -> Self {
        let marked =
            lines.iter().take(HEADER_LINES).position(|line| line.trim_end().ends_with('='));
        let length = marked.map_or_else(|| first_block(lines), |place| place + 1);
        let mut header = Header { length, ..Header::default() };
        let mut title: Vec<&str> = Vec::new();
        for line in lines[..length].iter().map(|line| line.trim().trim_end_matches('=').trim_end())
        {
            if line.is_empty() {
                continue;
            }
            if header.slug.is_none() && title.is_empty() && line.ends_with('/') {
                header.slug = Some(line.trim_end_matches('/').to_string());
            } else if signals::is_signal(line) {
                header.version = header.version.or_else(|| signals::edition(line));
                header.signals.push(line.to_string());
            } else if line.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("by "))
                && !title.is_empty()
            {
                header.byline = Some(person(line));
            } else {
                title.push(line);
            }
        }
        header.title = (!title.is_empty()).then(|| title.join(" "));
        header
    }
}

/// Lines up to the second blank one, or to the first indented one, with which the story begins:
/// the keyword line may stand alone above the headline.
fn first_block(lines: &[String]) -> usize {
    let filled = lines.iter().position(|line| !line.trim().is_empty()).unwrap_or(lines.len());
    let end = lines[filled..]
        .iter()
        .enumerate()
        .position(|(place, line)| line.trim().is_empty() || (place > 0 && line.starts_with("  ")));
    end.map_or(filled, |end| filled + end).min(HEADER_LINES)
}

/// Where the story ends: at a notebook for editors, a rule of stars, or the signature of a desk.
fn trailer_at(body: &[String]) -> usize {
    let ends = |line: &String| {
        let marked = line.trim_start().starts_with('#');
        let bare = line.trim_matches(|it: char| !it.is_alphanumeric()).to_lowercase();
        let is_end = ENDS.iter().any(|end| bare.starts_with(end)) || bare.ends_with("notebook");
        let stars = line.contains('*') && line.chars().all(|it| "* ".contains(it));
        is_end && (marked || bare.len() < 60) || stars
    };
    let end = body.iter().position(ends).unwrap_or(body.len());
    let mut last = end;
    // A time, and a line of initials in small letters above it.
    while let Some(line) = last.checked_sub(1).map(|place| body[place].trim()) {
        let framed = line == "NNNN";
        if line.is_empty() || framed || trailer_time(line).is_some() || is_signature(line) {
            last -= 1;
        } else {
            break;
        }
    }
    last
}

/// `cna jw am`: two words or more of at most four small letters.
fn is_signature(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let short = |word: &&str| {
        word.len() <= 4 && word.bytes().all(|it| it.is_ascii_lowercase() || it == b'/')
    };
    (2..=6).contains(&words.len()) && words.iter().all(short)
}

/// `051840 GMT Mar 24` → `2024-03-05T18:40:00Z`.
fn trailer_time(line: &str) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [moment, zone, month, year] = words[..] else { return None };
    let digits = moment.len() == 6 && moment.bytes().all(|it| it.is_ascii_digit());
    let zone = matches!(zone, "GMT" | "UTC")
        .then_some("Z")
        .or_else(|| matches!(zone, "MSK" | "TSI" | "TRT").then_some("+03:00"))?;
    if !digits || year.len() < 2 {
        return None;
    }
    let year = if year.len() == 2 { format!("20{year}") } else { year.to_string() };
    let date = crate::article::dates::find_date(&format!("{} {month} {year}", &moment[..2]))?;
    Some(format!("{date}T{}:{}:00{zone}", &moment[2..4], &moment[4..]))
}

//! The text of a message → the story in it: without the signature, the lines that forwarding puts
//! in, and quotation marks.

use std::sync::LazyLock;

use regex::Regex;

/// Beginnings of the line above a forwarded message, in lower case.
const FORWARDED: [&str; 12] = [
    "forwarded message",
    "original message",
    "begin forwarded message",
    "forwarded by",
    "пересылаемое сообщение",
    "пересланное сообщение",
    "исходное сообщение",
    "начало переадресованного",
    "yönlendirilmiş ileti",
    "iletilen ileti",
    "özgün ileti",
    "yönlendirilen mesaj",
];

/// Names of header lines that forwarding prints, in lower case.
const PRINTED: [&str; 24] = [
    "from",
    "sent",
    "to",
    "cc",
    "subject",
    "date",
    "reply-to",
    "importance",
    "от",
    "от кого",
    "отправлено",
    "кому",
    "копия",
    "тема",
    "дата",
    "kimden",
    "gönderen",
    "gönderildi",
    "gönderilen",
    "kime",
    "bilgi",
    "konu",
    "tarih",
    "attachments",
];

/// Beginnings of lines that programs put under a message, in lower case.
const SIGNED: [&str; 12] = [
    "sent from my ",
    "get outlook for ",
    "sent from outlook",
    "отправлено с ",
    "отправлено из ",
    "iphone'umdan gönderildi",
    "iphone’umdan gönderildi",
    "android cihazımdan gönderildi",
    "this email and any ",
    "this e-mail and any ",
    "this message and any ",
    "данное сообщение и любые",
];

/// Words that a letter is closed with in a line of their own, in lower case.
const CLOSINGS: [&str; 20] = [
    "best",
    "best regards",
    "kind regards",
    "regards",
    "best wishes",
    "many thanks",
    "thanks",
    "yours sincerely",
    "sincerely",
    "cheers",
    "saygılarımla",
    "saygılarımızla",
    "iyi çalışmalar",
    "sevgiler",
    "selamlar",
    "с уважением",
    "с наилучшими пожеланиями",
    "всего доброго",
    "спасибо",
    "с приветом",
];

/// Lines of a name, a post and numbers below such words, at most, and the words of each.
const SIGNATURE_LINES: usize = 7;
const SIGNATURE_WORDS: usize = 10;

/// The subject without `Fwd:`, `Re:` and what they are in Turkish and Russian.
pub(super) fn without_prefixes(subject: &str) -> String {
    let mut rest = subject.trim();
    while let Some((prefix, behind)) = rest.split_once(':') {
        let prefix = prefix.trim().to_lowercase();
        let known =
            ["re", "fw", "fwd", "ynt", "i̇lt", "ilt", "ha", "нa", "на", "пересл", "отв", "fyi"];
        if !known.contains(&prefix.as_str()) {
            break;
        }
        rest = behind.trim_start();
    }
    rest.to_string()
}

/// The story, and notes on what was left out. `flowed` texts break lines with a space at the end.
pub(super) fn story(text: &str, flowed: bool) -> (String, Vec<String>) {
    let mut notes = Vec::new();
    let joined = if flowed { unflowed(text) } else { text.replace("\r\n", "\n") };
    let mut lines: Vec<&str> = joined.lines().map(str::trim_end).collect();
    if let Some(start) = forwarded_at(&lines) {
        let cover = lines.drain(..start).filter(|line| !line.trim().is_empty()).count();
        notes.push(format!(
            "Read the forwarded message; left out its header lines and {} line(s) above it.",
            cover.saturating_sub(1)
        ));
    }
    let mut lines = unquoted(lines);
    if let Some(end) = signature_at(&lines) {
        lines.truncate(end);
        notes.push("Left out the signature of the message.".to_string());
    }
    (lines.join("\n"), notes)
}

/// The same for paragraphs that came out of HTML.
pub(super) fn lines_of_story(paragraphs: Vec<String>) -> Vec<String> {
    let lines: Vec<&str> = paragraphs.iter().map(String::as_str).collect();
    let start = forwarded_at(&lines).unwrap_or(0);
    let lines: Vec<String> = lines[start..].iter().map(|line| line.to_string()).collect();
    let end = signature_at(&lines).unwrap_or(lines.len());
    lines[..end].iter().filter(|line| !is_printed_header(line)).cloned().collect()
}

/// Behind the header lines of a message that was forwarded.
fn forwarded_at(lines: &[&str]) -> Option<usize> {
    let bare = |line: &str| line.trim_matches(|it: char| !it.is_alphanumeric()).to_lowercase();
    let marked = lines.iter().position(|line| {
        let line = bare(line);
        FORWARDED.iter().any(|mark| line.starts_with(mark)) && line.len() < 80
    });
    let start = match marked {
        Some(place) => place + 1,
        // Some programs print the header lines alone.
        None => lines.iter().position(|line| is_printed_header(line)).filter(|place| {
            lines[*place..].iter().take(6).filter(|line| is_printed_header(line)).count() >= 3
        })?,
    };
    let mut end = start;
    let mut last_header = start;
    while let Some(line) = lines.get(end).filter(|_| end < start + 12) {
        if is_printed_header(line) {
            last_header = end + 1;
        } else if !line.trim().is_empty() {
            break;
        }
        end += 1;
    }
    Some(last_header)
}

fn is_printed_header(line: &str) -> bool {
    let line = line.trim_start_matches(['>', ' ', '*']);
    let Some((name, _)) = line.split_once(':') else { return false };
    let name = name.trim_end_matches('*').to_lowercase();
    PRINTED.contains(&name.as_str())
}

/// Marks of quotation off, where most lines have them.
fn unquoted(lines: Vec<&str>) -> Vec<String> {
    let filled = lines.iter().filter(|line| !line.trim().is_empty()).count();
    let quoted = lines.iter().filter(|line| line.starts_with('>')).count();
    let bare = |line: &str| line.trim_start_matches('>').trim_start().to_string();
    let strip = quoted * 2 > filled;
    lines.into_iter().map(|line| if strip { bare(line) } else { line.to_string() }).collect()
}

/// Where a signature begins in HTML: at `--` in a line of its own, or at what programs mark so.
static SIGNATURE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let rule = r">\s*--(?:\s|&nbsp;)*<";
    let marked = r#"<\w+[^>]*(?:gmail_signature|moz-signature|id="?signature)"#;
    Regex::new(&format!("(?i){rule}|{marked}")).ok()
});

/// Most bytes of HTML that a signature has.
const SIGNATURE_BYTES: usize = 4_000;

/// HTML up to the signature.
pub(super) fn without_signature(page: &str) -> &str {
    let found = LazyLock::force(&SIGNATURE).as_ref().and_then(|it| it.find_iter(page).last());
    let start = found.map(|found| found.start() + usize::from(found.as_str().starts_with('>')));
    match start.filter(|start| page.len() - start <= SIGNATURE_BYTES && start * 3 > page.len()) {
        Some(start) => &page[..start],
        None => page,
    }
}

/// Where the signature starts: at `--`, or at what a program signs with in the last lines.
fn signature_at(lines: &[String]) -> Option<usize> {
    let mark = lines.iter().rposition(|line| line.trim_end() == "--" || line.trim_end() == "—");
    let program = lines.iter().position(|line| {
        let line = line.to_lowercase();
        SIGNED.iter().any(|sign| line.starts_with(sign))
    });
    let late = |place: &usize| place * 3 > lines.len();
    [mark, program, closing_at(lines)].into_iter().flatten().filter(late).min()
}

/// A closing word with nothing but short lines below it.
fn closing_at(lines: &[String]) -> Option<usize> {
    let short = |line: &&String| {
        line.split_whitespace().count() <= SIGNATURE_WORDS && !line.trim_end().ends_with('.')
    };
    lines
        .iter()
        .rposition(|line| {
            let bare = line.trim().trim_end_matches([',', '.', '!']).to_lowercase();
            CLOSINGS.contains(&bare.as_str())
        })
        .filter(|place| {
            let below: Vec<&String> =
                lines[place + 1..].iter().filter(|line| !line.trim().is_empty()).collect();
            below.len() <= SIGNATURE_LINES && below.iter().all(short)
        })
}

/// Lines that end in a space go on in the next one (RFC 3676).
fn unflowed(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for line in text.lines() {
        let line = line.strip_prefix(' ').unwrap_or(line);
        joined.push_str(line);
        if !line.ends_with(' ') || line == "-- " {
            joined.push('\n');
        }
    }
    joined
}

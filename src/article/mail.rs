//! E-mail → drafts: the text part or, where there is none, the HTML part, without transfer
//! encoding, signature, forwarding headers and quotation marks.

mod body;

use mail_parser::mailbox::mbox::MessageIterator;
use mail_parser::{Address, Message, MessageParser, MimeHeaders, PartType};

use super::html::read_fragment;
use super::limits::{Limits, PARTS_OF_MAIL};
use super::text::read_plain;
use super::timestamps::normalise;
use super::{ArticleError, Details, Draft};

/// A covering note has at most this many words; a message inside is the story then.
const LONGEST_COVER: usize = 40;

/// Headers that only mail has, and those that a text may print, too.
const OF_MAIL: [&str; 9] = [
    "received",
    "return-path",
    "message-id",
    "mime-version",
    "delivered-to",
    "dkim-signature",
    "content-transfer-encoding",
    "x-mailer",
    "x-received",
];
const OF_LETTERS: [&str; 6] = ["from", "to", "subject", "date", "cc", "reply-to"];

/// Whether a text begins like a message: header lines, mail's among them, before a blank line.
pub(super) fn is_message(head: &str) -> bool {
    let (mut of_mail, mut of_letters, mut sender) = (0, 0, false);
    for line in head.trim_start().lines() {
        if line.trim().is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((name, value)) = line.split_once(':') else { return false };
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
        if name.is_empty() || !name.chars().all(is_name) {
            return false;
        }
        let name = name.to_ascii_lowercase();
        of_mail += usize::from(OF_MAIL.contains(&name.as_str()));
        of_letters += usize::from(OF_LETTERS.contains(&name.as_str()));
        sender |= name == "from" && value.contains('@');
    }
    (of_mail > 0 && of_mail + of_letters > 1) || (sender && of_letters > 1)
}

/// Whether a text begins with the `From ` line of a mailbox file.
pub(super) fn is_mailbox(head: &str) -> bool {
    let Some((first, rest)) = head.split_once('\n') else { return false };
    let dated = first.split_whitespace().last().is_some_and(|year| {
        year.len() == 4 && year.bytes().all(|digit| digit.is_ascii_digit())
            || year.starts_with(['+', '-'])
    });
    first.starts_with("From ") && dated && is_message(rest)
}

/// Reads one message.
///
/// # Errors
/// `Malformed` when it is none or has too many parts, `TooMuchText` when one has more than an
/// article may have, `NoText` when none has any.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Draft, ArticleError> {
    let malformed = |reason: String| ArticleError::Malformed { format: "e-mail", reason };
    let start = bytes.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(0);
    let message = MessageParser::default()
        .parse(&bytes[start..])
        .ok_or_else(|| malformed("it has no headers".to_string()))?;
    if message.parts.len() > PARTS_OF_MAIL {
        let count = message.parts.len();
        return Err(malformed(format!(
            "it has {count} parts, and at most {PARTS_OF_MAIL} are read"
        )));
    }
    let text = (0..message.text_body_count()).filter_map(|place| message.body_text(place));
    if text.map(|text| text.len() as u64).sum::<u64>() > limits.item {
        return Err(ArticleError::TooMuchText { limit: limits.item });
    }
    let draft = read_message(&message);
    if draft.paragraphs.is_empty() { Err(ArticleError::NoText) } else { Ok(draft) }
}

/// Reads every message of a mailbox file.
pub(super) fn read_mailbox(bytes: &[u8], limits: &Limits) -> Vec<Result<Draft, ArticleError>> {
    let messages = MessageIterator::new(bytes);
    let drafts = messages.map(|message| match message {
        Ok(message) => read(message.contents(), limits),
        Err(error) => {
            let reason = error.to_string();
            Err(ArticleError::Malformed { format: "a mailbox", reason })
        }
    });
    drafts.collect()
}

fn read_message(message: &Message) -> Draft {
    let own = from_parts(message);
    let words: usize = own.paragraphs.iter().map(|text| text.split_whitespace().count()).sum();
    // A story that is forwarded as an attachment.
    let inside = message.parts.iter().find_map(|part| match &part.body {
        PartType::Message(inside) if words <= LONGEST_COVER => Some(read_message(inside)),
        _ => None,
    });
    if let Some(mut inside) = inside.filter(|inside| !inside.paragraphs.is_empty()) {
        inside.notes.push("Read the message that was forwarded as an attachment.".to_string());
        return inside;
    }
    let sender = message.from().and_then(Address::first);
    let name = sender.and_then(|it| it.name().or(it.address())).map(str::to_string);
    let subject = message.subject().map(body::without_prefixes).filter(|it| !it.is_empty());
    let date = message.date().and_then(|date| normalise(&date.to_rfc3339()));
    let id = message.message_id().map(str::to_string);
    Draft {
        id: id.clone(),
        title: own.title.or(subject),
        published: own.published.or(date),
        details: Details { source_name: name, item: id, ..Details::default() },
        paragraphs: own.paragraphs,
        notes: own.notes,
        ..Draft::default()
    }
}

/// Text of the parts that are the message's body; the HTML ones where they say more.
fn from_parts(message: &Message) -> Draft {
    let texts: Vec<String> = (0..message.text_body_count())
        .filter(|place| {
            let part = message.text_part(u32::try_from(*place).unwrap_or(u32::MAX));
            part.is_some_and(|part| matches!(part.body, PartType::Text(_)))
        })
        .filter_map(|place| message.body_text(place).map(std::borrow::Cow::into_owned))
        .collect();
    let flowed = message.text_part(0).and_then(MimeHeaders::content_type).is_some_and(|it| {
        it.attribute("format").is_some_and(|format| format.eq_ignore_ascii_case("flowed"))
    });
    let (text, notes) = body::story(&texts.join("\n\n"), flowed);
    let draft = read_plain(&text);
    let plain: Vec<String> = draft.paragraphs;
    let pages: Vec<Vec<String>> = (0..message.html_body_count())
        .filter(|place| {
            let part = message.html_part(u32::try_from(*place).unwrap_or(u32::MAX));
            part.is_some_and(|part| matches!(part.body, PartType::Html(_)))
        })
        .filter_map(|place| message.body_html(place))
        .map(|page| read_fragment(body::without_signature(&page)))
        .collect();
    let page = body::lines_of_story(pages.concat());
    let length = |lines: &[String]| -> usize { lines.iter().map(String::len).sum() };
    // Some senders put a stub such as "see the HTML part" into the text part.
    if length(&page) > 2 * length(&plain) {
        return Draft { paragraphs: page, notes, ..Draft::default() };
    }
    // The subject is the headline; what looks like one is a line of the story then.
    let repeated = draft.title.as_deref().is_some_and(|title| {
        message.subject().is_some_and(|subject| body::without_prefixes(subject) == title)
    });
    let first = draft.title.filter(|_| !repeated);
    let forwarded = notes.iter().any(|note| note.contains("forward"));
    let (title, lead) = if forwarded { (first, None) } else { (None, first) };
    let mut paragraphs: Vec<String> = lead.into_iter().collect();
    paragraphs.extend(plain);
    Draft { title, published: draft.published, paragraphs, notes, ..Draft::default() }
}

#[cfg(test)]
mod tests;

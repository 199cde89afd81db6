//! Bytes of a file → drafts, by its format, through archives and packed files.

use super::format::Format;
use super::limits::{ITEMS, PACKED};
use super::{
    ArticleError, Draft, Reader, charset, feed, html, json, mail, newsml, nitf, packed, signals,
    text, wire,
};

/// A draft and the file of an archive that it stands in.
pub(super) struct Part {
    member: Option<String>,
    pub draft: Result<Draft, ArticleError>,
}

impl Part {
    /// What the file calls it: its id, its title or its place, behind the archive's file.
    pub fn name(&self, place: usize) -> String {
        let draft = self.draft.as_ref().ok();
        let own = draft.and_then(|draft| draft.id.clone().or_else(|| draft.title.clone()));
        match (&self.member, own) {
            (None, Some(own)) => own,
            (None, None) => format!("entry {}", place + 1),
            (Some(member), _) => member.clone(),
        }
    }
}

/// How far packed files were opened.
struct Opened {
    depth: usize,
    /// Bytes that archives may still unpack to.
    left: u64,
}

impl Reader {
    /// The drafts of a file, which may be packed.
    pub(super) fn parts(&self, source: &str, bytes: &[u8]) -> Result<Vec<Part>, ArticleError> {
        let left = self.limits.unpacked.saturating_mul(4);
        self.opened(source, bytes, &mut Opened { depth: 0, left })
    }

    fn opened(
        &self,
        source: &str,
        bytes: &[u8],
        opened: &mut Opened,
    ) -> Result<Vec<Part>, ArticleError> {
        let format = Format::of(source, bytes);
        match format {
            Format::Gzip | Format::Zstandard | Format::Zip if opened.depth == PACKED => {
                let reason = format!("it is packed more than {PACKED} times");
                Err(ArticleError::Malformed { format: "a packed file", reason })
            }
            Format::Gzip | Format::Zstandard => {
                let unpacked = packed::unpack(&format, bytes, &self.limits)?;
                let inner =
                    [".gz", ".zst", ".zstd"].iter().find_map(|end| source.strip_suffix(end));
                opened.depth += 1;
                let parts = self.opened(inner.unwrap_or(source), &unpacked, opened);
                opened.depth -= 1;
                parts
            }
            Format::Zip => {
                let members = packed::members(bytes, &self.limits, &mut opened.left)?;
                opened.depth += 1;
                let parts = members.into_iter().flat_map(|it| self.member(it, opened)).collect();
                opened.depth -= 1;
                Ok(parts)
            }
            _ => {
                let drafts = self.drafts(&format, bytes)?;
                Ok(drafts.into_iter().map(|draft| Part { member: None, draft }).collect())
            }
        }
    }

    /// The drafts of a file in an archive; what is wrong with it is its own error.
    fn member(&self, member: packed::Member, opened: &mut Opened) -> Vec<Part> {
        let name = member.name;
        let parts =
            member.bytes.and_then(|bytes| match bytes.iter().all(u8::is_ascii_whitespace) {
                true => Err(ArticleError::Empty),
                false => self.opened(&name, &bytes, opened),
            });
        let parts = match parts {
            Ok(parts) => parts,
            Err(error) => return vec![Part { member: Some(name), draft: Err(error) }],
        };
        let single = parts.len() == 1;
        let numbered = parts.into_iter().enumerate().map(|(place, part)| {
            let own = part.name(place);
            let member = if single { name.clone() } else { format!("{name}: {own}") };
            Part { member: Some(member), draft: part.draft }
        });
        numbered.collect()
    }

    fn drafts(
        &self,
        format: &Format,
        bytes: &[u8],
    ) -> Result<Vec<Result<Draft, ArticleError>>, ArticleError> {
        let decoded = match format {
            Format::Text | Format::Markdown | Format::Json | Format::JsonLines => {
                charset::decode_text(bytes)?
            }
            // Each part of a message says its own encoding.
            Format::Mail | Format::Mailbox => charset::Decoded::default(),
            // Short messages are full of control codes, which say what is what.
            Format::Wire if std::str::from_utf8(bytes).is_ok() => charset::Decoded {
                text: String::from_utf8_lossy(bytes).into_owned(),
                ..charset::Decoded::default()
            },
            _ => charset::decode_page(bytes)?,
        };
        let text = decoded.text.as_str();
        let limit = self.limits.item;
        if matches!(format, Format::Text | Format::Markdown) && text.len() as u64 > limit {
            return Err(ArticleError::TooMuchText { limit });
        }
        refuse_many(format, bytes)?;
        let mut drafts = match format {
            Format::Html => vec![html::read(text)],
            Format::Text => vec![Ok(text::read_plain(text))],
            Format::Markdown => vec![Ok(text::read_markdown(text))],
            Format::Feed => feed::read(text)?,
            Format::Json => json::read(text, &self.fields)?,
            Format::JsonLines => json::read_lines(text, &self.fields),
            Format::Nitf => vec![nitf::read(text)],
            Format::NewsMlG2 => newsml::read_g2(text)?,
            Format::NewsMl => newsml::read_1(text)?,
            Format::Wire => wire::read(text),
            Format::Mail => vec![mail::read(bytes, &self.limits)],
            Format::Mailbox => mail::read_mailbox(bytes, &self.limits),
            Format::OtherXml { root } => {
                return Err(ArticleError::UnknownXml { root: root.clone() });
            }
            Format::Gzip | Format::Zstandard | Format::Zip => {
                return Err(ArticleError::Binary { kind: "a packed file" });
            }
        };
        let length = |draft: &Draft| draft.paragraphs.iter().map(|it| it.len() as u64).sum::<u64>();
        for draft in &mut drafts {
            if draft.as_ref().is_ok_and(|draft| length(draft) > limit) {
                *draft = Err(ArticleError::TooMuchText { limit });
            }
        }
        for draft in drafts.iter_mut().flatten() {
            draft.notes.splice(0..0, decoded.notes.iter().cloned());
            // Wire text has its signals in the header, and pages and feeds have none.
            if !matches!(format, Format::Wire | Format::Html | Format::Feed) {
                signals::obey_lines(draft);
            }
        }
        Ok(drafts)
    }
}

/// Refuses a file with more articles than are read, before any of them is.
fn refuse_many(format: &Format, bytes: &[u8]) -> Result<(), ArticleError> {
    let (name, sign): (_, fn(&[u8]) -> bool) = match format {
        Format::Json | Format::JsonLines => ("JSON", |at| at[0] == b'{'),
        Format::Wire => ("wire text", |at| at[0] == 1),
        Format::Mailbox => ("a mailbox", |at| at == b"\nFrom "),
        _ => return Ok(()),
    };
    // An object of JSON may hold some others.
    let most = if matches!(format, Format::Json | Format::JsonLines) { 20 * ITEMS } else { ITEMS };
    if bytes.windows(6).filter(|at| sign(at)).count() <= most {
        return Ok(());
    }
    let reason = format!("it holds more than {ITEMS} articles; split it");
    Err(ArticleError::Malformed { format: name, reason })
}

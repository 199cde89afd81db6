//! Bytes of a file → drafts, by its format, through archives and packed files.

use super::format::Format;
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

/// Packed files inside packed files are opened so deep.
const DEEPEST: usize = 3;

impl Reader {
    /// The drafts of a file, which may be packed.
    pub(super) fn parts(
        &self,
        source: &str,
        bytes: &[u8],
        depth: usize,
    ) -> Result<Vec<Part>, ArticleError> {
        let format = Format::of(source, bytes);
        match format {
            Format::Gzip | Format::Zstandard | Format::Zip if depth == DEEPEST => {
                let reason = format!("it is packed more than {DEEPEST} times");
                Err(ArticleError::Malformed { format: "a packed file", reason })
            }
            Format::Gzip | Format::Zstandard => {
                let unpacked = packed::unpack(&format, bytes, &self.limits)?;
                let inner =
                    [".gz", ".zst", ".zstd"].iter().find_map(|end| source.strip_suffix(end));
                self.parts(inner.unwrap_or(source), &unpacked, depth + 1)
            }
            Format::Zip => {
                let members = packed::members(bytes, &self.limits)?;
                Ok(members.into_iter().flat_map(|member| self.member(member, depth)).collect())
            }
            _ => {
                let drafts = self.drafts(&format, bytes)?;
                Ok(drafts.into_iter().map(|draft| Part { member: None, draft }).collect())
            }
        }
    }

    /// The drafts of a file in an archive; what is wrong with it is its own error.
    fn member(&self, member: packed::Member, depth: usize) -> Vec<Part> {
        let name = member.name;
        let parts =
            member.bytes.and_then(|bytes| match bytes.iter().all(u8::is_ascii_whitespace) {
                true => Err(ArticleError::Empty),
                false => self.parts(&name, &bytes, depth + 1),
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
        let mut drafts = match format {
            Format::Html => vec![Ok(html::read(text))],
            Format::Text => vec![Ok(text::read_plain(text))],
            Format::Markdown => vec![Ok(text::read_markdown(text))],
            Format::Feed => feed::read(text)?,
            Format::Json => json::read(text, &self.fields)?,
            Format::JsonLines => json::read_lines(text, &self.fields),
            Format::Nitf => vec![nitf::read(text)],
            Format::NewsMlG2 => newsml::read_g2(text)?,
            Format::NewsMl => newsml::read_1(text)?,
            Format::Wire => wire::read(text),
            Format::Mail => vec![mail::read(bytes)],
            Format::Mailbox => mail::read_mailbox(bytes),
            Format::OtherXml { root } => {
                return Err(ArticleError::UnknownXml { root: root.clone() });
            }
            Format::Gzip | Format::Zstandard | Format::Zip => {
                return Err(ArticleError::Binary { kind: "a packed file" });
            }
        };
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

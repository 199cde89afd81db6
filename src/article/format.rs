//! A file's name and first bytes → its format.

use super::{mail, wire, xml};

/// The kinds of file that articles come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
    /// A web page.
    Html,
    /// RSS 2.0, RSS 1.0 or Atom.
    Feed,
    /// One object or an array of them: bulletin's own, ninjs, schema.org, JSON Feed, corpora.
    Json,
    /// One JSON object a line.
    JsonLines,
    /// News Industry Text Format (IPTC).
    Nitf,
    /// NewsML-G2: `newsItem`, or a message or package of them.
    NewsMlG2,
    /// NewsML 1.0 to 1.2.
    NewsMl,
    /// IPTC 7901 or ANPA 1312: text between header lines and a trailer.
    Wire,
    /// One message of RFC 5322.
    Mail,
    /// Many of them in one file.
    Mailbox,
    /// Packed with gzip.
    Gzip,
    /// Packed with Zstandard.
    Zstandard,
    /// A ZIP archive; office documents are some, too.
    Zip,
    /// XML with a root that is none of the above.
    OtherXml {
        /// The name of the root element.
        root: String,
    },
}

/// How many bytes are looked at.
const SNIFFED: usize = 16_384;

impl Format {
    /// What the content shows goes before what the name says: servers save pages as `.txt`.
    pub fn of(source: &str, bytes: &[u8]) -> Format {
        let packed: [(&[u8], Format); 3] = [
            (b"\x1F\x8B", Format::Gzip),
            (b"\x28\xB5\x2F\xFD", Format::Zstandard),
            (b"PK\x03\x04", Format::Zip),
        ];
        if let Some((_, format)) = packed.into_iter().find(|(magic, _)| bytes.starts_with(magic)) {
            return format;
        }
        let head = sniffable(bytes);
        let head = head.trim_start_matches('\u{feff}').trim_start();
        let ending = source.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        let ending = ending.as_deref().unwrap_or("");
        if let Some(format) = of_markup(head, ending) {
            return format;
        }
        if wire::is_wire(head) {
            return Format::Wire;
        }
        if mail::is_mailbox(head) {
            return Format::Mailbox;
        }
        if mail::is_message(head) {
            return Format::Mail;
        }
        let inner = head.strip_prefix(['{', '[']).map(str::trim_start);
        let json = inner.is_some_and(|inner| inner.starts_with(['"', '{', '}', ']']));
        match ending {
            "html" | "htm" | "xhtml" | "shtml" => Format::Html,
            "rss" | "atom" => Format::Feed,
            "jsonl" | "ndjson" => Format::JsonLines,
            "json" | "jsonld" | "ninjs" => Format::Json,
            "md" | "markdown" => Format::Markdown,
            _ if json && is_lines(head) => Format::JsonLines,
            _ if json => Format::Json,
            _ => Format::Text,
        }
    }

    /// Whether a file of this format may hold several articles.
    pub fn may_hold_many(&self) -> bool {
        !matches!(
            self,
            Format::Text | Format::Markdown | Format::Html | Format::Nitf | Format::Mail
        )
    }
}

/// Elements that fragments of HTML begin with.
const OF_HTML: [&str; 30] = [
    "head",
    "body",
    "article",
    "section",
    "main",
    "header",
    "footer",
    "nav",
    "aside",
    "div",
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "span",
    "a",
    "b",
    "i",
    "em",
    "strong",
    "ul",
    "ol",
    "table",
    "figure",
    "blockquote",
    "pre",
    "font",
    "center",
    "script",
];

/// The format of XML and HTML by the root element; `None` for what is no markup.
fn of_markup(head: &str, ending: &str) -> Option<Format> {
    if !head.starts_with('<') {
        return None;
    }
    let root = xml::root_name(head).unwrap_or("");
    let local = root.rsplit(':').next().unwrap_or(root).to_ascii_lowercase();
    match local.as_str() {
        "rss" | "feed" | "rdf" => return Some(Format::Feed),
        "nitf" => return Some(Format::Nitf),
        "newsitem" if root.ends_with("NewsItem") => return Some(Format::NewsMl),
        "newsmessage" | "newsitem" | "packageitem" | "conceptitem" | "knowledgeitem"
        | "planningitem" => return Some(Format::NewsMlG2),
        "newsml" => return Some(Format::NewsMl),
        "html" => return Some(Format::Html),
        _ => {}
    }
    let lowered = head.to_ascii_lowercase();
    let declared = head.starts_with("<?xml") || root.contains(':') || head.contains(" xmlns");
    let page = ["<!doctype html", "<html", "<head", "<body", "<p>", "<p ", "<div", "<article"];
    let closed = !root.is_empty() && head.contains(&format!("</{root}>"));
    let is_xml = declared || ending == "xml" || (closed && !OF_HTML.contains(&local.as_str()));
    if !root.is_empty()
        && is_xml
        && !lowered.contains("<html")
        && !lowered.contains("<!doctype html")
    {
        return Some(Format::OtherXml { root: root.to_string() });
    }
    if page.iter().any(|tag| lowered.contains(tag)) {
        return Some(Format::Html);
    }
    None
}

/// Whether the second line begins an object, too, as in JSON Lines under another name.
fn is_lines(head: &str) -> bool {
    let mut lines = head.lines().filter(|line| !line.trim().is_empty());
    let whole = |line: &str| line.starts_with('{') && line.trim_end().ends_with('}');
    lines.next().is_some_and(whole) && lines.next().is_some_and(|line| line.starts_with('{'))
}

/// The beginning in ASCII, whatever the encoding: markup is ASCII in all that matter.
fn sniffable(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(SNIFFED)];
    // NUL bytes go, so that UTF-16 markup shows too.
    let kept = head.iter().filter(|byte| **byte != 0 && byte.is_ascii());
    kept.map(|byte| *byte as char).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_goes_before_the_name() {
        let other = |root: &str| Format::OtherXml { root: root.to_string() };
        let cases: [(&str, &[u8], Format); 30] = [
            ("page.txt", b"\n<!DOCTYPE html><html>", Format::Html),
            ("feed", b"<?xml version=\"1.0\"?>\n<rss version=\"2.0\">", Format::Feed),
            ("news.xml", b"<?xml version=\"1.0\"?><feed xmlns=\"x\">", Format::Feed),
            ("news.xml", b"<a:feed xmlns:a=\"x\">", Format::Feed),
            ("x", b"<rdf:RDF xmlns=\"http://purl.org/rss/1.0/\">", Format::Feed),
            ("news.jsonl", b"{\"title\": 1}", Format::JsonLines),
            ("-", b"{\"title\": 1}", Format::Json),
            ("-", b"{\n  \"title\": 1\n}", Format::Json),
            ("-", b"[\n  {\n", Format::Json),
            ("-", b"{\"a\": 1}\n{\"a\": 2}\n", Format::JsonLines),
            ("story.md", b"# Title", Format::Markdown),
            ("story", b"Title\n\nText", Format::Text),
            ("story.txt", b"<3 is how fans sign", Format::Text),
            ("page.html", b"Just words", Format::Html),
            ("page.htm", b"<?xml version='1.0'?><!DOCTYPE html><html xmlns='x'>", Format::Html),
            ("part.html", b"<div xmlns:x='y'>text</div>", other("div")),
            ("a.xml", b"<!DOCTYPE nitf SYSTEM 'n.dtd'><nitf>", Format::Nitf),
            ("a.txt", b"<newsMessage xmlns='x'>", Format::NewsMlG2),
            ("a.xml", b"<NewsML>", Format::NewsMl),
            ("a.xml", b"<?xml version='1.0'?><RBNews>", other("RBNews")),
            ("a.svg", b"<svg xmlns='x'>", other("svg")),
            ("data", b"<results><a>1</a></results>", other("results")),
            ("a.txt", b"\x01eca0124 3 i 93  cna 1888\r\n\r\nVelmar/", Format::Wire),
            ("a", b"From: a@b.example\nSubject: News\nDate: x\n\nText", Format::Mail),
            (
                "a",
                b"From a@b Tue Mar  5 18:44:00 2024\nFrom: a@b\nSubject: x\n\nText",
                Format::Mailbox,
            ),
            ("a.txt", b"From: what we know\n\nSubject: to change", Format::Text),
            ("a.txt.gz", b"\x1f\x8b\x08\0", Format::Gzip),
            ("a", b"\x28\xb5\x2f\xfd", Format::Zstandard),
            ("a.docx", b"PK\x03\x04", Format::Zip),
            ("a.txt", b"[Velmar] The bridge", Format::Text),
        ];
        for (source, bytes, format) in cases {
            assert_eq!(
                Format::of(source, bytes),
                format,
                "{source} {:?}",
                String::from_utf8_lossy(bytes)
            );
        }
    }
}

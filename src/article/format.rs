//! A file's name and first bytes → its format.

/// The kinds of file that articles come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Text,
    Markdown,
    Html,
    /// RSS 2.0, RSS 1.0 or Atom.
    Feed,
    /// One object or an array of them: bulletin's own, ninjs, schema.org, JSON Feed, corpora.
    Json,
    JsonLines,
}

/// How many bytes are looked at.
const SNIFFED: usize = 4096;

impl Format {
    /// What the content shows goes before what the name says: servers save pages as `.txt`.
    pub fn of(source: &str, bytes: &[u8]) -> Format {
        let head = sniffable(bytes);
        let head = head.trim_start_matches('\u{feff}').trim_start();
        let ending = source.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        let ending = ending.as_deref().unwrap_or("");
        if head.starts_with('<') {
            if ["<rss", "<feed", "<rdf:rdf"].iter().any(|tag| head.contains(tag)) {
                return Format::Feed;
            }
            let markers =
                ["<!doctype html", "<html", "<head", "<body", "<p>", "<p ", "<div", "<article"];
            if markers.iter().any(|tag| head.contains(tag)) {
                return Format::Html;
            }
        }
        match ending {
            "html" | "htm" | "xhtml" | "shtml" => Format::Html,
            "rss" | "atom" => Format::Feed,
            "jsonl" | "ndjson" => Format::JsonLines,
            "json" | "jsonld" | "ninjs" => Format::Json,
            "md" | "markdown" => Format::Markdown,
            _ if head.starts_with("{\"") || head.starts_with("[{") => Format::Json,
            _ => Format::Text,
        }
    }
}

/// The beginning in lower-case ASCII, whatever the encoding: markup is ASCII in all that matter.
fn sniffable(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(SNIFFED)];
    // NUL bytes go, so that UTF-16 markup shows too.
    let kept = head.iter().filter(|byte| **byte != 0 && byte.is_ascii());
    kept.map(|byte| byte.to_ascii_lowercase() as char).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_goes_before_the_name() {
        let cases: [(&str, &[u8], Format); 9] = [
            ("page.txt", b"\n<!DOCTYPE html><html>", Format::Html),
            ("feed", b"<?xml version=\"1.0\"?>\n<rss version=\"2.0\">", Format::Feed),
            ("news.xml", b"<?xml version=\"1.0\"?><feed xmlns=\"x\">", Format::Feed),
            ("news.jsonl", b"{\"title\": 1}", Format::JsonLines),
            ("-", b"{\"title\": 1}", Format::Json),
            ("story.md", b"# Title", Format::Markdown),
            ("story", b"Title\n\nText", Format::Text),
            ("story.txt", b"<3 is how fans sign", Format::Text),
            ("page.html", b"Just words", Format::Html),
        ];
        for (source, bytes, format) in cases {
            assert_eq!(Format::of(source, bytes), format, "{source}");
        }
    }
}

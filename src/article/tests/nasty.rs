//! Files that are made to hurt: each gives its articles or an error that says why. Mutations of good
//! files of every format come from a fixed seed; `BULLETIN_MUTATIONS=1000000 cargo test --release
//! --lib nasty` makes more of them.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::article::{ArticleError, Reader};

const STORY: &str = "The council of Velmar voted on Monday to close the old bridge to lorries.";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file(name, SimpleFileOptions::default()).unwrap();
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap().into_inner()
}

/// A good file of every format.
fn good() -> Vec<Vec<u8>> {
    let texts = [
        format!("Bridge closes\n\n{STORY}\n\nБаш мэр, {STORY}"),
        format!("# Bridge\n\n> {STORY} [link](x) `code`\n\n```\nx\n```\n"),
        format!(
            "<!doctype html><html><head><script type='application/ld+json'>{{\"@type\": \
            \"NewsArticle\", \"articleBody\": \"{STORY}\"}}</script></head><body><article><h1>B</h1>\
            <p>{STORY}</p><table><tr><td>1<td>2</table><div class=comments>x</div></article></body>"
        ),
        format!(
            "<rss><channel><item><title>B</title><description>&lt;p&gt;{STORY}&lt;/p&gt;\
            </description><pubDate>Tue, 5 Mar 2024 10:00:00 GMT</pubDate></item></channel></rss>"
        ),
        format!(
            "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><content type='xhtml'>\
            <div><p>{STORY}</p></div></content></entry></feed>"
        ),
        format!(
            "<nitf><head><docdata><date.release norm='20240305T100000Z'/></docdata></head><body>\
            <body.content><p>{STORY}</p></body.content></body></nitf>"
        ),
        format!(
            "<newsItem guid='a' version='2'><itemMeta><pubStatus qcode='stat:usable'/></itemMeta>\
            <contentSet><inlineXML><html><body><p>{STORY}</p></body></html></inlineXML></contentSet></newsItem>"
        ),
        format!(
            "<NewsML><NewsItem><Identification><NewsIdentifier/></Identification><NewsComponent>\
            <ContentItem><DataContent><p>{STORY}</p></DataContent></ContentItem></NewsComponent></NewsItem></NewsML>"
        ),
        format!(
            "{{\"uri\": \"a\", \"headline\": \"B\", \"body_html\": \"<p>{STORY}</p>\", \"version\": 2}}"
        ),
        format!(
            "{{\"title\": \"B\", \"text\": \"{STORY}\"}}\n{{\"title\": \"C\", \"text\": \"{STORY}\"}}\n"
        ),
        format!(
            "\u{1}eca0124 3 i 93  cna 1888\r\n\r\nA/b/\r\nBridge closes =\r\n\r\n   {STORY}\r\n\r\n051015 GMT Mar 24\r\n"
        ),
        format!(
            "\u{16}\u{1}W1234\u{1f}u i \u{13}\u{11}\r\nbridge 03-05\r\n^Bridge closes^\r\n\u{2}\t{STORY}\r\n\u{3}"
        ),
        format!(
            "From: a@b.c\nSubject: =?utf-8?q?B=C3=BC?=\nMIME-Version: 1.0\nContent-Type: multipart/mixed; \
            boundary=b\n\n--b\nContent-Type: text/plain; charset=windows-1251\nContent-Transfer-Encoding: \
            quoted-printable\n\n{STORY} =CF=F0\n--b--\n"
        ),
        format!("From a@b Mon Jan  1 10:00:00 2024\nFrom: a@b.c\nSubject: x\n\n{STORY}\n"),
    ];
    let plain: Vec<Vec<u8>> = texts.into_iter().map(String::into_bytes).collect();
    let packed = [gzip(&plain[0]), zip("a.rss", &plain[3]), zip("b.gz", &gzip(&plain[1]))];
    let letters = String::from_utf8_lossy(&plain[0]).into_owned();
    let wide = letters.encode_utf16().flat_map(u16::to_le_bytes).collect();
    plain.into_iter().chain(packed).chain([wide]).collect()
}

/// Numbers of Marsaglia's xorshift64.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or(0) % bound.max(1)
    }
}

/// One change: a bit, the end cut off, a piece twice, a piece gone, or another file's piece.
fn mutate(bytes: &mut Vec<u8>, other: &[u8], numbers: &mut Numbers) {
    let place = numbers.below(bytes.len());
    let end = place + numbers.below((bytes.len() - place).min(40));
    match numbers.below(6) {
        0 => bytes.truncate(place),
        1 => drop(bytes.drain(place..end)),
        2 => {
            let piece = bytes[place..end].repeat(1 + numbers.below(9));
            drop(bytes.splice(place..place, piece));
        }
        3 => {
            let from = numbers.below(other.len());
            let piece = other[from..(from + 30).min(other.len())].to_vec();
            drop(bytes.splice(place..end, piece));
        }
        _ if bytes.is_empty() => {}
        _ => bytes[place] ^= 1 << numbers.below(8),
    }
}

#[test]
fn mutations_of_every_format_end() {
    let count = std::env::var("BULLETIN_MUTATIONS").ok().and_then(|count| count.parse().ok());
    let files = good();
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    for round in 0..count.unwrap_or(1_500) {
        let mut bytes = files[round % files.len()].clone();
        for _ in 0..1 + numbers.below(6) {
            let other = &files[numbers.below(files.len())];
            mutate(&mut bytes, other, &mut numbers);
        }
        let _ = Reader::default().read_many("-", &bytes);
    }
}

#[test]
fn good_files_are_read() {
    for bytes in good() {
        let entries = Reader::default().read_many("-", &bytes).unwrap();
        let found = entries.iter().filter_map(|entry| entry.article.as_ref().ok());
        let texts: Vec<String> = found.flat_map(|article| article.paragraphs.clone()).collect();
        assert!(texts.join(" ").contains("close the old bridge"), "{entries:?}");
    }
}

/// The error of a file, or of its only entry.
fn error_of(name: &str, bytes: &[u8]) -> String {
    let read = Reader::default().read(name, bytes);
    read.map_err(|error: ArticleError| error.to_string()).unwrap_err()
}

#[test]
fn sizes_of_nothing_are_told_at_once() {
    let mebibytes = 5 << 20;
    let blank = format!("Bridge closes\n\n{STORY}\n{}", "\n".repeat(3 << 20));
    assert_eq!(Reader::default().read("a.txt", blank.as_bytes()).unwrap().paragraphs, [STORY]);
    let parts = "--b\nContent-Type: text/plain\n\nx\n".repeat(1_000);
    let mail = "From: a@b.c\nSubject: x\nMIME-Version: 1.0\nContent-Type: ";
    let cases = [
        ("a.txt", "a".repeat(mebibytes), "--max-item"),
        ("a.html", format!("<html><p>{}", "a".repeat(mebibytes)), "--max-item"),
        ("a.html", format!("<html>{}", "<".repeat(mebibytes)), "more than 500000 elements"),
        ("a.html", format!("<html>{}", "<div>".repeat(100_000)), "more than 1000 deep"),
        ("a.eml", format!("{mail}text/plain\n\n{}", "\r\n".repeat(mebibytes)), "--max-item"),
        ("a.eml", format!("{mail}multipart/mixed; boundary=b\n\n{parts}"), "at most 500"),
        ("a.xml", "<nitf>".repeat(100_000), "more than 256 deep"),
        ("a.json", "[".repeat(mebibytes), "recursion limit"),
        ("a.json", format!("[{}{{}}]", "{},".repeat(4_100_000)), "200000 articles"),
    ];
    for (name, text, word) in cases {
        let error = error_of(name, text.as_bytes());
        assert!(error.contains(word), "{name}: {error}");
    }
    let laughs = format!(
        "<!DOCTYPE nitf [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><nitf><body>\
        <body.content><p>{STORY} &b;</p></body.content></body></nitf>"
    );
    let article = Reader::default().read("a.xml", laughs.as_bytes()).unwrap();
    assert!(article.paragraphs[0].ends_with("&b;"), "{article:?}");
}

#[test]
fn bombs_and_torn_archives_are_errors_of_their_own() {
    let bomb = gzip(&vec![b' '; 70 << 20]);
    assert!(error_of("a.gz", &bomb).contains("--max-unpacked"));
    let deep = gzip(&gzip(&gzip(&gzip(STORY.as_bytes()))));
    assert!(error_of("a.gz", &deep).contains("more than 3 times"));
    let torn = gzip(STORY.as_bytes());
    assert!(error_of("a.gz", &torn[..torn.len() / 2]).contains("gzip"));
    let inner = zip("a.txt", STORY.as_bytes());
    assert!(error_of("a.zip", &inner[..inner.len() / 2]).contains("ZIP"));
}

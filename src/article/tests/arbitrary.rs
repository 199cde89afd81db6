//! Arbitrary bytes behind the beginning of each format: every reader ends, and says what is wrong.

use proptest::prelude::*;

use crate::article::Reader;

const BEGINNINGS: [&str; 16] = [
    "",
    "<rss><channel><item><description>",
    "<feed xmlns='http://www.w3.org/2005/Atom'><entry><content type='xhtml'>",
    "<?xml version='1.0'?><nitf><body><body.content><p>",
    "<newsItem guid='a'><contentSet><inlineXML><html><body>",
    "<NewsML><NewsItem><NewsComponent><ContentItem><DataContent>",
    "<!DOCTYPE html><html><body><p>",
    "{\"title\": \"",
    "[{\"text\": \"",
    "{\"a\": 1}\n{\"b\": ",
    "\u{1}eca0124 3 i 93  cna 1888\r\n\r\nA/b/\r\n",
    "\u{16}\u{1}W1234\u{1f}x\r\n\u{2}^",
    "From: a@b.c\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n",
    "From a@b Mon Jan  1 10:00:00 2024\nFrom: a@b.c\nSubject: x\n\n",
    "# Title\n\n```\n",
    "KILL\n\nEMBARGOED UNTIL 1 ",
];

/// Pieces that readers look for, between bytes that they do not.
fn noise() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..24),
        "[<>&;/='\"!\\[\\]A-Za-zğışЖя0-9:. \n-]{0,24}".prop_map(String::into_bytes),
        prop::sample::select(vec![
            "<p>",
            "</p>",
            "<![CDATA[",
            "]]>",
            "<!--",
            "&#x110000;",
            "&amp",
            "--b\n",
            "=E2=80",
            "\u{2}",
            "\u{3}",
            "GMT Mar 24",
            "\"}\n",
            "\\ud800",
            "<item>",
            "</item>",
            "\r\n\r\n",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn readers_end(begin in prop::sample::select(BEGINNINGS.to_vec()), noise in noise()) {
        let bytes = [begin.as_bytes(), &noise].concat();
        let _ = Reader::default().read_many("file.xml", &bytes);
        let _ = Reader::default().read_many("-", &bytes);
    }

    #[test]
    fn packed_files_end(magic in prop::sample::select(vec![
        &b"\x1f\x8b\x08\0\0\0\0\0\0\x03"[..], b"\x28\xb5\x2f\xfd", b"PK\x03\x04\x14\0\0\0\x08\0",
    ]), noise in noise()) {
        let _ = Reader::default().read_many("file.gz", &[magic, &noise].concat());
    }
}

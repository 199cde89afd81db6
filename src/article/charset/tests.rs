use super::encodings::IBM437;
use super::*;

const RUSSIAN: &str = "Совет порта Заливный решил закрыть старый причал до 30 июня, сообщил мэр.";
const TURKISH: &str = "Körfez meclisi eski vapur iskelesini 30 Haziran'a kadar kapatmaya karar verdi, dedi başkan Işık.";
const ENGLISH: &str = "The council said it would close the “old” terminal – it’s from 1911…";

fn bytes_in(charset: Charset, text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for letter in text.chars() {
        charset.push_bytes(letter, &mut bytes).unwrap_or_else(|| panic!("{letter} in {charset:?}"));
    }
    bytes
}

fn upper(text: &str) -> String {
    crate::language::uppercase(
        text,
        if text == TURKISH {
            crate::language::Language::Turkish
        } else {
            crate::language::Language::Russian
        },
    )
}

#[test]
fn marks_are_obeyed() {
    let mut utf16 = vec![0xFF, 0xFE];
    utf16.extend("İzmir".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(decode_text(&utf16).unwrap().text, "İzmir");
    assert_eq!(decode_text("\u{feff}Москва".as_bytes()).unwrap().text, "Москва");
}

#[test]
fn every_encoding_is_found() {
    let cases = [
        (RUSSIAN, &[WINDOWS_1251, KOI8_R, IBM866, ISO_8859_5, MAC_CYRILLIC, IBM855][..]),
        (TURKISH, &[WINDOWS_1254, MAC_TURKISH, IBM857, ISO_8859_3][..]),
        (ENGLISH, &[WINDOWS_1252, MACINTOSH][..]),
    ];
    for (text, encodings) in cases {
        for text in [text.to_string(), upper(text)] {
            for encoding in encodings {
                let bytes = bytes_in(*encoding, &text);
                let found = decode_text(&bytes).unwrap();
                assert_eq!(found.text, text, "{}", encoding.name());
                assert!(found.notes[0].contains("read as"), "{:?}", found.notes);
                // A wrong declaration changes nothing.
                for wrong in ["utf-8", "iso-8859-1", "windows-1251", "koi8-r", "windows-1254"] {
                    let mut page = format!("<meta charset={wrong}><p>").into_bytes();
                    page.extend_from_slice(&bytes);
                    let found = decode_page(&page).unwrap();
                    assert!(
                        found.text.ends_with(&text),
                        "{} as {wrong}: {}",
                        encoding.name(),
                        found.text
                    );
                }
            }
            for little in [true, false] {
                let units = text.encode_utf16();
                let bytes: Vec<u8> = if little {
                    units.flat_map(u16::to_le_bytes).collect()
                } else {
                    units.flat_map(u16::to_be_bytes).collect()
                };
                assert_eq!(decode_text(&bytes).unwrap().text, text);
            }
        }
    }
}

#[test]
fn utf_7_is_read() {
    let text = "Ba+AV8-bakan I+AV8A3wBr yeni karar+ATE a+AOcA3Q-klad+ATE: 3 +- 4";
    let expected = "Başbakan Işßk yeni kararı açÝkladı: 3 + 4";
    assert_eq!(utf7::decode(text).map(|it| it.text), None, "{expected}: letters that are unlikely");
    let text = "Ba+AV8-bakan I+AV8BMQ-k yeni karar+ATE- a+AOcBMQ-klad+ATE-: 3 +- 4";
    assert_eq!(
        decode_text(text.as_bytes()).unwrap().text,
        "Başbakan Işık yeni kararı açıkladı: 3 + 4"
    );
    for sound in ["C++ and 18+ or +7 495 123-45-67", "He wrote a+b-c.", "+Good- +Evening-"] {
        assert_eq!(utf7::decode(sound), None, "{sound}");
    }
}

#[test]
fn misspelt_labels_are_understood() {
    for (label, encoding) in [
        ("cp-1251", WINDOWS_1251),
        ("win1251", WINDOWS_1251),
        ("windows_1254", WINDOWS_1254),
        ("koi8r", KOI8_R),
        ("ISO-8859-9", WINDOWS_1254),
        ("Latin-5", WINDOWS_1254),
        ("UTF8", UTF_8),
        ("ibm857", IBM857),
        ("x-mac-turkish", MAC_TURKISH),
    ] {
        assert_eq!(declared::named(label), Some(encoding), "{label}");
    }
    assert_eq!(declared::named("none"), None);
}

#[test]
fn misread_text_is_put_right_and_noted() {
    for text in [RUSSIAN, TURKISH, ENGLISH] {
        for read in [WINDOWS_1252, WINDOWS_1251, WINDOWS_1254, KOI8_R, IBM866, MACINTOSH, IBM437] {
            let misread = read.decode(text.as_bytes());
            let found = repair(&misread);
            assert_eq!(found.text, text, "UTF-8 read as {}: {misread}", read.name());
            assert_eq!(found.notes.len(), 1);
            let twice = WINDOWS_1252.decode(misread.as_bytes());
            assert_eq!(repair(&twice).text, text, "twice: {twice}");
        }
    }
    for (text, was, read) in [
        (TURKISH, WINDOWS_1254, WINDOWS_1252),
        (RUSSIAN, WINDOWS_1251, WINDOWS_1252),
        (RUSSIAN, WINDOWS_1251, KOI8_R),
        (RUSSIAN, KOI8_R, WINDOWS_1251),
        (RUSSIAN, IBM866, WINDOWS_1251),
        (RUSSIAN, MAC_CYRILLIC, MACINTOSH),
        (TURKISH, MAC_TURKISH, WINDOWS_1254),
        (TURKISH, MAC_TURKISH, MACINTOSH),
        (TURKISH, IBM857, WINDOWS_1252),
        (TURKISH, WINDOWS_1254, MACINTOSH),
    ] {
        let misread = read.decode(&bytes_in(was, text));
        assert_eq!(repair(&misread).text, text, "{misread}");
    }
    let latin1 = ENGLISH.replace('“', "\u{93}").replace('”', "\u{94}").replace('…', "\u{85}");
    assert_eq!(repair(&latin1).text, ENGLISH);
    // One spoilt paragraph of a page.
    let spoilt = WINDOWS_1252.decode(TURKISH.as_bytes());
    let page = format!("<p>{TURKISH}</p><p>{spoilt}</p>");
    assert_eq!(repair(&page).text, format!("<p>{TURKISH}</p><p>{TURKISH}</p>"));
}

#[test]
fn sound_text_stays_as_it_is() {
    for text in [
        RUSSIAN,
        TURKISH,
        ENGLISH,
        "Guðmundur Þórsson scored for Iceland; the café in São Paulo was naïve about Łódź.",
        "13 авг. 2024 г., 19:13",
        "г. Ржев, ул. Щорса",
        "«Да», — сказал он. “Нет” – №5, §3, 20°, ½, ©, ™",
        "Президент України та прем'єр-міністр зустрілися в Києві.",
        "Hükûmet kâğıt üzerinde anlaştı; lâkin Rüşdü Bey'in hâlâ şüphesi var.",
    ] {
        assert_eq!(repair(text), Decoded { text: text.to_string(), notes: Vec::new() });
        assert_eq!(damage(text).filter(|_| !text.contains('ð')), None, "{text}");
    }
}

#[test]
fn what_cannot_be_put_right_is_seen() {
    let lost = TURKISH.replace(['ı', 'ş', 'ö', 'ğ', 'I'], "?");
    assert!(damage(&format!("{lost} ba?ka g?n i?in")).is_some());
    assert_eq!(damage("Why? Nobody knows? See a?b=c"), None);
    assert!(matches!(damage("kapatýyor baþkan yarýn"), Some(Damage::Most { .. })));
}

#[test]
fn binary_files_are_named() {
    let pdf = decode_text(b"%PDF-1.7 ...").unwrap_err();
    assert_eq!(pdf, ArticleError::Binary { kind: "PDF" });
    let full = [b"a\0b\0\0\0".as_slice(), &[0xFF; 20]].concat().repeat(5);
    assert!(matches!(decode_page(&full), Err(ArticleError::Binary { .. })));
    assert!(matches!(decode_page(&[0; 64]), Err(ArticleError::Binary { .. })));
}

#[test]
fn stray_nul_bytes_are_no_reason_to_refuse() {
    let text = format!("{ENGLISH}\0\0\0{}", "\0".repeat(500));
    assert!(decode_text(text.as_bytes()).unwrap().text.starts_with(ENGLISH));
}

#[test]
fn text_in_no_certain_encoding_is_refused() {
    let error = decode_text(b"caf\xe9 \xff\xfe\x81 \x8d\x90").unwrap_err();
    assert!(matches!(error, ArticleError::NotUtf8 { offset: 3, .. }), "{error:?}");
}

//! Encodings: those of the encoding standard, and those of DOS and of the Macintosh that the
//! standard leaves out.

use encoding_rs::Encoding;

/// How bytes are read as characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::article) enum Charset {
    /// One of the encoding standard.
    Standard(&'static Encoding),
    /// One of the others.
    Page(&'static CodePage),
}

/// An 8-bit encoding.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::article) struct CodePage {
    /// As `iconv` calls it.
    name: &'static str,
    /// The characters of the bytes 0x80 to 0xFF; U+FFFD where there is none.
    upper: &'static str,
}

pub(super) const UTF_8: Charset = Charset::Standard(&encoding_rs::UTF_8_INIT);
pub(super) const WINDOWS_1251: Charset = Charset::Standard(&encoding_rs::WINDOWS_1251_INIT);
pub(super) const WINDOWS_1252: Charset = Charset::Standard(&encoding_rs::WINDOWS_1252_INIT);
/// It includes ISO-8859-9, which the standard reads as this.
pub(super) const WINDOWS_1254: Charset = Charset::Standard(&encoding_rs::WINDOWS_1254_INIT);
pub(super) const KOI8_R: Charset = Charset::Standard(&encoding_rs::KOI8_R_INIT);
pub(super) const IBM866: Charset = Charset::Standard(&encoding_rs::IBM866_INIT);
pub(super) const ISO_8859_3: Charset = Charset::Standard(&encoding_rs::ISO_8859_3_INIT);
pub(super) const ISO_8859_5: Charset = Charset::Standard(&encoding_rs::ISO_8859_5_INIT);
pub(super) const MAC_CYRILLIC: Charset = Charset::Standard(&encoding_rs::X_MAC_CYRILLIC_INIT);
pub(super) const MACINTOSH: Charset = Charset::Standard(&encoding_rs::MACINTOSH_INIT);
pub(super) const GB18030: Charset = Charset::Standard(&encoding_rs::GB18030_INIT);
pub(super) const BIG5: Charset = Charset::Standard(&encoding_rs::BIG5_INIT);
pub(super) const SHIFT_JIS: Charset = Charset::Standard(&encoding_rs::SHIFT_JIS_INIT);
pub(super) const EUC_JP: Charset = Charset::Standard(&encoding_rs::EUC_JP_INIT);
pub(super) const EUC_KR: Charset = Charset::Standard(&encoding_rs::EUC_KR_INIT);
pub(super) const IBM437: Charset = Charset::Page(&IBM437_PAGE);
pub(super) const IBM850: Charset = Charset::Page(&IBM850_PAGE);
pub(super) const IBM855: Charset = Charset::Page(&IBM855_PAGE);
pub(super) const IBM857: Charset = Charset::Page(&IBM857_PAGE);
pub(super) const MAC_TURKISH: Charset = Charset::Page(&MAC_TURKISH_PAGE);

impl Charset {
    /// As people and `iconv` call it.
    pub fn name(self) -> &'static str {
        match self {
            Charset::Standard(_) if self == MAC_CYRILLIC => "MAC-CYRILLIC",
            Charset::Standard(encoding) => encoding.name(),
            Charset::Page(page) => page.name,
        }
    }

    /// Whether bytes up to 0x7F mean other characters behind an escape sequence.
    pub fn is_stateful(self) -> bool {
        let wide = [encoding_rs::UTF_16BE, encoding_rs::UTF_16LE];
        matches!(self, Charset::Standard(encoding)
            if !encoding.is_ascii_compatible() && !wide.contains(&encoding))
    }

    /// What the bytes say, with U+FFFD for those that say nothing.
    pub fn decode(self, bytes: &[u8]) -> String {
        match self {
            Charset::Standard(encoding) => {
                encoding.decode_without_bom_handling(bytes).0.into_owned()
            }
            Charset::Page(page) => {
                let upper: Vec<char> = page.upper.chars().collect();
                let letter = |byte: &u8| match byte.checked_sub(0x80) {
                    Some(place) => upper[usize::from(place)],
                    None => char::from(*byte),
                };
                bytes.iter().map(letter).collect()
            }
        }
    }

    /// Appends the bytes of a character; `None` where the encoding has none for it.
    pub fn push_bytes(self, character: char, bytes: &mut Vec<u8>) -> Option<()> {
        match self {
            Charset::Standard(encoding) => {
                let mut letter = [0; 4];
                let (encoded, _, lost) = encoding.encode(character.encode_utf8(&mut letter));
                (!lost).then(|| bytes.extend_from_slice(&encoded))
            }
            Charset::Page(_) if character.is_ascii() => {
                bytes.push(character as u8);
                Some(())
            }
            Charset::Page(page) => {
                let place = page.upper.chars().position(|known| known == character)?;
                bytes.push(u8::try_from(0x80 + place).ok()?);
                Some(())
            }
        }
    }
}

static IBM437_PAGE: CodePage = CodePage {
    name: "IBM437",
    upper: "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒ\
        áíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
        └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
        αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}",
};
static IBM850_PAGE: CodePage = CodePage {
    name: "IBM850",
    upper: "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ\
        áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
        └┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀\
        ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{AD}±‗¾¶§÷¸°¨·¹³²■\u{A0}",
};
static IBM855_PAGE: CodePage = CodePage {
    name: "IBM855",
    upper: "ђЂѓЃёЁєЄѕЅіІїЇјЈљЉњЊћЋќЌўЎџЏюЮъЪ\
        аАбБцЦдДеЕфФгГ«»░▒▓│┤хХиИ╣║╗╝йЙ┐\
        └┴┬├─┼кК╚╔╩╦╠═╬¤лЛмМнНоОп┘┌█▄Пя▀\
        ЯрРсСтТуУжЖвВьЬ№\u{AD}ыЫзЗшШэЭщЩчЧ§■\u{A0}",
};
static IBM857_PAGE: CodePage = CodePage {
    name: "IBM857",
    upper: "ÇüéâäàåçêëèïîıÄÅÉæÆôöòûùİÖÜø£ØŞş\
        áíóúñÑĞğ¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
        └┴┬├─┼ãÃ╚╔╩╦╠═╬¤ºªÊËÈ\u{FFFD}ÍÎÏ┘┌█▄¦Ì▀\
        ÓßÔÒõÕµ\u{FFFD}×ÚÛÙìÿ¯´\u{AD}±\u{FFFD}¾¶§÷¸°¨·¹³²■\u{A0}",
};
static MAC_TURKISH_PAGE: CodePage = CodePage {
    name: "MacTurkish",
    upper: "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü\
        †°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø\
        ¿¡¬√ƒ≈∆«»…\u{A0}ÀÃÕŒœ–—“”‘’÷◊ÿŸĞğİıŞş\
        ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u{F8FF}ÒÚÛÙ\u{FFFD}ˆ˜¯˘˙˚¸˝˛ˇ",
};

//! A sentence and its translation → what had to stay letter for letter, mended where it can be:
//! web and e-mail addresses, @handles, hashtags, tickers. Pure.

use std::ops::Range;

use super::check::Pair;
use crate::document::{Check, Finding, Severity};

/// What has to be in the translation as it is in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Url,
    Email,
    Handle,
    Hashtag,
    /// A cashtag (`$AAPL`) or an exchange with a symbol (`NASDAQ:AAPL`).
    Ticker,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Url => "web address",
            Kind::Email => "e-mail address",
            Kind::Handle => "handle",
            Kind::Hashtag => "hashtag",
            Kind::Ticker => "ticker",
        }
    }
}

/// Something of a text that is kept letter for letter; `range` counts bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept<'a> {
    pub kind: Kind,
    pub text: &'a str,
    pub range: Range<usize>,
}

/// Everything in `text` that has to survive, in order.
pub fn kept(text: &str) -> Vec<Kept<'_>> {
    let mut found = Vec::new();
    let mut place = 0;
    for word in text.split(|letter: char| letter.is_whitespace() || "()[]<>«»“”\"".contains(letter))
    {
        let start = place;
        place += word.len();
        place += text[place..].chars().next().map_or(0, char::len_utf8);
        let inner = word.trim_start_matches(['\'', '‘', '.', ',', ';', '—', '–']);
        let start = start + word.len() - inner.len();
        let bare = inner.trim_end_matches(['.', ',', ';', ':', '!', '?', '…', '\'', '’', '—', '–']);
        let Some((kind, length)) = kind_of(bare) else { continue };
        found.push(Kept { kind, text: &bare[..length], range: start..start + length });
    }
    found
}

/// What a word is, and how many of its bytes belong to that: endings behind an apostrophe do not.
fn kind_of(word: &str) -> Option<(Kind, usize)> {
    let stem = word.find(['\'', '’']).unwrap_or(word.len());
    let lower = word.to_lowercase();
    if lower.starts_with("http://") || lower.starts_with("https://") || lower.starts_with("www.") {
        return Some((Kind::Url, stem));
    }
    if let Some(tag) = word[..stem].strip_prefix('#') {
        let long =
            tag.chars().take_while(|letter| is_tag(*letter)).map(char::len_utf8).sum::<usize>();
        let has_letter = tag[..long].chars().any(char::is_alphabetic);
        return has_letter.then_some((Kind::Hashtag, 1 + long));
    }
    if let Some(handle) = word[..stem].strip_prefix('@') {
        let long = handle.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        let long = long.count();
        return (long >= 2).then_some((Kind::Handle, 1 + long));
    }
    if is_email(&word[..stem]) {
        return Some((Kind::Email, stem));
    }
    let symbol = |text: &str| {
        (1..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase())
    };
    let ticker = match (word[..stem].strip_prefix('$'), word[..stem].split_once(':')) {
        (Some(tag), _) => symbol(tag),
        (None, Some((exchange, tag))) => {
            symbol(tag) && ["NASDAQ", "NYSE", "LSE", "MOEX", "BIST"].contains(&exchange)
        }
        (None, None) => false,
    };
    if ticker {
        return Some((Kind::Ticker, stem));
    }
    is_domain(&word[..stem]).then_some((Kind::Url, stem))
}

fn is_tag(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn is_email(word: &str) -> bool {
    let Some((name, domain)) = word.split_once('@') else { return false };
    let label = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-+".contains(&byte))
    };
    label(name) && label(domain) && domain.contains('.') && !domain.ends_with('.')
}

/// Top-level domains after which a word with a dot is an address even without `www.`.
const DOMAINS: [&str; 10] = ["com", "org", "net", "gov", "edu", "info", "tr", "ru", "uk", "eu"];

/// `example.com`, `example.gov.tr/page`. Only small letters: "end.Com" is a missing space.
fn is_domain(word: &str) -> bool {
    let host = word.split('/').next().unwrap_or_default();
    let mut labels: Vec<&str> = host.split('.').collect();
    let Some(last) = labels.pop() else { return false };
    DOMAINS.contains(&last)
        && !labels.is_empty()
        && labels.iter().all(|label| {
            !label.is_empty()
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && label.bytes().any(|b| b.is_ascii_alphabetic())
        })
}

/// The translation with a damaged address, handle or tag as the source has it, where it is clear
/// which one it was: one of its kind is missing, and one is there that the source has not.
pub fn mend(pair: Pair) -> String {
    let (source, target) = (kept(pair.source), kept(pair.target));
    let mut mended = pair.target.to_string();
    for kind in [Kind::Url, Kind::Email, Kind::Handle, Kind::Hashtag, Kind::Ticker] {
        let without = |own: &[Kept], other: &[Kept]| -> Vec<(String, Range<usize>)> {
            let own = own.iter().filter(|one| one.kind == kind);
            let own = own.filter(|one| !other.iter().any(|there| there.text == one.text));
            own.map(|one| (one.text.to_string(), one.range.clone())).collect()
        };
        let (lost, strange) = (without(&source, &target), without(&target, &source));
        if let ([(lost, _)], [(strange, _)]) = (&lost[..], &strange[..]) {
            mended = mended.replacen(strange.as_str(), lost, 1);
        }
    }
    mended
}

/// A finding for each thing that had to survive and did not.
pub fn check(pair: Pair) -> Vec<Finding> {
    let lost = kept(pair.source).into_iter().filter(|one| !pair.target.contains(one.text));
    lost.map(|one| {
        let message = format!("the {} {} of the source is missing", one.kind.name(), one.text);
        Finding::new(Check::Addresses, Severity::Error, message)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language::{English, Turkish};

    fn texts(text: &str) -> Vec<&str> {
        kept(text).into_iter().map(|one| one.text).collect()
    }

    #[test]
    fn what_must_survive_is_found_without_what_stands_around_it() {
        let cases: [(&str, &[&str]); 9] = [
            (
                "See https://example.org/a?b=c, and www.example.com.",
                &["https://example.org/a?b=c", "www.example.com"],
            ),
            ("Write to news@example.com!", &["news@example.com"]),
            ("@ajans_haber'e göre #deprem2023'te", &["@ajans_haber", "#deprem2023"]),
            ("«#погода» и (@desk)", &["#погода", "@desk"]),
            ("Shares ($AAPL, NASDAQ:MSFT) rose.", &["$AAPL", "NASDAQ:MSFT"]),
            ("The site meteo.gov.tr/harita'da", &["meteo.gov.tr/harita"]),
            ("He paid $5 at 10:30, no. #1", &[]),
            ("It ended.Then it began. e.g. this", &[]),
            ("a@b and @ home", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(texts(text), expected, "{text}");
            for one in kept(text) {
                assert_eq!(&text[one.range.clone()], one.text);
            }
        }
    }

    #[test]
    fn what_is_damaged_is_mended_and_what_is_gone_is_found() {
        let pair = |target| Pair {
            source: "Details: https://example.org/flood_map and @desk.",
            target,
            from: English,
            to: Turkish,
        };
        let damaged = pair("Ayrıntılar: https://example.org/flod_map ve @desk.");
        let mended = mend(damaged);
        assert_eq!(mended, "Ayrıntılar: https://example.org/flood_map ve @desk.");
        assert_eq!(check(pair(&mended)), Vec::new());
        let findings = check(pair("Ayrıntılar burada."));
        assert_eq!(findings.len(), 2);
        assert_eq!(
            findings[0].message,
            "the web address https://example.org/flood_map of the source is missing"
        );
    }

    /// Every address of real texts, and nothing beside it.
    #[test]
    fn addresses_of_real_texts_are_found() {
        let table = include_str!("../../tests/articles/addresses.tsv");
        let (mut all, mut right) = (0, 0);
        for line in table.lines().filter(|line| !line.starts_with("# ")) {
            let (words, expected) = line.split_once('\t').unwrap();
            all += 1;
            if texts(words).contains(&expected) {
                right += 1;
            } else {
                println!("{words}: {expected} was expected, found {:?}", texts(words));
            }
        }
        println!("{right} of {all}");
        assert!(all >= 180 && right == all, "{right} of {all}");
    }
}

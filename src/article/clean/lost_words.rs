//! A paragraph → the places where a scraper seems to have lost words, mostly linked names.

use std::sync::LazyLock;

use regex::Regex;

use crate::language::Language;

/// Signs of a lost word, as patterns whose match shows the place.
fn patterns(language: Language) -> &'static [&'static str] {
    match language {
        Language::English => &[
            // A possessive without its noun: "'s President", "near 's border".
            r"(?:^|[.,;:(“«] |\b(?:near|in|of|from|to|by|with|at|on|for|and|the|a|an|as) )['’]s\b(?: \w+)?",
            // An article or preposition without its noun: "by the and its allies".
            r"\b\w+ (?:the|a|an) (?:and|or|of|by|in|to|with|from|has|have|was|were|will)\b(?: \w+)?",
            r"\b(?:of|near|from) (?:and|or|has|have|was|were|will)\b(?: \w+)?",
            // A preposition before a participle: "a region of battered by".
            r"\b\w+ (?:of|in|near|from) \w{3,}ed by\b(?: \w+)?",
            r"\w+ (?:the|a|an) ?[.,;](?: |$)",
            r"\w+ (?:of|in|near|from|to|and|the|northern|southern|eastern|western) ,",
        ],
        Language::Turkish => &[
            // A case ending without its name: " 'nın lideri".
            r"(?:^|\s)['’](?:n?[ıiuü]n|y?[ıiuüaeae]|[dt][ae]n?|y?l[ae]|n[ae]|nd[ae]n?)\s\w+",
        ],
        Language::Russian => &[
            // A preposition without its noun.
            r"(?:^|\s)(?:в|во|на|из|от|до|для|при|около|под|между) ?[,;](?: \w+)?",
            r"(?:^|\s)(?:в|во|из|от|для|при|около|между) (?:и|или|был|была|были)\s",
            r"(?:^|\s)(?:в|во|на|из|от|до|для|при) \.(?: |$)",
        ],
    }
}

/// The signs of one language, ready to be looked for.
pub(super) struct Signs(Vec<Regex>);

/// Made once: compiling patterns took a third of the time of a batch of small articles.
static SIGNS: [LazyLock<Signs>; 3] = [
    LazyLock::new(|| Signs::compiled(Language::English)),
    LazyLock::new(|| Signs::compiled(Language::Turkish)),
    LazyLock::new(|| Signs::compiled(Language::Russian)),
];

impl Signs {
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &SIGNS[0],
            Language::Turkish => &SIGNS[1],
            Language::Russian => &SIGNS[2],
        }
    }

    fn compiled(language: Language) -> Self {
        let compiled = |pattern: &&str| Regex::new(pattern).expect("a test compiles every pattern");
        Signs(patterns(language).iter().map(compiled).collect())
    }

    /// The places in a text, each with a few words around it.
    pub fn find(&self, text: &str) -> Vec<String> {
        let found = self.0.iter().flat_map(|sign| sign.find_iter(text));
        let mut places: Vec<(usize, usize)> =
            found.map(|found| (found.start(), found.end())).collect();
        places.extend(orphan_stops(text));
        places.sort_unstable();
        places.dedup_by(|next, kept| next.0 < kept.1 + 12);
        places.into_iter().map(|(start, end)| around(text, start, end)).collect()
    }
}

/// Spaces before a full stop, when they are the exception: tokenised text has them all over.
fn orphan_stops(text: &str) -> Vec<(usize, usize)> {
    let spaced: Vec<usize> = text
        .match_indices(" .")
        .map(|(place, _)| place)
        .filter(|place| text[place + 2..].chars().next().is_none_or(char::is_whitespace))
        // Behind a bracket or quote no name can have stood.
        .filter(|place| text[..*place].ends_with(char::is_alphanumeric))
        .collect();
    let all = text.matches('.').count();
    if spaced.len() > 1 && spaced.len() * 2 > all {
        return Vec::new();
    }
    spaced.into_iter().map(|place| (place, place + 2)).collect()
}

/// The match with two words before and one after.
fn around(text: &str, start: usize, end: usize) -> String {
    let before: Vec<&str> = text[..start].split_whitespace().rev().take(2).collect();
    let after = text[end..].split_whitespace().next();
    let mut words: Vec<&str> = before.into_iter().rev().collect();
    let place = text[start..end].trim();
    words.push(place);
    let joined = words.join(" ");
    let glued = text[end..].starts_with(|next: char| !next.is_whitespace());
    match after {
        Some(after) if glued => format!("{joined}{after}"),
        Some(after) => format!("{joined} {after}"),
        None => joined,
    }
}

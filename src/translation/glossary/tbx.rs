//! TBX (ISO 30042, TermBase eXchange), as much of it as terms in three languages need → entries.

use anyhow::{Result, bail};

use super::Entry;
use crate::language::Language;

/// Entries of a TBX file: version 2 (`termEntry`, `langSet`, `tig`) and 3 (`conceptEntry`,
/// `langSec`, `termSec`). Languages that bulletin does not know are passed over.
///
/// # Errors
/// A tag that is not closed, or a term outside a language; the message names the line.
pub(super) fn entries(text: &str, file: &str) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    let (mut entry, mut language): (Option<Entry>, Option<Option<Language>>) = (None, None);
    let mut place = 0;
    while let Some(start) = text[place..].find('<').map(|at| at + place) {
        let line = || 1 + text[..start].matches('\n').count();
        let end = if text[start..].starts_with("<!--") { "-->" } else { ">" };
        let Some(length) = text[start..].find(end) else {
            bail!("{file}, line {}: a tag is not closed", line());
        };
        let tag = &text[start + 1..start + length];
        place = start + length + end.len();
        match tag.split([' ', '\t', '\n', '\r']).next().unwrap_or_default() {
            "termEntry" | "conceptEntry" => entry = Some(Entry::new()),
            "/termEntry" | "/conceptEntry" => {
                let Some(whole) = entry.take() else {
                    bail!("{file}, line {}: an entry ends that did not begin", line());
                };
                if language.is_some() {
                    bail!("{file}, line {}: the entry's last language is not closed", line());
                }
                if whole.len() >= 2 {
                    entries.push(whole);
                }
            }
            "langSet" | "langSec" => {
                if language.is_some() {
                    bail!("{file}, line {}: the language before is not closed", line());
                }
                language = Some(language_of(tag));
            }
            "/langSet" | "/langSec" => language = None,
            "term" => {
                let Some(length) = text[place..].find("</term>") else {
                    bail!("{file}, line {}: <term> without </term>", line());
                };
                let term = plain(&text[place..place + length]);
                place += length;
                let (Some(entry), Some(language)) = (entry.as_mut(), language) else {
                    bail!("{file}, line {}: <term> stands outside a language", line());
                };
                if term.is_empty() {
                    bail!("{file}, line {}: <term> is empty", line());
                }
                if let Some(language) = language {
                    entry.entry(language).or_default().push(term);
                }
            }
            _ => {}
        }
    }
    if entry.is_some() {
        bail!("{file}, line {}: the last entry is not closed", 1 + text.matches('\n').count());
    }
    Ok(entries)
}

/// The language of `xml:lang="en-GB"`; none where bulletin does not know it.
fn language_of(tag: &str) -> Option<Language> {
    let after = tag.split_once("lang=")?.1;
    let quote = after.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let code = after[1..].split(quote).next()?;
    code.split(['-', '_']).next()?.parse().ok()
}

/// Text without tags and with character references resolved.
fn plain(inner: &str) -> String {
    let mut text = String::new();
    let mut rest = inner;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        rest = after.split_once('>').map_or("", |(_, behind)| behind);
    }
    text.push_str(rest);
    for (reference, letter) in
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
    {
        text = text.replace(reference, letter);
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

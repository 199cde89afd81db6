//! A text and its sentences → the languages that they are in, where these are certain.

use anyhow::{Result, bail};

use super::{Newsroom, TextOptions};
use crate::language::{Detected, Language, detect};
use crate::translation::layout::Layout;

/// A sentence of so many words whose language is so sure is taken to be in it, whatever the text is.
const WORDS_OF_OWN_LANGUAGE: usize = 5;
const CONFIDENCE_OF_OWN_LANGUAGE: f64 = 0.8;

/// The language that was given, else the one that most of the text is in.
pub(super) fn of_text(text: &str, shown: &str, options: &TextOptions) -> Result<Language> {
    if let Some(language) = options.from {
        return Ok(language);
    }
    match detect(text).language {
        Detected::Known(language) => Ok(language),
        Detected::Other(name) => bail!(
            "{shown} is in {name}; bulletin translates English, Turkish and Russian (--from overrides)"
        ),
        Detected::Undetermined => {
            bail!("the language of {shown} cannot be told; give it with --from")
        }
    }
}

/// The language of a sentence of a text in `text`. One in a third language has its own where that
/// is certain and there is a way from it; what is in the target language already is left to the
/// legs, which keep it. A language that was given speaks for all sentences.
pub(super) fn of_sentence(
    sentence: &str,
    text: Language,
    options: &TextOptions,
    newsroom: &Newsroom,
) -> Language {
    if options.from.is_some() {
        return text;
    }
    let detection = detect(sentence);
    let certain = detection.confidence >= CONFIDENCE_OF_OWN_LANGUAGE
        && sentence.split_whitespace().count() >= WORDS_OF_OWN_LANGUAGE;
    let known = detection.known().filter(|language| certain && *language != options.to);
    known.filter(|language| newsroom.route(*language, options.to).is_ok()).unwrap_or(text)
}

/// The languages other than the target's in a text that is in the target language as a whole, with
/// the number of their sentences, most sentences first.
pub(super) fn foreign(
    text: &str,
    options: &TextOptions,
    newsroom: &Newsroom,
) -> Vec<(Language, usize)> {
    let mut counts: Vec<(Language, usize)> = Language::ALL.map(|language| (language, 0)).to_vec();
    for line in text.split_inclusive('\n') {
        for sentence in Layout::of(line, options.to, options.cut).sentences() {
            let language = of_sentence(sentence, options.to, options, newsroom);
            let own =
                counts.iter_mut().find(|(known, _)| *known == language && known != &options.to);
            own.into_iter().for_each(|(_, count)| *count += 1);
        }
    }
    counts.retain(|(_, count)| *count > 0);
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

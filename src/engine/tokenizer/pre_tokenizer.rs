//! Text → the words within which byte-pair merges may happen, after `tokenizer.ggml.pre`.
//!
//! Each rule is a list of patterns: one splits the text, the next splits every stretch that the
//! one before left, matched or not. The patterns are those the models were trained with (published
//! in their `tokenizer.json`), less the look-ahead `\s+(?!\S)`, which is done by hand so that a
//! linear-time matcher can be used: white space before a word keeps its last character for it.

use std::ops::Range;

use anyhow::{Context, Result, bail};
use regex::Regex;

/// GPT-2's words.
const GPT2: &str = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+";
/// Llama 3's: the contractions in either case, digits in groups of three.
const LLAMA3: &str = r"'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+";
/// As Llama 3's, but each digit stands alone.
const QWEN2: &str = r"'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+";
/// As Qwen 2's, but combining marks belong to words.
const QWEN35: &str = r"'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+";
/// DeepSeek 3's, which Hunyuan's dense models share.
const DEEPSEEK3: &str = r##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+"##;
/// The first of four patterns for files that name none.
const PUNCTUATION: &str = r"[\p{P}\$\+<=>\^~\|]+";
const DIGITS: &str = r"\p{N}+";
const THREE_ASCII_DIGITS: &str = "[0-9][0-9][0-9]";
const DIGIT_GROUPS: &str = r"\p{N}{1,3}";
const SINGLE_DIGIT: &str = r"\p{N}";
const CHINESE_AND_JAPANESE: &str = r"[一-龥\x{3040}-\x{309F}\x{30A0}-\x{30FF}]+";

/// Whether a pattern gives back the last character of white space before a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WhiteSpace {
    /// The pattern matches no white space.
    Absent,
    /// Any run of white space does.
    GivesBack,
    /// A run that ends in a line break does not.
    GivesBackUnlessLineBreak,
}

#[derive(Clone)]
struct Stage {
    pattern: Regex,
    white_space: WhiteSpace,
}

/// The word splitter of one model family.
#[derive(Clone)]
pub struct PreTokenizer {
    stages: Vec<Stage>,
    /// Words that are pieces as a whole are not merged from their bytes.
    pub whole_words: WholeWords,
}

/// What becomes of a word that is a piece as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WholeWords {
    Taken,
    Merged,
}

impl PreTokenizer {
    /// The splitter that a file names in `tokenizer.ggml.pre`.
    ///
    /// # Errors
    /// When the name is not known.
    pub fn named(name: &str) -> Result<Self> {
        let stages = patterns_of(name)?;
        let whole_words = match name {
            "llama3" | "llama-v3" | "llama-bpe" | "falcon3" | "lfm2" => WholeWords::Taken,
            _ => WholeWords::Merged,
        };
        let stages = stages
            .iter()
            .map(|&(pattern, white_space)| {
                let pattern = Regex::new(pattern)
                    .with_context(|| format!("the word pattern of '{name}' is wrong"))?;
                Ok(Stage { pattern, white_space })
            })
            .collect::<Result<_>>()?;
        Ok(Self { stages, whole_words })
    }

    /// Consecutive stretches that together are the whole of `text`.
    pub fn split(&self, text: &str) -> Vec<Range<usize>> {
        let mut words = Vec::from([Range { start: 0, end: text.len() }]);
        for stage in &self.stages {
            let mut finer = Vec::with_capacity(words.len() + text.len() / 4);
            for word in words {
                stage.split(text, word, &mut finer);
            }
            words = finer;
        }
        words
    }
}

/// The patterns of a rule, first to last.
fn patterns_of(name: &str) -> Result<&'static [(&'static str, WhiteSpace)]> {
    use WhiteSpace::{Absent, GivesBack, GivesBackUnlessLineBreak};
    Ok(match name {
        "default" => &[
            (PUNCTUATION, Absent),
            (GPT2, GivesBack),
            (DIGITS, Absent),
            (THREE_ASCII_DIGITS, Absent),
        ],
        "gpt-2" | "phi-2" | "exaone4" | "trillion" => &[(GPT2, GivesBack)],
        "smollm" | "starcoder" | "refact" | "command-r" | "codeshell" | "exaone" | "minerva-7b" => {
            &[(SINGLE_DIGIT, Absent), (GPT2, GivesBack)]
        }
        "llama3" | "llama-v3" | "llama-bpe" | "falcon3" | "lfm2" | "smaug-bpe" | "dbrx" => {
            &[(LLAMA3, GivesBackUnlessLineBreak)]
        }
        "qwen2" | "deepseek-r1-qwen" | "stablelm2" | "hunyuan" | "megrez" => {
            &[(QWEN2, GivesBackUnlessLineBreak)]
        }
        "qwen35" => &[(QWEN35, GivesBackUnlessLineBreak)],
        "hunyuan-dense" | "deepseek-v3" => &[
            (DIGIT_GROUPS, Absent),
            (CHINESE_AND_JAPANESE, Absent),
            (DEEPSEEK3, GivesBackUnlessLineBreak),
        ],
        _ => bail!(
            "the metadata key 'tokenizer.ggml.pre' is '{name}', a way of splitting words that bulletin does not know"
        ),
    })
}

impl Stage {
    fn split(&self, text: &str, whole: Range<usize>, words: &mut Vec<Range<usize>>) {
        let part = &text[whole.clone()];
        let mut position = 0;
        while let Some(found) = self.pattern.find_at(part, position) {
            if found.start() > position {
                words.push(whole.start + position..whole.start + found.start());
            }
            let end = self.end_of(part, found.start(), found.end());
            words.push(whole.start + found.start()..whole.start + end);
            position = end;
        }
        if position < part.len() {
            words.push(whole.start + position..whole.end);
        }
    }

    /// Where the match ends once white space has given back its last character.
    fn end_of(&self, part: &str, start: usize, end: usize) -> usize {
        let matched = &part[start..end];
        let keeps = match self.white_space {
            WhiteSpace::Absent => true,
            WhiteSpace::GivesBack => false,
            WhiteSpace::GivesBackUnlessLineBreak => matched.ends_with(['\r', '\n']),
        };
        if keeps || end == part.len() || !matched.chars().all(char::is_whitespace) {
            return end;
        }
        let last = matched.chars().next_back().map_or(0, char::len_utf8);
        if last < matched.len() { end - last } else { end }
    }
}

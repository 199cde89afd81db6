//! Article text → the request that is put before the model.

use anyhow::Result;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::parse::is_finished;
use crate::document::form::{Length, Style};
use crate::engine::{Engine, GenerationOptions, Input, Request, generation_settings};
use crate::language::Language;
use crate::prompt::{Kind, Prompts, Template};

/// How a model wants to be spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// It follows instructions in a chat.
    Instruct,
    /// It continues text, and is led by examples.
    Base,
}

/// What every brief of a run is made with.
#[derive(Clone, Debug)]
pub struct ComposeOptions {
    pub prompts: Prompts,
    /// File name of the prompt without language and ending: `summarise`, `summarise-few-shot`.
    pub prompt: String,
    pub voice: Voice,
    pub style: Style,
    pub length: Length,
    /// The registry's revision of the model, for `origin`.
    pub revision: String,
    pub generation: GenerationOptions,
}

/// The templates of one language, checked.
pub struct Templates<'a> {
    options: &'a ComposeOptions,
    language: Language,
    summarise: Template,
    /// `None` for base models, which are shown the notes as if they were an article.
    instructions: Option<Instructions>,
    sha256: String,
}

struct Instructions {
    merge: Template,
    repair: Template,
    style: String,
    length: String,
}

impl<'a> Templates<'a> {
    /// Loads the templates for articles in `language`.
    pub fn open(options: &'a ComposeOptions, language: Language) -> Result<Self> {
        let prompts = &options.prompts;
        let kind = match options.voice {
            Voice::Instruct => Kind::Summarise,
            Voice::Base => Kind::SummariseFewShot,
        };
        let summarise = prompts.in_language(&options.prompt, language, kind)?;
        if options.voice == Voice::Base {
            let sha256 = summarise.sha256().to_string();
            return Ok(Self { options, language, summarise, instructions: None, sha256 });
        }
        let merge = prompts.in_language("merge", language, Kind::Merge)?;
        let repair = prompts.in_language("repair", language, Kind::Repair)?;
        let styles = prompts.in_language("styles", language, Kind::Styles)?;
        let lengths = prompts.in_language("lengths", language, Kind::Lengths)?;
        let style = styles.section(options.style.name())?.to_string();
        let length = match options.style {
            // A headline alone has its own limit in its wording.
            Style::Headline => String::new(),
            Style::Wire | Style::Bullets => lengths.section(options.length.name())?.to_string(),
        };
        let sha256 = together(&[&summarise, &merge, &repair, &styles, &lengths]);
        let instructions = Some(Instructions { merge, repair, style, length });
        Ok(Self { options, language, summarise, instructions, sha256 })
    }

    /// SHA-256 over the templates that may take part: the template's own for base models, that of
    /// all sums in the order summarise, merge, repair, styles, lengths for the others.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// All that a model may be told beside the article.
    pub fn wording(&self) -> String {
        let mut wording = self.summarise.wording();
        if let Some(Instructions { merge, repair, style, length }) = &self.instructions {
            for more in [&merge.wording(), &repair.wording(), style, length] {
                wording.push('\n');
                wording.push_str(more);
            }
        }
        wording
    }

    /// Asks for a brief of article text.
    pub fn summarise(&self, article: &str, fence: &str) -> Result<Input> {
        match &self.instructions {
            None => self.continued(article),
            Some(instructions) => Ok(Input::Chat(self.summarise.fill(&[
                ("article", article),
                ("fence", fence),
                ("style", &instructions.style),
                ("length", &instructions.length),
            ])?)),
        }
    }

    /// Asks for one brief of the briefs of all parts.
    pub fn merge(&self, parts: &str, fence: &str) -> Result<Input> {
        match &self.instructions {
            None => self.continued(parts),
            Some(instructions) => Ok(Input::Chat(instructions.merge.fill(&[
                ("parts", parts),
                ("fence", fence),
                ("style", &instructions.style),
                ("length", &instructions.length),
            ])?)),
        }
    }

    /// Asks for a better brief. Base models know no such request: they get the first one again.
    pub fn repair(&self, article: &str, draft: &str, faults: &str, fence: &str) -> Result<Input> {
        match &self.instructions {
            None => self.continued(article),
            Some(instructions) => Ok(Input::Chat(instructions.repair.fill(&[
                ("article", article),
                ("draft", draft),
                ("findings", faults),
                ("fence", fence),
                ("style", &instructions.style),
                ("length", &instructions.length),
            ])?)),
        }
    }

    fn continued(&self, article: &str) -> Result<Input> {
        // The examples have their articles on one line each, so a title ends like a sentence.
        let sentences = article.split("\n\n").map(|paragraph| {
            let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
            if line.is_empty() || is_finished(&line) { line } else { format!("{line}.") }
        });
        let line = sentences.collect::<Vec<_>>().join(" ");
        Ok(Input::Text(self.summarise.fill(&[("article", &line)])?.user))
    }

    /// The request for `input`, with room for an answer of `max_new_tokens`.
    pub fn request(&self, input: Input, max_new_tokens: usize) -> Request {
        let mut options = self.options.generation.clone();
        options.max_new_tokens = max_new_tokens;
        // No letters of a third script in the middle of a brief.
        options.script = Some(self.language);
        if self.options.voice == Voice::Base {
            // After the brief, a base model would invent the next article.
            options.stop.push("\n\n".to_string());
            if self.options.style == Style::Headline {
                options.stop.push("\n".to_string());
            }
        }
        Request { input, options }
    }
}

/// How many tokens an answer may need, from how many tokens this model makes of a word of this
/// text. Half as much again is left for long-winded answers.
pub fn answer_tokens(text: &str, options: &ComposeOptions, engine: &dyn Engine) -> Result<usize> {
    const HEADLINE_WORDS: usize = 14;
    let wanted = match options.style {
        Style::Headline => HEADLINE_WORDS,
        Style::Wire | Style::Bullets => HEADLINE_WORDS + options.length.words().end(),
    };
    let words = text.split_whitespace().count().max(1);
    let tokens = engine.count_tokens(&Input::Text(text.to_string()))?;
    let needed = (wanted * tokens * 3).div_ceil(words * 2) + 16;
    // The prompt needs most of the context.
    let most = (engine.context_tokens() / 3).max(1);
    Ok(needed.max(options.generation.max_new_tokens.min(most)).min(most))
}

/// A marker that no article can hold by chance or know beforehand: the beginning of its own sum.
pub fn fence(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

/// Title and paragraphs as a model sees them: `None` where the article has no title.
pub fn with_title(title: Option<&str>, paragraphs: &[String]) -> Vec<String> {
    title.map(str::to_string).into_iter().chain(paragraphs.iter().cloned()).collect()
}

/// The decoding settings for `origin`.
pub fn settings(options: &ComposeOptions, max_new_tokens: usize) -> Value {
    let mut settings = generation_settings(&options.generation);
    settings["max_new_tokens"] = json!(max_new_tokens);
    settings["style"] = json!(options.style.name());
    settings["length"] = json!(options.length.name());
    settings
}

fn together(templates: &[&Template]) -> String {
    let mut digest = Sha256::new();
    for template in templates {
        digest.update(template.sha256().as_bytes());
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

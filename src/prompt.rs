//! What a model is asked: templates from `prompts/`, filled with named variables → [`Prompt`].
//!
//! A template file has named sections, each begun by a line such as `system:` or `user:`; what
//! stands before the first section is for the people who edit it. Variables are written
//! `{{article}}`. A template is checked when it is loaded, so that a slip is found before any
//! model is. Impure: a newsroom's own templates are read from its folder.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::language::Language;

mod builtin;
pub mod residue;
mod template;

pub use template::Template;

/// A filled prompt. Base models and translation models ignore the system part or have none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// What the model is to be.
    pub system: Option<String>,
    /// What it is asked.
    pub user: String,
}

/// The files of `prompts/`, each with the variables that it may use and must use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One article → a brief, for models that follow instructions.
    Summarise,
    /// One article → a brief, by example, for base models.
    SummariseFewShot,
    /// Briefs of the parts of a long article → one brief.
    Merge,
    /// A brief with faults and the list of them → a better brief.
    Repair,
    /// One sentence → its translation.
    Translate,
    /// A text and a sentence → whether the text says it.
    Judge,
    /// The wording of each `--style`.
    Styles,
    /// The wording of each `--length`.
    Lengths,
}

impl Kind {
    /// Variables that the program has a value for.
    fn offered(self) -> &'static [&'static str] {
        match self {
            Kind::Summarise => &["article", "fence", "style", "length"],
            Kind::SummariseFewShot => &["article"],
            Kind::Merge => &["parts", "fence", "style", "length"],
            Kind::Repair => &["article", "draft", "findings", "fence", "style", "length"],
            Kind::Translate => &[
                "text",
                "examples",
                "terms",
                "source_language",
                "target_language",
                "source_native",
                "target_native",
                "source_code",
                "target_code",
                "source",
                "target",
            ],
            Kind::Judge => &["article", "sentence", "fence"],
            Kind::Styles | Kind::Lengths => &[],
        }
    }

    /// Variables without which the prompt makes no sense.
    fn required(self) -> &'static [&'static str] {
        match self {
            Kind::Summarise | Kind::SummariseFewShot => &["article"],
            Kind::Merge => &["parts"],
            Kind::Repair => &["article", "draft", "findings"],
            Kind::Translate => &["text"],
            Kind::Judge => &["article", "sentence"],
            Kind::Styles | Kind::Lengths => &[],
        }
    }
}

/// Where templates come from: the ones compiled in, or a folder that replaces some or all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prompts {
    folder: Option<PathBuf>,
}

impl Prompts {
    /// The templates compiled into the program.
    pub fn builtin() -> Self {
        Self::default()
    }

    /// Templates from `folder`; a file that it lacks is taken from those compiled in.
    ///
    /// # Errors
    /// When `folder` is no folder, or holds a `.md` file whose name no prompt has.
    pub fn from_folder(folder: &Path) -> Result<Self> {
        let entries = std::fs::read_dir(folder).with_context(|| {
            format!(
                "cannot read the prompts folder '{}'; give --prompts a folder with files such as \
                 summarise.en.md",
                folder.display()
            )
        })?;
        for entry in entries {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.ends_with(".md") && name != "README.md" && builtin::text(&name).is_none() {
                bail!(
                    "'{}' is not a prompt bulletin uses; the names are {}",
                    folder.join(&name).display(),
                    builtin::names().collect::<Vec<_>>().join(", ")
                );
            }
        }
        Ok(Self { folder: Some(folder.to_path_buf()) })
    }

    /// The template in the file `name`, checked against what `kind` offers and requires.
    pub fn template(&self, name: &str, kind: Kind) -> Result<Template> {
        if let Some(folder) = &self.folder {
            let path = folder.join(name);
            if path.exists() {
                let text = std::fs::read_to_string(&path)
                    .with_context(|| format!("cannot read the prompt '{}'", path.display()))?;
                let shown = path.display().to_string();
                return Template::parse(&shown, &text, kind.offered(), kind.required());
            }
        }
        let text = builtin::text(name).with_context(|| {
            format!(
                "there is no prompt '{name}'; the names are {}",
                builtin::names().collect::<Vec<_>>().join(", ")
            )
        })?;
        Template::parse(&format!("prompts/{name}"), text, kind.offered(), kind.required())
    }

    /// The template `stem` in the article's language: `summarise` and Turkish → `summarise.tr.md`.
    pub fn in_language(&self, stem: &str, language: Language, kind: Kind) -> Result<Template> {
        self.template(&format!("{stem}.{}.md", language.code()), kind)
    }
}

#[cfg(test)]
mod tests;

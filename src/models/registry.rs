//! `models.toml` → checked models and profiles.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::str::FromStr;

use anyhow::{Context, Result, anyhow, bail};
use serde::{Deserialize, Deserializer, de};

use super::document;
use super::entry::ModelEntry;
use crate::language::Language;

/// What a profile names in the place of a model where briefs are the article's own sentences.
pub const EXTRACTIVE: &str = "extractive";
/// What it names in the place of an entailment model where the model that writes judges itself.
pub const SELF_JUDGE: &str = "self";

/// The registry that is compiled in.
const BUILTIN: &str = include_str!("../../models.toml");

/// From one language into another. Written `en-tr` in `models.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Direction {
    pub from: Language,
    pub to: Language,
}

impl fmt::Display for Direction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.from, self.to)
    }
}

impl FromStr for Direction {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let (from, to) = text
            .split_once('-')
            .ok_or_else(|| anyhow!("'{text}' is not a direction; write it like en-tr"))?;
        let direction = Direction { from: from.parse()?, to: to.parse()? };
        if direction.from == direction.to {
            bail!("'{text}' leads from a language to itself");
        }
        Ok(direction)
    }
}

impl<'de> Deserialize<'de> for Direction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// Which model serves which task on which kind of computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// What `--profile` calls it.
    pub name: String,
    /// One line on what to expect.
    pub summary: String,
    /// The computer it is meant for.
    pub hardware: String,
    /// Models, or [`EXTRACTIVE`].
    pub summarise: BTreeMap<Language, String>,
    /// The model of each direction.
    pub translate: BTreeMap<Direction, String>,
    /// The model that judges whether the article bears a sentence out.
    pub entailment: Option<String>,
}

impl Profile {
    /// Names of its models, each once, in alphabetical order.
    pub fn models(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .summarise
            .values()
            .chain(self.translate.values())
            .chain(self.entailment.iter().filter(|name| *name != SELF_JUDGE))
            .map(String::as_str)
            .filter(|name| *name != EXTRACTIVE)
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// Models and profiles by name, in the order of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Registry {
    models: Vec<ModelEntry>,
    profiles: Vec<Profile>,
}

impl Registry {
    /// The registry that is compiled in.
    pub fn builtin() -> Result<Self> {
        Self::parse(BUILTIN, "models.toml (built in)", Path::new("."))
    }

    /// Reads the registry file at `path`; errors name the key and the line.
    pub fn load(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| {
            format!("cannot read the model registry '{}' (--models)", path.display())
        })?;
        let folder = path.parent().unwrap_or(Path::new("."));
        Self::parse(&text, &path.display().to_string(), folder)
    }

    /// Reads registry `text`; `origin` is what errors call it, and relative folder sources start
    /// at `folder`.
    pub fn parse(text: &str, origin: &str, folder: &Path) -> Result<Self> {
        let (models, profiles) = document::read(text, origin, folder)?;
        let registry = Self { models, profiles };
        for profile in &registry.profiles {
            registry
                .check_profile(profile)
                .with_context(|| format!("{origin}: profile '{}'", profile.name))?;
        }
        Ok(registry)
    }

    /// All models, in the order of the file.
    pub fn models(&self) -> &[ModelEntry] {
        &self.models
    }

    /// All profiles, in the order of the file.
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// The model `name`; the error suggests the nearest name.
    pub fn model(&self, name: &str) -> Result<&ModelEntry> {
        self.models.iter().find(|entry| entry.name == name).ok_or_else(|| {
            let known = self.models.iter().map(|entry| entry.name.as_str());
            anyhow!(
                "there is no model '{name}'; {}",
                suggestion(name, known, "bulletin models list")
            )
        })
    }

    /// The profile `name`; the error suggests the nearest name.
    pub fn profile(&self, name: &str) -> Result<&Profile> {
        self.profiles.iter().find(|profile| profile.name == name).ok_or_else(|| {
            let known: Vec<&str> =
                self.profiles.iter().map(|profile| profile.name.as_str()).collect();
            let list = format!("the profiles are {}", known.join(", "));
            match nearest(name, known.iter().copied()) {
                Some(near) => {
                    anyhow!("there is no profile '{name}'; did you mean '{near}'? ({list})")
                }
                None => anyhow!("there is no profile '{name}'; {list}"),
            }
        })
    }

    /// Names of the profiles that use the model `name`.
    pub fn profiles_with(&self, name: &str) -> Vec<&str> {
        let uses = |profile: &&Profile| profile.models().contains(&name);
        self.profiles.iter().filter(uses).map(|profile| profile.name.as_str()).collect()
    }

    fn check_profile(&self, profile: &Profile) -> Result<()> {
        let written = profile.summarise.iter().filter(|(_, name)| *name != EXTRACTIVE);
        for (language, name) in written {
            let model = self.model(name).with_context(|| format!("summarise.{language}"))?;
            if model.architecture.is_classifier() {
                bail!("summarise.{language}: model '{name}' judges texts and writes none");
            }
            if !model.languages.contains(language) {
                bail!("summarise.{language}: model '{name}' does not write {}", language.name());
            }
        }
        for (direction, name) in &profile.translate {
            let model = self.model(name).with_context(|| format!("translate.{direction}"))?;
            if !model.translates(direction.from, direction.to) {
                bail!("translate.{direction}: model '{name}' does not translate {direction}");
            }
        }
        if let Some(name) = profile.entailment.as_ref().filter(|name| *name != SELF_JUDGE) {
            let model = self.model(name).context("entailment")?;
            if !model.architecture.is_classifier() {
                bail!("entailment: model '{name}' ({}) is no classifier", model.architecture);
            }
        }
        Ok(())
    }
}

/// The known name nearest to `name`, if one is near enough to be a slip of the pen.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|candidate| (strsim::jaro_winkler(&name.to_lowercase(), candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, candidate)| candidate)
}

fn suggestion<'a>(name: &str, known: impl Iterator<Item = &'a str>, list: &str) -> String {
    match nearest(name, known) {
        Some(near) => format!("did you mean '{near}'? `{list}` shows them all"),
        None => format!("`{list}` shows them all"),
    }
}

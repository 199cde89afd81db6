//! The three languages that bulletin reads and writes: their codes, detection and casing.

mod casing;
mod detect;
pub mod letters;

pub use casing::{lowercase, uppercase};
pub use detect::{Detected, detect};

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A language of the desk. Serialised as its ISO 639-1 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Language {
    /// `en`
    #[serde(rename = "en")]
    English,
    /// `tr`
    #[serde(rename = "tr")]
    Turkish,
    /// `ru`
    #[serde(rename = "ru")]
    Russian,
}

impl Language {
    /// All of them, in the order in which lists are printed.
    pub const ALL: [Language; 3] = [Language::English, Language::Turkish, Language::Russian];

    /// ISO 639-1 code.
    pub fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Turkish => "tr",
            Language::Russian => "ru",
        }
    }

    /// English name, as used in messages.
    pub fn name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::Turkish => "Turkish",
            Language::Russian => "Russian",
        }
    }

    /// The language's name for itself.
    pub fn native_name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::Turkish => "Türkçe",
            Language::Russian => "Русский",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

/// The text names no language that bulletin knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a language bulletin knows; use en (English), tr (Turkish) or ru (Russian)")]
pub struct UnknownLanguage(pub String);

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim().to_lowercase().as_str() {
            "en" | "eng" | "english" => Ok(Language::English),
            "tr" | "tur" | "turkish" | "türkçe" => Ok(Language::Turkish),
            "ru" | "rus" | "russian" | "русский" => Ok(Language::Russian),
            _ => Err(UnknownLanguage(text.to_string())),
        }
    }
}

//! What a source says about a story besides its text: who wrote it, when, which edition it is, and
//! whether it may be used.

use serde::{Deserialize, Serialize};

/// Fields of an article that a source may give. Each is absent where the source is silent; nothing
/// is guessed. They stand beside the other fields of an article in JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// Second headline or deck. Never repeated in the paragraphs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    /// Who wrote it, without `By`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub byline: Option<String>,
    /// Where it was written: the place of a dateline such as `KESTREL BAY (cna) -`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dateline: Option<String>,
    /// When this edition was made, as ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<String>,
    /// Not to be used before this time, as ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embargo: Option<String>,
    /// The edition, as the source counts it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The source's own name for the story, the same in all its editions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// Keyword line of a wire story, such as `Kestrel Bay/transport`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    #[serde(skip_serializing_if = "Status::is_usable")]
    pub status: Status,
    /// Names of stories (an `item`, a slug or a headline) that this one takes the place of, or
    /// withdraws when it may not be used itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<String>,
    /// Who published it: a newspaper, an agency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Section or desk: `sport`, `Economy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// Copyright and terms of use, as they stand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rights: Option<String>,
    /// A note of the sender to editors; not for print.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub editors_note: Option<String>,
}

/// Whether its sender lets a story be used: the IPTC's publishing status, and what wire services
/// say in words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    #[default]
    Usable,
    /// Corrects an earlier edition, and is used in its place.
    Corrected,
    /// Not to be used until further notice.
    Withheld,
    /// Withdrawn for good: cancelled, deleted or killed.
    Canceled,
}

impl Status {
    /// Whether it is the state that needs no word.
    pub fn is_usable(&self) -> bool {
        *self == Status::Usable
    }

    /// Whether a brief of it may be written.
    pub fn permits(self) -> bool {
        matches!(self, Status::Usable | Status::Corrected)
    }

    /// The word that the JSON has for it.
    pub fn name(self) -> &'static str {
        match self {
            Status::Usable => "usable",
            Status::Corrected => "corrected",
            Status::Withheld => "withheld",
            Status::Canceled => "canceled",
        }
    }

    /// A status as sources write it: `stat:canceled`, `Usable`, `CANCELLED`, `kill`. What is not
    /// known is `None`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let word = text.rsplit([':', '/', '#']).next().unwrap_or(text).trim().to_ascii_lowercase();
        match word.as_str() {
            "usable" | "published" | "publish" | "live" | "ok" => Some(Status::Usable),
            "corrected" | "correction" | "correct" => Some(Status::Corrected),
            "withheld" | "withhold" | "embargoed" | "hold" | "held" | "draft" | "limited" => {
                Some(Status::Withheld)
            }
            "canceled" | "cancelled" | "cancel" | "killed" | "kill" | "deleted" | "delete"
            | "recalled" | "recall" | "unpublished" | "spiked" | "withdrawn" | "retracted" => {
                Some(Status::Canceled)
            }
            _ => None,
        }
    }
}

/// What sort of text an article is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// News in sentences.
    #[default]
    News,
    /// Entries of a running report.
    Live,
    /// A note to editors: schedules, budgets, changes of plan.
    Advisory,
    /// A test of the line.
    Test,
    /// A weather forecast as a table or in telegram style.
    Weather,
    Lottery,
    /// Prices of shares, currencies, goods.
    Prices,
    /// Scores and standings.
    Results,
    Recipe,
}

impl Kind {
    /// Whether it is a story that a brief can be made of.
    pub fn is_story(self) -> bool {
        matches!(self, Kind::News | Kind::Live)
    }

    /// What messages call it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::News => "a news story",
            Kind::Live => "a live report",
            Kind::Advisory => "a note to editors",
            Kind::Test => "a test message",
            Kind::Weather => "a weather table",
            Kind::Lottery => "lottery numbers",
            Kind::Prices => "a list of prices",
            Kind::Results => "a table of results",
            Kind::Recipe => "a recipe",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_understood_in_any_spelling() {
        let cases = [
            ("stat:canceled", Some(Status::Canceled)),
            ("http://cv.iptc.org/newscodes/pubstatusg2/withheld", Some(Status::Withheld)),
            ("Usable", Some(Status::Usable)),
            ("KILL", Some(Status::Canceled)),
            ("whatever", None),
        ];
        for (text, status) in cases {
            assert_eq!(Status::parse(text), status, "{text}");
        }
        assert!(!Status::Withheld.permits() && Status::Corrected.permits());
    }
}

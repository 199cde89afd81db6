//! Whether a brief of an article may be written now: its state, its embargo, its kind, its length.

use super::timestamps::seconds;
use super::{Article, ArticleError, ensure_substance};

/// What to do with stories under embargo.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Embargoed {
    /// They wait until it has passed.
    #[default]
    Wait,
    /// Their briefs are wanted ahead of time.
    Take,
}

/// What to do with texts that are no news story in prose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NotNews {
    /// It is refused, and said to be none.
    #[default]
    Refuse,
    /// Read them like stories.
    Carry,
}

/// What is let in, and the time at which it is judged.
#[derive(Clone, Copy, Debug, Default)]
pub struct Admission {
    /// Seconds since 1970. The caller reads the clock.
    pub now: i64,
    /// What becomes of stories under embargo.
    pub embargoed: Embargoed,
    /// What becomes of texts that are no stories.
    pub not_news: NotNews,
}

impl Admission {
    /// Refuses an article of which no brief may or can be written now.
    ///
    /// # Errors
    /// `NotUsable`, `Embargoed`, `NotNews`, and what `ensure_substance` gives.
    pub fn admit(&self, article: &Article) -> Result<(), ArticleError> {
        let details = &article.details;
        if !details.status.permits() {
            return Err(ArticleError::NotUsable { status: details.status.name() });
        }
        if let Some(until) = &details.embargo
            && self.embargoed == Embargoed::Wait
            // A time that cannot be read has not passed.
            && seconds(until).is_none_or(|until| until > self.now)
        {
            return Err(ArticleError::Embargoed { until: until.clone() });
        }
        if !article.kind.is_story() && self.not_news == NotNews::Refuse {
            return Err(ArticleError::NotNews { kind: article.kind.name() });
        }
        ensure_substance(article)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Details, Kind, Status};
    use crate::language::Language;

    #[test]
    fn states_embargoes_and_kinds_are_obeyed() {
        let story =
            Article { paragraphs: vec!["word ".repeat(40)], ..Article::empty(Language::English) };
        let with = |details: Details| Article { details, ..story.clone() };
        let at =
            |now: i64, embargoed: Embargoed| Admission { now, embargoed, ..Admission::default() };
        let noon = 1_709_208_000;
        let until = |time: &str| with(Details { embargo: Some(time.into()), ..Details::default() });
        let wait = at(noon, Embargoed::Wait);
        assert_eq!(wait.admit(&story), Ok(()));
        assert_eq!(wait.admit(&until("2024-02-29T12:00:00Z")), Ok(()));
        let later = until("2024-02-29T13:00:01+01:00");
        assert!(matches!(wait.admit(&later), Err(ArticleError::Embargoed { .. })));
        assert_eq!(at(noon, Embargoed::Take).admit(&later), Ok(()));
        assert_eq!(at(noon + 1, Embargoed::Wait).admit(&later), Ok(()));
        assert!(wait.admit(&until("until further notice")).is_err());
        let killed = with(Details { status: Status::Canceled, ..Details::default() });
        let error = at(noon, Embargoed::Take).admit(&killed).unwrap_err();
        assert!(error.is_held() && error.to_string().contains("canceled"), "{error}");
        let prices = Article { kind: Kind::Prices, ..story.clone() };
        assert!(wait.admit(&prices).unwrap_err().to_string().contains("a list of prices"));
        let carry = Admission { not_news: NotNews::Carry, ..wait };
        assert_eq!(carry.admit(&prices), Ok(()));
    }
}

//! Which articles of a run tell one story. The earliest stands for it; an article's own result does
//! not change by what else there is.

use std::collections::HashMap;

use crate::article::Article;
use crate::cluster::{Signature, groups};

/// What is done about articles that tell the same story.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dedupe {
    /// Nothing.
    Off,
    /// All are briefed; the digest shows one entry with its sources, and the report says so.
    #[default]
    Mark,
    /// Only the earliest is briefed.
    Skip,
}

/// One article beside the earliest of its story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub id: String,
    /// Path or address, as the report has it.
    pub source: String,
    /// Who published it, where the article says.
    pub name: Option<String>,
}

/// Articles that are to be compared: about 700 bytes each.
#[derive(Default)]
pub struct Comparison(Vec<(Option<String>, Member, Option<Signature>)>);

impl Comparison {
    pub fn add(&mut self, article: &Article) {
        let member = Member {
            id: article.id.clone(),
            source: article.source.clone(),
            name: article.details.source_name.clone(),
        };
        self.0.push((article.published.clone(), member, Signature::of(article)));
    }

    /// Compares all; the earliest comes first, one without a date last, equals by id.
    pub fn finish(mut self) -> Stories {
        self.0.sort_by(|(one, first, _), (two, second, _)| {
            (one.is_none(), one, &first.id).cmp(&(two.is_none(), two, &second.id))
        });
        let (members, signatures): (Vec<Member>, Vec<Option<Signature>>) =
            self.0.into_iter().map(|(_, member, signature)| (member, signature)).unzip();
        let mut stories = Stories::default();
        for (place, first) in
            groups(&signatures).into_iter().enumerate().filter(|(it, to)| it != to)
        {
            let (member, first) = (&members[place], members[first].id.clone());
            stories.first_of.insert(member.id.clone(), first.clone());
            stories.others.entry(first).or_default().push(member.clone());
        }
        stories
    }
}

/// The stories of which there are several articles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stories {
    first_of: HashMap<String, String>,
    others: HashMap<String, Vec<Member>>,
}

impl Stories {
    /// The article that stands for the story of this one; `None` when it is that one itself.
    pub fn first_of(&self, id: &str) -> Option<&str> {
        self.first_of.get(id).map(String::as_str)
    }

    /// The others of its story, the earliest first.
    pub fn others(&self, id: &str) -> &[Member] {
        self.others.get(id).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn the_earliest_stands_for_a_story() {
        let article = |id: &str, published: Option<&str>, text: &str| Article {
            id: id.into(),
            source: format!("{id}.txt"),
            published: published.map(str::to_string),
            paragraphs: vec![text.to_string()],
            ..Article::empty(Language::English)
        };
        let story = "The harbour council of Ellerby voted on Tuesday to close the old swing bridge to \
            lorries after engineers had found cracks in two of its beams, the head of the port told \
            reporters at the town hall.";
        let other = "The painter Maja Holm receives the prize of the city, which is worth a good deal of \
            money, the jury said after a meeting of several hours in the old library by the river.";
        let mut comparison = Comparison::default();
        comparison.add(&article("late", Some("2024-03-06"), story));
        comparison.add(&article("undated", None, story));
        comparison.add(&article("early", Some("2024-03-05"), story));
        comparison.add(&article("other", Some("2024-03-01"), other));
        let stories = comparison.finish();
        assert_eq!(stories.first_of("late"), Some("early"));
        assert_eq!(stories.first_of("early"), None);
        let others: Vec<&str> = stories.others("early").iter().map(|it| it.id.as_str()).collect();
        assert_eq!(others, ["late", "undated"]);
        assert!(stories.others("other").is_empty());
    }
}

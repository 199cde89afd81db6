//! Sentence → a finding when it talks about the article instead of giving its news: "The article discusses …".

use std::sync::LazyLock;

use crate::analysis::passage::{Passage, Source};
use crate::analysis::table::Table;
use crate::analysis::tokens::{Kind, Token};
use crate::checks::wording::is_listed;
use crate::checks::{Check, Draft};
use crate::document::Severity;

static TALK: LazyLock<Vec<Vec<&'static str>>> = LazyLock::new(|| TABLE.rows());
const TABLE: Table =
    Table { name: "talk.tsv", text: include_str!("../analysis/tables/talk.tsv"), fields: (3, 3) };

/// Words of the beginning of a sentence that are looked at.
const BEGINNING: usize = 6;

/// The words that name a text, with those that say what it does.
struct Talk {
    nouns: Vec<&'static str>,
    verbs: Vec<&'static str>,
    /// Phrases that are enough by themselves.
    phrases: Vec<&'static str>,
}

impl Talk {
    fn of(sentence: &Passage) -> Self {
        let list = |kind: &str| {
            let code = sentence.language.code();
            let rows = TALK.iter().filter(move |row| row[0] == code && row[1] == kind);
            rows.flat_map(|row| row[2].split('|')).collect()
        };
        Self { nouns: list("noun"), verbs: list("verb"), phrases: list("phrase") }
    }
}

/// An error, so that the model is asked again. What the article says of an article is news: a sentence whose noun
/// the article uses in the same form is let through.
pub fn check(sentence: &Passage, source: Option<&Source>) -> Option<Draft> {
    let talk = Talk::of(sentence);
    let words: Vec<&Token> =
        sentence.tokens.iter().filter(|token| token.kind == Kind::Word).collect();
    let beginning = &words[..words.len().min(BEGINNING)];
    let lower: Vec<&str> = beginning.iter().map(|word| word.lower.as_str()).collect();
    let line = format!("{} ", lower.join(" "));
    let phrase = talk.phrases.iter().find(|phrase| line.starts_with(&format!("{phrase} ")));
    let noun = beginning.iter().position(|word| talk.nouns.contains(&word.lower.as_str()));
    let told = noun.filter(|at| {
        let verbs = words.iter().skip(at + 1);
        // Turkish puts the verb last.
        let far =
            if sentence.language == crate::language::Language::Turkish { usize::MAX } else { 3 };
        verbs.take(far).any(|word| talk.verbs.iter().any(|verb| is_listed(word, verb)))
    });
    let last = match (phrase, told) {
        (Some(phrase), _) => phrase.split(' ').count() - 1,
        (None, Some(at)) => at,
        (None, None) => return None,
    };
    let words_used = &beginning[..=last.min(beginning.len() - 1)];
    if source.is_some_and(|source| source.language == sentence.language && has(source, words_used))
    {
        return None;
    }
    let (start, end) = (words_used[0].start, words_used[words_used.len() - 1].end);
    let text: String = sentence.text.chars().skip(start).take(end - start).collect();
    let message = format!("\"{text} …\" talks about the article instead of giving its news");
    Some(Draft::new(Check::Meta, Severity::Error, message).at(start, end))
}

fn has(source: &Source, words: &[&Token]) -> bool {
    let Some(last) = words.last() else { return false };
    source.tokens().any(|token| token.lower == last.lower)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::passage::{Knowledge, passage};
    use crate::language::Language::{self, English, Russian, Turkish};

    fn found(text: &str, language: Language, article: &str) -> bool {
        let knowledge = Knowledge::new(language);
        let source = Source::of_text(article, &knowledge);
        check(&passage(text, &knowledge), Some(&source)).is_some()
    }

    #[test]
    fn talk_about_the_article_is_found_in_each_language() {
        for (text, language) in [
            ("The article discusses the closing of the bridge.", English),
            ("This news report is about a bridge.", English),
            ("In this article, the bridge is closed.", English),
            ("The author describes how the bridge was closed.", English),
            ("Bu haberde köprünün kapanması ele alınıyor.", Turkish),
            ("Makale, köprünün kapatılmasını anlatıyor.", Turkish),
            ("В статье рассматриваются причины закрытия моста.", Russian),
            ("Статья посвящена закрытию моста.", Russian),
            ("В этом материале говорится о мосте.", Russian),
        ] {
            assert!(found(text, language, ""), "{text}");
        }
    }

    #[test]
    fn news_is_let_through() {
        for (text, language, article) in [
            ("The bridge is closed.", English, ""),
            ("The report describes cracks in the bridge.", English, "A report was published."),
            ("The article describes cracks.", English, "His article in Nature was withdrawn."),
            ("The story of the bridge ended on Monday.", English, ""),
            ("Habere göre köprü kapandı.", Turkish, ""),
            ("Yazı işleri müdürü görevden alındı.", Turkish, ""),
            (
                "В статье 5 закона говорится о мостах.",
                Russian,
                "Статья закона. В статье 5 сказано.",
            ),
            ("Материал для моста привезли из Китая.", Russian, ""),
        ] {
            assert!(!found(text, language, article), "{text}");
        }
    }
}

//! What the reader saw of an article → text, Markdown, or a line of JSON, without any brief.

use serde::Serialize;

use crate::article::{Article, ArticleError};
use crate::document::SCHEMA;
use crate::output::harmless;

/// Headline, what is known about the story, and the text, with an empty line between paragraphs.
pub fn text(article: &Article) -> String {
    let mut blocks: Vec<String> = Vec::new();
    blocks.extend(article.title.clone());
    blocks.extend(article.details.subtitle.clone());
    blocks.extend(facts(article).into_iter().reduce(|all, fact| format!("{all}\n{fact}")));
    blocks.extend(article.paragraphs.iter().cloned());
    harmless(&(blocks.join("\n\n") + "\n"))
}

/// The same with Markdown's marks.
pub fn markdown(article: &Article) -> String {
    let mut blocks: Vec<String> = Vec::new();
    blocks.extend(article.title.as_ref().map(|title| format!("# {title}")));
    blocks.extend(article.details.subtitle.as_ref().map(|deck| format!("**{deck}**")));
    let facts = facts(article).into_iter().map(|fact| format!("- {fact}"));
    blocks.extend(facts.reduce(|all, fact| format!("{all}\n{fact}")));
    blocks.extend(article.paragraphs.iter().cloned());
    harmless(&(blocks.join("\n\n") + "\n"))
}

/// One line a field, of those that the source gives.
fn facts(article: &Article) -> Vec<String> {
    let details = &article.details;
    let status = (!details.status.is_usable()).then(|| details.status.name().to_string());
    let kind = (!article.kind.is_story()).then(|| article.kind.name().to_string());
    let rows = [
        ("by", details.byline.clone()),
        ("from", details.dateline.clone()),
        ("published", article.published.clone()),
        ("updated", details.updated.clone()),
        ("embargo", details.embargo.clone()),
        ("version", details.version.clone()),
        ("status", status),
        ("kind", kind),
        ("source", details.source_name.clone()),
        ("section", details.section.clone()),
        ("rights", details.rights.clone()),
    ];
    let rows = rows.into_iter().filter_map(|(name, value)| Some(format!("{name}: {}", value?)));
    rows.collect()
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Seen<'a> {
    Article(&'a Article),
    Error(Refusal<'a>),
}

#[derive(Serialize)]
struct Refusal<'a> {
    code: &'a str,
    message: String,
}

#[derive(Serialize)]
struct Line<'a> {
    schema: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    #[serde(flatten)]
    seen: Seen<'a>,
}

/// One line of JSON: `{"schema", "article"}`, or `{"schema", "source", "error"}` where the entry
/// that `source` names cannot be read.
///
/// # Errors
/// When a number of the article has no form in JSON.
pub fn json(source: &str, entry: Result<&Article, &ArticleError>) -> serde_json::Result<String> {
    let line = match entry {
        Ok(article) => Line { schema: SCHEMA, source: None, seen: Seen::Article(article) },
        Err(error) => {
            let refusal = Refusal { code: error.code(), message: error.to_string() };
            Line { schema: SCHEMA, source: Some(source), seen: Seen::Error(refusal) }
        }
    };
    Ok(serde_json::to_string(&line)? + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn an_entry_is_one_line_of_json_whatever_is_in_it() {
        let article = Article {
            title: Some("Two\nlines".into()),
            paragraphs: vec!["Text.".into()],
            ..Article::empty(Language::English)
        };
        let line = json("a.txt", Ok(&article)).unwrap();
        assert_eq!(line.lines().count(), 1);
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(value["schema"], "bulletin/1");
        assert_eq!(value["article"]["paragraphs"][0], "Text.");
        let line = json("a.txt", Err(&ArticleError::NoText)).unwrap();
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(
            (&value["source"], &value["error"]["code"]),
            (&"a.txt".into(), &"no_text".into())
        );
        assert!(value["error"]["message"].as_str().unwrap().contains("no article text"));
    }
}

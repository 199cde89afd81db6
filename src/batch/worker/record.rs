//! One line → an article with the languages that are wanted, or what is wrong with the line.

use serde::Serialize;
use serde_json::Value;

use crate::article::{Article, ArticleError, Reader};
use crate::batch::lines::Line;
use crate::batch::worker::WorkerOptions;
use crate::language::Language;

/// Why a record has no brief. `code` is for programs and never changes its meaning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Fault {
    pub code: &'static str,
    pub message: String,
    /// Whether the same record may fare better on another try, or on another machine.
    pub retryable: bool,
}

impl Fault {
    fn permanent(code: &'static str, message: impl ToString) -> Self {
        Self { code, message: message.to_string(), retryable: false }
    }

    /// The model was asked, and nothing that stands came of it: it would not the next time.
    pub(super) fn model(message: String) -> Self {
        Self::permanent("model", message)
    }

    /// Something outside the record went wrong.
    pub(super) fn internal(message: String) -> Self {
        Self { code: "internal", message, retryable: true }
    }
}

impl From<ArticleError> for Fault {
    fn from(error: ArticleError) -> Self {
        // An embargo passes.
        let retryable = matches!(error, ArticleError::Embargoed { .. });
        Self { retryable, ..Self::permanent(error.code(), error) }
    }
}

/// Blank lines want no answer.
pub(super) fn is_blank(line: &Line) -> bool {
    matches!(line, Line::Whole(bytes) if bytes.iter().all(u8::is_ascii_whitespace))
}

/// A line that wants an answer.
#[derive(Clone, Debug)]
pub(super) struct Record {
    /// As it was in the line; `null` where none can be found.
    pub id: Value,
    pub article: Result<Article, Fault>,
    /// What the record itself asks for, instead of what all do.
    to: Option<Vec<Language>>,
}

impl Record {
    /// Reads a line that is not blank. Fields: `id`, the article (`title`, `text`, or any
    /// other JSON article that bulletin reads), and optionally `language` and `to`.
    pub(super) fn read(line: Line, options: &WorkerOptions) -> Self {
        let limit = options.line_limit;
        let bytes = match line {
            Line::Whole(bytes) => bytes,
            Line::TooLong(beginning) => {
                let message = format!("the line is longer than {limit} bytes");
                let id = id_in_beginning(&beginning);
                return Self::faulty(id, Fault::permanent("line_too_long", message));
            }
        };
        let value = match serde_json::from_slice::<Value>(&bytes) {
            Ok(Value::Object(fields)) => Value::Object(fields),
            Ok(_) => {
                let fault = Fault::permanent("bad_record", "the line is no JSON object");
                return Self::faulty(Value::Null, fault);
            }
            Err(error) => {
                // A line that ends too early was torn on its way: whole, it may be good.
                let mut fault = Fault::permanent("bad_json", error.to_string());
                fault.retryable = error.is_eof();
                return Self::faulty(id_in_beginning(&bytes), fault);
            }
        };
        let id = value.get("id").cloned().unwrap_or(Value::Null);
        match contents(&value, &bytes, options) {
            Ok((article, to)) => Self { id, article: Ok(article), to },
            Err(fault) => Self::faulty(id, fault),
        }
    }

    /// Languages that are wanted for this record.
    pub(super) fn targets<'a>(&'a self, all: &'a [Language]) -> &'a [Language] {
        self.to.as_deref().unwrap_or(all)
    }

    fn faulty(id: Value, fault: Fault) -> Self {
        Self { id, article: Err(fault), to: None }
    }
}

fn contents(
    value: &Value,
    bytes: &[u8],
    options: &WorkerOptions,
) -> Result<(Article, Option<Vec<Language>>), Fault> {
    let to = match value.get("to") {
        None | Some(Value::Null) => None,
        Some(to) => Some(languages(to)?),
    };
    let language = match value.get("language") {
        None | Some(Value::Null) => None,
        Some(Value::String(code)) => Some(language(code)?),
        Some(_) => return Err(Fault::permanent("bad_record", "'language' is no text")),
    };
    let reader =
        Reader { language: language.or(options.reader.language), ..options.reader.clone() };
    let mut article = reader.read("record.json", bytes)?;
    options.admission.admit(&article)?;
    let id = match value.get("id") {
        Some(Value::String(id)) => Some(id.clone()),
        Some(Value::Number(id)) => Some(id.to_string()),
        _ => None,
    };
    if let Some(id) = id {
        article.id = id;
    }
    article.source = value.get("source").and_then(Value::as_str).unwrap_or("-").to_string();
    Ok((article, to))
}

fn languages(value: &Value) -> Result<Vec<Language>, Fault> {
    let bad = || Fault::permanent("bad_record", "'to' is no list of languages such as [\"tr\"]");
    let list = value.as_array().ok_or_else(bad)?;
    list.iter().map(|code| language(code.as_str().ok_or_else(bad)?)).collect()
}

fn language(code: &str) -> Result<Language, Fault> {
    code.parse().map_err(|error| Fault::permanent("other_language", error))
}

/// The id in a line that is no JSON as a whole: the string or number after a first `"id":`.
fn id_in_beginning(bytes: &[u8]) -> Value {
    let text = String::from_utf8_lossy(bytes);
    let Some((_, rest)) = text.split_once("\"id\"") else { return Value::Null };
    let Some(rest) = rest.trim_start().strip_prefix(':') else { return Value::Null };
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
    match values.next() {
        Some(Ok(id @ (Value::String(_) | Value::Number(_)))) => id,
        _ => Value::Null,
    }
}

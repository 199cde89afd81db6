//! What React's server streams to its client (`self.__next_f.push([1, "…"])`): rows of
//! `id:JSON`, in which an element is `["$", tag, key, {props}]`, put together to HTML.

use std::collections::HashMap;

use serde_json::Value;

use crate::article::html::read_fragment;

/// References followed into one another.
const DEEPEST: usize = 60;

/// Bytes of HTML that are put together; a page that refers to itself ends here.
const LARGEST: usize = 4_000_000;

/// The paragraphs of the streamed page, when there is one; text that is only data is found, too.
pub(super) fn pages<'s>(scripts: impl Iterator<Item = &'s str>) -> Vec<Vec<String>> {
    let stream: String = scripts.filter_map(pushed).collect();
    if stream.is_empty() {
        return Vec::new();
    }
    let (rows, raw) = rows(&stream);
    let mut html = String::new();
    for row in rows.values().chain(raw.values()) {
        Rendering { rows: &rows, html: &mut html }.value(row, 0);
    }
    let mut found = vec![unique(read_fragment(&html))];
    found.extend(rows.values().chain(raw.values()).map(|row| super::best(row, 0)));
    found
}

/// A row may be reached by itself and by reference.
fn unique(lines: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    lines.into_iter().filter(|line| seen.insert(line.clone())).collect()
}

/// The string in `self.__next_f.push([1,"…"])`.
fn pushed(script: &str) -> Option<String> {
    let (_, call) = script.split_once("__next_f")?;
    let (_, argument) = call.split_once(".push(")?;
    let value: Value = serde_json::Deserializer::from_str(argument).into_iter().next()?.ok()?;
    value.get(1)?.as_str().map(str::to_string)
}

type Rows = std::collections::BTreeMap<u64, Value>;

/// Rows by number: JSON ones, and long texts (`id:Tlength,text`).
fn rows(stream: &str) -> (Rows, Rows) {
    let (mut rows, mut raw) = (Rows::new(), Rows::new());
    let mut rest = stream;
    while let Some((id, after)) = rest.split_once(':') {
        let Ok(id) = u64::from_str_radix(id.trim(), 16) else {
            rest = rest.split_once('\n').map_or("", |(_, behind)| behind);
            continue;
        };
        if let Some(text) = after.strip_prefix('T')
            && let Some((length, text)) = text.split_once(',')
            && let Ok(length) = usize::from_str_radix(length, 16)
        {
            // The length counts bytes.
            let end = (0..=length.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
            let (text, behind) = text.split_at(end.unwrap_or(0));
            raw.insert(id, Value::String(text.to_string()));
            rest = behind;
            continue;
        }
        let (line, behind) = after.split_once('\n').unwrap_or((after, ""));
        // A letter before the JSON names a kind of row: modules, hints.
        if let Ok(value) = serde_json::from_str(line) {
            rows.insert(id, value);
        }
        rest = behind;
    }
    (rows, raw)
}

struct Rendering<'r> {
    rows: &'r Rows,
    html: &'r mut String,
}

impl Rendering<'_> {
    fn value(&mut self, value: &Value, depth: usize) {
        if depth > DEEPEST || self.html.len() > LARGEST {
            return;
        }
        match value {
            Value::String(text) => self.text(text, depth),
            Value::Array(values) => match element(values) {
                Some((tag, props)) => self.element(tag, props, depth),
                None => values.iter().for_each(|value| self.value(value, depth + 1)),
            },
            _ => {}
        }
    }

    /// Plain text, or a reference: `$5`, `$L5`.
    fn text(&mut self, text: &str, depth: usize) {
        let Some(name) = text.strip_prefix('$').filter(|name| !name.starts_with('$')) else {
            let plain = text.strip_prefix('$').unwrap_or(text);
            self.html.push_str(&plain.replace('&', "&amp;").replace('<', "&lt;"));
            return;
        };
        let rows = self.rows;
        let id = u64::from_str_radix(name.trim_start_matches(['L', '@']), 16);
        if let Some(row) = id.ok().and_then(|id| rows.get(&id)) {
            self.value(row, depth + 1);
        }
    }

    fn element(&mut self, tag: &str, props: &Value, depth: usize) {
        // `$L5` and the like are components of the page; what they show is among their children.
        let named = !tag.starts_with('$') && !matches!(tag, "script" | "style" | "head");
        if matches!(tag, "script" | "style" | "head") {
            return;
        }
        if named {
            self.html.push_str(&format!("<{tag}{}>", attributes(props)));
        }
        if let Some(inner) =
            props.pointer("/dangerouslySetInnerHTML/__html").and_then(Value::as_str)
        {
            self.html.push_str(inner);
        }
        if let Some(children) = props.get("children") {
            self.value(children, depth + 1);
        }
        if named {
            self.html.push_str(&format!("</{tag}>"));
        }
    }
}

fn element(values: &[Value]) -> Option<(&str, &Value)> {
    match values {
        [mark, tag, _, props, ..] if mark == "$" => Some((tag.as_str()?, props)),
        _ => None,
    }
}

/// Those that tell furniture from text.
fn attributes(props: &Value) -> String {
    let kept: HashMap<&str, &str> =
        [("className", "class"), ("id", "id"), ("role", "role"), ("href", "href")].into();
    let mut text = String::new();
    for (name, value) in props.as_object().into_iter().flatten() {
        if let (Some(name), Some(value)) = (kept.get(name.as_str()), value.as_str()) {
            text.push_str(&format!(" {name}=\"{}\"", value.replace(['"', '<'], "")));
        }
    }
    text
}

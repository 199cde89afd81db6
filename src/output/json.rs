//! [`Document`] → its JSON, schema `bulletin/1`.

use anyhow::{Context, Result};

use crate::document::Document;

/// The document, indented for people, with a line break at its end.
pub fn render(document: &Document) -> Result<String> {
    let mut text = serde_json::to_string_pretty(document).context("cannot write the JSON")?;
    text.push('\n');
    Ok(text)
}

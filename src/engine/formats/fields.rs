//! A JSON file of a model repository → its keys.
//!
//! A key that is `null` counts as absent, as in `transformers`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, ensure};
use serde_json::Value;

/// Reads a JSON file.
///
/// # Errors
/// When it is missing or damaged; the message names it.
pub fn read_json(path: &Path) -> Result<Value> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read '{}'", path.display()))?;
    serde_json::from_slice(&bytes).with_context(|| format!("'{}' is not JSON", path.display()))
}

/// A JSON object of a model repository, with access that names file and key on error.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Fields {
    path: PathBuf,
    value: Value,
}

impl Fields {
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the JSON object in the file at `path`.
    ///
    /// # Errors
    /// When the file cannot be read or holds no JSON object.
    pub fn read(path: &Path) -> Result<Self> {
        let value = read_json(path)?;
        ensure!(value.is_object(), "'{}' does not hold a JSON object", path.display());
        Ok(Self { path: path.to_path_buf(), value })
    }

    /// An object that was read from nowhere, for tests.
    #[cfg(test)]
    pub fn of(value: Value) -> Self {
        Self { path: PathBuf::from("config.json"), value }
    }

    /// The value of `key`, unless it is absent or null.
    pub fn find(&self, key: &str) -> Option<&Value> {
        self.value.get(key).filter(|value| !value.is_null())
    }

    fn wrong(&self, key: &str, expected: &str) -> anyhow::Error {
        anyhow!("'{key}' in '{}' is not {expected}", self.path.display())
    }

    pub fn optional_size(&self, key: &str) -> Result<Option<usize>> {
        let Some(value) = self.find(key) else { return Ok(None) };
        let size = value.as_u64().and_then(|number| u32::try_from(number).ok());
        Ok(Some(size.ok_or_else(|| self.wrong(key, "a whole number"))? as usize))
    }

    pub fn size(&self, key: &str) -> Result<usize> {
        self.optional_size(key)?
            .with_context(|| format!("'{}' has no '{key}'", self.path.display()))
    }

    pub fn optional_token(&self, key: &str) -> Result<Option<u32>> {
        Ok(self.optional_size(key)?.map(|token| token as u32))
    }

    pub fn optional_number(&self, key: &str) -> Result<Option<f32>> {
        let Some(value) = self.find(key) else { return Ok(None) };
        let number = value.as_f64().ok_or_else(|| self.wrong(key, "a number"))?;
        Ok(Some(number as f32))
    }

    /// Whether `key` says true; absent means `default`.
    pub fn flag(&self, key: &str, default: bool) -> Result<bool> {
        let Some(value) = self.find(key) else { return Ok(default) };
        value.as_bool().ok_or_else(|| self.wrong(key, "true or false"))
    }

    pub fn optional_text(&self, key: &str) -> Result<Option<&str>> {
        let Some(value) = self.find(key) else { return Ok(None) };
        Ok(Some(value.as_str().ok_or_else(|| self.wrong(key, "a text"))?))
    }

    /// One token, or a list of tokens.
    pub fn tokens(&self, key: &str) -> Result<Vec<u32>> {
        let Some(value) = self.find(key) else { return Ok(Vec::new()) };
        token_list(value).ok_or_else(|| self.wrong(key, "a token or a list of tokens"))
    }

    /// A list of lists of tokens.
    pub fn token_lists(&self, key: &str) -> Result<Vec<Vec<u32>>> {
        let Some(value) = self.find(key) else { return Ok(Vec::new()) };
        let lists = value.as_array().and_then(|lists| lists.iter().map(token_list).collect());
        lists.ok_or_else(|| self.wrong(key, "a list of lists of tokens"))
    }
}

fn token_list(value: &Value) -> Option<Vec<u32>> {
    let token = |value: &Value| value.as_u64().and_then(|token| u32::try_from(token).ok());
    match value {
        Value::Array(items) => items.iter().map(token).collect(),
        _ => Some(vec![token(value)?]),
    }
}

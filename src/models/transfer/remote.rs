//! Headers of the hub's answer → commit, sum and size of a file.

use anyhow::{Context, Result, bail};
use ureq::http::{HeaderMap, StatusCode};

/// What the hub states of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::models) struct Remote {
    pub commit: String,
    /// sha256 of large files, the git object name of small ones.
    pub etag: String,
    pub size: Option<u64>,
}

/// The header `name`, if it is text.
pub(super) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Reads what the hub states, and refuses what could not be a file name in the cache.
pub(super) fn remote(status: StatusCode, headers: &HeaderMap, url: &str) -> Result<Remote> {
    let stated = |name: &str| {
        text(headers, name).with_context(|| format!("the hub states no '{name}' for '{url}'"))
    };
    let commit = stated("x-repo-commit")?.to_string();
    let etag = text(headers, "x-linked-etag").map_or_else(|| stated("etag"), Ok)?;
    let etag = etag.trim_start_matches("W/").trim_matches('"').to_string();
    for part in [&commit, &etag] {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        if part.is_empty() || part.len() > 128 || !part.chars().all(plain) {
            bail!("the hub states an odd name for '{url}': {part:?}");
        }
    }
    // The length of a redirect is that of its own page.
    let length = if status.is_success() { text(headers, "content-length") } else { None };
    let size = text(headers, "x-linked-size").or(length);
    Ok(Remote { commit, etag, size: size.and_then(|size| size.parse().ok()) })
}

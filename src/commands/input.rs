//! A path as the user typed it → bytes, with errors that say what to do.

use std::borrow::Cow;
use std::io::{IsTerminal, Read as _};
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use bulletin::internals::{article, output};

/// What was read, and the name that messages and documents give it.
pub struct Source {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Reads a file, or standard input for `-`.
///
/// # Errors
/// When it is not there, is a folder, cannot be read, or standard input is a terminal, where
/// nothing would ever come.
pub fn read(path: &Path) -> Result<Source> {
    read_at_most(path, u64::MAX - 1)
}

/// The same for files of at most `limit` bytes.
///
/// # Errors
/// Those of [`read`], and when it is larger.
pub fn read_at_most(path: &Path, limit: u64) -> Result<Source> {
    let name = path.display().to_string();
    if path == Path::new("-") {
        let stdin = std::io::stdin();
        if stdin.is_terminal() {
            bail!(
                "standard input is a terminal; give the name of a file, or pipe one in, as in \
                 `bulletin summarise - < article.txt` (`bulletin help` shows all commands)"
            );
        }
        let mut bytes = Vec::new();
        stdin.take(limit + 1).read_to_end(&mut bytes).context("cannot read standard input")?;
        refuse_large("standard input", bytes.len() as u64, limit)?;
        return Ok(Source { name, bytes });
    }
    if path.is_dir() {
        bail!("'{name}' is a folder; give one file, or use `bulletin batch` for a folder");
    }
    if !path.exists() {
        bail!("there is no file '{name}'; check its name and the folder you are in");
    }
    let cannot = || format!("cannot read '{name}'");
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).with_context(cannot)?;
    file.take(limit + 1).read_to_end(&mut bytes).with_context(cannot)?;
    refuse_large(&format!("'{name}'"), bytes.len() as u64, limit)?;
    Ok(Source { name, bytes })
}

fn refuse_large(name: &str, bytes: u64, limit: u64) -> Result<()> {
    if bytes > limit {
        bail!(
            "{name} is larger than {} MiB, the most that is read; split it, or raise --max-file",
            limit >> 20
        );
    }
    Ok(())
}

impl Source {
    /// The name as messages print it.
    pub fn shown(&self) -> String {
        match self.name.as_str() {
            "-" => "standard input".to_string(),
            name => format!("'{name}'"),
        }
    }

    /// The bytes as text, without a byte order mark. Other encodings than UTF-8 are told by their
    /// letters, as in articles, and named on standard error.
    ///
    /// # Errors
    /// When there is no text, or it is in no certain encoding.
    pub fn text(&self) -> Result<Cow<'_, str>> {
        if self.bytes.iter().all(u8::is_ascii_whitespace) {
            bail!("{} is empty; give a file with text in it", self.shown());
        }
        if let Ok(text) = std::str::from_utf8(&self.bytes)
            && !text.contains('\0')
        {
            return Ok(Cow::Borrowed(text.strip_prefix('\u{feff}').unwrap_or(text)));
        }
        let (text, notes) =
            article::decode(&self.bytes).map_err(|error| anyhow!("{}: {error}", self.shown()))?;
        notes.iter().for_each(|note| eprintln!("note: {}", output::harmless(note)));
        Ok(Cow::Owned(text))
    }
}

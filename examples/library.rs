//! Summarises an article and translates the brief into Turkish and Russian:
//! `cargo run --release --example library -- ARTICLE`.

use std::path::Path;

use anyhow::{Context, Result};
use bulletin::{Config, Form, Format, Language, Newsroom, Paper, Reader, render};

/// The brief of the article in `file`, and its translations, as text.
pub fn bulletin_of(file: &Path, config: Config) -> Result<String> {
    let name = file.display().to_string();
    let bytes = std::fs::read(file).with_context(|| format!("cannot read '{name}'"))?;
    let article = Reader::default().read(&name, &bytes)?;

    let newsroom = Newsroom::open(config)?;
    let targets = [Language::Turkish, Language::Russian];
    let document = newsroom.summarise(article, &Form::default(), &targets, &mut |_| {})?;
    for finding in &document.findings {
        eprintln!("{}: {}", finding.check, finding.message);
    }
    render(&document, Format::Text, Paper::Pipe)
}

#[allow(dead_code, reason = "a test takes the function alone")]
fn main() -> Result<()> {
    let file = std::env::args().nth(1).context("give the file of an article")?;
    print!("{}", bulletin_of(Path::new(&file), Config::default())?);
    Ok(())
}

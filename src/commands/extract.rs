//! `bulletin extract`: what the reader sees of files, without any model.

use std::path::Path;

use anyhow::{Result, bail};
use bulletin::internals::article::{Article, ArticleError, Reader};
use bulletin::internals::output::{self, Format, extract};

use super::models::print;
use super::{Ending, input};
use crate::cli::Cli;
use crate::cli::extract::ExtractArgs;

/// Exit code 1 when some of the articles are refused, 2 when all are.
pub fn run(args: &ExtractArgs, cli: &Cli) -> Result<Ending> {
    let reader = args.reading.reader(args.from);
    let (mut shown, mut refused) = (0usize, 0usize);
    for path in &args.files {
        for (source, article) in entries(path, &reader) {
            match &article {
                Ok(_) => shown += 1,
                Err(_) => refused += 1,
            }
            show(&source, article, args.format, shown, cli)?;
        }
    }
    match (shown, refused) {
        // A feed in which nothing has happened is no failure.
        (0, 0) => Ok(Ending::Success),
        (0, 1) => bail!("nothing could be read; the line above says why"),
        (0, _) => bail!("none of {refused} entries could be read; the lines above say why"),
        (_, 0) => Ok(Ending::Success),
        _ => Ok(Ending::Findings),
    }
}

type Seen = (String, Result<Article, Refused>);

/// Why there is no article: the file itself, or what is in it.
enum Refused {
    File(String),
    Entry(ArticleError),
}

fn entries(path: &Path, reader: &Reader) -> Vec<Seen> {
    let source = match input::read_at_most(path, reader.limits.file) {
        Ok(source) => source,
        Err(error) => {
            return vec![(path.display().to_string(), Err(Refused::File(format!("{error:#}"))))];
        }
    };
    match reader.read_many(&source.name, &source.bytes) {
        Err(error) => vec![(source.name, Err(Refused::Entry(error)))],
        Ok(mut entries) if entries.len() == 1 => {
            let article = entries.remove(0).article;
            vec![(source.name, article.map_err(Refused::Entry))]
        }
        Ok(entries) => {
            let named = entries.into_iter().map(|entry| {
                let name = format!("{}: {}", source.name, entry.name);
                (name, entry.article.map_err(Refused::Entry))
            });
            named.collect()
        }
    }
}

fn show(
    source: &str,
    article: Result<Article, Refused>,
    format: Format,
    place: usize,
    cli: &Cli,
) -> Result<()> {
    match (&article, format) {
        (Ok(article), Format::Json) => print(&extract::json(source, Ok(article))?),
        (Ok(article), _) => {
            let rule = if place > 1 { "\n---\n\n" } else { "" };
            let text = match format {
                Format::Markdown => extract::markdown(article),
                _ => extract::text(article),
            };
            print(&format!("{rule}{text}"))?;
            if !cli.talk.quiet {
                article.notes.iter().for_each(|note| eprintln!("note: {}", output::harmless(note)));
            }
            Ok(())
        }
        (Err(Refused::Entry(error)), Format::Json) => print(&extract::json(source, Err(error))?),
        (Err(Refused::Entry(error)), _) => {
            let source = if source == "-" { "standard input" } else { source };
            eprintln!("error: {}", output::harmless(&format!("'{source}': {error}")));
            Ok(())
        }
        (Err(Refused::File(error)), _) => {
            eprintln!("error: {}", output::harmless(error));
            Ok(())
        }
    }
}

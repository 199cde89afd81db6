//! `bulletin check`: the gate for texts written by anyone.

use anyhow::{Context, Result, anyhow, bail};
use bulletin::internals::article::{self, Article, Format as FileFormat};
use bulletin::internals::checks::adequacy::Quality;
use bulletin::internals::comparison::Report;
use bulletin::internals::document::{Finding, Severity};
use bulletin::internals::language::{Language, detect};
use bulletin::internals::newsroom::{Keep, Newsroom, cut};
use bulletin::internals::output::{self, Format};
use serde_json::json;

use super::input::{self, Source};
use super::models::print;
use super::newsroom::open;
use super::{Ending, result};
use crate::cli::Cli;
use crate::cli::check::{CheckArgs, Kind, Translator};

/// Name and version of the JSON that `check` writes.
const SCHEMA: &str = "bulletin-check/1";

pub fn run(args: &CheckArgs, cli: &Cli) -> Result<Ending> {
    let (text, source) = (input::read(&args.text)?, input::read(&args.against)?);
    let own = &*text.text()?;
    let newsroom = open(&args.run, cli, Keep::One)?;
    if args.lines {
        return lines(args, (&text, own), (&source, &source.text()?), &newsroom);
    }
    let original = Original::read(&source, args.from)?;
    let from = original.language;
    let to = language(args.to, own, &text)?;
    let kind = args.kind.unwrap_or(if from == to { Kind::Brief } else { Kind::Translation });
    let report = match kind {
        Kind::Brief if args.by == Translator::Draft => bail!(
            "--by draft is for translations; a brief is checked in the same way whoever wrote it"
        ),
        Kind::Brief => newsroom.check_brief(&original.article(&source)?, (own, to))?,
        Kind::Translation if from == to => bail!(
            "{} and {} are both in {}; a translation has another language (--from, --to)",
            text.shown(),
            source.shown(),
            to.name()
        ),
        Kind::Translation => {
            newsroom.check_translation((&original.text, from), (own, to), quality(args))?
        }
    };
    match args.format {
        Format::Json => print(&format!("{:#}\n", document(kind, from, to, &report)))?,
        _ => print(&plain(&report, own))?,
    }
    Ok(outcome(report.all(), args))
}

/// How far whoever translated is to be trusted.
fn quality(args: &CheckArgs) -> Quality {
    match args.by {
        Translator::Anyone => Quality::Good,
        Translator::Draft => Quality::Draft,
    }
}

/// The source: its article, or its text as it stands.
struct Original {
    text: String,
    language: Language,
    article: Option<Article>,
}

impl Original {
    /// Plain text is taken as it is; of everything else, what `extract` shows.
    fn read(source: &Source, from: Option<Language>) -> Result<Self> {
        let format = FileFormat::of(&source.name, &source.bytes);
        if matches!(format, FileFormat::Text | FileFormat::Markdown) {
            let text = source.text()?.to_string();
            let language = language(from, &text, source)?;
            return Ok(Self { text, language, article: None });
        }
        let article = read_article(source, from)?;
        let title = article.title.iter().cloned();
        let lines: Vec<String> = title.chain(article.paragraphs.iter().cloned()).collect();
        let language = article.language;
        Ok(Self { text: lines.join("\n"), language, article: Some(article) })
    }

    fn article(&self, source: &Source) -> Result<Article> {
        match &self.article {
            Some(article) => Ok(article.clone()),
            None => read_article(source, Some(self.language)),
        }
    }
}

fn read_article(source: &Source, from: Option<Language>) -> Result<Article> {
    article::read(&source.name, &source.bytes, from)
        .map_err(|error| anyhow!("{}: {error}", source.shown()))
}

/// The language that the user names, else the one that shows.
fn language(named: Option<Language>, text: &str, source: &Source) -> Result<Language> {
    let found = named.or_else(|| detect(text).known());
    found.with_context(|| {
        format!(
            "the language of {} is none of English, Turkish and Russian, or cannot be told; give \
             it with --from (the source) or --to (the text)",
            source.shown()
        )
    })
}

fn document(kind: Kind, from: Language, to: Language, report: &Report) -> serde_json::Value {
    json!({
        "schema": SCHEMA,
        "as": match kind { Kind::Brief => "brief", Kind::Translation => "translation" },
        "from": from,
        "to": to,
        "pairs": report.pairs,
        "findings": report.findings,
    })
}

/// Line by line: as many lines on both sides.
fn lines(
    args: &CheckArgs,
    (text, own): (&Source, &str),
    (source, original): (&Source, &str),
    newsroom: &Newsroom,
) -> Result<Ending> {
    if args.kind == Some(Kind::Brief) {
        bail!("--lines is for translations; leave it out to check a brief");
    }
    let (mine, theirs): (Vec<&str>, Vec<&str>) =
        (own.lines().collect(), original.lines().collect());
    if mine.len() != theirs.len() {
        bail!(
            "{} has {} lines and {} has {}; with --lines, line N of the text translates line N of the source",
            text.shown(),
            mine.len(),
            source.shown(),
            theirs.len()
        );
    }
    let (from, to) = (language(args.from, original, source)?, language(args.to, own, text)?);
    if from == to {
        bail!("both sides are in {}; a translation has another language (--from, --to)", to.name());
    }
    let (mut bad, mut all) = (0, Vec::new());
    for (at, (one, two)) in theirs.into_iter().zip(mine).enumerate() {
        let (adequacy, findings) = newsroom.check_line((one, from), (two, to), quality(args))?;
        let number = at + 1;
        match args.format {
            Format::Json => {
                let row = json!({"line": number, "adequacy": adequacy, "findings": findings});
                print(&format!("{row}\n"))?;
            }
            _ => {
                let told = findings.iter().filter(|finding| finding.severity > Severity::Note);
                for finding in told {
                    print(&format!("{number}: {}\n", output::text::finding(finding)))?;
                }
            }
        }
        bad += usize::from(findings.iter().any(|finding| is_bad(finding, args)));
        all.extend(findings);
    }
    if args.format != Format::Json {
        print(&format!("{bad} of {} lines do not stand\n", own.lines().count()))?;
    }
    Ok(outcome(all.iter(), args))
}

/// Each finding with the sentence that it is about, and how many sentences do not stand.
fn plain(report: &Report, text: &str) -> String {
    let mut shown = String::new();
    let told = |finding: &&Finding| finding.severity > Severity::Note;
    for (at, pair) in report.pairs.iter().enumerate() {
        let findings: Vec<&Finding> = pair.findings.iter().filter(told).collect();
        if findings.is_empty() {
            continue;
        }
        let sentence = output::harmless(&cut(text, pair.text)).to_string();
        shown.push_str(&format!("{}: {sentence}\n", at + 1));
        for finding in findings {
            shown.push_str(&format!("    {}\n", output::text::finding(finding)));
        }
    }
    for finding in report.findings.iter().filter(told) {
        shown.push_str(&format!("{}\n", output::text::finding(finding)));
    }
    let wrong = report
        .pairs
        .iter()
        .filter(|pair| pair.findings.iter().any(|finding| finding.severity == Severity::Error));
    let count = wrong.count();
    shown.push_str(&format!("{count} of {} sentences do not stand\n", report.pairs.len()));
    shown
}

fn is_bad(finding: &Finding, args: &CheckArgs) -> bool {
    let least = if args.strict { Severity::Warning } else { Severity::Error };
    finding.severity >= least
}

fn outcome<'a>(findings: impl Iterator<Item = &'a Finding>, args: &CheckArgs) -> Ending {
    let mut findings = findings;
    if findings.any(|finding| is_bad(finding, args)) {
        Ending::Findings
    } else {
        result::outcome(&[])
    }
}

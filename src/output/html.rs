//! Documents → one self-contained page: briefs side by side, each sentence linked to its source
//! sentence, findings in sight, a filter. It asks nothing of any network, and says so to the
//! browser in its content security policy. Impure: a page is written piece by piece.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use anyhow::Result;
use sha2::{Digest, Sha256};

use crate::document::{Brief, BriefPath, Document};
use crate::document::{Finding, Severity};
use crate::language::Language;
use crate::output::html::anchors::Anchors;
use crate::output::html::encode::{base64, escape};
use crate::output::own_name;

mod anchors;
mod encode;

const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

/// What the head of the page says about all that follows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overview {
    /// Articles that have a brief.
    pub articles: usize,
    /// Articles on the page: the newest of them.
    pub shown: usize,
    /// The languages that briefs are in.
    pub languages: BTreeSet<Language>,
    /// How many findings of each check.
    pub findings: BTreeMap<String, usize>,
}

/// Writes everything before the first article.
pub fn start(out: &mut dyn Write, overview: &Overview) -> Result<()> {
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; \
         form-action 'none'",
        base64(&Sha256::digest(STYLE)),
        base64(&Sha256::digest(SCRIPT)),
    );
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<title>Bulletin</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>Bulletin</h1>"
    )?;
    writeln!(out, "<p class=\"soft\">{}</p>\n</header>", escape(&headline(overview)))?;
    filters(out, overview)?;
    writeln!(out, "<main>")?;
    Ok(())
}

/// Writes one article with its briefs.
pub fn article(out: &mut dyn Write, document: &Document) -> Result<()> {
    story(out, document, &[])
}

/// Writes one article with its briefs, and where else its story stands.
pub fn story(out: &mut dyn Write, document: &Document, also_in: &[String]) -> Result<()> {
    let article = &document.article;
    let anchors = Anchors::of(document);
    let languages: Vec<&str> = document.briefs.iter().map(|brief| brief.language.code()).collect();
    let checks: BTreeSet<&str> = document.findings.iter().map(|it| it.check.as_str()).collect();
    let severities: BTreeSet<&str> =
        document.findings.iter().map(|it| severity_name(it.severity)).collect();
    writeln!(
        out,
        "<article id=\"{}\" data-languages=\"{}\" data-findings=\"{}\" data-severities=\"{}\">",
        escape(&article.id),
        languages.join(" "),
        escape(&checks.into_iter().collect::<Vec<_>>().join(" ")),
        severities.into_iter().collect::<Vec<_>>().join(" "),
    )?;
    writeln!(out, "<p class=\"soft place\">{}{}</p>", date(document), source(&article.source))?;
    if !also_in.is_empty() {
        let places: Vec<String> = also_in.iter().map(|place| escape(place)).collect();
        writeln!(out, "<p class=\"soft also\">The same story: {}</p>", places.join("; "))?;
    }
    let about: Vec<&Finding> =
        document.findings.iter().filter(|finding| finding.language.is_none()).collect();
    findings(out, &about)?;
    writeln!(out, "<div class=\"briefs\">")?;
    for brief in &document.briefs {
        section(out, document, brief, &anchors)?;
    }
    if document.briefs.is_empty() {
        writeln!(out, "<p class=\"text\">No brief was made of this article.</p>")?;
    }
    writeln!(out, "</div>")?;
    source_text(out, document, &anchors)?;
    writeln!(out, "</article>")?;
    Ok(())
}

/// Writes everything after the last article.
pub fn end(out: &mut dyn Write) -> Result<()> {
    writeln!(
        out,
        "</main>\n<footer>Written by models from the articles shown; each sentence links to the \
         source sentence it rests on. Read the source before you publish.</footer>\n\
         <script>{SCRIPT}</script>\n</body>\n</html>"
    )?;
    Ok(())
}

fn headline(overview: &Overview) -> String {
    let findings: usize = overview.findings.values().sum();
    let noun = |count: usize, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    };
    let articles = noun(overview.articles, "article", "articles");
    let findings = noun(findings, "finding", "findings");
    if overview.shown < overview.articles {
        format!("The newest {} of {articles}, {findings}; all are in briefs.jsonl.", overview.shown)
    } else {
        format!("{articles}, newest first, {findings}.")
    }
}

/// The form is shown by the script, since it does nothing without it.
fn filters(out: &mut dyn Write, overview: &Overview) -> Result<()> {
    writeln!(
        out,
        "<form hidden aria-label=\"Filter\">\n\
         <label>Words <input type=\"search\" name=\"words\" autocomplete=\"off\"></label>\n\
         <label>Language <select name=\"language\">\n\
         <option value=\"\">all</option>"
    )?;
    for &language in &overview.languages {
        let (code, name) = (language.code(), own_name(language));
        writeln!(out, "<option value=\"{code}\" lang=\"{code}\">{name}</option>")?;
    }
    writeln!(
        out,
        "</select></label>\n<label>Findings <select name=\"finding\">\n\
         <option value=\"\">all articles</option>\n<option value=\"any\">with findings</option>\n\
         <option value=\"severe\">with errors</option>\n\
         <option value=\"none\">without findings</option>"
    )?;
    for (check, count) in &overview.findings {
        let check = escape(check);
        writeln!(out, "<option value=\"{check}\">{check} ({count})</option>")?;
    }
    writeln!(out, "</select></label>\n<output aria-live=\"polite\"></output>\n</form>")?;
    Ok(())
}

fn date(document: &Document) -> String {
    let Some(published) = &document.article.published else { return String::new() };
    let machine = published.get(..10).is_some_and(|day| {
        day.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
    });
    let text = escape(published);
    if machine {
        format!("<time datetime=\"{text}\">{text}</time> · ")
    } else {
        format!("{text} · ")
    }
}

fn source(source: &str) -> String {
    let text = escape(source);
    if source.starts_with("https://") || source.starts_with("http://") {
        format!("<a href=\"{text}\" rel=\"noopener noreferrer\">{text}</a>")
    } else {
        text
    }
}

fn section(
    out: &mut dyn Write,
    document: &Document,
    brief: &Brief,
    anchors: &Anchors,
) -> Result<()> {
    let code = brief.language.code();
    writeln!(out, "<section lang=\"{code}\" data-language=\"{code}\">")?;
    writeln!(out, "<p class=\"label\">{}</p>", own_name(brief.language))?;
    writeln!(out, "<h2>{}</h2>\n<p class=\"text\">", escape(&brief.headline))?;
    for sentence in &brief.sentences {
        let text = escape(&sentence.text);
        let mut targets = anchors.targets(&sentence.evidence).into_iter();
        match targets.next() {
            Some(first) => {
                write!(out, "<a class=\"sentence\" href=\"#{}\">{text}</a>", escape(&first))?;
            }
            None => write!(out, "<span>{text}</span>")?,
        }
        for (place, target) in targets.enumerate() {
            let (target, number) = (escape(&target), place + 2);
            write!(
                out,
                "<a class=\"more\" href=\"#{target}\" aria-label=\"source {number}\">{number}</a>"
            )?;
        }
        writeln!(out)?;
    }
    writeln!(out, "</p>\n<p class=\"soft\" lang=\"en\">{}</p>", escape(&origin(brief)))?;
    let mine: Vec<&Finding> = document
        .findings
        .iter()
        .filter(|finding| finding.language == Some(brief.language))
        .collect();
    findings(out, &mine)?;
    writeln!(out, "</section>")?;
    Ok(())
}

fn origin(brief: &Brief) -> String {
    let route: Vec<&str> = brief.origin.route.iter().map(|language| language.code()).collect();
    let model = brief.origin.model.as_str();
    match brief.origin.path {
        // What is carried over was written by no model, but a model carried it over.
        BriefPath::Extractive if route.len() > 1 => {
            format!("sentences of the source · {model} · {}", route.join(" → "))
        }
        BriefPath::Extractive => "sentences of the source".to_string(),
        _ if route.len() > 1 => format!("{model} · {}", route.join(" → ")),
        _ => model.to_string(),
    }
}

fn findings(out: &mut dyn Write, findings: &[&Finding]) -> Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    let mut findings = findings.to_vec();
    findings.sort_by_key(|finding| Reverse(finding.severity));
    writeln!(out, "<ul class=\"findings\" lang=\"en\">")?;
    for finding in findings {
        let name = severity_name(finding.severity);
        let (check, message) = (escape(&finding.check), escape(&finding.message));
        writeln!(
            out,
            "<li class=\"{name}\"><b>{check}</b> <i>{name}</i> <span>{message}</span></li>"
        )?;
    }
    writeln!(out, "</ul>")?;
    Ok(())
}

fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn source_text(out: &mut dyn Write, document: &Document, anchors: &Anchors) -> Result<()> {
    let article = &document.article;
    let code = article.language.code();
    writeln!(out, "<details><summary>Source text</summary>\n<div lang=\"{code}\">")?;
    if let Some(title) = &article.title {
        writeln!(out, "<h3>{}</h3>", escape(title))?;
    }
    for (number, paragraph) in article.paragraphs.iter().enumerate() {
        write!(out, "<p>")?;
        for piece in anchors.pieces(number, paragraph) {
            let text = escape(&piece.text);
            match piece.id {
                Some(id) => write!(out, "<span id=\"{}\">{text}</span>", escape(&id))?,
                None => write!(out, "{text}")?,
            }
        }
        writeln!(out, "</p>")?;
    }
    writeln!(out, "</div>\n</details>")?;
    Ok(())
}

#[cfg(test)]
mod tests;

//! `bulletin translate` with a plain text.

use anyhow::Result;
use bulletin::internals::newsroom::{Kept, Newsroom, TextOptions};
use bulletin::internals::output::Format;
use bulletin::internals::translation::layout::Cut;

use super::glossary;
use super::report::LineReport;
use crate::cli::{Cli, TranslateArgs};
use crate::commands::input::Source;
use crate::commands::interrupt::Interrupt;
use crate::commands::newsroom::strictness;
use crate::commands::watch::Watch;
use crate::commands::{Ending, models, result};

pub(super) fn translate(
    text: &str,
    source: &Source,
    args: &TranslateArgs,
    cli: &Cli,
    newsroom: &Newsroom,
    interrupt: &Interrupt,
) -> Result<Ending> {
    let options = options(args);
    let plan = newsroom.plan_text(text, &source.shown(), options)?;
    if let Some(note) = plan.note().filter(|_| !cli.talk.quiet) {
        eprintln!("{}", bulletin::internals::output::text::finding(note));
    }
    let Some((from, route)) = plan.way() else {
        result::write(text, args.output.out.as_deref(), interrupt)?;
        return Ok(Ending::Success);
    };
    if args.explain {
        models::print(&format!("{}\n", newsroom.explained(route)?))?;
        return Ok(Ending::Success);
    }
    result::check_out(args.report.as_ref())?;
    let glossary = glossary(args.glossary.as_deref(), from, args.to)?;
    let mut watch = Watch::new(cli.talk);
    let mut run = plan.begin(glossary)?;
    let mut lines = LineReport::new(args);
    while let Some(window) = run.next_window(&mut |event| watch.see(event))? {
        if options.kept == Kept::Nothing {
            watch.finish();
            models::print(&window.text)?;
            result::show(&window.findings, cli.talk);
        }
        lines.add(&window);
    }
    watch.finish();
    lines.deliver(args, interrupt)?;
    let outcome = if run.has_errors() { Ending::Findings } else { Ending::Success };
    match options.kept {
        Kept::Nothing => Ok(outcome),
        Kept::Text => {
            let (text, findings) = run.kept();
            result::write(text, args.output.out.as_deref(), interrupt)?;
            result::show(findings, cli.talk);
            Ok(outcome)
        }
        Kept::Document => {
            let document = run.into_document(&source.name, &source.bytes);
            result::deliver(&document, &args.output, cli.talk, interrupt)
        }
    }
}

fn options(args: &TranslateArgs) -> TextOptions {
    TextOptions {
        from: args.from,
        to: args.to,
        cut: if args.lines { Cut::Lines } else { Cut::Sentences },
        strictness: strictness(args.output.strict),
        kept: match (args.output.format, &args.output.out) {
            (Format::Json, _) => Kept::Document,
            (_, Some(_)) => Kept::Text,
            (_, None) => Kept::Nothing,
        },
    }
}

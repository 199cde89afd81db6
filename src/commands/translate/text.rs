//! A text in one language → the same text in another, window by window, so that a long one needs
//! little memory and its beginning is there before its end is done.

use anyhow::Result;
use bulletin::article::Article;
use bulletin::document::{Brief, BriefPath, BriefSentence, Document, Evidence, Origin};
use bulletin::document::{Finding, Severity};
use bulletin::engine::Progress;
use bulletin::language::Language;
use bulletin::output::Format;
use bulletin::translation::briefs::placed;
use bulletin::translation::carry::{Arrived, Load, Used, carry};
use bulletin::translation::judge::Judge;
use bulletin::translation::layout::{Cut, Layout};
use bulletin::translation::route::Route;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::report::LineReport;
use super::{glossary, languages, same_language};
use crate::cli::{Cli, TranslateArgs};
use crate::commands::desk::Desk;
use crate::commands::input::Source;
use crate::commands::interrupt::Interrupt;
use crate::commands::watch::Watch;
use crate::commands::{Outcome, models, result};

/// Bytes of text that are translated before they are written. A route with two models takes the
/// whole text at once, since each model is loaded once.
const WINDOW: usize = 32 * 1024;

pub(super) fn translate(
    text: &str,
    source: &Source,
    args: &TranslateArgs,
    cli: &Cli,
    desk: &mut Desk,
    interrupt: &Interrupt,
) -> Result<Outcome> {
    let from = languages::of_text(text, source, args)?;
    let cut = if args.lines { Cut::Lines } else { Cut::Sentences };
    // A text in the target language may have sentences in another one.
    let mut first = from;
    if from == args.to {
        let foreign = languages::foreign(text, cut, args, desk);
        if !cli.talk.quiet {
            eprintln!("{}", bulletin::output::text::finding(&already(from, &foreign)));
        }
        let Some((language, _)) = foreign.first() else {
            result::write(text, args.output.out.as_deref(), interrupt)?;
            return Ok(Outcome::Success);
        };
        first = *language;
    }
    let route = desk.route(first, args.to)?;
    if args.explain {
        models::print(&format!("{}\n", desk.explained(&route)?))?;
        return Ok(Outcome::Success);
    }
    desk.glossary = glossary(args.glossary.as_deref(), first, args.to)?;
    let judge = Judge::new(desk.entailment()?);
    let mut watch = Watch::new(cli.talk);
    let windows = windows(text, &route);
    // Window by window, so that the sentences of the whole text are never there at once.
    let counts = windows.iter().map(|window| Layout::of(window, from, cut).sentences().count());
    let mut work = Work { args, desk, judge: &judge, from, cut, count: counts.sum() };
    result::check_out(args.report.as_ref())?;
    let (mut whole, mut lines) = (Whole::default(), LineReport::new(args));
    let streams = args.output.format != Format::Json && args.output.out.is_none();
    for window in windows {
        let (written, part) = work.window(window, &mut watch)?;
        if streams {
            watch.finish();
            models::print(&written)?;
            result::show(&part.numbered(whole.sentence_count, args), cli.talk);
        }
        lines.add(&part.layout, &part.sentences, &part.numbered(whole.sentence_count, args));
        whole.add(part, written, args, streams);
    }
    watch.finish();
    lines.deliver(args, interrupt)?;
    if args.output.format == Format::Json {
        let document = whole.document(source, from, args);
        return result::deliver(&document, &args.output, cli.talk, interrupt);
    }
    if !streams {
        result::write(&whole.text, args.output.out.as_deref(), interrupt)?;
        result::show(&whole.findings, cli.talk);
    }
    Ok(if whole.has_errors { Outcome::Findings } else { Outcome::Success })
}

/// What is said of a text that is in the target language.
fn already(language: Language, foreign: &[(Language, usize)]) -> Finding {
    if foreign.is_empty() {
        return same_language(language);
    }
    let others: Vec<String> =
        foreign.iter().map(|(other, count)| format!("{count} in {}", other.name())).collect();
    let message = format!(
        "the text is in {} already; only its sentences in other languages are translated: {}",
        language.name(),
        others.join(", ")
    );
    Finding::new("translation", Severity::Note, message).in_language(language)
}

/// The text in pieces of whole lines.
fn windows<'a>(text: &'a str, route: &Route) -> Vec<&'a str> {
    let legs = route.legs();
    if legs.iter().any(|leg| leg.model != legs[0].model) {
        return vec![text];
    }
    let (mut windows, mut start, mut end) = (Vec::new(), 0, 0);
    for line in text.split_inclusive('\n') {
        end += line.len();
        if end - start >= WINDOW {
            windows.push(&text[start..end]);
            start = end;
        }
    }
    if start < end {
        windows.push(&text[start..]);
    }
    windows
}

/// What all windows have in common.
struct Work<'a, 'd> {
    args: &'a TranslateArgs,
    desk: &'a Desk<'d>,
    judge: &'a Judge,
    from: Language,
    cut: Cut,
    /// Sentences of the whole text.
    count: usize,
}

/// A window that has arrived.
struct Part {
    layout: Layout,
    sentences: Vec<Arrived>,
    used: Vec<Used>,
    languages: Vec<Language>,
}

impl Work<'_, '_> {
    fn window(&mut self, text: &str, watch: &mut Watch) -> Result<(String, Part)> {
        let layout = Layout::of(text, self.from, self.cut);
        let sentences: Vec<String> = layout.sentences().map(str::to_string).collect();
        let (loads, places) = self.loads(&sentences)?;
        let (desk, judge, count) = (self.desk, self.judge, self.count);
        let delivered = carry(
            &loads,
            &mut |name| desk.ready(name),
            &|pair| judge.findings(pair),
            &mut |event| watch.see(Progress { requests: count, ..event }),
        )?;
        let mut arrived: Vec<Option<Arrived>> = vec![None; sentences.len()];
        let (mut used, mut languages) = (Vec::new(), Vec::new());
        for (delivered, places) in delivered.into_iter().zip(places) {
            for (place, sentence) in places.into_iter().zip(delivered.sentences) {
                arrived[place] = Some(sentence);
            }
            // The first load is that of the text's own language.
            if languages.is_empty() {
                (used, languages) = (delivered.used, delivered.languages);
            }
        }
        let arrived = arrived.into_iter().zip(&sentences);
        let sentences = arrived.map(|(one, own)| one.unwrap_or_else(|| self.kept(own))).collect();
        let part = Part { layout, sentences, used, languages };
        let shown: Vec<String> =
            part.sentences.iter().map(|arrived| shown(arrived, self.args)).collect();
        Ok((part.layout.filled(&shown), part))
    }

    /// A sentence of a text in the target language, as it is.
    fn kept(&self, sentence: &str) -> Arrived {
        Arrived {
            text: sentence.to_string(),
            source: sentence.to_string(),
            logprob: None,
            findings: Vec::new(),
            languages: vec![self.args.to],
        }
    }

    /// The sentences by language, each language on its route, and the places of each load's
    /// sentences. The text's own language comes first, even when it has none; the target language
    /// has no load.
    fn loads(&self, sentences: &[String]) -> Result<(Vec<Load>, Vec<Vec<usize>>)> {
        let own =
            |sentence: &String| languages::of_sentence(sentence, self.from, self.args, self.desk);
        let languages: Vec<Language> = sentences.iter().map(own).collect();
        let others = Language::ALL.into_iter().filter(|language| *language != self.from);
        let (mut loads, mut places) = (Vec::new(), Vec::new());
        for language in std::iter::once(self.from).chain(others) {
            let here: Vec<usize> =
                (0..sentences.len()).filter(|at| languages[*at] == language).collect();
            if language == self.args.to || (here.is_empty() && language != self.from) {
                continue;
            }
            let route = self.desk.route(language, self.args.to)?;
            let second = self.desk.second_route(&route);
            let sentences = here.iter().map(|at| sentences[*at].clone()).collect();
            loads.push(Load { sentences, route, second });
            places.push(here);
        }
        Ok((loads, places))
    }
}

impl Part {
    /// Findings with the numbers of their sentences, of which `before` came before. Under
    /// `--strict` a warning counts as an error, since the source stands in the place.
    fn numbered(&self, before: usize, args: &TranslateArgs) -> Vec<Finding> {
        let sentences = self.sentences.iter().enumerate();
        let mut findings: Vec<Finding> = sentences
            .flat_map(|(index, arrived)| placed(arrived, Some(before + index), args.to))
            .collect();
        if args.output.strict {
            for finding in findings.iter_mut().filter(|found| found.severity == Severity::Warning) {
                finding.severity = Severity::Error;
            }
        }
        findings
    }
}

/// The sentence as it is printed: under `--strict`, rather the source, marked, than a poor
/// translation.
fn shown(arrived: &Arrived, args: &TranslateArgs) -> String {
    let poor = arrived.findings.iter().any(|finding| finding.severity >= Severity::Warning);
    match poor && args.output.strict {
        true => format!("[not translated] {}", arrived.source),
        false => arrived.text.clone(),
    }
}

/// What is kept of the windows. Of a text that is written at once, only counts are.
#[derive(Default)]
struct Whole {
    text: String,
    paragraphs: Vec<String>,
    sentences: Vec<BriefSentence>,
    findings: Vec<Finding>,
    /// Sentences that went another way than the text: number and languages.
    detours: Vec<(usize, Vec<Language>)>,
    used: Vec<Used>,
    languages: Vec<Language>,
    sentence_count: usize,
    has_errors: bool,
}

impl Whole {
    fn add(&mut self, part: Part, written: String, args: &TranslateArgs, streams: bool) {
        let findings = part.numbered(self.sentence_count, args);
        self.has_errors |= findings.iter().any(|found| found.severity >= Severity::Error);
        let before = self.sentence_count;
        self.sentence_count += part.sentences.len();
        if streams {
            return;
        }
        self.findings.extend(findings);
        if args.output.format != Format::Json {
            self.text.push_str(&written);
            return;
        }
        let (paragraphs, places) = part.layout.paragraphs_and_places();
        let offset = self.paragraphs.len();
        self.paragraphs.extend(paragraphs);
        for (index, (arrived, (paragraph, start, end))) in
            part.sentences.iter().zip(places).enumerate()
        {
            if arrived.languages != part.languages {
                self.detours.push((before + index, arrived.languages.clone()));
            }
            self.sentences.push(BriefSentence {
                text: shown(arrived, args),
                evidence: vec![Evidence { paragraph: offset + paragraph, start, end }],
                source: Some(arrived.source.clone()),
                logprob: arrived.logprob,
                entailment: None,
            });
        }
        if !part.used.is_empty() {
            (self.used, self.languages) = (part.used, part.languages);
        }
    }

    /// The text and its translation in the schema: the text's lines are paragraphs, and every
    /// sentence points at the one that it says. There is no headline.
    fn document(self, source: &Source, from: Language, args: &TranslateArgs) -> Document {
        let digest = Sha256::digest(&source.bytes);
        let sha256: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let article = Article {
            id: sha256[..16].to_string(),
            title: None,
            language: from,
            published: None,
            source: source.name.clone(),
            sha256,
            paragraphs: self.paragraphs,
            notes: Vec::new(),
            ..Article::empty(from)
        };
        let used = self.used.last().cloned();
        let mut settings = used.as_ref().map_or(json!({}), |used| used.settings.clone());
        if let (Some(settings), false) = (settings.as_object_mut(), self.detours.is_empty()) {
            let detours = self.detours.iter();
            let detours: Vec<_> = detours
                .map(|(sentence, route)| json!({"sentence": sentence, "route": route}))
                .collect();
            settings.insert("other_routes".to_string(), json!(detours));
        }
        let origin = Origin {
            model: used.as_ref().map_or(String::new(), |used| used.model.clone()),
            revision: used.as_ref().map_or(String::new(), |used| used.revision.clone()),
            prompt_sha256: used.map_or(String::new(), |used| used.prompt_sha256),
            settings,
            route: self.languages,
            path: BriefPath::Model,
        };
        let headline = String::new();
        let brief = Brief { language: args.to, headline, sentences: self.sentences, origin };
        Document::new(article, vec![brief], self.findings)
    }
}

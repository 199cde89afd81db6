//! Runs with work that is counted: what is done, what is not done twice, and that the bytes on the
//! disk do not depend on the way there.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fs;

use super::*;
use crate::batch::progress::ProgressMode;
use crate::batch::scan::ScanOptions;
use crate::document::{Brief, BriefPath, BriefSentence, Evidence, Origin};
use crate::document::{Finding, Severity};

/// What was asked of the model.
#[derive(Default)]
struct Asked {
    summaries: RefCell<Vec<String>>,
    translations: Cell<usize>,
}

fn made(article: &Article, to: Language, text: &str) -> Made {
    let origin = Origin {
        model: "counted".into(),
        revision: "1".into(),
        prompt_sha256: "0".into(),
        settings: serde_json::json!({"temperature": 0.1f32}),
        route: vec![article.language, to],
        path: BriefPath::Model,
    };
    let evidence = vec![Evidence { paragraph: 0, start: 0, end: 5 }];
    let sentence = BriefSentence {
        evidence,
        logprob: Some(-0.3),
        ..BriefSentence::new(format!("{to}: {text}"))
    };
    let finding = Finding {
        check: "numbers".into(),
        severity: Severity::Warning,
        message: "look".into(),
        language: Some(to),
        span: None,
    };
    let brief = Brief { language: to, headline: text.into(), sentences: vec![sentence], origin };
    Made { language: to, brief: Some(brief), findings: vec![finding] }
}

/// Fails on articles that say POISON, and gives no brief of those that say NOTHING.
fn tasks<'a>(asked: &'a Asked, recipe: &'a str) -> Tasks<'a> {
    Tasks {
        summary_recipe: Box::new(move |_| Ok(recipe.to_string())),
        summarise: Box::new(|articles, watch| {
            let answer = |article: &Article| {
                watch(Event::Decoded(7));
                asked.summaries.borrow_mut().push(article.source.clone());
                let text = article.paragraphs.join(" ");
                if text.contains("POISON") {
                    return Err("the model choked".to_string());
                }
                let mut made = made(article, article.language, &text);
                if text.contains("NOTHING") {
                    made.brief = None;
                }
                Ok(made)
            };
            Ok(articles.iter().map(answer).collect())
        }),
        translation_recipe: Box::new(|from, to| Ok(format!("{from}{to}"))),
        translate: Box::new(|to, documents, _| {
            let answer = |document: &Document| {
                asked.translations.set(asked.translations.get() + 1);
                let text = &document.briefs[0].headline;
                if text.contains("UNTRANSLATABLE") && to == Language::Russian {
                    return Err("no translation stood".to_string());
                }
                Ok(made(&document.article, to, text))
            };
            Ok(documents.iter().map(answer).collect())
        }),
    }
}

fn options(out: &Path) -> BatchOptions {
    BatchOptions {
        out: out.into(),
        targets: Language::ALL.into(),
        formats: vec![SideFormat {
            extension: "txt",
            write: |document| format!("{} briefs\n", document.briefs.len()),
        }],
        shard: Shard::WHOLE,
        window: 3,
        limit: None,
        reader: crate::article::Reader::default(),
        admission: crate::article::admission::Admission::default(),
        failed: Failed::Keep,
        lock: LockPolicy::Respect,
        page_articles: 100,
        dedupe: Dedupe::Off,
    }
}

fn go(
    input: &Path,
    options: &BatchOptions,
    asked: &Asked,
    stop: &dyn Fn() -> bool,
) -> Option<Report> {
    let mut progress = Progress::new(ProgressMode::Quiet);
    let scan = ScanOptions { exclude: Some(options.out.clone()), ..ScanOptions::default() };
    run(input, &scan, options, &mut tasks(asked, "r1"), &mut progress, stop).unwrap()
}

fn once(input: &Path, options: &BatchOptions) -> (Report, Asked) {
    let asked = Asked::default();
    let report = go(input, options, &asked, &|| false).unwrap();
    (report, asked)
}

fn write(folder: &Path, name: &str, body: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let filler = "The ministry said on Monday that the bridge over the river would be closed for \
                  repairs, and that drivers should expect delays until the end of the month.";
    fs::write(path, format!("Bridge closed\n\n{body} {filler}\n")).unwrap();
}

fn ten(input: &Path) {
    for number in 0..10 {
        write(input, &format!("day{}/story-{number}.txt", number % 3), &format!("Story {number}."));
    }
}

/// All files but the journal (whose order tells the way) and the report (which counts the work).
fn results(out: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(out).unwrap().map(|entry| entry.unwrap());
    let named = entries.map(|entry| (entry.file_name().into_string().unwrap(), entry.path()));
    named
        .filter(|(name, _)| !name.starts_with("journal") && !name.starts_with("report"))
        .map(|(name, path)| (name, fs::read(path).unwrap()))
        .collect()
}

#[test]
fn a_second_run_does_nothing_and_changes_nothing() {
    let (input, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    ten(input.path());
    let (report, asked) = once(input.path(), &options(out.path()));
    assert_eq!((report.articles, report.done, report.skipped, report.failed), (10, 10, 0, 0));
    assert_eq!((asked.summaries.borrow().len(), asked.translations.get()), (10, 20));
    assert_eq!(report.findings["numbers"], 30);
    let before = results(out.path());
    // Ten documents, ten texts, the digest in two forms; no lock and no temporary file.
    assert_eq!(before.len(), 22, "{:?}", before.keys());
    let (report, asked) = once(input.path(), &options(out.path()));
    assert_eq!((report.done, report.skipped), (0, 10));
    assert_eq!((asked.summaries.borrow().len(), asked.translations.get()), (0, 0));
    assert_eq!(results(out.path()), before);
}

#[test]
fn only_what_changed_is_done_again() {
    let (input, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    ten(input.path());
    once(input.path(), &options(out.path()));
    write(input.path(), "day0/story-3.txt", "Story 3, corrected.");
    let (report, asked) = once(input.path(), &options(out.path()));
    assert_eq!((report.done, report.skipped), (1, 9));
    assert_eq!(*asked.summaries.borrow(), ["day0/story-3.txt"]);
    assert_eq!(asked.translations.get(), 2);
    let fresh = tempfile::tempdir().unwrap();
    once(input.path(), &options(fresh.path()));
    assert_eq!(results(out.path()), results(fresh.path()));
    let other = Asked::default();
    let mut progress = Progress::new(ProgressMode::Quiet);
    let mut newer = tasks(&other, "r2");
    let options = options(out.path());
    run(input.path(), &ScanOptions::default(), &options, &mut newer, &mut progress, &|| false)
        .unwrap();
    assert_eq!(other.summaries.borrow().len(), 10, "a new model revision makes all anew");
    assert_eq!(other.translations.get(), 0, "equal summaries keep their translations' steps");
}

#[test]
fn the_same_text_under_two_names_is_worked_on_once() {
    let (input, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for name in ["a.txt", "b.txt", "x/c.txt", "y/d.txt", "z/e.txt"] {
        write(input.path(), name, "The same.");
    }
    let (report, asked) = once(input.path(), &options(out.path()));
    assert_eq!((asked.summaries.borrow().len(), asked.translations.get()), (1, 2));
    assert_eq!((report.articles, report.failed), (5, 0));
    assert_eq!(results(out.path()).keys().filter(|name| name.ends_with(".json")).count(), 5);
    write(input.path(), "later.txt", "The same.");
    let (_, asked) = once(input.path(), &options(out.path()));
    assert_eq!((asked.summaries.borrow().len(), asked.translations.get()), (0, 0));
}

#[test]
fn stopping_anywhere_and_going_on_leads_to_the_same_bytes() {
    let input = tempfile::tempdir().unwrap();
    ten(input.path());
    let fresh = tempfile::tempdir().unwrap();
    once(input.path(), &options(fresh.path()));
    let expected = results(fresh.path());
    for windows in [0, 1, 3, 4, 5, 8, 12, 13] {
        let out = tempfile::tempdir().unwrap();
        let (asked, seen) = (Asked::default(), Cell::new(0));
        let stop = || seen.replace(seen.get() + 1) >= windows;
        let ended = go(input.path(), &options(out.path()), &asked, &stop);
        go(input.path(), &options(out.path()), &asked, &|| false).unwrap();
        assert_eq!(results(out.path()), expected, "stopped after {windows} windows");
        assert_eq!(asked.summaries.borrow().len(), 10, "work was lost");
        assert_eq!(asked.translations.get(), 20, "work was lost");
        assert_eq!(ended.is_some(), windows > 12, "after {windows} windows");
    }
}

#[test]
fn one_bad_file_never_stops_the_others() {
    let (input, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    ten(input.path());
    write(input.path(), "poison.txt", "POISON.");
    write(input.path(), "hard.txt", "UNTRANSLATABLE.");
    write(input.path(), "nothing.txt", "NOTHING.");
    fs::write(input.path().join("binary.txt"), [0xff, 0xfe, 0x00, 0x9f, 0x92, 0x00, 0x01]).unwrap();
    fs::write(input.path().join("short.txt"), "Too short\n\nThree words only.\n").unwrap();
    fs::write(input.path().join("empty.txt"), "").unwrap();
    let (report, _) = once(input.path(), &options(out.path()));
    assert_eq!(report.failed, 5, "{:?}", report.failures);
    assert_eq!((report.articles, report.done), (16, 11));
    assert!(!report.is_clean());
    let steps: Vec<&str> = report.failures.iter().map(|failure| failure.step.as_str()).collect();
    assert_eq!(steps.iter().filter(|step| **step == "read").count(), 3);
    let saved = fs::read(out.path().join("report.json")).unwrap();
    assert_eq!(serde_json::from_slice::<Report>(&saved).unwrap(), report);
    let page = fs::read_to_string(out.path().join("digest.html")).unwrap();
    assert!(page.contains("No brief was made of this article."));
    let (report, asked) = once(input.path(), &options(out.path()));
    assert_eq!(report.failed, 5);
    assert!(asked.summaries.borrow().is_empty(), "a failed step was tried again unasked");
    let again = BatchOptions { failed: Failed::Retry, ..options(out.path()) };
    let (_, asked) = once(input.path(), &again);
    assert_eq!(*asked.summaries.borrow(), ["poison.txt"]);
    assert_eq!(asked.translations.get(), 1);
}

#[test]
fn damaged_and_missing_results_are_made_again() {
    let (input, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    ten(input.path());
    once(input.path(), &options(out.path()));
    let before = results(out.path());
    let documents: Vec<&String> = before.keys().filter(|name| name.ends_with(".json")).collect();
    fs::remove_file(out.path().join(documents[0])).unwrap();
    fs::write(out.path().join(documents[1]), "{").unwrap();
    let edited = String::from_utf8(before[documents[2]].clone()).unwrap();
    fs::write(out.path().join(documents[2]), edited.replace("Story", "Tale")).unwrap();
    let (report, asked) = once(input.path(), &options(out.path()));
    assert_eq!(asked.summaries.borrow().len(), 3);
    assert_eq!((report.done, report.skipped), (3, 7));
    assert_eq!(results(out.path()), before);
}

#[test]
fn shards_together_give_what_one_run_gives() {
    let (input, out, fresh) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    ten(input.path());
    let rows: Vec<String> = (0..6)
        .map(|number| {
            let words = "word ".repeat(40);
            format!("{{\"id\": \"row-{number}\", \"title\": \"T\", \"text\": \"Row {number} {words}\"}}\n")
        })
        .collect();
    fs::write(input.path().join("dump.jsonl"), rows.concat()).unwrap();
    let (whole, _) = once(input.path(), &options(fresh.path()));
    assert_eq!(whole.articles, 16);
    let store = Store::open(out.path(), Shard::WHOLE).unwrap();
    let (mut summaries, mut articles) = (0, 0);
    for index in 1..=3 {
        let merged = finish::merge(&store, 100, Dedupe::Off, LockPolicy::Respect);
        assert!(merged.is_err(), "merged before shard {index} was there");
        let shard = Shard::new(index, 3).unwrap();
        let (report, asked) = once(input.path(), &BatchOptions { shard, ..options(out.path()) });
        summaries += asked.summaries.borrow().len();
        articles += report.articles;
    }
    assert_eq!((summaries, articles), (16, 16));
    let merged = finish::merge(&store, 100, Dedupe::Off, LockPolicy::Respect).unwrap();
    assert_eq!((merged.articles, merged.done, merged.findings), (16, 16, whole.findings));
    assert_eq!(results(out.path()), results(fresh.path()));
}

#[test]
fn a_limit_takes_the_first_articles_and_a_page_the_newest() {
    let (input, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    ten(input.path());
    let few = BatchOptions { limit: Some(4), page_articles: 2, ..options(out.path()) };
    let (report, asked) = once(input.path(), &few);
    assert_eq!(report.articles, 4);
    assert!(asked.summaries.borrow().iter().all(|source| source.starts_with("day0/")));
    let page = fs::read_to_string(out.path().join("digest.html")).unwrap();
    assert_eq!(page.matches("<article id=").count(), 2);
    assert!(page.contains("The newest 2 of 4 articles"));
    let lines = fs::read_to_string(out.path().join("briefs.jsonl")).unwrap();
    assert_eq!(lines.lines().count(), 12);
}

#[test]
fn one_story_in_two_outlets_is_one_entry_or_one_brief() {
    let story = "The harbour council of Ellerby voted on Tuesday to close the old swing bridge to lorries \
        after engineers had found cracks in two of its beams, the head of the port told reporters at the \
        town hall on the quay.";
    let input = tempfile::tempdir().unwrap();
    for name in ["a", "b"] {
        fs::write(input.path().join(format!("{name}.txt")), format!("Bridge {name}\n\n{story}\n"))
            .unwrap();
    }
    let marked = tempfile::tempdir().unwrap();
    let mark = BatchOptions { dedupe: Dedupe::Mark, ..options(marked.path()) };
    let (report, asked) = once(input.path(), &mark);
    let asked = asked.summaries.borrow().len();
    assert_eq!((report.articles, report.done, asked), (2, 2, 2));
    let first = report.items[0].id.clone();
    assert_eq!(report.items[1].same_story_as.as_deref(), Some(first.as_str()));
    let page = fs::read_to_string(marked.path().join("digest.html")).unwrap();
    assert_eq!(page.matches("<article id=").count(), 1);
    assert!(page.contains("The same story: b.txt"), "{page}");
    let skipped = tempfile::tempdir().unwrap();
    let skip = BatchOptions { dedupe: Dedupe::Skip, ..options(skipped.path()) };
    let (report, asked) = once(input.path(), &skip);
    let asked = asked.summaries.borrow().len();
    assert_eq!((report.articles, report.done, report.skipped, asked), (2, 1, 1, 1));
    // The article that is kept has the same result either way.
    let file = format!("{first}.json");
    let read = |folder: &Path| fs::read(folder.join(&file)).unwrap();
    assert_eq!(read(marked.path()), read(skipped.path()));
    let off = tempfile::tempdir().unwrap();
    once(input.path(), &BatchOptions { dedupe: Dedupe::Off, ..options(off.path()) });
    let page = fs::read_to_string(off.path().join("digest.html")).unwrap();
    assert_eq!(page.matches("<article id=").count(), 2);
}

#[test]
fn an_embargo_that_ends_while_the_folder_is_watched_lets_its_story_in() {
    let (input, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let words = "The council of Velmar voted on Monday to close the old bridge for repairs. \
        Engineers found cracks in two of its girders in January, and the mayor said that work \
        will take seven months and cost four million euros.";
    let item = |version: u32, more: &str| {
        format!(
            "{{\"uri\": \"u:1\", \"version\": \"{version}\", \"headline\": \"Bridge {version}\",\
             \"body_text\": \"{words}\"{more}}}"
        )
    };
    fs::write(input.path().join("one.json"), item(1, "")).unwrap();
    let later = item(2, ", \"embargoed\": \"1970-01-01T00:20:00Z\"");
    fs::write(input.path().join("two.json"), later).unwrap();
    let mut options = options(out.path());
    options.admission.now = 1000;
    let asked = Asked::default();
    let mut tasks = tasks(&asked, "r1");
    let mut progress = Progress::new(ProgressMode::Quiet);
    let found = scan::scan(input.path(), &ScanOptions::default()).unwrap();
    let mut run = Run::open(&options, &mut progress).unwrap();
    run.round(input.path(), &found, &mut tasks, &mut progress, &|| false).unwrap();
    let report = run.finish(&mut progress).unwrap();
    assert_eq!((report.done, report.skipped), (1, 1), "the older one stands until then");
    assert_eq!(run.at_time(1199), Vec::<PathBuf>::new());
    assert_eq!(run.at_time(1200), [PathBuf::from("two.json")]);
    run.round(input.path(), &found, &mut tasks, &mut progress, &|| false).unwrap();
    let report = run.finish(&mut progress).unwrap();
    assert_eq!((report.done, report.skipped), (1, 1));
    let reason = report.items.iter().find_map(|item| item.reason.clone()).unwrap();
    assert!(reason.contains("superseded by version 2"), "{reason}");
    assert_eq!(asked.summaries.borrow().len(), 2);
    assert_eq!(run.at_time(9999), Vec::<PathBuf>::new(), "it is looked at once");
}

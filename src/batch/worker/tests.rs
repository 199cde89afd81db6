//! The contract of a worker: one line out for one line in, whatever is in it.

use std::io::{BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::*;
use crate::article::Article;
use crate::batch::made::Made;
use crate::batch::made::tests::made;

const TEXT: &str = "The ministry said on Monday that the bridge over the river would be closed for \
                    repairs, and that drivers should expect delays until the end of the month, \
                    when the work is to be finished.";

fn tasks<'a>(calls: &'a AtomicUsize) -> Tasks<'a> {
    Tasks {
        summary_recipe: Box::new(|_| Ok(String::new())),
        summarise: Box::new(|articles, _| {
            calls.fetch_add(1, Ordering::SeqCst);
            anyhow::ensure!(!articles.iter().any(|it| it.id == "crash"), "out of memory");
            let answer = |article: &Article| match article.id.as_str() {
                "poison" => Err("the model choked".to_string()),
                id => Ok::<Made, String>(made(article.language, id, &[])),
            };
            Ok(articles.iter().map(answer).collect())
        }),
        translation_recipe: Box::new(|_, _| Ok(String::new())),
        translate: Box::new(|to, documents, _| {
            Ok(documents.iter().map(|it| Ok(made(to, &it.article.id, &[]))).collect())
        }),
    }
}

fn options() -> WorkerOptions {
    WorkerOptions {
        targets: vec![Language::Turkish],
        batch: 4,
        latency: Duration::from_millis(50),
        line_limit: 2_000,
        reader: crate::article::Reader::default(),
        admission: crate::article::admission::Admission::default(),
    }
}

fn row(id: &str, extra: &str) -> String {
    format!("{{\"id\": {id}, \"title\": \"T\", \"text\": \"{TEXT}\"{extra}}}\n")
}

fn answers_to(input: String) -> (Vec<Value>, Tally) {
    let calls = AtomicUsize::new(0);
    let mut output = Vec::new();
    let reader = BufReader::new(std::io::Cursor::new(input));
    // A clock that stands still: batches depend on the lines alone.
    let now = Instant::now();
    let tally =
        serve(reader, &mut output, &options(), &mut tasks(&calls), &|| now, &|| false).unwrap();
    let text = String::from_utf8(output).unwrap();
    (text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), tally)
}

#[test]
fn one_line_out_for_one_line_in_with_the_same_id_in_the_same_order() {
    let rows: String = (0..11).map(|number| row(&number.to_string(), "")).collect();
    let (answers, tally) = answers_to(rows + &row("\"näme\"", ", \"to\": [\"ru\", \"en\"]"));
    let ids: Vec<String> = answers.iter().map(|answer| answer["id"].to_string()).collect();
    assert_eq!(ids[..3], ["0", "1", "2"]);
    assert_eq!(ids[11], "\"näme\"");
    assert_eq!(tally, Tally { done: 12, failed: 0 });
    assert_eq!(answers[0]["schema"], "bulletin/1");
    let languages = |answer: &Value| -> Vec<String> {
        let briefs = answer["briefs"].as_array().unwrap();
        briefs.iter().map(|brief| brief["language"].as_str().unwrap().to_string()).collect()
    };
    assert_eq!(languages(&answers[0]), ["en", "tr"]);
    assert_eq!(languages(&answers[11]), ["en", "ru"]);
}

#[test]
fn bad_lines_get_an_error_each_and_blank_ones_nothing() {
    let long = row("\"long\"", &format!(", \"more\": \"{}\"", "x".repeat(3_000)));
    let torn = "{\"id\": \"torn\", \"title\": \"T\", \"text\": \"The minis";
    let input = [
        "\n".to_string(),
        row("\"a\"", ""),
        "not json\n".to_string(),
        "   \n[1]\n".to_string(),
        row("\"b\"", ", \"to\": [\"xx\"]"),
        "{\"id\": 7, \"text\": \"Too short.\"}\n".to_string(),
        long,
        row("\"poison\"", ""),
        "\u{0}\u{1}\u{ff}\n".to_string(),
        row("\"c\"", ""),
        torn.to_string(),
    ];
    let (answers, tally) = answers_to(input.concat());
    let shown: Vec<(String, String, String)> = answers
        .iter()
        .map(|answer| {
            let error = &answer["error"];
            (answer["id"].to_string(), error["code"].to_string(), error["retryable"].to_string())
        })
        .collect();
    let expected = [
        ("\"a\"", "null", "null"),
        ("null", "\"bad_json\"", "false"),
        ("null", "\"bad_record\"", "false"),
        ("\"b\"", "\"other_language\"", "false"),
        ("7", "\"too_short\"", "false"),
        ("\"long\"", "\"line_too_long\"", "false"),
        ("\"poison\"", "\"model\"", "false"),
        ("null", "\"bad_json\"", "false"),
        ("\"c\"", "null", "null"),
        ("\"torn\"", "\"bad_json\"", "true"),
    ];
    let expected = expected.map(|(id, code, retryable)| (id.into(), code.into(), retryable.into()));
    assert_eq!(shown, expected);
    assert_eq!(tally, Tally { done: 2, failed: 8 });
}

#[test]
fn when_a_call_fails_each_record_hears_so_and_may_come_again() {
    let (answers, _) = answers_to(row("\"a\"", "") + &row("\"crash\"", ""));
    assert_eq!(answers.len(), 2);
    for answer in &answers {
        assert_eq!(answer["error"]["code"], "internal");
        assert_eq!(answer["error"]["retryable"], true);
    }
}

/// A stream that gives its text, then says that all of it was taken, and stays open without giving anything.
struct Open {
    text: std::io::Cursor<String>,
    taken: Arc<AtomicBool>,
}

impl Read for Open {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self.text.read(buffer)? {
            0 => {
                self.taken.store(true, Ordering::SeqCst);
                loop {
                    thread::park();
                }
            }
            count => Ok(count),
        }
    }
}

#[test]
fn lines_wait_for_company_only_so_long_and_a_stop_answers_what_was_read() {
    let calls = AtomicUsize::new(0);
    let taken = Arc::new(AtomicBool::new(false));
    let rows: String = (0..6).map(|number| row(&number.to_string(), "")).collect();
    let text = std::io::Cursor::new(rows);
    let reader = BufReader::new(Open { text, taken: Arc::clone(&taken) });
    // The clock stands still until the last line is on its way, and then runs.
    let (begun, looks) = (Instant::now(), AtomicUsize::new(0));
    let now = || match taken.load(Ordering::SeqCst) {
        true => begun + options().latency * looks.fetch_add(1, Ordering::SeqCst) as u32,
        false => begun,
    };
    let stop = || calls.load(Ordering::SeqCst) == 2;
    let mut output = Vec::new();
    let tally = serve(reader, &mut output, &options(), &mut tasks(&calls), &now, &stop).unwrap();
    assert_eq!(tally.done, 6);
    assert_eq!(calls.load(Ordering::SeqCst), 2, "four lines, then two that waited in vain");
    assert_eq!(String::from_utf8(output).unwrap().lines().count(), 6);
}

//! `bulletin worker` from outside: lines in, lines out, and how it ends.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::batch::{Newsroom, article};

fn row(id: Value, number: usize) -> String {
    let text = article(number);
    let (title, text) = text.split_once("\n\n").unwrap();
    json!({"id": id, "title": title, "text": text}).to_string() + "\n"
}

#[test]
fn lines_in_lines_out_and_bad_ones_do_not_stop_the_others() {
    let room = Newsroom::with_articles(30);
    let mut command = room.bulletin(&["worker", "--to", "tr"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input: String = (0..25).map(|number| row(json!(number), number)).collect();
    input.insert_str(0, "\n{\"id\": \"bad\"\n");
    input.push_str("{\"id\": \"torn\", \"text\": \"The harb");
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let lines: Vec<Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let ids: Vec<Value> = lines.iter().map(|line| line["id"].clone()).collect();
    let mut expected = vec![json!("bad")];
    expected.extend((0..25).map(|number| json!(number)));
    expected.push(json!("torn"));
    assert_eq!(ids, expected);
    assert_eq!(lines[0]["error"]["retryable"], true, "{}", lines[0]);
    assert_eq!(lines[26]["error"]["code"], "bad_json");
    assert_eq!(lines[3]["schema"], "bulletin/1");
    assert_eq!(lines[3]["briefs"][1]["language"], "tr");
    assert!(lines[3]["briefs"][0]["headline"].as_str().unwrap().contains("Bridge 2"));
    assert_eq!(output.status.code(), Some(1));
}

#[cfg(unix)]
#[test]
fn an_answer_comes_while_the_input_stays_open_and_sigterm_drains() {
    let room = Newsroom::with_articles(3);
    let mut command = room.bulletin(&["worker", "-q"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    for number in 0..3 {
        stdin.write_all(row(json!(number), number).as_bytes()).unwrap();
        stdin.flush().unwrap();
        let answer: Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
        assert_eq!(answer["id"], number);
    }
    // SAFETY: `kill` takes two numbers; the child has not been waited for.
    assert_eq!(unsafe { libc::kill(child.id() as i32, libc::SIGTERM) }, 0);
    assert_eq!(child.wait().unwrap().code(), Some(143));
    assert!(answers.next().is_none());
}

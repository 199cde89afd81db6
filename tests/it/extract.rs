//! `bulletin extract`: what is read of files, with exit codes and one line of JSON an entry.

use serde_json::Value;

use crate::scripted::{Desk, Ran};

const STORY: &str = "Harbour reopens\n\nThe harbour of Velmar was opened again on Monday, the mayor \
    said. Ships had waited for two days.\n";

fn lines(ran: &Ran) -> Vec<Value> {
    ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn each_entry_is_a_line_and_the_exit_code_tells_how_many_were_refused() {
    let desk = Desk::new();
    desk.put("story.txt", STORY);
    desk.put("empty.txt", "");
    let good = desk.run(&["extract", "story.txt", "--format", "json"]);
    assert_eq!(good.code, 0, "{good:?}");
    let seen = lines(&good);
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0]["schema"], "bulletin/1");
    assert_eq!(seen[0]["article"]["title"], "Harbour reopens");
    assert_eq!(seen[0]["article"]["kind"], "news");
    assert!(seen[0]["article"]["language_confidence"].as_f64().unwrap() > 0.5);
    let some = desk.run(&["extract", "empty.txt", "story.txt", "--format", "json"]);
    assert_eq!(some.code, 1, "{some:?}");
    let seen = lines(&some);
    assert_eq!(seen[0]["source"], "empty.txt");
    assert_eq!(seen[0]["error"]["code"], "no_text");
    assert_eq!(seen[1]["article"]["language"], "en");
    let none = desk.run(&["extract", "empty.txt", "missing.txt"]);
    assert_eq!(none.code, 2, "{none:?}");
    assert!(none.stderr.contains("missing.txt") && none.stderr.contains("empty.txt"), "{none:?}");
}

#[test]
fn text_and_markdown_are_for_people() {
    let desk = Desk::new();
    desk.put("story.txt", STORY);
    let text = desk.run(&["extract", "story.txt"]);
    assert!(text.stdout.starts_with("Harbour reopens\n\nThe harbour of Velmar"), "{text:?}");
    let markdown = desk.run(&["extract", "story.txt", "--format", "markdown"]);
    assert!(markdown.stdout.starts_with("# Harbour reopens\n\nThe harbour"), "{markdown:?}");
}

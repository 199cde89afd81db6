//! Ids and shards of what is read, and files that are not as they should be.

use super::*;
use crate::batch::scan::{ScanOptions, scan};

const TEXT: &str = "The ministry said on Monday that the bridge over the river would be closed for \
                    repairs, and that drivers should expect delays until the end of the month.";

fn take(folder: &Path, shard: Shard) -> Vec<Taken> {
    let found = scan(folder, &ScanOptions::default()).unwrap();
    Intake::new(folder, &found.files, shard, &Reader::default(), Admission::default()).collect()
}

fn row(id: &str, text: &str) -> String {
    format!("{{\"id\": \"{id}\", \"title\": \"Bridge closed\", \"text\": \"{text}\"}}\n")
}

#[test]
fn lines_have_ids_of_their_own_that_other_lines_do_not_change() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dump.jsonl");
    let rows = [row("a", TEXT), "\n".into(), "{\"id\": \"torn\", \"te\n".into(), row("b", TEXT)];
    fs::write(&path, rows.concat()).unwrap();
    let before = take(folder.path(), Shard::WHOLE);
    let good: Vec<&str> = before.iter().filter(|it| it.article.is_ok()).map(|it| &*it.id).collect();
    assert_eq!(before.len(), 3);
    assert_eq!(before[0].source, "dump.jsonl: a");
    assert!(good[0].starts_with("a-") && good[1].starts_with("b-"), "{good:?}");
    assert!(before[1].article.is_err() && before[1].source.ends_with("line 3"));
    fs::write(&path, [row("new", TEXT), row("b", TEXT), row("a", TEXT)].concat()).unwrap();
    let after = take(folder.path(), Shard::WHOLE);
    assert_eq!(after[1].id, good[1]);
    assert_eq!(after[2].id, good[0]);
    let article = after[2].article.as_ref().unwrap();
    assert_eq!((&article.id, &*article.source), (&after[2].id, "dump.jsonl: a"));
}

#[test]
fn the_same_name_twice_in_a_file_is_two_articles() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("d.jsonl"), [row("a", TEXT), row("a", TEXT)].concat()).unwrap();
    let taken = take(folder.path(), Shard::WHOLE);
    assert_eq!(taken.len(), 2);
    assert_ne!(taken[0].id, taken[1].id);
}

#[test]
fn a_feed_gives_all_its_entries() {
    let folder = tempfile::tempdir().unwrap();
    let item = |name: &str| {
        format!(
            "<item><guid>https://example.org/{name}</guid><title>{name}</title>\
             <description>{TEXT}</description></item>"
        )
    };
    let feed = format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>News</title>{}{}</channel></rss>",
        item("one"),
        item("two")
    );
    fs::write(folder.path().join("news.xml"), feed).unwrap();
    let taken = take(folder.path(), Shard::WHOLE);
    assert_eq!(taken.len(), 2, "{taken:?}");
    assert!(taken.iter().all(|taken| taken.article.is_ok()), "{taken:?}");
    assert_ne!(taken[0].id, taken[1].id);
}

#[test]
fn every_article_is_in_one_shard_and_texts_of_others_are_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let rows: String = (0..20).map(|number| row(&format!("row-{number}"), TEXT)).collect();
    fs::write(folder.path().join("dump.jsonl"), rows).unwrap();
    for number in 0..20 {
        fs::write(folder.path().join(format!("{number}.txt")), format!("Title\n\n{TEXT}")).unwrap();
    }
    let whole = take(folder.path(), Shard::WHOLE);
    let mut parts: Vec<String> = Vec::new();
    for index in 1..=3 {
        let part = take(folder.path(), Shard::new(index, 3).unwrap());
        assert!(!part.is_empty());
        parts.extend(part.into_iter().map(|taken| taken.id));
    }
    let mut ids: Vec<String> = whole.into_iter().map(|taken| taken.id).collect();
    ids.sort();
    parts.sort();
    assert_eq!(parts, ids);

    let elsewhere = Shard::new(1, 2).unwrap();
    let found = scan(folder.path(), &ScanOptions::default()).unwrap();
    let foreign: Vec<ScannedFile> = found
        .files
        .into_iter()
        .filter(|it| is_one_article(&it.relative) && !elsewhere.owns(&stable_id(&it.relative)))
        .collect();
    for file in &foreign {
        fs::remove_file(folder.path().join(&file.relative)).unwrap();
    }
    assert!(!foreign.is_empty());
    let taken: Vec<Taken> =
        Intake::new(folder.path(), &foreign, elsewhere, &Reader::default(), Admission::default())
            .collect();
    assert!(taken.is_empty(), "a file of another shard was opened: {taken:?}");
}

#[test]
fn files_that_hold_nothing_say_so_by_name() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("empty.txt"), "").unwrap();
    fs::write(folder.path().join("list.json"), "[]").unwrap();
    fs::write(folder.path().join("short.txt"), "Title\n\nNothing much to say here.").unwrap();
    let taken = take(folder.path(), Shard::WHOLE);
    assert_eq!(taken.len(), 3);
    assert!(taken.iter().all(|taken| taken.article.is_err()));
    assert!(taken[2].article.as_ref().unwrap_err().contains("too short"));
}

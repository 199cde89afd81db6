//! Scans: order, links, pipes, times, and what is left out.

use super::*;

fn names(scan: &Scan) -> Vec<String> {
    scan.files.iter().map(|file| file.relative.display().to_string()).collect()
}

fn write(folder: &Path, name: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, "text").unwrap();
}

#[test]
fn order_is_stable_and_strangers_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    for name in
        ["b.txt", "a/z.html", "a/b/c.XML", "a-b.md", ".hidden.txt", ".git/x.txt", "c.txt.part"]
    {
        write(folder.path(), name);
    }
    for name in ["d.pdf", "e.txt~", "noending", "out/old.json"] {
        write(folder.path(), name);
    }
    let options =
        ScanOptions { exclude: Some(folder.path().join("out")), ..ScanOptions::default() };
    let found = scan(folder.path(), &options).unwrap();
    assert_eq!(names(&found), ["a/b/c.XML", "a/z.html", "a-b.md", "b.txt"]);
    assert_eq!(found.left_out["hidden"], 2);
    assert_eq!(found.left_out["unfinished or temporary"], 2);
    assert_eq!(found.left_out["not a kind of file that holds articles"], 2);
}

#[cfg(unix)]
#[test]
fn links_never_lead_out_or_round_in_circles() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    write(outside.path(), "secret.txt");
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "real/a.txt");
    symlink("..", folder.path().join("real/up")).unwrap();
    symlink("a.txt", folder.path().join("real/b.txt")).unwrap();
    symlink(outside.path().join("secret.txt"), folder.path().join("leak.txt")).unwrap();
    symlink(outside.path(), folder.path().join("leak")).unwrap();
    symlink("nowhere.txt", folder.path().join("broken.txt")).unwrap();
    symlink("self.txt", folder.path().join("self.txt")).unwrap();
    let found = scan(folder.path(), &ScanOptions::default()).unwrap();
    assert_eq!(names(&found), ["real/a.txt", "real/b.txt"]);
    assert_eq!(found.left_out["link out of the folder"], 2);
    assert_eq!(found.left_out["link to a folder"], 1);
    assert_eq!(found.left_out["broken link"], 2);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe.txt");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let found = scan(folder.path(), &ScanOptions::default()).unwrap();
    assert!(found.files.is_empty());
    assert_eq!(found.left_out["neither file nor folder"], 1);
}

#[test]
fn since_goes_by_the_time_of_change_and_bears_odd_clocks() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str, seconds: i64| {
        write(folder.path(), name);
        let file = fs::File::options().write(true).open(folder.path().join(name)).unwrap();
        let span = std::time::Duration::from_secs(seconds.unsigned_abs());
        let time = if seconds < 0 { UNIX_EPOCH - span } else { UNIX_EPOCH + span };
        file.set_modified(time).unwrap();
    };
    at("before-1970.txt", -1_000);
    at("old.txt", 1_000);
    at("new.txt", 2_000);
    at("future.txt", 9_000_000_000);
    let options = ScanOptions { since: Some(2_000), ..ScanOptions::default() };
    let found = scan(folder.path(), &options).unwrap();
    assert_eq!(names(&found), ["future.txt", "new.txt"]);
    assert_eq!(found.left_out["older than --since"], 2);
}

#[test]
fn results_are_not_read_as_articles() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.txt");
    write(folder.path(), "diary/journal.jsonl");
    write(folder.path(), "old/old-1234.json");
    let line = r#"{"step":"summarise","id":"old-1234"}"#;
    fs::write(folder.path().join("old/journal-2-of-3.jsonl"), line).unwrap();
    let found = scan(folder.path(), &ScanOptions::default()).unwrap();
    assert_eq!(names(&found), ["a.txt", "diary/journal.jsonl"]);
    assert_eq!(found.left_out["folder of results"], 1);
    let error = scan(&folder.path().join("old"), &ScanOptions::default()).unwrap_err();
    assert!(format!("{error:#}").contains("folder of results"), "{error:#}");
    let same = ScanOptions { exclude: Some(folder.path().into()), ..ScanOptions::default() };
    assert!(scan(folder.path(), &same).is_err());
}

#[test]
fn a_missing_folder_is_an_error_with_its_name() {
    let error = scan(Path::new("no/such/folder"), &ScanOptions::default()).unwrap_err();
    assert!(format!("{error:#}").contains("no/such/folder"));
}

#[test]
fn one_file_may_stand_for_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "dump.jsonl");
    let file = folder.path().join("dump.jsonl");
    let found = scan(&file, &ScanOptions::default()).unwrap();
    assert_eq!(names(&found), ["dump.jsonl"]);
    assert_eq!(base(&file), folder.path());
}

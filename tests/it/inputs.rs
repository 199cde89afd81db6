//! Bad input gets one line that names the file and says what to do, exit code 2, and no file.

use crate::scripted::{Desk, Ran};

/// Runs, and checks what holds for every bad input.
fn refused(desk: &Desk, arguments: &[&str]) -> String {
    let before = desk.written();
    let ran = desk.run(arguments);
    assert_refused(&ran);
    assert_eq!(desk.written(), before, "{ran:?}");
    ran.stderr
}

fn assert_refused(ran: &Ran) {
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{ran:?}");
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
}

#[test]
fn files_that_are_no_articles() {
    let desk = Desk::new();
    desk.put("empty.txt", "");
    desk.put("blank.txt", " \n\n\t");
    desk.put("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01");
    // Neither UTF-8 nor likely in any encoding of the desk.
    let strange: Vec<u8> = (0..200).flat_map(|_| [b'a', 0xff, 0xd7, 0x81, b' ']).collect();
    desk.put("windows.txt", strange);
    desk.put("three.txt", "Only three words.\n");
    let german = "Der Hafenrat von Ellerby hat am Dienstag beschlossen, die alte Drehbrücke ab dem \
        ersten März für Lastwagen zu sperren, nachdem Ingenieure Risse in zwei Trägern gefunden \
        hatten. Autos und Busse dürfen weiterhin im Schritttempo über die Brücke fahren.";
    desk.put("deutsch.txt", german);
    std::fs::create_dir(desk.path("folder")).unwrap();
    for (name, expected) in [
        ("missing.txt", "there is no file 'missing.txt'"),
        ("folder", "'folder' is a folder"),
        ("empty.txt", "'empty.txt': the file is empty"),
        ("blank.txt", "'blank.txt': the file is empty"),
        ("picture.png", "'picture.png': this is binary data"),
        ("windows.txt", "'windows.txt': not UTF-8"),
        ("three.txt", "'three.txt': too short to summarise: 3 words"),
        ("deutsch.txt", "German"),
    ] {
        let message = refused(&desk, &["summarise", name, "--out", "brief.txt"]);
        assert!(message.contains(expected), "{name}: {message}");
        assert!(message.contains(name), "{name}: {message}");
    }
    for (name, expected) in [
        ("missing.txt", "there is no file"),
        ("folder", "is a folder"),
        ("empty.txt", "is empty"),
        ("picture.png", "is binary data"),
        ("windows.txt", "not UTF-8"),
        ("deutsch.txt", "is in German"),
    ] {
        let message = refused(&desk, &["translate", name, "--to", "tr", "--out", "brief.txt"]);
        assert!(message.contains(expected) && message.contains(name), "{name}: {message}");
    }
}

#[test]
fn names_that_do_not_exist() {
    let desk = Desk::new();
    let profile = refused(&desk, &["summarise", "article.txt", "--profile", "startr"]);
    assert!(profile.contains("did you mean 'starter'?"), "{profile}");
    let model = refused(&desk, &["models", "path", "gemma3-270"]);
    assert!(model.contains("did you mean 'gemma3-270m'?"), "{model}");
    let registry = refused(&desk, &["summarise", "article.txt", "--models", "no.toml"]);
    assert!(registry.contains("no.toml"), "{registry}");
    let prompts = refused(&desk, &["summarise", "article.txt", "--prompts", "nowhere"]);
    assert!(prompts.contains("nowhere"), "{prompts}");
    let out = refused(&desk, &["summarise", "article.txt", "--out", "no/such/brief.txt"]);
    assert!(out.contains("there is no folder 'no/such'"), "{out}");
}

#[test]
fn usage_errors_have_exit_code_2_and_say_what_is_known() {
    let desk = Desk::new();
    for (arguments, expected) in [
        (vec!["summarise", "article.txt", "--to", "de"], "en (English), tr (Turkish)"),
        (vec!["summarise", "article.txt", "--style", "haiku"], "wire, bullets, headline"),
        (vec!["summarise", "article.txt", "--device", "tpu"], "use auto, cpu, cuda"),
        (vec!["translate", "article.txt"], "--to"),
        (vec!["generate", "--model", "m"], "--prompt"),
        (vec![], "Usage"),
    ] {
        let ran = Ran::from(desk.program().args(&arguments).output().unwrap());
        assert_eq!(ran.code, 2, "{arguments:?}");
        assert!(ran.stderr.contains(expected), "{arguments:?}: {}", ran.stderr);
    }
}

#[test]
fn no_network_and_nothing_cached() {
    let desk = Desk::new();
    let output = desk.program().args(["summarise", "article.txt", "--to", "tr"]).output().unwrap();
    let ran = Ran::from(output);
    assert_refused(&ran);
    for expected in ["starter", "gemma3-270m", "models fetch"] {
        assert!(ran.stderr.contains(expected), "{expected}: {}", ran.stderr);
    }
}

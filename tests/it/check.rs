//! `bulletin check`: texts by anyone against their sources, with exit codes, text and JSON.

use serde_json::Value;

use crate::scripted::Desk;

const SOURCE: &str = "The water was clean.\nAbout 450 people work in the new office in Ankara.\n\
    Users can change their password in the settings.\n";
const GOOD: &str = "Su temizdi.\nAnkara'daki yeni ofiste yaklaşık 450 kişi çalışıyor.\n\
    Kullanıcılar parolalarını ayarlardan değiştirebilir.\n";
/// The second and the third line have changed places.
const MOVED: &str = "Su temizdi.\nKullanıcılar parolalarını ayarlardan değiştirebilir.\n\
    Ankara'daki yeni ofiste yaklaşık 450 kişi çalışıyor.\n";

fn desk() -> Desk {
    let desk = Desk::new();
    for (name, text) in [("source.txt", SOURCE), ("good.txt", GOOD), ("moved.txt", MOVED)] {
        desk.put(name, text);
    }
    desk
}

#[test]
fn lines_that_stand_give_0_and_others_1_with_their_numbers() {
    let desk = desk();
    let check = |text: &str, more: &[&str]| {
        let arguments = ["check", text, "--against", "source.txt", "--lines"];
        desk.run(&[arguments.as_slice(), more].concat())
    };
    let good = check("good.txt", &[]);
    assert_eq!(good.code, 0, "{good:?}");
    let moved = check("moved.txt", &["--format", "json"]);
    assert_eq!(moved.code, 1, "{moved:?}");
    let rows: Vec<Value> =
        moved.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let bad = |row: &Value| {
        row["findings"].as_array().unwrap().iter().any(|found| found["severity"] == "error")
    };
    let bad: Vec<i64> =
        rows.iter().filter(|row| bad(row)).map(|row| row["line"].as_i64().unwrap()).collect();
    assert_eq!(bad, [2, 3]);
    assert!(rows[0]["adequacy"].as_f64() > rows[1]["adequacy"].as_f64());
}

#[test]
fn a_draft_is_held_to_the_table_of_drafts() {
    let desk = Desk::new();
    desk.put("source.txt", "He opened the new office in Ankara and changed the password.\n");
    desk.put("text.txt", "Kral, Ankara'daki yeni ofisi açtı ve parolayı değiştirdi.\n");
    let check = |more: &[&str]| {
        let arguments = ["check", "text.txt", "--against", "source.txt", "--lines"];
        desk.run(&[arguments.as_slice(), more].concat())
    };
    let anyone = check(&[]);
    assert_eq!(anyone.code, 0, "{anyone:?}");
    let draft = check(&["--by", "draft"]);
    assert_eq!(draft.code, 1, "{draft:?}");
    assert!(draft.stdout.contains("\"Kral\""), "{draft:?}");
    let brief = desk.run(&["check", "article.txt", "--against", "article.txt", "--by", "draft"]);
    assert_eq!(brief.code, 2, "{brief:?}");
    assert!(brief.stderr.contains("--by draft is for translations"), "{brief:?}");
}

#[test]
fn a_translated_headline_is_held_against_the_whole_text() {
    let desk = Desk::new();
    let source = "Глава Малайзии: мы не хотим воевать с Китаем\n\nПремьер-министр Малайзии сказал в понедельник, \
                  что страна не хочет воевать с Китаем.\n";
    desk.put("source.txt", source);
    let text = |office: &str| {
        format!(
            "The {office} of Malaysia: we do not want to fight with China\n\nThe prime minister of Malaysia \
             said on Monday that the country does not want to fight with China.\n"
        )
    };
    desk.put("right.txt", text("head"));
    desk.put("wrong.txt", text("president"));
    let right = desk.run(&["check", "right.txt", "--against", "source.txt"]);
    assert!(!right.stdout.contains("(claims, en)"), "{right:?}");
    let wrong = desk.run(&["check", "wrong.txt", "--against", "source.txt"]);
    assert_eq!(wrong.code, 1, "{wrong:?}");
    assert!(wrong.stdout.contains("the whole source calls nobody \"president\""), "{wrong:?}");
}

#[test]
fn lines_that_do_not_match_cannot_be_checked_and_an_empty_one_is_an_error() {
    let desk = desk();
    desk.put("short.txt", "Su temizdi.\n");
    let short = desk.run(&["check", "short.txt", "--against", "source.txt", "--lines"]);
    assert_eq!(short.code, 2, "{short:?}");
    assert!(short.stderr.contains("1 lines") && short.stderr.contains('3'), "{short:?}");
    desk.put("hole.txt", GOOD.replace("Su temizdi.", ""));
    let hole = desk.run(&["check", "hole.txt", "--against", "source.txt", "--lines"]);
    assert_eq!(hole.code, 1, "{hole:?}");
    assert!(hole.stdout.starts_with("1: error"), "{hole:?}");
    let missing = desk.run(&["check", "none.txt", "--against", "source.txt"]);
    assert_eq!(missing.code, 2, "{missing:?}");
}

#[test]
fn whole_texts_are_put_together_sentence_by_sentence() {
    let desk = desk();
    desk.put("joined.txt", GOOD.replace('\n', " "));
    let arguments = ["check", "joined.txt", "--against", "source.txt", "--format", "json"];
    let whole = desk.run(&arguments);
    assert_eq!(whole.code, 0, "{whole:?}");
    let report: Value = serde_json::from_str(&whole.stdout).unwrap();
    assert_eq!(report["as"], "translation");
    assert_eq!((&report["from"], &report["to"]), (&"en".into(), &"tr".into()));
    assert_eq!(report["pairs"].as_array().unwrap().len(), 3);
    assert_eq!(report["pairs"][0]["source"], serde_json::json!([0, 20]));
}

#[test]
fn a_text_in_the_language_of_its_source_is_a_brief() {
    let desk = Desk::new();
    let article = "Harbour reopens\n\nThe harbour of Velmar was opened again on Monday, the mayor said. \
        Ships had waited for two days outside, and 30 sailors were brought ashore by boats.\n";
    desk.put("story.txt", article);
    desk.put(
        "true.txt",
        "Harbour reopens\nThe harbour of Velmar was opened again on Monday, the mayor said.\n",
    );
    desk.put(
        "false.txt",
        "The article discusses the harbour of Velmar. There were 90 sailors brought ashore.\n",
    );
    let brief = |name: &str| desk.run(&["check", name, "--against", "story.txt"]);
    let stands = brief("true.txt");
    assert_eq!(stands.code, 0, "{stands:?}");
    let falls = brief("false.txt");
    assert_eq!(falls.code, 1, "{falls:?}");
    assert!(
        falls.stdout.contains("(meta, en)") && falls.stdout.contains("(numbers, en)"),
        "{falls:?}"
    );
}

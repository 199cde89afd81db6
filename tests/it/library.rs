//! The library as a program of others uses it: `examples/library.rs` is run with scripted answers.

use crate::scripted::{Desk, repository};

#[path = "../../examples/library.rs"]
mod example;

#[test]
fn the_example_summarises_and_translates_an_article() {
    let desk = Desk::new();
    let registry = Some(desk.path("models.toml"));
    let config = bulletin::Config {
        places: bulletin::Places { registry, ..Default::default() },
        profile: "drafts".to_string(),
        script: Some(desk.path("script.json")),
        ..Default::default()
    };
    let text = example::bulletin_of(&desk.path("article.txt"), config).unwrap();
    assert!(text.contains("Ellerby closes swing bridge to lorries"), "{text}");
    assert!(text.contains("Ellerby köprüyü kamyonlara kapatıyor"), "{text}");
    assert!(text.contains("Эллерби закрывает мост для грузовиков"), "{text}");
}

#[test]
fn the_example_is_short() {
    let text = std::fs::read_to_string(repository().join("examples/library.rs")).unwrap();
    assert!(text.lines().count() < 40, "{} lines", text.lines().count());
}

#[test]
fn a_missing_file_is_named() {
    let error = example::bulletin_of("nowhere.txt".as_ref(), Default::default()).unwrap_err();
    assert!(format!("{error:#}").contains("nowhere.txt"), "{error:#}");
}

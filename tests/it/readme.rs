//! What README shows is what one gets.

use crate::scripted::{Desk, Ran, repository};

/// The first command that README shows, and what it prints, shortened where `[…]` stands.
fn first_transcript() -> (Vec<String>, String) {
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let (_, rest) = readme.split_once("```console\n$ bulletin ").expect("a transcript");
    let (block, _) = rest.split_once("```").unwrap();
    let (command, printed) = block.split_once('\n').unwrap();
    (command.split_whitespace().map(str::to_string).collect(), printed.to_string())
}

fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The article's own sentences need no model, so that the run is the same on every processor.
#[test]
fn the_first_transcript_is_a_real_run() {
    let (arguments, printed) = first_transcript();
    let mut command = Desk::new().program();
    let output = command.current_dir(repository()).args(&arguments).output().unwrap();
    let ran = Ran::from(output);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let real = plain(&format!("{}\n{}", ran.stdout, ran.stderr));
    let mut rest = real.as_str();
    let pieces: Vec<String> = printed.split("[…]").map(plain).collect();
    assert!(pieces.len() > 2 && rest.starts_with(&pieces[0]), "{real}");
    for piece in pieces.iter().filter(|piece| !piece.is_empty()) {
        let at = rest.find(piece.as_str());
        let at = at
            .unwrap_or_else(|| panic!("README has\n{piece}\nand the run, from there on,\n{rest}"));
        rest = &rest[at + piece.len()..];
    }
    assert_eq!(rest, "", "nothing is left out behind the last line");
}

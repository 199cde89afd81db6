//! The models of the `starter` profile, fetched when they are not there.

use std::path::PathBuf;
use std::process::Command;

/// The weight file of a model of the `starter` profile, fetched first if it is not in the cache.
/// The program itself is asked, so that a test uses the very cache that a user has.
pub fn starter_model(name: &str) -> PathBuf {
    run_models(&["fetch", name]);
    let path = PathBuf::from(run_models(&["path", name]).trim_end());
    assert!(path.is_file(), "'bulletin models path {name}' printed '{}'", path.display());
    path
}

fn run_models(arguments: &[&str]) -> String {
    let program = env!("CARGO_BIN_EXE_bulletin");
    let output = Command::new(program).arg("models").args(arguments).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "'bulletin models {}' failed: {errors}", arguments.join(" "));
    String::from_utf8(output.stdout).unwrap()
}

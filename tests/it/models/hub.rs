//! Models that come from a hub or a folder, by way of the library.

use std::fs;

use bulletin::internals::models::{
    ModelFiles, Network, Presence, Progress, Registry, Store, obtain, presence,
};

use super::server::{COMMIT, Hub, small, sum};
use super::{CONFIG, OwnCache, hub, registry, registry_text, weights};

fn get(registry: &Registry, store: &Store) -> anyhow::Result<ModelFiles> {
    obtain(registry.model("tiny").unwrap(), store, &mut |_| {})
}

fn refusal(registry: &Registry, store: &Store) -> String {
    format!("{:#}", get(registry, store).unwrap_err())
}

#[test]
fn files_are_fetched_into_the_shared_cache_once() {
    let (hub, own) = (hub(), OwnCache::new());
    let (registry, store) = (registry("main", ""), own.store(&hub));
    let entry = registry.model("tiny").unwrap();
    assert_eq!(presence(entry, &store), Presence::Missing);
    let files = get(&registry, &store).unwrap();
    assert_eq!(fs::read(&files.weights).unwrap(), weights());
    assert_eq!(fs::read(files.path("config.json").unwrap()).unwrap(), CONFIG);
    let snapshot = own.path("hub/models--owner--tiny/snapshots").join(COMMIT);
    assert_eq!(files.weights, snapshot.join("tiny.gguf"));
    assert!(own.blob(&sum(&weights())).is_file());
    let branch = fs::read_to_string(own.path("hub/models--owner--tiny/refs/main")).unwrap();
    assert_eq!(branch, COMMIT);
    let lock = fs::read_to_string(&store.lock_file).unwrap();
    assert!(lock.contains(&sum(&weights())) && lock.contains(&sum(CONFIG)), "{lock}");
    assert!(lock.contains(COMMIT), "{lock}");

    assert_eq!(presence(entry, &store), Presence::Verified);
    hub.forget();
    assert_eq!(get(&registry, &store).unwrap(), files);
    assert_eq!(hub.seen(), []);
}

#[test]
fn a_broken_connection_is_resumed() {
    let (hub, own) = (hub(), OwnCache::new());
    hub.change(|hub| hub.breaks = vec![600_000, 300_000]);
    let registry = registry(COMMIT, &format!(", sha256 = \"{}\"", sum(&weights())));
    let mut resumed = 0;
    let entry = registry.model("tiny").unwrap();
    let files = obtain(entry, &own.store(&hub), &mut |event| {
        resumed += usize::from(matches!(event, Progress::Resuming { .. }));
    });
    assert_eq!(fs::read(files.unwrap().weights).unwrap(), weights());
    assert_eq!(resumed, 2);
    let ranges: Vec<String> = hub.seen().into_iter().filter_map(|seen| seen.range).collect();
    assert!(ranges.iter().any(|range| range == "bytes=600000-"), "{ranges:?}");
    assert!(ranges.iter().any(|range| range == "bytes=900000-"), "{ranges:?}");
}

#[test]
fn a_failed_fetch_leaves_nothing_half_in_place_and_goes_on_next_time() {
    let (hub, own) = (hub(), OwnCache::new());
    hub.change(|hub| {
        hub.breaks = vec![700_000];
        hub.then_refuse = true;
    });
    let (registry, store) = (registry("main", ""), own.store(&hub));
    let told = refusal(&registry, &store);
    assert!(told.contains("503") && told.contains("700000 bytes are kept"), "{told}");
    assert!(told.contains("model 'tiny'") && told.contains("copy the folder"), "{told}");
    assert!(!own.blob(&sum(&weights())).exists());
    assert!(!own.path("hub/models--owner--tiny/snapshots").exists());

    hub.change(|hub| hub.then_refuse = false);
    hub.forget();
    assert_eq!(fs::read(get(&registry, &store).unwrap().weights).unwrap(), weights());
    let first = hub.seen().into_iter().find(|seen| seen.path.starts_with("/content/")).unwrap();
    assert_eq!(first.range.as_deref(), Some("bytes=700000-"));
}

#[test]
fn a_server_that_ignores_ranges_spoils_nothing() {
    let (hub, own) = (hub(), OwnCache::new());
    hub.change(|hub| {
        hub.breaks = vec![600_000];
        hub.ignores_ranges = true;
    });
    let files = get(&registry("main", ""), &own.store(&hub)).unwrap();
    assert_eq!(fs::read(files.weights).unwrap(), weights());
}

#[test]
fn bytes_with_a_wrong_sum_are_set_aside() {
    let (hub, own) = (hub(), OwnCache::new());
    let mut wrong = weights();
    wrong[1_000] ^= 1;
    hub.change(|hub| hub.files.get_mut("tiny.gguf").unwrap().bytes = wrong.clone());
    let told = refusal(&registry("main", ""), &own.store(&hub));
    assert!(told.contains(&sum(&weights())) && told.contains(&sum(&wrong)), "{told}");
    let rejected = format!("{}.rejected-{}", sum(&weights()), &sum(&wrong)[..12]);
    assert!(own.blob(&rejected).is_file(), "{told}");
    assert!(!own.blob(&sum(&weights())).exists());
    assert!(!own.path("models.lock").exists());
}

#[test]
fn a_file_that_changed_in_the_cache_is_set_aside_and_fetched_again() {
    let (hub, own) = (hub(), OwnCache::new());
    let (registry, store) = (registry("main", ""), own.store(&hub));
    let files = get(&registry, &store).unwrap();
    let mut rotten = weights();
    rotten[7] ^= 1;
    fs::write(&files.weights, &rotten).unwrap();
    let told = refusal(&registry, &store);
    assert!(told.contains(&sum(&weights())) && told.contains(&sum(&rotten)), "{told}");
    assert!(told.contains("set aside as") && told.contains("bulletin models fetch tiny"), "{told}");
    assert_eq!(fs::read(get(&registry, &store).unwrap().weights).unwrap(), weights());
}

#[test]
fn a_sum_or_size_that_the_hub_contradicts_stops_the_fetch() {
    let (hub, own) = (hub(), OwnCache::new());
    let expected = "cd".repeat(32);
    let told = refusal(&registry("main", &format!(", sha256 = \"{expected}\"")), &own.store(&hub));
    assert!(told.contains(&expected) && told.contains(&sum(&weights())), "{told}");
    let told = refusal(&registry("main", ", size = 12"), &own.store(&hub));
    assert!(told.contains("has 1500000 bytes on the hub, but the registry says 12"), "{told}");
    assert!(hub.seen().iter().all(|seen| seen.method == "HEAD"));
}

#[test]
fn a_branch_that_moves_is_noticed() {
    let (hub, own) = (hub(), OwnCache::new());
    let (registry, store) = (registry("main", ""), own.store(&hub));
    get(&registry, &store).unwrap();
    fs::remove_dir_all(&store.hub_folder).unwrap();
    hub.forget();
    get(&registry, &store).unwrap();
    assert!(hub.seen().iter().all(|seen| !seen.path.contains("/resolve/main/")));

    fs::remove_dir_all(&store.hub_folder).unwrap();
    hub.change(|hub| hub.commit = "f".repeat(40));
    let told = refusal(&registry, &store);
    assert!(told.contains(COMMIT) && told.contains(&"f".repeat(40)), "{told}");
}

#[test]
fn files_that_another_program_fetched_are_used_and_pinned() {
    let (hub, own) = (hub(), OwnCache::new());
    let (registry, store) = (registry("main", ""), own.store(&hub));
    let files = get(&registry, &store).unwrap();
    fs::remove_file(&store.lock_file).unwrap();
    hub.forget();
    assert_eq!(get(&registry, &store).unwrap(), files);
    let lock = fs::read_to_string(&store.lock_file).unwrap();
    assert!(lock.contains(COMMIT) && lock.contains(&sum(CONFIG)), "{lock}");
    assert_eq!(hub.seen(), []);

    fs::write(files.path("config.json").unwrap(), b"{\"layers\": 3}").unwrap();
    let told = refusal(&registry, &store);
    assert!(told.contains("'config.json' has sha256"), "{told}");
}

#[test]
fn the_token_goes_to_the_hub_and_nowhere_else() {
    let (hub, own) = (hub(), OwnCache::new());
    hub.change(|hub| hub.token = Some("hf_good".to_string()));
    let registry = registry("main", "");
    let told = refusal(&registry, &own.store(&hub));
    assert!(told.contains("401") && told.contains("HF_TOKEN"), "{told}");
    let wrong = Store { token: Some("hf_bad".to_string()), ..own.store(&hub) };
    let told = refusal(&registry, &wrong);
    assert!(told.contains("the token does not give access"), "{told}");
    assert!(!told.contains("hf_bad"), "{told}");

    hub.forget();
    let good = Store { token: Some("hf_good".to_string()), ..own.store(&hub) };
    get(&registry, &good).unwrap();
    let seen = hub.seen();
    assert!(seen.iter().any(|seen| seen.host.starts_with("localhost")));
    for request in seen {
        assert_eq!(request.token.is_some(), request.host.starts_with("127.0.0.1"), "{request:?}");
    }
}

#[test]
fn what_is_not_there_is_told() {
    let (hub, own) = (Hub::with(&[("config.json", small(CONFIG))]), OwnCache::new());
    let registry = registry("main", "");
    let told = refusal(&registry, &own.store(&hub));
    assert!(told.contains("404") && told.contains("no such file"), "{told}");
    assert!(!told.contains("copy the folder"), "no other computer would find it: {told}");
    assert!(told.contains("tiny.gguf"), "{told}");

    hub.forget();
    let offline = Store { network: Network::Forbidden, ..own.store(&hub) };
    let told = refusal(&registry, &offline);
    assert!(told.contains("'tiny.gguf', 'config.json' are not on this computer"), "{told}");
    assert!(told.contains("bulletin models fetch tiny"), "{told}");
    assert!(told.contains(&own.path("hub/models--owner--tiny").display().to_string()), "{told}");
    assert_eq!(hub.seen(), []);
}

#[test]
fn names_that_lead_out_of_the_cache_are_refused() {
    let (hub, own) = (hub(), OwnCache::new());
    hub.change(|hub| hub.commit = "../../../outside".to_string());
    let told = refusal(&registry("main", ""), &own.store(&hub));
    assert!(told.contains("odd name"), "{told}");
    hub.change(|hub| hub.commit = COMMIT.to_string());
    hub.change(|hub| hub.files.get_mut("tiny.gguf").unwrap().etag = "../escape".to_string());
    let told = refusal(&registry("main", ""), &own.store(&hub));
    assert!(told.contains("odd name"), "{told}");
}

#[test]
fn two_at_once_fetch_one_file_once() {
    let (hub, own) = (hub(), OwnCache::new());
    let (registry, store) = (registry("main", ""), own.store(&hub));
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(|| get(&registry, &store))).collect();
        for run in runs {
            assert_eq!(fs::read(run.join().unwrap().unwrap().weights).unwrap(), weights());
        }
    });
    let bodies = hub.seen().into_iter().filter(|seen| seen.path == "/content/tiny.gguf").count();
    assert_eq!(bodies, 1);
}

#[test]
fn a_folder_is_taken_as_it_is_and_never_changed() {
    let (hub, own) = (hub(), OwnCache::new());
    let text = |more: &str| {
        registry_text("main", more).replace(
            "source.hub = { repository = \"owner/tiny\", revision = \"main\" }",
            "source.folder = { path = \"weights\" }",
        )
    };
    let read = |more: &str| Registry::parse(&text(more), "m", own.folder.path()).unwrap();
    let store = own.store(&hub);
    let told = refusal(&read(""), &store);
    assert!(told.contains("are not in the folder"), "{told}");
    fs::create_dir(own.path("weights")).unwrap();
    fs::write(own.path("weights/tiny.gguf"), weights()).unwrap();
    fs::write(own.path("weights/config.json"), CONFIG).unwrap();
    assert_eq!(get(&read(""), &store).unwrap().weights, own.path("weights/tiny.gguf"));
    let sum_of_weights = format!(", sha256 = \"{}\"", sum(&weights()));
    get(&read(&sum_of_weights), &store).unwrap();
    let told = refusal(&read(", size = 12"), &store);
    assert!(told.contains("has 1500000 bytes instead of 12"), "{told}");
    let told = refusal(&read(&format!(", sha256 = \"{}\"", "ab".repeat(32))), &store);
    assert!(told.contains(&sum(&weights())) && told.contains(&"ab".repeat(32)), "{told}");
    assert!(own.path("weights/tiny.gguf").exists());
    assert_eq!(hub.seen(), []);
}

//! Locks: taken once, found stale, broken when asked, never waited for.

use std::sync::{Arc, Barrier};

use super::*;

fn write(path: &Path, holder: &Holder) {
    fs::write(path, serde_json::to_vec(holder).unwrap()).unwrap();
}

fn dead(here: &Holder) -> Holder {
    let mut holder = here.clone();
    holder.process.pid = u32::MAX - 1;
    holder.token = "dead".into();
    holder
}

#[test]
fn a_live_lock_is_refused_at_once_and_freed_when_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let lock = Lock::take(folder.path(), Shard::WHOLE, LockPolicy::Respect).unwrap();
    let error = Lock::take(folder.path(), Shard::WHOLE, LockPolicy::Respect).unwrap_err();
    let pid = std::process::id().to_string();
    assert!(format!("{error:#}").contains(&pid), "{error:#}");
    lock.check().unwrap();
    drop(lock);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "something was left behind");
    Lock::take(folder.path(), Shard::WHOLE, LockPolicy::Respect).unwrap();
}

#[test]
fn a_stale_lock_is_taken_over_with_an_explanation() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bulletin.lock");
    write(&path, &dead(&Holder::mine()));
    let lock = Lock::take(folder.path(), Shard::WHOLE, LockPolicy::Respect).unwrap();
    assert!(lock.notes[0].contains("process is gone"), "{:?}", lock.notes);
    assert_eq!(read(&path).unwrap().unwrap(), lock.holder);
}

#[test]
fn a_lock_of_another_host_is_explained_and_broken_only_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let mut holder = Holder::mine();
    holder.process.host = "node-17".into();
    write(&folder.path().join("bulletin.lock"), &holder);
    let error = Lock::take(folder.path(), Shard::WHOLE, LockPolicy::Respect).unwrap_err();
    let text = format!("{error:#}");
    assert!(text.contains("node-17") && text.contains("--break-lock"), "{text}");
    Lock::take(folder.path(), Shard::WHOLE, LockPolicy::Break).unwrap();
}

#[test]
fn an_unreadable_lock_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bulletin.lock"), "").unwrap();
    let error = Lock::take(folder.path(), Shard::WHOLE, LockPolicy::Respect).unwrap_err();
    assert!(format!("{error:#}").contains("--break-lock"));
    Lock::take(folder.path(), Shard::WHOLE, LockPolicy::Break).unwrap();
}

#[test]
fn the_start_time_in_the_file_decides_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bulletin.lock");
    for started in [0, u64::MAX] {
        write(&path, &Holder { started, ..dead(&Holder::mine()) });
        drop(Lock::take(folder.path(), Shard::WHOLE, LockPolicy::Respect).unwrap());
        write(&path, &Holder { started, ..Holder::mine() });
        Lock::take(folder.path(), Shard::WHOLE, LockPolicy::Respect).unwrap_err();
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn shards_share_a_folder_and_other_divisions_do_not() {
    let folder = tempfile::tempdir().unwrap();
    let shard = |text: &str| text.parse::<Shard>().unwrap();
    let _first = Lock::take(folder.path(), shard("1/2"), LockPolicy::Respect).unwrap();
    let _second = Lock::take(folder.path(), shard("2/2"), LockPolicy::Respect).unwrap();
    let error = Lock::take(folder.path(), Shard::WHOLE, LockPolicy::Respect).unwrap_err();
    assert!(format!("{error:#}").contains("divides the folder"), "{error:#}");
    Lock::take(folder.path(), shard("1/3"), LockPolicy::Respect).unwrap_err();
}

#[test]
fn of_many_that_find_a_stale_lock_one_gets_it() {
    for _ in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("bulletin.lock"), &dead(&Holder::mine()));
        let barrier = Arc::new(Barrier::new(8));
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let (path, barrier) = (folder.path().to_path_buf(), barrier.clone());
                std::thread::spawn(move || {
                    barrier.wait();
                    Lock::take(&path, Shard::WHOLE, LockPolicy::Respect).ok()
                })
            })
            .collect();
        let taken: Vec<Option<Lock>> = threads.into_iter().map(|it| it.join().unwrap()).collect();
        let valid = taken.iter().flatten().filter(|lock| lock.check().is_ok()).count();
        assert_eq!(valid, 1, "{} runs hold a lock", valid);
    }
}

//! What a story's sender says of it later, from outside: a kill, a newer version, the end of an
//! embargo, in another run and in another shard.

use std::fs;

use serde_json::Value;

use crate::scripted::{Desk, Ran};

/// An item of ninjs about a bridge, with more fields.
fn item(uri: &str, version: u32, more: &str) -> String {
    let text = format!(
        "The council of Velmar voted on Monday to close bridge {uri} to lorries from 1 March. \
         Engineers found cracks in two of its nine girders in January. The mayor, Ada Moss, said \
         in version {version} that repairs will take about seven months."
    );
    format!(
        "{{\"uri\": \"{uri}\", \"version\": \"{version}\", \"headline\": \"Bridge {uri} closes\", \
         \"versioncreated\": \"2024-03-0{version}T10:00:00Z\", \"body_text\": \"{text}\"{more}}}"
    )
}

struct Room(Desk);

impl Room {
    fn new() -> Self {
        let room = Self(Desk::new());
        fs::create_dir(room.0.path("in")).unwrap();
        room
    }

    fn put(&self, name: &str, content: &str) {
        self.0.put(&format!("in/{name}"), content);
    }

    fn batch(&self, more: &[&str]) -> Ran {
        let all = ["batch", "in", "--out", "out", "--profile", "starter", "--progress", "none"];
        self.0.run(&[&all, more].concat())
    }

    fn report(&self, name: &str) -> Value {
        serde_json::from_str(&self.0.read(&format!("out/{name}"))).unwrap()
    }

    /// Documents of articles in the output folder.
    fn briefs(&self) -> usize {
        let names = fs::read_dir(self.0.path("out")).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.ends_with(".json") && !name.starts_with("report")).count()
    }
}

/// Reasons of the skipped articles of a report.
fn reasons(report: &Value) -> Vec<String> {
    let items = report["items"].as_array().unwrap().iter();
    items.filter_map(|item| item["reason"].as_str().map(str::to_string)).collect()
}

#[test]
fn a_kill_and_a_newer_version_of_a_later_run_withdraw_what_was_written() {
    let room = Room::new();
    room.put("a.json", &item("u:1", 1, ""));
    room.put("b.json", &item("u:2", 1, ""));
    let ran = room.batch(&[]);
    assert_eq!((ran.code, room.briefs()), (0, 2), "{ran:?}");
    // The files of the first run are gone, as in a folder that is emptied each hour.
    fs::remove_file(room.0.path("in/a.json")).unwrap();
    fs::remove_file(room.0.path("in/b.json")).unwrap();
    room.put("c.json", &item("u:1", 1, ", \"pubstatus\": \"canceled\""));
    room.put("d.json", &item("u:2", 2, ""));
    let ran = room.batch(&[]);
    assert_eq!(ran.code, 0, "what is kept back is no failure: {ran:?}");
    let report = room.report("report.json");
    let said = reasons(&report).join("; ");
    assert_eq!(said.matches("its brief was withdrawn").count(), 2, "{said}");
    assert!(said.contains("canceled by its sender in c.json"), "{said}");
    assert!(said.contains("superseded by version 2 in d.json"), "{said}");
    assert_eq!(room.briefs(), 1);
    let page = room.0.read("out/digest.html");
    assert!(page.contains("u:2 closes") && !page.contains("u:1 closes"));
    // The kill counts when its own file is gone, too.
    fs::remove_file(room.0.path("in/c.json")).unwrap();
    room.put("a.json", &item("u:1", 1, ""));
    assert_eq!((room.batch(&[]).code, room.briefs()), (0, 1));
}

#[test]
fn a_kill_that_another_shard_reads_counts() {
    let room = Room::new();
    for number in 0..6 {
        room.put(&format!("story-{number}.json"), &item(&format!("u:{number}"), 1, ""));
    }
    for shard in ["1/2", "2/2"] {
        assert_eq!(room.batch(&["--shard", shard]).code, 0);
    }
    assert_eq!(room.briefs(), 6);
    for number in 0..6 {
        let kill = item(&format!("u:{number}"), 2, ", \"pubstatus\": \"withheld\"");
        room.put(&format!("kill-{number}.json"), &kill);
    }
    for shard in ["1/2", "2/2"] {
        assert_eq!(room.batch(&["--shard", shard]).code, 0);
    }
    let merged = room.0.run(&["batch", "--merge", "--out", "out", "--progress", "none"]);
    assert_eq!((merged.code, room.briefs()), (0, 0), "{merged:?}");
}

#[test]
fn an_embargo_is_judged_at_the_time_of_each_run() {
    let room = Room::new();
    room.put("a.json", &item("u:1", 1, ", \"embargoed\": \"2024-03-05T00:01:00Z\""));
    let early = room.batch(&["--now", "2024-03-04T23:00"]);
    assert_eq!((early.code, room.briefs()), (0, 0), "{early:?}");
    let said = reasons(&room.report("report.json")).join("; ");
    assert!(said.contains("under embargo until 2024-03-05T00:01:00Z"), "{said}");
    let late = room.batch(&["--now", "2024-03-05T00:01"]);
    assert_eq!((late.code, room.briefs()), (0, 1), "{late:?}");
    // An embargo that a newer version brings withdraws what stood.
    room.put("a.json", &item("u:1", 2, ", \"embargoed\": \"2024-03-09T00:00:00Z\""));
    assert_eq!((room.batch(&["--now", "2024-03-06"]).code, room.briefs()), (0, 0));
    assert_eq!((room.batch(&["--now", "2024-03-06", "--embargoed"]).code, room.briefs()), (0, 1));
}

#[test]
fn a_lead_with_another_number_supersedes_by_its_keyword() {
    let room = Room::new();
    let wire = |number: &str, signal: &str, fact: &str| {
        format!(
            "{number} 4 i 93 vwa 0100\n\nVelmar/transport/\n{signal}Velmar bridge closes to \
             lorries =\n\n   Velmar (vwa) - The bridge of Velmar closes to lorries from 1 March, \
             the council\ndecided on Monday. Repairs will take {fact} and cost four million\n\
             euros, Mayor Ada Moss said after the session in the town hall.\n\nvwa am jw\n\
             041015 GMT Mar 24\n"
        )
    };
    room.put("first.txt", &wire("vwa0101", "", "seven months"));
    room.put("lead.txt", &wire("vwa0109", "1ST LEAD\n", "nine months"));
    let ran = room.batch(&[]);
    assert_eq!((ran.code, room.briefs()), (0, 1), "{ran:?}");
    let said = reasons(&room.report("report.json")).join("; ");
    assert!(said.contains("superseded by version 1 in lead.txt"), "{said}");
}

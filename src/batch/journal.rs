//! What has been done, as an append-only file of JSON lines: one line a step, written only after
//! the step's result file is in place.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::batch::key::Key;
use crate::language::Language;

/// A kind of step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    Summarise,
    Translate,
}

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "lowercase")]
pub enum Outcome {
    /// The result is in `ID.json`; `result` is the key of its text there.
    Done { result: Key },
    /// The step failed in a way that the same input brings again.
    Failed { error: String },
}

/// One line of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub step: Step,
    pub id: String,
    /// Language of the brief; `None` for a summary that failed.
    pub language: Option<Language>,
    pub key: Key,
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What the journal knows of one key: the last line wins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: Box<str>,
    pub outcome: Outcome,
}

/// An open journal and what it says.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    entries: HashMap<Key, Entry>,
    /// What was wrong with the file, one sentence each, for people.
    pub notes: Vec<String>,
}

impl Journal {
    /// Opens or creates the journal at `path`. A torn last line (the machine stopped while writing
    /// it) is cut off and noted; a damaged line elsewhere is left alone, noted, and its step is
    /// done again. A file that is no journal at all is an error.
    pub fn open(path: &Path) -> Result<Self> {
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(path)
            .with_context(|| format!("cannot open the journal '{}'", path.display()))?;
        let mut journal = Self {
            path: path.into(),
            file: file.try_clone()?,
            entries: HashMap::new(),
            notes: vec![],
        };
        let whole = journal
            .read(&mut file)
            .with_context(|| format!("cannot read the journal '{}'", path.display()))?;
        if let Some(length) = whole {
            journal.file.set_len(length).and_then(|()| journal.file.sync_all()).with_context(
                || format!("cannot cut the torn last line off the journal '{}'", path.display()),
            )?;
        }
        Ok(journal)
    }

    /// What is known of the step `key`.
    pub fn entry(&self, key: Key) -> Option<&Entry> {
        self.entries.get(&key)
    }

    /// Adds `records` in one write and waits until they are on the disk.
    pub fn append(&mut self, records: Vec<Record>) -> Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        let mut lines = Vec::new();
        for record in &records {
            serde_json::to_writer(&mut lines, record)?;
            lines.push(b'\n');
        }
        self.file
            .write_all(&lines)
            .and_then(|()| self.file.sync_data())
            .with_context(|| format!("cannot write the journal '{}'", self.path.display()))?;
        for record in records {
            self.know(record);
        }
        Ok(())
    }

    /// Reads all lines; the result is the length without a torn last line, if there is one.
    fn read(&mut self, file: &mut File) -> Result<Option<u64>> {
        file.seek(SeekFrom::Start(0))?;
        let mut reader = BufReader::new(file);
        let (mut line, mut number, mut length) = (Vec::new(), 0usize, 0u64);
        let mut damaged = Vec::new();
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line)?;
            if read == 0 {
                break;
            }
            number += 1;
            if line.last() != Some(&b'\n') {
                self.notes.push(format!(
                    "the last line of the journal '{}' was torn; its step is done again",
                    self.path.display()
                ));
                self.refuse_strangers(&damaged, number - 1)?;
                self.note_damage(&damaged);
                return Ok(Some(length));
            }
            length += read as u64;
            match serde_json::from_slice::<Record>(&line) {
                Ok(record) => self.know(record),
                Err(_) if line.iter().all(u8::is_ascii_whitespace) => {}
                Err(_) => damaged.push(number),
            }
        }
        self.refuse_strangers(&damaged, number)?;
        self.note_damage(&damaged);
        Ok(None)
    }

    /// A file without one good line is somebody else's: nothing is appended to it.
    fn refuse_strangers(&self, damaged: &[usize], lines: usize) -> Result<()> {
        if self.entries.is_empty() && lines > 2 && damaged.len() == lines {
            bail!(
                "'{}' is not a journal of bulletin; choose another output folder or move it away",
                self.path.display()
            );
        }
        Ok(())
    }

    fn note_damage(&mut self, damaged: &[usize]) {
        let Some(first) = damaged.first() else { return };
        let (path, count) = (self.path.display(), damaged.len());
        self.notes.push(match count {
            1 => format!("line {first} of the journal '{path}' is damaged; its step is done again"),
            _ => format!(
                "{count} lines of the journal '{path}' are damaged, the first is line {first}; \
                 their steps are done again"
            ),
        });
    }

    fn know(&mut self, record: Record) {
        let entry = Entry { id: record.id.into_boxed_str(), outcome: record.outcome };
        self.entries.insert(record.key, entry);
    }
}

/// Whether the file at `path` begins like a journal.
pub fn is_one(path: &Path) -> bool {
    const BEGIN: &[u8] = b"{\"step\":\"";
    let mut begin = [0u8; BEGIN.len()];
    File::open(path).and_then(|mut file| file.read_exact(&mut begin)).is_ok() && begin == BEGIN
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::prelude::*;

    use super::*;
    use crate::segment::properties::fixed;

    fn record(number: u8) -> Record {
        Record {
            step: Step::Summarise,
            id: format!("article-{number}"),
            language: Some(Language::Turkish),
            key: Key::of(&[&[number]]),
            outcome: Outcome::Done { result: Key::of(&[&[number, number]]) },
        }
    }

    #[test]
    fn what_was_appended_is_known_after_reopening() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let mut journal = Journal::open(&path).unwrap();
        journal.append(vec![record(1), record(2)]).unwrap();
        let failed = Record { outcome: Outcome::Failed { error: "too short".into() }, ..record(2) };
        journal.append(vec![failed.clone()]).unwrap();
        let again = Journal::open(&path).unwrap();
        assert_eq!(again.entries, journal.entries);
        assert_eq!(again.entry(record(2).key).unwrap().outcome, failed.outcome);
        assert!(again.notes.is_empty());
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with(r#"{"step":"summarise","id":"article-1","language":"tr","key":"#));
    }

    #[test]
    fn a_torn_last_line_is_cut_off_wherever_it_tore() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        Journal::open(&path).unwrap().append(vec![record(1), record(2)]).unwrap();
        let whole = fs::read(&path).unwrap();
        let first = whole.iter().position(|&byte| byte == b'\n').unwrap() + 1;
        for end in first + 1..whole.len() {
            fs::write(&path, &whole[..end]).unwrap();
            let mut journal = Journal::open(&path).unwrap();
            assert_eq!(journal.entries.len(), 1, "torn at {end}");
            assert!(journal.notes[0].contains("torn"));
            journal.append(vec![record(2)]).unwrap();
            assert_eq!(fs::read(&path).unwrap(), whole, "torn at {end}");
        }
    }

    #[test]
    fn a_damaged_line_in_the_middle_is_reported_and_the_rest_stands() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        Journal::open(&path).unwrap().append(vec![record(1), record(2), record(3)]).unwrap();
        let mut bytes = fs::read(&path).unwrap();
        let second = bytes.iter().position(|&byte| byte == b'\n').unwrap() + 1;
        bytes[second..second + 20].fill(0xff);
        fs::write(&path, &bytes).unwrap();
        let journal = Journal::open(&path).unwrap();
        assert_eq!(journal.entries.len(), 2);
        assert!(journal.notes[0].contains("line 2"), "{:?}", journal.notes);
    }

    #[test]
    fn a_stranger_is_not_appended_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        fs::write(&path, "my diary\nday 1\nday 2\nday 3\n").unwrap();
        let error = Journal::open(&path).unwrap_err();
        assert!(format!("{error:#}").contains("not a journal"), "{error:#}");
        assert!(fs::read_to_string(&path).unwrap().starts_with("my diary"));
    }

    fn any_record() -> impl Strategy<Value = Record> {
        let outcome = prop_oneof![
            any::<[u8; 4]>().prop_map(|bytes| Outcome::Done { result: Key::of(&[&bytes]) }),
            any::<String>().prop_map(|error| Outcome::Failed { error }),
        ];
        let language = prop::option::of(prop::sample::select(Language::ALL.to_vec()));
        let step = prop::sample::select(vec![Step::Summarise, Step::Translate]);
        (step, any::<String>(), language, 0_u8..6, outcome).prop_map(
            |(step, id, language, key, outcome)| Record {
                step,
                id,
                language,
                key: Key::of(&[&[key]]),
                outcome,
            },
        )
    }

    proptest! {
        #![proptest_config(fixed(48))]

        #[test]
        fn of_a_journal_cut_anywhere_the_whole_lines_stand(
            records in prop::collection::vec(any_record(), 1..8), cut in any::<prop::sample::Index>()
        ) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("journal.jsonl");
            Journal::open(&path).unwrap().append(records.clone()).unwrap();
            let mut bytes = fs::read(&path).unwrap();
            bytes.truncate(cut.index(bytes.len() + 1));
            let whole = bytes.iter().filter(|byte| **byte == b'\n').count();
            fs::write(&path, &bytes).unwrap();

            let mut journal = Journal::open(&path).unwrap();
            let mut expected = HashMap::new();
            for record in &records[..whole] {
                expected.insert(record.key, record.outcome.clone());
            }
            let known = |journal: &Journal| -> HashMap<Key, Outcome> {
                journal.entries.iter().map(|(key, entry)| (*key, entry.outcome.clone())).collect()
            };
            prop_assert_eq!(known(&journal), expected);
            journal.append(records[whole..].to_vec()).unwrap();
            prop_assert_eq!(known(&Journal::open(&path).unwrap()), known(&journal));
        }
    }
}

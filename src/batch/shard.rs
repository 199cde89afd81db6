//! A stable id → which of N machines does it.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

/// One part of a folder's work: `index` of `count`, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    index: u32,
    count: u32,
}

/// The text names no shard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no shard; write I/N with I from 1 to N, such as 2/8")]
pub struct BadShard(pub String);

impl Shard {
    /// Everything: the work is not divided.
    pub const WHOLE: Shard = Shard { index: 1, count: 1 };

    /// The shard `index` of `count`, counted from 1.
    pub fn new(index: u32, count: u32) -> Result<Self, BadShard> {
        if index == 0 || index > count {
            return Err(BadShard(format!("{index}/{count}")));
        }
        Ok(Self { index, count })
    }

    /// Whether this shard does the article `id`. Each id belongs to exactly one of the N shards,
    /// and neither other ids nor their order change which.
    pub fn owns(self, id: &str) -> bool {
        let digest = Sha256::digest(id.as_bytes());
        let mut first = [0u8; 8];
        first.copy_from_slice(&digest[..8]);
        u64::from_be_bytes(first) % u64::from(self.count) == u64::from(self.index - 1)
    }

    /// Whether there are other shards.
    pub fn is_whole(self) -> bool {
        self.count == 1
    }

    /// How many parts there are.
    pub fn count(self) -> u32 {
        self.count
    }

    /// `stem.extension` for undivided work, `stem-2-of-8.extension` for a shard, so that shards
    /// that share a folder never write the same file.
    pub fn file_name(self, stem: &str, extension: &str) -> String {
        if self.is_whole() {
            format!("{stem}.{extension}")
        } else {
            format!("{stem}-{}-of-{}.{extension}", self.index, self.count)
        }
    }

    /// Reads back what [`Shard::file_name`] wrote; `None` for any other name.
    pub fn from_file_name(name: &str, stem: &str, extension: &str) -> Option<Self> {
        let middle = name.strip_prefix(stem)?.strip_suffix(extension)?.strip_suffix('.')?;
        if middle.is_empty() {
            return Some(Self::WHOLE);
        }
        let (index, count) = middle.strip_prefix('-')?.split_once("-of-")?;
        Self::new(index.parse().ok()?, count.parse().ok()?).ok()
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.index, self.count)
    }
}

impl FromStr for Shard {
    type Err = BadShard;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || BadShard(text.to_string());
        let (index, count) = text.trim().split_once('/').ok_or_else(bad)?;
        let index = index.trim().parse().map_err(|_| bad())?;
        let count = count.trim().parse().map_err(|_| bad())?;
        Self::new(index, count).map_err(|_| bad())
    }
}

/// What job runners say about a task in their variables, as text; the caller reads the environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunnerVariables {
    /// `SLURM_ARRAY_TASK_ID`, `SLURM_ARRAY_TASK_MIN` and `SLURM_ARRAY_TASK_COUNT`.
    pub slurm_id: Option<String>,
    /// The least id of the array.
    pub slurm_minimum: Option<String>,
    /// How many tasks the array has.
    pub slurm_count: Option<String>,
    /// `JOB_COMPLETION_INDEX` of a Kubernetes Indexed Job, counted from 0, and `JOB_COMPLETIONS`,
    /// which the job's manifest sets to its `completions`.
    pub kubernetes_index: Option<String>,
    /// How many completions the job has.
    pub kubernetes_completions: Option<String>,
}

impl RunnerVariables {
    /// The shard that the runner means; `None` outside a runner's array. A Slurm array must be
    /// without gaps (`--array=0-7`), since its task ids become indices.
    pub fn shard(&self) -> Result<Option<Shard>, BadShard> {
        if let (Some(id), Some(count)) = (&self.slurm_id, &self.slurm_count) {
            let minimum = self.slurm_minimum.as_deref().unwrap_or("0");
            return place(id, minimum, count).map(Some);
        }
        match (&self.kubernetes_index, &self.kubernetes_completions) {
            (Some(index), Some(completions)) => place(index, "0", completions).map(Some),
            (Some(index), None) => Err(BadShard(format!("{index}/(JOB_COMPLETIONS is not set)"))),
            _ => Ok(None),
        }
    }
}

fn place(id: &str, minimum: &str, count: &str) -> Result<Shard, BadShard> {
    let bad = || BadShard(format!("{id}/{count}"));
    let id: u32 = id.trim().parse().map_err(|_| bad())?;
    let minimum: u32 = minimum.trim().parse().map_err(|_| bad())?;
    let count: u32 = count.trim().parse().map_err(|_| bad())?;
    let index = id.checked_sub(minimum).and_then(|index| index.checked_add(1)).ok_or_else(bad)?;
    Shard::new(index, count).map_err(|_| bad())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_belongs_to_exactly_one_shard() {
        let shards: Vec<Shard> = (1..=5).map(|index| Shard::new(index, 5).unwrap()).collect();
        let mut sizes = [0usize; 5];
        for number in 0..2_000 {
            let id = format!("article-{number}");
            let owners: Vec<usize> = (0..5).filter(|&place| shards[place].owns(&id)).collect();
            assert_eq!(owners.len(), 1, "{id}");
            sizes[owners[0]] += 1;
        }
        assert!(sizes.iter().all(|&size| (300..500).contains(&size)), "uneven: {sizes:?}");
    }

    #[test]
    fn text_and_file_names_go_both_ways() {
        let shard: Shard = "2/8".parse().unwrap();
        assert_eq!(shard.to_string(), "2/8");
        assert_eq!(shard.file_name("journal", "jsonl"), "journal-2-of-8.jsonl");
        let back = Shard::from_file_name("journal-2-of-8.jsonl", "journal", "jsonl");
        assert_eq!(back, Some(shard));
        let whole = Shard::from_file_name("journal.jsonl", "journal", "jsonl");
        assert_eq!(whole, Some(Shard::WHOLE));
        for odd in ["journal-x.jsonl", "journals.jsonl", "journal-9-of-8.jsonl", "journaljsonl"] {
            assert_eq!(Shard::from_file_name(odd, "journal", "jsonl"), None, "{odd}");
        }
    }

    #[test]
    fn what_is_no_shard_is_named() {
        for text in ["", "0/4", "5/4", "3", "a/b", "1/0", "-1/4", "1/4/2"] {
            let error = text.parse::<Shard>().unwrap_err();
            assert!(error.to_string().contains("I/N"), "{text}: {error}");
        }
    }

    #[test]
    fn job_runners_are_understood() {
        let slurm = RunnerVariables {
            slurm_id: Some("3".into()),
            slurm_minimum: Some("1".into()),
            slurm_count: Some("8".into()),
            ..RunnerVariables::default()
        };
        assert_eq!(slurm.shard().unwrap().unwrap().to_string(), "3/8");
        let kubernetes = RunnerVariables {
            kubernetes_index: Some("0".into()),
            kubernetes_completions: Some("4".into()),
            ..RunnerVariables::default()
        };
        assert_eq!(kubernetes.shard().unwrap().unwrap().to_string(), "1/4");
        let gaps = RunnerVariables { slurm_id: Some("12".into()), ..slurm };
        assert!(gaps.shard().is_err());
        let alone = RunnerVariables { kubernetes_completions: None, ..kubernetes };
        assert!(alone.shard().unwrap_err().to_string().contains("JOB_COMPLETIONS"));
        assert_eq!(RunnerVariables::default().shard().unwrap(), None);
    }
}

//! Which edition of a story counts: a newer one takes the place of an older one, and a kill
//! withdraws it, whichever came first and whichever shard read it. What is known is kept beside
//! the results, since the file of a kill may be gone by the next run.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::article::{Article, Status, timestamps};
use crate::batch::shard::Shard;
use crate::batch::store::Store;

/// What is remembered of an article that speaks of its edition, or of other stories.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edition {
    pub id: String,
    pub source: String,
    #[serde(default)]
    item: Option<String>,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    time: Option<String>,
    #[serde(default)]
    status: Status,
    #[serde(default)]
    replaces: Vec<String>,
    /// The keyword of a wire story, which its leads share while their numbers differ.
    #[serde(default)]
    slug: Option<String>,
    /// Words of the headline and the first paragraph of a story with a slug, sorted.
    #[serde(default)]
    words: Vec<String>,
}

impl Edition {
    /// `None` for an article that has nothing to say of it.
    pub fn of(id: &str, source: &str, article: &Article) -> Option<Self> {
        let details = &article.details;
        let slug = details.slug.as_deref().map(keyword).filter(|slug| !slug.is_empty());
        let silent = details.item.is_none()
            && details.replaces.is_empty()
            && details.status.is_usable()
            && (slug.is_none() || details.version.is_none());
        (!silent).then(|| Self {
            id: id.to_string(),
            source: source.to_string(),
            item: details.item.clone(),
            version: details.version.clone(),
            time: details.updated.clone().or_else(|| article.published.clone()),
            status: details.status,
            replaces: details.replaces.clone(),
            words: if slug.is_some() { words(article) } else { Vec::new() },
            slug,
        })
    }

    /// Whether it is a later edition than `other`. Numbers count before times.
    fn is_later_than(&self, other: &Edition) -> bool {
        let number = |it: &Edition| it.version.as_deref().and_then(|text| text.parse::<u64>().ok());
        let time = |it: &Edition| it.time.as_deref().and_then(timestamps::seconds);
        match (number(self), number(other)) {
            (Some(own), Some(others)) if own != others => own > others,
            _ => time(self).zip(time(other)).is_some_and(|(own, others)| own > others),
        }
    }

    /// Whether it is a later lead of the same story under another number: `2ND LEAD` of one
    /// keyword and service within two days, and about the same.
    fn leads(&self, other: &Edition) -> bool {
        let lead =
            |it: &Edition| it.version.as_deref().map_or(Some(0), |text| text.parse::<u64>().ok());
        let same_slug = self.slug.is_some() && self.slug == other.slug;
        let later = lead(self).zip(lead(other)).is_some_and(|(own, others)| own > others);
        let times = [self, other].map(|it| it.time.as_deref().and_then(timestamps::seconds));
        let near = times[0].zip(times[1]).is_some_and(|(one, two)| one.abs_diff(two) <= SAME_STORY);
        let numbers =
            [self, other].map(|it| it.item.as_deref().filter(|item| is_wire_number(item)));
        let service =
            |item: &str| item.trim_end_matches(|it: char| it.is_ascii_digit()).to_string();
        let same_service =
            numbers[0].zip(numbers[1]).is_some_and(|(one, two)| service(one) == service(two));
        same_slug && later && near && same_service && self.shares_words(other)
    }

    fn shares_words(&self, other: &Edition) -> bool {
        let shared = self.words.iter().filter(|word| other.words.binary_search(word).is_ok());
        let fewest = self.words.len().min(other.words.len());
        fewest > 0 && shared.count() * SHARED_WORDS >= fewest
    }

    /// Whether both may speak of one story. Numbers of a wire, such as `eca0124`, come round again
    /// within weeks; other names are for good.
    fn is_near(&self, other: &Edition) -> bool {
        let wire_number = |it: &Edition| it.item.as_deref().is_some_and(is_wire_number);
        if !wire_number(self) && !wire_number(other) {
            return true;
        }
        let time = |it: &Edition| it.time.as_deref().and_then(timestamps::seconds);
        let times = time(self).zip(time(other));
        times.is_some_and(|(one, other)| one.abs_diff(other) <= SAME_STORY)
    }

    /// What became of a story that this edition takes the place of.
    fn verdict(&self) -> String {
        let source = &self.source;
        match self.status {
            Status::Canceled => format!("canceled by its sender in {source}"),
            Status::Withheld => format!("withheld by its sender in {source}"),
            Status::Corrected => format!("superseded: {source} corrects it"),
            Status::Usable => match &self.version {
                Some(version) => format!("superseded by version {version} in {source}"),
                None => format!("superseded by {source}"),
            },
        }
    }
}

/// Longest time between a wire story and a word about it, in seconds: two days.
const SAME_STORY: u64 = 2 * 86_400;

/// One in so many words of the shorter beginning is in the other, too. Two stories of one keyword
/// share names of places at most.
const SHARED_WORDS: usize = 3;

/// Words of the beginning that are kept at most, and the letters of each at least.
const MOST_WORDS: usize = 32;
const LETTERS: usize = 4;

fn words(article: &Article) -> Vec<String> {
    let beginning = article.title.iter().chain(article.paragraphs.first());
    let words = beginning.flat_map(|text| text.split(|it: char| !it.is_alphanumeric()));
    let long = words.filter(|word| word.chars().count() >= LETTERS).take(MOST_WORDS);
    let mut words: Vec<String> = long.map(str::to_lowercase).collect();
    words.sort();
    words.dedup();
    words
}

/// `BC-Harbour,1st Ld-Writethru` → `bcharbour`: a slug without what says which edition it is.
fn keyword(slug: &str) -> String {
    let parts = slug.split([',', ';']).filter(|part| !crate::article::names_edition(part));
    plain(&parts.collect::<String>())
}

/// Up to four letters and five digits, and nothing else.
fn is_wire_number(item: &str) -> bool {
    item.len() <= 9 && item.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// All editions that are known, by id.
#[derive(Debug, Default)]
pub struct Editions {
    known: BTreeMap<String, Edition>,
}

/// The stem of the names of the files in which they are kept.
const STEM: &str = "editions";

impl Editions {
    /// Reads what this and other shards have kept in the output folder. A damaged line is passed
    /// over: the article behind it is read again.
    pub fn open(store: &Store) -> Result<Self> {
        let mut editions = Self::default();
        let folder = store.folder();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            if Shard::from_file_name(&name.to_string_lossy(), STEM, "jsonl").is_none() {
                continue;
            }
            let text = fs::read_to_string(entry.path())
                .with_context(|| format!("cannot read '{}'", entry.path().display()))?;
            for edition in text.lines().filter_map(|line| serde_json::from_str(line).ok()) {
                editions.know(edition);
            }
        }
        Ok(editions)
    }

    fn know(&mut self, edition: Edition) {
        self.known.insert(edition.id.clone(), edition);
    }

    /// Takes editions in and keeps the new ones on the disk.
    pub fn add(&mut self, store: &Store, shard: Shard, editions: Vec<Edition>) -> Result<()> {
        let mut lines = Vec::new();
        for edition in editions {
            if self.known.get(&edition.id) != Some(&edition) {
                serde_json::to_writer(&mut lines, &edition)?;
                lines.push(b'\n');
                self.know(edition);
            }
        }
        if lines.is_empty() {
            return Ok(());
        }
        let path = store.path(&shard.file_name(STEM, "jsonl"));
        let cannot = || format!("cannot write '{}'", path.display());
        let mut file =
            OpenOptions::new().append(true).create(true).open(&path).with_context(cannot)?;
        // A torn last line must not swallow the next one.
        let torn = fs::read(&path).is_ok_and(|bytes| bytes.last().is_some_and(|it| *it != b'\n'));
        if torn {
            lines.insert(0, b'\n');
        }
        file.write_all(&lines).and_then(|()| file.sync_data()).with_context(cannot)
    }

    /// Why no brief of the article may stand, as far as other editions say.
    pub fn verdict(&self, id: &str, article: &Article) -> Option<String> {
        let own = Edition::of(id, "", article);
        let title = article.title.as_deref().map(plain);
        let mut others = self.known.values().filter(|other| other.id != id);
        let against = others.find(|other| {
            let same_item = own.as_ref().is_some_and(|own| {
                // A kill of the same version, or of the same minute, is a kill.
                let counts = other.is_later_than(own)
                    || (!other.status.permits() && !own.is_later_than(other));
                own.item.is_some() && own.item == other.item && counts && other.is_near(own)
            });
            let led = own.as_ref().is_some_and(|own| other.leads(own));
            let named = other.replaces.iter().any(|name| {
                own.as_ref()
                    .is_some_and(|own| own.item.as_ref() == Some(name) && other.is_near(own))
                    || title.as_ref().is_some_and(|title| *title == plain(name))
            });
            same_item || led || (named && !other.status.is_usable())
        });
        against.map(|other| other.verdict())
    }

    /// Whether any edition may speak against another: without one, nothing has to be looked up.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Ids of all that was ever known here.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.known.keys().map(String::as_str)
    }

    /// Whether some edition withdraws stories that it only names.
    pub fn names_others(&self) -> bool {
        self.known.values().any(|edition| !edition.replaces.is_empty())
    }
}

/// Letters and digits in lower case: headlines are quoted with other marks than they have.
fn plain(title: &str) -> String {
    title.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Details;
    use crate::language::Language;

    fn signals_edition(slug: &str) -> Option<String> {
        slug.contains("1st Ld").then(|| "1".to_string())
    }

    fn article(item: &str, version: &str, status: Status, replaces: &[&str]) -> Article {
        Article {
            title: Some(format!("Title of {item}")),
            details: Details {
                item: Some(item.into()),
                version: Some(version.into()),
                status,
                replaces: replaces.iter().map(|name| name.to_string()).collect(),
                ..Details::default()
            },
            ..Article::empty(Language::English)
        }
    }

    #[test]
    fn later_editions_and_kills_count_across_shards_and_runs() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), Shard::WHOLE).unwrap();
        let old = article("u:1", "9", Status::Usable, &[]);
        let new = article("u:1", "10", Status::Usable, &[]);
        let kill = article("u:9", "1", Status::Canceled, &["“title of U:3”", "u:4"]);
        for (number, (id, article)) in [("a", &old), ("b", &new), ("k", &kill)].iter().enumerate() {
            let shard = Shard::new(number as u32 + 1, 3).unwrap();
            let mut editions = Editions::open(&store).unwrap();
            let edition = Edition::of(id, "f.xml", article).unwrap();
            editions.add(&store, shard, vec![edition]).unwrap();
        }
        let editions = Editions::open(&store).unwrap();
        assert_eq!(editions.verdict("a", &old).unwrap(), "superseded by version 10 in f.xml");
        assert_eq!(editions.verdict("b", &new), None);
        for item in ["u:3", "u:4"] {
            let named = article(item, "1", Status::Usable, &[]);
            assert_eq!(editions.verdict("c", &named).unwrap(), "canceled by its sender in f.xml");
        }
        let wire = |item: &str, time: &str, status| Article {
            published: Some(time.into()),
            ..article(item, "", status, &["eca0124"])
        };
        let kill = wire("eca0130", "2024-03-05T12:00:00Z", Status::Canceled);
        let edition = Edition::of("w", "w.txt", &kill).unwrap();
        let mut editions = Editions::default();
        editions.add(&store, Shard::WHOLE, vec![edition]).unwrap();
        let of_the_day = wire("eca0124", "2024-03-05T10:00:00Z", Status::Usable);
        assert!(editions.verdict("x", &of_the_day).is_some());
        let weeks_later = wire("eca0124", "2024-04-02T10:00:00Z", Status::Usable);
        assert_eq!(editions.verdict("y", &weeks_later), None);
        let story = |item: &str, slug: &str, title: &str| Article {
            title: Some(title.into()),
            published: Some("2024-03-05T10:00:00Z".into()),
            details: Details {
                item: Some(item.into()),
                slug: Some(slug.into()),
                version: signals_edition(slug),
                ..Details::default()
            },
            ..Article::empty(Language::English)
        };
        let first = story("w0011", "BC-Harbour", "Velmar harbour closes on Monday");
        let lead =
            story("w0019", "BC-Harbour,1st Ld-Writethru", "Velmar harbour closes, 40 ships wait");
        let edition = Edition::of("l", "lead.txt", &lead).unwrap();
        editions.add(&store, Shard::WHOLE, vec![edition]).unwrap();
        assert_eq!(editions.verdict("f", &first).unwrap(), "superseded by version 1 in lead.txt");
        assert_eq!(editions.verdict("l", &lead), None);
        let alike = story("w0012", "BC-Harbour", "Fish prices in Orla fall");
        let service = story("x0012", "BC-Harbour", "Velmar harbour closes on Monday");
        assert_eq!((editions.verdict("g", &alike), editions.verdict("h", &service)), (None, None));
        let same = article("u:7", "3", Status::Usable, &[]);
        let edition = Edition::of("k7", "kill.xml", &article("u:7", "3", Status::Canceled, &[]));
        editions.add(&store, Shard::WHOLE, edition.into_iter().collect()).unwrap();
        assert_eq!(editions.verdict("s", &same).unwrap(), "canceled by its sender in kill.xml");
        let other = article("u:5", "1", Status::Usable, &[]);
        assert_eq!(editions.verdict("d", &other), None);
        assert_eq!(Edition::of("e", "e.txt", &Article::empty(Language::English)), None);
    }
}

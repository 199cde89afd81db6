//! Flags that say how files are read and which articles are let in.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use bulletin::internals::article::admission::{Admission, Embargoed, NotNews};
use bulletin::internals::article::{FieldMap, Limits, Reader};
use bulletin::internals::batch::since;
use bulletin::internals::language::Language;
use clap::{Args, ValueEnum};

#[derive(Args, Clone, Debug)]
pub struct ReadingArgs {
    /// Keys of JSON objects: title=headline,text=body.plain; also id, date, language, subtitle,
    /// byline, url, section, source
    #[arg(long, value_name = "NAME=KEY")]
    pub field: Vec<FieldMap>,

    /// Largest file that is read, in MiB; JSON Lines in a folder may be of any size
    #[arg(long, value_name = "MIB", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_file: u32,

    /// Most MiB that a packed file may unpack to
    #[arg(long, value_name = "MIB", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_unpacked: u32,

    /// Most MiB of text in one article
    #[arg(long, value_name = "MIB", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_item: u32,

    /// Most files in an archive
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_members: u32,
}

impl ReadingArgs {
    /// A reader of articles in `language`, or in any that it finds.
    pub fn reader(&self, language: Option<Language>) -> Reader {
        let limits = Limits {
            file: u64::from(self.max_file) << 20,
            unpacked: u64::from(self.max_unpacked) << 20,
            item: u64::from(self.max_item) << 20,
            members: self.max_members as usize,
        };
        Reader { language, fields: FieldMap::joined(&self.field), limits }
    }
}

#[derive(Args, Clone, Debug)]
pub struct AdmissionArgs {
    /// The time at which embargoes are judged, in place of the clock's: 2026-11-20T06:30 (UTC)
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,

    /// Brief stories that are under embargo, too
    #[arg(long)]
    pub embargoed: bool,

    /// What to do with notes to editors, tests, tables and recipes
    #[arg(long, value_name = "WAY", default_value = "refuse", value_enum)]
    pub not_news: NotNewsWay,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotNewsWay {
    /// Name them in the report
    Refuse,
    /// Read them like stories
    Carry,
}

impl AdmissionArgs {
    /// What is let in at the time of the run.
    ///
    /// # Errors
    /// When `--now` names no time.
    pub fn admission(&self) -> Result<Admission> {
        let clock = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |span| span.as_secs());
        let clock = i64::try_from(clock).unwrap_or(i64::MAX);
        let now = self.now.as_deref().map(|text| since::parse(text, clock)).transpose();
        Ok(Admission {
            now: now.context("--now")?.unwrap_or(clock),
            embargoed: if self.embargoed { Embargoed::Take } else { Embargoed::Wait },
            not_news: match self.not_news {
                NotNewsWay::Refuse => NotNews::Refuse,
                NotNewsWay::Carry => NotNews::Carry,
            },
        })
    }
}

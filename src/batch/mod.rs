//! A folder of articles → a folder of briefs, on one machine or many: nothing is done twice,
//! nothing is lost when the machine stops, and one bad file never stops the others.

pub mod shard;
pub mod since;

pub mod scan;

pub mod key;
pub mod recipe;
pub mod rules;

pub mod editions;
pub mod intake;
pub mod lines;

pub mod run;

pub mod watch;
pub mod worker;

mod legs;
mod summaries;
mod withdraw;

pub mod made;
pub mod near;

pub mod journal;
pub mod store;

pub mod lock;
pub mod process;

pub mod progress;

pub mod finish;
pub mod report;

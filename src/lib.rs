//! `bulletin` turns incoming news articles into short briefs and carries them between English,
//! Turkish and Russian, with open transformer models run locally on Candle.
//!
//! The path of the data, in the order in which the modules are declared:
//!
//! ```text
//! bytes → Article → Prompt → Generation → Brief → Vec<Finding> → text on stdout or files on disk
//! ```

pub mod language;

pub mod article;
pub mod segment;

pub mod cluster;

pub mod document;

pub mod analysis;

pub mod checks;

pub mod prompt;

pub mod models;

pub mod engine;

pub mod entailment;

pub mod brief;

pub mod comparison;

pub mod translation;

pub mod evaluation;

pub mod output;

pub mod files;

pub mod batch;

pub mod newsroom;

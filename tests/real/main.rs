//! The models of the `starter` profile, fetched if they are not there, against their references.

mod decoder;
mod killed_model;
#[path = "../it/killing.rs"]
mod killing;
mod memory;
mod starter;
#[path = "../it/support.rs"]
mod support;
#[path = "../it/token_records.rs"]
mod token_records;
mod tokenizers;
mod translation_likelihood;

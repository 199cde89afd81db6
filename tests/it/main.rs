//! The program as people run it, and the walls of the house.

mod adapters;
mod batch;
mod browser;
mod checkpoints;
mod checks;
mod decoder;
mod digest;
mod families;
mod generate;
mod inputs;
mod lying_models;
mod memory;
mod models;
mod piece_tokenizers;
mod schedule;
mod scripted;
mod summarise;
mod support;
mod tokenizers;
mod translate;
mod translation_likelihood;
mod translation_models;
mod walls;
mod worker;

//! Flags → an open newsroom, whose fetches are shown.

use anyhow::Result;
use bulletin::internals::document::Strictness;
use bulletin::internals::engine::{KeyValueMemory, LoadOptions};
use bulletin::internals::newsroom::memory::memory;
use bulletin::internals::newsroom::{Config, Keep, Newsroom};

use super::progress::Display;
use crate::cli::{Cli, MachineArgs, RunArgs};

/// Opens the newsroom that the flags ask for.
pub fn open(run: &RunArgs, cli: &Cli, keep: Keep) -> Result<Newsroom> {
    let config = Config {
        places: run.store.places(),
        profile: run.profile.clone(),
        judge: run.entailment.clone(),
        candidates: run.candidates.map(usize::from),
        prompts: run.prompts.clone(),
        load: load_options(&run.machine),
        seed: run.machine.seed,
        keep,
        script: cli.scripted_engine.clone(),
    };
    let newsroom = Newsroom::open(config)?;
    Ok(newsroom.watching_fetches(|| {
        let mut display = Display::new();
        Box::new(move |event| display.show(event))
    }))
}

/// What the command line says about running models.
pub fn load_options(machine: &MachineArgs) -> LoadOptions {
    LoadOptions {
        device: machine.device,
        threads: machine.threads.map(usize::from),
        key_value_memory: match machine.kv_memory {
            Some(mebibytes) => KeyValueMemory::Bytes((mebibytes as usize) << 20),
            None => KeyValueMemory::Fitted { elsewhere: memory().key_value_bytes() },
        },
        key_value_type: machine.kv_type,
        draft: usize::from(machine.draft),
    }
}

/// What `--strict` means.
pub fn strictness(strict: bool) -> Strictness {
    if strict { Strictness::Warnings } else { Strictness::Errors }
}

//! Ctrl-C and termination → exit code 130, with no half file left behind.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;

/// The exit code of a program that was interrupted (128 + SIGINT).
#[cfg(unix)]
const INTERRUPTED: i32 = 130;

/// Keeps the program from ending while a file is being put in its place.
#[derive(Clone, Debug, Default)]
pub struct Interrupt {
    writing: Arc<Mutex<()>>,
}

impl Interrupt {
    /// Ends the program on SIGINT and SIGTERM from now on.
    #[cfg(unix)]
    pub fn listen() -> Result<Self> {
        use anyhow::Context;
        use signal_hook::consts::{SIGINT, SIGTERM};
        let interrupt = Self::default();
        let writing = Arc::clone(&interrupt.writing);
        let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])
            .context("cannot listen for Ctrl-C")?;
        std::thread::spawn(move || {
            if signals.forever().next().is_some() {
                let _whole = writing.lock().unwrap_or_else(PoisonError::into_inner);
                eprintln!("interrupted");
                std::process::exit(INTERRUPTED);
            }
        });
        Ok(interrupt)
    }

    /// Elsewhere the system ends the program itself.
    #[cfg(not(unix))]
    pub fn listen() -> Result<Self> {
        Ok(Self::default())
    }

    /// Runs `write`; an interruption waits until it is done.
    pub fn hold_during<T>(&self, write: impl FnOnce() -> T) -> T {
        let _held = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        write()
    }
}
